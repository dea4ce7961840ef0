import { computed, figure } from '../../model/computed.js'
import { inBase } from '../../model/field.js'
import { allocationInForce, bucketRules, type InvoiceBucket } from './invoice.queries.js'
import { snake } from '../../lib/snake.js'

const settled = (invoice: string, column: string) =>
  `COALESCE((SELECT SUM(a.${column}) FROM allocations a WHERE a.organization_id = :organization AND a.invoice_id = ${invoice} AND ${allocationInForce('a')}), 0)`

/** A client's sales by the day, each with what is due of it. */
const sales = `(
  SELECT i.client_id, i.type, i.authorised_on, i.voided_on, i.due_on, i.payable, i.payable_base,
    i.payable - COALESCE(a.amount, 0) AS due, i.payable_base - COALESCE(a.base, 0) AS due_base
  FROM invoices i LEFT JOIN (
    SELECT a.invoice_id, SUM(a.amount) AS amount, SUM(a.invoice_base) AS base
    FROM allocations a WHERE a.organization_id = :organization AND ${allocationInForce('a')} GROUP BY a.invoice_id
  ) a ON a.invoice_id = i.id
  WHERE i.organization_id = :organization AND i.kind = 'SALE' AND i.authorised_on <= :asOf
) v`
/**
 * Hidden from MariaDB, which would otherwise group the sales of one client after the other, and all allocations for
 * each: 100,000 clients took minutes instead of a second.
 */
const owner = 'COALESCE(v.client_id, NULL)'
const saleRules = bucketRules(column => `v.${snake(column)}`, 'v.due')

/**
 * The figures of a client's sales in a group: the amount due in base, and how many sales lack a rate or owe something.
 */
function dueFigures(name: string, bucket: InvoiceBucket, condition: string) {
  const permission = 'invoices:read'
  const of = (value: string) => ({
    from: sales,
    by: owner,
    sum: `SUM(CASE WHEN ${saleRules[bucket]} THEN ${value} ELSE 0 END)`,
  })
  return [
    figure(
      name,
      'money',
      `The amount that its sales ${condition} owe; those without a rate are left out.`,
      of('v.due_base'),
      { currency: inBase, permission },
    ),
    figure(
      `${name}WithoutRate`,
      'integer',
      `How many of its sales ${condition} owe have no rate to the base currency.`,
      of('CASE WHEN v.payable_base IS NULL THEN 1 ELSE 0 END'),
      { permission },
    ),
    figure(`${name}Invoices`, 'integer', `How many of its sales ${condition} owe something.`, of('1'), { permission }),
  ]
}

/** For the list of clients. */
export const clientFields = [
  ...dueFigures('overdue', 'OVERDUE', 'that are due before the day still'),
  ...dueFigures('outstanding', 'OUTSTANDING', 'on the day, overdue or not, still'),
]

const due = `(t.payable - ${settled('t.id', 'amount')})`
export const amountDue = computed(
  'amountDue',
  'money',
  'The part of an invoice that is due on the day, 0 once it is paid. ' +
    'Credit notes and invoices not in force have no value.',
  `CASE WHEN ${bucketRules(column => `t.${column}`, due).AUTHORISED} THEN ${due} END`,
  { nullable: true },
)
export const amountDueBase = computed(
  'amountDueBase',
  'money',
  'The part of an invoice that is due on the day, 0 once it is paid. ' +
    'Credit notes, invoices not in force, and those without a rate have no value.',
  `CASE WHEN ${bucketRules(column => `t.${column}`, due).AUTHORISED} THEN CASE WHEN ${due} = 0 THEN 0 ELSE t.payableBase - ${settled('t.id', 'invoice_base')} END END`,
  { currency: inBase, nullable: true },
)
