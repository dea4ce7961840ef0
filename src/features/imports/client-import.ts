import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import { inputName } from '../../model/validate.js'
import { fold } from '../../lib/fold.js'
import { groupBy } from '../../lib/group.js'
import { composeTaxId } from '../../lib/tax-id.js'
import { UserError } from '../../lib/user-error.js'
import { Client, Contact, createContact, updateContact } from '../clients/index.js'
import { readClient, type Person } from './client-cells.js'
import { clientFields } from './client-fields.js'
import { holders, matchClients, nameOf } from './client-identity.js'
import type { ImportDescription, Written } from './description.js'
import type { ImportChange } from './import-plan.js'
import { clientPrograms } from './programs.js'
import { refuseUnstorable } from './storable.js'
import { metadataOf } from '../../model/entity-metadata.js'

type Values = Record<string, unknown>

const required = {
  legalName: ['LEGAL_NAME_REQUIRED', 'A client needs a legal name.'],
  addressLine1: ['ADDRESS_REQUIRED', 'A new client needs an address: street and number, and city.'],
  city: ['ADDRESS_REQUIRED', 'A new client needs an address: street and number, and city.'],
} as const

export const clientImport: ImportDescription<Client> = {
  type: Client,
  fields: clientFields,
  programs: clientPrograms,
  standAlone: true,

  read: readClient,
  claims({ values }) {
    const { externalId, taxIdCountry, taxIdNumber } = values as {
      externalId?: string
      taxIdCountry?: string
      taxIdNumber?: string
    } // as read above
    return [
      ...(externalId
        ? [
            {
              key: `externalId ${externalId}`,
              code: 'EXTERNAL_ID_DUPLICATE_IN_FILE',
              message: `An earlier row of the file has the external id ${externalId}; keep one of them.`,
              field: 'externalId',
            },
          ]
        : []),
      ...(taxIdNumber
        ? [
            {
              key: `taxId ${taxIdCountry} ${taxIdNumber}`,
              code: 'TAX_ID_DUPLICATE_IN_FILE',
              message: `An earlier row of the file has the tax id ${composeTaxId(taxIdCountry ?? '', taxIdNumber)}; keep one of them.`,
              field: 'taxId',
            },
          ]
        : []),
    ]
  },

  match: matchClients,

  async changes(scope, rows) {
    const contacts = await contactsOf(
      scope,
      rows.flatMap(({ record }) => record?.id ?? []),
    )
    return new Map(
      rows.map(row => {
        const before = row.record
        if (!before)
          for (const [field, [code, message]] of Object.entries(required))
            if (typeof row.values[field] !== 'string' && !row.failed) row.refuse(code, message, field)
        if (row.failed) return [row, []]
        const after = applied(scope, before, row.values)
        refuseUnstorable(row, Client, after, columnOf)
        const { contact } = row.values as { contact?: Person } // as read above
        const person = before && contact ? personIn(contacts.get(before.id) ?? [], contact) : undefined
        if (contact)
          refuseUnstorable(row, Contact, { ...(person ?? { clientId: '-', primary: true }), ...contact }, contactColumn)
        return [row, [...fieldChanges(before, after), ...personChanges(person, contact)]]
      }),
    )
  },

  title: ({ values, record }) =>
    typeof values.legalName === 'string' ? values.legalName.slice(0, 200) : (record?.legalName ?? null),

  async refuseTaken(scope, rows) {
    const fresh = rows.filter(({ record }) => !record)
    const known = await holders(
      scope,
      fresh.map(({ values }) => values),
    )
    const holder = [...known.byExternalId.values(), ...known.byTaxId.values()][0]
    if (holder) throw new UserError('IMPORT_STALE', `${nameOf(holder)} was made since the plan; plan again.`, 'id')
  },

  async write(scope, rows) {
    const fresh = rows
      .filter(({ record }) => !record)
      .map(({ values }) => ({ values, client: applied(scope, null, values) }))
    const people = fresh.flatMap(({ values, client }) =>
      values.contact ? [newContact(scope, client, values.contact as Person)] : [],
    ) // as read above
    await scope.addAll(fresh.map(({ client }) => client))
    await scope.addAll(people)
    const written: Written[] = [...fresh.map(({ client }) => client), ...people].map(record => ({
      record,
      before: null,
    }))
    for (const { record, values } of rows) if (record) written.push(...(await update(scope, record, values)))
    return written
  },
}

