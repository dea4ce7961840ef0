import { Arg, Args, Ctx, Int, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { badInput } from '../../model/errors.js'
import { extension } from '../../graphql/operation.js'
import { addDays, type Day } from '../../lib/calendar.js'
import { count, parentOf, readGroups } from '../figures/index.js'
import { InvoiceArguments, invoiceList, invoicePage } from '../invoicing/index.js'
import { Project, projectList, TimeEntry, timeEntryList } from '../projects/index.js'
import { PurchaseOrderArguments, purchaseOrderList, purchaseOrderPage } from '../purchasing/index.js'
import { TaskArguments, taskList, taskPage } from '../tasks/index.js'
import { upcoming } from './overview.queries.js'
import {
  AuthorisedInvoices,
  InvoiceCount,
  InvoiceGroup,
  ProjectsOverview,
  ProjectStateCount,
  PurchaseOrderGroup,
  PurchaseOrderStateCount,
  TaskGroup,
  TasksOverview,
} from './overview.types.js'
import type { ListArguments } from '../../graphql/list.js'

/** The most days that tasks are looked ahead. */
const longestOutlook = 3660

/** A list below a count lists what was counted, for the same day. */
export function dated<T extends ListArguments>(given: T, asOf: Day): T {
  if (given.asOf && given.asOf !== asOf)
    throw badInput(`This list belongs to an overview of ${asOf}; ask the overview itself for another day.`)
  return { ...given, asOf }
}

@Resolver(() => ProjectsOverview)
export class ProjectsOverviewResolver {
  @extension('projects:read', () => projectList.Connection, 'The projects counted.')
  projects(
    @Root() root: ProjectsOverview,
    @Args(() => projectList.Arguments) given: ListArguments,
    @Ctx() ctx: Context,
  ) {
    return ctx.page(Project, given, {
      parent: parentOf(root),
      conditions: [{ sql: 't.openedOn <= :asOf', parameters: { asOf: root.frame.asOf } }],
    })
  }

  @extension('projects:read', () => timeEntryList.Connection, 'The time entries whose minutes are summed.')
  timeEntries(
    @Root() root: ProjectsOverview,
    @Args(() => timeEntryList.Arguments) given: ListArguments,
    @Ctx() ctx: Context,
  ) {
    return ctx.page(TimeEntry, given, {
      parent: parentOf(root),
      conditions: [{ sql: 't.date <= :asOf', parameters: { asOf: root.frame.asOf } }],
    })
  }
}

@Resolver(() => ProjectStateCount)
export class ProjectStateCountResolver {
  @extension('projects:read', () => projectList.Connection, 'The projects counted.')
  projects(
    @Root() root: ProjectStateCount,
    @Args(() => projectList.Arguments) given: ListArguments,
    @Ctx() ctx: Context,
  ) {
    return ctx.page(Project, given, {
      parent: parentOf(root),
      conditions: [
        { sql: 't.openedOn <= :asOf AND t.state = :state', parameters: { asOf: root.frame.asOf, state: root.state } },
      ],
    })
  }
}

@Resolver(() => TasksOverview)
export class TasksOverviewResolver {
  @extension(
    'projects:read',
    () => TaskGroup,
    'Tasks due after the day and at most so many days after it; they are part of `upcoming`.',
    { cost: { whole: 10, each: 0.1 } },
  )
  async upcomingWithin(
    @Root() { frame }: TasksOverview,
    @Arg('days', () => Int, { description: `How many days, 1 to ${longestOutlook}.` }) days: number,
    @Ctx() ctx: Context,
  ): Promise<TaskGroup> {
    if (days < 1 || days > longestOutlook)
      throw badInput(`days must be between 1 and ${longestOutlook}; it is ${days}.`)
    const { asOf } = frame
    const until = addDays(asOf, days)
    const found = await readGroups(ctx, frame, `upcoming ${asOf} ${until}`, ['projects:read'], [upcoming], {
      asOf,
      until,
    })
    return { frame, bucket: 'UPCOMING', until, count: count(found) }
  }
}

@Resolver(() => TaskGroup)
export class TaskGroupResolver {
  @extension('projects:read', () => taskList.Connection, 'The tasks counted.')
  tasks(@Root() root: TaskGroup, @Args(() => TaskArguments) given: TaskArguments, @Ctx() ctx: Context) {
    refuseBucket(given)
    const within = root.until ? [{ sql: 't.dueOn <= :until', parameters: { until: root.until } }] : []
    return taskPage(ctx, { ...dated(given, root.frame.asOf), bucket: root.bucket }, parentOf(root), within)
  }
}

@Resolver(() => PurchaseOrderGroup)
export class PurchaseOrderGroupResolver {
  @extension('orders:read', () => purchaseOrderList.Connection, 'The purchase orders counted.')
  purchaseOrders(
    @Root() root: PurchaseOrderGroup,
    @Args(() => PurchaseOrderArguments) given: PurchaseOrderArguments,
    @Ctx() ctx: Context,
  ) {
    refuseBucket(given)
    const inDirection = { sql: 't.direction = :direction', parameters: { direction: root.direction } }
    return purchaseOrderPage(ctx, { ...dated(given, root.frame.asOf), bucket: root.bucket }, parentOf(root), [
      inDirection,
    ])
  }
}

@Resolver(() => PurchaseOrderStateCount)
export class PurchaseOrderStateCountResolver {
  @extension('orders:read', () => purchaseOrderList.Connection, 'The purchase orders counted.')
  purchaseOrders(
    @Root() root: PurchaseOrderStateCount,
    @Args(() => PurchaseOrderArguments) given: PurchaseOrderArguments,
    @Ctx() ctx: Context,
  ) {
    refuseBucket(given)
    const counted = {
      sql: 't.direction = :direction AND t.state = :state',
      parameters: { direction: root.direction, state: root.state },
    }
    return purchaseOrderPage(ctx, dated(given, root.frame.asOf), parentOf(root), [counted])
  }
}

/** The list of the invoices counted, the same for every type of group. */
function countedInvoices(root: InvoiceCount, given: InvoiceArguments, ctx: Context) {
  refuseBucket(given)
  const ofKind = { sql: 't.kind = :kind', parameters: { kind: root.kind } }
  return invoicePage(ctx, { ...dated(given, root.frame.asOf), bucket: root.bucket }, parentOf(root), [ofKind])
}

@Resolver(() => InvoiceGroup)
export class InvoiceGroupResolver {
  @extension('invoices:read', () => invoiceList.Connection, 'The invoices counted.')
  invoices(@Root() root: InvoiceGroup, @Args(() => InvoiceArguments) given: InvoiceArguments, @Ctx() ctx: Context) {
    return countedInvoices(root, given, ctx)
  }
}

@Resolver(() => InvoiceCount)
export class InvoiceCountResolver {
  @extension('invoices:read', () => invoiceList.Connection, 'The invoices counted.')
  invoices(@Root() root: InvoiceCount, @Args(() => InvoiceArguments) given: InvoiceArguments, @Ctx() ctx: Context) {
    return countedInvoices(root, given, ctx)
  }
}

@Resolver(() => AuthorisedInvoices)
export class AuthorisedInvoicesResolver {
  @extension('invoices:read', () => invoiceList.Connection, 'The invoices counted.')
  invoices(
    @Root() root: AuthorisedInvoices,
    @Args(() => InvoiceArguments) given: InvoiceArguments,
    @Ctx() ctx: Context,
  ) {
    return countedInvoices(root, given, ctx)
  }
}

function refuseBucket({ bucket }: { bucket?: string | null }) {
  if (bucket) throw badInput('This list is already one group; leave bucket out.')
}
