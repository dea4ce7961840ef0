import type { Quote } from '../features/deals/index.js'
import { describeLines } from '../features/purchasing/index.js'
import { inBaseAt } from '../features/rates/index.js'
import {
  BilledTime,
  Invoice,
  InvoiceKind,
  InvoiceLine,
  InvoiceState,
  InvoiceType,
} from '../features/invoicing/index.js'
import type { TimeEntry } from '../features/projects/index.js'
import type { Day } from '../lib/calendar.js'
import { currencyOf, draftLines, fill, type LineDraft } from './lines.js'
import { rateMoved, rateOn } from './rates.js'
import type { Desk } from './desk.js'
import type { Story } from './story.js'
import { articles, goods, hoursWorked } from './vocabulary/work.js'

const percent = 10_000n

export interface DraftOptions {
  kind: InvoiceKind
  dueOn?: Day
  /** The number that another system gave it. */
  externalNumber?: string
  /** The discount of all lines, in percent × 10^4. */
  discount?: bigint
}

/** Writes a draft, now and then with the hours worked since the last one. */
export function draftInvoice(story: Story, { kind, dueOn, externalNumber, discount }: DraftOptions): Invoice {
  const { desk, client } = story
  const { random } = desk
  client.acceptNew('invoices')
  const currency = currencyOf(story)
  const sale = kind === InvoiceKind.SALE
  const own = sale ? {} : supplied(story, 'F')
  const invoice = desk.make(Invoice, {
    clientId: client.id,
    kind,
    type: InvoiceType.INVOICE,
    state: InvoiceState.DRAFT,
    currency,
    ...rateOn(desk, currency, own.issuedOn ?? desk.today),
    dueOn: dueOn ?? null,
    external: externalNumber !== undefined,
    series: sale && !externalNumber ? (client.country === 'ES' ? 'F' : 'EXP') : null,
    withholdingRate: withholdingOf(story, kind),
    ...(externalNumber ? { number: externalNumber } : {}),
    ...own,
  })
  const time = sale && discount === undefined && random.chance(0.5) ? story.unbilled.splice(0, random.whole(3, 20)) : []
  const lines = draftLines(story, sale ? articles : goods, currency, discount)
  write(story, invoice, time.length > 0 ? [hours(story, time), ...lines.slice(1)] : lines)
  desk.addParts(time.map(({ id }) => desk.make(BilledTime, { timeEntryId: id, invoiceId: invoice.id })))
  billed.set(invoice, time)
  return invoice
}

/** The draft that a quote becomes, with the same lines. */
export function draftFromQuote(story: Story, quote: Quote, lines: readonly LineDraft[]): Invoice {
  const { desk, client } = story
  client.acceptNew('invoices')
  const { currency } = quote
  const invoice = desk.make(Invoice, {
    clientId: client.id,
    kind: InvoiceKind.SALE,
    type: InvoiceType.INVOICE,
    state: InvoiceState.DRAFT,
    currency,
    ...rateMoved(desk, quote, desk.today),
    external: false,
    series: 'F',
  })
  write(story, invoice, lines)
  return invoice
}

/** A draft credit note over the first lines of an invoice, or over all of them. */
export function draftCreditNote(story: Story, corrected: Invoice, part: 'ALL' | 'SOME'): Invoice {
  const { desk, client } = story
  const { currency, kind, withholdingRate } = corrected
  const sale = kind === InvoiceKind.SALE
  const own = sale ? {} : supplied(story, 'A')
  const note = desk.make(Invoice, {
    clientId: client.id,
    kind,
    type: InvoiceType.CREDIT_NOTE,
    state: InvoiceState.DRAFT,
    currency,
    external: false,
    withholdingRate,
    ...rateOfNote(story, corrected, own.issuedOn ?? desk.today),
    series: sale ? 'R' : null,
    correctsId: corrected.id,
    ...own,
  })
  const lines = linesOf.get(corrected) ?? []
  write(
    story,
    note,
    part === 'ALL'
      ? lines
      : lines.slice(0, 1).map(line => ({ ...line, discount: line.discount > 0n ? line.discount : 50n * percent })),
  )
  return note
}

