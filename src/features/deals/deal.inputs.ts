import { Field, ID, InputType, Int } from 'type-graphql'
import { RecordVersion } from '../../graphql/record-input.js'
import { CurrencyCode, Day, Decimal } from '../../model/scalars.js'

@InputType({ description: 'Fields of a deal that may be left out.' })
export abstract class DealFields {
  @Field(() => CurrencyCode, {
    nullable: true,
    description: "Its currency; for a new deal the client's, else the base currency.",
  })
  currency?: string | null

  @Field(() => Decimal, {
    nullable: true,
    description: 'Base units for one unit of its currency, up to 10 decimals; leave out when unknown.',
  })
  rate?: string | null

  @Field(() => Int, {
    nullable: true,
    description: 'How likely it is to be won, in whole percent, 0 to 100; 50 for a new deal.',
  })
  probability?: number | null

  @Field(() => Day, { nullable: true, description: 'The day on which it is expected to be won or lost.' })
  expectedCloseOn?: string | null

  @Field(() => ID, { nullable: true, description: 'The user who works on it.' })
  ownerId?: string | null

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@InputType({ description: 'A new deal.' })
export class CreateDealInput extends DealFields {
  @Field(() => ID, { description: 'The client it is with.' })
  clientId: string

  @Field(() => String, { description: 'Its title, at most 200 characters.' })
  title: string

  @Field(() => Decimal, { description: 'Its value if it is won, 0 or more, in major units.' })
  value: string

  @Field(() => ID, { nullable: true, description: 'Where it stands in the pipeline; default the first open stage.' })
  stageId?: string | null
}

@InputType({ description: 'The changes to a deal. A field that is left out stays; null clears it.' })
export class UpdateDealInput extends DealFields {
  @Field(() => ID, { description: 'The id of the deal.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number

  @Field(() => String, { nullable: true, description: 'Its title, at most 200 characters.' })
  title?: string

  @Field(() => Decimal, {
    nullable: true,
    description:
      'Its value if it is won, 0 or more, in major units. Left out, the number stays, also in another currency.',
  })
  value?: string | null
}

@InputType({ description: 'Which deal to move, and to which stage.' })
export class MoveDealInput extends RecordVersion {
  @Field(() => ID, { description: 'The stage it comes to stand in.' })
  stageId: string

  @Field(() => Day, {
    nullable: true,
    description:
      "The day it moved, was won or was lost. By default today in the organisation's time zone; never later, " +
      'and never before it was last won or lost.',
  })
  on?: string | null
}
