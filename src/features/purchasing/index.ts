import { clientRecords } from '../clients/index.js'
import { documentChecks } from '../organizations/index.js'
import { PurchaseOrder } from './purchase-order.js'
import { ClientPurchaseOrdersResolver, PurchaseOrderResolver } from './purchase-order.resolver.js'

export { DocumentFields, DocumentLine, DocumentRow, draftDocument, inBaseAt, isToldLine, lineInWords, LineInput, rateOf, read, replaceLines, taxSums, TaxSum, toldLines } from './document.js'
export { nextNumber, NumberSeries } from './number-series.js'
export { OrderDirection, OrderState, PurchaseOrder, PurchaseOrderLine } from './purchase-order.js'
export { inOrderBucket, OrderBucket, orderRules } from './purchase-order.queries.js'
export { PurchaseOrderArguments, purchaseOrderList, purchaseOrderPage } from './purchase-order.resolver.js'

clientRecords.push(() => PurchaseOrder)
documentChecks.push(async scope => (await scope.select(PurchaseOrder).limit(1).getCount()) > 0)

export const resolvers = [PurchaseOrderResolver, ClientPurchaseOrdersResolver]
