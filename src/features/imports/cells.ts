import { dayIn, isDay, type Day } from '../../lib/calendar.js'
import { fold } from '../../lib/fold.js'
import { isCurrency } from '../../lib/money.js'
import type { CellKind } from '../../lib/table/read.js'
import { shortened } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'
import { decimalText, writtenNumber, type DecimalMark } from '../../lib/written-number.js'

// Readers of the cells of documents. Spreadsheets in Spain write the day first, and decimals after a comma or a point.

function refuse(code: string, message: string): never {
  throw new UserError(code, message)
}

/** The longest text that is read as a number, day or choice. */
const longest = 100
const quoted = (text: string) => shortened(text, 40)

/** The texts that spreadsheet programs show where a formula fails, in English, Spanish and Catalan. */
const errors = new Set([
  '#n/a',
  '#n/d',
  '#nd',
  '#ref!',
  '#¡ref!',
  '#value!',
  '#¡valor!',
  '#valor!',
  '#div/0!',
  '#¡div/0!',
  '#name?',
  '#¿nombre?',
  '#nom?',
  '#num!',
  '#¡num!',
  '#núm!',
  '#null!',
  '#¡nulo!',
  '#nul!',
  '#spill!',
  '#¡desbordamiento!',
  '#calc!',
  '#¡calc!',
  '#error!',
  '#getting_data',
  '#field!',
  '#¡campo!',
  '#blocked!',
  '#¡bloqueado!',
  '#connect!',
  '#¡conectar!',
  '#unknown!',
  '#busy!',
])

