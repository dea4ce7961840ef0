import type { DataSource } from 'typeorm'
import { unavailable } from '../model/errors.js'
import { settleCollation } from './collation.js'
import type { Dialect } from './dialect.js'
import { migrations } from './migrations/index.js'

/** The version of the schema a database has, compared with the one this program needs. */
export type SchemaState = 'empty' | 'older' | 'current' | 'newer'

/** The tables of a database, and the settings that make both databases agree. */
export class Schema {
  constructor(
    private readonly writer: DataSource,
    private readonly dialect: Dialect,
  ) {}

  async state(): Promise<SchemaState> {
    if (!(await this.hasTable('migrations'))) {
      if (await this.hasTable('organizations'))
        throw unavailable('The database is only partly restored: run "clientela restore" again, with --replace.')
      return 'empty'
    }
    const applied: { name: string }[] = await this.writer.query('SELECT name FROM migrations')
    const known = migrations.map(migration => migration.name)
    if (applied.length === 0) return 'empty'
    if (applied.some(({ name }) => !known.includes(name))) return 'newer'
    return applied.length < known.length ? 'older' : 'current'
  }

  async migrate(): Promise<string[]> {
    await this.settleCollation() // before anything makes a table
    const done = await this.writer.runMigrations({ transaction: 'each' })
    return done.map(migration => migration.name)
  }

  /** Returns the names of all that had another collation; nothing on SQLite. */
  async settleCollation(): Promise<string[]> {
    const runner = this.writer.createQueryRunner()
    return settleCollation(this.dialect.name, sql => runner.query(sql)).finally(
      () => this.dialect.name !== 'sqlite' && runner.release(),
    )
  }

  /** Statements that would make the migrated schema that of the entities; a test wants none. */
  async drift(): Promise<string[]> {
    const log = await this.writer.driver.createSchemaBuilder().log()
    return log.upQueries.map(({ query }) => query)
  }

  /** Refuses a server without strict mode and a binary collation, which make both databases agree. */
  async assertSettings() {
    if (this.dialect.name === 'sqlite') return
    const [row] = await this.writer.manager.query<Record<string, string>[]>(
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
}
