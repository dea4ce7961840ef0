import type Libsql from 'libsql/promise'
import { load } from '../lib/load.js'
import { counted } from './give-way.js'
import { bindable, objectOf, type Bound, type Value } from './libsql-driver.js'
import type { Operation } from './operation.js'

const mostStatements = 100
const interruptEvery = 10

interface Statement {
  raw: () => unknown
  columns: () => { name: string }[]
  /** Lists of values, after `raw`. */
  all: (values: Bound[]) => Promise<unknown[][]>
}

interface Prepared extends Pick<Statement, 'all'> {
  rowOf: (values: unknown[]) => object
}

/**
 * A connection that reads SQLite in a thread of libsql's while this thread goes on, one statement at a time. A
 * statement can be stopped. libsql takes its first step in that thread and the others here. So the first step makes the
 * whole result.
 */
export class ReadingThread {
  private readonly database: Libsql
  private readonly statements = new Map<string, Prepared>()
  private last: Promise<unknown> = Promise.resolve()

  constructor(path: string) {
    const AsyncLibsql = load<typeof Libsql>('libsql/promise')
    this.database = new AsyncLibsql(path, { timeout: 0 })
  }

  exec(sql: string): Promise<void> {
    return this.database.exec(sql) as Promise<void> // its types say any
  }

  /**
   * Runs `work` after all that was asked for before. Two runs of one prepared statement at once would each answer with
   * rows for the other's values.
   */
  inOrder<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work)
    this.last = turn.catch(() => undefined) // the next one in the queue must not fail with this one's error
    return turn
  }

  /** Nothing else may run on this connection meanwhile; `inOrder` sees to that. */
  async all(sql: string, values: readonly unknown[], asLists: boolean, operation?: Operation): Promise<unknown[]> {
    const bound = values.map(value => bindable(value as Value)) // refuses values that cannot be bound
    const statement = this.statements.get(sql) ?? (await this.prepare(sql))
    let again: NodeJS.Timeout | undefined
    const stop = operation?.onEnd(() => {
      // Where the statement has not begun yet, an interrupt has no effect.
      again = setInterval(() => {
        this.database.interrupt()
      }, interruptEvery)
      this.database.interrupt()
    })
    try {
      operation?.check()
      const rows = await counted(statement.all(bound))
      return asLists ? rows : rows.map(statement.rowOf)
    } catch (error) {
      operation?.check()
      throw error
    } finally {
      stop?.()
      clearInterval(again)
    }
  }

  /** The file, and its lock, are let go when the statements are collected: libsql has no call that ends them. */
  close() {
    this.statements.clear()
    this.database.close()
  }

  private async prepare(sql: string): Promise<Prepared> {
    const selects = /^\s*(?:SELECT|WITH)\b/i.test(sql)
    const statement = (await this.database.prepare(
      selects ? `WITH whole_result AS MATERIALIZED (${sql}) SELECT * FROM whole_result` : sql,
    )) as Statement // its types say any
    statement.raw()
    const names = statement.columns().map(({ name }) => name)
    const prepared = { all: (bound: Bound[]) => statement.all(bound), rowOf: objectOf(names) }
    this.statements.set(sql, prepared)
    if (this.statements.size > mostStatements) this.statements.delete(this.statements.keys().next().value ?? '')
    return prepared
  }
}
