import { assignGiven } from '../../model/assign-given.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { transition, type OnDay } from '../../database/scope/transition.js'
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

export function openPurchaseOrder(scope: WriteScope, given: OnDay<'orderedOn'>): Promise<PurchaseOrder> {
  return transition(scope, PurchaseOrder, given, { verb: 'OPENED', day: 'orderedOn' }, async (order, on) => {
    const isDraft = order.state === OrderState.DRAFT
    if (isDraft && (await linesOf(scope, order.id)).length === 0)
      throw new UserError('LINES_REQUIRED', 'Add at least one line before you open the order.', 'lines')
    const freshNumber = () => nextNumber(scope, series, 'PURCHASE_ORDER', on)
    order.open(order.number ?? (isDraft ? await freshNumber() : ''), on)
    await moveRate(scope, order, on)
    convertTotalled(scope, order)
    warnWithoutRate(scope, order, on)
  })
}

export function receivePurchaseOrder(
  scope: WriteScope,
  given: OnDay<'receivedOn'>,
  partially: boolean,
): Promise<PurchaseOrder> {
  const verb = partially ? 'PARTIALLY_RECEIVED' : 'RECEIVED'
  return transition(scope, PurchaseOrder, given, { verb, day: 'receivedOn' }, (order, on) => {
    const again = order.state === OrderState.PARTIALLY_RECEIVED && partially
    order.receive(on, partially)
    // Another part changes no field of the order, but it happened.
    return again ? { after: { receivedOn: on } } : {}
  })
}

export function closePurchaseOrder(scope: WriteScope, given: OnDay<'closedOn'>): Promise<PurchaseOrder> {
  return transition(scope, PurchaseOrder, given, { verb: 'CLOSED', day: 'closedOn' }, (order, on) => {
    order.close(on)
  })
}

export function cancelPurchaseOrder(scope: WriteScope, given: OnDay<'cancelledOn'>): Promise<PurchaseOrder> {
  return transition(scope, PurchaseOrder, given, { verb: 'CANCELLED', day: 'cancelledOn' }, (order, on) => {
    order.cancel(on)
  })
}

function refuseNumber({ direction, number }: PurchaseOrder) {
  if (direction === OrderDirection.FROM_CLIENT && !number)
    throw new UserError('NUMBER_REQUIRED', "An order from the client needs the client's own number.", 'number')
  if (direction === OrderDirection.TO_CLIENT && number)
    throw new UserError(
      'NUMBER_GIVEN',
      'An order to the client gets a number of our series when it is opened; leave number out.',
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
