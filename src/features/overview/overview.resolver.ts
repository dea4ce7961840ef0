import { Arg, Args, Ctx, Info, Resolver, Root } from 'type-graphql'
import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from '../../request/context.js'
import { extension } from '../../graphql/operation.js'
import { Client } from '../clients/index.js'
import { type InvoiceBucket, type InvoiceKind } from '../invoicing/index.js'
import { Organization } from '../organizations/index.js'
import { ProjectState } from '../projects/index.js'
import { OrderDirection, OrderState, type OrderBucket } from '../purchasing/index.js'
import { type TaskBucket } from '../tasks/index.js'
import type { GroupRow } from './group.queries.js'
import { ages, count, frameOf, hoursOf, kindArgument, only, Overview, Sum } from './overview.js'
import { readOverview } from './read-overview.js'
import {
  ClientOverview,
  InvoiceGroup,
  InvoicesOverview,
  OrganizationOverview,
  OverviewArguments,
  OverviewBlocks,
  ProjectsOverview,
  PurchaseOrderGroup,
  PurchaseOrdersOverview,
  TaskGroup,
  TasksOverview,
} from './overview.types.js'

function overviewOf(
  client: Client | null,
  { asOf }: OverviewArguments,
  ctx: Context,
  info: GraphQLResolveInfo,
): Overview | Promise<Overview> {
  const frame = frameOf(ctx, client?.id ?? null, asOf)
  const groups = readOverview(ctx, client, frame, info)
  return groups instanceof Promise ? groups.then(rows => new Overview(frame, rows)) : new Overview(frame, groups)
}

@Resolver(() => Client)
export class ClientOverviewResolver {
  /** Read for all clients of the request at once, and only the blocks that the query selects. */
  @extension('clients:read', () => ClientOverview, 'The figures of the client at a glance, on one day.', {
    cost: { each: 0.5 },
    reads: ['id'],
  })
  overview(
    @Root() client: Client,
    @Args(() => OverviewArguments) given: OverviewArguments,
    @Ctx() ctx: Context,
    @Info() info: GraphQLResolveInfo,
  ) {
    return overviewOf(client, { asOf: given.asOf ?? client.asOf }, ctx, info)
  }
}

@Resolver(() => Organization)
export class OrganizationOverviewResolver {
  @extension(
    'clients:read',
    () => OrganizationOverview,
    'The figures of all clients together, archived ones included, at a glance, on one day.',
    { cost: { whole: 40 } },
  )
  overview(
    @Args(() => OverviewArguments) given: OverviewArguments,
    @Ctx() ctx: Context,
    @Info() info: GraphQLResolveInfo,
  ) {
    return overviewOf(null, given, ctx, info)
  }
}

@Resolver(() => OverviewBlocks)
export class OverviewBlocksResolver {
  @extension('projects:read', () => ProjectsOverview, 'Projects and the time worked on them.', {
    reads: ['projects'],
    cost: { whole: 30, each: 0.2 },
  })
  projects(@Root() overview: Overview): ProjectsOverview {
    const { frame } = overview
    const rows = overview.of('projects')
    const [time] = overview.of('time')
    const minutes = time?.amount ?? 0n
    return {
      frame,
      count: count(rows),
      byState: frame.isToday
        ? Object.values(ProjectState).map(state => ({
            frame,
            state,
            count: count(rows.filter(({ bucket }) => bucket === state)),
          }))
        : null,
      totalMinutes: Number(minutes),
      totalHours: hoursOf(minutes),
      billableMinutes: Number(time?.amount2 ?? 0n),
      invoicedMinutes: Number(time?.amount3 ?? 0n),
    }
  }

  @extension('projects:read', () => TasksOverview, 'Open tasks.', { reads: ['tasks'], cost: { whole: 10, each: 0.2 } })
  tasks(@Root() overview: Overview): TasksOverview {
    const { frame } = overview
    const rows = overview.of('tasks')
    const group = (bucket: TaskBucket): TaskGroup => ({
      frame,
      bucket,
      count: count(bucket === 'OPEN' ? rows : rows.filter(row => row.bucket === bucket)),
    })
    return {
      frame,
      overdue: group('OVERDUE'),
      due: group('DUE'),
      upcoming: group('UPCOMING'),
      unscheduled: group('UNSCHEDULED'),
      open: group('OPEN'),
    }
  }

