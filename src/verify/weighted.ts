import { divideHalfUp } from '../lib/decimal.js'
import { formatMoney } from '../lib/money.js'

export interface Money {
  amount: string
  currency: string
}

export interface Sum {
  amounts: Money[]
  base: Money | null
  knownBase: Money
  withoutRate: number
}

/** In minor units, however large: hundredths of a sum that the API can show may be more than it can. */
export const minorOf = ({ amount }: Money) => BigInt(amount.replace('.', ''))

/** Where a sum that is rounded once has what it was rounded from. Comparisons, which go by names, do not look there. */
export const unrounded = Symbol('unrounded')

/** A sum of hundredths as it is shown: each amount rounded once, half-up. */
export function rounded(hundredths: Sum): Sum & { [unrounded]: Sum } {
  const round = (money: Money): Money => ({
    amount: formatMoney(divideHalfUp(minorOf(money), 100n), money.currency),
    currency: money.currency,
  })
  const { amounts, base, knownBase, withoutRate } = hundredths
  return {
    amounts: amounts.map(round),
    base: base && round(base),
    knownBase: round(knownBase),
    withoutRate,
    [unrounded]: hundredths,
  }
}
