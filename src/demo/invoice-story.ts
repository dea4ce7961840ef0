import type { Invoice, InvoiceKind, Payment } from '../features/invoicing/index.js'
import { addDays, daysBetween } from '../lib/calendar.js'
import {
  authorise,
  draftCreditNote,
  draftInvoice,
  returnToDraft,
  submit,
  voidInvoice,
  type DraftOptions,
} from './invoices.js'
import { at } from './random.js'
import { ago, type Story } from './story.js'

type Age = [least: number, most: number]
type Sequel = (story: Story, invoice: Invoice) => void
/** Plans how one invoice comes about and what becomes of it; `place` is its place among all of its kind. */
type Card = (story: Story, kind: InvoiceKind, place: number) => void

const anyTime: Age = [30, 1060]
const nothing: Sequel = () => undefined

export function planInvoices(story: Story) {
  const { counts, first } = story.plan
  for (let index = 0; index < counts.sales; index++) at(sales, first.sales + index)(story, 'SALE', first.sales + index)
  for (let index = 0; index < counts.purchases; index++)
    at(purchases, first.purchases + index)(story, 'PURCHASE', first.purchases + index)
}

/** An invoice that is authorised at some age, and what happens from then on. */
function issued(age: Age, sequel: Sequel, options: Partial<DraftOptions> = {}): Card {
  return (story, kind) => {
    const { desk } = story
    const authorised = ago(story, ...age)
    desk.before(Math.min(authorised + desk.random.pick([0, 0, 1, 2, 5]), story.plan.since - 1), () => {
      const invoice = draftInvoice(story, { kind, ...options })
      desk.in(0, () => {
        submit(story, invoice)
        if (desk.random.chance(0.06)) sendBack(story, invoice)
        desk.in(desk.daysLeft - authorised, () => {
          if (invoice.state === 'DRAFT') submit(story, invoice)
          authorise(story, invoice)
          if (desk.random.chance(0.3)) useCredit(story, invoice)
          sequel(story, invoice)
        })
      })
    })
  }
}

/** Somebody finds a mistake: the invoice goes back to draft, is fixed, and is submitted again. */
function sendBack(story: Story, invoice: Invoice) {
  const { desk } = story
  desk.in(0, () => {
    if (invoice.state !== 'SUBMITTED') return
    returnToDraft(story, invoice)
    desk.change(invoice, () => {
      invoice.dueOn ??= desk.day(desk.random.whole(20, 40))
    })
    desk.in(0, () => invoice.state === 'DRAFT' && submit(story, invoice))
  })
}

/** Settles the next invoice with the credit of the client. */
function useCredit({ books }: Story, invoice: Invoice) {
  const credit = books.credits
    .slice(-20)
    .find(each => each.kind === invoice.kind && each.currency === invoice.currency && books.unapplied(each) > 0n)
  if (credit) books.allocate(invoice, credit)
}

/** When an invoice is usually paid, in days from now: about the day it is due. */
function daysToPay({ desk }: Story, { dueOn }: Invoice): number {
  return dueOn === null
    ? desk.random.whole(5, 45)
    : Math.max(0, daysBetween(desk.today, dueOn) + desk.random.whole(-6, 10))
}

/** Pays a share, in percent, of what is due; more than 100 is too much. The payment may be typed some days late. */
function pay(
  { desk, books, client }: Story,
  invoice: Invoice,
  percent = 100,
  typedLate = desk.random.pick([0, 0, 0, 1, 2]),
): Payment | null {
  const paidOn = desk.earlier(typedLate, invoice.authorisedOn)
  const amount = (books.due(invoice, paidOn) * BigInt(percent)) / 100n
  if (invoice.state !== 'AUTHORISED' || amount <= 0n) return null
  return books.pay({ clientId: client.id, kind: invoice.kind, currency: invoice.currency, amount, paidOn }, invoice)
}

const later =
  (days: (story: Story, invoice: Invoice) => number, act: Sequel): Sequel =>
  (story, invoice) =>
    story.desk.in(days(story, invoice), () => act(story, invoice))
const between =
  (from: number, to: number) =>
  ({ desk }: Story) =>
    desk.random.whole(from, to)

