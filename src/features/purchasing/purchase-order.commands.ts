import { assignGiven } from '../../model/assign-given.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import { dayOf } from '../../model/state.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import type { Day } from '../../lib/calendar.js'
import { UserError } from '../../lib/user-error.js'
import { Client } from '../clients/index.js'
import { moveRate, warnWithoutRate } from '../rates/index.js'
import { convertTotalled, draftTotalled, replaceLines, describeLines, type DocumentFields } from './document.js'
import { nextNumber } from './number-series.js'
import { OrderDirection, OrderState, PurchaseOrder, PurchaseOrderLine } from './purchase-order.js'
import type { CreatePurchaseOrderInput, UpdatePurchaseOrderInput } from './purchase-order.inputs.js'

const series = 'PO'

export async function createPurchaseOrder(
  scope: WriteScope,
  { clientId, direction, currency, rate, lines, ...given }: CreatePurchaseOrderInput,
): Promise<PurchaseOrder> {
  const client = await scope.get(Client, clientId)
  client.acceptNew('purchase orders')
  const order = scope.make(PurchaseOrder, {
    clientId,
    numberedFor: clientId,
    direction: direction ?? OrderDirection.FROM_CLIENT,
    state: OrderState.DRAFT,
  })
  assignGiven(order, given)
  refuseNumber(order)
  const drafted = await draft(
    scope,
    order,
    { currency: currency ?? client.currency ?? scope.organization.baseCurrency, rate, lines: lines ?? [] },
    [],
  )
  warnWithoutRate(scope, order, scope.today)
  await scope.add(order, { after: { lines: describeLines(drafted) } })
  await scope.insertParts(drafted)
  return order
}

export async function updatePurchaseOrder(
  scope: WriteScope,
  { id, version, currency, rate, lines, ...given }: UpdatePurchaseOrderInput,
): Promise<PurchaseOrder> {
  const order = await scope.take(PurchaseOrder, id, version)
  order.refuseUnlessDraft()
  const before = await linesOf(scope, id)
  assignGiven(order, given)
  refuseNumber(order)
  const after = await draft(scope, order, { currency, rate, lines }, before)
  const changed = JSON.stringify(describeLines(before)) !== JSON.stringify(describeLines(after))
  if (lines || currency) await replaceLines(scope, PurchaseOrderLine, 'purchaseOrderId', id, after)
  return scope.change(
    order,
    changed ? { before: { lines: describeLines(before) }, after: { lines: describeLines(after) } } : {},
  )
}

export async function deletePurchaseOrder(scope: WriteScope, { id, version }: RecordVersion): Promise<PurchaseOrder> {
  const order = await scope.take(PurchaseOrder, id, version)
  order.refuseUnlessDraft()
  const lines = await linesOf(scope, id)
  await scope.removeParts(PurchaseOrderLine, 'purchaseOrderId', id)
  await scope.remove(order, { before: { lines: describeLines(lines) } })
  return order
}

type OnDay<Name extends string> = RecordVersion & { [name in Name]?: Day | null }

export async function openPurchaseOrder(
  scope: WriteScope,
  { id, version, orderedOn }: OnDay<'orderedOn'>,
): Promise<PurchaseOrder> {
  const order = await scope.take(PurchaseOrder, id, version)
  const on = dayOf(orderedOn, scope.today, 'orderedOn')
  if (order.state === OrderState.DRAFT && (await linesOf(scope, id)).length === 0)
    throw new UserError('LINES_REQUIRED', 'Add at least one line before the order is opened.', 'lines')
  order.open(
    order.number ?? (order.state === OrderState.DRAFT ? await nextNumber(scope, series, 'PURCHASE_ORDER', on) : ''),
    on,
  )
  await moveRate(scope, order, on)
  convertTotalled(scope, order)
  warnWithoutRate(scope, order, on)
  return scope.change(order, { verb: 'OPENED', on })
}

export async function receivePurchaseOrder(
  scope: WriteScope,
  { id, version, receivedOn }: OnDay<'receivedOn'>,
  partially: boolean,
): Promise<PurchaseOrder> {
  const order = await scope.take(PurchaseOrder, id, version)
  const on = dayOf(receivedOn, scope.today, 'receivedOn')
  const again = order.state === OrderState.PARTIALLY_RECEIVED && partially
  order.receive(on, partially)
  // Another part changes no field of the order, but it happened.
  return scope.change(order, {
    verb: partially ? 'PARTIALLY_RECEIVED' : 'RECEIVED',
    on,
    ...(again ? { after: { receivedOn: on } } : {}),
  })
}

export async function closePurchaseOrder(
  scope: WriteScope,
  { id, version, closedOn }: OnDay<'closedOn'>,
): Promise<PurchaseOrder> {
  const order = await scope.take(PurchaseOrder, id, version)
  const on = dayOf(closedOn, scope.today, 'closedOn')
  order.close(on)
  return scope.change(order, { verb: 'CLOSED', on })
}

export async function cancelPurchaseOrder(
  scope: WriteScope,
  { id, version, cancelledOn }: OnDay<'cancelledOn'>,
): Promise<PurchaseOrder> {
  const order = await scope.take(PurchaseOrder, id, version)
  const on = dayOf(cancelledOn, scope.today, 'cancelledOn')
  order.cancel(on)
  return scope.change(order, { verb: 'CANCELLED', on })
}

function refuseNumber({ direction, number }: PurchaseOrder) {
  if (direction === OrderDirection.FROM_CLIENT && !number)
    throw new UserError('NUMBER_REQUIRED', "An order from the client carries the client's own number.", 'number')
  if (direction === OrderDirection.TO_CLIENT && number)
    throw new UserError(
      'NUMBER_GIVEN',
      'An order to the client gets its number from our series when it is opened; leave it out.',
      'number',
    )
}

const linesOf = (scope: WriteScope, purchaseOrderId: string) =>
  scope
    .list(PurchaseOrderLine, { sql: 't.purchaseOrderId = :purchaseOrderId', parameters: { purchaseOrderId } })
    .then(lines => lines.sort((a, b) => a.position - b.position))

const draft = (scope: WriteScope, order: PurchaseOrder, given: DocumentFields, present: readonly PurchaseOrderLine[]) =>
  draftTotalled(scope, order, given, {
    present,
    make: values => scope.make(PurchaseOrderLine, { ...values, purchaseOrderId: order.id }),
    on: scope.today,
  })
