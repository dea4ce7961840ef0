import type { ReadScope } from '../../database/scope/write-scope.js'
import { addDays, daysBetween, type Day } from '../../lib/calendar.js'
import type { Condition } from '../../model/condition.js'
import { choices } from '../../model/choices.js'

export const InvoiceBucket = choices(
  'InvoiceBucket',
  'The groups of invoices that an overview counts, each for a day. Credit notes are in none.',
  {
    DRAFT: 'Being written; for today only.',
    AWAITING_APPROVAL: 'Submitted; for today only.',
    AUTHORISED: 'Authorised and not voided, paid or not.',
    PENDING: 'Authorised, with an amount due, and not due before the day.',
    OVERDUE: 'Authorised, with an amount due, and due before the day.',
    OUTSTANDING: 'Pending or overdue.',
    PAID: 'Authorised, with nothing due.',
    PARTIALLY_PAID: 'Authorised, with a part but not all of it due.',
    VOIDED: 'Voided.',
    OVERDUE_1_30: 'Overdue for 1 to 30 days.',
    OVERDUE_31_60: 'Overdue for 31 to 60 days.',
    OVERDUE_61_90: 'Overdue for 61 to 90 days.',
    OVERDUE_OVER_90: 'Overdue for more than 90 days.',
  },
)
export type InvoiceBucket = keyof typeof InvoiceBucket

/** Whether a taking of an amount counts on the day `:asOf`. */
export const allocationInForce = (a: string) =>
  `${a}.allocated_on <= :asOf AND (${a}.deallocated_on IS NULL OR ${a}.deallocated_on > :asOf)`

/** The days that separate the ages of overdue invoices. */
export function ageParameters(asOf: Day) {
  const firstDay = '0001-01-01'
  const ago = (days: number) => (daysBetween(firstDay, asOf) < days ? firstDay : addDays(asOf, -days))
  return { days30: ago(30), days60: ago(60), days90: ago(90) }
}

/**
 * The rules of the groups over an invoice's columns and its amount due. Shared by counts and lists, so that they agree.
 */
export function bucketRules(column: (name: string) => string, due: string): Record<InvoiceBucket, string> {
  const invoice = `${column('type')} = 'INVOICE'`
  const authorised = `${invoice} AND ${column('authorisedOn')} <= :asOf AND (${column('voidedOn')} IS NULL OR ${column('voidedOn')} > :asOf)`
  const overdue = `${authorised} AND ${column('dueOn')} < :asOf AND ${due} > 0`
  return {
    DRAFT: `${invoice} AND ${column('state')} = 'DRAFT'`,
    AWAITING_APPROVAL: `${invoice} AND ${column('state')} = 'SUBMITTED'`,
    AUTHORISED: authorised,
    PENDING: `${authorised} AND (${column('dueOn')} IS NULL OR ${column('dueOn')} >= :asOf) AND ${due} > 0`,
    OVERDUE: overdue,
    OUTSTANDING: `${authorised} AND ${due} > 0`,
    PAID: `${authorised} AND ${due} = 0`,
    PARTIALLY_PAID: `${authorised} AND ${due} > 0 AND ${due} < ${column('payable')}`,
    VOIDED: `${invoice} AND ${column('voidedOn')} <= :asOf`,
    OVERDUE_1_30: `${overdue} AND ${column('dueOn')} >= :days30`,
    OVERDUE_31_60: `${overdue} AND ${column('dueOn')} < :days30 AND ${column('dueOn')} >= :days60`,
    OVERDUE_61_90: `${overdue} AND ${column('dueOn')} < :days60 AND ${column('dueOn')} >= :days90`,
    OVERDUE_OVER_90: `${overdue} AND ${column('dueOn')} < :days90`,
  }
}

const dueOfRow = `(t.payable - COALESCE((SELECT SUM(a.amount) FROM allocations a WHERE a.organization_id = t.organizationId AND a.invoice_id = t.id AND ${allocationInForce('a')}), 0))`

/** The invoices of a group on a day, as a condition of a list. */
export function inBucket(bucket: InvoiceBucket, asOf: Day): Condition {
  const sql = bucketRules(name => `t.${name}`, dueOfRow)[bucket]
  return {
    sql,
    parameters: { ...(sql.includes(':asOf') ? { asOf } : {}), ...(sql.includes(':days') ? ageParameters(asOf) : {}) },
  }
}

const whole = (value: string | number | null) => BigInt(value ?? 0)

/** How much of each invoice was settled by the day. */
export async function settledOf(scope: ReadScope, ids: readonly string[], asOf: Day): Promise<Map<string, bigint>> {
  const rows = await scope.rows<{ id: string; settled: string | number | null }>(
    `SELECT a.invoice_id AS id, SUM(a.amount) AS settled FROM allocations a
     WHERE a.organization_id = :organization AND a.invoice_id IN (:...ids) AND ${allocationInForce('a')} GROUP BY a.invoice_id`,
    { ids, asOf },
  )
  return new Map(rows.map(({ id, settled }) => [id, whole(settled)]))
}

/** How much of each payment or credit note was used by the day, by allocations and refunds. */
export async function usedOf(
  scope: ReadScope,
  by: 'payment_id' | 'credit_note_id',
  ids: readonly string[],
  asOf: Day,
): Promise<Map<string, bigint>> {
  const rows = await scope.rows<{ id: string; used: string | number | null }>(
    `SELECT id, SUM(amount) AS used FROM (
       SELECT a.${by} AS id, a.amount FROM allocations a WHERE a.organization_id = :organization AND a.${by} IN (:...ids) AND ${allocationInForce('a')}
       UNION ALL
       SELECT r.${by} AS id, r.amount FROM refunds r WHERE r.organization_id = :organization AND r.${by} IN (:...ids)
         AND r.refunded_on <= :asOf AND (r.reversed_on IS NULL OR r.reversed_on > :asOf)
     ) used GROUP BY id`,
    { ids, asOf },
  )
  return new Map(rows.map(({ id, used }) => [id, whole(used)]))
}