/** Whether a cell shows an error, or a number for which its column was too narrow. */
export const isErrorCell = (text: string) =>
  text.length <= 20 && (errors.has(text.toLowerCase()) || /^(#{3,20}|Err:5\d\d)$/.test(text))

/** Whether a text is what Excel saves of a long number in a CSV file: `4,30001E+11`. */
export const isShortened = (text: string) => text.length <= 25 && /^-?\d(?:[.,]\d{1,15})?E[+-]\d{2,3}$/i.test(text)

/**
 * `2026-01-31`, `31/01/2026`, `31-1-2026`, `31.1.2026`; the time of day is left out. An instant that tells its zone,
 * such as `2026-01-31T23:00:00Z`, is the day that the calendar of the organisation shows then.
 */
export function dayOf(text: string, timeZone: string): Day {
  const wrong = () => refuse('DATE_INVALID', `${quoted(text)} is not a day: write 2026-01-31 or 31/01/2026.`)
  if (text.length > longest) return wrong()
  const [, day = '', month = '', year = ''] = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:\s.*)?$/.exec(text) ?? []
  if (year) return realDay(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`) ?? wrong()
  const [, date = '', time = '', zone = ''] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d[:\d.,]{0,20}) ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?$/i.exec(text) ?? []
  if (!realDay(date)) return wrong()
  return zone ? (dayAt(date, time, zone, timeZone) ?? wrong()) : date
}

const realDay = (text: string) => (isDay(text) ? text : undefined)

function dayAt(date: Day, time: string, zone: string, timeZone: string): Day | undefined {
  const [sign, figures] = [zone[0], zone.replace(/\D/g, '').padEnd(4, '0')]
  const offset = figures === '0000' ? 'Z' : `${sign}${figures.slice(0, 2)}:${figures.slice(2)}`
  const instant = new Date(`${date}T${time.replace(',', '.')}${offset}`)
  return Number.isNaN(instant.getTime()) ? undefined : dayIn(timeZone, instant)
}

export interface NumberCell {
  kind: CellKind
  /** Whether its field is a percentage. */
  percentage: boolean
  /** The sign before decimals in its column. EXACT: nothing divides thousands. Null: unknown. */
  mark: DecimalMark | 'EXACT' | null
}

/** A decimal without signs between thousands, and the sign or code of a currency that stood beside it. */
export function numberOf(
  text: string,
  { kind, percentage, mark }: NumberCell,
): { decimal: string; sign: string | null } {
  const written = writtenNumber(text)
  if (!written || (written.percent && !percentage) || (written.sign && percentage))
    refuse('AMOUNT_INVALID', `${quoted(text)} is not a number such as 1234.50 or 1.234,50.`)
  const decimal = decimalText(written, kind === 'TEXT' ? mark : 'EXACT')
  if (decimal === undefined)
    refuse(
      'AMOUNT_AMBIGUOUS',
      `${text} may be a thousand or a fraction: write it as ${decimalText(written, written.doubtful === ',' ? '.' : ',')} or with two decimals more.`,
    )
  return { decimal: kind === 'PERCENTAGE' && percentage ? hundredfold(decimal) : decimal, sign: written.sign }
}

/** `0.21` → `21`. */
export function hundredfold(decimal: string): string {
  const [whole = '', fraction = ''] = decimal.split('.')
  const figures = `${whole}${fraction.slice(0, 2).padEnd(2, '0')}`.replace(/^(-?)0+(?=\d)/, '$1')
  return fraction.length > 2 ? `${figures}.${fraction.slice(2)}` : figures
}

/**
 * Reads whole minutes from `1:30`, `1h 30m` or decimal hours. Decimal hours become the nearest whole minute if they may
 * be that minute, rounded: 0,33 is 20 minutes; 1,51 is none.
 */
export function minutesOf(text: string, decimal: (text: string) => string): number {
  const bare = text.length > longest ? '' : fold(text).replaceAll(' ', '')
  const [, hours, minutes = '0', rest = '0'] =
    /^(\d{1,3}):([0-5]\d)(?::([0-5]\d)(?:[.,]0{1,6})?)?$/.exec(bare) ??
    /^(\d{1,3})(?:h|hs|hr|hrs|hora|horas|hores|hour|hours)\.?(?:([0-5]?\d)(?:(?:m|min|mins|minuto|minutos|minuts|minut|minute|minutes)\.?)?)?$/.exec(
      bare,
    ) ??
    []
  if (hours !== undefined && Number(rest) === 0) return Number(hours) * 60 + Number(minutes)
  const [, alone] = /^(\d{1,4})(?:m|min|mins|minuto|minutos|minuts|minut|minute|minutes)\.?$/.exec(bare) ?? []
  if (alone !== undefined) return Number(alone)
  const invalid = () =>
    refuse('HOURS_INVALID', `${quoted(text)} hours are not a whole number of minutes; write 1:30 or 1,5.`)
  return hours === undefined ? (nearestMinute(decimal(text)) ?? invalid()) : invalid()
}

/**
 * Returns the nearest minute; undefined where rounding does not explain the rest. It counts in whole numbers, of which
 * half of the last place may have been rounded away.
 */
function nearestMinute(hours: string): number | undefined {
  const [whole = '', fraction = ''] = hours.split('.')
  const places = 10n ** BigInt(fraction.length)
  const sixtieths = BigInt(whole + fraction) * 60n
  const minutes = (sixtieths * 2n + places) / (places * 2n)
  const difference = minutes * places - sixtieths
  return difference <= 30n && difference >= -30n ? Number(minutes) : undefined
}

const yes = new Set(['si', 'sí', 'yes', 'y', 's', 'true', '1', 'x', 'cert', 'verdadero', 'facturable', 'billable'])
const no = new Set(['no', 'n', 'false', '0', 'fals', 'falso'])

export function flagOf(text: string): boolean {
  const folded = fold(text.slice(0, longest))
  return (
    yes.has(folded) ||
    (no.has(folded) ? false : refuse('FLAG_INVALID', `${quoted(text)} is neither yes nor no: write sí or no.`))
  )
}

export const currencyOf = (text: string): string =>
  isCurrency(text.toUpperCase())
    ? text.toUpperCase()
    : refuse('CURRENCY_UNKNOWN', `${quoted(text)} is not an ISO 4217 currency code such as EUR.`)

/** A whole percentage, of a decimal. */
export const percentOf = (decimal: string): number =>
  /^\d{1,3}$/.test(decimal) && Number(decimal) <= 100
    ? Number(decimal)
    : refuse('PERCENT_INVALID', `${quoted(decimal)} is not a whole percentage from 0 to 100.`)

/** Reads one of several choices, by its own name or by its names in Catalan, Spanish and English. */
export function choiceOf<Choice extends string>(names: Readonly<Record<Choice, readonly string[]>>) {
  const key = (text: string) => fold(text.slice(0, longest).replaceAll('_', ' '))
  const byName = new Map(
    Object.entries<readonly string[]>(names).flatMap(([choice, called]) =>
      [choice, ...called].map(name => [key(name), choice as Choice]),
    ),
  ) // its own keys
  return (text: string): Choice =>
    byName.get(key(text)) ?? refuse('CHOICE_UNKNOWN', `${quoted(text)} is none of ${Object.keys(names).join(', ')}.`)
}
