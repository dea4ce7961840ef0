import { sumOfNothing, type Money, type MoneySum } from '../../model/money.js'
import { formatMoney, parseMoney } from '../../lib/money.js'

/**
 * A sum in little room, in minor units: an empty text where nothing was summed; the amount where all of it is in the base
 * currency; else how many documents have no rate, what the others are worth in base, and each currency with its amount.
 * JSON reads numbers twice as fast as the texts of amounts.
 */
export type PackedSum = '' | number | Apart
type Apart = readonly [withoutRate: number, knownBase: number, ...amounts: (string | number)[]]

/** A figure in little room: a count, a decimal or a sum; null where the day has none. */
export type Packed = number | string | Apart | null

export function packSum({ amounts, knownBase, withoutRate }: MoneySum): PackedSum {
  const [own] = amounts
  if (!own) return ''
  const base = minorOf(knownBase)
  if (
    amounts.length === 1 &&
    withoutRate === 0 &&
    own.currency === knownBase.currency &&
    own.amount === knownBase.amount
  )
    return base
  return [withoutRate, base, ...amounts.flatMap(amount => [amount.currency, minorOf(amount)])]
}

/** Sums are exact as numbers, or they are refused before they are shown. */
const minorOf = ({ amount, currency }: Money) => Number(parseMoney(amount, currency))

export function unpackSum(sum: PackedSum, baseCurrency: string): MoneySum {
  if (sum === '') return sumOfNothing(baseCurrency)
  const knownBase: Money = { amount: knownBaseOf(sum, baseCurrency), currency: baseCurrency }
  if (typeof sum === 'number') return { amounts: [knownBase], base: knownBase, knownBase, withoutRate: 0 }
  const [withoutRate] = sum
  return { amounts: amountsOf(sum, baseCurrency), base: withoutRate > 0 ? null : knownBase, knownBase, withoutRate }
}

export const withoutRateOf = (sum: PackedSum): number => (typeof sum === 'object' ? sum[0] : 0)

export function knownBaseOf(sum: PackedSum, baseCurrency: string): string {
  if (sum === '') return sumOfNothing(baseCurrency).knownBase.amount
  return formatMoney(typeof sum === 'number' ? sum : sum[1], baseCurrency)
}

export const baseOf = (sum: PackedSum, baseCurrency: string): string | null =>
  withoutRateOf(sum) > 0 ? null : knownBaseOf(sum, baseCurrency)

export function amountsOf(sum: PackedSum, baseCurrency: string): Money[] {
  if (sum === '') return []
  if (typeof sum === 'number') return [{ amount: formatMoney(sum, baseCurrency), currency: baseCurrency }]
  const [, , ...rest] = sum
  const amounts: Money[] = []
  for (let at = 0; at < rest.length; at += 2) {
    const currency = String(rest[at])
    amounts.push({ amount: formatMoney(Number(rest[at + 1]), currency), currency })
  }
  return amounts
}
