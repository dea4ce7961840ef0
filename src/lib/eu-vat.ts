import type { Validator } from 'stdnum'
import { load } from './load.js'
import { UserError } from './user-error.js'

interface Scheme {
  /** The two letters in front of the number, which for Greece and Northern Ireland are not the ISO code. */
  prefixes: string[]
  form: RegExp
  lengths: number[]
  /** Where stdnum has its rule. */
  rule: string
}

// Spain is in nif.ts. XI, Northern Ireland, has no ISO code of its own and counts by Britain's rules.
const schemes = new Map<string, Scheme>([
  schemeFor('AT', /^U\d{8}$/, [9], 'at/uid'),
  schemeFor('BE', /^[01]\d{9}$/, [10], 'be/vat'),
  schemeFor('BG', /^\d{9,10}$/, [9, 10], 'bg/vat'),
  schemeFor('CY', /^\d{8}[A-Z]$/, [9], 'cy/vat'),
  schemeFor('CZ', /^\d{8,10}$/, [8, 9, 10], 'cz/dic'),
  schemeFor('DE', /^\d{9}$/, [9], 'de/vat'),
  schemeFor('DK', /^\d{8}$/, [8], 'dk/cvr'),
  schemeFor('EE', /^\d{9}$/, [9], 'ee/kmkr'),
  schemeFor('FI', /^\d{8}$/, [8], 'fi/alv'),
  schemeFor('FR', /^[0-9A-HJ-NP-Z]{2}\d{9}$/, [11], 'fr/tva'),
  schemeFor('GR', /^\d{9}$/, [9], 'gr/vat', ['EL', 'GR']),
  schemeFor('HR', /^\d{11}$/, [11], 'hr/oib'),
  schemeFor('HU', /^\d{8}$/, [8], 'hu/anum'),
  schemeFor('IE', /^(\d{7}[A-W][A-W]?|\d[A-Z+*]\d{5}[A-W])$/, [8, 9], 'ie/vat'),
  schemeFor('IT', /^\d{11}$/, [11], 'it/iva'),
  schemeFor('LT', /^(\d{9}|\d{12})$/, [9, 12], 'lt/pvm'),
  schemeFor('LU', /^\d{8}$/, [8], 'lu/tva'),
  schemeFor('LV', /^\d{11}$/, [11], 'lv/pvn'),
  schemeFor('MT', /^\d{8}$/, [8], 'mt/vat'),
  schemeFor('NL', /^\d{9}B\d{2}$/, [12], 'nl/btw'),
  schemeFor('PL', /^\d{10}$/, [10], 'pl/nip'),
  schemeFor('PT', /^[1-9]\d{8}$/, [9], 'pt/nif'),
  schemeFor('RO', /^[1-9](\d{1,9}|\d{12})$/, [2, 3, 4, 5, 6, 7, 8, 9, 10, 13], 'ro/cui'),
  schemeFor('SE', /^\d{10}(0[1-9]|[1-8]\d|9[0-4])$/, [12], 'se/vat'),
  schemeFor('SI', /^[1-9]\d{7}$/, [8], 'si/ddv'),
  schemeFor('SK', /^[1-9]\d{9}$/, [10], 'sk/dph'),
  schemeFor('XI', /^(\d{9}|\d{12}|GD[0-4]\d{2}|HA[5-9]\d{2})$/, [5, 9, 12], 'gb/vat'),
])

const countries = new Map(
  [...schemes].flatMap(([country, { prefixes }]) => prefixes.map(prefix => [prefix, country] as const)),
)

export function hasEuVat(country: string): boolean {
  return schemes.has(country)
}

/** The country whose prefix and form the text has. */
export function euCountryOf(text: string): string | undefined {
  const country = countries.get(text.slice(0, 2))
  return country && schemes.get(country)?.form.test(completed(text.slice(2), country)) ? country : undefined
}

/**
 * The country whose prefix the text has before figures, be the number right or not: no Spanish number begins with two
 * letters.
 */
export function euPrefixOf(text: string): string | undefined {
  return /^[A-Z]{2}U?\d/.test(text) ? countries.get(text.slice(0, 2)) : undefined
}

