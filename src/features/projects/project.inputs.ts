import { Field, ID, InputType, Int } from 'type-graphql'
import { Day } from '../../model/scalars.js'
import { dayInput } from '../../graphql/record-input.js'

@InputType({ description: 'Fields of a project that may be left out.' })
export abstract class ProjectFields {
  @Field(() => String, { nullable: true, description: 'A short code, unique in the organisation.' })
  code?: string | null

  @Field(() => Day, { nullable: true, description: 'The day it is planned to end.' })
  plannedEndOn?: string | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether its hours are billable unless an entry says otherwise; true for a new project.',
  })
  billable?: boolean

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@InputType({ description: 'A new project, a draft until it is activated.' })
export class CreateProjectInput extends ProjectFields {
  @Field(() => ID, { description: 'The client it is for.' })
  clientId: string

  @Field(() => String, { description: 'Its name.' })
  name: string

  @Field(() => Day, { nullable: true, description: 'The day it was opened; default today, never later.' })
  openedOn?: string | null
}

@InputType({ description: 'The changes to a project. A field that is left out stays; null clears it.' })
export class UpdateProjectInput extends ProjectFields {
  @Field(() => ID, { description: 'The id of the project.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number

  @Field(() => String, { nullable: true, description: 'Its name.' })
  name?: string
}

export const ProjectDayInput = dayInput('ProjectDayInput', 'on', 'The day the state changed')
export const CloseProjectInput = dayInput('CloseProjectInput', 'closedOn', 'The day the project was closed')

@InputType({ description: 'Fields of a time entry that may be left out.' })
export abstract class TimeEntryFields {
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it may be billed; for a new entry, by default as its project.',
  })
  billable?: boolean

  @Field(() => String, { nullable: true, description: 'The work that was done, at most 1,000 characters.' })
  note?: string | null

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@InputType({ description: 'Time worked on a project.' })
export class CreateTimeEntryInput extends TimeEntryFields {
  @Field(() => ID, { description: 'The project worked on.' })
  projectId: string

  @Field(() => ID, { description: 'Who worked.' })
  userId: string

  @Field(() => Day, { nullable: true, description: 'The local day of the work; default today, never later.' })
  date?: string | null

  @Field(() => Int, { description: 'Minutes worked, 1 to 1440.' })
  minutes: number
}

@InputType({
  description: 'The changes to a time entry. A field that is left out stays. An entry on an invoice is frozen.',
})
export class UpdateTimeEntryInput extends TimeEntryFields {
  @Field(() => ID, { description: 'The id of the time entry.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number

  @Field(() => ID, { nullable: true, description: 'Who worked.' })
  userId?: string

  @Field(() => Day, { nullable: true, description: 'The local day of the work.' })
  date?: string

  @Field(() => Int, { nullable: true, description: 'Minutes worked, 1 to 1440.' })
  minutes?: number
}
