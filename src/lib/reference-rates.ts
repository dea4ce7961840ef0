import { divideHalfUp, parseDecimal } from './decimal.js'
import { isDay, type Day } from './calendar.js'
import { isCurrency, RATE_PLACES } from './money.js'
import { UserError } from './user-error.js'

/** Base units for one unit of a currency, × 10^10. */
export interface ReferenceRate {
  currency: string
  day: Day
  rate: bigint
}

const unit = 10n ** BigInt(RATE_PLACES)
const longestLine = 10_000
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** `2026-03-09`, or `9 March 2026` as the daily file has it. */
function readDay(text: string): Day | undefined {
  if (isDay(text)) return text
  const [day = '', month = '', year = ''] = text.split(' ')
  const at = months.indexOf(month) + 1
  const spelled = `${year}-${String(at).padStart(2, '0')}-${day.padStart(2, '0')}`
  return isDay(spelled) ? spelled : undefined
}

/**
 * Reads the reference file of the European Central Bank, whole (eurofxref-hist.csv) or of one day (eurofxref.csv). It
 * has a column for each currency, in units for one euro. Each rate is for one unit, in the base currency: inverted, or
 * where the base is not the euro crossed, rounded once, half-up.
 */
export function* readReferenceRates(text: string, base: string, since?: Day): Generator<ReferenceRate> {
  const [head = '', ...lines] = text.replace(/^\ufeff/, '').split('\n')
  const codes = cellsOf(head)
  if (codes[0] !== 'Date' || codes.length < 3 || !codes.slice(1).every(code => code === '' || /^[A-Z]{3}$/.test(code)))
    throw notReference('it begins with Date and the codes of currencies')
  if (base !== 'EUR' && !codes.includes(base)) throw notReference(`it has no column of ${base}, the base currency`)
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue
    const [date = '', ...values] = cellsOf(line)
    const day = readDay(date)
    if (!day) throw notReference(`row ${at + 2} begins with a day`)
    if (since === undefined || day >= since) yield* ratesOf(day, codes.slice(1), values, base, at + 2)
  }
}

function* ratesOf(
  day: Day,
  codes: readonly string[],
  values: readonly string[],
  base: string,
  row: number,
): Generator<ReferenceRate> {
  // A euro, in units of each currency × 10^10.
  const perEuro = new Map([['EUR', unit]])
  for (const [at, code] of codes.entries()) {
    const value = values[at] ?? ''
    if (code === '' || value === '' || value === 'N/A') continue
    const read = parseDecimal(value, RATE_PLACES)
    if (read <= 0n) throw notReference(`row ${row} has a rate of ${code} above 0`)
    perEuro.set(code, read)
  }
  const ofBase = perEuro.get(base)
  if (ofBase === undefined) return // the bank has no rate of it on that day
  for (const [currency, read] of perEuro) {
    const rate = divideHalfUp(ofBase * unit, read)
    if (currency !== base && isCurrency(currency) && rate > 0n) yield { currency, day, rate }
  }
}

function cellsOf(line: string): string[] {
  if (line.length > longestLine) throw notReference('its lines are short')
  return line.split(',').map(cell => cell.trim())
}

const notReference = (rule: string) =>
  new UserError(
    'REFERENCE_FILE_INVALID',
    `This is not the reference file of the European Central Bank, where ${rule}; take eurofxref-hist.csv from its site, unpacked.`,
  )
