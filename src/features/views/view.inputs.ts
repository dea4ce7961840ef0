import { Field, ID, InputType, Int } from 'type-graphql'
import { SavedViewList } from '../../graphql/saved-list.js'
import { Json } from '../../model/scalars.js'

@InputType({ description: 'Fields of a saved view that may be left out.' })
export abstract class SavedViewFields {
  @Field(() => Json, {
    nullable: true,
    description: "The list's `filter`, checked against its own filter type; null for all records.",
  })
  filter?: object | null

  @Field(() => Json, {
    nullable: true,
    description: "The list's `orderBy`; null for the list's own order.",
  })
  orderBy?: object | null

  @Field(() => [String], {
    nullable: true,
    description: 'The columns to show, in their order: names of fields, with dots where they lie deeper; at most 100.',
  })
  columns?: string[] | null

  @Field(() => Boolean, { nullable: true, description: 'Whether others see it; false for a new one.' })
  shared?: boolean | null

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@InputType({ description: 'A new view of a list.' })
export class CreateSavedViewInput extends SavedViewFields {
  @Field(() => SavedViewList, { description: 'The list it shows.' })
  list: string

  @Field(() => String, { description: 'Its name, at most 100 characters.' })
  name: string
}

@InputType({ description: 'Changes to a saved view; fields that are left out stay.' })
export class UpdateSavedViewInput extends SavedViewFields {
  @Field(() => ID, { description: 'The id of the view.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number

  @Field(() => String, { nullable: true, description: 'Its name, at most 100 characters.' })
  name?: string
}
