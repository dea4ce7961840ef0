import { currencies } from './currency.js'
import { divideHalfUp, formatDecimal, parseDecimal, safe } from './decimal.js'
import { UserError } from './user-error.js'

/** A rate is base units for one unit of the currency, as an integer × 10^10. */
export const RATE_PLACES = 10

export function isCurrency(code: string): boolean {
  return currencies.has(code)
}

export function decimalsOf(currency: string): number {
  const decimals = currencies.get(currency)
  if (decimals === undefined)
    throw new UserError('CURRENCY_UNKNOWN', 'Use the three capital letters of a currency in ISO 4217, like EUR.')
  return decimals
}

/** "1234.50" in EUR is 123450n. */
export function parseMoney(amount: string, currency: string): bigint {
  return parseDecimal(amount, decimalsOf(currency))
}

export function formatMoney(minor: bigint | number, currency: string): string {
  return formatDecimal(minor, decimalsOf(currency))
}

/** An amount in the base currency's minor units, rounded once. */
export function toBase(minor: bigint, currency: string, base: string, rate: bigint): bigint {
  const numerator = minor * rate * powerOfTen(decimalsOf(base))
  const denominator = powerOfTen(decimalsOf(currency) + RATE_PLACES)
  return safe(divideHalfUp(numerator, denominator))
}

/** The share of the whole that falls to a part of the total: whole × part / total, rounded once. */
export function share(whole: bigint, part: bigint, total: bigint): bigint {
  return safe(divideHalfUp(whole * part, total))
}

function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent)
}
