import { sumOfNothing, type Money, type MoneySum } from '../../model/money.js'

/**
 * A sum in little room: 0 where nothing was summed; the amount where all of it is in the base currency; else how many
 * documents have no rate, what the others are worth in base, and each currency with its amount.
 */
export type PackedSum = 0 | string | Apart
type Apart = readonly [withoutRate: number, knownBase: string, ...amounts: string[]]

/** A figure in little room: a count, a decimal or a sum; null where the day has none. */
export type Packed = number | string | Apart | null

export function packSum({ amounts, knownBase, withoutRate }: MoneySum): PackedSum {
  const [own] = amounts
  if (!own) return 0
  if (
    amounts.length === 1 &&
    withoutRate === 0 &&
    own.currency === knownBase.currency &&
    own.amount === knownBase.amount
  )
    return own.amount
  return [withoutRate, knownBase.amount, ...amounts.flatMap(({ currency, amount }) => [currency, amount])]
}

export function unpackSum(sum: PackedSum, baseCurrency: string): MoneySum {
  if (sum === 0) return sumOfNothing(baseCurrency)
  const knownBase: Money = { amount: knownBaseOf(sum, baseCurrency), currency: baseCurrency }
  if (typeof sum === 'string') return { amounts: [knownBase], base: knownBase, knownBase, withoutRate: 0 }
  const [withoutRate] = sum
  return { amounts: amountsOf(sum, baseCurrency), base: withoutRate > 0 ? null : knownBase, knownBase, withoutRate }
}

export const withoutRateOf = (sum: PackedSum): number => (typeof sum === 'object' ? sum[0] : 0)

export function knownBaseOf(sum: PackedSum, baseCurrency: string): string {
  if (sum === 0) return sumOfNothing(baseCurrency).knownBase.amount
  return typeof sum === 'string' ? sum : sum[1]
}

export const baseOf = (sum: PackedSum, baseCurrency: string): string | null =>
  withoutRateOf(sum) > 0 ? null : knownBaseOf(sum, baseCurrency)

export function amountsOf(sum: PackedSum, baseCurrency: string): Money[] {
  if (sum === 0) return []
  if (typeof sum === 'string') return [{ amount: sum, currency: baseCurrency }]
  const [, , ...amounts] = sum
  return amounts.flatMap((currency, at) => (at % 2 === 0 ? [{ currency, amount: amounts[at + 1] ?? '' }] : []))
}
