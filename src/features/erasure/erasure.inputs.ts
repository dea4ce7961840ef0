import { Field, ID, InputType, Int } from 'type-graphql'

@InputType({ description: 'Whose data is to be erased.' })
export class ErasePersonInput {
  @Field(() => ID, { description: 'The id of a contact, or of a client that is a person.' })
  personId: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number

  @Field(() => String, {
    nullable: true,
    description: 'Why, such as the number of the request, at most 500 characters; nothing personal belongs here.',
  })
  reason?: string | null

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Erase a client although something is still due, as `erasurePreview` shows. ' +
      'Only authorised invoices then say who owes it.',
  })
  despiteDue?: boolean
}
