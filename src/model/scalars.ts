import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql'
import { GraphQLCountryCode, GraphQLDateTimeISO, GraphQLJSON } from 'graphql-scalars'
import { isEmailAddress, problemOfWebAddress } from '../lib/addresses.js'
import { isDay } from '../lib/calendar.js'
import { isCurrency } from '../lib/money.js'
import { isTimeZone } from '../lib/calendar.js'
import { normalText, quoted, shortMessage } from '../lib/text.js'

const badInput = (message: string) =>
  new GraphQLError(shortMessage(message), { extensions: { code: 'BAD_USER_INPUT' } })

/** A scalar that is a checked string on both sides; `form` brings a text into the form in which it is stored. */
function textScalar(
  name: string,
  description: string,
  refuse: (text: string) => string | undefined,
  form = (text: string) => text,
) {
  const parse = (value: unknown): string => {
    if (typeof value !== 'string') throw badInput(`${name} must be a string.`)
    const text = form(value)
    const problem = refuse(text)
    if (problem) throw badInput(problem)
    return text
  }
  return new GraphQLScalarType<string, string>({
    name,
    description,
    serialize: String,
    parseValue: parse,
    parseLiteral: (node: ValueNode) => {
      if (node.kind !== Kind.STRING) throw badInput(`${name} must be a string.`)
      return parse(node.value)
    },
  })
}

export const Day = textScalar('Date', 'A calendar date, `YYYY-MM-DD`, without time or zone.', value =>
  isDay(value) ? undefined : `${quoted(value)} is not a calendar date of the form YYYY-MM-DD.`,
)

export const Decimal = textScalar(
  'Decimal',
  'An exact decimal number as a string, such as "1234.50"; no exponent, no thousands separator.',
  value =>
    /^-?\d{1,16}(\.\d{1,10})?$/.test(value) ? undefined : `${quoted(value)} is not a decimal number such as "1234.50".`,
)

export const CurrencyCode = textScalar('CurrencyCode', 'A currency by its ISO 4217 code, such as EUR.', value =>
  isCurrency(value) ? undefined : `${quoted(value)} is not an ISO 4217 currency code such as EUR.`,
)

export const TimeZone = textScalar('TimeZone', 'A time zone of the IANA database, such as Europe/Madrid.', value =>
  isTimeZone(value) ? undefined : `${quoted(value)} is not a time zone such as Europe/Madrid.`,
)

/** graphql-scalars' scalar under its name in our schema, with the error code that our callers read. */
export function adopt(
  scalar: GraphQLScalarType,
  name: string,
  description: string,
  refuse: (value: unknown) => string | undefined = () => undefined,
) {
  const config = scalar.toConfig()
  const coded =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      let value: R
      try {
        value = work(...args)
      } catch (error) {
        throw badInput(error instanceof Error ? error.message : `${name} is not valid.`)
      }
      const problem = refuse(value)
      if (problem) throw badInput(problem)
      return value
    }
  return new GraphQLScalarType({
    ...config,
    name,
    description,
    extensions: {},
    parseValue: coded(config.parseValue),
    parseLiteral: coded(config.parseLiteral),
  })
}

// No database stores a year of five digits, which an offset from UTC can make.
export const Instant = adopt(
  GraphQLDateTimeISO,
  'DateTime',
  'An instant in UTC with milliseconds, ISO 8601: `2026-01-31T10:00:00.000Z`.',
  value =>
    value instanceof Date && value.getUTCFullYear() >= 1 && value.getUTCFullYear() <= 9999
      ? undefined
      : 'A DateTime lies in the years 1 to 9999, in UTC.',
)

/** graphql-scalars also takes small letters, which would tell one country from itself. */
export function isCountry(code: string): boolean {
  try {
    return /^[A-Z]{2}$/.test(code) && GraphQLCountryCode.parseValue(code) !== undefined
  } catch {
    return false
  }
}

export const CountryCode = textScalar('CountryCode', 'A country by its ISO 3166-1 alpha-2 code, such as ES.', value =>
  isCountry(value) ? undefined : `${quoted(value)} is not an ISO 3166-1 country code such as ES.`,
)
export const EmailAddress = textScalar(
  'EmailAddress',
  'An e-mail address, such as info@example.com; letters beyond ASCII and international domains may stand in it (RFC 6531).',
  value => (isEmailAddress(value) ? undefined : `${quoted(value)} is not an e-mail address such as info@example.com.`),
  normalText,
)
export const Url = textScalar(
  'URL',
  'A web address with http or https, without user name or password.',
  value => {
    const problem = problemOfWebAddress(value)
    // An error repeats nothing of an address that holds a password.
    return problem && `${problem.startsWith('holds') ? 'The web address' : quoted(value)} ${problem}.`
  },
  normalText,
)
export const Json = adopt(GraphQLJSON, 'JSON', 'Any JSON value.')
