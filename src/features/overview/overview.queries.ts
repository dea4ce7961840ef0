import type { ReadScope } from '../../database/scope.js'
import { snake } from '../../graphql/field.js'
import { UserError } from '../../lib/user-error.js'
import type { Day } from '../../lib/calendar.js'
import { ageParameters, allocationInForce, bucketRules } from '../invoicing/index.js'
import { orderRules } from '../purchasing/index.js'
import { taskRules } from '../tasks/index.js'

export const blockNames = ['projects', 'tasks', 'purchaseOrders', 'invoices'] as const
export type BlockName = (typeof blockNames)[number]

/** One group of a client's documents, as the statement returns it. */
export interface GroupRow {
  block: string
  clientId: string
  /** Kind or direction. */
  way: string
  bucket: string
  currency: string
  count: bigint
  amount: bigint
  base: bigint
  amount2: bigint
  base2: bigint
  amount3: bigint
  base3: bigint
  withoutRate: bigint
  partial: bigint
}

const columns = ['block', 'client_id', 'way', 'bucket', 'currency', 'n', 'amount', 'base', 'amount2', 'base2', 'amount3', 'base3', 'without_rate', 'partial'] as const
type Column = (typeof columns)[number]

const ours = (alias: string) => `${alias}.organization_id = :organization AND ${alias}.client_id IN (:...clients)`
const of = (alias: string) => (name: string) => `${alias}.${snake(name)}`
const missing = (column: string) => `SUM(CASE WHEN ${column} IS NULL THEN 1 ELSE 0 END)`

/** The column, hidden from the planner: without statistics SQLite would read the whole organisation by it, not the page's clients. */
const unranged = (column: string) => `COALESCE(${column}, NULL)`

/** A SELECT with all columns of a group, zeros where it says nothing. */
function select(block: string, given: Partial<Record<Column, string>>, rest: string): string {
  const text = new Set<Column>(['way', 'bucket', 'currency'])
  const list = columns.map(name => `${name === 'block' ? `'${block}'` : (given[name] ?? (text.has(name) ? "''" : '0'))} AS ${name}`)
  return `SELECT ${list.join(', ')} ${rest}`
}

const projects = () => select('projects', { client_id: 'p.client_id', bucket: 'p.state', n: 'COUNT(*)' },
  `FROM projects p WHERE ${ours('p')} AND p.opened_on <= :asOf GROUP BY p.client_id, p.state`)

const time = () => select('time', {
  client_id: 'e.client_id',
  n: 'COUNT(*)',
  amount: 'SUM(e.minutes)',
  amount2: 'SUM(CASE WHEN e.billable = 1 THEN e.minutes ELSE 0 END)',
  amount3: `SUM(CASE WHEN EXISTS (
    SELECT 1 FROM billed_time b JOIN invoices i ON i.id = b.invoice_id
    WHERE b.organization_id = :organization AND b.time_entry_id = e.id
      AND i.authorised_on <= :asOf AND i.issued_on <= :asOf AND (i.voided_on IS NULL OR i.voided_on > :asOf)
  ) THEN e.minutes ELSE 0 END)`,
}, `FROM time_entries e WHERE ${ours('e')} AND e.date <= :asOf GROUP BY e.client_id`)

function tasks() {
  const rules = taskRules(of('k'))
  return select('tasks', {
    client_id: 'k.client_id',
    bucket: `CASE WHEN ${rules.UNSCHEDULED} THEN 'UNSCHEDULED' WHEN ${rules.OVERDUE} THEN 'OVERDUE' WHEN ${rules.DUE} THEN 'DUE' ELSE 'UPCOMING' END`,
    n: 'COUNT(*)',
  }, `FROM tasks k WHERE ${ours('k')} AND ${rules.OPEN} GROUP BY client_id, bucket`)
}

