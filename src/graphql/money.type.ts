import { Field, InputType, Int, ObjectType } from 'type-graphql'
import { CurrencyCode, Decimal } from './scalars.js'
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
