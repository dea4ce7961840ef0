import { Field, ID, InputType, Int } from 'type-graphql'
import { Day } from '../../model/scalars.js'
import { InteractionKind } from './interaction.js'

@InputType({ description: 'Fields of an interaction that may be left out.' })
export abstract class InteractionFields {
  @Field(() => Day, {
    nullable: true,
    description: 'The local day on which it happened; today for a new one, never later.',
  })
  happenedOn?: string | null

  @Field(() => String, { nullable: true, description: 'A heading, at most 200 characters.' })
  title?: string | null

  @Field(() => [ID], {
    nullable: true,
    description: 'The contacts of the client who took part, at most 50. Needs `clients:read`.',
  })
  contactIds?: string[] | null

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@InputType({ description: 'A new note, call, e-mail or meeting; its author is whoever sends it.' })
export class CreateInteractionInput extends InteractionFields {
  @Field(() => ID, {
    description:
      'The record it is about: a client, or a document, project, task or other record of one. Needs the permission to write it.',
  })
  subjectId: string

  @Field(() => InteractionKind, { nullable: true, description: 'Its kind; default NOTE.' })
  kind?: InteractionKind | null

  @Field(() => String, { description: 'The text of what was said or is worth knowing, at most 10,000 characters.' })
  text: string
}

@InputType({
  description: 'The changes to an interaction, by its author. A field that is left out stays; null clears it.',
})
export class UpdateInteractionInput extends InteractionFields {
  @Field(() => ID, { description: 'The id of the interaction.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number

  @Field(() => InteractionKind, { nullable: true, description: 'Its kind.' })
  kind?: InteractionKind

  @Field(() => String, {
    nullable: true,
    description: 'The text of what was said or is worth knowing, at most 10,000 characters.',
  })
  text?: string
}
