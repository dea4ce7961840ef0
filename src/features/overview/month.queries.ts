import { inForce, missing, money, source, total, unranged, type Reads } from '../figures/index.js'

// SUBSTR makes the same text, YYYY-MM, of a DATE on all databases.
const monthOf = (column: string) => `SUBSTR(${column}, 1, 7)`
const signed = (column: string) => `CASE WHEN i.type = 'CREDIT_NOTE' THEN -${column} ELSE ${column} END`

export const invoiced = source('invoiced', {
  alias: 'i',
  from: ours =>
    `invoices i WHERE ${ours('i')} AND i.authorised_on >= :from AND ${inForce('i.authorised_on', 'i.voided_on')}`,
  direction: 'i.kind',
  bucket: monthOf('i.authorised_on'),
  currency: 'i.currency',
  sums: { amount: money(signed('i.payable'), signed('i.payable_base')) },
  withoutRate: missing('i.payable_base'),
})

export const paid = source('paid', {
  alias: 'p',
  from: ours =>
    `payments p WHERE ${ours('p')} AND ${unranged('p.paid_on')} >= :from AND ${inForce(unranged('p.paid_on'), 'p.reversed_on')}`,
  direction: 'p.kind',
  bucket: monthOf('p.paid_on'),
  currency: 'p.currency',
  sums: { amount: money('p.amount', 'p.amount_base') },
  withoutRate: missing('p.amount_base'),
})

export const refunded = source('refunded', {
  alias: 'r',
  from: ours =>
    `refunds r WHERE ${ours('r')} AND r.refunded_on >= :from AND ${inForce('r.refunded_on', 'r.reversed_on')}`,
  direction: 'r.kind',
  bucket: monthOf('r.refunded_on'),
  currency: 'r.currency',
  sums: { amount: money('r.amount', 'r.credit_base') },
  withoutRate: missing('r.credit_base'),
})

export const worked = source('worked', {
  alias: 'e',
  from: ours => `time_entries e WHERE ${ours('e')} AND e.date >= :from AND e.date <= :asOf`,
  bucket: monthOf('e.date'),
  sums: { all: total('e.minutes'), billable: total('CASE WHEN e.billable = 1 THEN e.minutes ELSE 0 END') },
})

const time: Reads = { permission: 'projects:read', sources: [worked] }

/** The figures of a month, by the fields that show them. */
export const monthFigures: Record<string, Reads> = {
  invoiced: { permission: 'invoices:read', sources: [invoiced] },
  paid: { permission: 'invoices:read', sources: [paid] },
  refunded: { permission: 'invoices:read', sources: [refunded] },
  minutes: time,
  billableMinutes: time,
  hours: time,
}
