import { euCountryOf, euPrefixOf, hasEuVat, isEuVat, parseEuVat, vatPrefixOf } from './eu-vat.js'
import { isNif, parseNif, type TaxIdWarning } from './nif.js'
import { UserError } from './user-error.js'

export interface TaxId {
  /** ISO code, or XI for a VAT number of Northern Ireland, which has none. */
  country: string
  /** Without the country's prefix. */
  number: string
  warnings: TaxIdWarning[]
}

export interface TaxIdOrigin {
  /** As given, ISO. */
  country?: string
  addressCountry?: string
}

const LONGEST_INPUT = 60
const SEPARATORS = /[\s./:()\p{Pd}\u2212\p{Cf}]/gu
const PREFIXED_NIF = /^ES(\d{8}[A-Z]|[A-Z]\d{7}[A-Z0-9])$/

export function parseTaxId(input: string, origin: TaxIdOrigin): TaxId {
  const text = normalise(input)
  const address = origin.addressCountry && isoCode(origin.addressCountry)
  const country = origin.country ? isoCode(origin.country) : countryOf(text, address)

  if (country === 'ES') return spanish(text, address)
  if (hasEuVat(country)) return { country, number: parseEuVat(text, country), warnings: [] }
  return { country, number: parseOther(text, country), warnings: [] }
}

/** As it is shown and printed: ESB58378431, EL094259216. */
export function composeTaxId(country: string, number: string): string {
  return vatPrefixOf(country) + number
}

function normalise(input: string): string {
  const text = input.length <= LONGEST_INPUT ? input.normalize('NFKC').toUpperCase().replace(SEPARATORS, '') : input
  if (text === '') throw new UserError('TAX_ID_LENGTH', 'The tax id is empty; write it, or leave it out.', 'taxId')
  if (text.length > LONGEST_INPUT)
    throw new UserError('TAX_ID_LENGTH', 'This is too long for a tax id; write nothing but the tax id.', 'taxId')
  return text
}

// A prefix that fits decides, else the address. A valid NIF stays Spanish wherever its holder lives, unless it is valid
// there too, as U12345005 is in Austria.
function countryOf(text: string, address: string | undefined): string {
  if (PREFIXED_NIF.test(text)) return 'ES'
  const prefixed = euCountryOf(text)
  if (prefixed) return prefixed

  const isValidThere = address !== undefined && hasEuVat(address) && isEuVat(text, address)
  if (isNif(text) && !isValidThere) return 'ES'
  const foreign = euPrefixOf(text) ?? address
  if (/^EU\d{9}$/.test(text) && (!foreign || foreign === 'ES'))
    throw new UserError(
      'TAX_ID_FORMAT',
      `${text} is a number of the European Union's one-stop shop and names no country. Give the country too, or the firm's own tax id.`,
      'taxId',
    )
  return foreign || 'ES'
}

function spanish(text: string, address: string | undefined): TaxId {
  const { number, warnings } = parseNif(/^ES.{9}$/.test(text) ? text.slice(2) : text)
  if (address && address !== 'ES')
    warnings.push({
      code: 'TAX_ID_FOREIGN_ADDRESS',
      message: `${number} is a Spanish tax id, and the address is in another country; give the tax id's country if that is wrong.`,
    })
  return { country: 'ES', number, warnings }
}

// Its prefix goes, so that a number reads back as it was shown.
function parseOther(text: string, country: string): string {
  const number = text.length > 2 && text.startsWith(country) ? text.slice(2) : text
  if (!/^[A-Z0-9]{1,30}$/.test(number))
    throw new UserError('TAX_ID_FORMAT', 'A tax id has 1 to 30 letters A to Z and digits; write nothing else.', 'taxId')
  return number
}

function isoCode(country: string): string {
  const code = country.trim().toUpperCase()
  return code === 'EL' ? 'GR' : code
}
