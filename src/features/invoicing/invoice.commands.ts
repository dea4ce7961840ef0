import { assignGiven } from '../../model/assign-given.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import { dayOf, refuseBefore } from '../../model/state.js'
import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import { transition, type OnDay } from '../../database/scope/transition.js'
import type { Day } from '../../lib/calendar.js'
import { normalText } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'
import { Client } from '../clients/index.js'
import type { Obstacle } from '../merging/index.js'
import { TimeEntry, timeEntryLocks } from '../projects/index.js'
import {
  convertNet,
  draftDocument,
  nextNumber,
  read,
  replaceLines,
  seriesOf,
  describeLines,
  type DocumentFields,
} from '../purchasing/index.js'
import { inBaseAt, moveRate, warnWithoutRate } from '../rates/index.js'
import { BilledTime } from './billed-time.js'
import { Invoice, InvoiceKind, InvoiceLine, InvoiceState, InvoiceType } from './invoice.js'
import type { CreateInvoiceInput, InvoiceFields, UpdateInvoiceInput } from './invoice.inputs.js'
import { Allocation, Refund } from './payment.js'

const defaultSeries = { INVOICE: 'F', CREDIT_NOTE: 'R' } as const

/** Filled by features whose records became an invoice: what to do when it is voided on a day, or deleted. */
export const invoiceReleases: ((scope: WriteScope, invoice: Invoice, on: Day) => Promise<void>)[] = []

export async function createInvoice(
  scope: WriteScope,
  { clientId, kind, type, ...given }: CreateInvoiceInput,
): Promise<Invoice> {
  const client = await scope.get(Client, clientId)
  if (type !== InvoiceType.CREDIT_NOTE) client.acceptNew('invoices')
  const invoice = scope.make(Invoice, {
    clientId,
    kind: kind ?? InvoiceKind.SALE,
    type: type ?? InvoiceType.INVOICE,
    state: InvoiceState.DRAFT,
    external: false,
  })
  await setFields(scope, invoice, given)
  const currency = given.currency ?? client.currency ?? scope.organization.baseCurrency
  const lines = await draft(scope, invoice, { currency, rate: given.rate, lines: given.lines ?? [] }, [])
  await refuseWrongCorrection(scope, invoice)
  warnWithoutRate(scope, invoice, dayOfInvoice(invoice, scope))
  await scope.add(invoice, { after: { lines: describeLines(lines) } })
  await scope.insertParts(lines)
  if (given.timeEntryIds) await bill(scope, invoice, given.timeEntryIds)
  return invoice
}

export async function updateInvoice(
  scope: WriteScope,
  { id, version, ...given }: UpdateInvoiceInput,
): Promise<Invoice> {
  const invoice = await scope.take(Invoice, id, version)
  invoice.refuseUnlessDraft()
  const before = await linesOf(scope, id)
  const { issuedOn } = invoice
  await setFields(scope, invoice, given)
  const after = await draft(scope, invoice, given, before, invoice.issuedOn !== issuedOn)
  await refuseWrongCorrection(scope, invoice)
  if (given.lines || given.currency) await replaceLines(scope, InvoiceLine, 'invoiceId', id, after)
  if (given.timeEntryIds !== undefined) {
    await scope.removeParts(BilledTime, 'invoiceId', id)
    await bill(scope, invoice, given.timeEntryIds ?? [])
  }
  const changed = JSON.stringify(describeLines(before)) !== JSON.stringify(describeLines(after))
  return scope.change(invoice, {
    ...(changed ? { before: { lines: describeLines(before) } } : {}),
    ...(changed || given.timeEntryIds !== undefined
      ? {
          after: {
            ...(changed ? { lines: describeLines(after) } : {}),
            ...(given.timeEntryIds !== undefined ? { timeEntryIds: given.timeEntryIds ?? [] } : {}),
          },
        }
      : {}),
  })
}

export async function deleteInvoice(scope: WriteScope, { id, version }: RecordVersion): Promise<Invoice> {
  const invoice = await scope.take(Invoice, id, version)
  invoice.refuseUnlessDraft()
  const lines = await linesOf(scope, id)
  await scope.removeParts(BilledTime, 'invoiceId', id)
  await scope.removeParts(InvoiceLine, 'invoiceId', id)
  for (const release of invoiceReleases) await release(scope, invoice, scope.today)
  await scope.remove(invoice, { before: { lines: describeLines(lines) } })
  return invoice
}

export function submitInvoice(scope: WriteScope, given: OnDay<'on'>): Promise<Invoice> {
  return transition(scope, Invoice, given, { verb: 'SUBMITTED', day: 'on' }, async invoice => {
    invoice.submit()
    if ((await linesOf(scope, invoice.id)).length === 0)
      throw new UserError('LINES_REQUIRED', 'Add at least one line before you submit the invoice.', 'lines')
    if (invoice.kind === InvoiceKind.PURCHASE && !invoice.number)
      throw new UserError(
        'NUMBER_REQUIRED',
        "Enter the supplier's number before you submit the invoice.",
        'supplierNumber',
      )
    if (invoice.kind === InvoiceKind.PURCHASE && !invoice.issuedOn)
      throw new UserError('DATE_REQUIRED', "Enter the supplier's date before you submit the invoice.", 'issuedOn')
  })
}

export function returnInvoiceToDraft(scope: WriteScope, given: OnDay<'on'>): Promise<Invoice> {
  return transition(scope, Invoice, given, { verb: 'RETURNED', day: 'on' }, invoice => {
    invoice.returnToDraft()
  })
}