async function contactsOf(scope: ReadScope, ids: readonly string[]): Promise<Map<string, Contact[]>> {
  return ids.length === 0
    ? new Map()
    : groupBy(
        await scope.list(Contact, { sql: 't.clientId IN (:...ids)', parameters: { ids } }),
        ({ clientId }) => clientId,
      )
}

/** A person is the same by e-mail address, then by name. */
const personIn = (contacts: readonly Contact[], { name = '', email }: Person) =>
  contacts.find(contact => email !== undefined && contact.email?.toLowerCase() === email.toLowerCase()) ??
  contacts.find(({ nameFolded }) => nameFolded === fold(name))

// What is written

/** The client as it would be. */
function applied(
  scope: ReadScope,
  before: Client | null,
  { contact: _contact, ownId: _ownId, legalName, otherEmails, ...values }: Values,
): Client {
  const client = before ? Object.assign(new Client(), before) : blank(scope)
  Object.assign(client, values)
  if (typeof legalName === 'string') client.setLegalName(legalName)
  client.notes = withAddresses(client.notes, otherEmails as string[] | undefined) // as read above
  return client
}

/** Notes with a line for each address that they do not name yet. */
function withAddresses(notes: string | null, addresses: readonly string[] = []): string | null {
  const missing = addresses.filter(address => !notes?.includes(address))
  return missing.length === 0 ? notes : [...(notes ? [notes] : []), ...missing].join('\n')
}

/** `make` of a scope that writes gives an id; one that only plans needs none. */
function blank(scope: ReadScope): Client {
  const nothing = Object.fromEntries(
    metadataOf(Client)
      .fields.filter(({ nullable }) => nullable)
      .map(({ name }) => [name, null]),
  )
  const start = { country: scope.organization.country, tags: [] }
  return 'make' in scope
    ? (scope as WriteScope).make(Client, start)
    : Object.assign(new Client(), { ...nothing, ...start }) // only a WriteScope makes
}

/** The field of an import that callers of the API give by another name, such as a part of the address. */
function columnOf(field: string | undefined): string | null {
  const word = metadataOf(Client).fields.find(each => inputName(each) === field)
  return clientFields.find(({ name }) => name === word?.name || name === word?.input)?.name ?? field ?? null
}

const contactFields = {
  name: 'contactName',
  role: 'contactRole',
  email: 'contactEmail',
  phone: 'contactPhone',
} as const
const contactColumn = (field = '') => Object.entries(contactFields).find(([name]) => name === field)?.[1] ?? null

function shown(value: string | number | readonly string[] | null | undefined): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'object' ? value.join(', ') || null : String(value)
}

function fieldChanges(before: Client | null, after: Client): ImportChange[] {
  const valueOf = (client: Client | null, name: string) =>
    client === null ? null : shown((client as unknown as Record<string, Parameters<typeof shown>[0]>)[name]) // its own fields and getters: texts, numbers and tags
  return clientFields
    .filter(({ name }) => !name.startsWith('contact') && !['id', 'taxIdCountry'].includes(name))
    .map(({ name }) => ({ field: name, before: valueOf(before, name), after: valueOf(after, name) }))
    .filter(change => change.before !== change.after)
}

function personChanges(person: Contact | undefined, given: Person | undefined): ImportChange[] {
  const names = Object.keys(contactFields) as (keyof typeof contactFields)[] // its own keys
  return names
    .map(name => ({
      field: contactFields[name],
      before: person?.[name] ?? null,
      after: given?.[name] ?? person?.[name] ?? null,
    }))
    .filter(change => given && change.before !== change.after)
}

function newContact(scope: WriteScope, client: Client, { name = '', ...given }: Person): Contact {
  return scope.make(Contact, { ...given, clientId: client.id, name, nameFolded: fold(name), primary: true })
}

async function update(scope: WriteScope, client: Client, values: Values): Promise<Written[]> {
  const { contact, ...own } = values as Values & { contact?: Person } // as read above
  const [before, after] = [{ ...client } as Values, { ...applied(scope, client, own) } as Values] // its own columns
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
  if (!known)
    return [
      { record: await createContact(scope, { clientId: client.id, name: given.name ?? '', ...given }), before: null },
    ]
  const before = {
    name: known.name,
    nameFolded: known.nameFolded,
    role: known.role,
    email: known.email,
    phone: known.phone,
  }
  const { version } = known
  const record = await updateContact(scope, { id: known.id, version, ...given })
  return record.version === version ? [] : [{ record, before }]
}
