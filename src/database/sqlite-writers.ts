import { busy } from '../model/errors.js'
import { codeOf } from './dialect.js'
import type { SqliteDatabase } from './libsql-driver.js'
import { sqliteSession } from './sqlite-session.js'
import type { StatementCounter } from './statement-counter.js'
import type { Writers } from './transactions.js'

const busyLimit = 15_000

/** The one connection of SQLite that writes. A broken one stays: the next transaction ends what it has begun. */
export function sqliteWriters(database: SqliteDatabase, counter: StatementCounter): Writers {
  const writer = { session: sqliteSession(database, counter), release: () => undefined }
  return {
    async take() {
      await begin(database)
      return writer
    },
    close: async () => undefined,
  }
}

/**
 * Another process, such as a command, may hold the lock. SQLite's own busy handler would block the event loop, so it is
 * off and we wait ourselves.
 */
async function begin(database: SqliteDatabase) {
  const until = Date.now() + busyLimit
  for (;;) {
    try {
      database.send('BEGIN IMMEDIATE', [], true)
      return
    } catch (error) {
      if (isWithin(error))
        database.send('ROLLBACK', [], true) // a full disk kept the transaction before it from ending
      else if (!codeOf(error).startsWith('SQLITE_BUSY')) throw error
      if (Date.now() > until) throw busy('The database is busy with another program; try again in a moment.')
      await new Promise(resolve => setTimeout(resolve, 5 + Math.random() * 20))
    }
  }
}

const isWithin = (error: unknown) => error instanceof Error && error.message.includes('within a transaction')
