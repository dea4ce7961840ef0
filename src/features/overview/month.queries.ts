import { inForce, missing, ours, select, unranged, type Part, type Source } from '../figures/index.js'

// SUBSTR makes the same text, YYYY-MM, of a DATE on all databases.
const monthOf = (column: string) => `SUBSTR(${column}, 1, 7)`
const signed = (column: string) => `CASE WHEN i.type = 'CREDIT_NOTE' THEN -${column} ELSE ${column} END`

const invoiced: Part = selection =>
  select(
    selection,
    'invoiced',
    'i',
    {
      direction: 'i.kind',
      bucket: monthOf('i.authorised_on'),
      currency: 'i.currency',
      amount: `SUM(${signed('i.payable')})`,
      base: `COALESCE(SUM(${signed('i.payable_base')}), 0)`,
      without_rate: missing('i.payable_base'),
    },
    `FROM invoices i WHERE ${ours('i', selection)} AND i.authorised_on >= :from AND ${inForce('i.authorised_on', 'i.voided_on')}`,
    ['i.kind', 'bucket', 'i.currency'],
  )

const paid: Part = selection =>
  select(
    selection,
    'paid',
    'p',
    {
      direction: 'p.kind',
      bucket: monthOf('p.paid_on'),
      currency: 'p.currency',
      amount: 'SUM(p.amount)',
      base: 'COALESCE(SUM(p.amount_base), 0)',
      without_rate: missing('p.amount_base'),
    },
    `FROM payments p WHERE ${ours('p', selection)} AND ${unranged('p.paid_on')} >= :from AND ${inForce(unranged('p.paid_on'), 'p.reversed_on')}`,
    ['p.kind', 'bucket', 'p.currency'],
  )

const refunded: Part = selection =>
  select(
    selection,
    'refunded',
    'r',
    {
      direction: 'r.kind',
      bucket: monthOf('r.refunded_on'),
      currency: 'r.currency',
      amount: 'SUM(r.amount)',
      base: 'COALESCE(SUM(r.credit_base), 0)',
      without_rate: missing('r.credit_base'),
    },
    `FROM refunds r WHERE ${ours('r', selection)} AND r.refunded_on >= :from AND ${inForce('r.refunded_on', 'r.reversed_on')}`,
    ['r.kind', 'bucket', 'r.currency'],
  )

const worked: Part = selection =>
  select(
    selection,
    'worked',
    'e',
    {
      bucket: monthOf('e.date'),
      amount: 'SUM(e.minutes)',
      amount2: 'SUM(CASE WHEN e.billable = 1 THEN e.minutes ELSE 0 END)',
    },
    `FROM time_entries e WHERE ${ours('e', selection)} AND e.date >= :from AND e.date <= :asOf`,
    ['bucket'],
  )

const time: Source = { permission: 'projects:read', parts: [worked] }

/** The figures of a month, by the fields that show them. */
export const monthFigures: Record<string, Source> = {
  invoiced: { permission: 'invoices:read', parts: [invoiced] },
  paid: { permission: 'invoices:read', parts: [paid] },
  refunded: { permission: 'invoices:read', parts: [refunded] },
  minutes: time,
  billableMinutes: time,
  hours: time,
}
