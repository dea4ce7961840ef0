import { formatMoney } from '../lib/money.js'
import { inHours } from './figures.js'
import { minorOf, rounded, unrounded, type Money, type Sum } from './weighted.js'

/**
 * The figures of two clients together: counts and sums add up, hours follow from the minutes, and what is rounded
 * once from sums that are not. Days and states are the same.
 */
export function together(a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number') return a + b
  if (Array.isArray(a) && Array.isArray(b)) return a.map((each, at) => together(each, b[at]))
  if (isRounded(a) && isRounded(b)) return rounded(sumOf(a[unrounded], b[unrounded]))
  if (isSum(a) && isSum(b)) return sumOf(a, b)
  if (!isObject(a) || !isObject(b)) return a
  const both = Object.fromEntries(Object.entries(a).map(([name, value]) => [name, together(value, b[name])]))
  return 'totalHours' in both ? { ...both, totalHours: inHours(Number(both.totalMinutes)) } : both
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isSum = (value: unknown): value is Sum => isObject(value) && 'withoutRate' in value
const isRounded = (value: unknown): value is ReturnType<typeof rounded> => isObject(value) && unrounded in value

function sumOf(a: Sum, b: Sum): Sum {
  const currencies = [...new Set([...a.amounts, ...b.amounts].map(({ currency }) => currency))].sort()
  return {
    amounts: currencies.map(currency =>
      added(
        [...a.amounts, ...b.amounts].filter(money => money.currency === currency),
        currency,
      ),
    ),
    base: a.base && b.base && added([a.base, b.base], a.base.currency),
    knownBase: added([a.knownBase, b.knownBase], a.knownBase.currency),
    withoutRate: a.withoutRate + b.withoutRate,
  }
}

const added = (money: Money[], currency: string): Money => ({
  amount: formatMoney(
    money.reduce((total, each) => total + minorOf(each), 0n),
    currency,
  ),
  currency,
})
