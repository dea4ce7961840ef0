import type { Day } from './oracle-day.js'
import type { World } from './world.js'

type Value = string | number | Date | null
type RawColumns = Record<string, Value>

/** One row as the database keeps it; what is asked for is read alike on SQLite and MariaDB. */
export class Row {
  constructor(private readonly columns: RawColumns) {}

  private value(column: string): Value {
    const value = this.columns[column]
    if (value === undefined)
      throw new Error(`There is no column ${column} among ${Object.keys(this.columns).join(', ')}.`)
    return value
  }

  text(column: string): string {
    return String(this.value(column))
  }

  /** The date of a DATE column, or of an instant in UTC. */
  day(column: string): Day | null {
    const value = this.value(column)
    if (value instanceof Date) return value.toISOString().slice(0, 10)
    return value === null ? null : String(value).slice(0, 10)
  }

  /** An instant, which SQLite keeps as text without a zone. */
  instant(column: string): Date {
    const value = this.value(column)
    return value instanceof Date ? value : new Date(`${String(value).replace(' ', 'T').replace('Z', '')}Z`)
  }

  json(column: string): unknown {
    const value: unknown = this.value(column)
    return typeof value === 'string' ? JSON.parse(value) : value
  }

  isNull(column: string): boolean {
    return this.value(column) === null
  }

  whole(column: string): bigint {
    return BigInt(String(this.value(column)))
  }

  wholeOrNull(column: string): bigint | null {
    return this.isNull(column) ? null : this.whole(column)
  }

  isTrue(column: string): boolean {
    return Number(this.value(column)) === 1
  }

  get id(): string {
    return this.text('id')
  }
}

const tables = [
  'clients',
  'projects',
  'time_entries',
  'tasks',
  'purchase_orders',
  'purchase_order_lines',
  'invoices',
  'invoice_lines',
  'payments',
  'allocations',
  'refunds',
  'billed_time',
  'exchange_rates',
  'activity_events',
] as const
type Table = (typeof tables)[number]

/** Every row of one organisation, in the order of their ids. */
export interface Books {
  baseCurrency: string
  timeZone: string
  rows: Record<Table, Row[]>
}

export async function readBooks(world: World, organizationId: string): Promise<Books> {
  const read = async (sql: string) => {
    const found: RawColumns[] = await world.database.read.query(`${sql} ORDER BY id`)
    return found.map(columns => new Row(columns))
  }
  const [organization] = await read(`SELECT * FROM organizations WHERE id = '${organizationId}'`)
  if (!organization) throw new Error(`There is no organisation ${organizationId}.`)
  const rows: Partial<Books['rows']> = {}
  for (const table of tables)
    rows[table] = await read(`SELECT * FROM ${table} WHERE organization_id = '${organizationId}'`)
  return {
    baseCurrency: organization.text('base_currency'),
    timeZone: organization.text('time_zone'),
    rows: rows as Books['rows'],
  } // filled for every table
}
