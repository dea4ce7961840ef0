import { readConfig } from '../config.js'
import { Database } from '../database/database.js'
import { UserError } from '../lib/user-error.js'
import { command, jsonOption } from './command.js'
import { print } from './output.js'

export const migrateCommand = command('migrate')
  .description('Bring the database to the version of this program.')
  .addOption(jsonOption())
  .action(async ({ json }: { json?: boolean }) => {
    const database = await Database.open(readConfig())
    try {
      await migrate(database, json)
    } finally {
      await database.close()
    }
  })

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
