import type { ReadScope } from '../../database/scope/write-scope.js'
import { metadataOf } from '../../model/entity-metadata.js'
import { inputName } from '../../model/validate.js'
import { composeTaxId } from '../../lib/tax-id.js'
import { UserError } from '../../lib/user-error.js'
import { refuseUnstorable, type Claim, type ImportChange, type ImportDescription } from '../imports/index.js'
import { deleteClient, deleteContact } from './client.commands.js'
import { readClient, type ClientReader } from './client.import.cells.js'
import { countryLeftOut } from './client.import.country.js'
import { clientFields } from './client.import.fields.js'
import { holders, matchClients, nameOf } from './client.import.identity.js'
import { clientPrograms } from './client.import.programs.js'
import type { ClientValues, Person } from './client.import.values.js'
import { applied, contactsOf, personIn, writeClients } from './client.import.write.js'
import { Client } from './client.js'
import { Contact } from './contact.js'

const required = {
  legalName: ['LEGAL_NAME_REQUIRED', 'A client needs a legal name.'],
  addressLine1: ['ADDRESS_REQUIRED', 'A new client needs an address: street and number, and city.'],
  city: ['ADDRESS_REQUIRED', 'A new client needs an address: street and number, and city.'],
} as const

export const clientImport: ImportDescription<Client, ClientValues> = {
  type: Client,
  fields: clientFields,
  programs: clientPrograms,
  standAlone: true,
  noteOf: countryLeftOut,
  read: readClient,
  claims: ({ values }) => claimsOf(values),
  match: matchClients,
  changes: changesOf,
  title: ({ values, record }) => values.legalName?.slice(0, 200) ?? record?.legalName ?? null,

  async refuseTaken(scope, rows) {
    const fresh = rows.filter(({ record }) => !record)
    const known = await holders(
      scope,
      fresh.map(({ values }) => values),
    )
    const holder = [...known.byExternalId.values(), ...known.byTaxId.values()][0]
    if (holder) throw new UserError('IMPORT_STALE', `${nameOf(holder)} was made since the plan; plan again.`, 'id')
  },

  write: writeClients,
  /** As by hand, with all that keeps it from being removed. */
  remove: (scope, { id, version, constructor }) =>
    constructor === Client ? deleteClient(scope, { id, version }) : deleteContact(scope, { id, version }),
}

function claimsOf({ externalId, taxIdCountry, taxIdNumber }: Partial<ClientValues>): Claim[] {
  const claims: Claim[] = []
  if (externalId)
    claims.push({
      key: `externalId ${externalId}`,
      code: 'EXTERNAL_ID_DUPLICATE_IN_FILE',
      message: `An earlier row of the file has the external id ${externalId}; keep one of them.`,
      field: 'externalId',
    })
  if (taxIdNumber)
    claims.push({
      key: `taxId ${taxIdCountry} ${taxIdNumber}`,
      code: 'TAX_ID_DUPLICATE_IN_FILE',
      message: `An earlier row of the file has the tax id ${composeTaxId(taxIdCountry ?? '', taxIdNumber)}; keep one of them.`,
      field: 'taxId',
    })
  return claims
}

async function changesOf(scope: ReadScope, rows: readonly ClientReader[]) {
  const contacts = await contactsOf(
    scope,
    rows.flatMap(({ record }) => record?.id ?? []),
  )
  return new Map(rows.map(row => [row, rowChanges(scope, row, contacts.get(row.record?.id ?? '') ?? [])]))
}

function rowChanges(scope: ReadScope, row: ClientReader, contacts: readonly Contact[]): ImportChange[] {
  const before = row.record
  if (!before) refuseWithoutRequired(row)
  if (row.failed) return []
  const { contact } = row.values
  const after = applied(scope, before, row.values)
  refuseUnstorable(row, Client, after, columnOf)
  const person = contact && personIn(contacts, contact)
  if (contact)
    refuseUnstorable(row, Contact, { ...(person ?? { clientId: '-', primary: true }), ...contact }, contactColumn)
  return [...fieldChanges(before, after), ...personChanges(person, contact)]
}

function refuseWithoutRequired(row: ClientReader) {
  for (const [field, [code, message]] of Object.entries(required))
    if (typeof row.values[field as keyof typeof required] !== 'string' && !row.failed) row.refuse(code, message, field) // its own keys
}

/** The field of an import that callers of the API give by another name, such as a part of the address. */
function columnOf(field: string | undefined): string | null {
  const definition = metadataOf(Client).fields.find(each => inputName(each) === field)
  const column = clientFields.find(({ name }) => name === definition?.name || name === definition?.input)
  return column?.name ?? field ?? null
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
