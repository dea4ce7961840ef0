import { Args, Ctx, Info, Resolver, Root } from 'type-graphql'
import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from '../../request/context.js'
import { badInput } from '../../model/errors.js'
import { extension } from '../../graphql/operation.js'
import { firstOfMonth } from '../../lib/calendar.js'
import { groupBy } from '../../lib/group.js'
import { Client } from '../clients/index.js'
import { frameOf, Month, monthReads, OverviewMonth, readSelected } from '../figures/index.js'
import { Organization } from '../organizations/index.js'
import { MonthArguments, mostMonths } from './month.type.js'

async function monthsOf(
  clientId: string | null,
  { months, asOf }: MonthArguments,
  ctx: Context,
  info: GraphQLResolveInfo,
): Promise<Month[]> {
  if (months < 1 || months > mostMonths) throw badInput(`months must be between 1 and ${mostMonths}; it is ${months}.`)
  const frame = frameOf(ctx, clientId, asOf)
  const from = firstOfMonth(frame.asOf, months - 1)
  const rows = groupBy(
    await readSelected(ctx, frame, info, `months from ${from} to`, monthReads(), { from }),
    row => row.bucket,
  )
  return Array.from({ length: months }, (_, at) => firstOfMonth(frame.asOf, months - 1 - at)).map(
    month => new Month(month, frame, rows.get(month.slice(0, 7)) ?? []),
  )
}

const meaning =
  'The calendar months up to the month of the day, oldest first. ' +
  'Months in which nothing happened are included, so that charts have no gaps.'

@Resolver(() => Client)
export class ClientMonthsResolver {
  /** Read for all clients of the request at once, and only what the query selects. */
  @extension('clients:read', () => [OverviewMonth], meaning, { cost: { each: 1 }, reads: ['id'] })
  overviewByMonth(
    @Root() client: Client,
    @Args(() => MonthArguments) given: MonthArguments,
    @Ctx() ctx: Context,
    @Info() info: GraphQLResolveInfo,
  ) {
    return monthsOf(client.id, { ...given, asOf: given.asOf ?? client.asOf }, ctx, info)
  }
}

@Resolver(() => Organization)
export class OrganizationMonthsResolver {
  @extension(
    'clients:read',
    () => [OverviewMonth],
    `${meaning} They count all clients together, archived ones included.`,
    {
      cost: { whole: 60 },
    },
  )
  overviewByMonth(
    @Args(() => MonthArguments) given: MonthArguments,
    @Ctx() ctx: Context,
    @Info() info: GraphQLResolveInfo,
  ) {
    return monthsOf(null, given, ctx, info)
  }
}
