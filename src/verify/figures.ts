import { addDays, daysBetween, type Day } from '../lib/calendar.js'
import { formatMoney } from '../lib/money.js'
import { amount, text, type ClientRows, type RawRow } from './rows.js'
import { rounded, type Sum } from './weighted.js'

export type Figures = Record<string, unknown>

export interface Setting {
  asOf: Day
  today: Day
  baseCurrency: string
}

export interface Item {
  currency: string
  amount: bigint
  /** Null without a rate. */
  base: bigint | null
}

/** The figures of one client on one day, one document after the other, from raw rows. */
export function figuresOf(rows: ClientRows, setting: Setting): Figures {
  return {
    asOf: setting.asOf,
    projects: projectFigures(rows, setting),
    tasks: taskFigures(rows, setting),
    ordersFrom: orderFigures(
      rows.purchase_orders.filter(row => row.direction === 'FROM_CLIENT'),
      setting,
    ),
    ordersTo: orderFigures(
      rows.purchase_orders.filter(row => row.direction === 'TO_CLIENT'),
      setting,
    ),
    sales: invoiceFigures(rows, 'SALE', setting),
    purchases: invoiceFigures(rows, 'PURCHASE', setting),
    ...salesFigures(rows, setting),
  }
}

/** Whether something that began on one day, and may have ended on another, is in force on the day. */
export function inForce(from: RawRow[string] | undefined, until: RawRow[string] | undefined, asOf: Day): boolean {
  const [begin, end] = [text(from), text(until)]
  return begin !== null && begin <= asOf && (end === null || end > asOf)
}

const happened = (on: RawRow[string] | undefined, asOf: Day) => inForce(on, null, asOf)

const perState = (rows: RawRow[], states: readonly string[], { asOf, today }: Setting) =>
  asOf === today ? states.map(state => ({ state, count: rows.filter(row => row.state === state).length })) : null

function projectFigures(rows: ClientRows, setting: Setting): Figures {
  const { asOf } = setting
  const opened = rows.projects.filter(row => happened(row.opened_on, asOf))
  const worked = rows.time_entries.filter(row => happened(row.date, asOf))
  const minutes = (entries: RawRow[]) => entries.reduce((sum, row) => sum + Number(row.minutes), 0)
  const total = minutes(worked)
  const isBilled = (entry: RawRow) =>
    (rows.invoicesOfEntry.get(String(entry.id)) ?? []).some(
      invoice => inForce(invoice.authorised_on, invoice.voided_on, asOf) && happened(invoice.issued_on, asOf),
    )
  return {
    count: opened.length,
    byState: perState(opened, ['DRAFT', 'ACTIVE', 'PROCESSING', 'CLOSED'], setting),
    totalMinutes: total,
    totalHours: inHours(total),
    billableMinutes: minutes(worked.filter(row => Boolean(row.billable))),
    invoicedMinutes: minutes(worked.filter(isBilled)),
  }
}

