import { Field, ID, InputType, Int } from 'type-graphql'
import { Day } from '../../model/scalars.js'
import { dayInput } from '../../graphql/record-input.js'

@InputType({ description: 'Fields of a task that may be left out.' })
export abstract class TaskFields {
  @Field(() => ID, { nullable: true, description: 'The project it belongs to, of the same client.' })
  projectId?: string | null

  @Field(() => ID, { nullable: true, description: 'Who is to do it.' })
  assigneeId?: string | null

  @Field(() => Day, { nullable: true, description: 'The day by which it is to be done.' })
  dueOn?: string | null

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@InputType({ description: 'A new task.' })
export class CreateTaskInput extends TaskFields {
  @Field(() => ID, { description: 'The client it is for.' })
  clientId: string

  @Field(() => String, { description: 'The work to be done, at most 500 characters.' })
  title: string

  @Field(() => Day, { nullable: true, description: 'The day it was opened; default today, never later.' })
  openedOn?: string | null
}

@InputType({ description: 'The changes to a task. A field that is left out stays; null clears it.' })
export class UpdateTaskInput extends TaskFields {
  @Field(() => ID, { description: 'The id of the task.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number

  @Field(() => String, { nullable: true, description: 'The work to be done, at most 500 characters.' })
  title?: string
}

export const TaskDayInput = dayInput('TaskDayInput', 'on', 'The day the state changed')
export const CompleteTaskInput = dayInput('CompleteTaskInput', 'completedOn', 'The day it was done or discarded')
