import { computed } from '../../model/computed.js'
import { inBase } from '../../model/field.js'
import { allocationInForce, bucketRules } from './invoice.queries.js'

const settled = (invoice: string, column: string) =>
  `COALESCE((SELECT SUM(a.${column}) FROM allocations a WHERE a.organization_id = :organization AND a.invoice_id = ${invoice} AND ${allocationInForce('a')}), 0)`

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
