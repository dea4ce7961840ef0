import { assignGiven } from '../../model/assign-given.js'
import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import type { Day } from '../../lib/calendar.js'
import { normalText } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'
import { TimeEntry } from '../projects/index.js'
import { convertNet, draftDocument, read, seriesOf, type DocumentFields } from '../purchasing/index.js'
import { inBaseAt } from '../rates/index.js'
import { BilledTime } from './billed-time.js'
import { Invoice, InvoiceKind, InvoiceLine, InvoiceType } from './invoice.js'
import type { InvoiceFields } from './invoice.inputs.js'

export const defaultSeries = { INVOICE: 'F', CREDIT_NOTE: 'R' } as const

export const linesOf = (scope: ReadScope, invoiceId: string) =>
  scope
    .list(InvoiceLine, { sql: 't.invoiceId = :invoiceId', parameters: { invoiceId } })
    .then(lines => lines.sort((a, b) => a.position - b.position))

export async function setFields(scope: WriteScope, invoice: Invoice, given: InvoiceFields) {
  const { dueOn, issuedOn, externalId, supplierNumber, externalNumber, series, correctsId, withholdingRate } = given
  assignGiven(invoice, { dueOn, issuedOn, externalId, correctsId })
  const sale = invoice.kind === InvoiceKind.SALE
  if (sale && (issuedOn || supplierNumber))
    throw new UserError(
      'FIELD_OF_PURCHASE',
      'A sale has no supplier number and gets its date when it is authorised; leave both out.',
      issuedOn ? 'issuedOn' : 'supplierNumber',
    )
  if (!sale && (externalNumber || series))
    throw new UserError(
      'FIELD_OF_SALE',
      "A purchase has the supplier's number and none of ours; leave series and externalNumber out.",
      externalNumber ? 'externalNumber' : 'series',
    )
  if (series && (externalNumber || (invoice.external && externalNumber === undefined)))
    throw new UserError(
      'SERIES_GIVEN',
      'An external number belongs to none of our series; leave one of the two out.',
      'series',
    )
  if (issuedOn && issuedOn > scope.today)
    throw new UserError(
      'DATE_FUTURE',
      `issuedOn is ${issuedOn}, which is in the future; today is ${scope.today}.`,
      'issuedOn',
    )
  if (sale && externalNumber !== undefined) {
    Object.assign(invoice, {
      number: normalText(externalNumber ?? '') || null,
      external: normalText(externalNumber ?? '') !== '',
      series: null,
    })
  }
  if (sale && !invoice.external && (series !== undefined || invoice.series === null))
    invoice.series = seriesOf(series ?? defaultSeries[invoice.type])
  if (!sale && supplierNumber !== undefined) invoice.number = normalText(supplierNumber ?? '') || null
  invoice.numberKey = invoice.number === null ? null : invoice.keyOf(invoice.number)
  if (withholdingRate !== undefined)
    invoice.withholdingRate = withholdingRate === null ? null : percentage(withholdingRate)
}

export function percentage(text: string): bigint {
  const rate = read(text, 4, 'withholdingRate')
  if (rate < 0n || rate > 100_0000n)
    throw new UserError('WITHHOLDING_INVALID', 'Withholding must be 0 to 100 percent.', 'withholdingRate')
  return rate
}

export async function draft(
  scope: WriteScope,
  invoice: Invoice,
  given: DocumentFields,
  present: readonly InvoiceLine[],
  isMoved = false,
): Promise<InvoiceLine[]> {
  const make = (values: Partial<InvoiceLine>) => scope.make(InvoiceLine, { ...values, invoiceId: invoice.id })
  const on = dayOfInvoice(invoice, scope)
  const { lines, sums } = await draftDocument(scope, invoice, given, {
    present,
    make,
    on,
    isMoved,
    withholding: invoice.withholdingRate,
  })
  Object.assign(invoice, { withholding: sums.withholding, payable: sums.payable })
  convertInvoice(scope, invoice)
  return lines
}