const paysInFull = later(daysToPay, (story, invoice) => {
  pay(story, invoice)
})
const paysPart = later(between(4, 20), (story, invoice) => {
  pay(story, invoice, story.desk.random.whole(20, 70))
})

const paysInParts: Sequel = (story, invoice) => {
  const wait = daysToPay(story, invoice)
  for (const [part, percent] of [40, 50, 100].entries())
    story.desk.in(wait + part * 25, () => pay(story, invoice, percent))
}

/** Pays too much, and `then` happens to the payment. */
const overpays = (percent: number, then: (story: Story, payment: Payment) => void = () => undefined) =>
  later(daysToPay, (story, invoice) => {
    const payment = pay(story, invoice, percent)
    if (payment) then(story, payment)
  })

const refunded = ({ desk, books }: Story, payment: Payment) => desk.in(9, () => books.refund(payment))

const refundReversed = ({ desk, books }: Story, payment: Payment) =>
  desk.in(9, () => {
    const refund = books.refund(payment)
    if (refund) desk.in(5, () => books.reverseRefund(refund))
    desk.in(12, () => books.refund(payment, books.unapplied(payment) / 2n))
  })

/** The bank takes the payment back; sometimes another one comes. */
const bounces = (again: boolean) =>
  later(daysToPay, (story, invoice) => {
    const payment = pay(story, invoice)
    if (!payment) return
    story.desk.in(story.desk.random.whole(3, 9), () => story.books.reverse(payment))
    if (again) story.desk.in(21, () => pay(story, invoice))
  })

/** Allocates by mistake, takes it off, and puts half of it back. */
const movesPayment = later(daysToPay, (story, invoice) => {
  const payment = pay(story, invoice)
  const allocation = payment && story.books.allocationOf(payment)
  if (!allocation) return
  story.desk.in(4, () => story.books.deallocate(allocation))
  story.desk.in(6, () => story.books.allocate(invoice, payment, story.desk.today, allocation.amount / 2n))
})

const isVoided = later(between(1, 20), voidInvoice)

/** Voids an invoice that is paid in part and wrong, and pays the money back. */
const isVoidedAfterPayment = later(between(5, 15), (story, invoice) => {
  const payment = pay(story, invoice, 50)
  story.desk.in(6, () => voidInvoice(story, invoice))
  if (payment) story.desk.in(8, () => story.books.refund(payment))
})

/** A credit note; `then` from the moment it is authorised, or never if it is not. */
const credited =
  (
    part: 'ALL' | 'SOME',
    then: (story: Story, note: Invoice, invoice: Invoice) => void,
    end: 'DRAFT' | 'SUBMITTED' | 'AUTHORISED' = 'AUTHORISED',
  ): Sequel =>
  (story, invoice) => {
    const { desk } = story
    desk.in(end === 'AUTHORISED' ? desk.random.whole(2, 25) : 1, () => {
      if (invoice.state !== 'AUTHORISED') return
      const note = draftCreditNote(story, invoice, part)
      if (end === 'DRAFT') return
      desk.in(0, () => submit(story, note))
      if (end === 'AUTHORISED')
        desk.in(1, () => {
          authorise(story, note)
          then(story, note, invoice)
        })
    })
  }

const settles = ({ desk, books }: Story, note: Invoice, invoice: Invoice) =>
  desk.in(0, () => books.allocate(invoice, note))
const settlesThenPaid = (story: Story, note: Invoice, invoice: Invoice) => {
  settles(story, note, invoice)
  paysInFull(story, invoice)
}
const isPaidBack = ({ desk, books }: Story, note: Invoice) => desk.in(7, () => books.refund(note))
const staysOpen = () => undefined
const settlesThenVoided = (story: Story, note: Invoice, invoice: Invoice) => {
  settles(story, note, invoice)
  story.desk.in(10, () => voidInvoice(story, note))
}

const both =
  (...sequels: Sequel[]): Sequel =>
  (story, invoice) =>
    sequels.forEach(sequel => sequel(story, invoice))

