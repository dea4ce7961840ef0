import { QueryFailedError, type DataSource, type EntityManager, type Logger, type QueryRunner } from 'typeorm'
import { settleCollation } from './collation.js'
import {
  dialectOf,
  makePrivateDatabase,
  serverSource,
  sqliteFile,
  sqliteSource,
  synchronousOf,
  type DatabaseLocation,
} from './data-source.js'
import { codeOf, mariadb, mysql, sqlite, type Dialect } from './dialect.js'
import { isLost, OutcomeUnknown } from './failure.js'
import type { Operation } from './operation.js'
import type { Pulse } from './pulse.js'
import { ServerReads } from './server-reads.js'
import { SqliteReads } from './sqlite-reads.js'
import { Stage, stagingDriver } from './staging.js'
import { migrations } from './migrations/index.js'
import { busy, conflict, MergedMeanwhile, unavailable } from '../model/errors.js'
import { UserError } from '../lib/user-error.js'
import { takenError } from '../model/unique.js'

const attempts = 8
// Of the connections of a pool of 20: others have to read and write meanwhile.
const mostViews = 8
// One organisation leaves others some.
const mostViewsOfOne = 4

/** The database as it was at one moment. */
export interface View {
  manager: EntityManager
  release: () => Promise<unknown>
}

/** How operations read, which differs between the databases. */
export interface Reads {
  manager(party: string, operation?: Operation): EntityManager
  view(party: string, operation?: Operation): Promise<View>
  /** Throws where the database does not answer. */
  ask(): Promise<unknown>
  close(): void
}

/** The version of the schema a database has, compared with the one this program needs. */
export type SchemaState = 'empty' | 'older' | 'current' | 'newer'

/**
 * The one owner of connections. Features never see it: they get a scope from the door (context.ts),
 * and only authentication, the command line and the tests come here for more.
 */
export class Database {
  /** SQL statements sent so far, transaction control included. */
  statements = 0
  /** The statements themselves, while a list is set. */
  trace: string[] | null = null
  /** Told of each statement with its values, while set. */
  onStatement: ((sql: string, values: unknown[]) => void) | null = null
  private queue: Promise<unknown> = Promise.resolve()
  /** Told of work in the background that failed, while set. */
  onFailure: ((error: unknown) => void) | null = null
  private readonly closing = new AbortController()
  private readonly works = new Set<Promise<void>>()
  private views = 0
  private readonly viewsOf = new Map<string, number>()

  private constructor(
    readonly dialect: Dialect,
    private readonly writer: DataSource,
    private readonly reader: DataSource,
    private readonly reads: Reads,
    private readonly location: DatabaseLocation,
    private readonly logger: Logger,
  ) {}

