import type { OrganizationFacts } from '../../database/access.js'
import type { ReadScope, WriteScope } from '../../database/scope.js'
import { recordOf, validate } from '../../graphql/field.js'
import { EmailAddress, Url } from '../../graphql/scalars.js'
import { countryOf } from '../../lib/country.js'
import { fold } from '../../lib/fold.js'
import { groupBy } from '../../lib/group.js'
import { isId } from '../../lib/id.js'
import { composeTaxId, parseTaxId } from '../../lib/tax-id.js'
import { UserError } from '../../lib/user-error.js'
import { cleanTags, Client, Contact, createContact, updateContact } from '../clients/index.js'
import { mergedAway } from '../merging/index.js'
import type { Language } from '../organizations/index.js'
import { currencyOf } from './cells.js'
import { clientFields } from './client-fields.js'
import type { ImportDescription, Written } from './description.js'
import type { ImportChange } from './import-plan.js'
import { byScalar, type RowReader } from './row-reader.js'

type Values = Record<string, unknown>
type Reader = RowReader<Client>

interface Person {
  name?: string
  role?: string
  email?: string
  phone?: string
}

export const emailOf = byScalar(EmailAddress, 'EMAIL_INVALID', text => `${text} is not an e-mail address; write one such as info@example.com.`)
const languages: Record<string, Language> = {
  ca: 'CA', catala: 'CA', catalan: 'CA', cat: 'CA', es: 'ES', castella: 'ES', castellano: 'ES', espanyol: 'ES', espanol: 'ES', spanish: 'ES', esp: 'ES', en: 'EN', angles: 'EN', ingles: 'EN', english: 'EN', eng: 'EN',
}
const required = { legalName: ['LEGAL_NAME_REQUIRED', 'A client needs a legal name.'], addressLine1: ['ADDRESS_REQUIRED', 'A new client needs an address: street and number, and city.'], city: ['ADDRESS_REQUIRED', 'A new client needs an address: street and number, and city.'] } as const

