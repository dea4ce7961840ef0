import { instant, text } from '../../model/field.js'
import { EmailAddress } from '../../model/scalars.js'
import { OrganizationRow } from '../../model/row.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

@entity('users', 'A person of the organisation: owns clients, does tasks, logs time.', {
  prefix: 'usr',
  permission: null,
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another user has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'email'], {
  code: 'EMAIL_TAKEN',
  message: 'Another user has this e-mail address.',
  field: 'email',
})
@index(['organizationId', 'nameFolded', 'id'])
export class User extends OrganizationRow {
  @text('Full name.', { folded: 'nameFolded' })
  name: string

  @text('The name without case and accents, for sorting.', { max: 400, hidden: true })
  nameFolded: string

  @text('E-mail address; unique in the organisation. Reading it, and filtering by it, needs `admin`.', {
    max: 254,
    scalar: EmailAddress,
    permission: 'admin',
  })
  email: string

  @instant('When the person left the pickers; null while active.', { nullable: true })
  archivedAt: Date | null
}
