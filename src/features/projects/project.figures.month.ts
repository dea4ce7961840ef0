import { Int, Resolver, Root } from 'type-graphql'
import { Decimal } from '../../model/scalars.js'
import { extension } from '../../graphql/operation.js'
import { hoursOf, Month, monthOf, OverviewMonth, source, total, totalOf } from '../figures/index.js'

const worked = source('worked', {
  alias: 'e',
  from: ours => `time_entries e WHERE ${ours('e')} AND e.date >= :from AND e.date <= :asOf`,
  bucket: monthOf('e.date'),
  sums: { minutes: total('e.minutes'), billable: total('CASE WHEN e.billable = 1 THEN e.minutes ELSE 0 END') },
})
const { minutes, billable } = worked.sums

export const timeByMonth = { minutes: worked, billableMinutes: worked, hours: worked }

@Resolver(() => OverviewMonth)
export class TimeMonthResolver {
  @extension('projects:read', () => Int, 'Minutes worked on days of the month.')
  minutes(@Root() month: Month) {
    return Number(totalOf(month.of(worked), minutes))
  }

  @extension('projects:read', () => Int, 'The billable minutes among them.')
  billableMinutes(@Root() month: Month) {
    return Number(totalOf(month.of(worked), billable))
  }

  @extension('projects:read', () => Decimal, 'The minutes in hours, with 2 decimals, from their sum.')
  hours(@Root() month: Month) {
    return hoursOf(totalOf(month.of(worked), minutes))
  }
}
