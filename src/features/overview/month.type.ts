import { ArgsType, Field, Int, ObjectType } from 'type-graphql'
import { Day as DayScalar } from '../../model/scalars.js'
import type { Day } from '../../lib/calendar.js'
import { OverviewArguments } from './overview.types.js'

export const mostMonths = 120

@ArgsType()
export class MonthArguments extends OverviewArguments {
  @Field(() => Int, {
    defaultValue: 12,
    description: `How many calendar months, the one of the day included: 1 to ${mostMonths}.`,
  })
  months: number
}

@ObjectType({
  description:
    'The figures of one calendar month. A record voided or reversed by the day counts in no month, so the months up to a day add up to its totals. The last month counts only up to the day.',
  simpleResolvers: true,
})
export class OverviewMonth {
  @Field(() => DayScalar, { description: 'The first day of the month.' })
  month: Day
}
