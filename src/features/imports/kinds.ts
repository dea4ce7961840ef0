import type { ObjectLiteral } from 'typeorm'
import type { RecordRow } from '../../model/row.js'
import { clientImport } from './client-import.js'
import { contactImport } from './contact-import.js'
import { dealImport } from './deal-import.js'
import { exchangeRateImport } from './exchange-rate-import.js'
import { invoiceImport } from './invoice-import.js'
import { allocationImport, paymentImport } from './payment-imports.js'
import { projectImport, taskImport, timeEntryImport } from './project-imports.js'
import { purchaseOrderImport } from './purchase-order-import.js'
import { quoteImport } from './quote-import.js'
import type { ImportDescription } from './description.js'
import type { ImportKind } from './import-plan.js'

export type AnyDescription = ImportDescription<RecordRow & ObjectLiteral>

const descriptions = {
  CLIENT: clientImport,
  CONTACT: contactImport,
  PROJECT: projectImport,
  TASK: taskImport,
  TIME_ENTRY: timeEntryImport,
  PURCHASE_ORDER: purchaseOrderImport,
  INVOICE: invoiceImport,
  PAYMENT: paymentImport,
  ALLOCATION: allocationImport,
  DEAL: dealImport,
  QUOTE: quoteImport,
  EXCHANGE_RATE: exchangeRateImport,
}

export const descriptionOf = (kind: ImportKind) => descriptions[kind] as unknown as AnyDescription // whoever holds one gives it rows of its own only
