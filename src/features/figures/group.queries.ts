import type { ReadScope } from '../../database/scope/write-scope.js'
import type { Permission } from '../../model/permission.js'
import { readSum, safeSum } from '../../lib/decimal.js'
import type { Day } from '../../lib/calendar.js'
import type { Parameters } from '../../model/condition.js'

/** One group of documents, as the statement returns it. */
export interface GroupRow {
  block: string
  /** Empty in the groups of the whole organisation. */
  clientId: string
  /** Kind or direction. */
  direction: string
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
  /** The first day among those by which the documents are in their bucket; null where no day decides. */
  firstDay: Day | null
}

/** All clients from one id to another: what follows one another in an index is read in half the time. */
export interface ClientRange {
  from: string
  to: string
}

/** Whose documents are read: those of some clients, apart for each; null: those of the whole organisation, together. */
export type ClientSelection = readonly string[] | ClientRange | null

const isRange = (selection: ClientSelection): selection is ClientRange => selection !== null && 'from' in selection

/** One SELECT of the statement. */
export type Part = (selection: ClientSelection) => string

/** The group that a selected field of an overview reads, and the permission it needs. */
export interface Source {
  permission: Permission
  parts: readonly Part[]
  /** Read as well where the day is today, since they have no dated past. */
  partsOfToday?: readonly Part[]
}

const columns = [
  'direction',
  'bucket',
  'currency',
  'n',
  'amount',
  'base',
  'amount2',
  'base2',
  'amount3',
  'base3',
  'without_rate',
  'partial',
  'first_day',
] as const
type Column = (typeof columns)[number]
const blank: Partial<Record<Column, string>> = {
  direction: "''",
  bucket: "''",
  currency: "''",
  first_day: 'NULL',
}

export const ours = (alias: string, selection: ClientSelection) =>
  `${alias}.organization_id = :organization${selection ? ` AND ${alias}.client_id ${isRange(selection) ? 'BETWEEN :fromClient AND :toClient' : 'IN (:...clients)'}` : ''}`

/** What `ours` names. */
export const clientsOf = (selection: ClientSelection): Parameters =>
  isRange(selection) ? { fromClient: selection.from, toClient: selection.to } : { clients: selection ?? [] }
export const inForce = (from: string, until: string) => `${from} <= :asOf AND (${until} IS NULL OR ${until} > :asOf)`
export const missing = (column: string) => `SUM(CASE WHEN ${column} IS NULL THEN 1 ELSE 0 END)`

/**
 * The column, hidden from the planner: without statistics SQLite would read the whole organisation by it, not the
 * page's clients.
 */
export const unranged = (column: string) => `COALESCE(${column}, NULL)`

/** A SELECT with all columns of a group, zeros where it says nothing; it groups by client and `by`. */
export function select(
  selection: ClientSelection,
  block: string,
  alias: string,
  given: Partial<Record<Column, string>>,
  from: string,
  by: readonly string[] = [],
): string {
  const client = `${alias}.client_id`
  const list = columns.map(name => `${given[name] ?? blank[name] ?? '0'} AS ${name}`)
  // The client last: MariaDB's hash of a row remembers little but its end, and the groups of one page differ by their
  // clients most of all.
  const groups = [...by, ...(selection ? [client] : [])]
  return `SELECT '${block}' AS block, ${selection ? client : "''"} AS client_id, ${list.join(', ')} ${from}${groups.length > 0 ? ` GROUP BY ${groups.join(', ')}` : ''}`
}

/** The groups of all clients asked for, or of the organisation, in one statement, so that the figures agree. */
export async function groupsOf(
  scope: ReadScope,
  selection: ClientSelection,
  parts: readonly Part[],
  parameters: Parameters,
): Promise<GroupRow[]> {
  if (parts.length === 0) return []
  const rows = await scope.rows<Record<string, string | number | null>>(
    parts.map(part => part(selection)).join('\nUNION ALL\n'),
    {
      ...clientsOf(selection),
      ...parameters,
    },
  )
  return rows.map(row => ({
    block: String(row.block),
    clientId: String(row.client_id),
    direction: String(row.direction),
    bucket: String(row.bucket),
    currency: String(row.currency),
    count: whole(row.n),
    amount: whole(row.amount),
    base: whole(row.base),
    amount2: readSum(row.amount2),
    base2: readSum(row.base2),
    amount3: whole(row.amount3),
    base3: whole(row.base3),
    withoutRate: whole(row.without_rate),
    partial: whole(row.partial),
    firstDay: row.first_day === null ? null : String(row.first_day),
  }))
}

/** Second amounts are checked where they are shown: a weighted sum is smaller then. */
const whole = (value: string | number | null | undefined) =>
  value === 0 || value === '0' ? 0n : safeSum(readSum(value))
