import { Arg, Args, Ctx, Field, Int, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { figure } from '../../model/computed.js'
import { MoneySum } from '../../model/money.js'
import { extension } from '../../graphql/operation.js'
import { snake } from '../../lib/snake.js'
import {
  among,
  count,
  counted,
  countOf,
  countNull,
  money,
  Overview,
  OverviewBlocks,
  parentOf,
  source,
  Sum,
  unranged,
  type FigureBlock,
  type Frame,
  type ListedFigure,
  type OpenItems,
  type Section,
} from '../figures/index.js'
import { OrderDirection, OrderState } from './purchase-order.js'
import { OrderBucket, orderRules } from './purchase-order.queries.js'
import { PurchaseOrderArguments, purchaseOrderList, purchaseOrderPage } from './purchase-order.resolver.js'

const column = (name: string) => `o.${snake(name)}`
const rules = orderRules(name => (name === 'orderedOn' ? unranged('o.ordered_on') : column(name)))

const orders = source('orders', {
  alias: 'o',
  from: ours => `purchase_orders o WHERE ${ours('o')} AND ${rules.TOTAL}`,
  direction: 'o.direction',
  bucket: `CASE WHEN ${rules.CLOSED} THEN 'CLOSED' ELSE 'OPEN' END`,
  buckets: ['CLOSED', 'OPEN'],
  currency: 'o.currency',
  sums: { amount: money('o.total', 'o.total_base') },
  withoutRate: countNull('o.total_base'),
})

const states = source('orderStates', {
  alias: 'o',
  from: ours => `purchase_orders o WHERE ${ours('o')}`,
  direction: 'o.direction',
  bucket: 'o.state',
  buckets: Object.keys(OrderState),
})

@ObjectType({ description: 'A group of purchase orders.', simpleResolvers: true })
export class PurchaseOrderGroup {
  frame: Frame
  direction: OrderDirection
  bucket: OrderBucket

  @Field(() => Int, { description: 'How many there are.' })
  count: number

  @Field(() => MoneySum, { description: 'Their totals: net + tax.' })
  amount: MoneySum
}

@ObjectType({ description: 'Purchase orders in one state.', simpleResolvers: true })
export class PurchaseOrderStateCount {
  frame: Frame
  direction: OrderDirection

  @Field(() => OrderState, { description: 'The state.' })
  state: OrderState

  @Field(() => Int, { description: 'How many orders are in it.' })
  count: number
}

@ObjectType({
  description: 'The purchase orders of a client, or of all, in one direction, by the day.',
  simpleResolvers: true,
})
export class PurchaseOrdersOverview {
  @Field(() => PurchaseOrderGroup, { description: 'Ordered and not cancelled by the day.' })
  total: PurchaseOrderGroup

  @Field(() => PurchaseOrderGroup, { description: 'The orders among them that are closed by the day.' })
  closed: PurchaseOrderGroup

  @Field(() => PurchaseOrderGroup, { description: 'Total less closed.' })
  open: PurchaseOrderGroup

  @Field(() => [PurchaseOrderStateCount], {
    nullable: true,
    description:
      'How many are in each state, drafts and cancelled ones included; null when the day is not today, since ' +
      'states keep no dated past.',
  })
  byState: PurchaseOrderStateCount[] | null
}

const ordersIn = (direction: OrderDirection): Section<PurchaseOrdersOverview> => ({
  name: `orders_${direction.toLowerCase()}`,
  description: direction === 'FROM_CLIENT' ? 'Orders from the client' : 'Orders to the client',
  block: 'purchaseOrders',
  direction,
  type: PurchaseOrdersOverview,
  of(groups) {
    const { frame } = groups
    const rows = groups.of(orders, direction)
    const group = (bucket: OrderBucket): PurchaseOrderGroup => {
      const own = bucket === 'TOTAL' ? rows : among(rows, bucket)
      const amount = new Sum().addRows(own, orders.sums.amount).in(frame.baseCurrency)
      return { frame, direction, bucket, count: count(own), amount }
    }
    const byState = groups.of(states, direction)
    return {
      total: group('TOTAL'),
      closed: group('CLOSED'),
      open: group('OPEN'),
      byState: frame.isToday
        ? Object.values(OrderState).map(state => ({ frame, direction, state, count: count(among(byState, state)) }))
        : null,
    }
  },
})

const sections: Record<OrderDirection, Section<PurchaseOrdersOverview>> = {
  FROM_CLIENT: ordersIn('FROM_CLIENT'),
  TO_CLIENT: ordersIn('TO_CLIENT'),
}

const openOrders: ListedFigure = {
  field: figure(
    'openOrders',
    'integer',
    'How many orders from it are open on the day: ordered, and neither cancelled nor closed.',
    {
      from: `purchase_orders o WHERE o.organization_id = :organization AND o.direction = 'FROM_CLIENT' AND ${orderRules(column).OPEN}`,
      by: 'o.client_id',
      sum: 'COUNT(*)',
    },
    { permission: 'orders:read' },
  ),
  of: groups => countOf(among(groups.of(orders, 'FROM_CLIENT'), 'OPEN')),
}

const openIn = (direction: OrderDirection, what: string): OpenItems => ({
  kind: 'PurchaseOrder',
  what,
  isDue: false,
  of: groups => among(groups.of(orders, direction), 'OPEN'),
  amount: orders.sums.amount,
})

export const orderFigures: FigureBlock = {
  name: 'purchaseOrders',
  permission: 'orders:read',
  sources: [orders],
  sourcesOfToday: [states],
  sections: Object.values(sections),
  eventDays: { purchase_orders: ['ordered_on', 'cancelled_on', 'closed_on'] },
  listed: [openOrders],
  open: [openIn('FROM_CLIENT', 'open orders from the client'), openIn('TO_CLIENT', 'open orders to the client')],
}

@Resolver(() => OverviewBlocks)
export class PurchaseOrdersBlockResolver {
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
    return overview.section(sections[direction])
  }
}

const inDirection = (direction: OrderDirection) => ({ sql: 't.direction = :direction', parameters: { direction } })

@Resolver(() => PurchaseOrderGroup)
export class PurchaseOrderGroupResolver {
  @extension('orders:read', () => purchaseOrderList.Connection, 'The purchase orders counted.')
  purchaseOrders(
    @Root() root: PurchaseOrderGroup,
    @Args(() => PurchaseOrderArguments) given: PurchaseOrderArguments,
    @Ctx() ctx: Context,
  ) {
    return purchaseOrderPage(ctx, { ...counted(given, root.frame), bucket: root.bucket }, parentOf(root), [
      inDirection(root.direction),
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
    return purchaseOrderPage(ctx, counted(given, root.frame), parentOf(root), [
      inDirection(root.direction),
      { sql: 't.state = :state', parameters: { state: root.state } },
    ])
  }
}
