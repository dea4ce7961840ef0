import { Field, Int, ObjectType } from 'type-graphql'
import { ActorType } from '../../database/effects/activity-event.js'
import { OrganizationRow } from '../../model/row.js'
import { choice, day, json, text } from '../../model/field.js'
import type { Day } from '../../lib/calendar.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

@ObjectType('ErasedRecords', {
  description: 'Records of one kind that an erasure removed, emptied or kept.',
  simpleResolvers: true,
})
export class ErasedRecords {
  @Field(() => String, { description: 'The kind of record, such as Contact.' })
  kind: string

  @Field(() => Int, { description: 'How many.' })
  count: number

  @Field(() => String, { description: 'The outcome for them, or the reason why they stay.' })
  what: string
}

const replaced = 'the name, addresses and numbers replaced where they stood'

/** The outcome for each kind of record that may tell who somebody is. */
const happens = {
  Contact: 'removed',
  Interaction: 'heading and text replaced',
  File: 'removed with its bytes',
  Client: 'emptied of all that is personal',
  ImportPlan: 'removed with its file',
  ClientMerge: 'values replaced',
  SavedView: 'values replaced',
  Project: replaced,
  Task: replaced,
  TimeEntry: replaced,
  Deal: replaced,
  Payment: replaced,
  ActivityEvent: 'values replaced',
}
export type ErasableKind = keyof typeof happens

export const whatHappens = (kind: ErasableKind, isClient: boolean) =>
  kind === 'Interaction' && !isClient ? replaced : happens[kind]

// It names its subject by id alone, and holds nothing personal.
@entity('erasures', 'The receipt of an erasure: what of a person went, and what the law keeps.', {
  prefix: 'era',
  permission: 'admin',
  called: ({ recordType, erasedOn }: Erasure) => `${recordType.toLowerCase()} on ${erasedOn}`,
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another erasure has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'erasedOn', 'id'])
export class Erasure extends OrganizationRow {
  @text('Client or Contact.', { max: 40, inHistory: false })
  recordType: string

  @text('The id of the client or the contact.', { max: 32, inHistory: false })
  recordId: string

  @day('The day it was done.')
  erasedOn: Day

  @text('Why, such as the number of the request; nothing personal belongs here.', {
    nullable: true,
    max: 500,
    lines: true,
  })
  reason: string | null

  @json('The records that went.', { hidden: true })
  storedErased: ErasedRecords[]

  @json('The records that stay.', { hidden: true })
  storedKept: ErasedRecords[]

  @choice(ActorType, 'The kind of actor that did it.', { inHistory: false })
  authorType: ActorType

  @text('The id of the key that did it; null for the command line.', { max: 32, nullable: true, inHistory: false })
  authorId: string | null

  @text('The name of who did it, as it was then.', { inHistory: false })
  authorName: string

  @Field(() => [ErasedRecords], { description: 'The records that were removed, or emptied of personal data.' })
  get erased(): ErasedRecords[] {
    return this.storedErased
  }

  @Field(() => [ErasedRecords], { description: 'The records that stay as they are, and why.' })
  get kept(): ErasedRecords[] {
    return this.storedKept
  }
}
