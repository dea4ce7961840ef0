import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { RecordVersion } from '../../graphql/record-input.js'
import { CurrencyCode, Day, Decimal } from '../../model/scalars.js'
import { Node } from '../../model/entity.js'

/** In one transaction others wait for a second at most. */
export const mostSaved = 1000
export const mostFilled = 1000

@InputType({ description: 'The rate of a currency on a day.' })
export class DatedRateInput {
  @Field(() => CurrencyCode, {
    description: 'The currency of the rate; not the base currency, whose rate is 1.',
  })
  currency: string

  @Field(() => Day, { description: 'The day of the rate, never later than today.' })
  day: string

  @Field(() => Decimal, { description: 'Base units for one unit of the currency; above 0, up to 10 decimals.' })
  rate: string
}

@InputType({ description: 'A new exchange rate to keep.' })
export class CreateExchangeRateInput extends DatedRateInput {
  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@InputType({
  description:
    'The changes to an exchange rate. A field that is left out stays. Documents that took the rate keep the old value.',
})
export class UpdateExchangeRateInput {
  @Field(() => ID, { description: 'The id of the exchange rate.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number

  @Field(() => Decimal, {
    nullable: true,
    description: 'Base units for one unit of the currency; above 0, up to 10 decimals.',
  })
  rate?: string | null

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@InputType({ description: 'Exchange rates to keep.' })
export class SaveExchangeRatesInput {
  @Field(() => [DatedRateInput], {
    description: `The rates, at most ${mostSaved}. One of a currency and day that is there takes the new value.`,
  })
  rates: DatedRateInput[]
}

@ObjectType({ description: 'The result of saving exchange rates.', simpleResolvers: true })
export class SaveExchangeRatesPayload {
  @Field(() => Int, { description: 'How many are new.' })
  created: number

  @Field(() => Int, { description: 'How many had another value before.' })
  changed: number

  @Field(() => Int, { description: 'How many were there already with this value.' })
  unchanged: number
}

@InputType({ description: 'The rate of a document that has none.' })
export class SetRateInput extends RecordVersion {
  @Field(() => Decimal, { description: 'Base units for one unit of its currency; above 0, up to 10 decimals.' })
  rate: string
}

@ObjectType({ description: 'The result of giving a document its rate.', simpleResolvers: true })
export class SetRatePayload {
  @Field(() => Node, { nullable: true, description: 'The document as it is now; null when the change was refused.' })
  document: Node | null
}

@InputType({ description: 'Which documents to fill.' })
export class FillRatesInput {
  @Field(() => Int, {
    nullable: true,
    description: `How many documents to fill in one go, 1 to ${mostFilled}, which is the default.`,
  })
  most?: number | null
}

@ObjectType({ description: 'The result of giving rates to the documents without one.', simpleResolvers: true })
export class FillRatesPayload {
  @Field(() => Int, { description: 'How many documents took a kept rate now.' })
  filled: number

  @Field(() => Int, { description: 'How many documents still lack a rate, of those that the key may write.' })
  withoutRate: number

  @Field(() => Boolean, { description: 'Whether some of these can still take a kept rate; then call it again.' })
  more: boolean
}
