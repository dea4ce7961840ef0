import { refuseBefore } from '../model/state.js'
import type { Day } from '../lib/calendar.js'
import type { Language } from '../features/organizations/index.js'
import { inBaseAt } from '../features/rates/index.js'
import {
  Allocation,
  available,
  basePart,
  Payment,
  Refund,
  type Invoice,
  type InvoiceKind,
  type Taking,
  type Whole,
} from '../features/invoicing/index.js'
import type { Desk } from './desk.js'
import { rateOn } from './rates.js'
import { paymentMethods } from './vocabulary/work.js'

export type Credit = Payment | Invoice

interface NewPayment {
  clientId: string
  kind: InvoiceKind
  currency: string
  amount: bigint
  /** The day it was paid, when that was not the day it is typed. */
  paidOn: Day
}

/**
 * Keeps the books of one client: its payments, credit notes and invoices, and the allocations and refunds between them.
 * The commands of invoicing do the same with a database; the arithmetic and the limits are theirs.
 */
export class Books {
  /** Payments and authorised credit notes, in the order they came. */
  readonly credits: Credit[] = []
  /** The count of documents that got a number here. */
  documents = 0
  // By the id of either end.
  private readonly allocations = new Map<string, Allocation[]>()
  private readonly refunds = new Map<string, Refund[]>()

  constructor(
    private readonly desk: Desk,
    private readonly language: Language,
  ) {}

  due = (invoice: Invoice, on = this.desk.today): bigint =>
    available(wholeOf(invoice), this.takingsOfInvoice(invoice), on)
  unapplied = (credit: Credit, on = this.desk.today): bigint =>
    inForce(credit) ? available(wholeOf(credit), this.takingsOfCredit(credit), on) : 0n

  /** Records a payment: on account, or for an invoice, which it settles as far as that is due. */
  pay({ amount, paidOn, currency, ...given }: NewPayment, invoice?: Invoice): Payment {
    const { desk } = this
    const { random } = desk
    const { rate } = rateOn(desk, currency, paidOn)
    const payment = desk.make(Payment, {
      ...given,
      currency,
      amount,
      paidOn,
      rate,
      amountBase: inBaseAt(rate, amount, currency, desk.baseCurrency),
      method: random.chance(0.8) ? random.pick(paymentMethods[this.language]) : null,
      reference: invoice?.number && random.chance(0.5) ? `Fra. ${invoice.number}` : null,
    })
    desk.add(payment, { verb: 'RECORDED', on: paidOn })
    this.credits.push(payment)
    if (invoice) this.allocate(invoice, payment, paidOn)
    return payment
  }

  /** Allocates as much of a credit as the invoice still takes, and at most `most`. */
  allocate(invoice: Invoice, credit: Credit, on = this.desk.today, most?: bigint): Allocation | null {
    const { desk } = this
    refuseBefore(on, invoice.authorisedOn, 'allocatedOn', 'the invoice was authorised')
    refuseBefore(on, startOf(credit), 'allocatedOn', 'the credit began')
    const amount = least(this.due(invoice, on), this.unapplied(credit, on), most ?? invoice.payable)
    if (amount <= 0n || invoice.state !== 'AUTHORISED') return null
    const { clientId, kind, currency } = invoice
    const allocation = desk.make(Allocation, {
      clientId,
      kind,
      currency,
      amount,
      invoiceId: invoice.id,
      allocatedOn: on,
      ...columnsOf(credit),
      invoiceBase: basePart(wholeOf(invoice), this.takingsOfInvoice(invoice), on, amount, desk.baseCurrency),
      creditBase: basePart(wholeOf(credit), this.takingsOfCredit(credit), on, amount, desk.baseCurrency),
    })
    for (const end of [invoice, credit]) listIn(this.allocations, end.id).push(allocation)
    return desk.add(allocation, { on })
  }

  deallocate(allocation: Allocation) {
    if (allocation.deallocatedOn !== null) return
    const on = this.desk.today
    this.desk.change(
      allocation,
      () => {
        allocation.deallocatedOn = on
      },
      { verb: 'ENDED', on },
    )
  }

