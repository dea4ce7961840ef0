import type { WriteScope } from '../../database/scope/write-scope.js'
import { parseMoney } from '../../lib/money.js'
import { UserError } from '../../lib/user-error.js'
import { inBaseAt } from '../rates/index.js'
import { Invoice, InvoiceState, InvoiceType } from './invoice.js'
import { Allocation, Payment, Refund } from './payment.js'
import { type Taking, type Whole } from './settlement.js'
import type { Condition } from '../../model/condition.js'

export const creditColumns = (credit: Payment | Invoice) =>
  credit instanceof Payment
    ? { paymentId: credit.id, creditNoteId: null }
    : { paymentId: null, creditNoteId: credit.id }

export const startOf = (credit: Payment | Invoice) => (credit instanceof Payment ? credit.paidOn : credit.authorisedOn)

export function convertPayment({ organization: { baseCurrency } }: WriteScope, payment: Payment) {
  payment.amountBase = inBaseAt(payment.rate, payment.amount, payment.currency, baseCurrency)
}

export function wholeOf(end: Payment | Invoice): Whole {
  const { currency, rate } = end
  return end instanceof Payment
    ? { amount: end.amount, base: end.amountBase, currency, rate }
    : { amount: end.payable, base: end.payableBase, currency, rate }
}

export async function takingsOfInvoice(scope: WriteScope, { id }: Invoice): Promise<Taking[]> {
  const allocations = await scope.list(Allocation, { sql: 't.invoiceId = :id', parameters: { id } })
  return allocations.map(({ allocatedOn, deallocatedOn, amount, invoiceBase }) => ({
    from: allocatedOn,
    until: deallocatedOn,
    amount,
    base: invoiceBase,
  }))
}

export async function takingsOfCredit(scope: WriteScope, credit: Payment | Invoice): Promise<Taking[]> {
  const by: Condition = {
    sql: credit instanceof Payment ? 't.paymentId = :id' : 't.creditNoteId = :id',
    parameters: { id: credit.id },
  }
  const allocations = await scope.list(Allocation, by)
  const refunds = await scope.list(Refund, by)
  return [
    ...allocations.map(({ allocatedOn, deallocatedOn, amount, creditBase }) => ({
      from: allocatedOn,
      until: deallocatedOn,
      amount,
      base: creditBase,
    })),
    ...refunds.map(({ refundedOn, reversedOn, amount, creditBase }) => ({
      from: refundedOn,
      until: reversedOn,
      amount,
      base: creditBase,
    })),
  ]
}

/** Both ends of an allocation, held in the order of their ids so that two writers cannot wait for each other. */
export async function takeEnds(
  scope: WriteScope,
  invoiceId: string,
  paymentId?: string | null,
  creditNoteId?: string | null,
) {
  if (creditNoteId && creditNoteId < invoiceId) {
    const credit = await takeCredit(scope, paymentId, creditNoteId)
    return { invoice: await takeInvoice(scope, invoiceId), credit }
  }
  const invoice = await takeInvoice(scope, invoiceId)
  return { invoice, credit: await takeCredit(scope, paymentId, creditNoteId) }
}

export async function takeInvoice(scope: WriteScope, id: string): Promise<Invoice> {
  const invoice = await scope.take(Invoice, id)
  if (invoice.type !== InvoiceType.INVOICE)
    throw new UserError(
      'NOT_AN_INVOICE',
      'A credit note takes no payment; allocate it to an invoice, or refund it.',
      'invoiceId',
    )
  if (invoice.state !== InvoiceState.AUTHORISED)
    throw new UserError(
      `INVOICE_${invoice.state}`,
      `Only an authorised invoice can be settled. It is ${invoice.state}.`,
      'invoiceId',
    )
  return invoice
}

export async function takeCredit(
  scope: WriteScope,
  paymentId?: string | null,
  creditNoteId?: string | null,
): Promise<Payment | Invoice> {
  if (Boolean(paymentId) === Boolean(creditNoteId))
    throw new UserError('CREDIT_REQUIRED', 'Give paymentId or creditNoteId, one of the two.', 'paymentId')
  if (paymentId) {
    const payment = await scope.take(Payment, paymentId)
    if (payment.reversedOn)
      throw new UserError(
        'PAYMENT_REVERSED',
        `This payment was reversed on ${payment.reversedOn}; choose another one.`,
        'paymentId',
      )
    return payment
  }
  const note = await scope.take(Invoice, creditNoteId ?? '')
  if (note.type !== InvoiceType.CREDIT_NOTE)
    throw new UserError('NOT_A_CREDIT_NOTE', 'This is an invoice, not a credit note.', 'creditNoteId')
  if (note.state !== InvoiceState.AUTHORISED)
    throw new UserError(
      `INVOICE_${note.state}`,
      `Only an authorised credit note can be used. It is ${note.state}.`,
      'creditNoteId',
    )
  return note
}

export function positive(text: string, currency: string): bigint {
  try {
    const amount = parseMoney(text, currency)
    if (amount > 0n) return amount
  } catch (error) {
    throw error instanceof UserError ? new UserError(error.code, error.message, 'amount') : error
  }
  throw new UserError('AMOUNT_INVALID', 'The amount must be above 0.', 'amount')
}