export const clientImport: ImportDescription<Client> = {
  type: Client,
  fields: clientFields,
  standAlone: true,

  read(row, organization) {
    row.take('legalName', undefined, { stays: true })
    if (row.has('legalName') && row.values.legalName === undefined) row.refuse(...required.legalName, 'legalName')
    row.take('id', readId, { name: 'ownId', stays: true })
    for (const field of ['externalId', 'tradeName', 'addressLine2', 'region', 'phone', 'notes']) row.take(field)
    for (const field of ['addressLine1', 'city']) row.take(field, undefined, { stays: true })
    row.take('country', readCountry('COUNTRY_UNKNOWN'), { stays: true })
    row.take('postalCode', text => paddedPostalCode(row, text, organization))
    row.take('email', emailOf)
    row.take('website', text => readWebsite(row, text))
    row.take('currency', currencyOf)
    row.take('paymentTermsDays', readDays)
    row.take('tags', text => cleanTags(text.split(',')), { clear: [] })
    row.take('language', readLanguage)
    readTaxId(row, organization)
    readPerson(row)
  },

  claims({ values }) {
    const { externalId, taxIdCountry, taxIdNumber } = values as { externalId?: string; taxIdCountry?: string; taxIdNumber?: string } // as read above
    return [
      ...(externalId ? [{ key: `externalId ${externalId}`, code: 'EXTERNAL_ID_DUPLICATE_IN_FILE', message: `An earlier row of the file has the external id ${externalId}; keep one of them.`, field: 'externalId' }] : []),
      ...(taxIdNumber ? [{ key: `taxId ${taxIdCountry} ${taxIdNumber}`, code: 'TAX_ID_DUPLICATE_IN_FILE', message: `An earlier row of the file has the tax id ${composeTaxId(taxIdCountry ?? '', taxIdNumber)}; keep one of them.`, field: 'taxId' }] : []),
    ]
  },

  async match(scope, rows) {
    const known = await holders(scope, rows.map(({ values }) => values))
    const strangers: Reader[] = []
    for (const row of rows) {
      const { ownId, externalId, taxIdCountry, taxIdNumber } = row.values as { ownId?: string; externalId?: string | null; taxIdCountry?: string; taxIdNumber?: string } // as read above
      const byOwnId = ownId ? known.byOwnId.get(ownId) : undefined
      const byId = externalId ? known.byExternalId.get(externalId) : undefined
      const byTaxId = taxIdNumber ? known.byTaxId.get(`${taxIdCountry} ${taxIdNumber}`) : undefined
      const another = [byId, byTaxId].find(found => found && found !== byOwnId)
      if (ownId && !byOwnId) strangers.push(row)
      else if (byOwnId && another) row.refuse('IDENTITY_CONFLICT', `The row is ${nameOf(byOwnId)}'s by its id, and ${nameOf(another)} has its ${another === byId ? 'external id' : 'tax id'}; mend one of the two.`, 'id')
      else if (byOwnId) row.record = byOwnId
      else if (byId && byTaxId && byId !== byTaxId) row.refuse('IDENTITY_CONFLICT', `The external id is ${nameOf(byId)}'s and the tax id ${nameOf(byTaxId)}'s; mend one of the two.`, 'externalId')
      else if (!byId && byTaxId && externalId && byTaxId.externalId !== null) row.refuse('IDENTITY_CONFLICT', `${nameOf(byTaxId)} has this tax id with another external id, ${byTaxId.externalId}; mend one of the two.`, 'externalId')
      else row.record = byId ?? byTaxId ?? null
    }
    const fresh = rows.filter(row => !row.record && !row.failed && !strangers.includes(row))
    await tellOfMerged(scope, fresh, strangers)
    await warnOfLikeNames(scope, fresh)
  },

  async changes(scope, rows) {
    const contacts = await contactsOf(scope, rows.flatMap(({ record }) => record?.id ?? []))
    return new Map(rows.map(row => {
      const before = row.record
      if (!before) for (const [field, [code, message]] of Object.entries(required)) if (typeof row.values[field] !== 'string' && !row.failed) row.refuse(code, message, field)
      if (row.failed) return [row, []]
      const after = applied(scope, before, row.values)
      refuseUnstorable(row, after)
      const { contact } = row.values as { contact?: Person } // as read above
      const person = before && contact ? personIn(contacts.get(before.id) ?? [], contact) : undefined
      return [row, [...fieldChanges(before, after), ...personChanges(person, contact)]]
    }))
  },

  title: ({ values, record }) => (typeof values.legalName === 'string' ? values.legalName.slice(0, 200) : (record?.legalName ?? null)),

  async refuseTaken(scope, rows) {
    const fresh = rows.filter(({ record }) => !record)
    const known = await holders(scope, fresh.map(({ values }) => values))
    const holder = [...known.byExternalId.values(), ...known.byTaxId.values()][0]
    if (holder) throw new UserError('IMPORT_STALE', `${nameOf(holder)} was made since the plan; plan again.`, 'id')
  },

  async write(scope, rows) {
    const fresh = rows.filter(({ record }) => !record).map(({ values }) => ({ values, client: applied(scope, null, values) }))
    const people = fresh.flatMap(({ values, client }) => (values.contact ? [newContact(scope, client, values.contact as Person)] : [])) // as read above
    await scope.addAll(fresh.map(({ client }) => client))
    await scope.addAll(people)
    const written: Written[] = [...fresh.map(({ client }) => client), ...people].map(record => ({ record, before: null }))
    for (const { record, values } of rows) if (record) written.push(...(await update(scope, record, values)))
    return written
  },
}

// Cells

function readCountry(code: string) {
  return (text: string) => countryOf(text) ?? refuse(code, `${text} is no country; write its name in Catalan, Spanish, English or its own language, or its code, such as ES.`)
}

function paddedPostalCode(row: Reader, text: string, organization: OrganizationFacts): string {
  const country = row.values.country ?? organization.country
  if (country !== 'ES' || !/^\d{4}$/.test(text)) return text
  row.warn('POSTAL_CODE_PADDED', `${text} was completed to 0${text}: Spanish postal codes have five figures.`, 'postalCode')
  return `0${text}`
}

