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

/** The sums of all parts. Where the parts are so many times (`scale`) what they stand for, each sum is rounded once, half-up. */
export function moneySum(parts: readonly SumPart[], baseCurrency: string, scale = 1n): MoneySum {
  const byCurrency = new Map<string, bigint>()
  for (const { currency, amount } of parts) byCurrency.set(currency, (byCurrency.get(currency) ?? 0n) + amount)
  const withoutRate = parts.reduce((sum, part) => sum + part.withoutRate, 0n)
  const rounded = (sum: bigint, currency: string) => toMoney(safeSum(divideHalfUp(sum, scale)), currency)
  return {
    amounts: [...byCurrency].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, sum]) => rounded(sum, currency)),
    base: withoutRate > 0n ? null : rounded(parts.reduce((sum, { base }) => sum + base, 0n), baseCurrency),
    withoutRate: Number(withoutRate),
  }
}