/** A rate that was written on the invoice stands on its credit note as well. */
function rateOfNote({ desk }: Story, corrected: Invoice, on: Day) {
  return corrected.rate === null ? rateOn(desk, corrected.currency, on) : rateMoved(desk, corrected, on)
}

// Kept beside the rows: the time and the lines that each invoice was made of.
const billed = new WeakMap<Invoice, TimeEntry[]>()
const linesOf = new WeakMap<Invoice, readonly LineDraft[]>()

export function submit({ desk }: Story, invoice: Invoice) {
  desk.change(invoice, () => invoice.submit(), { verb: 'SUBMITTED', on: desk.today })
}

export function returnToDraft({ desk }: Story, invoice: Invoice) {
  desk.change(invoice, () => invoice.returnToDraft(), { verb: 'RETURNED', on: desk.today })
}

export function authorise({ desk, client, books }: Story, invoice: Invoice) {
  desk.change(
    invoice,
    () => {
      invoice.authorise(invoice.number ?? desk.nextNumber(invoice.series ?? '', invoice.type), desk.today, client)
      Object.assign(invoice, rateMoved(desk, invoice, invoice.issuedOn ?? desk.today))
      convert(desk, invoice)
    },
    { verb: 'AUTHORISED', on: desk.today },
  )
  if (invoice.type === InvoiceType.CREDIT_NOTE) books.credits.push(invoice)
}

/** Takes a document out of force, after what stands on it; its time can be billed again. */
export function voidInvoice({ desk, books, unbilled }: Story, invoice: Invoice) {
  if (invoice.state !== InvoiceState.AUTHORISED) return
  books.release(invoice)
  desk.change(invoice, () => invoice.void(desk.today), { verb: 'VOIDED', on: desk.today })
  unbilled.unshift(...(billed.get(invoice) ?? []))
}

function write({ desk }: Story, invoice: Invoice, drafts: readonly LineDraft[]) {
  const { lines, sums } = fill(desk, invoice, InvoiceLine, { invoiceId: invoice.id }, drafts, invoice.withholdingRate)
  Object.assign(invoice, { withholding: sums.withholding, payable: sums.payable })
  convert(desk, invoice)
  invoice.numberKey = invoice.number === null ? null : invoice.keyOf(invoice.number)
  linesOf.set(invoice, drafts)
  desk.add(invoice, { after: { lines: describeLines(lines) } })
  desk.addParts(lines)
}

function convert({ baseCurrency }: Desk, invoice: Invoice) {
  const { rate, net, payable, currency } = invoice
  Object.assign(invoice, {
    netBase: inBaseAt(rate, net, currency, baseCurrency),
    payableBase: inBaseAt(rate, payable, currency, baseCurrency),
  })
}

/** The number and date that a supplier put on a document that arrives some days later. */
function supplied({ desk, books }: Story, letter: string): { number?: string; issuedOn?: Day } {
  const issuedOn = desk.day(-desk.random.whole(0, 5))
  return { number: `${letter}${issuedOn.slice(2, 4)}-${String(++books.documents).padStart(4, '0')}`, issuedOn }
}

/** IRPF, the tax that is withheld from professionals, and that some clients withhold from us. */
function withholdingOf({ desk: { random }, plan: { holder, ordinal } }: Story, kind: InvoiceKind): bigint | null {
  if (kind === InvoiceKind.PURCHASE)
    return holder === 'DNI' || holder === 'NIE' ? random.pick([15n, 15n, 7n]) * percent : null
  return 'ABFJ'.includes(holder) && ordinal % 6 === 3 && random.chance(0.6) ? 15n * percent : null
}

function hours({ desk: { random }, language, client }: Story, time: readonly TimeEntry[]): LineDraft {
  const minutes = time.reduce((sum, entry) => sum + entry.minutes, 0)
  const quantity = BigInt(Math.round((minutes * 10_000) / 60))
  return {
    description: `${hoursWorked[language]} (${time.length})`,
    quantity,
    unitPrice: BigInt(random.whole(4500, 9500)) * 10_000n,
    discount: 0n,
    taxRate: client.country === 'ES' ? 21n * percent : null,
  }
}
