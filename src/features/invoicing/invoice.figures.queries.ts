import { snake } from '../../lib/snake.js'
import { inForce, countNull, money, source, total, unranged } from '../figures/index.js'
import { ageParameters, allocationInForce, bucketRules } from './invoice.queries.js'

const rules = bucketRules(name => `v.${snake(name)}`, 'v.due')

/** The groups into which overdue invoices are divided. */
export const ages = ['OVERDUE_1_30', 'OVERDUE_31_60', 'OVERDUE_61_90', 'OVERDUE_OVER_90'] as const

/** Invoices and credit notes authorised by the day, each with what is due; `more` is a further condition. */
export const withDue = (ours: (alias: string) => string, apart: boolean, more = '') => `(
      SELECT i.client_id, i.kind, i.type, i.state, i.currency, i.authorised_on, i.voided_on, i.due_on, i.payable, i.payable_base, i.net, i.net_base,
        i.payable - COALESCE(a.amount, 0) AS due, i.payable_base - COALESCE(a.base, 0) AS due_base
      FROM invoices i LEFT JOIN (
        SELECT a.invoice_id, SUM(a.amount) AS amount, SUM(a.invoice_base) AS base
        FROM allocations a WHERE ${ours('a')} AND ${allocationInForce('a')} GROUP BY ${apart ? unranged('a.invoice_id') : 'a.invoice_id'}
      ) a ON a.invoice_id = i.id
      WHERE ${ours('i')} AND i.authorised_on <= :asOf${more}
    ) v`

/** Invoices and credit notes that were in force on the day, or voided by it, each with what is due. */
export const standing = source('invoices', {
  alias: 'v',
  from: withDue,
  direction: 'v.kind',
  bucket: `CASE WHEN v.voided_on <= :asOf THEN CASE WHEN v.type = 'INVOICE' THEN 'VOIDED' ELSE 'VOIDED_CREDIT_NOTE' END
      WHEN v.type = 'CREDIT_NOTE' THEN 'CREDIT_NOTE' WHEN ${rules.PAID} THEN 'PAID' WHEN ${rules.PENDING} THEN 'PENDING'
      ${ages.map(name => `WHEN ${rules[name]} THEN '${name}'`).join(' ')} END`,
  buckets: ['VOIDED', 'VOIDED_CREDIT_NOTE', 'CREDIT_NOTE', 'PAID', 'PENDING', ...ages],
  currency: 'v.currency',
  sums: {
    payable: money('v.payable', 'v.payable_base'),
    due: money('v.due', 'CASE WHEN v.due > 0 THEN v.due_base ELSE 0 END'),
    net: money('v.net', 'v.net_base'),
    partial: total(`CASE WHEN ${rules.PARTIALLY_PAID} THEN 1 ELSE 0 END`),
  },
  withoutRate: countNull('v.payable_base'),
  parameters: ageParameters,
  turns: {
    day: 'v.due_on',
    after: { PENDING: 1, OVERDUE_1_30: 31, OVERDUE_31_60: 61, OVERDUE_61_90: 91 },
    documents: {
      table: 'invoices',
      day: 'due_on',
      condition: `d.type = 'INVOICE' AND d.state = 'AUTHORISED' AND d.payable > COALESCE((
        SELECT SUM(a.amount) FROM allocations a WHERE a.organization_id = :organization AND a.invoice_id = d.id AND a.deallocated_on IS NULL), 0)`,
    },
  },
})

/** Drafts have no past days: overviews count them for today only. */
export const drafts = source('drafts', {
  alias: 'i',
  from: ours => `invoices i WHERE ${ours('i')} AND i.type = 'INVOICE' AND i.state IN ('DRAFT', 'SUBMITTED')`,
  direction: 'i.kind',
  bucket: 'i.state',
  buckets: ['DRAFT', 'SUBMITTED'],
  currency: 'i.currency',
  sums: { payable: money('i.payable', 'i.payable_base') },
  withoutRate: countNull('i.payable_base'),
})

/**
 * Payments and credit notes in force on the day of which something is left. The rest is the amount of each, less
 * allocations and refunds, which have the same client, kind and currency.
 */
export const credits = source('credits', {
  alias: 'c',
  from: ours => `(
    SELECT MIN(s.client_id) AS client_id, MIN(s.kind) AS kind, MIN(s.currency) AS currency, SUM(s.amount) AS rest, SUM(s.base) AS rest_base, MAX(CASE WHEN s.base IS NULL THEN 1 ELSE 0 END) AS no_rate FROM (
      SELECT p.id, p.client_id, p.kind, p.currency, p.amount, p.amount_base AS base FROM payments p
      WHERE ${ours('p')} AND ${inForce(unranged('p.paid_on'), 'p.reversed_on')}
      UNION ALL
      SELECT n.id, n.client_id, n.kind, n.currency, n.payable, n.payable_base FROM invoices n
      WHERE ${ours('n')} AND n.type = 'CREDIT_NOTE' AND ${inForce('n.authorised_on', 'n.voided_on')}
      UNION ALL
      SELECT COALESCE(a.payment_id, a.credit_note_id), a.client_id, a.kind, a.currency, -a.amount, -a.credit_base FROM allocations a
      WHERE ${ours('a')} AND ${allocationInForce('a')}
      UNION ALL
      SELECT COALESCE(r.payment_id, r.credit_note_id), r.client_id, r.kind, r.currency, -r.amount, -r.credit_base FROM refunds r
      WHERE ${ours('r')} AND ${inForce('r.refunded_on', 'r.reversed_on')}
    ) s GROUP BY s.id
  ) c WHERE c.rest > 0`,
  direction: 'c.kind',
  currency: 'c.currency',
  sums: { rest: money('c.rest', 'c.rest_base') },
  withoutRate: 'SUM(c.no_rate)',
})
