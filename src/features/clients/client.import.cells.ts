import { problemOfWebAddress } from '../../lib/addresses.js'
import { countryOf } from '../../lib/country.js'
import { fold } from '../../lib/fold.js'
import { isId } from '../../lib/id.js'
import { parseTaxId } from '../../lib/tax-id.js'
import { shortened } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'
import { currencyOf, type RowReader } from '../imports/index.js'
import type { Language } from '../organizations/index.js'
import { cleanTags } from './client.commands.js'
import type { Client } from './client.js'
import type { ClientValues, Person } from './client.import.values.js'
import { readEmail } from './email-cell.js'

export type ClientReader = RowReader<Client, ClientValues>

/** The longest text that is read as a number of days. */
const longestTerm = 100

const languages: Record<string, Language> = {
  ca: 'CA',
  catala: 'CA',
  catalan: 'CA',
  cat: 'CA',
  es: 'ES',
  castella: 'ES',
  castellano: 'ES',
  espanyol: 'ES',
  espanol: 'ES',
  spanish: 'ES',
  esp: 'ES',
  en: 'EN',
  angles: 'EN',
  ingles: 'EN',
  english: 'EN',
  eng: 'EN',
}

/**
 * Reads the cells of a row, except those that depend on the country of its client: see `readTaxId` and
 * `readPostalCode`.
 */
export function readClient(row: ClientReader) {
  row.take('legalName', undefined, { stays: true })
  if (row.has('legalName') && row.values.legalName === undefined)
    row.refuse('LEGAL_NAME_REQUIRED', 'A client needs a legal name.', 'legalName')
  row.take('ownId', readId, { from: 'id', stays: true })
  for (const field of ['externalId', 'tradeName', 'addressLine2', 'region', 'phone', 'notes'] as const) row.take(field)
  for (const field of ['addressLine1', 'city'] as const) row.take(field, undefined, { stays: true })
  row.take('country', readCountry('COUNTRY_UNKNOWN'), { stays: true })
  row.take('email', text => readEmail(row, 'email', text, toNotes(row)))
  row.take('website', text => readWebsite(row, text))
  row.take('currency', currencyOf)
  row.take('paymentTermsDays', daysOf)
  row.take('tags', text => cleanTags(text.split(row.header('tags').endsWith(' -') ? '-' : ',')), { clear: [] })
  row.take('language', readLanguage)
  readPerson(row)
}

function readCountry(code: string) {
  return (text: string) =>
    countryOf(text) ??
    refuse(
      code,
      `${shortened(text, 40)} is no country; write its name in Catalan, Spanish, English or its own language, or its code, such as ES.`,
    )
}

/** `country` is the country of the client if the row names none. */
export function readPostalCode(row: ClientReader, country: string) {
  row.take('postalCode', text => ((row.values.country ?? country) === 'ES' ? spanishPostalCode(row, text) : text))
}

/** A Spanish postal code has five figures. A spreadsheet drops the first one if it is a zero. */
function spanishPostalCode(row: ClientReader, text: string): string {
  const [, figures = ''] = /^(\d{4,5})(?:[.,]0{1,4})?$/.exec(text) ?? []
  const code = figures.startsWith('0') && figures.length < 5 ? '' : figures.padStart(5, '0')
  if (code < '01000' || code > '52999') {
    row.warn(
      'POSTAL_CODE_UNUSUAL',
      `${shortened(text, 40)} is not a Spanish postal code, which has five figures from 01000 to 52999. Check it, or give the country.`,
      'postalCode',
    )
    return text
  }
  if (code !== text)
    row.warn(
      'POSTAL_CODE_PADDED',
      `${text} was completed to ${code}: Spanish postal codes have five figures.`,
      'postalCode',
    )
  return code
}

/** Keeps addresses that have no field of their own, for `applied` to put into the notes. */
const toNotes = (row: ClientReader) => (addresses: readonly string[]) => {
  row.values.otherEmails = [...(row.values.otherEmails ?? []), ...addresses]
  return `${addresses.join(', ')} goes to the notes.`
}

