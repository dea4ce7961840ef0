import type { WriteScope } from '../../database/scope/write-scope.js'
import { addRatedKind } from '../rates/index.js'
import { convertInvoice, dayOfInvoice } from './invoice.draft.js'
import { Invoice, InvoiceType } from './invoice.js'
import { convertPayment, wholeOf } from './credit.js'
import { Allocation, Payment, Refund } from './payment.js'
import { basePartsOf, type Taking } from './settlement.js'
import type { Condition } from '../../model/condition.js'

type End = Invoice | Payment

/**
 * Allocations and refunds of an invoice, payment or credit note are converted with it, at its rate; the one that
 * settles it takes the rest.
 */
async function convertTakings(scope: WriteScope, end: End) {
  const isInvoice = end instanceof Invoice && end.type === InvoiceType.INVOICE
  const by: Condition = {
    sql: `t.${isInvoice ? 'invoiceId' : end instanceof Payment ? 'paymentId' : 'creditNoteId'} = :id`,
    parameters: { id: end.id },
  }
  const rows = [...(await scope.list(Allocation, by)), ...(isInvoice ? [] : await scope.list(Refund, by))].sort(asMade)
  const parts = basePartsOf(wholeOf(end), rows.map(takingOf), scope.organization.baseCurrency)
  for (const [at, row] of rows.entries()) {
    const part = parts[at] ?? null
    if (isInvoice) await scope.change(Object.assign(row, { invoiceBase: part }), { verb: 'CONVERTED' })
    else await scope.change(Object.assign(row, { creditBase: part }), { verb: 'CONVERTED' })
  }
}

/** In the order in which they were made: only ids of one kind show it. */
function asMade(a: Allocation | Refund, b: Allocation | Refund): number {
  const made = a.createdAt.getTime() - b.createdAt.getTime()
  return made || (afterPrefix(a.id) < afterPrefix(b.id) ? -1 : 1)
}

const afterPrefix = (id: string) => id.slice(id.indexOf('_') + 1)

const takingOf = (row: Allocation | Refund): Taking =>
  row instanceof Allocation
    ? { from: row.allocatedOn, until: row.deallocatedOn, amount: row.amount, base: null }
    : { from: row.refundedOn, until: row.reversedOn, amount: row.amount, base: null }

addRatedKind<Invoice>({
  type: Invoice,
  dayOf: dayOfInvoice,
  async convert(scope, invoice) {
    convertInvoice(scope, invoice)
    await convertTakings(scope, invoice)
  },
})

addRatedKind<Payment>({
  type: Payment,
  dayOf: ({ paidOn }) => paidOn,
  async convert(scope, payment) {
    convertPayment(scope, payment)
    await convertTakings(scope, payment)
  },
})
