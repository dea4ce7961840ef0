import { Field, ID, InputType, Int } from 'type-graphql'
import { dayInput } from '../../graphql/record-input.js'
import { Day } from '../../model/scalars.js'
import { DocumentFields } from '../purchasing/index.js'

@InputType({ description: 'Fields of a quote that may be left out.' })
export abstract class QuoteFields extends DocumentFields {
  @Field(() => ID, { nullable: true, description: 'The deal it is for, of the same client.' })
  dealId?: string | null

  @Field(() => Day, { nullable: true, description: 'The last day on which the client can accept it.' })
  validUntil?: string | null

  @Field(() => String, { nullable: true, description: 'The number another system gave it, which it keeps.' })
  externalNumber?: string | null

  @Field(() => String, {
    nullable: true,
    description:
      'The series of its number: 1 to 10 capital letters, digits or hyphens; Q by default. ' +
      'It stays once the quote has a number.',
  })
  series?: string | null
}

@InputType({ description: 'A new quote, a draft until it is sent.' })
export class CreateQuoteInput extends QuoteFields {
  @Field(() => ID, { description: 'The client it is for.' })
  clientId: string
}

@InputType({ description: 'The changes to a draft quote. A field that is left out stays; null clears it.' })
export class UpdateQuoteInput extends QuoteFields {
  @Field(() => ID, { description: 'The id of the quote.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number
}

export const SendQuoteInput = dayInput('SendQuoteInput', 'sentOn', 'The day it was sent')
export const AcceptQuoteInput = dayInput('AcceptQuoteInput', 'acceptedOn', 'The day the client accepted it')
export const DeclineQuoteInput = dayInput('DeclineQuoteInput', 'declinedOn', 'The day the client declined it')
export const QuoteDayInput = dayInput('QuoteDayInput', 'on', 'The day the state changed')