function readWebsite(row: ClientReader, text: string): string {
  const address = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`
  const problem = problemOfWebAddress(address)
  // The message repeats nothing of an address that holds a password.
  if (problem)
    refuse('WEBSITE_INVALID', `${problem.startsWith('holds') ? 'The web address' : shortened(text, 40)} ${problem}.`)
  if (address !== text)
    row.warn('WEBSITE_COMPLETED', `${shortened(text, 100)} was completed to ${shortened(address, 100)}.`, 'website')
  return address
}

const readId = (text: string) =>
  isId(text, 'cli')
    ? text
    : refuse(
        'ID_INVALID',
        `${text.slice(0, 40)} is not the id of a client in Clientela, which begins with cli_; ids of another system are external ids.`,
      )

function readLanguage(text: string): Language {
  const key = fold(text)
  return (
    (Object.hasOwn(languages, key) ? languages[key] : undefined) ??
    refuse('LANGUAGE_UNKNOWN', `${shortened(text, 40)} is not Catalan, Spanish or English: write ca, es or en.`)
  )
}

/** `home` is the country of the client if the row names none. */
export function readTaxId(row: ClientReader, home: string) {
  const [text, countryText] = [row.text('taxId'), row.text('taxIdCountry')]
  const country =
    countryText === null
      ? undefined
      : row.attempt('taxIdCountry', () => readCountry('TAX_ID_COUNTRY_UNKNOWN')(countryText))
  if (text === null) {
    row.take('taxIdNumber', undefined, { from: 'taxId' })
    if (row.values.taxIdNumber === null) row.values.taxIdCountry = null
    return
  }
  if (
    row.failed &&
    row.issues.some(({ field, level }) => level === 'ERROR' && (field === 'country' || field === 'taxIdCountry'))
  )
    return // the row does not say whose number it is
  const addressCountry = row.values.country ?? home
  const parsed = row.attempt('taxId', () => parseTaxId(text, { country, addressCountry }))
  if (!parsed) return
  parsed.warnings.forEach(({ code, message }) => {
    row.warn(code, message, 'taxId')
  })
  Object.assign(row.values, { taxIdCountry: parsed.country, taxIdNumber: parsed.number })
}

function readPerson(row: ClientReader) {
  const person: Person = {}
  const cells = [
    ['contactName', 'name'],
    ['contactRole', 'role'],
    ['contactEmail', 'email'],
    ['contactPhone', 'phone'],
  ] as const
  for (const [field, name] of cells) {
    const text = row.text(field)
    const read =
      text === null
        ? undefined
        : row.attempt(field, () => (name === 'email' ? readEmail(row, field, text, toNotes(row)) : text))
    if (read !== undefined) person[name] = read
  }
  if (Object.keys(person).length === 0) return
  if (!person.name && cells.every(([field]) => row.text(field) === null || row.isBorrowed(field))) return // the business keeps them
  if (!person.name)
    row.refuse(
      'CONTACT_NAME_REQUIRED',
      'A contact needs a name.',
      row.has('contactName') ? 'contactName' : 'contactEmail',
    )
  else row.values.contact = person
}

/** Days as a number, also `60 días`, `60 d.`, `30 days`. */
export function daysOf(text: string): number {
  const [, days] =
    /^(\d{1,3})(?:[.,]0{1,4})?(?:d|dia|dias|dies|day|days)?\.?$/.exec(
      text.length > longestTerm ? '' : fold(text).replaceAll(' ', ''),
    ) ?? []
  return days !== undefined && Number(days) <= 365
    ? Number(days)
    : refuse('PAYMENT_TERMS_INVALID', `${shortened(text, 40)} is not a number of days from 0 to 365.`)
}

function refuse(code: string, message: string): never {
  throw new UserError(code, message)
}
