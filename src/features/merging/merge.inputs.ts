import { Field, ID, InputType, Int } from 'type-graphql'
import { MergeField, MergeSide, type Choice } from './merge-field.js'

@InputType({ description: 'Which of two clients a field is taken from.' })
export class MergeChoiceInput implements Choice {
  @Field(() => MergeField, { description: 'The field.' })
  field: string

  @Field(() => MergeSide, { description: 'The client whose value the winner has from then on.' })
  from: MergeSide
}

@InputType({ description: 'Two clients that are one.' })
export class MergeClientsInput {
  @Field(() => ID, { description: 'The client that stays.' })
  winnerId: string

  @Field(() => Int, { description: 'The version of it that you read; another one is a CONFLICT.' })
  winnerVersion: number

  @Field(() => ID, { description: 'The client that goes; what it has moves to the other one.' })
  loserId: string

  @Field(() => Int, { description: 'The version of it that you read; another one is a CONFLICT.' })
  loserVersion: number

  @Field(() => [MergeChoiceInput], {
    nullable: true,
    description:
      "Which client each field is taken from. In other fields the winner's value stays, unless it has none; " +
      'tags and notes are taken from BOTH.',
  })
  take?: MergeChoiceInput[] | null

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether a contact is made that keeps the e-mail address and the telephone of the loser, where nobody ' +
      'else has them. True by default.',
  })
  keepContact?: boolean | null
}

@InputType({ description: 'A merge to undo.' })
export class UnmergeClientsInput {
  @Field(() => ID, { description: 'The id of the merge, as in `Client.merges`.' })
  mergeId: string

  @Field(() => Int, { description: 'The version of the merge that you read; another one is a CONFLICT.' })
  version: number
}
