import { counted } from '../../lib/article.js'
import type { ClassType } from 'type-graphql'
import type { ObjectLiteral } from 'typeorm'
import { assignGiven } from '../../model/assign-given.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { fold } from '../../lib/fold.js'
import { composeTaxId, parseTaxId } from '../../lib/tax-id.js'
import { normalText } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'
import { Client, mostTags } from './client.js'
import type {
  AddressInput,
  ClientFields,
  CreateClientInput,
  CreateContactInput,
  UpdateClientInput,
  UpdateContactInput,
} from './client.inputs.js'
import { Contact } from './contact.js'
import { metadataOf } from '../../model/entity-metadata.js'
import type { Row } from '../../model/field-definition.js'

/** Filled by features whose records name a client: while one does, the client cannot be deleted. */
export const clientRecords: (() => ClassType<Row & ObjectLiteral & { clientId: string }>)[] = [() => Contact]

export async function createClient(
  scope: WriteScope,
  { legalName, address, ...given }: CreateClientInput,
): Promise<Client> {
  const client = scope.make(Client, { tags: [] })
  client.setLegalName(legalName)
  setAddress(scope, client, address)
  await setFields(scope, client, given)
  return scope.add(client)
}

export async function updateClient(
  scope: WriteScope,
  { id, version, legalName, address, ...given }: UpdateClientInput,
): Promise<Client> {
  const client = await scope.take(Client, id, version)
  if (legalName === null) throw new UserError('REQUIRED', 'legalName cannot be cleared.', 'legalName')
  if (legalName !== undefined) client.setLegalName(legalName)
  if (address === null) throw new UserError('REQUIRED', 'address cannot be cleared.', 'address')
  if (address) setAddress(scope, client, address)
  await setFields(scope, client, given)
  return scope.change(client)
}

export async function deleteClient(scope: WriteScope, { id, version }: RecordVersion): Promise<Client> {
  const client = await scope.take(Client, id, version)
  for (const typeOf of clientRecords) {
    const count = await scope.count(typeOf(), { sql: 't.clientId = :id', parameters: { id } })
    if (count === 0) continue
    // Only a caller who may read those records learns what and how many they are.
    const { permission, table } = metadataOf(typeOf())
    const content =
      permission === null || scope.setting.access.permissions.has(permission)
        ? counted(count, table.replaceAll('_', ' '))
        : 'other records'
    throw new UserError('CLIENT_IN_USE', `${client.legalName} still has ${content}; archive the client instead.`, 'id')
  }
  await scope.remove(client)
  return client
}

export async function createContact(
  scope: WriteScope,
  { clientId, name, primary, ...given }: CreateContactInput,
): Promise<Contact> {
  await scope.take(Client, clientId) // holds its contacts still while one of them becomes the primary one
  const others = await scope.list(Contact, { sql: 't.clientId = :clientId', parameters: { clientId } })
  if (primary) await demote(scope, others)
  const contact = scope.make(Contact, { clientId, primary: primary === true || others.length === 0 })
  return scope.add(named(assignGiven(contact, { ...given, name })))
}

export async function updateContact(
  scope: WriteScope,
  { id, version, primary, ...given }: UpdateContactInput,
): Promise<Contact> {
  const { clientId } = await scope.get(Contact, id)
  await scope.take(Client, clientId)
  const contact = await scope.take(Contact, id, version)
  if (primary === false && contact.primary)
    throw new UserError(
      'CONTACT_PRIMARY',
      'A client keeps one primary contact; make another contact primary instead.',
      'primary',
    )
  if (primary && !contact.primary) {
    await demote(scope, await scope.list(Contact, { sql: 't.clientId = :clientId', parameters: { clientId } }))
    contact.primary = true
  }
  return scope.change(named(assignGiven(contact, given)))
}

/** The oldest of the others becomes the primary contact when the primary one is deleted. */
export async function deleteContact(scope: WriteScope, { id, version }: RecordVersion): Promise<Contact> {
  const { clientId } = await scope.get(Contact, id)
  await scope.take(Client, clientId)
  const contact = await scope.take(Contact, id, version)
  await scope.remove(contact)
  const [heir] = await scope.list(Contact, { sql: 't.clientId = :clientId', parameters: { clientId } })
  if (contact.primary && heir) await scope.change(Object.assign(heir, { primary: true }))
  return contact
}

async function demote(scope: WriteScope, contacts: Contact[]) {
  for (const contact of contacts) {
    if (contact.primary) await scope.change(Object.assign(contact, { primary: false }))
  }
}

function setAddress(scope: WriteScope, client: Client, { line1, line2, country, ...given }: AddressInput) {
  const blank = { addressLine2: null, postalCode: null, region: null }
  assignGiven(client, {
    ...blank,
    ...given,
    addressLine1: line1,
    addressLine2: line2 ?? null,
    country: country ?? scope.organization.country,
  })
}

async function setFields(scope: WriteScope, client: Client, { taxId, taxIdCountry, tags, ...given }: ClientFields) {
  assignGiven(client, given)
  if (tags !== undefined) client.tags = cleanTags(tags ?? [])
  if (client.paymentTermsDays !== null && (client.paymentTermsDays < 0 || client.paymentTermsDays > 365)) {
    throw new UserError('PAYMENT_TERMS_INVALID', 'Payment terms must be 0 to 365 days.', 'paymentTermsDays')
  }
  if (taxId === undefined) {
    if (taxIdCountry !== undefined)
      throw new UserError('TAX_ID_REQUIRED', 'Send taxId with taxIdCountry; a country alone is not a tax id.', 'taxId')
    return
  }
  if (taxId === null || normalText(taxId) === '') {
    Object.assign(client, { taxIdCountry: null, taxIdNumber: null })
    return
  }
  const parsed = parseTaxId(taxId, { country: taxIdCountry ?? undefined, addressCountry: client.country })
  parsed.warnings.forEach(({ code, message }) => scope.warn(code, message, 'taxId'))
  Object.assign(client, { taxIdCountry: parsed.country, taxIdNumber: parsed.number })
  await refuseTaken(scope, client, parsed)
}

async function refuseTaken(
  scope: WriteScope,
  client: Client,
  { country, number }: { country: string; number: string },
) {
  const [holder] = await scope.list(Client, {
    sql: 't.taxIdCountry = :country AND t.taxIdNumber = :number AND t.id <> :id',
    parameters: { country, number, id: client.id },
  })
  if (!holder) return
  const archived = holder.archivedAt ? ', which is archived' : ''
  throw new UserError(
    'TAX_ID_TAKEN',
    `${holder.legalName} (${holder.id}${archived}) already has the tax id ${composeTaxId(country, number)}.`,
    'taxId',
  )
}

export function cleanTags(tags: string[]): string[] {
  const clean = [...new Set(tags.map(normalText).filter(tag => tag !== ''))].sort()
  if (clean.length > mostTags || clean.some(tag => tag.length > 50 || tag.includes(',')))
    throw new UserError(
      'TAGS_INVALID',
      'A client can have at most 50 tags; each has at most 50 characters and no comma.',
      'tags',
    )
  return clean
}

const named = (contact: Contact) => Object.assign(contact, { nameFolded: fold(contact.name ?? '') })
