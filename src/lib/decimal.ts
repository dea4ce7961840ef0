import { UserError } from './user-error.js'

// A JavaScript number, SQLite's INTEGER read as one, and JSON are exact up to here and no further.
const LARGEST = 2n ** 53n - 1n
const LONGEST_TEXT = 60
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/

/** "1234.5" with 2 places is 123450n. */
export function parseDecimal(text: string, places: number): bigint {
  const parts = text.length <= LONGEST_TEXT ? DECIMAL.exec(text) : null
  if (!parts) throw new UserError('DECIMAL_INVALID', 'Write a decimal number as digits with a point, like 1234.50.')

  const [, sign, whole = '', decimals = ''] = parts
  if (/[1-9]/.test(decimals.slice(places))) {
    throw new UserError(
      'DECIMAL_TOO_PRECISE',
      places === 0
        ? 'Leave out the decimals: a whole number is needed here.'
        : `Round to ${places} decimal${places === 1 ? '' : 's'} at most.`,
    )
  }

  const value = BigInt(whole + decimals.slice(0, places).padEnd(places, '0'))
  return safe(sign ? -value : value)
}

/** Always with exactly as many decimals as places: 123450n with 2 is "1234.50". */
export function formatDecimal(value: bigint | number, places: number): string {
  const digits = absolute(value)
    .toString()
    .padStart(places + 1, '0')
  const sign = value < 0n ? '-' : ''
  if (places === 0) return sign + digits
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`
}

/** "21.0000" → "21": the places a rate may have say nothing about the rate. */
export function shortest(text: string): string {
  if (!text.includes('.')) return text
  const cut = withoutFinalZeros(text)
  return cut.endsWith('.') ? cut.slice(0, -1) : cut
}

/** From the right: a pattern that looks for the last zeros would begin again at each of the others. */
export function withoutFinalZeros(text: string): string {
  let end = text.length
  while (text[end - 1] === '0') end--
  return text.slice(0, end)
}

/** Half-up, away from zero: 5 / 2 is 3 and −5 / 2 is −3. */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  const divisor = absolute(denominator)
  const rounded = (2n * absolute(numerator) + divisor) / (2n * divisor)
  return numerator < 0n === denominator < 0n ? rounded : -rounded
}

export function safe(value: bigint): bigint {
  if (absolute(value) > LARGEST)
    throw new UserError(
      'NUMBER_TOO_LARGE',
      'A number can have at most 15 digits here, decimals included; give a smaller one.',
    )
  return value
}

export const sumTooLarge = () =>
  new UserError('NUMBER_TOO_LARGE', 'A sum is larger than 2^53 minor units, which is too large to be exact.')

/** A sum as databases give it: MariaDB as text, SQLite as text or as a number, which is exact below 2^53 only. */
export function readSum(value: string | number | null | undefined): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw sumTooLarge()
  return BigInt(value ?? 0)
}

export function safeSum(sum: bigint): bigint {
  if (absolute(sum) > LARGEST) throw sumTooLarge()
  return sum
}

function absolute<T extends bigint | number>(value: T): T {
  return value < 0 ? (-value as T) : value // the same type
}
