import { sumOfNothing, type Money, type MoneySum } from '../../model/money.js'
import { sumTooLarge } from '../../lib/decimal.js'
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

/** Adds sums, or counts; refuses those that are too large to be exact. */
export class PackedTotal {
  /** What is wholly in the base currency, as most sums are; undefined where nothing is. */
  private own: number | undefined
  private readonly others = new Map<string, number>()
  private knownBase = 0
  private withoutRate = 0

  add(sum: PackedSum) {
    if (sum === '') return
    if (typeof sum === 'number') {
      this.own = exact((this.own ?? 0) + sum)
      return
    }
    const [withoutRate, knownBase, ...rest] = sum
    this.withoutRate += withoutRate
    this.knownBase = exact(this.knownBase + knownBase)
    for (let at = 0; at < rest.length; at += 2) addTo(this.others, String(rest[at]), Number(rest[at + 1]))
  }

  packed(baseCurrency: string): PackedSum {
    const { own, withoutRate } = this
    const amounts = new Map(this.others)
    if (own !== undefined) addTo(amounts, baseCurrency, own)
    const knownBase = exact(this.knownBase + (own ?? 0))
    if (amounts.size === 0) return ''
    if (amounts.size === 1 && withoutRate === 0 && amounts.get(baseCurrency) === knownBase) return knownBase
    return [withoutRate, knownBase, ...[...amounts].sort(([one], [other]) => (one < other ? -1 : 1)).flat()]
  }
}

function addTo(amounts: Map<string, number>, currency: string, amount: number) {
  amounts.set(currency, exact((amounts.get(currency) ?? 0) + amount))
}

function exact(sum: number): number {
  if (!Number.isSafeInteger(sum)) throw sumTooLarge()
  return sum
}