  static async open(location: DatabaseLocation): Promise<Database> {
    const counter = new StatementCounter()
    const name = dialectOf(location)
    if (name === 'sqlite') {
      makePrivateDatabase(location)
      const writer = await sqliteSource(location, { logger: counter }).initialize()
      const reader = await sqliteSource(location, { readOnly: true, logger: counter }).initialize()
      return (counter.database = new Database(
        sqlite,
        writer,
        reader,
        new SqliteReads(sqliteFile(location), reader),
        location,
        counter,
      ))
    }
    let pulse: Pulse | undefined
    const source = serverSource(location, {
      logger: counter,
      watched: made => {
        pulse = made
      },
    })
    try {
      await source.initialize()
    } catch (error) {
      pulse?.stop()
      throw unavailable(
        `The database server cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
    const dialect = name === 'mysql' ? mysql : mariadb
    return (counter.database = new Database(
      dialect,
      source,
      source,
      new ServerReads(source, dialect, pulse),
      location,
      counter,
    ))
  }

  /** Work that no request waits for. Closing tells it to end, and waits for it. */
  background(work: (signal: AbortSignal) => Promise<void>) {
    const running = work(this.closing.signal)
      .catch((error: unknown) => this.onFailure?.(error))
      .finally(() => this.works.delete(running))
    this.works.add(running)
  }

  async close() {
    this.closing.abort()
    await Promise.allSettled(this.works)
    await this.queue.catch(() => undefined) // the failed transaction has told its own caller
    this.reads.close()
    if (this.reader !== this.writer) await this.reader.destroy()
    await this.writer.destroy()
  }

  /**
   * Statements outside any transaction, each on its own. On SQLite nothing can be written here, and the main thread runs them: they are for
   * what is found by a key, and for the command line.
   */
  get read(): EntityManager {
    return this.reader.manager
  }

  /** The same for what one operation of an organisation reads: it ends with the operation, and holds nobody up meanwhile. */
  readFor(party: string, operation?: Operation): EntityManager {
    return this.reads.manager(party, operation)
  }

  /**
   * Runs `work` in a transaction: all of it is kept or nothing. `work` may run again after a deadlock, so
   * effects outside the database belong after the commit. On SQLite transactions form one queue, since all
   * share one connection.
   *
   * `staged` is for very many new rows, which other writers should not wait for: on SQLite `work` then runs beside everything else, and
   * what it wrote is done at its end, in one short transaction. So it reads what is committed, but nothing of its own, and runs once.
   */
  async write<T>(work: (manager: EntityManager) => Promise<T>, { staged = false } = {}): Promise<T> {
    if (staged && this.dialect.name === 'sqlite') return this.writeStaged(work)
    for (let attempt = 1; ; attempt++) {
      try {
        return this.dialect.name === 'sqlite'
          ? await this.inTurn(() => this.transaction(work))
          : await this.transaction(work)
      } catch (error) {
        if (!this.mayPass(error) || attempt === attempts) throw this.explain(error)
        await new Promise(resolve => setTimeout(resolve, Math.random() * 10 * 2 ** attempt))
      }
    }
  }

  /** Reads in one unchanging view of the database, while others go on writing. */
  async snapshot<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const { manager, release } = await this.view()
    try {
      return await work(manager)
    } finally {
      await release()
    }
  }

  /** The same for whoever reads page by page: a connection of its own, held until it is released. */
  async view(party = '', operation?: Operation): Promise<View> {
    if (this.views >= mostViews) throw busy(`There are ${mostViews} long reads already; try again when one has ended.`)
    const ofParty = this.viewsOf.get(party) ?? 0
    if (ofParty >= mostViewsOfOne)
      throw busy(`There are ${mostViewsOfOne} long reads of this organization already; try again when one has ended.`)
    const count = (change: number) => {
      this.views += change
      this.viewsOf.set(party, (this.viewsOf.get(party) ?? 0) + change)
    }
    count(1)
    const end = () => {
      count(-1)
    }
    try {
      const { manager, release } = await this.reads.view(party, operation)
      return { manager, release: () => release().finally(end) }
    } catch (error) {
      end()
      throw error
    }
  }

  /** Throws within two seconds where the database does not answer. */
  async ask() {
    await this.reads.ask()
  }

  async schemaState(): Promise<SchemaState> {
    if (!(await this.hasTable('migrations'))) {
      if (await this.hasTable('organizations'))
        throw unavailable('The database was only partly restored; run "clientela restore" again, with --replace.')
      return 'empty'
    }
    const applied: { name: string }[] = await this.writer.query('SELECT name FROM migrations')
    const known = migrations.map(migration => migration.name)
    if (applied.length === 0) return 'empty'
    if (applied.some(({ name }) => !known.includes(name))) return 'newer'
    return applied.length < known.length ? 'older' : 'current'
  }

  /** What had another collation; nothing on SQLite. */
  async settleCollation(): Promise<string[]> {
    const runner = this.writer.createQueryRunner()
    return settleCollation(this.dialect.name, sql => runner.query(sql)).finally(
      () => this.dialect.name !== 'sqlite' && runner.release(),
    )
  }

  async migrate(): Promise<string[]> {
    await this.settleCollation() // ahead of all that makes tables
    const done = await this.writer.runMigrations({ transaction: 'each' })
    return done.map(migration => migration.name)
  }

  /** Statements that would bring the migrated schema to what the entities say; a test wants none. */
  async drift(): Promise<string[]> {
    const log = await this.writer.driver.createSchemaBuilder().log()
    return log.upQueries.map(({ query }) => query)
  }

  /** Strict mode and binary collation are what makes both databases agree. */
  async assertSettings() {
    if (this.dialect.name === 'sqlite') return
    const [row] = await this.read.query<Record<string, string>[]>(
      'SELECT @@sql_mode AS mode, @@collation_database AS collation',
    )
    if (!row?.mode?.includes('STRICT_')) throw unavailable('The database server does not run in strict SQL mode.')
    if (!row.collation?.endsWith('_bin')) {
      throw unavailable(
        `The database's collation is ${row.collation}, not a binary one; run "clientela migrate" as a user with the right to ALTER it.`,
      )
    }
  }

