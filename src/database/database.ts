import type { DataSource } from 'typeorm'
import {
  dialectOf,
  makePrivateDatabase,
  openReader,
  serverSource,
  sqliteFile,
  sqliteSource,
  type DatabaseLocation,
  type Pools,
} from './data-source.js'
import { mariadb, mysql, sqlite, type Dialect } from './dialect.js'
import { Alone, Gathered, type Running } from './gathered.js'
import type { SqliteDatabase } from './libsql-driver.js'
import { LongReads } from './long-reads.js'
import type { Operation } from './operation.js'
import type { ReadOptions, Reads, View } from './reads.js'
import { Schema, type SchemaState } from './schema.js'
import { ServerReads } from './server-reads.js'
import { poolSession } from './server-session.js'
import { serverWriters } from './server-writers.js'
import type { Session } from './session.js'
import { SqliteReads } from './sqlite-reads.js'
import { sqliteSession } from './sqlite-session.js'
import { sqliteWriters } from './sqlite-writers.js'
import { StatementCounter, type StatementListener } from './statement-counter.js'
import { Transactions } from './transactions.js'
import { unavailable } from '../model/errors.js'

export type { SchemaState } from './schema.js'
export type { View } from './reads.js'

/**
 * The one owner of connections. Features never see it: the door (request/context.ts) gives them a scope.
 * Only authentication, the command line and the tests come here for more.
 */
export class Database implements StatementListener {
  statements = 0
  trace: string[] | null = null
  onStatement: StatementListener['onStatement'] = null
  /** Gets the errors of work in the background, while set. */
  onFailure: ((error: unknown) => void) | null = null
  private readonly schema: Schema
  private readonly longReads = new LongReads()
  private readonly closing = new AbortController()
  private readonly works = new Set<Promise<void>>()
  private readonly gathered = new Gathered(work => {
    this.background(work)
  })
  private readonly single = new Alone(work => {
    this.background(work)
  })

  private constructor(
    readonly dialect: Dialect,
    private readonly writer: DataSource,
    private readonly reads: Reads,
    /**
     * Sends statements outside any transaction, each on its own. On SQLite the main thread runs them and they write
     * nothing: they are for what is found by a key, and for the command line.
     */
    readonly read: Session,
    private readonly transactions: Transactions,
    counter: StatementCounter,
  ) {
    this.schema = new Schema(writer, dialect)
    counter.listener = this
  }

  static open(location: DatabaseLocation): Promise<Database> {
    return dialectOf(location) === 'sqlite' ? Database.openSqlite(location) : Database.openServer(location)
  }

  private static async openSqlite(location: DatabaseLocation): Promise<Database> {
    const counter = new StatementCounter()
    makePrivateDatabase(location)
    let opened: SqliteDatabase | undefined
    const writer = await sqliteSource(location, {
      logger: counter,
      opened: database => {
        opened = database
      },
    }).initialize()
    if (!opened) throw new Error('TypeORM opened no connection.')
    const transactions = new Transactions(sqlite, sqliteWriters(opened, counter), location, counter)
    const reader = openReader(location)
    const reads = new SqliteReads(sqliteFile(location), reader, counter)
    return new Database(sqlite, writer, reads, sqliteSession(reader, counter), transactions, counter)
  }

  private static async openServer(location: DatabaseLocation): Promise<Database> {
    const counter = new StatementCounter()
    let made: Pools | undefined
    const source = serverSource(location, {
      logger: counter,
      made: pools => {
        made = pools
      },
    })
    try {
      await source.initialize()
    } catch (error) {
      made?.pulse.stop()
      throw unavailable(
        `The database server cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
    const dialect = dialectOf(location) === 'mysql' ? mysql : mariadb
    if (!made) throw new Error('TypeORM made no pool.')
    const { pool, writers, pulse } = made
    const transactions = new Transactions(dialect, serverWriters(writers, counter), location, counter)
    const reads = new ServerReads(pool, dialect, counter, pulse)
    return new Database(dialect, source, reads, poolSession(pool, counter), transactions, counter)
  }

  /** Work that no request waits for. Closing tells it to end, and waits for it. */
  background(work: (signal: AbortSignal) => Promise<void>) {
    const running = work(this.closing.signal)
      .catch((error: unknown) => this.onFailure?.(error))
      .finally(() => this.works.delete(running))
    this.works.add(running)
  }

  /** Work in the background for keys that come one by one, under one name; it may get lost. */
  gather(name: string, keys: readonly string[], work: (keys: readonly string[]) => Promise<void>) {
    this.gathered.add(name, keys, work)
  }

  /** Work in the background that runs once at a time under its name. */
  alone(name: string, work: (signal: AbortSignal) => Promise<void>): Running {
    return this.single.run(name, work)
  }

  /** Ends when nothing runs in the background. */
  async idle() {
    while (this.works.size > 0) await Promise.allSettled(this.works)
  }

  async close() {
    this.closing.abort()
    await Promise.allSettled(this.works)
    await this.transactions.close()
    this.reads.close()
    await this.writer.destroy()
  }

  /** Sends statements of one operation of an organisation: a statement ends with the operation, and holds nobody up. */
  readFor(party: string, operation?: Operation, options?: ReadOptions): Session {
    return this.reads.session(party, operation, options)
  }

  /**
   * Runs `work` in a transaction, which keeps all of it or nothing. `work` may run again after a deadlock, so effects
   * outside the database belong after the commit. On SQLite one transaction runs at a time, since all share one
   * connection. `party` is the organisation that writes. On a server it has half of the connections at most; on SQLite
   * those that wait take turns.
   *
   * `staged` is for very many new rows, for which other writers should not wait. On SQLite `work` then reads what is
   * committed, but nothing of its own, and runs once.
   */
  write<T>(work: (session: Session) => Promise<T>, { staged = false, party = '' } = {}): Promise<T> {
    return staged ? this.transactions.runStaged(party, work) : this.transactions.run(party, work)
  }

  /** Reads in one unchanging view of the database, while others go on writing. */
  async snapshot<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const { session, release } = await this.view()
    try {
      return await work(session)
    } finally {
      await release()
    }
  }

  /** The same for reading page by page: a connection of its own, held until it is released. */
  view(party = '', operation?: Operation): Promise<View> {
    return this.longReads.hold(party, () => this.reads.view(party, operation))
  }

  /** How many of those are held. */
  get views(): number {
    return this.longReads.held
  }

  /** Throws within two seconds where the database does not answer. */
  async ask() {
    await this.reads.ask()
  }

  schemaState(): Promise<SchemaState> {
    return this.schema.state()
  }

  migrate(): Promise<string[]> {
    return this.schema.migrate()
  }

  settleCollation(): Promise<string[]> {
    return this.schema.settleCollation()
  }

  drift(): Promise<string[]> {
    return this.schema.drift()
  }

  assertSettings(): Promise<void> {
    return this.schema.assertSettings()
  }

  hasTable(name: string): Promise<boolean> {
    return this.schema.hasTable(name)
  }
}
