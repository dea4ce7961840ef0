import { groupBy } from '../lib/group.js'
import type { Session } from '../database/session.js'

/** A row as the database gives it: amounts as integers or their text, dates as text. */
export type RawRow = Record<string, string | number | null>

const clientTables = [
  'projects',
  'time_entries',
  'tasks',
  'purchase_orders',
  'invoices',
  'allocations',
  'payments',
  'refunds',
  'deals',
  'quotes',
] as const
export type ClientTable = (typeof clientTables)[number]

/** All that a client's figures follow from, read plainly: no sum, no join, no rule is left to SQL. */
export interface ClientRows extends Record<ClientTable, RawRow[]> {
  id: string
  /** The invoices of each time entry. */
  invoicesOfEntry: Map<string, RawRow[]>
}

/** The rows of a client without records. */
export const noRows: ClientRows = {
  id: '',
  invoicesOfEntry: new Map(),
  projects: [],
  time_entries: [],
  tasks: [],
  purchase_orders: [],
  invoices: [],
  allocations: [],
  payments: [],
  refunds: [],
  deals: [],
  quotes: [],
}

export async function rowsOf(read: Session, organization: string, clients: readonly string[]): Promise<ClientRows[]> {
  const marks = clients.map(() => '?').join(', ')
  const tables = new Map<ClientTable, Map<string, RawRow[]>>()
  for (const table of clientTables) {
    const rows: RawRow[] = await read.query(
      `SELECT * FROM ${table} WHERE organization_id = ? AND client_id IN (${marks})`,
      [organization, ...clients],
    )
    tables.set(
      table,
      groupBy(rows, row => String(row.client_id)),
    )
  }
  const rowsIn = (table: ClientTable, client: string) => tables.get(table)?.get(client) ?? []

  const invoices = new Map([...(tables.get('invoices')?.values() ?? [])].flat().map(row => [String(row.id), row]))
  const billed: RawRow[] =
    invoices.size === 0
      ? []
      : await inBatches<RawRow>([...invoices.keys()], ids =>
          read.query(
            `SELECT * FROM billed_time WHERE organization_id = ? AND invoice_id IN (${ids.map(() => '?').join(', ')})`,
            [organization, ...ids],
          ),
        )
  const links = groupBy(billed, row => String(row.time_entry_id))

  return clients.map(id => {
    const lists = Object.fromEntries(clientTables.map(table => [table, rowsIn(table, id)])) as Record<
      ClientTable,
      RawRow[]
    > // every table has its list
    const invoicesOfEntry = new Map(
      lists.time_entries.map(entry => [
        String(entry.id),
        (links.get(String(entry.id)) ?? [])
          .map(link => invoices.get(String(link.invoice_id)))
          .filter(invoice => invoice !== undefined),
      ]),
    )
    return { ...lists, id, invoicesOfEntry }
  })
}

export async function linesOf(
  read: Session,
  organization: string,
  table: 'invoice_lines' | 'purchase_order_lines' | 'quote_lines',
  by: string,
  ids: readonly string[],
): Promise<Map<string, RawRow[]>> {
  const rows = await inBatches(ids, some =>
    read.query<RawRow[]>(
      `SELECT * FROM ${table} WHERE organization_id = ? AND ${by} IN (${some.map(() => '?').join(', ')})`,
      [organization, ...some],
    ),
  )
  return groupBy(rows, row => String(row[by]))
}

export async function inBatches<T>(
  keys: readonly string[],
  read: (some: readonly string[]) => Promise<T[]>,
): Promise<T[]> {
  const all: T[] = []
  for (let from = 0; from < keys.length; from += 1000) all.push(...(await read(keys.slice(from, from + 1000))))
  return all
}

export const amount = (value: string | number | null | undefined): bigint => BigInt(value ?? 0)
export const text = (value: string | number | null | undefined): string | null =>
  value === null || value === undefined ? null : String(value).slice(0, 10)
