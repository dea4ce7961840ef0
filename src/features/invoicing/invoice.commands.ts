import type { RecordVersion } from '../../graphql/record-input.js'
import { dayOf, refuseBefore } from '../../model/state.js'
import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import { transition, type OnDay } from '../../database/scope/transition.js'
import type { Day } from '../../lib/calendar.js'
import { UserError } from '../../lib/user-error.js'
import { Client } from '../clients/index.js'
import type { Obstacle } from '../merging/index.js'
import { timeEntryLocks } from '../projects/index.js'
import { nextNumber, replaceLines, describeLines } from '../purchasing/index.js'
import { moveRate, warnWithoutRate } from '../rates/index.js'
import { BilledTime } from './billed-time.js'
import { Invoice, InvoiceKind, InvoiceLine, InvoiceState, InvoiceType } from './invoice.js'
import type { CreateInvoiceInput, UpdateInvoiceInput } from './invoice.inputs.js'
import { Allocation, Refund } from './payment.js'
import {
  linesOf,
  setFields,
  draft,
  dayOfInvoice,
  convertInvoice,
  refuseWrongCorrection,
  bill,
  defaultSeries,
} from './invoice.draft.js'

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
