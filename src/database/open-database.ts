import type { Config } from '../config.js'
import { expectWork } from '../lib/engine.js'
import { unavailable } from '../model/errors.js'
import { Database, type SchemaState } from './database.js'
import { startProblem } from './server-lock.js'

/** Opens the database of the configuration. It migrates an embedded one to the version of this program. */
export async function openDatabase(config: Config): Promise<Database> {
  try {
    return await openCurrent(config)
  } catch (error) {
    throw startProblem(error, config)
  }
}

async function openCurrent(config: Config): Promise<Database> {
  const database = await Database.open(config)
  try {
    const state = await database.schemaState()
    if (state === 'newer')
      throw unavailable('A newer version of Clientela made the database; run that version, or restore a backup.')
    if (state !== 'current' && database.dialect.name === 'sqlite') await migrate(database, state)
    else if (state !== 'current')
      throw unavailable(
        `The database is ${state === 'empty' ? 'empty' : 'of an older version'}; run "npm run migrate" (or "clientela migrate") first.`,
      )
    await database.assertSettings()
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

function migrate(database: Database, state: SchemaState): Promise<string[]> {
  if (state === 'older') expectWork() // for each row that is there
  return database.migrate()
}
