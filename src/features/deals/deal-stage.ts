import { choice, integer, text } from '../../model/field.js'
import { OrganizationRow } from '../../model/row.js'
import { choices } from '../../model/choices.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

export const StageCategory = choices('DealStageCategory', 'The category that a stage gives its deals.', {
  OPEN: 'Being worked on; only these deals are in forecasts.',
  WON: 'The client said yes.',
  LOST: 'The client said no, or we gave up.',
})
export type StageCategory = keyof typeof StageCategory

@entity('deal_stages', 'A step of the pipeline of the organisation, which always has at least one of each category.', {
  prefix: 'stg',
  permission: 'deals:read',
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another stage has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'position', 'id'])
export class DealStage extends OrganizationRow {
  @text('Its name, in the language of the organisation.', { max: 100 })
  name: string

  @choice(StageCategory, 'Whether its deals are open, won or lost.')
  category: StageCategory

  @integer('Its place in the pipeline: a smaller number comes first. Numbers may be left out.')
  position: number
}