/** Money in advance, of which the invoice takes its due. */
const paidOnAccount: Sequel = ({ desk, books, client }, invoice) => {
  const { kind, currency } = invoice
  desk.in(2, () => {
    const amount = (invoice.payable * BigInt(desk.random.pick([50, 120, 200]))) / 100n
    if (amount <= 0n) return
    const payment = books.pay({ clientId: client.id, kind, currency, amount, paidOn: desk.today })
    desk.in(desk.random.whole(0, 6), () => books.allocate(invoice, payment))
  })
}

/** Due so many days before the last one, and open since. */
const overdue =
  (age: Age, sequel: Sequel = nothing): Card =>
  (story, kind, place) => {
    const days = Math.min(story.desk.random.whole(...age), story.plan.since - 3)
    issued([days + 5, days + 60], sequel, { dueOn: addDays(story.desk.lastDay, -days) })(story, kind, place)
  }

const external: Card = (story, kind, place) =>
  issued([200, 1060], paysInFull, { externalNumber: `A-${String(place + 1).padStart(6, '0')}` })(story, kind, place)

/** A document that never got beyond a state. */
const unfinished =
  (end: 'DRAFT' | 'SUBMITTED' | 'RETURNED'): Card =>
  (story, kind) => {
    const { desk } = story
    desk.before(ago(story, 0, 25), () => {
      const invoice = draftInvoice(story, { kind })
      if (end === 'DRAFT') return
      desk.in(0, () => {
        submit(story, invoice)
        if (end === 'RETURNED') desk.in(0, () => returnToDraft(story, invoice))
      })
    })
  }

const paid = issued(anyTime, paysInFull)
const pending = issued([0, 12], nothing)
const free = issued(anyTime, nothing, { discount: 100n * 10_000n })

const sales: readonly Card[] = [
  paid,
  pending,
  overdue([1, 30]),
  unfinished('DRAFT'),
  paid,
  issued(anyTime, paysInParts),
  issued(anyTime, isVoided),
  paid,
  unfinished('SUBMITTED'),
  issued(anyTime, credited('ALL', settles)),
  overdue([31, 60]),
  paid,
  issued([20, 1060], overpays(130)),
  issued(anyTime, bounces(false)),
  pending,
  issued(anyTime, credited('SOME', settlesThenPaid)),
  paid,
  issued([40, 1060], overpays(115, refunded)),
  overdue([10, 80], paysPart),
  unfinished('RETURNED'),
  issued([40, 1060], both(paysInFull, credited('SOME', isPaidBack))),
  free,
  paid,
  issued([60, 1060], overpays(120, refundReversed)),
  overdue([61, 90]),
  external,
  issued([40, 1060], movesPayment),
  issued([30, 1060], isVoidedAfterPayment),
  paid,
  issued([40, 1060], credited('SOME', settlesThenVoided)),
  issued([1, 25], paysPart),
  issued([3, 20], credited('SOME', staysOpen, 'DRAFT')),
  issued([20, 900], paidOnAccount),
  paid,
  overdue([91, 400]),
  issued([60, 1060], bounces(true)),
  paid,
  issued([2, 20], credited('SOME', staysOpen, 'SUBMITTED')),
  issued(
    anyTime,
    later(between(0, 0), (story, invoice) => {
      pay(story, invoice, 100, 0)
    }),
  ),
  paid,
  issued([40, 1060], both(paysInFull, credited('ALL', staysOpen))),
  issued(
    anyTime,
    later(between(25, 40), (story, invoice) => {
      pay(story, invoice, 100, 15)
    }),
  ),
  pending,
  paid,
]

const purchases: readonly Card[] = [
  paid,
  pending,
  unfinished('SUBMITTED'),
  paid,
  issued(anyTime, isVoided),
  overdue([1, 30]),
  unfinished('DRAFT'),
  issued(anyTime, credited('SOME', settlesThenPaid)),
  paid,
  issued([30, 900], overpays(110)),
  overdue([10, 80], paysPart),
  issued([3, 20], credited('SOME', staysOpen, 'DRAFT')),
  issued([40, 1060], credited('SOME', settlesThenVoided)),
  paid,
  issued([40, 1060], both(paysInFull, credited('SOME', isPaidBack))),
  issued([3, 20], credited('SOME', staysOpen, 'SUBMITTED')),
  issued(anyTime, paysInParts),
  paid,
]