function readWebsite(row: Reader, text: string): string {
  const address = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`
  const read = byScalar(Url, 'WEBSITE_INVALID', () => `${text} is not a web address such as https://example.com.`)(address) as string // a scalar of text
  if (address !== text) row.warn('WEBSITE_COMPLETED', `${text} was completed to ${address}.`, 'website')
  return read
}

const readId = (text: string) => (isId(text, 'cli') ? text : refuse('ID_INVALID', `${text.slice(0, 40)} is not the id of a client in Clientela, which begins with cli_; ids of another system are external ids.`))

function readDays(text: string): number {
  return /^\d{1,3}$/.test(text) && Number(text) <= 365 ? Number(text) : refuse('PAYMENT_TERMS_INVALID', `${text} is not a number of days from 0 to 365.`)
}

function readLanguage(text: string): Language {
  const key = fold(text)
  return (Object.hasOwn(languages, key) ? languages[key] : undefined) ?? refuse('LANGUAGE_UNKNOWN', `${text} is not Catalan, Spanish or English: write ca, es or en.`)
}

function readTaxId(row: Reader, organization: OrganizationFacts) {
  const [text, countryText] = [row.text('taxId'), row.text('taxIdCountry')]
  const country = countryText === null ? undefined : row.attempt('taxIdCountry', () => readCountry('TAX_ID_COUNTRY_UNKNOWN')(countryText))
  if (text === null) {
    row.take('taxId', undefined, { name: 'taxIdNumber' })
    if (row.values.taxIdNumber === null) row.values.taxIdCountry = null
    return
  }
  if (row.failed && row.issues.some(({ field, level }) => level === 'ERROR' && (field === 'country' || field === 'taxIdCountry'))) return // whose number it is, is not known
  const addressCountry = typeof row.values.country === 'string' ? row.values.country : organization.country
  const parsed = row.attempt('taxId', () => parseTaxId(text, { country, addressCountry }))
  if (!parsed) return
  parsed.warnings.forEach(({ code, message }) => { row.warn(code, message, 'taxId') })
  Object.assign(row.values, { taxIdCountry: parsed.country, taxIdNumber: parsed.number })
}

function readPerson(row: Reader) {
  const person: Person = {}
  const cells = [['contactName', 'name'], ['contactRole', 'role'], ['contactEmail', 'email'], ['contactPhone', 'phone']] as const
  for (const [field, name] of cells) {
    const text = row.text(field)
    const read = text === null ? undefined : row.attempt(field, () => (name === 'email' ? String(emailOf(text)) : text))
    if (read !== undefined) person[name] = read
  }
  if (Object.keys(person).length === 0) return
  if (!person.name) row.refuse('CONTACT_NAME_REQUIRED', 'A contact needs a name.', row.has('contactName') ? 'contactName' : 'contactEmail')
  else row.values.contact = person
}

function refuse(code: string, message: string): never {
  throw new UserError(code, message)
}

// What is there

const nameOf = ({ legalName, id }: Pick<Client, 'legalName' | 'id'>) => `${legalName} (${id})`

async function holders(scope: ReadScope, values: readonly Values[]) {
  const externalIds = values.flatMap(({ externalId }) => (typeof externalId === 'string' ? externalId : []))
  const numbers = values.flatMap(({ taxIdNumber }) => (typeof taxIdNumber === 'string' ? taxIdNumber : []))
  const ids = values.flatMap(({ ownId }) => (typeof ownId === 'string' ? ownId : []))
  const byOwnId = ids.length === 0 ? [] : await scope.list(Client, { sql: 't.id IN (:...ids)', parameters: { ids } })
  const byExternalId = externalIds.length === 0 ? [] : await scope.list(Client, { sql: 't.externalId IN (:...externalIds)', parameters: { externalIds } })
  const byNumber = numbers.length === 0 ? [] : await scope.list(Client, { sql: 't.taxIdNumber IN (:...numbers)', parameters: { numbers } })
  const wanted = new Set(values.map(({ taxIdCountry, taxIdNumber }) => `${String(taxIdCountry)} ${String(taxIdNumber)}`))
  // Of a client that several conditions find, one object.
  const byId = new Map([...byNumber, ...byExternalId, ...byOwnId].map(client => [client.id, client]))
  const same = (found: readonly Client[]) => found.map(client => byId.get(client.id) ?? client)
  const keyOf = ({ taxIdCountry, taxIdNumber }: Client) => `${taxIdCountry} ${taxIdNumber}`
  return {
    byOwnId: new Map(byOwnId.map(client => [client.id, client])),
    byExternalId: new Map(same(byExternalId).map(client => [client.externalId, client])),
    byTaxId: new Map(same(byNumber).filter(client => wanted.has(keyOf(client))).map(client => [keyOf(client), client])),
  }
}

