import { createRequire } from 'node:module'
import type LibsqlDatabase from 'libsql'
import { createPool } from 'mysql2/promise'
import { sqliteFile, type DatabaseLocation } from '../../src/database/data-source.js'

const Libsql = createRequire(import.meta.url)('libsql') as typeof LibsqlDatabase // its own types, lost by require

export type Value = string | number | null

export interface Statement {
  sql: string
  values: Value[]
}

/** A driver with nothing around it. A row is the list of its values. */
export interface Store {
  rows<Row extends unknown[]>(sql: string, values: Value[]): Promise<Row[]>
  /** Writes all statements in one transaction. */
  write(statements: Statement[]): Promise<void>
  close(): Promise<void>
}

export const openStore = (location: DatabaseLocation): Store =>
  location.url ? serverStore(location.url) : sqliteStore(location)

function sqliteStore(location: DatabaseLocation): Store {
  const database = new Libsql(sqliteFile(location), { timeout: 5000 })
  database.exec('PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY')
  const prepared = new Map<string, ReturnType<typeof database.prepare>>()
  const statementOf = (sql: string) => {
    const known = prepared.get(sql)
    if (known) return known
    const made = database.prepare(sql)
    if (made.reader) made.raw()
    prepared.set(sql, made)
    return made
  }
  return {
    rows: <Row>(sql: string, values: Value[]) => Promise.resolve(statementOf(sql).all(values) as Row[]), // the columns that the caller names
    write(statements) {
      database.exec('BEGIN IMMEDIATE')
      try {
        for (const { sql, values } of statements) statementOf(sql).run(values)
        database.exec('COMMIT')
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
      return Promise.resolve()
    },
    close: () => Promise.resolve(void database.close()),
  }
}

function serverStore(url: string): Store {
  const pool = createPool({
    uri: url.replace(/^mariadb:/, 'mysql:'),
    connectionLimit: 10,
    rowsAsArray: true,
    dateStrings: true,
    timezone: 'Z',
    supportBigNumbers: true,
    decimalNumbers: true,
    multipleStatements: true,
  })
  pool.on('connection', connection => {
    void connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED')
  })
  return {
    rows: async <Row>(sql: string, values: Value[]) => (await pool.execute(sql, values))[0] as Row[], // the columns that the caller names
    // One text is one round trip. It ends at its first error, and its transaction with the connection.
    async write(statements) {
      const connection = await pool.getConnection()
      try {
        await connection.query(
          `START TRANSACTION; ${statements.map(({ sql }) => sql).join('; ')}; COMMIT`,
          statements.flatMap(({ values }) => values),
        )
        connection.release()
      } catch (error) {
        connection.destroy()
        throw error
      }
    },
    close: () => pool.end(),
  }
}
