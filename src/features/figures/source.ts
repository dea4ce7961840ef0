import type { Parameters } from '../../model/condition.js'
import { readSum, safeSum } from '../../lib/decimal.js'
import type { Day } from '../../lib/calendar.js'

/** All clients from one id to another: what follows one another in an index is read in half the time. */
export interface ClientRange {
  from: string
  to: string
}

/** Whose documents are read: those of some clients, apart for each; null: those of the whole organisation, together. */
export type ClientSelection = readonly string[] | ClientRange | null

const isRange = (selection: ClientSelection): selection is ClientRange => selection !== null && 'from' in selection

/** `apart`: for each client, not for the whole organisation together. */
type Sql = string | ((apart: boolean) => string)

/** What a source sums of the documents of a group. */
interface Total {
  amount: Sql
}
interface MoneySql extends Total {
  /** The same in base. */
  base: Sql
  /** Whether it is larger than what is shown, so that it is checked there. */
  isScaled?: boolean
}

export const total = (amount: Sql): Total => ({
  amount: apart => `SUM(${textOf(amount, apart)})`,
})
export const money = (amount: string, base: string): MoneySql => ({
  amount: `SUM(${amount})`,
  base: `COALESCE(SUM(${base}), 0)`,
})
const textOf = (sql: Sql, apart: boolean) => (typeof sql === 'string' ? sql : sql(apart))

/** Where a group has a sum. */
export interface Place {
  readonly at: number
}
export interface MoneyPlace extends Place {
  readonly base: number
}
type Sums = Record<string, Total | MoneySql>
type Places<S extends Sums> = { readonly [name in keyof S]: S[name] extends MoneySql ? MoneyPlace : Place }

/** When time alone takes a document out of its bucket. */
interface Turns {
  /** The day that decides, among the columns of the source. */
  day: string
  /** So many days after it, before it where negative. Buckets that are not here keep their documents until somebody writes. */
  after: Readonly<Record<string, number>>
  /** The documents that may be in such a bucket today: their table, its column of that day, and SQL over a row `d`. */
  documents: { table: string; day: string; condition: string }
}

interface Definition<S extends Sums> {
  /** What is read; `ours` binds a table to the clients. */
  from: (ours: (alias: string) => string, apart: boolean) => string
  /** The table or subquery that has the client. */
  alias: string
  /** Kind or direction. */
  direction?: string
  bucket?: string
  /** The buckets that there are. */
  buckets?: readonly string[]
  currency?: string
  count?: string
  /** How many documents have no rate to the base currency. */
  withoutRate?: string
  sums?: S
  turns?: Turns
  /** What its SQL names beside the day :asOf. */
  parameters?: (asOf: Day) => Parameters
}

/** One SELECT of the statement: groups of documents, with named sums. */
export interface Source<S extends Sums = Sums> extends Pick<Definition<S>, 'buckets' | 'turns' | 'parameters'> {
  readonly name: string
  readonly sums: Places<S>
  sql: (selection: ClientSelection) => string
  /** The sums of a row of the statement, in their places. */
  read: (row: RawRow) => bigint[]
}

/** A row of the statement: the columns of a group, and `s0`, `s1`, … for its sums. */
export type RawRow = Record<string, string | number | null>

/** The sums of the source that has most of them. All have as many columns, since they are one statement. */
const width = 7

export function source<S extends Sums = Record<never, never>>(name: string, definition: Definition<S>): Source<S> {
  const { alias, from, direction, bucket, currency, count = 'COUNT(*)', withoutRate = '0', turns } = definition
  const { columns, places } = placed(definition.sums)
  if (columns.length > width)
    throw new Error(`${name} has ${columns.length} columns of sums: set width in figures/source.ts to that.`)
  const sql = (selection: ClientSelection) => {
    const apart = selection !== null
    const client = `${alias}.client_id`
    const sums = Array.from({ length: width }, (_, at) => `${textOf(columns[at]?.sql ?? '0', apart)} AS s${at}`)
    // The client last: MariaDB's hash of a row remembers little but its end, and the groups of one page differ by their
    // clients most of all.
    const by = [direction, bucket && 'bucket', currency, apart && client].filter(Boolean)
    return `SELECT '${name}' AS source, ${apart ? client : "''"} AS client_id, ${direction ?? "''"} AS direction, ${bucket ?? "''"} AS bucket,
      ${currency ?? "''"} AS currency, ${count} AS n, ${withoutRate} AS without_rate, ${turns ? `MIN(${turns.day})` : 'NULL'} AS first_day,
      ${sums.join(', ')} FROM ${from(table => ours(table, selection), apart)}${by.length > 0 ? ` GROUP BY ${by.join(', ')}` : ''}`
  }
  const read = (row: RawRow) => columns.map(({ as, isScaled }) => (isScaled ? readSum(row[as]) : whole(row[as])))
  const { buckets, parameters } = definition
  return { name, sums: places, sql, read, buckets, turns, parameters }
}

function placed<S extends Sums>(sums: S | undefined) {
  const columns: { as: string; sql: Sql; isScaled: boolean }[] = []
  const places: Record<string, Place | MoneyPlace> = {}
  for (const [name, sum] of Object.entries(sums ?? {})) {
    const isScaled = 'base' in sum && sum.isScaled === true
    const add = (sql: Sql) => columns.push({ as: `s${columns.length}`, sql, isScaled }) - 1
    const at = add(sum.amount)
    places[name] = 'base' in sum ? { at, base: add(sum.base) } : { at }
  }
  return { columns, places: places as Places<S> } // one for each of them
}

export const whole = (value: string | number | null | undefined) =>
  value === 0 || value === '0' ? 0n : safeSum(readSum(value))

export const ours = (alias: string, selection: ClientSelection) =>
  `${alias}.organization_id = :organization${selection ? ` AND ${alias}.client_id ${isRange(selection) ? 'BETWEEN :fromClient AND :toClient' : 'IN (:...clients)'}` : ''}`

/** What `ours` names. */
export const clientsOf = (selection: ClientSelection): Parameters =>
  isRange(selection) ? { fromClient: selection.from, toClient: selection.to } : { clients: selection ?? [] }

export const inForce = (from: string, until: string) => `${from} <= :asOf AND (${until} IS NULL OR ${until} > :asOf)`
/** How many of a group have no value there. */
export const countNull = (column: string) => `SUM(CASE WHEN ${column} IS NULL THEN 1 ELSE 0 END)`

/**
 * The column, hidden from the planner: without statistics SQLite would read the whole organisation by it, not the
 * page's clients.
 */
export const unranged = (column: string) => `COALESCE(${column}, NULL)`
