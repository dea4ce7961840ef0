import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { unavailable } from '../model/errors.js'
import { makePrivateFile, syncFile, syncFolder } from '../lib/private-path.js'
import { sqliteFile, type DatabaseLocation } from './data-source.js'
import { codeOf } from './dialect.js'
import { SqliteDatabase } from './libsql-driver.js'

const besides = ['-wal', '-shm', '-journal']

/** Whether there is an embedded database that is not empty. */
export const hasSqlite = (location: DatabaseLocation) =>
  (statSync(sqliteFile(location), { throwIfNoEntry: false })?.size ?? 0) > 0

/**
 * Writes the embedded database, as it is at one moment, to a new file. Others read and write meanwhile, and the file is
 * on the disk when it returns.
 */
export function copySqlite(location: DatabaseLocation, to: string) {
  rmSync(to, { force: true })
  makePrivateFile(to)
  const database = new SqliteDatabase(sqliteFile(location), { timeout: 15_000 })
  try {
    database.prepare('VACUUM INTO ?').run(to)
  } finally {
    database.close()
  }
  checkSqlite(to)
  syncFile(to)
}

/** Throws where a database that nobody uses is damaged. */
export function checkSqlite(path: string) {
  const database = new SqliteDatabase(path, {})
  try {
    const [row] = database.prepare('PRAGMA quick_check(1)').all() as Record<string, string>[] // as SQLite answers
    const found = Object.values(row ?? {})[0]
    if (found !== 'ok') throw Object.assign(new Error(`The database is damaged: ${found}`), { code: 'SQLITE_CORRUPT' })
  } finally {
    database.close()
  }
}

/**
 * Replaces the embedded database by another file of the same folder. It takes one rename, so a program finds either the
 * old database or the new one. Refuses while another program has the old one open.
 */
export function replaceSqlite(location: DatabaseLocation, by: string) {
  const path = sqliteFile(location)
  const old = hasSqlite(location) ? holdAlone(path) : undefined
  try {
    for (const beside of besides) rmSync(`${path}${beside}`, { force: true })
    renameSync(by, path)
    syncFolder(location.dataDir)
  } finally {
    old?.close()
  }
}

/** Opens a database alone: nobody else can open it until it is closed, and no log stands beside its file. */
function holdAlone(path: string): SqliteDatabase | undefined {
  const database = new SqliteDatabase(path, {})
  try {
    database.exec(
      'PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE',
    )
    if (!existsSync(`${path}-wal`)) return database
    throw Object.assign(new Error('The log of the database is still in use.'), { code: 'SQLITE_BUSY' })
  } catch (error) {
    database.close()
    const code = codeOf(error)
    if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) return undefined // nobody can use it
    if (!code.startsWith('SQLITE_BUSY') && code !== 'SQLITE_LOCKED') throw error
    throw unavailable('Another program uses the database; end that program, then restore again.')
  }
}
