import { Arg, Args, Ctx, Info, Resolver, Root } from 'type-graphql'
import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from '../../request/context.js'
import { extension } from '../../graphql/operation.js'
import { Client } from '../clients/index.js'
import { frameOf, kindArgument, Overview, readOverview } from '../figures/index.js'
import type { InvoiceKind } from '../invoicing/index.js'
import { Organization } from '../organizations/index.js'
import { OrderDirection } from '../purchasing/index.js'
import { invoiceFigures, orderFigures, projectFigures, taskFigures } from './figures.js'
import {
  ClientOverview,
  InvoicesOverview,
  OrganizationOverview,
  OverviewArguments,
  OverviewBlocks,
  ProjectsOverview,
  PurchaseOrdersOverview,
  TasksOverview,
} from './overview.types.js'

function overviewOf(
  client: Client | null,
  { asOf }: OverviewArguments,
  ctx: Context,
  info: GraphQLResolveInfo,
): Overview | Promise<Overview> {
  const frame = frameOf(ctx, client?.id ?? null, asOf)
  const figures = readOverview(ctx, client, frame, info)
  return figures instanceof Promise ? figures.then(read => new Overview(frame, read)) : new Overview(frame, figures)
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
    return overview.section(projectFigures)
  }

  @extension('projects:read', () => TasksOverview, 'Open tasks.', { reads: ['tasks'], cost: { whole: 10, each: 0.2 } })
  tasks(@Root() overview: Overview): TasksOverview {
    return overview.section(taskFigures)
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
    return overview.section(orderFigures[direction])
  }

  @extension('invoices:read', () => InvoicesOverview, 'Invoices of one kind.', {
    reads: ['invoices'],
    cost: { whole: 60, each: 0.5 },
  })
  invoices(@Root() overview: Overview, @kindArgument() kind: InvoiceKind): InvoicesOverview {
    return overview.section(invoiceFigures[kind])
  }
}