/** What a client was known by is free once it was merged: whoever still knows it by that would make it anew. `strangers` have an id of Clientela that no client has. */
async function tellOfMerged(scope: ReadScope, fresh: readonly Reader[], strangers: readonly Reader[]) {
  const identityOf = ({ values }: Reader) => {
    const { ownId, externalId, taxIdCountry, taxIdNumber } = values as { ownId?: string; externalId?: string | null; taxIdCountry?: string | null; taxIdNumber?: string | null } // as read above
    return { ownId: ownId ?? '', externalId: externalId ?? null, taxId: taxIdCountry && taxIdNumber ? composeTaxId(taxIdCountry, taxIdNumber) : null }
  }
  const known = fresh.map(identityOf)
  const gone = await mergedAway(scope, { ids: strangers.map(row => identityOf(row).ownId), externalIds: known.flatMap(({ externalId }) => externalId ?? []), taxIds: known.flatMap(({ taxId }) => taxId ?? []) })
  for (const row of strangers) {
    const { ownId } = identityOf(row)
    const merged = gone.find(({ id }) => id === ownId)
    row.refuse('CLIENT_UNKNOWN', merged ? `${merged.legalName} (${ownId}) was merged into ${nameOf(merged.into)}: write the id of that one, or leave the row out.` : `There is no client ${ownId}; leave the cell empty to make a new one.`, 'id')
  }
  for (const row of fresh) {
    const { externalId, taxId } = identityOf(row)
    const byExternalId = externalId === null ? undefined : gone.find(merged => merged.externalId === externalId)
    const merged = byExternalId ?? (taxId === null ? undefined : gone.find(each => each.taxId === taxId))
    if (merged) row.warn('CLIENT_MERGED', `${merged.legalName} (${merged.id}) had this ${byExternalId ? 'external id' : 'tax id'} until it was merged into ${nameOf(merged.into)}, and the row makes a client anew: leave it out, or write the id of that one into a column that goes to id.`, byExternalId ? 'externalId' : 'taxId')
  }
}

async function warnOfLikeNames(scope: ReadScope, rows: readonly Reader[]) {
  const names = [...new Set(rows.flatMap(({ values }) => (typeof values.legalName === 'string' ? fold(values.legalName) : [])))]
  if (names.length === 0) return
  const like = await scope.rows<{ id: string; legal_name: string; legal_name_folded: string; postal_code: string | null }>(
    'SELECT id, legal_name, legal_name_folded, postal_code FROM clients WHERE organization_id = :organization AND legal_name_folded IN (:...names) ORDER BY id', { names },
  )
  const byName = groupBy(like, client => client.legal_name_folded)
  for (const row of rows) {
    const { legalName, postalCode = null } = row.values as { legalName?: string; postalCode?: string | null } // as read above
    const found = byName.get(fold(legalName ?? ''))?.find(client => client.postal_code === postalCode)
    if (found) row.warn('CLIENT_ALIKE', `${found.legal_name} (${found.id}) has the same name and postal code; give the row its external id or tax id if it is the same client.`, 'legalName')
  }
}

async function contactsOf(scope: ReadScope, ids: readonly string[]): Promise<Map<string, Contact[]>> {
  return ids.length === 0 ? new Map() : groupBy(await scope.list(Contact, { sql: 't.clientId IN (:...ids)', parameters: { ids } }), ({ clientId }) => clientId)
}