/** Half-up, from the sum. */
export function inHours(minutes: number): string {
  const hundredths = Math.floor((minutes * 100 + 30) / 60)
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`
}

function taskFigures({ tasks }: ClientRows, { asOf }: Setting): Figures {
  const open = tasks.filter(row => inForce(row.opened_on, row.completed_on, asOf))
  const due = (holds: (dueOn: Day) => boolean) =>
    open.filter(row => {
      const on = text(row.due_on)
      return on !== null && holds(on)
    }).length
  const week = addDays(asOf, 7)
  return {
    overdue: counted(due(on => on < asOf)),
    due: counted(due(on => on === asOf)),
    upcoming: counted(due(on => on > asOf)),
    unscheduled: counted(open.filter(row => row.due_on === null).length),
    open: counted(open.length),
    upcomingWithin: counted(due(on => on > asOf && on <= week)),
  }
}

function orderFigures(orders: RawRow[], setting: Setting): Figures {
  const { asOf } = setting
  const total = orders.filter(row => inForce(row.ordered_on, row.cancelled_on, asOf))
  const closed = total.filter(row => happened(row.closed_on, asOf))
  const open = total.filter(row => !closed.includes(row))
  const group = (rows: RawRow[]) => ({
    ...counted(rows.length),
    amount: sum(
      rows.map(row => itemOf(row, 'total', 'total_base')),
      setting,
    ),
  })
  return {
    total: group(total),
    closed: group(closed),
    open: group(open),
    byState: perState(orders, ['DRAFT', 'OPEN', 'PARTIALLY_RECEIVED', 'RECEIVED', 'CLOSED', 'CANCELLED'], setting),
  }
}

const quoteStates = ['DRAFT', 'SENT', 'EXPIRED', 'ACCEPTED', 'DECLINED', 'INVOICED']

function salesFigures({ deals, quotes }: ClientRows, setting: Setting): Figures {
  const { asOf, today } = setting
  if (asOf !== today) return { deals: null, quotes: null }
  const inCategory = (category: string) => deals.filter(row => row.category === category)
  const dealGroup = (rows: RawRow[]) => ({
    ...counted(rows.length),
    value: sum(
      rows.map(row => itemOf(row, 'value', 'value_base')),
      setting,
    ),
  })
  const stateOf = (row: RawRow) =>
    row.state === 'SENT' && (text(row.valid_until) ?? today) < today ? 'EXPIRED' : row.state
  const quoteGroup = (state: string) => {
    const rows = quotes.filter(row => stateOf(row) === state)
    return {
      state,
      ...counted(rows.length),
      amount: sum(
        rows.map(row => itemOf(row, 'total', 'total_base')),
        setting,
      ),
    }
  }
  return {
    deals: {
      open: dealGroup(inCategory('OPEN')),
      won: dealGroup(inCategory('WON')),
      lost: dealGroup(inCategory('LOST')),
      weightedValue: rounded(sum(inCategory('OPEN').map(weighted), setting)),
    },
    quotes: { byState: quoteStates.map(quoteGroup) },
  }
}

/** The amount due of each invoice: payable less allocations. */
const dueOf = (invoices: RawRow[], allocations: RawRow[]) =>
  new Map(
    invoices.map(row => {
      const settling = allocations
        .filter(each => each.invoice_id === row.id)
        .map(each => [each, 'invoice_base'] as const)
      return [row, less(itemOf(row, 'payable', 'payable_base'), settling)]
    }),
  )

/** Payments and credit notes with what allocations and refunds left of them. */
function openCredits(rows: ClientRows, kind: string, notes: RawRow[], asOf: string): Item[] {
  const uses = [
    ...rows.allocations.filter(row => inForce(row.allocated_on, row.deallocated_on, asOf)),
    ...rows.refunds.filter(row => inForce(row.refunded_on, row.reversed_on, asOf)),
  ]
  const unapplied = (row: RawRow, item: Item, by: string): Item =>
    less(
      item,
      uses.filter(each => each[by] === row.id).map(each => [each, 'credit_base'] as const),
    )
  const payments = rows.payments.filter(row => row.kind === kind && inForce(row.paid_on, row.reversed_on, asOf))
  return [
    ...payments.map(row => unapplied(row, itemOf(row, 'amount', 'amount_base'), 'payment_id')),
    ...notes.map(row => unapplied(row, itemOf(row, 'payable', 'payable_base'), 'credit_note_id')),
  ].filter(item => item.amount > 0n)
}

function invoiceFigures(rows: ClientRows, kind: string, setting: Setting): Figures {
  const { asOf, today } = setting
  const ofKind = rows.invoices.filter(row => row.kind === kind)
  const invoices = ofKind.filter(row => row.type === 'INVOICE')
  const notes = ofKind.filter(row => row.type === 'CREDIT_NOTE' && inForce(row.authorised_on, row.voided_on, asOf))
  const authorised = invoices.filter(row => inForce(row.authorised_on, row.voided_on, asOf))
  const allocations = rows.allocations.filter(row => inForce(row.allocated_on, row.deallocated_on, asOf))

  const dueItems = dueOf(authorised, allocations)
  const due = (row: RawRow) => dueItems.get(row)?.amount ?? 0n
  const dueOn = (row: RawRow) => text(row.due_on)
  const unpaid = authorised.filter(row => due(row) > 0n)
  const paid = authorised.filter(row => due(row) === 0n)
  const overdue = unpaid.filter(row => (dueOn(row) ?? asOf) < asOf)
  const pending = unpaid.filter(row => !overdue.includes(row))
  const aged = (from: number, to: number) =>
    overdue.filter(row => {
      const days = daysBetween(dueOn(row) ?? asOf, asOf)
      return days >= from && days <= to
    })

  const credits = openCredits(rows, kind, notes, asOf)

  const payables = (list: RawRow[]) => list.map(row => itemOf(row, 'payable', 'payable_base'))
  const nets = (list: RawRow[]) => list.map(row => itemOf(row, 'net', 'net_base'))
  const dues = (list: RawRow[]) => list.flatMap(row => dueItems.get(row) ?? [])
  const group = (list: RawRow[], items: Item[]) => ({ ...counted(list.length), amount: sum(items, setting) })
  const drafts = (state: string) => {
    const list = invoices.filter(row => row.state === state)
    return asOf === today ? group(list, payables(list)) : null
  }
  return {
    draft: drafts('DRAFT'),
    awaitingApproval: drafts('SUBMITTED'),
    // A paid invoice has nothing due at any rate, known or not.
    authorised: {
      ...group(authorised, payables(authorised)),
      amountDue: sum([...dues(unpaid), ...dues(paid).map(item => ({ ...item, base: 0n }))], setting),
    },
    pending: group(pending, dues(pending)),
    overdue: group(overdue, dues(overdue)),
    paid: group(paid, payables(paid)),
    voided: counted(invoices.filter(row => happened(row.voided_on, asOf)).length),
    outstanding: group(unpaid, dues(unpaid)),
    partiallyPaid: counted(unpaid.filter(row => due(row) < amount(row.payable)).length),
    unappliedCredit: sum(credits, setting),
    netInvoiced: sum([...payables(authorised), ...payables(notes).map(negative)], setting),
    netRevenue: sum([...nets(authorised), ...nets(notes).map(negative)], setting),
    netBalance: sum([...dues(unpaid), ...credits.map(negative)], setting),
    overdueByAge: {
      days1To30: group(aged(1, 30), dues(aged(1, 30))),
      days31To60: group(aged(31, 60), dues(aged(31, 60))),
      days61To90: group(aged(61, 90), dues(aged(61, 90))),
      daysOver90: group(aged(91, Infinity), dues(aged(91, Infinity))),
    },
  }
}

/** A count with its list, which the API is asked for as well. */
const counted = (count: number) => ({ count, list: { totalCount: count } })

export const itemOf = (row: RawRow, part: string, base: string): Item => ({
  currency: String(row.currency),
  amount: amount(row[part]),
  base: row[base] === null ? null : amount(row[base]),
})

/** The value of a deal × its probability, in hundredths. */
function weighted(deal: RawRow): Item {
  const item = itemOf(deal, 'value', 'value_base')
  const by = amount(deal.probability)
  return { ...item, amount: item.amount * by, base: item.base === null ? null : item.base * by }
}

const less = (item: Item, takings: (readonly [RawRow, string])[]): Item => ({
  currency: item.currency,
  amount: takings.reduce((rest, [row]) => rest - amount(row.amount), item.amount),
  base: item.base === null ? null : takings.reduce((rest, [row, base]) => rest - amount(row[base]), item.base),
})

export const negative = (item: Item): Item => ({
  ...item,
  amount: -item.amount,
  base: item.base === null ? null : -item.base,
})

export function sum(items: Item[], { baseCurrency }: Setting): Sum {
  const currencies = [...new Set(items.map(({ currency }) => currency))].sort()
  const withoutRate = items.filter(({ base }) => base === null).length
  const base = items.reduce((total, item) => total + (item.base ?? 0n), 0n)
  return {
    amounts: currencies.map(currency => ({
      amount: formatMoney(
        items.filter(item => item.currency === currency).reduce((total, item) => total + item.amount, 0n),
        currency,
      ),
      currency,
    })),
    base: withoutRate > 0 ? null : { amount: formatMoney(base, baseCurrency), currency: baseCurrency },
    knownBase: { amount: formatMoney(base, baseCurrency), currency: baseCurrency },
    withoutRate,
  }
}
