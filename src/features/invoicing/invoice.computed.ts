import { computed } from '../../model/computed.js'
import { inBase } from '../../model/field.js'
import { allocationInForce, bucketRules, type InvoiceBucket } from './invoice.queries.js'
import { snake } from '../../lib/snake.js'

const settled = (invoice: string, column: string) =>
  `COALESCE((SELECT SUM(a.${column}) FROM allocations a WHERE a.organization_id = :organization AND a.invoice_id = ${invoice} AND ${allocationInForce('a')}), 0)`

/** The computed figures of a client's sales in a group. */
function ofSales(expression: string, bucket: InvoiceBucket): string {
  const rule = bucketRules(column => `i.${snake(column)}`, `(i.payable - ${settled('i.id', 'amount')})`)[bucket]
  return `SELECT ${expression} FROM invoices i WHERE i.organization_id = :organization AND i.client_id = t.id AND i.kind = 'SALE' AND ${rule}`
}

/**
 * The computed fields of a client's sales in a group: the amount due in base, and how many sales lack a rate or owe
 * something.
 */
function dueFields(name: string, bucket: InvoiceBucket, condition: string) {
  const permission = 'invoices:read'
  return [
    computed(
      name,
      'money',
      `The amount that its sales ${condition} owe; those without a rate are left out.`,
      ofSales(`COALESCE(SUM(i.payable_base - ${settled('i.id', 'invoice_base')}), 0)`, bucket),
      { currency: inBase, permission },
    ),
    computed(
      `${name}WithoutRate`,
      'integer',
      `How many of its sales ${condition} owe have no rate to the base currency.`,
      ofSales('COUNT(*) - COUNT(i.payable_base)', bucket),
      { permission },
    ),
    computed(
      `${name}Invoices`,
      'integer',
      `How many of its sales ${condition} owe something.`,
      ofSales('COUNT(*)', bucket),
      { permission },
    ),
  ]
}

/** For the list of clients. */
export const clientFields = [
  ...dueFields('overdue', 'OVERDUE', 'that are due before the day still'),
  ...dueFields('outstanding', 'OUTSTANDING', 'on the day, overdue or not, still'),
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