/** A normalised number of a country that `hasEuVat`, with its prefix or without. */
export function parseEuVat(text: string, country: string): string {
  const scheme = schemeOf(country)
  const number = completed(bare(text, scheme), country)
  const { lengths, prefixes } = scheme
  if (!lengths.includes(number.length))
    throw new UserError(
      'TAX_ID_LENGTH',
      `A VAT number of ${nameOf(country)} has ${listed(lengths)} characters after ${prefixes[0]}; ${number} has ${number.length}. Correct it, or give the right country.`,
      'taxId',
    )

  const verdict = verdictOn(number, country, scheme)
  if (verdict === 'wrong form')
    throw new UserError(
      'TAX_ID_FORMAT',
      `${number} is not written like a VAT number of ${nameOf(country)}: check it for a typing mistake, or give the right country.`,
      'taxId',
    )
  if (verdict === 'wrong check digit')
    throw new UserError(
      'TAX_ID_CHECK_CHARACTER',
      `The check digit of ${number} does not match the other characters of a VAT number of ${nameOf(country)}: compare it with a document for a typing mistake.`,
      'taxId',
    )
  return number
}

export function isEuVat(text: string, country: string): boolean {
  const scheme = schemeOf(country)
  return verdictOn(completed(bare(text, scheme), country), country, scheme) === 'right'
}

// Belgian numbers had nine figures until 2007, Greek ones eight; a spreadsheet takes the zeros of Dutch ones away.
const completions = new Map<string, { short: RegExp; length: number }>([
  ['BE', { short: /^\d{9}$/, length: 10 }],
  ['GR', { short: /^\d{8}$/, length: 9 }],
  ['NL', { short: /^\d{1,8}B\d{2}$/, length: 12 }],
])

function completed(number: string, country: string): string {
  const completion = completions.get(country)
  return completion?.short.test(number) ? number.padStart(completion.length, '0') : number
}

/** The letters written in front of a number of the country. */
export function vatPrefixOf(country: string): string {
  return schemes.get(country)?.prefixes[0] ?? country
}

// Numbers that stdnum 1.12.0 refuses though they may be right (https://github.com/koblas/stdnum-js); only its form
// counts here.
const misjudged = new Map([
  ['BG', /^([4-8]\d{8}|\d{10})$/], // firms like 831919536; persons' numbers, where a check is the wrong way round
  ['CZ', /^6\d{8}$/], // counts the 6, which the check digit leaves out
  ['LV', /^32/], // persons' numbers since 2017, which no longer begin with a date of birth
  ['SE', /^\d{10}(?!01)/], // a holder's second business and more
  ['SK', /^[156]/], // looks at the first digit, where the rule is about the third
])

function verdictOn(
  number: string,
  country: string,
  { form, rule }: Scheme,
): 'right' | 'wrong form' | 'wrong check digit' {
  if (!form.test(number)) return 'wrong form'
  if (misjudged.get(country)?.test(number)) return 'right'
  const person = country === 'RO' && number.length === 13 ? 'ro/cnp' : undefined // who trades by his personal number
  const { isValid, error } = ruleAt(person ?? rule).validate(number)
  if (isValid) return 'right'
  return error?.name === 'InvalidChecksum' ? 'wrong check digit' : 'wrong form'
}

// Each by itself: the package whole is 310 modules.
const ruleAt = (place: string) => load<Validator>(`stdnum/lib/cjs/${place}.js`)

// French keys may be letters, so a number that already has the right form keeps its first two.
function bare(text: string, { form, prefixes }: Scheme): string {
  const isPrefixed = prefixes.includes(text.slice(0, 2))
  return isPrefixed && !form.test(text) ? text.slice(2) : text
}

function schemeFor(
  country: string,
  form: RegExp,
  lengths: number[],
  rule: string,
  prefixes = [country],
): [string, Scheme] {
  return [country, { prefixes, form, lengths, rule }]
}

function schemeOf(country: string): Scheme {
  const found = schemes.get(country)
  if (!found) throw new Error(`${country} has no EU VAT numbers`)
  return found
}

function nameOf(country: string): string {
  if (country === 'XI') return 'Northern Ireland'
  return new Intl.DisplayNames(['en'], { type: 'region' }).of(country) ?? country
}

function listed(lengths: number[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(lengths.map(String))
}
