import { clientReference } from '../clients/index.js'
import { choiceOf, field, recordImport } from '../imports/index.js'
import { documentFields, lineFields } from './document.import.fields.js'
import { checkTotals, readDocument, readLine, existingLines, existingMoney } from './document.import.js'
import type { DocumentValues } from './document.import.values.js'
import {
  cancelPurchaseOrder,
  closePurchaseOrder,
  createPurchaseOrder,
  openPurchaseOrder,
  receivePurchaseOrder,
} from './purchase-order.commands.js'
import { PurchaseOrder, PurchaseOrderLine, type OrderDirection, type OrderState } from './purchase-order.js'

const directionOf = choiceOf<OrderDirection>({
  FROM_CLIENT: ['del client', 'del cliente', 'venda', 'venta', 'from client'],
  TO_CLIENT: ['al client', 'al cliente', 'al proveïdor', 'al proveedor', 'compra', 'to client'],
})
const orderState = choiceOf<OrderState>({
  DRAFT: ['esborrany', 'borrador'],
  OPEN: ['oberta', 'obert', 'abierto', 'abierta', 'ordered'],
  PARTIALLY_RECEIVED: ['rebuda en part', 'recibido en parte', 'partially received'],
  RECEIVED: ['rebuda', 'rebut', 'recibido', 'recibida', 'delivered'],
  CLOSED: ['tancada', 'tancat', 'cerrado', 'cerrada', 'closed'],
  CANCELLED: ['anul·lada', 'anul·lat', 'cancelado', 'cancelada', 'cancelled'],
})

interface OrderValues extends DocumentValues {
  number?: string | null
  direction?: OrderDirection
  orderedOn?: string | null
  expectedOn?: string | null
  state?: OrderState
  closedOn?: string | null
}

export const purchaseOrderImport = recordImport<PurchaseOrder, OrderValues>({
  type: PurchaseOrder,
  noun: 'purchase order',
  externalIdHeaders: ['id comanda', 'id pedido', 'order id', 'po id'],
  owner: clientReference,
  fields: [
    {
      ...field('number', "The client's own number of an order from it; one to it takes the next of our series.", [
        'número',
        'núm',
        'num',
        'número de comanda',
        'número de pedido',
        'comanda',
        'pedido',
        'order',
        'order number',
        'po number',
      ]),
      identity: true,
    },
    field('direction', 'FROM_CLIENT or TO_CLIENT, also in Catalan or Spanish; FROM_CLIENT where empty.', [
      'sentit',
      'sentido',
    ]),
    field('orderedOn', 'The day it was ordered; needed but for a draft.', [
      'data',
      'fecha',
      'data de comanda',
      'fecha de pedido',
      'date',
      'order date',
      'ordered on',
    ]),
    field('expectedOn', 'The day it is expected.', [
      'data prevista',
      'fecha prevista',
      'lliurament',
      'entrega',
      'required date',
      'expected on',
      'expected',
    ]),
    field(
      'state',
      'DRAFT, OPEN, PARTIALLY_RECEIVED, RECEIVED, CLOSED or CANCELLED, also in Catalan or Spanish; OPEN where empty.',
      ['estat', 'estado', 'status'],
    ),
    field('closedOn', 'The day it was received, closed or cancelled; needed where it was.', [
      'tancada el',
      'tancat el',
      'cerrado el',
      'data de tancament',
      'fecha de cierre',
      'closed on',
      'received on',
      'shipped date',
    ]),
    ...documentFields,
    ...lineFields,
  ],
  read(row) {
    row.take('number')
    row.take('direction', directionOf)
    for (const name of ['orderedOn', 'expectedOn', 'closedOn'] as const) row.take(name, row.day)
    row.take('state', orderState)
    const { state = 'OPEN', orderedOn, direction = 'FROM_CLIENT', number } = row.values
    if (state !== 'DRAFT' && !orderedOn && !row.failed)
      row.refuseNew('DATE_REQUIRED', 'An order that is no draft needs the day it was ordered.', 'orderedOn')
    if (direction === 'FROM_CLIENT' && row.lacks('number'))
      row.refuseNew('NUMBER_REQUIRED', "An order from the client carries the client's own number.", 'number')
    if (direction === 'TO_CLIENT' && number)
      row.refuseNew(
        'NUMBER_GIVEN',
        'An order to the client takes the next number of our series; leave it out.',
        'number',
      )
    row.needsDay('closedOn', !['DRAFT', 'OPEN'].includes(state), [
      'PARTIALLY_RECEIVED',
      'RECEIVED',
      'CLOSED',
      'CANCELLED',
    ])
    readDocument(row)
  },
  numbered: {
    field: 'number',
    keyOf: ({ number, direction = 'FROM_CLIENT', clientId }) => (number ? `${direction} ${clientId} ${number}` : null),
    keyOfRecord: ({ number, direction, clientId }) => `${direction} ${clientId} ${number}`,
    with: ['direction', 'clientId', 'clientExternalId', 'clientTaxId'],
  },
  line: readLine,
  /** Removes the document with its lines, unless something refers to it. An imported number leaves no gap in ours. */
  async remove(scope, order) {
    await scope.removeParts(PurchaseOrderLine, 'purchaseOrderId', order.id)
    await scope.remove(order)
  },
  calledIn: { receivedOn: 'closedOn', cancelledOn: 'closedOn' },
  refer: (scope, rows) => checkTotals(scope, rows, 'total'),
  async existingValues(scope, records) {
    const lines = await existingLines(
      records,
      ids => scope.list(PurchaseOrderLine, { sql: 't.purchaseOrderId IN (:...ids)', parameters: { ids } }),
      ({ purchaseOrderId }) => purchaseOrderId,
    )
    return new Map(
      records.map(
        ({
          id,
          number,
          direction,
          orderedOn,
          expectedOn,
          state,
          closedOn,
          receivedOn,
          partiallyReceivedOn,
          cancelledOn,
          currency,
          rate,
          total,
        }) => [
          id,
          {
            number,
            direction,
            orderedOn,
            expectedOn,
            state,
            closedOn: closedOn ?? cancelledOn ?? receivedOn ?? partiallyReceivedOn,
            ...existingMoney(currency, rate, total),
            lines: lines.get(id) ?? [],
          },
        ],
      ),
    )
  },
  title: ({ number, externalId }) => number ?? externalId ?? null,
  async create(scope, values) {
    const { state = 'OPEN', orderedOn, closedOn, total: _total, ...given } = values
    let order = await createPurchaseOrder(scope, given)
    const at = () => ({ id: order.id, version: order.version })
    if (state === 'DRAFT') return order
    order = await openPurchaseOrder(scope, { ...at(), orderedOn })
    if (state === 'CANCELLED') return cancelPurchaseOrder(scope, { ...at(), cancelledOn: closedOn })
    if (state === 'CLOSED') return closePurchaseOrder(scope, { ...at(), closedOn })
    return state === 'OPEN'
      ? order
      : receivePurchaseOrder(scope, { ...at(), receivedOn: closedOn }, state === 'PARTIALLY_RECEIVED')
  },
})
