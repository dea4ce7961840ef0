import { Field, Int, ObjectType } from 'type-graphql'
import { PartRow } from '../../model/row.js'
import { text } from '../../model/field.js'
import { choices } from '../../model/choices.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

export const DuplicateReason = choices(
  'DuplicateReason',
  'Something two clients share that makes them likely to be one.',
  {
    TAX_ID: 'The same number of a tax id, of two countries: 70 points.',
    NAME: 'The same legal name, but for case, accents, articles and the legal form at its end: 60 points.',
    PHONE: 'The same last nine figures of the telephone number: 35 points.',
    EMAIL_DOMAIN: 'The same domain of the e-mail address, those of mail providers apart: 25 points.',
    POSTAL_CODE: 'The same postal code, where they share something else as well: 15 points.',
  },
)
export type DuplicateReason = keyof typeof DuplicateReason

// No references: the note means nothing while one of the clients is merged, and means it again when the merge is
// undone.
@entity('duplicate_dismissals', 'Two clients that are not one, as somebody said.', {
  prefix: 'dud',
  permission: null,
  part: true,
  hidden: true,
})
@index(['organizationId', 'clientId', 'otherId'], {
  code: 'DUPLICATE_DISMISSED',
  message: 'Somebody dismissed this pair already.',
  field: 'otherId',
})
export class DuplicateDismissal extends PartRow {
  @text('The one whose id comes first.', { max: 32 })
  clientId: string

  @text('The other one.', { max: 32 })
  otherId: string
}

@ObjectType({ description: 'Two clients that are likely to be one.', simpleResolvers: true })
export class LikelyDuplicate {
  clientId: string
  otherId: string

  @Field(() => Int, {
    description: 'How likely, from 1 to 100: the sum of the points of its reasons, at most 100.',
  })
  score: number

  @Field(() => [DuplicateReason], { description: 'The keys they share, the weightiest first.' })
  reasons: DuplicateReason[]
}
