import { assignGiven } from '../../model/assign-given.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import { dayOf, refuseBefore } from '../../model/state.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import type { Day } from '../../lib/calendar.js'
import { formatMoney } from '../../lib/money.js'
import { UserError } from '../../lib/user-error.js'
import { Client } from '../clients/index.js'
import { setWrittenRate, warnWithoutRate } from '../rates/index.js'
import { Invoice, InvoiceKind } from './invoice.js'
import type { AllocateInput, RecordPaymentInput, RecordRefundInput, UpdatePaymentInput } from './invoice.inputs.js'
import { Allocation, Payment, Refund } from './payment.js'
import { available, basePart } from './settlement.js'
import {
  creditColumns,
  startOf,
  convertPayment,
  wholeOf,
  takingsOfInvoice,
  takingsOfCredit,
  takeEnds,
  takeInvoice,
  takeCredit,
  positive,
} from './credit.js'

export async function recordPayment(
  scope: WriteScope,
  { invoiceId, clientId, kind, currency, amount, rate, paidOn, ...given }: RecordPaymentInput,
): Promise<Payment> {
  const invoice = invoiceId ? await takeInvoice(scope, invoiceId) : null
  if (!invoice && !clientId)
    throw new UserError('CLIENT_REQUIRED', 'Give the invoice or the client that the payment is for.', 'clientId')
  if (
    invoice &&
    ((clientId && clientId !== invoice.clientId) ||
      (kind && kind !== invoice.kind) ||
      (currency && currency !== invoice.currency))
  ) {
    throw new UserError(
      'PAYMENT_MISMATCH',
      'A payment takes client, kind and currency from its invoice; leave them out.',
      'invoiceId',
    )
  }
  const client = await scope.get(Client, invoice?.clientId ?? clientId ?? '')
  const on = dayOf(paidOn, scope.today, 'paidOn')
  const base = scope.organization.baseCurrency
  const payment = scope.make(Payment, {
    clientId: client.id,
    kind: invoice?.kind ?? kind ?? InvoiceKind.SALE,
    currency: invoice?.currency ?? currency ?? client.currency ?? base,
    paidOn: on,
  })
  payment.amount = positive(amount, payment.currency)
  await setWrittenRate(scope, payment, { rate, on })
  warnWithoutRate(scope, payment, on)
  convertPayment(scope, payment)
  await scope.add(assignGiven(payment, given), { verb: 'RECORDED', on })
  if (invoice) {
    refuseBefore(on, invoice.authorisedOn, 'paidOn', 'the invoice was authorised')
    const due = available(wholeOf(invoice), await takingsOfInvoice(scope, invoice), on)
    if (due > 0n) await addAllocation(scope, invoice, payment, due < payment.amount ? due : payment.amount, on)
  }
  return payment
}

export async function allocate(
  scope: WriteScope,
  { invoiceId, paymentId, creditNoteId, amount: asked, allocatedOn, externalId }: AllocateInput,
): Promise<Allocation> {
  const { invoice, credit } = await takeEnds(scope, invoiceId, paymentId, creditNoteId)
  const on = dayOf(allocatedOn, scope.today, 'allocatedOn')
  refuseBefore(on, invoice.authorisedOn, 'allocatedOn', 'the invoice was authorised')
  refuseBefore(
    on,
    startOf(credit),
    'allocatedOn',
    credit instanceof Payment ? 'the payment was made' : 'the credit note was authorised',
  )
  if (credit.clientId !== invoice.clientId || credit.kind !== invoice.kind || credit.currency !== invoice.currency) {
    throw new UserError(
      'ALLOCATION_MISMATCH',
      'Both sides of an allocation must have the same client, kind and currency.',
      'invoiceId',
    )
  }
  const due = available(wholeOf(invoice), await takingsOfInvoice(scope, invoice), on)
  const unapplied = available(wholeOf(credit), await takingsOfCredit(scope, credit), on)
  const most = due < unapplied ? due : unapplied
  const amount = asked ? positive(asked, invoice.currency) : most
  if (amount > due || due <= 0n)
    throw new UserError(
      'ALLOCATION_EXCEEDS_DUE',
      `Only ${formatMoney(due, invoice.currency)} ${invoice.currency} is due from ${on} on.`,
      'amount',
    )
  if (amount > unapplied || unapplied <= 0n)
    throw new UserError(
      'ALLOCATION_EXCEEDS_CREDIT',
      `Only ${formatMoney(unapplied, invoice.currency)} ${invoice.currency} is unapplied from ${on} on.`,
      'amount',
    )
  return addAllocation(scope, invoice, credit, amount, on, externalId)
}

export async function deallocate(
  scope: WriteScope,
  { id, version, deallocatedOn }: RecordVersion & { deallocatedOn?: Day | null },
): Promise<Allocation> {
  const found = await scope.get(Allocation, id)
  await takeEnds(scope, found.invoiceId, found.paymentId, found.creditNoteId)
  const allocation = await scope.take(Allocation, id, version)
  if (allocation.deallocatedOn)
    throw new UserError('ALLOCATION_ENDED', `This allocation already ended on ${allocation.deallocatedOn}.`, 'id')
  const on = dayOf(deallocatedOn, scope.today, 'deallocatedOn')
  refuseBefore(on, allocation.allocatedOn, 'deallocatedOn', 'it was allocated')
  return scope.change(Object.assign(allocation, { deallocatedOn: on }), { verb: 'ENDED', on })
}