  async hasTable(name: string): Promise<boolean> {
    const found: unknown[] =
      this.dialect.name === 'sqlite'
        ? await this.writer.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?", [name])
        : await this.writer.query(
            'SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?',
            [name],
          )
    return found.length > 0
  }

  private async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const runner = this.writer.createQueryRunner()
    try {
      await this.dialect.begin(runner)
      try {
        const result = await work(runner.manager)
        await this.commit(runner)
        return result
      } catch (error) {
        // A lost connection, or a full disk, has ended the transaction already; the reason is the first error.
        await this.dialect.rollback(runner).catch(() => undefined)
        throw error
      }
    } finally {
      if (this.dialect.name !== 'sqlite') await runner.release()
    }
  }

  private async commit(runner: QueryRunner) {
    try {
      await this.dialect.commit(runner)
    } catch (error) {
      throw this.dialect.name !== 'sqlite' && isLost(error) ? new OutcomeUnknown(error) : error
    }
  }

  private async writeStaged<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const stage = new Stage(this.location.dataDir)
    const source = await sqliteSource(this.location, {
      readOnly: true,
      driver: stagingDriver(stage),
      logger: this.logger,
    }).initialize()
    try {
      const result = await work(source.manager).finally(() => source.destroy())
      await this.inTurn(() => stage.moveInto(sqliteFile(this.location), synchronousOf(this.location)))
      return result
    } catch (error) {
      if (this.dialect.isTransient(error))
        throw busy('The database was too busy for this change; try again in a moment.')
      if (
        this.dialect.isUniqueViolation(error) ||
        this.dialect.isForeignKeyViolation(error) ||
        codeOf(error) === 'CHANGED_MEANWHILE'
      )
        throw conflict('Something that this builds on was changed meanwhile. Nothing was written; try again.')
      throw error
    } finally {
      await stage.remove()
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(work, work)
    this.queue = turn.catch(() => undefined) // whoever waits next must not fail with this one's error
    return turn
  }

  /** A deadlock, a client that was merged meanwhile, or two transactions that began the same series of numbers at once. */
  private mayPass(error: unknown): boolean {
    return (
      error instanceof MergedMeanwhile ||
      this.dialect.isTransient(error) ||
      this.dialect.isReferenceGone(error) ||
      (error instanceof QueryFailedError &&
        this.dialect.isUniqueViolation(error) &&
        takenError(error.message)?.code === 'SERIES_BUSY')
    )
  }

  private explain(error: unknown): unknown {
    if (!(error instanceof QueryFailedError)) return error
    if (this.dialect.isUniqueViolation(error)) return takenError(error.message) ?? error
    if (this.dialect.isForeignKeyViolation(error))
      return new UserError('IN_USE', 'Other records still refer to this one.')
    if (this.dialect.isTransient(error))
      return busy('The database was too busy for this change; try again in a moment.')
    return error
  }
}

class StatementCounter implements Logger {
  database?: Database

  logQuery(query: string, values: unknown[] = []) {
    if (!this.database) return
    this.database.statements++
    this.database.trace?.push(query)
    this.database.onStatement?.(query, values)
  }

  logQueryError() {} // the error itself is thrown and logged by whoever knows the request
  logQuerySlow() {}
  logSchemaBuild() {}
  logMigration() {}
  log() {}
}
