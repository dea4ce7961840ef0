import { Field, InputType, Int, ObjectType } from 'type-graphql'
import { CurrencyCode, Decimal } from './scalars.js'
import { divideHalfUp, safeSum } from '../lib/decimal.js'
import { formatMoney } from '../lib/money.js'

@ObjectType('Money', { description: 'An amount in one currency. Amounts of different currencies are never added.', simpleResolvers: true })
export class Money {
  @Field(() => Decimal, { description: 'In major units, with all the decimals of the currency: "1234.50".' })
  amount: string

  @Field(() => CurrencyCode, { description: 'The currency of the amount.' })
  currency: string
}

@InputType('MoneyInput', { description: 'An amount in one currency.' })
export class MoneyInput {
  @Field(() => Decimal, { description: 'In major units, with no more decimals than the currency has.' })
  amount: string

  @Field(() => CurrencyCode, { description: 'The currency of the amount.' })
  currency: string
}

@ObjectType('MoneySum', {
  description: 'A sum of documents, apart for each currency, and in the base currency of the organisation.',
  simpleResolvers: true,
})
export class MoneySum {
  @Field(() => [Money], { description: 'One sum for each currency in which a counted document stands, sorted by code.' })
  amounts: Money[]

  @Field(() => Money, { nullable: true, description: 'The sum in the base currency; null if a document that contributes lacks its rate.' })
  base: Money | null

  @Field(() => Int, { description: 'How many contributing documents have no rate to the base currency.' })
  withoutRate: number
}

export const toMoney = (minor: bigint, currency: string): Money => ({ amount: formatMoney(minor, currency), currency })

/** What one group of documents adds to a sum, in minor units. */
export interface SumPart {
  currency: string
  amount: bigint
  base: bigint
  withoutRate: bigint
}

const nothing = new Map<string, MoneySum>()

/** Made once: most sums of most clients are of nothing. */
function nothingIn(baseCurrency: string): MoneySum {
  const sum = nothing.get(baseCurrency) ?? { amounts: [], base: toMoney(0n, baseCurrency), withoutRate: 0 }
  nothing.set(baseCurrency, sum)
  return sum
}

/** The sums of all parts. Where the parts are so many times (`scale`) what they stand for, each sum is rounded once, half-up. */
export function moneySum(parts: readonly SumPart[], baseCurrency: string, scale = 1n): MoneySum {
  const [first] = parts
  if (!first) return nothingIn(baseCurrency)
  let [amount, base, withoutRate] = [0n, 0n, 0n]
  const others = new Map<string, bigint>()
  for (const part of parts) {
    if (part.currency === first.currency) amount += part.amount
    else others.set(part.currency, (others.get(part.currency) ?? 0n) + part.amount)
    base += part.base
    withoutRate += part.withoutRate
  }
  const rounded = (sum: bigint, currency: string) => toMoney(safeSum(scale === 1n ? sum : divideHalfUp(sum, scale)), currency)
  const amounts = others.size === 0 ? [rounded(amount, first.currency)] : [[first.currency, amount] as const, ...others].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, sum]) => rounded(sum, currency))
  return { amounts, base: withoutRate > 0n ? null : rounded(base, baseCurrency), withoutRate: Number(withoutRate) }
}
