import { Args, ArgsType, Ctx, Field, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { extension, idArgument, input, mutation, query, writeScope } from '../../graphql/operation.js'
import { RecordVersion } from '../../graphql/record-input.js'
import { Client, clientName } from '../clients/index.js'
import { withoutRate } from '../rates/index.js'
import { taxSums, TaxSum } from './document.js'
import { PurchaseOrder, PurchaseOrderLine } from './purchase-order.js'
import {
  cancelPurchaseOrder,
  closePurchaseOrder,
  createPurchaseOrder,
  deletePurchaseOrder,
  openPurchaseOrder,
  receivePurchaseOrder,
  updatePurchaseOrder,
} from './purchase-order.commands.js'
import { inOrderBucket, OrderBucket } from './purchase-order.queries.js'
import {
  CancelPurchaseOrderInput,
  ClosePurchaseOrderInput,
  CreatePurchaseOrderInput,
  OpenPurchaseOrderInput,
  ReceivePurchaseOrderInput,
  UpdatePurchaseOrderInput,
} from './purchase-order.inputs.js'
import type { Condition } from '../../model/condition.js'
import { listOf, withDay } from '../../graphql/list.js'

export const purchaseOrderList = listOf(PurchaseOrder, {
  computed: [clientName, withoutRate],
  filters: [
    'id',
    'clientId',
    'clientName',
    'direction',
    'number',
    'state',
    'currency',
    'totalBase',
    'withoutRate',
    'orderedOn',
    'expectedOn',
    'partiallyReceivedOn',
    'receivedOn',
    'closedOn',
    'cancelledOn',
    'externalId',
    'createdAt',
    'updatedAt',
  ],
  orders: {
    ORDERED_ON: 'orderedOn',
    EXPECTED_ON: 'expectedOn',
    NUMBER: 'number',
    CLIENT_NAME: 'clientName',
    STATE: 'state',
    CLOSED_ON: 'closedOn',
    TOTAL_BASE: 'totalBase',
    CREATED_AT: 'id',
    UPDATED_AT: 'updatedAt',
  },
  direction: 'DESC',
})

@ArgsType()
export class PurchaseOrderArguments extends withDay(purchaseOrderList.Arguments) {
  @Field(() => OrderBucket, {
    nullable: true,
    description: 'Only the orders that an overview of the day counts in this group.',
  })
  bucket?: OrderBucket | null
}

/** A list of orders; those of one group on a day where asked. */
export function purchaseOrderPage(
  ctx: Context,
  given: PurchaseOrderArguments,
  parent?: { by: 'clientId'; id: string },
  conditions: Condition[] = [],
) {
  const { bucket } = given
  return ctx.page(PurchaseOrder, given, {
    parent,
    dated: true,
    conditions: [...conditions, ...(bucket ? [inOrderBucket(bucket, ctx.dayOfList(given))] : [])],
  })
}

@Resolver(() => PurchaseOrder)
export class PurchaseOrderResolver {
  @query('orders:read', () => PurchaseOrder, 'One purchase order.', { nullable: true })
  purchaseOrder(@idArgument('purchase order') id: string, @Ctx() ctx: Context) {
    return ctx.byId(PurchaseOrder, id)
  }

  @query('orders:read', () => purchaseOrderList.Connection, 'The purchase orders of all clients.')
  purchaseOrders(@Args(() => PurchaseOrderArguments) given: PurchaseOrderArguments, @Ctx() ctx: Context) {
    return purchaseOrderPage(ctx, given)
  }

  @extension('orders:read', () => [PurchaseOrderLine], 'Its lines, in their order.')
  async lines(@Root() order: PurchaseOrder, @Ctx() ctx: Context) {
    const lines = await ctx.many(PurchaseOrderLine, 'purchaseOrderId', order.id, 'orders:read')
    return lines.sort((a, b) => a.position - b.position)
  }

  @extension('orders:read', () => [TaxSum], 'Its tax by rate, sorted by rate.')
  async taxes(@Root() order: PurchaseOrder, @Ctx() ctx: Context) {
    return taxSums(await ctx.many(PurchaseOrderLine, 'purchaseOrderId', order.id, 'orders:read'), order.currency)
  }

  @mutation('orders:write', PurchaseOrder, 'Write a purchase order, as a draft.')
  createPurchaseOrder(
    @input(() => CreatePurchaseOrderInput) given: CreatePurchaseOrderInput,
    @writeScope() scope: WriteScope,
  ) {
    return createPurchaseOrder(scope, given)
  }

  @mutation('orders:write', PurchaseOrder, 'Change a draft purchase order.')
  updatePurchaseOrder(
    @input(() => UpdatePurchaseOrderInput) given: UpdatePurchaseOrderInput,
    @writeScope() scope: WriteScope,
  ) {
    return updatePurchaseOrder(scope, given)
  }

  @mutation('orders:write', PurchaseOrder, 'Order it: DRAFT becomes OPEN, and an order TO_CLIENT gets its number.')
  openPurchaseOrder(@input(() => OpenPurchaseOrderInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return openPurchaseOrder(scope, given)
  }

  @mutation('orders:write', PurchaseOrder, 'Note that a part has arrived.')
  partiallyReceivePurchaseOrder(
    @input(() => ReceivePurchaseOrderInput) given: RecordVersion,
    @writeScope() scope: WriteScope,
  ) {
    return receivePurchaseOrder(scope, given, true)
  }

  @mutation('orders:write', PurchaseOrder, 'Note that all of it has arrived.')
  receivePurchaseOrder(@input(() => ReceivePurchaseOrderInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return receivePurchaseOrder(scope, given, false)
  }

  @mutation('orders:write', PurchaseOrder, 'Close an order that was opened, for good.')
  closePurchaseOrder(@input(() => ClosePurchaseOrderInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return closePurchaseOrder(scope, given)
  }

  @mutation('orders:write', PurchaseOrder, 'Call off a draft or open order, for good.')
  cancelPurchaseOrder(@input(() => CancelPurchaseOrderInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return cancelPurchaseOrder(scope, given)
  }

  @mutation('orders:write', PurchaseOrder, 'Delete a draft purchase order.')
  deletePurchaseOrder(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return deletePurchaseOrder(scope, given)
  }
}

@Resolver(() => Client)
export class ClientPurchaseOrdersResolver {
  @extension('orders:read', () => purchaseOrderList.Connection, 'The purchase orders of the client.', { reads: ['id'] })
  purchaseOrders(
    @Root() client: Client,
    @Args(() => PurchaseOrderArguments) given: PurchaseOrderArguments,
    @Ctx() ctx: Context,
  ) {
    return purchaseOrderPage(ctx, given, { by: 'clientId', id: client.id })
  }
}
