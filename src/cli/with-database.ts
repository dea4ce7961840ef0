import { readConfig } from '../config.js'
import type { Database } from '../database/database.js'
import { openDatabase } from '../database/open-database.js'

/** Runs the work of a command with the database of the configuration, and closes it afterwards. */
export async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(readConfig())
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}
