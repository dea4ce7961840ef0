import { Field, InputType, Int, ObjectType } from 'type-graphql'
import { CurrencyCode, Decimal } from './scalars.js'
import { divideHalfUp, safeSum } from '../lib/decimal.js'
import { formatMoney } from '../lib/money.js'

@ObjectType('Money', {
  description: 'An amount in one currency. Amounts of different currencies are never added.',
  simpleResolvers: true,
})
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
  @Field(() => [Money], {
    description: 'One sum for each currency in which a counted document stands, sorted by code.',
  })
  amounts: Money[]

  @Field(() => Money, {
    nullable: true,
    description: 'The sum in the base currency; null if a document that contributes lacks its rate.',
  })
  base: Money | null

  @Field(() => Money, {
    description:
      'The sum in the base currency of those documents that have a rate: the same as `base` where none lacks it.',
  })
  knownBase: Money

  @Field(() => Int, { description: 'How many contributing documents have no rate to the base currency.' })
  withoutRate: number
}

export const toMoney = (minor: bigint, currency: string): Money => ({ amount: formatMoney(minor, currency), currency })

/** The part of a sum that one group of documents adds, in minor units. */
export interface SumPart {
  currency: string
  amount: bigint
  base: bigint
  withoutRate: bigint
}

const nothing = new Map<string, MoneySum>()

const nothingSummed = (zero: Money): MoneySum => ({ amounts: [], base: zero, knownBase: zero, withoutRate: 0 })

/** Made once: most sums of most clients are of nothing. */
export function sumOfNothing(baseCurrency: string): MoneySum {
  let sum = nothing.get(baseCurrency)
  if (!sum) nothing.set(baseCurrency, (sum = nothingSummed(toMoney(0n, baseCurrency))))
  return sum
}

/** Adds what groups of documents are worth. */
export class MoneyTotal {
  /** The currency of the first part, in which most clients have all their documents, and its sum. */
  private currency = ''
  private amount = 0n
  private others: Map<string, bigint> | undefined
  private base = 0n
  private withoutRate = 0n

  add(currency: string, amount: bigint, base: bigint, withoutRate: bigint): void {
    if (this.currency === '') {
      this.currency = currency
      this.amount = amount
    } else if (currency === this.currency) this.amount += amount
    else (this.others ??= new Map<string, bigint>()).set(currency, (this.others.get(currency) ?? 0n) + amount)
    this.base += base
    this.withoutRate += withoutRate
  }

  /** Where the parts are so many times (`scale`) what they stand for, each sum is rounded once, half-up. */
  in(baseCurrency: string, scale = 1n): MoneySum {
    const { currency, amount, others, base, withoutRate } = this
    if (currency === '') return sumOfNothing(baseCurrency)
    const own = rounded(amount, currency, scale)
    const amounts = others
      ? [own, ...[...others].map(([code, sum]) => rounded(sum, code, scale))].sort((a, b) =>
          a.currency < b.currency ? -1 : 1,
        )
      : [own]
    const isInBase = currency === baseCurrency && amount === base
    const knownBase = isInBase ? own : rounded(base, baseCurrency, scale)
    return { amounts, base: withoutRate > 0n ? null : knownBase, knownBase, withoutRate: Number(withoutRate) }
  }
}

const rounded = (sum: bigint, currency: string, scale: bigint) =>
  toMoney(safeSum(scale === 1n ? sum : divideHalfUp(sum, scale)), currency)

/** The sums of all parts; `scale` as MoneyTotal has it. */
export function moneySum(parts: readonly SumPart[], baseCurrency: string, scale = 1n): MoneySum {
  const total = new MoneyTotal()
  for (const { currency, amount, base, withoutRate } of parts) total.add(currency, amount, base, withoutRate)
  return total.in(baseCurrency, scale)
}