export async function authoriseInvoice(
  scope: WriteScope,
  { id, version, authorisedOn }: OnDay<'authorisedOn'>,
): Promise<Invoice> {
  const invoice = await scope.take(Invoice, id, version)
  invoice.refuseUnlessSubmitted()
  const on = dayOf(authorisedOn, scope.today, 'authorisedOn')
  if (invoice.correctsId) {
    const corrected = await scope.get(Invoice, invoice.correctsId)
    refuseBefore(on, corrected.authorisedOn, 'authorisedOn', 'the invoice it corrects was authorised')
  }
  const client = await scope.get(Client, invoice.clientId)
  const number =
    invoice.number ?? (await nextNumber(scope, invoice.series ?? defaultSeries[invoice.type], invoice.type, on))
  const { issuedOn } = invoice
  invoice.authorise(number, on, client)
  const day = dayOfInvoice(invoice, scope)
  if (invoice.rate === null || day !== issuedOn) await moveRate(scope, invoice, day)
  convertInvoice(scope, invoice)
  warnWithoutRate(scope, invoice, day)
  return scope.change(invoice, { verb: 'AUTHORISED', on })
}

export function voidInvoice(scope: WriteScope, given: OnDay<'voidedOn'>): Promise<Invoice> {
  return transition(scope, Invoice, given, { verb: 'VOIDED', day: 'voidedOn' }, async (invoice, on) => {
    const { id } = invoice
    const allocations = await scope.list(Allocation, {
      sql: 't.invoiceId = :id OR t.creditNoteId = :id',
      parameters: { id },
    })
    const refunds = await scope.list(Refund, { sql: 't.creditNoteId = :id', parameters: { id } })
    invoice.void(on)
    if (allocations.some(({ deallocatedOn }) => deallocatedOn === null))
      throw new UserError(
        'ALLOCATIONS_STAND',
        'Payments or credit notes are allocated to it; deallocate them before you void it.',
        'id',
      )
    if (refunds.some(({ reversedOn }) => reversedOn === null))
      throw new UserError(
        'REFUNDS_STAND',
        'A refund used this credit note; reverse the refund before you void the note.',
        'id',
      )
    for (const { deallocatedOn } of allocations) refuseBefore(on, deallocatedOn, 'voidedOn', 'an allocation ended')
    for (const { reversedOn } of refunds) refuseBefore(on, reversedOn, 'voidedOn', 'a refund was reversed')
    for (const release of invoiceReleases) await release(scope, invoice, on)
  })
}

export const linesOf = (scope: ReadScope, invoiceId: string) =>
  scope
    .list(InvoiceLine, { sql: 't.invoiceId = :invoiceId', parameters: { invoiceId } })
    .then(lines => lines.sort((a, b) => a.position - b.position))

async function setFields(scope: WriteScope, invoice: Invoice, given: InvoiceFields) {
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
      'A purchase has the number of its supplier and none of ours; leave series and externalNumber out.',
      externalNumber ? 'externalNumber' : 'series',
    )
  if (series && (externalNumber || (invoice.external && externalNumber === undefined)))
    throw new UserError(
      'SERIES_GIVEN',
      'An external number belongs to no series of ours; leave one of the two out.',
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

function percentage(text: string): bigint {
  const rate = read(text, 4, 'withholdingRate')
  if (rate < 0n || rate > 100_0000n)
    throw new UserError('WITHHOLDING_INVALID', 'Withholding must be 0 to 100 percent.', 'withholdingRate')
  return rate
}

async function draft(
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

async function refuseWrongCorrection(scope: WriteScope, invoice: Invoice) {
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

async function bill(scope: WriteScope, invoice: Invoice, ids: readonly string[]) {
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
async function invoiceOf(scope: ReadScope, timeEntryId: string): Promise<Invoice | undefined> {
  const [invoice] = await scope.list(Invoice, {
    sql: "t.state <> 'VOIDED' AND EXISTS (SELECT 1 FROM billed_time b WHERE b.organization_id = t.organizationId AND b.invoice_id = t.id AND b.time_entry_id = :timeEntryId)",
    parameters: { timeEntryId },
  })
  return invoice
}

// An issued invoice stays as it was, also after voiding: figures of past days count it.
timeEntryLocks.push(async (scope, entry) => {
  const [billed] = await scope.list(BilledTime, { sql: 't.timeEntryId = :id', parameters: { id: entry.id } })
  return billed ? 'This time is on an invoice and can no longer be changed.' : null
})

/** A supplier gives a number once: where two clients that are one each have it, the invoice was entered twice. */
export async function twiceEntered(scope: ReadScope, winner: Client, loser: Client): Promise<Obstacle[]> {
  const same = `SELECT 1 FROM invoices o WHERE o.organization_id = :organization AND o.number_key = REPLACE(t.numberKey, :loser, :winner)`
  const twice = await scope.list(Invoice, {
    sql: `t.clientId = :loser AND t.kind = 'PURCHASE' AND t.numberKey IS NOT NULL AND EXISTS (${same})`,
    parameters: { winner: winner.id, loser: loser.id },
  })
  return twice.map(({ number }) => ({
    code: 'PURCHASE_TWICE',
    message: `Both have the purchase invoice ${number}: void or delete one of them first.`,
    permission: 'invoices:read',
  }))
}
