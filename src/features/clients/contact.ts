import { flag, reference, text } from '../../model/field.js'
import { EmailAddress } from '../../model/scalars.js'
import { OrganizationRow } from '../../model/row.js'
import { Client } from './client.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

@entity('contacts', 'A person at a client.', {
  prefix: 'con',
  permission: 'clients:read',
  figures: false,
  search: {
    title: 'name',
    codes: ['externalId'],
    texts: ['name', 'email'],
    phones: { fields: ['phone'], country: 'country' },
    leadsTo: { by: 'clientId', texts: ['name'] },
  },
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another contact has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'clientId', 'id'])
@index(['organizationId', 'nameFolded', 'id'])
export class Contact extends OrganizationRow {
  @reference(() => Client, 'The client the person belongs to.')
  clientId: string

  @text('Full name.', { folded: 'nameFolded' })
  name: string

  @text('The name without case and accents, for sorting.', { max: 400, hidden: true })
  nameFolded: string

  @text('The role of the person there.', { nullable: true })
  role: string | null

  @text('E-mail address.', { nullable: true, max: 254, scalar: EmailAddress })
  email: string | null

  @text('Telephone, as it is dialled.', { nullable: true, max: 40 })
  phone: string | null

  @flag('Whether this is the person to write to first; a client with contacts has exactly one.')
  primary: boolean
}
