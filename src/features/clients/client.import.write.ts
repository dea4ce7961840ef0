import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import { metadataOf } from '../../model/entity-metadata.js'
import { fold } from '../../lib/fold.js'
import { groupBy } from '../../lib/group.js'
import type { PlannedRow, Written } from '../imports/index.js'
import { createContact, updateContact } from './client.commands.js'
import type { ClientValues, Person } from './client.import.values.js'
import { Client } from './client.js'
import { Contact } from './contact.js'

/** Writes new clients with their contacts together, and the others one by one. */
export async function writeClients(scope: WriteScope, rows: readonly PlannedRow<Client, ClientValues>[]) {
  const fresh = rows
    .filter(({ record }) => !record)
    .map(({ values }) => ({ contact: values.contact, client: applied(scope, null, values) }))
  const people = fresh.flatMap(({ contact, client }) => (contact ? [newContact(scope, client, contact)] : []))
  const clients = fresh.map(({ client }) => client)
  await scope.addAll(clients)
  await scope.addAll(people)
  const written: Written[] = [...clients, ...people].map(record => ({ record, before: null }))
  for (const { record, values } of rows) if (record) written.push(...(await update(scope, record, values)))
  return written
}

export async function contactsOf(scope: ReadScope, ids: readonly string[]): Promise<ReadonlyMap<string, Contact[]>> {
  if (ids.length === 0) return new Map()
  const contacts = await scope.list(Contact, { sql: 't.clientId IN (:...ids)', parameters: { ids } })
  return groupBy(contacts, ({ clientId }) => clientId)
}

/** A person is the same by e-mail address, then by name. */
export const personIn = (contacts: readonly Contact[], { name = '', email }: Person) =>
  contacts.find(contact => email !== undefined && contact.email?.toLowerCase() === email.toLowerCase()) ??
  contacts.find(({ nameFolded }) => nameFolded === fold(name))

/** The client as it would be. */
export function applied(
  scope: ReadScope,
  before: Client | null,
  { contact: _contact, ownId: _ownId, lines: _lines, legalName, otherEmails, ...values }: Partial<ClientValues>,
): Client {
  const client = before ? Object.assign(new Client(), before) : blank(scope)
  Object.assign(client, values)
  if (legalName !== undefined) client.setLegalName(legalName)
  client.notes = withAddresses(client.notes, otherEmails)
  return client
}

/** Notes with a line for each address that they do not name yet. */
function withAddresses(notes: string | null, addresses: readonly string[] = []): string | null {
  const missing = addresses.filter(address => !notes?.includes(address))
  return missing.length === 0 ? notes : [...(notes ? [notes] : []), ...missing].join('\n')
}

/** `make` of a scope that writes gives an id; one that only plans needs none. */
function blank(scope: ReadScope): Client {
  const nullable = metadataOf(Client).fields.filter(field => field.nullable)
  const nothing = Object.fromEntries(nullable.map(({ name }) => [name, null]))
  const start = { country: scope.organization.country, tags: [] }
  return 'make' in scope
    ? (scope as WriteScope).make(Client, start)
    : Object.assign(new Client(), { ...nothing, ...start }) // only a WriteScope makes
}

function newContact(scope: WriteScope, client: Client, { name = '', ...given }: Person): Contact {
  return scope.make(Contact, { ...given, clientId: client.id, name, nameFolded: fold(name), primary: true })
}

async function update(scope: WriteScope, client: Client, { contact, ...values }: ClientValues): Promise<Written[]> {
  const before: Record<string, unknown> = { ...client }
  const after: Record<string, unknown> = { ...applied(scope, client, values) }
  const names = metadataOf(Client)
    .fields.map(({ name }) => name)
    .filter(name => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
  const written: Written[] = []
  if (names.length > 0) {
    Object.assign(client, Object.fromEntries(names.map(name => [name, after[name]])))
    written.push({
      record: await scope.change(client),
      before: Object.fromEntries(names.map(name => [name, before[name]])),
    })
  }
  if (contact) written.push(...(await writePerson(scope, client, contact)))
  return written
}

async function writePerson(scope: WriteScope, client: Client, given: Person): Promise<Written[]> {
  const contacts = (await contactsOf(scope, [client.id])).get(client.id) ?? []
  const known = personIn(contacts, given)
  if (!known) {
    const record = await createContact(scope, { clientId: client.id, name: given.name ?? '', ...given })
    return [{ record, before: null }]
  }
  const { id, version, name, nameFolded, role, email, phone } = known
  const before = { name, nameFolded, role, email, phone }
  const record = await updateContact(scope, { id, version, ...given })
  return record.version === version ? [] : [{ record, before }]
}
