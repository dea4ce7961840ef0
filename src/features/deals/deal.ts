import { choice, currency, day, decimal, inBase, integer, money, reference, text } from '../../model/field.js'
import { refuseBefore } from '../../model/state.js'
import { OrganizationRow } from '../../model/row.js'
import type { Day } from '../../lib/calendar.js'
import { RATE_PLACES } from '../../lib/money.js'
import { User } from '../access/index.js'
import { Client } from '../clients/index.js'
import { DealStage, StageCategory } from './deal-stage.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

@entity('deals', 'A sale that may come about with a client.', {
  prefix: 'dea',
  permission: 'deals:read',
  search: { title: 'title', names: ['title'], codes: ['externalId'] },
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another deal has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'clientId', 'category', 'currency', 'value', 'valueBase', 'probability', 'id'])
@index(['organizationId', 'stageId', 'category', 'currency', 'value', 'valueBase', 'probability', 'id'])
@index(['organizationId', 'ownerId', 'id'])
@index(['organizationId', 'titleFolded', 'id'])
@index(['organizationId', 'expectedCloseOn', 'id'])
export class Deal extends OrganizationRow {
  @reference(() => Client, 'The client it is with.')
  clientId: string

  @text('Its title; lists compare it without case and accents.', { folded: 'titleFolded' })
  title: string

  @text('The title without case and accents, for sorting.', { max: 400, hidden: true })
  titleFolded: string

  @currency('The currency of its value.')
  currency: string

  @decimal(RATE_PLACES, 'Base units for one unit of its currency; 1 in the base currency, null when unknown.', {
    nullable: true,
  })
  rate: bigint | null

  @money('Its value if it is won; 0 or more.')
  value: bigint

  @money('The value in the base currency, converted once; null without a rate.', { currency: inBase, nullable: true })
  valueBase: bigint | null

  @integer('How likely it is to be won, in whole percent, 0 to 100.')
  probability: number

  @reference(() => DealStage, 'Where it stands in the pipeline.')
  stageId: string

  // Also here, so that counts, filters and indexes need no join. A stage keeps its category while it holds deals.
  @choice(StageCategory, 'Whether it is open, won or lost: the category of its stage.')
  category: StageCategory

  @day('The day on which it is expected to be won or lost.', { nullable: true })
  expectedCloseOn: Day | null

  @day('The day on which it was won or lost; null while open.', { nullable: true })
  closedOn: Day | null

  @reference(() => User, 'The user who works on it.', { nullable: true, named: true })
  ownerId: string | null

  /** Puts it into a stage and returns what that was: moved, won or lost. */
  move({ id, category }: DealStage, on: Day): 'MOVED' | 'WON' | 'LOST' {
    refuseBefore(on, this.closedOn, 'on', 'it was won or lost')
    const verb = category === this.category || category === StageCategory.OPEN ? 'MOVED' : category
    if (category !== this.category) this.closedOn = category === StageCategory.OPEN ? null : on
    Object.assign(this, { stageId: id, category })
    return verb
  }
}
