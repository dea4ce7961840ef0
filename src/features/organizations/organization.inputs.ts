import { Field, InputType, Int } from 'type-graphql'
import { CountryCode, CurrencyCode, TimeZone } from '../../model/scalars.js'
import { Language } from './organization.js'

@InputType({ description: 'The changes to the organisation. A field that is left out stays.' })
export class UpdateOrganizationInput {
  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number

  @Field(() => String, { nullable: true, description: 'Its name.' })
  name?: string

  @Field(() => CountryCode, { nullable: true, description: 'Its country.' })
  country?: string

  @Field(() => CurrencyCode, {
    nullable: true,
    description: 'The currency of `base` amounts; fixed once a document exists.',
  })
  baseCurrency?: string

  @Field(() => TimeZone, { nullable: true, description: 'The time zone in which its days begin and end.' })
  timeZone?: string

  @Field(() => Language, { nullable: true, description: 'The language it works in.' })
  language?: Language
}
