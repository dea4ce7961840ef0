import { Field, ID, InputType, Int } from 'type-graphql'
import { RecordVersion } from '../../graphql/record-input.js'
import { StageCategory } from './deal-stage.js'

@InputType({ description: 'A new stage, which comes last in the pipeline until the stages are reordered.' })
export class CreateDealStageInput {
  @Field(() => String, { description: 'Its name, at most 100 characters.' })
  name: string

  @Field(() => StageCategory, { description: 'Whether its deals are open, won or lost.' })
  category: StageCategory

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@InputType({ description: 'The changes to a stage. A field that is left out stays; null clears it.' })
export class UpdateDealStageInput {
  @Field(() => ID, { description: 'The id of the stage.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number

  @Field(() => String, { nullable: true, description: 'Its name, at most 100 characters.' })
  name?: string

  @Field(() => StageCategory, {
    nullable: true,
    description:
      'Whether its deals are open, won or lost; only while it holds none, and while another stage of the old category is left.',
  })
  category?: StageCategory

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@InputType({ description: 'A new order of the pipeline.' })
export class ReorderDealStagesInput {
  @Field(() => [ID], { description: 'The ids of all stages, each once, in the order they are to have.' })
  stageIds: string[]
}

@InputType({ description: 'Which stage to remove, and where its deals go.' })
export class RemoveDealStageInput extends RecordVersion {
  @Field(() => ID, {
    nullable: true,
    description:
      'The stage that takes its deals; required when it holds any. One of another category wins, loses or reopens them.',
  })
  mergeIntoId?: string | null
}
