import { formatDecimal, parseDecimal, shortest } from '../../lib/decimal.js'
import { RATE_PLACES, toBase } from '../../lib/money.js'
import { UserError } from '../../lib/user-error.js'

const one = 10n ** BigInt(RATE_PLACES)

/** A rate of exchange as it was given. */
export function readRate(given: string): bigint {
  const rate = parseDecimal(given, RATE_PLACES)
  if (rate <= 0n) throw new UserError('RATE_INVALID', 'A rate must be greater than 0.', 'rate')
  return rate
}

/** The rate of a document, as given: always 1 in the base currency. */
export function rateOf(given: string | null | undefined, currency: string, base: string): bigint | null {
  if (currency !== base) return given === null || given === undefined ? null : readRate(given)
  if (given !== null && given !== undefined && parseDecimal(given, RATE_PLACES) !== one)
    throw new UserError('RATE_INVALID', `The rate of ${base}, the base currency, is 1; leave it out.`, 'rate')
  return one
}

/** As people write it: 0.9134. */
export const spelledRate = (rate: bigint) => shortest(formatDecimal(rate, RATE_PLACES))

/** An amount in base at a rate; null without one. */
export const inBaseAt = (rate: bigint | null, amount: bigint, currency: string, base: string) =>
  rate === null ? null : toBase(amount, currency, base, rate)
