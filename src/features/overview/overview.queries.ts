import { allocationInForce, bucketRules } from '../invoicing/index.js'
import { orderRules } from '../purchasing/index.js'
import { taskRules } from '../tasks/index.js'
import { inForce, missing, ours, select, unranged, type Part } from '../figures/index.js'
import { snake } from '../../lib/snake.js'

const of = (alias: string) => (name: string) => `${alias}.${snake(name)}`

export const projects: Part = selection =>
  select(
    selection,
    'projects',
    'p',
    { bucket: 'p.state', n: 'COUNT(*)' },
    `FROM projects p WHERE ${ours('p', selection)} AND p.opened_on <= :asOf`,
    ['p.state'],
  )

export const time: Part = selection => {
  const standing = `FROM billed_time b JOIN invoices i ON i.id = b.invoice_id
    WHERE b.organization_id = :organization AND i.issued_on <= :asOf AND ${inForce('i.authorised_on', 'i.voided_on')}`
  // All billed time at once is found five times as fast by MariaDB as entry by entry; for a page it would be too much.
  const isInvoiced = selection
    ? `EXISTS (SELECT 1 ${standing} AND b.time_entry_id = e.id)`
    : `e.id IN (SELECT b.time_entry_id ${standing})`
  return select(
    selection,
    'time',
    'e',
    {
      n: 'COUNT(*)',
      amount: 'SUM(e.minutes)',
      amount2: 'SUM(CASE WHEN e.billable = 1 THEN e.minutes ELSE 0 END)',
      amount3: `SUM(CASE WHEN ${isInvoiced} THEN e.minutes ELSE 0 END)`,
    },
    `FROM time_entries e WHERE ${ours('e', selection)} AND e.date <= :asOf`,
  )
}

export const tasks: Part = selection => {
  const rules = taskRules(of('k'))
  return select(
    selection,
    'tasks',
    'k',
    {
      bucket: `CASE WHEN ${rules.UNSCHEDULED} THEN 'UNSCHEDULED' WHEN ${rules.OVERDUE} THEN 'OVERDUE' WHEN ${rules.DUE} THEN 'DUE' ELSE 'UPCOMING' END`,
      n: 'COUNT(*)',
      first_day: 'MIN(k.due_on)',
    },
    `FROM tasks k WHERE ${ours('k', selection)} AND ${rules.OPEN}`,
    ['bucket'],
  )
}

export const orders: Part = selection => {
  const rules = orderRules(name => (name === 'orderedOn' ? unranged('o.ordered_on') : of('o')(name)))
  return select(
    selection,
    'orders',
    'o',
    {
      direction: 'o.direction',
      currency: 'o.currency',
      bucket: `CASE WHEN ${rules.CLOSED} THEN 'CLOSED' ELSE 'OPEN' END`,
      n: 'COUNT(*)',
      amount: 'SUM(o.total)',
      base: 'COALESCE(SUM(o.total_base), 0)',
      without_rate: missing('o.total_base'),
    },
    `FROM purchase_orders o WHERE ${ours('o', selection)} AND ${rules.TOTAL}`,
    ['o.direction', 'bucket', 'o.currency'],
  )
}

export const orderStates: Part = selection =>
  select(
    selection,
    'orderStates',
    'o',
    { direction: 'o.direction', bucket: 'o.state', n: 'COUNT(*)' },
    `FROM purchase_orders o WHERE ${ours('o', selection)}`,
    ['o.direction', 'o.state'],
  )

