import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Database } from '../../src/database/database.js'

/**
 * Closes a database so that another program can have it alone. libsql keeps a closed connection of SQLite, and its
 * lock, until its statements are collected.
 */
export async function closed(database: Database) {
  await database.close()
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void // what the flag offers
  collect()
  await setImmediate()
}
