import { clientRecords } from '../clients/index.js'
import { registerFigures } from '../figures/index.js'
import { registerImport } from '../imports/index.js'
import { movedColumns } from '../merging/index.js'
import { documentChecks } from '../organizations/index.js'
import { addRatedKind } from '../rates/index.js'
import { convertTotalled } from './document.js'
import { purchaseOrderImport } from './purchase-order.import.js'
import { PurchaseOrder } from './purchase-order.js'
import {
  orderFigures,
  PurchaseOrderGroupResolver,
  PurchaseOrdersBlockResolver,
  PurchaseOrderStateCountResolver,
} from './purchase-order.figures.js'
import { ClientPurchaseOrdersResolver, PurchaseOrderResolver } from './purchase-order.resolver.js'

export {
  convertNet,
  convertTotalled,
  DocumentFields,
  DocumentLine,
  DocumentRow,
  draftDocument,
  draftTotalled,
  isHistoryLine,
  describeLine,
  LineInput,
  read,
  replaceLines,
  taxSums,
  TaxSum,
  describeLines,
  TotalledRow,
} from './document.js'
export {
  cancelPurchaseOrder,
  closePurchaseOrder,
  createPurchaseOrder,
  openPurchaseOrder,
  receivePurchaseOrder,
} from './purchase-order.commands.js'
export { documentFields, lineFields } from './document.import.fields.js'
export { checkTotals, readDocument, readLine, existingLines, existingMoney } from './document.import.js'
export type { DocumentValues } from './document.import.values.js'
export { nextNumber, NumberSeries, seriesOf } from './number-series.js'
export { OrderDirection, OrderState, PurchaseOrder, PurchaseOrderLine } from './purchase-order.js'

clientRecords.push(() => PurchaseOrder)
registerFigures(orderFigures)
addRatedKind({
  type: PurchaseOrder,
  dayOf: ({ orderedOn }, { today }) => orderedOn ?? today,
  convert: async (scope, order) => {
    convertTotalled(scope, order)
  },
})
// Where the other client has an order of the same number both stay: the number is what that order came with.
movedColumns.push({
  table: 'purchase_orders',
  set: `numbered_for = CASE WHEN numbered_for = :from AND NOT EXISTS (SELECT 1 FROM purchase_orders o WHERE o.organization_id = :organization AND o.numbered_for = :to
    AND o.direction = purchase_orders.direction AND o.number = purchase_orders.number) THEN :to ELSE numbered_for END`,
})
documentChecks.push(scope => scope.exists(PurchaseOrder))
registerImport(
  'PURCHASE_ORDER',
  'A line of an order in each row; rows that stand together and have one external id are one order.',
  purchaseOrderImport,
)

export const resolvers = [
  PurchaseOrderResolver,
  ClientPurchaseOrdersResolver,
  PurchaseOrdersBlockResolver,
  PurchaseOrderGroupResolver,
  PurchaseOrderStateCountResolver,
]
