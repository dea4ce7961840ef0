import { choice, day, reference, text } from '../../model/field.js'
import { refuseBefore, refuseState } from '../../model/state.js'
import { DocumentLine, TotalledRow } from './document.js'
import { choices } from '../../model/choices.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

export const OrderDirection = choices('PurchaseOrderDirection', 'Who orders from whom.', {
  FROM_CLIENT: 'The client orders from us.',
  TO_CLIENT: 'We order from the client.',
})
export type OrderDirection = keyof typeof OrderDirection

export const OrderState = choices('PurchaseOrderState', 'Where a purchase order is in its life.', {
  DRAFT: 'Being written; in no total.',
  OPEN: 'Ordered.',
  PARTIALLY_RECEIVED: 'Some of it has arrived.',
  RECEIVED: 'All of it has arrived.',
  CLOSED: 'Done with, for good.',
  CANCELLED: 'Called off, for good.',
})
export type OrderState = keyof typeof OrderState

@entity('purchase_orders', 'An order, from the client to us or from us to the client.', {
  prefix: 'por',
  permission: 'orders:read',
  search: { title: 'number', codes: ['number', 'externalId'] },
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another purchase order has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'numberedFor', 'direction', 'number'], {
  code: 'NUMBER_TAKEN',
  message: 'This client already has a purchase order with this number.',
  field: 'number',
})
@index([
  'organizationId',
  'clientId',
  'direction',
  'orderedOn',
  'cancelledOn',
  'closedOn',
  'currency',
  'total',
  'totalBase',
])
@index(['organizationId', 'orderedOn', 'id'])
export class PurchaseOrder extends TotalledRow {
  @choice(OrderDirection, 'Who orders from whom.')
  direction: OrderDirection

  @text("The client's own number (FROM_CLIENT), or the next of our series, given when it is opened (TO_CLIENT).", {
    nullable: true,
    max: 60,
  })
  number: string | null

  // Its client, but for an order that a merge of clients moved to one which has the same number already.
  @text('The client among whose orders its number is unique.', { nullable: true, max: 32, hidden: true })
  numberedFor: string | null

  @choice(OrderState, 'Where it is in its life.')
  state: OrderState

  @day('The day it was ordered; it counts from then on.', { nullable: true })
  orderedOn: string | null

  @day('The day the goods are expected.', { nullable: true })
  expectedOn: string | null

  @day('The day the first part arrived, when it did not arrive at once.', { nullable: true })
  partiallyReceivedOn: string | null

  @day('The day the last of it arrived.', { nullable: true })
  receivedOn: string | null

  @day('The day it was closed.', { nullable: true })
  closedOn: string | null

  @day('The day it was called off.', { nullable: true })
  cancelledOn: string | null

  refuseUnlessDraft() {
    refuseState(this, 'Only a draft purchase order can be changed or deleted.', OrderState.DRAFT)
  }

  open(number: string, on: string) {
    refuseState(this, 'Only a draft purchase order can be opened.', OrderState.DRAFT)
    Object.assign(this, { state: OrderState.OPEN, number, orderedOn: on })
  }

  receive(on: string, partially: boolean) {
    refuseState(this, 'Only an open purchase order can be received.', OrderState.OPEN, OrderState.PARTIALLY_RECEIVED)
    refuseBefore(
      on,
      this.partiallyReceivedOn ?? this.orderedOn,
      'receivedOn',
      this.partiallyReceivedOn ? 'its first part arrived' : 'it was ordered',
    )
    if (partially)
      Object.assign(this, { state: OrderState.PARTIALLY_RECEIVED, partiallyReceivedOn: this.partiallyReceivedOn ?? on })
    else Object.assign(this, { state: OrderState.RECEIVED, receivedOn: on })
  }

  close(on: string) {
    refuseState(
      this,
      'Only an open or received purchase order can be closed.',
      OrderState.OPEN,
      OrderState.PARTIALLY_RECEIVED,
      OrderState.RECEIVED,
    )
    const last = this.receivedOn ?? this.partiallyReceivedOn ?? this.orderedOn
    refuseBefore(on, last, 'closedOn', last === this.orderedOn ? 'it was ordered' : 'it was received')
    Object.assign(this, { state: OrderState.CLOSED, closedOn: on })
  }

  cancel(on: string) {
    refuseState(this, 'Only a draft or open purchase order can be cancelled.', OrderState.DRAFT, OrderState.OPEN)
    refuseBefore(on, this.orderedOn, 'cancelledOn', 'it was ordered')
    Object.assign(this, { state: OrderState.CANCELLED, cancelledOn: on })
  }
}

@entity('purchase_order_lines', 'A line of a purchase order.', { prefix: 'pol', permission: 'orders:read', part: true })
@index(['organizationId', 'purchaseOrderId', 'position'])
export class PurchaseOrderLine extends DocumentLine {
  @reference(() => PurchaseOrder, 'The order it belongs to.', { hidden: true })
  purchaseOrderId: string
}
