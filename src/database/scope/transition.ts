import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import type { Day } from '../../lib/calendar.js'
import type { RecordRow } from '../../model/row.js'
import { dayOf } from '../../model/state.js'
import type { ChangeEvent } from '../effects/change-event.js'
import type { WriteScope } from './write-scope.js'

/** The record that changes its state, and the day on which it does, in a field of this name. */
export type OnDay<Name extends string> = { id: string; version: number } & { [name in Name]?: Day | null }

/**
 * Changes the state of a record. It takes the record in the version that the caller knows, and lets `decide` refuse or
 * change it. It writes an event with its own verb. The change counts on the day in the field `day`, or today. `decide`
 * returns what else the event says, and the verb where only the record knows it.
 */
export async function transition<T extends RecordRow & ObjectLiteral, Name extends string = never>(
  scope: WriteScope,
  type: ClassType<T>,
  given: OnDay<Name>,
  { verb, day }: { verb?: string; day?: Name },
  decide: (row: T, on: Day) => TransitionEvent | Promise<TransitionEvent>,
): Promise<T> {
  const row = await scope.take(type, given.id, given.version)
  const on = day === undefined ? scope.today : dayOf(given[day], scope.today, day)
  const event = await decide(row, on)
  return scope.change(row, { ...(verb && { verb }), on, ...event })
}

type TransitionEvent = Partial<ChangeEvent> | void
