import { clientRecords } from '../clients/index.js'
import { registerFigures } from '../figures/index.js'
import { registerImport } from '../imports/index.js'
import { mergeObstacles, movedColumns } from '../merging/index.js'
import { documentChecks } from '../organizations/index.js'
import { allocationImport } from './allocation.import.js'
import { invoiceImport } from './invoice.import.js'
import { paymentImport } from './payment.import.js'
import { twiceEntered } from './invoice.commands.js'
import { Invoice } from './invoice.js'
import { ClientInvoicesResolver, InvoiceResolver, TimeEntryInvoiceResolver } from './invoice.resolver.js'
import { invoiceFigures } from './invoice.figures.js'
import { InvoicesMonthResolver } from './invoice.figures.month.js'
import {
  AuthorisedInvoicesResolver,
  InvoiceCountResolver,
  InvoiceGroupResolver,
  InvoicesBlockResolver,
} from './invoice.figures.resolver.js'
import './late-rate.js'
import { Payment } from './payment.js'
import {
  AllocationResolver,
  ClientPaymentsResolver,
  InvoiceSettlementResolver,
  PaymentResolver,
  RefundResolver,
} from './payment.resolver.js'

export { Invoice, InvoiceKind, InvoiceLine, InvoiceState, InvoiceType } from './invoice.js'
export { authoriseInvoice, createInvoice, invoiceReleases, submitInvoice, voidInvoice } from './invoice.commands.js'
export { allocate, recordPayment } from './payment.commands.js'
export { Allocation, Payment, Refund } from './payment.js'
export { BilledTime } from './billed-time.js'
export { available, basePart, type Taking, type Whole } from './settlement.js'

clientRecords.push(
  () => Invoice,
  () => Payment,
)
movedColumns.push({ table: 'invoices', set: 'number_key = REPLACE(number_key, :from, :to)' })
mergeObstacles.push(twiceEntered)
registerFigures(invoiceFigures)
documentChecks.push(
  scope => scope.exists(Invoice),
  scope => scope.exists(Payment),
)
registerImport(
  'INVOICE',
  'A line of an invoice or credit note in each row; rows that stand together and have one external id are one ' +
    'document. It keeps its number, outside our series.',
  invoiceImport,
)
registerImport(
  'PAYMENT',
  'A payment in each row; where the row names an invoice, also what it settles of it.',
  paymentImport,
)
registerImport(
  'ALLOCATION',
  'An allocation in each row: the part of a payment or credit note that settles an invoice from a day on.',
  allocationImport,
)

export const resolvers = [
  InvoiceResolver,
  PaymentResolver,
  AllocationResolver,
  RefundResolver,
  InvoiceSettlementResolver,
  TimeEntryInvoiceResolver,
  ClientInvoicesResolver,
  ClientPaymentsResolver,
  InvoicesBlockResolver,
  InvoiceGroupResolver,
  InvoiceCountResolver,
  AuthorisedInvoicesResolver,
  InvoicesMonthResolver,
]
