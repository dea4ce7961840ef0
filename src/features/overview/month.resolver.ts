import { Args, Ctx, Info, Int, Resolver, Root } from 'type-graphql'
import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from '../../request/context.js'
import { badInput } from '../../model/errors.js'
import { MoneySum } from '../../model/money.js'
import { extension } from '../../graphql/operation.js'
import { Decimal } from '../../model/scalars.js'
import { firstOfMonth, type Day } from '../../lib/calendar.js'
import { groupBy } from '../../lib/group.js'
import { Client } from '../clients/index.js'
import { frameOf, Groups, hoursOf, readSelected, Sum, totalOf, type Frame, type GroupRow } from '../figures/index.js'
import { kindArgument, type InvoiceKind } from '../invoicing/index.js'
import { Organization } from '../organizations/index.js'
import { invoiced, monthFigures, paid, refunded, worked } from './month.queries.js'
import { MonthArguments, mostMonths, OverviewMonth } from './month.type.js'

class Month extends Groups {
  constructor(
    readonly month: Day,
    frame: Frame,
    rows: readonly GroupRow[],
  ) {
    super(frame, rows)
  }

  sum(source: typeof paid, kind: InvoiceKind): MoneySum {
    return new Sum().addRows(this.of(source, kind), source.sums.amount).in(this.frame.baseCurrency)
  }

  minutes(part: keyof typeof worked.sums): bigint {
    return totalOf(this.of(worked), worked.sums[part])
  }
}

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
    await readSelected(ctx, frame, info, `months from ${from} to`, monthFigures, { from }),
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

@Resolver(() => OverviewMonth)
export class OverviewMonthResolver {
  @extension(
    'invoices:read',
    () => MoneySum,
    'Payable of the invoices authorised in the month, less payable of the credit notes authorised in it; those ' +
      'in force on the day. All months up to a day sum to its `netInvoiced`.',
  )
  invoiced(@Root() month: Month, @kindArgument() kind: InvoiceKind) {
    return month.sum(invoiced, kind)
  }

  @extension(
    'invoices:read',
    () => MoneySum,
    'Payments of the month that are not reversed by the day, allocated or not; refunds are not taken off.',
  )
  paid(@Root() month: Month, @kindArgument() kind: InvoiceKind) {
    return month.sum(paid, kind)
  }

  @extension(
    'invoices:read',
    () => MoneySum,
    'Refunds of the month that are not reversed by the day; in the base currency at the rate of what they were ' +
      'taken from.',
  )
  refunded(@Root() month: Month, @kindArgument() kind: InvoiceKind) {
    return month.sum(refunded, kind)
  }

  @extension('projects:read', () => Int, 'Minutes worked on days of the month.')
  minutes(@Root() month: Month) {
    return Number(month.minutes('all'))
  }

  @extension('projects:read', () => Int, 'The billable minutes among them.')
  billableMinutes(@Root() month: Month) {
    return Number(month.minutes('billable'))
  }

  @extension('projects:read', () => Decimal, 'The minutes in hours, with 2 decimals, from their sum.')
  hours(@Root() month: Month) {
    return hoursOf(month.minutes('all'))
  }
}