/** The day whose rate it takes: that on the document, and while it has none today. */
export const dayOfInvoice = ({ issuedOn }: Invoice, { today }: ReadScope): Day => issuedOn ?? today

export function convertInvoice(scope: WriteScope, invoice: Invoice) {
  const { rate, payable, currency } = invoice
  convertNet(scope, invoice)
  invoice.payableBase = inBaseAt(rate, payable, currency, scope.organization.baseCurrency)
}

export async function refuseWrongCorrection(scope: WriteScope, invoice: Invoice) {
  const { type, kind, external, correctsId } = invoice
  if (type === InvoiceType.INVOICE) {
    if (correctsId)
      throw new UserError(
        'NOT_A_CREDIT_NOTE',
        'Only a credit note corrects an invoice; leave correctsId out.',
        'correctsId',
      )
    return
  }
  if (!correctsId) {
    if (kind === InvoiceKind.SALE && !external)
      throw new UserError(
        'CORRECTS_REQUIRED',
        'A credit note needs the invoice that it corrects; give correctsId.',
        'correctsId',
      )
    return
  }
  const corrected = await scope.get(Invoice, correctsId)
  const matches =
    corrected.type === InvoiceType.INVOICE &&
    corrected.kind === kind &&
    corrected.clientId === invoice.clientId &&
    corrected.currency === invoice.currency
  if (!matches)
    throw new UserError(
      'CORRECTS_MISMATCH',
      'A credit note can only correct an invoice of the same client, kind and currency.',
      'correctsId',
    )
  if (corrected.authorisedOn === null)
    throw new UserError(
      'CORRECTS_UNISSUED',
      'The invoice to correct is not authorised yet; change that invoice instead.',
      'correctsId',
    )
}

export async function bill(scope: WriteScope, invoice: Invoice, ids: readonly string[]) {
  if (ids.length === 0) return
  if (invoice.kind !== InvoiceKind.SALE || invoice.type !== InvoiceType.INVOICE)
    throw new UserError(
      'TIME_NOT_BILLABLE',
      'Only a sale invoice can bill time; leave timeEntryIds out.',
      'timeEntryIds',
    )
  if (ids.length > 1000)
    throw new UserError(
      'TIME_TOO_MUCH',
      'An invoice can bill at most 1,000 time entries; split them up.',
      'timeEntryIds',
    )
  for (const id of [...new Set(ids)].sort()) {
    const entry = await scope.take(TimeEntry, id)
    if (entry.clientId !== invoice.clientId)
      throw new UserError(
        'TIME_OF_ANOTHER_CLIENT',
        `Time entry ${id} belongs to another client; leave it out.`,
        'timeEntryIds',
      )
    if (!entry.billable)
      throw new UserError(
        'TIME_NOT_BILLABLE',
        `Time entry ${id} is not billable; leave it out, or make it billable first.`,
        'timeEntryIds',
      )
    const holder = await invoiceOf(scope, id)
    if (holder && holder.id !== invoice.id)
      throw new UserError(
        'TIME_ENTRY_BILLED',
        `Time entry ${id} is already on invoice ${holder.number ?? holder.id}.`,
        'timeEntryIds',
      )
  }
  await scope.insertParts(
    [...new Set(ids)].map(timeEntryId => scope.make(BilledTime, { timeEntryId, invoiceId: invoice.id })),
  )
}

/** The invoice in force, or to be, that a time entry is on. */
export async function invoiceOf(scope: ReadScope, timeEntryId: string): Promise<Invoice | undefined> {
  const [invoice] = await scope.list(Invoice, {
    sql: "t.state <> 'VOIDED' AND EXISTS (SELECT 1 FROM billed_time b WHERE b.organization_id = t.organizationId AND b.invoice_id = t.id AND b.time_entry_id = :timeEntryId)",
    parameters: { timeEntryId },
  })
  return invoice
}