  @extension('orders:read', () => PurchaseOrdersOverview, 'Purchase orders in one direction.', {
    reads: ['purchaseOrders'],
    cost: { whole: 20, each: 0.2 },
  })
  purchaseOrders(
    @Root() overview: Overview,
    @Arg('direction', () => OrderDirection, {
      defaultValue: OrderDirection.FROM_CLIENT,
      description: 'Who orders from whom.',
    })
    direction: OrderDirection,
  ): PurchaseOrdersOverview {
    const { frame } = overview
    const rows = overview.of('orders', direction)
    const group = (bucket: OrderBucket): PurchaseOrderGroup => {
      const counted = bucket === 'TOTAL' ? rows : rows.filter(row => row.bucket === bucket)
      return {
        frame,
        direction,
        bucket,
        count: count(counted),
        amount: new Sum().addRows(counted, 'amount').in(frame.baseCurrency),
      }
    }
    const states = overview.of('orderStates', direction)
    return {
      total: group('TOTAL'),
      closed: group('CLOSED'),
      open: group('OPEN'),
      byState: frame.isToday
        ? Object.values(OrderState).map(state => ({
            frame,
            direction,
            state,
            count: count(states.filter(({ bucket }) => bucket === state)),
          }))
        : null,
    }
  }

  @extension('invoices:read', () => InvoicesOverview, 'Invoices of one kind.', {
    reads: ['invoices'],
    cost: { whole: 60, each: 0.5 },
  })
  invoices(@Root() overview: Overview, @kindArgument() kind: InvoiceKind): InvoicesOverview {
    const { frame } = overview
    const base = frame.baseCurrency
    const rows = overview.of('invoices', kind)
    const among = (...buckets: string[]) => only(rows, ({ bucket }) => buckets.includes(bucket))
    const pending = among('PENDING')
    const overdue = among(...ages)
    const paid = among('PAID')
    const outstanding = [...pending, ...overdue]
    const authorised = [...outstanding, ...paid]
    const creditNotes = among('CREDIT_NOTE')
    const credits = overview.of('credits', kind)
    const drafts = overview.of('drafts', kind)
    const partial = Number(authorised.reduce((sum, row) => sum + row.partial, 0n))

    const group = (bucket: InvoiceBucket, counted: readonly GroupRow[], part: 'amount' | 'amount2'): InvoiceGroup => ({
      frame,
      kind,
      bucket,
      count: count(counted),
      amount: new Sum().addRows(counted, part).in(base),
    })
    const inState = (state: string) => only(drafts, row => row.bucket === state)
    const draft = (bucket: InvoiceBucket, state: string) =>
      frame.isToday ? group(bucket, inState(state), 'amount') : null
    // A paid invoice has nothing due at any rate, known or not.
    const settled = paid.map(row => ({ ...row, withoutRate: 0n }))
    return {
      draft: draft('DRAFT', 'DRAFT'),
      awaitingApproval: draft('AWAITING_APPROVAL', 'SUBMITTED'),
      authorised: {
        ...group('AUTHORISED', authorised, 'amount'),
        amountDue: new Sum().addRows(outstanding, 'amount2').addRows(settled, 'amount2').in(base),
      },
      pending: group('PENDING', pending, 'amount2'),
      overdue: group('OVERDUE', overdue, 'amount2'),
      paid: group('PAID', paid, 'amount'),
      voided: { frame, kind, bucket: 'VOIDED', count: count(among('VOIDED')) },
      outstanding: group('OUTSTANDING', outstanding, 'amount2'),
      partiallyPaid: { frame, kind, bucket: 'PARTIALLY_PAID', count: partial },
      unappliedCredit: new Sum().addRows(credits, 'amount').in(base),
      netInvoiced: new Sum().addRows(authorised, 'amount').addRows(creditNotes, 'amount', -1).in(base),
      netRevenue: new Sum().addRows(authorised, 'amount3').addRows(creditNotes, 'amount3', -1).in(base),
      netBalance: new Sum().addRows(outstanding, 'amount2').addRows(credits, 'amount', -1).in(base),
      overdueByAge: {
        days1To30: group('OVERDUE_1_30', among('OVERDUE_1_30'), 'amount2'),
        days31To60: group('OVERDUE_31_60', among('OVERDUE_31_60'), 'amount2'),
        days61To90: group('OVERDUE_61_90', among('OVERDUE_61_90'), 'amount2'),
        daysOver90: group('OVERDUE_OVER_90', among('OVERDUE_OVER_90'), 'amount2'),
      },
    }
  }
}
