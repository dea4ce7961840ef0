import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection, type Connection } from 'mysql2/promise'
import { Database } from '../../src/database/database.js'
import { sqliteFile, type DatabaseLocation } from '../../src/database/data-source.js'
import { copySqlite } from '../../src/database/sqlite-copy.js'

/** Fills an empty database with tables without rows. */
type Template = (location: DatabaseLocation) => Promise<void>

/**
 * A worker of jest runs the migrations once; its further databases are copies, which on MariaDB takes a tenth of the
 * time.
 */
let template: Template | undefined

/**
 * Opens an empty database through `through`, which differs from its own address where a test stands between, and
 * migrates it.
 */
export async function openMigrated(location: DatabaseLocation, through = location): Promise<Database> {
  await template?.(location)
  const database = await Database.open(through)
  await database.migrate()
  template ??= location.url ? await templateOfServer(location.url) : templateOfFile(location)
  return database
}

function templateOfFile(location: DatabaseLocation): Template {
  const copy = join(location.dataDir, 'template.sqlite')
  copySqlite(location, copy)
  const bytes = readFileSync(copy)
  rmSync(copy)
  return async ({ dataDir }) => {
    writeFileSync(sqliteFile({ dataDir }), bytes, { mode: 0o600 })
  }
}

async function templateOfServer(url: string): Promise<Template> {
  const statements = await withConnection(url, statementsOf)
  return async ({ url: other = '' }) => {
    await withConnection(other, connection => connection.query(statements.join(';\n')))
  }
}

/** The statements that make the tables of a migrated database, and note which migrations ran. */
async function statementsOf(connection: Connection): Promise<string[]> {
  const made: string[] = []
  for (const [table] of await valuesOf(connection, 'SHOW TABLES')) {
    const [[, statement] = []] = await valuesOf(connection, `SHOW CREATE TABLE \`${String(table)}\``)
    made.push(String(statement))
  }
  const ran = await valuesOf(connection, 'SELECT id, timestamp, name FROM migrations')
  return [
    'SET foreign_key_checks = 0', // tables come in the order of their names
    ...made,
    connection.format('INSERT INTO migrations (id, timestamp, name) VALUES ?', [ran]),
  ]
}

async function valuesOf(connection: Connection, sql: string): Promise<unknown[][]> {
  const [rows] = await connection.query({ sql, rowsAsArray: true })
  return rows as unknown[][] // as rowsAsArray has it
}

async function withConnection<T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await createConnection({ uri: url.replace(/^mariadb:/, 'mysql:'), multipleStatements: true })
  try {
    return await work(connection)
  } finally {
    await connection.end()
  }
}