function orders() {
  const rules = orderRules(of('o'))
  return select('orders', {
    client_id: 'o.client_id', way: 'o.direction', currency: 'o.currency',
    bucket: `CASE WHEN ${rules.CLOSED} THEN 'CLOSED' ELSE 'OPEN' END`,
    n: 'COUNT(*)', amount: 'SUM(o.total)', base: 'COALESCE(SUM(o.total_base), 0)', without_rate: missing('o.total_base'),
  }, `FROM purchase_orders o WHERE ${ours('o')} AND ${rules.TOTAL} GROUP BY client_id, way, bucket, o.currency`)
}

const orderStates = () => select('orderStates', { client_id: 'o.client_id', way: 'o.direction', bucket: 'o.state', n: 'COUNT(*)' },
  `FROM purchase_orders o WHERE ${ours('o')} GROUP BY o.client_id, o.direction, o.state`)

/** Invoices and credit notes that were in force on the day, or voided by it, each with what is due. */
function invoices() {
  const rules = bucketRules(of('v'), 'v.due')
  const ages = (['OVERDUE_1_30', 'OVERDUE_31_60', 'OVERDUE_61_90', 'OVERDUE_OVER_90'] as const).map(name => `WHEN ${rules[name]} THEN '${name}'`)
  return select('invoices', {
    client_id: 'v.client_id', way: 'v.kind', currency: 'v.currency',
    bucket: `CASE WHEN v.voided_on <= :asOf THEN CASE WHEN v.type = 'INVOICE' THEN 'VOIDED' ELSE 'VOIDED_CREDIT_NOTE' END
      WHEN v.type = 'CREDIT_NOTE' THEN 'CREDIT_NOTE' WHEN ${rules.PAID} THEN 'PAID' WHEN ${rules.PENDING} THEN 'PENDING' ${ages.join(' ')} END`,
    n: 'COUNT(*)',
    amount: 'SUM(v.payable)', base: 'COALESCE(SUM(v.payable_base), 0)',
    amount2: 'SUM(v.due)', base2: 'COALESCE(SUM(CASE WHEN v.due > 0 THEN v.due_base ELSE 0 END), 0)',
    amount3: 'SUM(v.net)', base3: 'COALESCE(SUM(v.net_base), 0)',
    without_rate: missing('v.payable_base'),
    partial: `SUM(CASE WHEN ${rules.PARTIALLY_PAID} THEN 1 ELSE 0 END)`,
  }, `FROM (
      SELECT i.client_id, i.kind, i.type, i.state, i.currency, i.authorised_on, i.voided_on, i.due_on, i.payable, i.payable_base, i.net, i.net_base,
        i.payable - COALESCE(a.amount, 0) AS due, i.payable_base - COALESCE(a.base, 0) AS due_base
      FROM invoices i LEFT JOIN (
        SELECT a.invoice_id, SUM(a.amount) AS amount, SUM(a.invoice_base) AS base
        FROM allocations a WHERE ${ours('a')} AND ${allocationInForce('a')} GROUP BY ${unranged('a.invoice_id')}
      ) a ON a.invoice_id = i.id
      WHERE ${ours('i')} AND i.authorised_on <= :asOf
    ) v GROUP BY client_id, way, bucket, v.currency`)
}

/** Drafts have no dated past: they are told for today only. */
const drafts = () => select('drafts', {
  client_id: 'i.client_id', way: 'i.kind', bucket: 'i.state', currency: 'i.currency',
  n: 'COUNT(*)', amount: 'SUM(i.payable)', base: 'COALESCE(SUM(i.payable_base), 0)', without_rate: missing('i.payable_base'),
}, `FROM invoices i WHERE ${ours('i')} AND i.type = 'INVOICE' AND i.state IN ('DRAFT', 'SUBMITTED') GROUP BY i.client_id, i.kind, i.state, i.currency`)