  /** Ends all that stands between an invoice or credit note and its voiding. */
  release(document: Invoice) {
    listIn(this.allocations, document.id).forEach(allocation => this.deallocate(allocation))
    listIn(this.refunds, document.id).forEach(refund => this.reverseRefund(refund))
  }

  /** Reverses a payment that the bank took back; the invoices it settled are due again. */
  reverse(payment: Payment) {
    if (payment.reversedOn !== null || listIn(this.refunds, payment.id).some(({ reversedOn }) => reversedOn === null))
      return
    listIn(this.allocations, payment.id).forEach(allocation => this.deallocate(allocation))
    const on = this.desk.today
    this.desk.change(
      payment,
      () => {
        payment.reversedOn = on
      },
      { verb: 'REVERSED', on },
    )
  }

  /** Pays back what is unapplied, and at most `most`. */
  refund(credit: Credit, most?: bigint): Refund | null {
    const { desk } = this
    const unapplied = this.unapplied(credit)
    const amount = least(unapplied, most ?? unapplied)
    if (amount <= 0n) return null
    const { clientId, kind, currency } = credit
    const on = desk.today
    const refund = desk.make(Refund, {
      clientId,
      kind,
      currency,
      amount,
      refundedOn: on,
      ...columnsOf(credit),
      creditBase: basePart(wholeOf(credit), this.takingsOfCredit(credit), on, amount, desk.baseCurrency),
    })
    listIn(this.refunds, credit.id).push(refund)
    return desk.add(refund, { verb: 'RECORDED', on })
  }

  reverseRefund(refund: Refund) {
    if (refund.reversedOn !== null) return
    const on = this.desk.today
    this.desk.change(
      refund,
      () => {
        refund.reversedOn = on
      },
      { verb: 'REVERSED', on },
    )
  }

  /** The first allocation of it that stands. */
  allocationOf = (credit: Credit): Allocation | undefined =>
    listIn(this.allocations, credit.id).find(({ deallocatedOn }) => deallocatedOn === null)

  private takingsOfInvoice({ id }: Invoice): Taking[] {
    return listIn(this.allocations, id).map(({ allocatedOn, deallocatedOn, amount, invoiceBase }) => ({
      from: allocatedOn,
      until: deallocatedOn,
      amount,
      base: invoiceBase,
    }))
  }

  private takingsOfCredit({ id }: Credit): Taking[] {
    return [
      ...listIn(this.allocations, id).map(({ allocatedOn, deallocatedOn, amount, creditBase }) => ({
        from: allocatedOn,
        until: deallocatedOn,
        amount,
        base: creditBase,
      })),
      ...listIn(this.refunds, id).map(({ refundedOn, reversedOn, amount, creditBase }) => ({
        from: refundedOn,
        until: reversedOn,
        amount,
        base: creditBase,
      })),
    ]
  }
}

function listIn<T>(lists: Map<string, T[]>, id: string): T[] {
  const known = lists.get(id)
  if (known) return known
  const made: T[] = []
  lists.set(id, made)
  return made
}

const isPayment = (credit: Credit): credit is Payment => credit instanceof Payment
const inForce = (credit: Credit) => (isPayment(credit) ? credit.reversedOn === null : credit.state === 'AUTHORISED')
const startOf = (credit: Credit) => (isPayment(credit) ? credit.paidOn : credit.authorisedOn)
const columnsOf = (credit: Credit) =>
  isPayment(credit) ? { paymentId: credit.id, creditNoteId: null } : { paymentId: null, creditNoteId: credit.id }

function wholeOf(end: Credit): Whole {
  const { currency, rate } = end
  return isPayment(end)
    ? { amount: end.amount, base: end.amountBase, currency, rate }
    : { amount: end.payable, base: end.payableBase, currency, rate }
}

const least = (...amounts: bigint[]) => amounts.reduce((small, amount) => (amount < small ? amount : small))
