import type { SqliteDatabase } from './libsql-driver.js'
import { sessionOf, type Session } from './session.js'
import type { StatementCounter } from './statement-counter.js'

/** Sends statements on a connection of the main thread. */
export const sqliteSession = (database: SqliteDatabase, counter: StatementCounter): Session =>
  sessionOf(counter, async (sql, values, asLists) => database.send(sql, values, asLists))