/** Payments and credit notes in force on the day of which something is left: what each brings, less what was taken of it. */
const credits = () => select('credits', {
  client_id: 'c.client_id', way: 'c.kind', currency: 'c.currency',
  n: 'COUNT(*)', amount: 'SUM(c.rest)', base: 'COALESCE(SUM(c.rest_base), 0)', without_rate: 'SUM(c.no_rate)',
}, `FROM (
    SELECT s.client_id, s.kind, s.currency, SUM(s.amount) AS rest, SUM(s.base) AS rest_base, MAX(CASE WHEN s.base IS NULL THEN 1 ELSE 0 END) AS no_rate FROM (
      SELECT p.id, p.client_id, p.kind, p.currency, p.amount, p.amount_base AS base FROM payments p
      WHERE ${ours('p')} AND ${unranged('p.paid_on')} <= :asOf AND (p.reversed_on IS NULL OR p.reversed_on > :asOf)
      UNION ALL
      SELECT n.id, n.client_id, n.kind, n.currency, n.payable, n.payable_base FROM invoices n
      WHERE ${ours('n')} AND n.type = 'CREDIT_NOTE' AND n.authorised_on <= :asOf AND (n.voided_on IS NULL OR n.voided_on > :asOf)
      UNION ALL
      SELECT COALESCE(a.payment_id, a.credit_note_id), a.client_id, a.kind, a.currency, -a.amount, -a.credit_base FROM allocations a
      WHERE ${ours('a')} AND ${allocationInForce('a')}
      UNION ALL
      SELECT COALESCE(r.payment_id, r.credit_note_id), r.client_id, r.kind, r.currency, -r.amount, -r.credit_base FROM refunds r
      WHERE ${ours('r')} AND r.refunded_on <= :asOf AND (r.reversed_on IS NULL OR r.reversed_on > :asOf)
    ) s GROUP BY s.id, s.client_id, s.kind, s.currency
  ) c WHERE c.rest > 0 GROUP BY c.client_id, c.kind, c.currency`)

/** The groups of all clients asked for, in one statement, so that the figures of an overview agree. */
export async function groupsOf(scope: ReadScope, clients: readonly string[], asOf: Day, blocks: ReadonlySet<BlockName>): Promise<GroupRow[]> {
  const isToday = asOf === scope.today
  const parts = [
    ...(blocks.has('projects') ? [projects(), time()] : []),
    ...(blocks.has('tasks') ? [tasks()] : []),
    ...(blocks.has('purchaseOrders') ? [orders(), ...(isToday ? [orderStates()] : [])] : []),
    ...(blocks.has('invoices') ? [invoices(), ...(isToday ? [drafts()] : []), credits()] : []),
  ]
  if (parts.length === 0) return []
  const rows = await scope.rows<Record<string, string | number | null>>(parts.join('\nUNION ALL\n'), { clients, asOf, ...(blocks.has('invoices') ? ageParameters(asOf) : {}) })
  return rows.map(row => ({
    block: String(row.block), clientId: String(row.client_id), way: String(row.way), bucket: String(row.bucket), currency: String(row.currency),
    count: whole(row.n), amount: whole(row.amount), base: whole(row.base), amount2: whole(row.amount2), base2: whole(row.base2),
    amount3: whole(row.amount3), base3: whole(row.base3), withoutRate: whole(row.without_rate), partial: whole(row.partial),
  }))
}

/** Tasks that fall due after the day and within so many days, by client. */
export async function upcomingWithin(scope: ReadScope, clients: readonly string[], asOf: Day, until: Day): Promise<Map<string, number>> {
  const rows = await scope.rows<{ client_id: string; n: string | number }>(
    `SELECT k.client_id, COUNT(*) AS n FROM tasks k WHERE ${ours('k')} AND ${taskRules(of('k')).UPCOMING} AND k.due_on <= :until GROUP BY k.client_id`,
    { clients, asOf, until },
  )
  return new Map(rows.map(({ client_id, n }) => [client_id, Number(n)]))
}

// MariaDB gives sums as decimal strings, SQLite as numbers that are exact below 2^53 only.
function whole(value: string | number | null | undefined): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new UserError('NUMBER_TOO_LARGE', 'A sum exceeds what can be told exactly (2^53 minor units).')
  const exact = BigInt(value ?? 0)
  if (exact > 9007199254740991n) throw new UserError('NUMBER_TOO_LARGE', 'A sum exceeds what can be told exactly (2^53 minor units).')
  return exact
}