export async function updatePayment(
  scope: WriteScope,
  { id, version, ...given }: UpdatePaymentInput,
): Promise<Payment> {
  return scope.change(assignGiven(await scope.take(Payment, id, version), given))
}

/** A reversed payment counts no more, nor does what it settled. */
export async function reversePayment(
  scope: WriteScope,
  { id, version, reversedOn }: RecordVersion & { reversedOn?: Day | null },
): Promise<Payment> {
  const payment = await scope.take(Payment, id, version)
  if (payment.reversedOn)
    throw new UserError('PAYMENT_REVERSED', `This payment was already reversed on ${payment.reversedOn}.`, 'id')
  const on = dayOf(reversedOn, scope.today, 'reversedOn')
  refuseBefore(on, payment.paidOn, 'reversedOn', 'it was paid')
  const refunds = await scope.list(Refund, { sql: 't.paymentId = :id', parameters: { id } })
  if (refunds.some(refund => refund.reversedOn === null))
    throw new UserError('REFUNDS_STAND', 'A refund used this payment; reverse the refund first.', 'id')
  for (const refund of refunds) refuseBefore(on, refund.reversedOn, 'reversedOn', 'its refund was reversed')
  for (const allocation of await scope.list(Allocation, { sql: 't.paymentId = :id', parameters: { id } })) {
    refuseBefore(
      on,
      allocation.deallocatedOn ?? allocation.allocatedOn,
      'reversedOn',
      allocation.deallocatedOn ? 'an allocation of it ended' : 'it was allocated',
    )
    if (allocation.deallocatedOn === null)
      await scope.change(Object.assign(allocation, { deallocatedOn: on }), { verb: 'ENDED', on })
  }
  return scope.change(Object.assign(payment, { reversedOn: on }), { verb: 'REVERSED', on })
}

export async function recordRefund(
  scope: WriteScope,
  { paymentId, creditNoteId, amount: asked, refundedOn, externalId }: RecordRefundInput,
): Promise<Refund> {
  const credit = await takeCredit(scope, paymentId, creditNoteId)
  const on = dayOf(refundedOn, scope.today, 'refundedOn')
  refuseBefore(
    on,
    startOf(credit),
    'refundedOn',
    credit instanceof Payment ? 'the payment was made' : 'the credit note was authorised',
  )
  const takings = await takingsOfCredit(scope, credit)
  const unapplied = available(wholeOf(credit), takings, on)
  const amount = asked ? positive(asked, credit.currency) : unapplied
  if (amount > unapplied || unapplied <= 0n)
    throw new UserError(
      'REFUND_EXCEEDS_CREDIT',
      `Only ${formatMoney(unapplied, credit.currency)} ${credit.currency} is unapplied from ${on} on.`,
      'amount',
    )
  const { clientId, kind, currency } = credit
  const refund = scope.make(Refund, {
    clientId,
    kind,
    currency,
    amount,
    refundedOn: on,
    ...creditColumns(credit),
    creditBase: basePart(wholeOf(credit), takings, on, amount, scope.organization.baseCurrency),
  })
  return scope.add(assignGiven(refund, { externalId }), { verb: 'RECORDED', on })
}

export async function reverseRefund(
  scope: WriteScope,
  { id, version, reversedOn }: RecordVersion & { reversedOn?: Day | null },
): Promise<Refund> {
  const found = await scope.get(Refund, id)
  await takeCredit(scope, found.paymentId, found.creditNoteId)
  const refund = await scope.take(Refund, id, version)
  if (refund.reversedOn)
    throw new UserError('REFUND_REVERSED', `This refund was already reversed on ${refund.reversedOn}.`, 'id')
  const on = dayOf(reversedOn, scope.today, 'reversedOn')
  refuseBefore(on, refund.refundedOn, 'reversedOn', 'it was paid back')
  return scope.change(Object.assign(refund, { reversedOn: on }), { verb: 'REVERSED', on })
}

async function addAllocation(
  scope: WriteScope,
  invoice: Invoice,
  credit: Payment | Invoice,
  amount: bigint,
  on: Day,
  externalId?: string | null,
): Promise<Allocation> {
  const base = scope.organization.baseCurrency
  const allocation = scope.make(Allocation, {
    clientId: invoice.clientId,
    kind: invoice.kind,
    currency: invoice.currency,
    invoiceId: invoice.id,
    ...creditColumns(credit),
    amount,
    allocatedOn: on,
    invoiceBase: basePart(wholeOf(invoice), await takingsOfInvoice(scope, invoice), on, amount, base),
    creditBase: basePart(wholeOf(credit), await takingsOfCredit(scope, credit), on, amount, base),
  })
  return scope.add(assignGiven(allocation, { externalId }), { on })
}
