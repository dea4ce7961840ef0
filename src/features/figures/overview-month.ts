import { Field, ObjectType } from 'type-graphql'
import { Day as DayScalar } from '../../model/scalars.js'
import type { Day } from '../../lib/calendar.js'
import type { GroupRow } from './group.queries.js'
import { Groups, type Frame } from './section.js'

@ObjectType({
  description:
    'The figures of one calendar month. A record voided or reversed by the day counts in no month, so the months up to a day add up to its totals. The last month counts only up to the day.',
  simpleResolvers: true,
})
export class OverviewMonth {
  @Field(() => DayScalar, { description: 'The first day of the month.' })
  month: Day
}

/** What the fields of a month are answered from. */
export class Month extends Groups {
  constructor(
    readonly month: Day,
    frame: Frame,
    rows: readonly GroupRow[],
  ) {
    super(frame, rows)
  }
}

/** SQL for the month of a day, as the buckets of months name it: SUBSTR makes the same text, YYYY-MM, of a DATE on all databases. */
export const monthOf = (column: string) => `SUBSTR(${column}, 1, 7)`