/** Invoices and credit notes that were in force on the day, or voided by it, each with what is due. */
export const invoices: Part = selection => {
  const rules = bucketRules(of('v'), 'v.due')
  const ages = (['OVERDUE_1_30', 'OVERDUE_31_60', 'OVERDUE_61_90', 'OVERDUE_OVER_90'] as const).map(
    name => `WHEN ${rules[name]} THEN '${name}'`,
  )
  return select(
    selection,
    'invoices',
    'v',
    {
      direction: 'v.kind',
      currency: 'v.currency',
      bucket: `CASE WHEN v.voided_on <= :asOf THEN CASE WHEN v.type = 'INVOICE' THEN 'VOIDED' ELSE 'VOIDED_CREDIT_NOTE' END
      WHEN v.type = 'CREDIT_NOTE' THEN 'CREDIT_NOTE' WHEN ${rules.PAID} THEN 'PAID' WHEN ${rules.PENDING} THEN 'PENDING' ${ages.join(' ')} END`,
      n: 'COUNT(*)',
      amount: 'SUM(v.payable)',
      base: 'COALESCE(SUM(v.payable_base), 0)',
      amount2: 'SUM(v.due)',
      base2: 'COALESCE(SUM(CASE WHEN v.due > 0 THEN v.due_base ELSE 0 END), 0)',
      amount3: 'SUM(v.net)',
      base3: 'COALESCE(SUM(v.net_base), 0)',
      without_rate: missing('v.payable_base'),
      partial: `SUM(CASE WHEN ${rules.PARTIALLY_PAID} THEN 1 ELSE 0 END)`,
      first_day: 'MIN(v.due_on)',
    },
    `FROM (
      SELECT i.client_id, i.kind, i.type, i.state, i.currency, i.authorised_on, i.voided_on, i.due_on, i.payable, i.payable_base, i.net, i.net_base,
        i.payable - COALESCE(a.amount, 0) AS due, i.payable_base - COALESCE(a.base, 0) AS due_base
      FROM invoices i LEFT JOIN (
        SELECT a.invoice_id, SUM(a.amount) AS amount, SUM(a.invoice_base) AS base
        FROM allocations a WHERE ${ours('a', selection)} AND ${allocationInForce('a')} GROUP BY ${selection ? unranged('a.invoice_id') : 'a.invoice_id'}
      ) a ON a.invoice_id = i.id
      WHERE ${ours('i', selection)} AND i.authorised_on <= :asOf
    ) v`,
    ['v.kind', 'bucket', 'v.currency'],
  )
}

/** Drafts have no past days: overviews count them for today only. */
export const drafts: Part = selection =>
  select(
    selection,
    'drafts',
    'i',
    {
      direction: 'i.kind',
      bucket: 'i.state',
      currency: 'i.currency',
      n: 'COUNT(*)',
      amount: 'SUM(i.payable)',
      base: 'COALESCE(SUM(i.payable_base), 0)',
      without_rate: missing('i.payable_base'),
    },
    `FROM invoices i WHERE ${ours('i', selection)} AND i.type = 'INVOICE' AND i.state IN ('DRAFT', 'SUBMITTED')`,
    ['i.kind', 'i.state', 'i.currency'],
  )

/**
 * Payments and credit notes in force on the day of which something is left. The rest is the amount of each, less
 * allocations and refunds, which have the same client, kind and currency.
 */
export const credits: Part = selection =>
  select(
    selection,
    'credits',
    'c',
    {
      direction: 'c.kind',
      currency: 'c.currency',
      n: 'COUNT(*)',
      amount: 'SUM(c.rest)',
      base: 'COALESCE(SUM(c.rest_base), 0)',
      without_rate: 'SUM(c.no_rate)',
    },
    `FROM (
    SELECT MIN(s.client_id) AS client_id, MIN(s.kind) AS kind, MIN(s.currency) AS currency, SUM(s.amount) AS rest, SUM(s.base) AS rest_base, MAX(CASE WHEN s.base IS NULL THEN 1 ELSE 0 END) AS no_rate FROM (
      SELECT p.id, p.client_id, p.kind, p.currency, p.amount, p.amount_base AS base FROM payments p
      WHERE ${ours('p', selection)} AND ${inForce(unranged('p.paid_on'), 'p.reversed_on')}
      UNION ALL
      SELECT n.id, n.client_id, n.kind, n.currency, n.payable, n.payable_base FROM invoices n
      WHERE ${ours('n', selection)} AND n.type = 'CREDIT_NOTE' AND ${inForce('n.authorised_on', 'n.voided_on')}
      UNION ALL
      SELECT COALESCE(a.payment_id, a.credit_note_id), a.client_id, a.kind, a.currency, -a.amount, -a.credit_base FROM allocations a
      WHERE ${ours('a', selection)} AND ${allocationInForce('a')}
      UNION ALL
      SELECT COALESCE(r.payment_id, r.credit_note_id), r.client_id, r.kind, r.currency, -r.amount, -r.credit_base FROM refunds r
      WHERE ${ours('r', selection)} AND ${inForce('r.refunded_on', 'r.reversed_on')}
    ) s GROUP BY s.id
  ) c WHERE c.rest > 0`,
    ['c.kind', 'c.currency'],
  )

/** Tasks that fall due after the day, until another one. */
export const upcoming: Part = selection =>
  select(
    selection,
    'upcoming',
    'k',
    { n: 'COUNT(*)' },
    `FROM tasks k WHERE ${ours('k', selection)} AND ${taskRules(of('k')).UPCOMING} AND k.due_on <= :until`,
  )
