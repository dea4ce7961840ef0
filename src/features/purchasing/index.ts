import { clientRecords } from '../clients/index.js'
import { documentChecks } from '../organizations/index.js'
import { PurchaseOrder } from './purchase-order.js'
import { ClientPurchaseOrdersResolver, PurchaseOrderResolver } from './purchase-order.resolver.js'

export {
  DocumentFields, DocumentLine, DocumentRow, draftDocument, draftTotalled, inBaseAt, isToldLine, lineInWords, LineInput, rateOf, read, replaceLines, taxSums, TaxSum, toldLines, TotalledRow,
} from './document.js'
export { nextNumber, NumberSeries, seriesOf } from './number-series.js'
export { OrderDirection, OrderState, PurchaseOrder, PurchaseOrderLine } from './purchase-order.js'
export { inOrderBucket, OrderBucket, orderRules } from './purchase-order.queries.js'
export { PurchaseOrderArguments, purchaseOrderList, purchaseOrderPage } from './purchase-order.resolver.js'

clientRecords.push(() => PurchaseOrder)
documentChecks.push(async scope => (await scope.select(PurchaseOrder).limit(1).getCount()) > 0)

export const resolvers = [PurchaseOrderResolver, ClientPurchaseOrdersResolver]
