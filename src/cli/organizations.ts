import { createOrganization } from '../features/organizations/index.js'
import { System } from '../request/system.js'
import { command, jsonOption } from './command.js'
import { print } from './output.js'
import { withDatabase } from './with-database.js'

interface Given {
  json?: boolean
  country?: string
  baseCurrency?: string
  timeZone?: string
  language?: string
}

export const organizationsCommand = command('organizations').description('Make and list organisations.')

organizationsCommand
  .command('create')
  .description('Make an organisation.')
  .argument('<name>', 'its name')
  .addOption(jsonOption())
  .option('--country <code>', 'ISO 3166 code', 'ES')
  .option('--base-currency <code>', 'ISO 4217 code', 'EUR')
  .option('--time-zone <name>', 'IANA time zone', 'Europe/Madrid')
  .option('--language <code>', 'ca, es or en', 'ca')
  .action((name: string, { json, ...given }: Given) =>
    withDatabase(async database => {
      const made = await createOrganization(new System(database), { ...given, name })
      const { id, country, baseCurrency, timeZone, language } = made
      print(
        json,
        { id, name: made.name, country, baseCurrency, timeZone, language },
        `${made.name} is there: ${id}\nNow make a key for it: clientela keys create "My program" --organization ${id}`,
      )
    }),
  )

organizationsCommand
  .command('list')
  .description('List the organisations.')
  .addOption(jsonOption())
  .action(({ json }: { json?: boolean }) =>
    withDatabase(async database => {
      const all = await new System(database).organizations()
      const lines = all.map(each => `${each.id}  ${each.name}  ${each.baseCurrency}  ${each.timeZone}`)
      print(json, all, lines.join('\n') || 'There is no organisation yet.')
    }),
  )
