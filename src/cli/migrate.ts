import { readConfig } from '../config.js'
import { Database } from '../database/database.js'
import { keepAll } from '../features/figures/index.js'
import { UserError } from '../lib/user-error.js'
import { System } from '../request/system.js'
import { command, jsonOption } from './command.js'
import { print } from './output.js'
import { progressBar } from './progress.js'

export const migrateCommand = command('migrate')
  .description('Bring the database to the version of this program.')
  .addOption(jsonOption())
  .action(async ({ json }: { json?: boolean }) => {
    const database = await Database.open(readConfig())
    try {
      await migrate(database, json)
      await keepFigures(database, json)
    } finally {
      await database.close()
    }
  })

/** The first lists of clients by figures need not wait then. */
async function keepFigures(database: Database, json?: boolean) {
  const system = new System(database)
  for (const organization of await system.organizations()) {
    const bar = progressBar(organization.name, json)
    await keepAll(system.contextOf(organization), bar.update)
    bar.stop()
  }
}

async function migrate(database: Database, json?: boolean) {
  if ((await database.schemaState()) === 'newer')
    throw new UserError('DATABASE_NEWER', 'A newer version of Clientela made the database; run that version.')
  const collated = await database.settleCollation()
  const applied = await database.migrate()
  const done = [
    ...(collated.length > 0 ? [`Set the collation of ${collated.join(', ')}.`] : []),
    ...(applied.length > 0 ? [`Applied ${applied.join(', ')}.`] : []),
  ]
  print(json, { applied, collated }, [...done, 'The database is up to date.'].join(' '))
}
