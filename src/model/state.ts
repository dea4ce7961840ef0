import type { Day } from '../lib/calendar.js'
import { UserError } from '../lib/user-error.js'
import { metadataOf } from './entity-metadata.js'
import { snake } from '../lib/snake.js'
import type { Row } from './field-definition.js'

/** Refuses a change of state that does not begin at one of these. */
export function refuseState(row: Row & { state: string }, message: string, ...from: string[]) {
  if (from.includes(row.state)) return
  const { name } = metadataOf(row.constructor)
  throw new UserError(`${snake(name).toUpperCase()}_${row.state}`, `${message} It is ${row.state}.`)
}

/** The day on which something happened: today unless given, and never later. */
export function dayOf(given: Day | null | undefined, today: Day, field: string): Day {
  if (given && given > today)
    throw new UserError('DATE_FUTURE', `${field} is ${given}, which is in the future; today is ${today}.`, field)
  return given ?? today
}

/** Nothing happens before what it acts on. */
export function refuseBefore(on: Day, earliest: Day | null, field: string, previous: string) {
  if (earliest && on < earliest)
    throw new UserError(
      'DATE_TOO_EARLY',
      `${field} is ${on}, but ${previous} on ${earliest}; give that day or a later one.`,
      field,
    )
}
