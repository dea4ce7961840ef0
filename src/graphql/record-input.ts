import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql'
import { Day } from '../model/scalars.js'

/** Names one version of a record: what every change of an existing one takes. */
@InputType('RecordInput', { description: 'Which record to act on.' })
export class RecordVersion {
  @Field(() => ID, { description: 'The id of the record.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number
}

export const Archived = { EXCLUDE: 'EXCLUDE', INCLUDE: 'INCLUDE', ONLY: 'ONLY' } as const
export type Archived = keyof typeof Archived
registerEnumType(Archived, {
  name: 'Archived',
  description: 'Whether a list shows archived records.',
  valuesConfig: {
    EXCLUDE: { description: 'Only records in use.' },
    INCLUDE: { description: 'Archived records as well.' },
    ONLY: { description: 'Only archived records.' },
  },
})

/** The condition of a list's `archived` argument. */
export const archivedCondition = (archived: Archived = 'EXCLUDE') =>
  ({ EXCLUDE: [{ sql: 't.archivedAt IS NULL' }], ONLY: [{ sql: 't.archivedAt IS NOT NULL' }], INCLUDE: [] })[archived]

/** The input of a change of state: which record, and the day on which it happened. */
export function dayInput(name: string, dayName: string, meaning: string) {
  const limits = dayName === 'on' ? 'never later' : 'never later, and never before what it acts on'
  @InputType(name, {
    description: `Which record to act on, and ${meaning.charAt(0).toLowerCase()}${meaning.slice(1)}.`,
  })
  class DayInput extends RecordVersion {}
  Field(() => Day, {
    nullable: true,
    description: `${meaning}. By default today in the organisation's time zone; ${limits}.`,
  })(DayInput.prototype, dayName)
  return DayInput
}