/** A person is the same by e-mail address, then by name. */
const personIn = (contacts: readonly Contact[], { name = '', email }: Person) =>
  contacts.find(contact => email !== undefined && contact.email?.toLowerCase() === email.toLowerCase()) ?? contacts.find(({ nameFolded }) => nameFolded === fold(name))

// What is written

/** The client as it would be. */
function applied(scope: ReadScope, before: Client | null, { contact: _contact, ownId: _ownId, legalName, ...values }: Values): Client {
  const client = before ? Object.assign(new Client(), before) : blank(scope)
  Object.assign(client, values)
  if (typeof legalName === 'string') client.setLegalName(legalName)
  return client
}

/** `make` of a scope that writes gives an id; one that only plans needs none. */
function blank(scope: ReadScope): Client {
  const nothing = Object.fromEntries(recordOf(Client).fields.filter(({ nullable }) => nullable).map(({ name }) => [name, null]))
  const start = { country: scope.organization.country, tags: [] }
  return 'make' in scope ? (scope as WriteScope).make(Client, start) : Object.assign(new Client(), { ...nothing, ...start }) // only a WriteScope makes
}

function refuseUnstorable(row: Reader, after: Client) {
  const untested = { id: '-', organizationId: '-', version: 1, createdAt: new Date(0), updatedAt: new Date(0) }
  try {
    validate(recordOf(Client), Object.assign(new Client(), after, untested))
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    row.refuse(error.code, error.message, shownNames[error.field ?? ''] ?? error.field ?? null)
  }
}

const shownNames: Record<string, string> = { taxIdNumber: 'taxId', legalNameFolded: 'legalName' }

function shown(value: string | number | readonly string[] | null | undefined): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'object' ? value.join(', ') || null : String(value)
}

function fieldChanges(before: Client | null, after: Client): ImportChange[] {
  const valueOf = (client: Client | null, name: string) => (client === null ? null : shown((client as unknown as Record<string, Parameters<typeof shown>[0]>)[name])) // its own fields and getters: texts, numbers and tags
  return clientFields.filter(({ name }) => !name.startsWith('contact') && !['id', 'taxIdCountry'].includes(name))
    .map(({ name }) => ({ field: name, before: valueOf(before, name), after: valueOf(after, name) }))
    .filter(change => change.before !== change.after)
}

function personChanges(person: Contact | undefined, given: Person | undefined): ImportChange[] {
  const fields = { contactName: 'name', contactRole: 'role', contactEmail: 'email', contactPhone: 'phone' } as const
  return Object.entries(fields).map(([field, name]) => ({ field, before: person?.[name] ?? null, after: given?.[name] ?? person?.[name] ?? null })).filter(change => given && change.before !== change.after)
}

function newContact(scope: WriteScope, client: Client, { name = '', ...given }: Person): Contact {
  return scope.make(Contact, { ...given, clientId: client.id, name, nameFolded: fold(name), primary: true })
}

async function update(scope: WriteScope, client: Client, values: Values): Promise<Written[]> {
  const { contact, ...own } = values as Values & { contact?: Person } // as read above
  const [before, after] = [{ ...client } as Values, { ...applied(scope, client, own) } as Values] // its own columns
  const names = recordOf(Client).fields.map(({ name }) => name).filter(name => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
  const written: Written[] = []
  if (names.length > 0) {
    Object.assign(client, Object.fromEntries(names.map(name => [name, after[name]])))
    written.push({ record: await scope.change(client), before: Object.fromEntries(names.map(name => [name, before[name]])) })
  }
  if (contact) written.push(...(await writePerson(scope, client, contact)))
  return written
}

async function writePerson(scope: WriteScope, client: Client, given: Person): Promise<Written[]> {
  const contacts = (await contactsOf(scope, [client.id])).get(client.id) ?? []
  const known = personIn(contacts, given)
  if (!known) return [{ record: await createContact(scope, { clientId: client.id, name: given.name ?? '', ...given }), before: null }]
  const before = { name: known.name, nameFolded: known.nameFolded, role: known.role, email: known.email, phone: known.phone }
  const { version } = known
  const record = await updateContact(scope, { id: known.id, version, ...given })
  return record.version === version ? [] : [{ record, before }]
}
