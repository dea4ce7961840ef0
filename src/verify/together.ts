import { formatMoney, parseMoney } from '../lib/money.js'
import { inHours } from './figures.js'

interface Money {
  amount: string
  currency: string
}

interface Sum {
  amounts: Money[]
  base: Money | null
  knownBase: Money
  withoutRate: number
}

/**
 * The figures of two clients together: counts and sums add up, hours follow from the minutes, days and states are the
 * same.
 */
export function together(a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number') return a + b
  if (Array.isArray(a) && Array.isArray(b)) return a.map((each, at) => together(each, b[at]))
  if (isSum(a) && isSum(b)) return sumOf(a, b)
  if (!isObject(a) || !isObject(b)) return a
  const both = Object.fromEntries(Object.entries(a).map(([name, value]) => [name, together(value, b[name])]))
  return 'totalHours' in both ? { ...both, totalHours: inHours(Number(both.totalMinutes)) } : both
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isSum = (value: unknown): value is Sum => isObject(value) && 'withoutRate' in value

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
    money.reduce((total, { amount }) => total + parseMoney(amount, currency), 0n),
    currency,
  ),
  currency,
})
