import type LibsqlDatabase from 'libsql'
import { load } from '../lib/load.js'
import type { Sent } from './session.js'

export type Value = string | number | bigint | boolean | Buffer | null | undefined
export type Bound = string | number | bigint | Buffer | null

const mostKept = 500

interface Kept {
  reader: boolean
  /** The rows as lists of values. */
  all: (values: Bound[]) => unknown[][]
  run: (values: Bound[]) => { changes: number }
  rowOf: (values: unknown[]) => object
}

/**
 * Offers on libsql what TypeORM's `better-sqlite3` driver needs. libsql ends the process when a boolean, a Date or an
 * object is bound. It throws on a lone null, cuts strings at NUL and binds integers as REAL. So values are normalised
 * first, and always passed as one array.
 */
export class SqliteDatabase {
  private readonly database: InstanceType<typeof LibsqlDatabase>
  private readonly kept = new Map<string, Kept>()

  constructor(path: string, options: { timeout?: number }) {
    const Libsql = load<typeof LibsqlDatabase>('libsql')
    this.database = new Libsql(path, { timeout: options.timeout ?? 0 }) // its types lack `timeout`, which it reads
  }

  /** Runs a statement, and keeps it prepared. */
  send(sql: string, values: readonly unknown[], asLists: boolean): Sent {
    const statement = this.kept.get(sql) ?? this.keep(sql)
    const bound = values.map(value => bindable(value as Value)) // refuses values that cannot be bound
    if (!statement.reader) return { rows: [], affected: statement.run(bound).changes }
    const rows = statement.all(bound)
    return { rows: asLists ? rows : rows.map(statement.rowOf), affected: 0 }
  }

  private keep(sql: string): Kept {
    const statement = this.database.prepare(sql)
    const { reader } = statement
    const names = reader ? statement.raw().columns() : []
    const made = {
      reader,
      all: (values: Bound[]) => statement.all(values) as unknown[][], // as raw() has it
      run: (values: Bound[]) => statement.run(values),
      rowOf: objectOf(names.map(({ name }) => name)),
    }
    this.kept.set(sql, made)
    if (this.kept.size > mostKept) this.kept.delete(this.kept.keys().next().value ?? '')
    return made
  }

  prepare(sql: string) {
    const statement = this.database.prepare(sql)
    let rowOf: ((values: unknown[]) => object) | undefined
    return {
      reader: statement.reader,
      // Making objects of one shape from its lists of values is faster than letting it make them.
      all: (...values: Value[]) => {
        rowOf ??= objectOf(
          statement
            .raw()
            .columns()
            .map(({ name }) => name),
        )
        return (statement.all(values.map(bindable)) as unknown[][]).map(rowOf) // as raw() has it
      },
      run: (...values: Value[]) => statement.run(values.map(bindable)),
    }
  }

  exec(sql: string) {
    this.database.exec(sql)
  }

  pragma(source: string) {
    return this.database.prepare(`PRAGMA ${source}`).all([])
  }

  /** The file, and its lock, are let go when the statements are collected: libsql has no call that ends them. */
  close() {
    this.kept.clear()
    this.database.close()
  }
}

/**
 * Makes objects of one shape from lists of values. A function of their names is ten times as fast as a loop over them.
 */
export function objectOf(names: readonly string[]): (values: unknown[]) => object {
  const properties = names.map((name, at) => `${JSON.stringify(name)}: values[${at}]`)
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is made of the names of columns, as texts
  return new Function('values', `return { ${properties.join(', ')} }`) as (values: unknown[]) => object // as it is written
}

export function bindable(value: Value): Bound {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (typeof value === 'string') {
    if (value.includes('\0')) throw new TypeError('A NUL character cannot be stored.')
    return value
  }
  if (typeof value === 'bigint' || Buffer.isBuffer(value)) return value
  throw new TypeError(`A ${typeof value} cannot be bound to a statement.`)
}
