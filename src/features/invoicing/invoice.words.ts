import { computed } from '../../graphql/computed.js'
import { inBase, snake } from '../../graphql/field.js'
import { allocationInForce, bucketRules, type InvoiceBucket } from './invoice.queries.js'

const settled = (invoice: string, column: string) =>
  `COALESCE((SELECT SUM(a.${column}) FROM allocations a WHERE a.organization_id = :organization AND a.invoice_id = ${invoice} AND ${allocationInForce('a')}), 0)`

/** What a client's sales of a group are due in base; null as soon as one of them has no rate. */
function dueInBase(name: string, bucket: InvoiceBucket, description: string) {
  const rule = bucketRules(column => `i.${snake(column)}`, `(i.payable - ${settled('i.id', 'amount')})`)[bucket]
  return computed(name, 'money', description, `SELECT CASE WHEN COUNT(*) > COUNT(i.payable_base) THEN NULL ELSE COALESCE(SUM(i.payable_base - ${settled('i.id', 'invoice_base')}), 0) END
    FROM invoices i WHERE i.organization_id = :organization AND i.client_id = t.id AND i.kind = 'SALE' AND ${rule}`, { currency: inBase, nullable: true, permission: 'invoices:read' })
}

export const overdue = dueInBase('overdue', 'OVERDUE', 'What its sales that are due before the day still owe; no value where one of them has no rate.')
export const outstanding = dueInBase('outstanding', 'OUTSTANDING', 'What its sales still owe on the day, overdue or not; no value where one of them has no rate.')

const due = `(t.payable - ${settled('t.id', 'amount')})`
export const amountDue = computed(
  'amountDue', 'money', 'What of an invoice is due on the day, nothing once it is paid; no value for credit notes and for what is not in force.',
  `CASE WHEN ${bucketRules(column => `t.${column}`, due).AUTHORISED} THEN ${due} END`, { nullable: true },
)
export const amountDueBase = computed(
  'amountDueBase', 'money', 'What of an invoice is due on the day, nothing once it is paid; no value without a rate, for credit notes and for what is not in force.',
  `CASE WHEN ${bucketRules(column => `t.${column}`, due).AUTHORISED} THEN CASE WHEN ${due} = 0 THEN 0 ELSE t.payableBase - ${settled('t.id', 'invoice_base')} END END`, { currency: inBase, nullable: true },
)
