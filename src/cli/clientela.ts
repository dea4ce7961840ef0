#!/usr/bin/env node
import 'reflect-metadata'
import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import { GraphQLError } from 'graphql'
import { addBackupCommands } from './backup.js'
import { readConfig } from '../config.js'
import { Database } from '../database/database.js'
import { runDemo, type DemoCommand } from './demo.js'
import { ApiKey, createApiKey, revokeApiKey } from '../features/access/index.js'
import { createOrganization } from '../features/organizations/index.js'
import type { OrganizationFacts } from '../model/access.js'
import { findOrganization, organizationOption } from './organization.js'
import { resolvers } from '../features/index.js'
import { keyScopes, type KeyScope } from '../model/permission.js'
import { schemaOf } from '../graphql/schema.js'
import { isDay } from '../lib/calendar.js'
import { UserError } from '../lib/user-error.js'
import { openDatabase, serve } from '../main.js'
import { exportList, type ExportCommand } from './export.js'
import { importFile, inWords, type ImportCommand } from './import.js'
import { fillRates, importRates } from './rates.js'
import { progressBar } from './progress.js'
import { openStorage } from '../storage/file-storage.js'
import { System } from '../request/system.js'
import { checkFiles, inLines, isRight } from '../verify/files.js'
import { verify, type Difference } from '../verify/verify.js'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
} // our own file
const program = new Command('clientela')
  .description('One record per client that sales, finance and projects all trust.')
  .version(version)
  .exitOverride() // before the commands, which inherit it
  .showHelpAfterError()
  .configureHelp({ sortSubcommands: false })
  .addHelpText(
    'after',
    `
The database: DATABASE_URL (mariadb://… or mysql://…), else an embedded one in DATA_DIR (default ./data).
Exit codes: 0 done, 1 refused or failed, 2 wrong use, 3 verify or files check found differences, 4 rows of an import are wrong.`,
  )

const withJson = (command: Command) => command.option('--json', 'print JSON for programs instead of text')

// Whoever reads may have had enough, as `head` has: the rest is written to nobody.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', error => {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error // what streams of the system fail with
  })
}

const say = (line: string) => process.stdout.write(`${line}\n`)
const print = (json: boolean | undefined, value: unknown, text: string) =>
  say(json ? JSON.stringify(value, null, 2) : text)

async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(readConfig())
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

withJson(program.command('serve').description('Serve the GraphQL API on PORT (default 4000).')).action(
  ({ json }: { json?: boolean }) => serve(readConfig(), say, json),
)

withJson(program.command('migrate').description('Bring the database to the version of this program.')).action(
  async ({ json }: { json?: boolean }) => {
    const database = await Database.open(readConfig())
    try {
      const state = await database.schemaState()
      if (state === 'newer')
        throw new UserError(
          'DATABASE_NEWER',
          'The database was made by a newer version of Clientela; run that version.',
        )
      const collated = await database.settleCollation()
      const applied = await database.migrate()
      const done = [
        ...(collated.length > 0 ? [`Set the collation of ${collated.join(', ')}.`] : []),
        ...(applied.length > 0 ? [`Applied ${applied.join(', ')}.`] : []),
      ]
      print(json, { applied, collated }, [...done, 'The database is up to date.'].join(' '))
    } finally {
      await database.close()
    }
  },
)

withJson(
  program
    .command('demo')
    .description(
      'Make a new organisation with believable clients and documents, and a key to look at it. Each run makes another.',
    ),
)
  .option('--clients <number>', 'how many clients', toCount, 200)
  .option('--documents-per-client <number>', 'how many documents they have on average', toCount, 100)
  .option('--seed <number>', 'the same seed gives the same rows on the same day', toCount, 1)
  .option('--organization-name <name>', 'default Demo, or the next free Demo 2, 3 …')
  .action((given: DemoCommand) => withDatabase(database => runDemo(database, given, say)))

const organizationCommand = program.command('organizations').description('Make and list organisations.')
withJson(organizationCommand.command('create').description('Make an organisation.').argument('<name>', 'its name'))
  .option('--country <code>', 'ISO 3166 code', 'ES')
  .option('--base-currency <code>', 'ISO 4217 code', 'EUR')
  .option('--time-zone <name>', 'IANA time zone', 'Europe/Madrid')
  .option('--language <code>', 'ca, es or en', 'ca')
  .action((name: string, { json, ...given }: { json?: boolean }) =>
    withDatabase(async database => {
      const organization = await createOrganization(new System(database), { ...given, name })
      print(
        json,
        told(organization),
        `${organization.name} is there: ${organization.id}\nNow make a key for it: clientela keys create "My program" --organization ${organization.id}`,
      )
    }),
  )
withJson(organizationCommand.command('list').description('List the organisations.')).action(
  ({ json }: { json?: boolean }) =>
    withDatabase(async database => {
      const all = await new System(database).organizations()
      print(
        json,
        all.map(told),
        all.length === 0
          ? 'There is no organisation yet.'
          : all
              .map(({ id, name, baseCurrency, timeZone }) => `${id}  ${name}  ${baseCurrency}  ${timeZone}`)
              .join('\n'),
      )
    }),
)

const keyCommand = program.command('keys').description('Make, list and revoke API keys.')
withJson(
  keyCommand
    .command('create')
    .description('Make an API key. Its secret is printed this once.')
    .argument('<name>', 'what it is for'),
)
  .addOption(organizationOption())
  .option(
    '-s, --scopes <list>',
    `what it may do, separated by commas: ${keyScopes.join(', ')}`,
    (text: string) => text.split(',').map(each => each.trim()),
    keyScopes.filter(scope => scope !== 'admin'),
  )
  .option('-e, --expires <date>', 'when it stops working, such as 2027-01-31 or 2027-01-31T12:00:00Z', toDate)
  .action(
    (
      name: string,
      {
        json,
        organization: wanted,
        scopes: asked,
        expires,
      }: { json?: boolean; organization?: string; scopes: KeyScope[]; expires?: Date },
    ) =>
      withDatabase(async database => {
        const organization = await findOrganization(new System(database), wanted)
        const { apiKey, secret } = await new System(database)
          .contextOf(organization)
          .mutate('admin', scope => createApiKey(scope, { name, scopes: asked, expiresAt: expires }))
        print(
          json,
          {
            id: apiKey.id,
            organization: organization.id,
            name: apiKey.name,
            scopes: apiKey.scopes,
            expiresAt: apiKey.expiresAt,
            secret,
          },
          `${secret}\n\nKeep it: it is not shown again. It may ${apiKey.scopes.join(', ')} in ${organization.name}.`,
        )
      }),
  )
withJson(keyCommand.command('list').description('List the API keys.'))
  .addOption(organizationOption())
  .action(({ json, organization: wanted }: { json?: boolean; organization?: string }) =>
    withDatabase(async database => {
      const organization = await findOrganization(new System(database), wanted)
      const keys = await new System(database).contextOf(organization).read('admin', scope => scope.list(ApiKey))
      const state = (key: ApiKey) => (key.revokedAt ? 'revoked' : key.isValid(new Date()) ? 'works' : 'expired')
      print(
        json,
        keys.map(key => ({
          id: key.id,
          name: key.name,
          lookup: key.lookup,
          scopes: key.scopes,
          state: state(key),
          expiresAt: key.expiresAt,
          lastUsedAt: key.lastUsedAt,
          revokedAt: key.revokedAt,
        })),
        keys.length === 0
          ? 'There is no key yet.'
          : keys
              .map(key => `${key.id}  ${key.lookup}…  ${state(key)}  ${key.name}  ${key.scopes.join(',')}`)
              .join('\n'),
      )
    }),
  )
withJson(
  keyCommand
    .command('revoke')
    .description('Stop an API key from working, at once and for ever.')
    .argument('<key>', 'its id, or the beginning of its secret'),
)
  .addOption(organizationOption())
  .action((wanted: string, { json, organization: name }: { json?: boolean; organization?: string }) =>
    withDatabase(async database => {
      const organization = await findOrganization(new System(database), name)
      const revoked = await new System(database).contextOf(organization).mutate('admin', async scope => {
        const key = (await scope.list(ApiKey)).find(
          ({ id, lookup }) => id === wanted || wanted.slice(0, lookup.length) === lookup,
        )
        if (!key)
          throw new UserError(
            'NOT_FOUND',
            `No key of ${organization.name} has the id or beginning ${wanted.slice(0, 12)}. See: clientela keys list`,
          )
        return revokeApiKey(scope, key)
      })
      print(json, { id: revoked.id, revokedAt: revoked.revokedAt }, `${revoked.name} (${revoked.id}) is revoked.`)
    }),
  )

withJson(
  program
    .command('verify')
    .description(
      'Recompute every figure from raw rows, compare it with what the API answers, and report each difference.',
    ),
)
  .addOption(organizationOption())
  .option('--as-of <days>', 'days to verify besides today, separated by commas, such as 2026-01-31', (text: string) =>
    text.split(','),
  )
  .action(({ json, organization: wanted, asOf }: { json?: boolean; organization?: string; asOf?: string[] }) =>
    withDatabase(async database => {
      const wrong = asOf?.find(day => !isDay(day))
      if (wrong) throw new UserError('DATE_INVALID', `${wrong} is not a date of the form YYYY-MM-DD.`)
      const chosen = wanted
        ? [await findOrganization(new System(database), wanted)]
        : await new System(database).organizations()
      const schema = await schemaOf(resolvers)
      const differences: Difference[] = []
      for (const organization of chosen) {
        const bar = progressBar(organization.name, json)
        differences.push(
          ...(await verify(database, organization, { schema, now: new Date(), days: asOf, progress: bar.update })),
        )
        bar.stop()
      }
      const lines = differences.map(
        ({ organization, record, field, expected, found }) =>
          `${organization} ${record} ${field}: expected ${expected}, found ${found}`,
      )
      print(
        json,
        { organizations: chosen.length, differences },
        [
          ...lines,
          differences.length === 0
            ? `All figures of ${chosen.length} organisation(s) are right.`
            : `${differences.length} differences.`,
        ].join('\n'),
      )
      if (differences.length > 0) process.exitCode = 3
    }),
  )

const filesCommand = program.command('files').description('Look after the files that are stored in DATA_DIR.')
withJson(
  filesCommand
    .command('check')
    .description(
      'Compare all stored files with their records: what is missing, what was altered, and what no record names.',
    ),
)
  .option('--delete-orphans', 'delete what no record names and is older than an hour')
  .action(({ json, deleteOrphans }: { json?: boolean; deleteOrphans?: boolean }) =>
    withDatabase(async database => {
      const { dataDir, storage } = readConfig()
      const bar = progressBar('files', json)
      const report = await checkFiles(database, (await openStorage(dataDir, storage)).blobs, {
        deleteOrphans,
        now: new Date(),
        progress: bar.update,
      })
      bar.stop()
      print(json, report, inLines(report).join('\n'))
      if (!isRight(report)) process.exitCode = 3
    }),
  )

addBackupCommands(program, version, print)

withJson(
  program
    .command('export')
    .description('Write a list to a file, through the API at CLIENTELA_URL with CLIENTELA_API_KEY.')
    .argument('<list>', 'clients, contacts, projects, invoices …; a wrong name is answered with all of them'),
)
  .addOption(
    new Option('-f, --format <format>', 'of the file').choices(['csv', 'xlsx', 'jsonl', 'parquet']).default('csv'),
  )
  .requiredOption('-o, --out <file>', 'the file to write; one that is there is replaced once all rows have come')
  .option('--filter <json>', 'which records, as the list takes it in GraphQL: {"overdue":{"gt":"1000"}}')
  .option('--order-by <field>', 'as in GraphQL, the direction behind a colon: OVERDUE:DESC')
  .option('--view <id>', 'a saved view: its filter, and its order where none is given')
  .addOption(new Option('--archived <which>', 'of clients and projects').choices(['EXCLUDE', 'INCLUDE', 'ONLY']))
  .option('--as-of <day>', 'the day that figures of clients hold for, YYYY-MM-DD')
  .option(
    '--columns <names>',
    'separated by commas; figures of clients have to be named. GET /export/v1/manifest.json describes them',
  )
  .option('--spanish', 'CSV as a Spanish Excel opens it: with a byte order mark, semicolons and decimal commas')
  .action(async (list: string, { json, ...given }: ExportCommand & { json?: boolean }) => {
    const bar = progressBar('Exporting', json)
    const rows = await exportList(readConfig().api, list, given, bar).finally(bar.stop)
    print(json, { list, rows, out: given.out }, `${rows} rows in ${given.out}.`)
  })

withJson(
  program
    .command('import')
    .description(
      'Import a spreadsheet (CSV, XLSX) through the API at CLIENTELA_URL with CLIENTELA_API_KEY: plan it, show the plan, write it.',
    )
    .argument('<file>', 'the spreadsheet'),
)
  .addOption(
    new Option('-k, --kind <kind>', 'what its rows are')
      .choices([
        'client',
        'contact',
        'project',
        'task',
        'time-entry',
        'purchase-order',
        'invoice',
        'payment',
        'allocation',
        'deal',
        'quote',
        'exchange-rate',
      ])
      .default('client'),
  )
  .option('-n, --dry-run', 'only plan; write nothing')
  .option('--skip-errors', 'write the rows without error, where others have some')
  .option('--errors <file>', 'where to write the rows that are wrong, to mend and import again')
  .option(
    '--map <column=field…>',
    'where the column of this header, or these letters, goes; once for each; nothing behind the sign leaves it out',
    toMapping,
    {},
  )
  .option('--mapping <name>', 'a mapping kept under this name; --map goes before it')
  .option('--empty-text <text>', 'a text that counts as a blank cell, such as NULL')
  .option('--clear-blanks', 'blank cells clear the values of existing records')
  .addOption(
    new Option('--encoding <name>', 'of a CSV file, if not as recognised').choices([
      'utf-8',
      'utf-16le',
      'utf-16be',
      'windows-1252',
      'cp850',
      'mac-roman',
    ]),
  )
  .addOption(
    new Option('--delimiter <name>', 'of a CSV file, if not as recognised').choices(['comma', 'semicolon', 'tab']),
  )
  .option('--sheet <name>', 'of a workbook, if not the first visible one whose headers are known')
  .option('--header-row <number>', 'the row of the headers, if not as recognised', toCount)
  .action(async (file: string, { json, kind, encoding, delimiter, ...given }: ImportCommand & { json?: boolean }) => {
    const bar = progressBar('Planning', json)
    const spelled = {
      kind: kind.toUpperCase().replace('-', '_'),
      encoding: encoding?.toUpperCase().replace('-', '_'),
      delimiter: delimiter?.toUpperCase(),
    }
    const report = await importFile(readConfig().api, file, { ...given, ...spelled }, bar).finally(bar.stop)
    const { totals, rows, problem, notImported = [] } = report
    print(json, { totals, rows, problem, ...(notImported.length > 0 ? { notImported } : {}) }, inWords(report))
    if (totals.error > 0) process.exitCode = 4
  })

const ratesCommand = program
  .command('rates')
  .description('Keep exchange rates, through the API at CLIENTELA_URL with CLIENTELA_API_KEY.')
withJson(
  ratesCommand
    .command('import')
    .description(
      "Keep the rates of the European Central Bank's reference file: eurofxref-hist.csv, or eurofxref.csv of one day. Run again it changes nothing.",
    )
    .argument('<file>', 'the file, unpacked'),
)
  .option('--since <day>', 'only rates of this day and later, YYYY-MM-DD')
  .action(async (file: string, { json, since }: { json?: boolean; since?: string }) => {
    if (since !== undefined && !isDay(since))
      throw new UserError('DATE_INVALID', `${since} is not a date of the form YYYY-MM-DD.`)
    const bar = progressBar('Rates', json)
    const report = await importRates(readConfig().api, file, { since }, bar).finally(bar.stop)
    print(
      json,
      report,
      `${report.created} rates are new, ${report.changed} were changed, ${report.unchanged} were there already.`,
    )
  })
withJson(
  ratesCommand.command('fill').description('Give all documents without a rate the one that is kept of their day.'),
).action(async ({ json }: { json?: boolean }) => {
  const bar = progressBar('Documents', json)
  const report = await fillRates(readConfig().api, bar).finally(bar.stop)
  print(json, report, `${report.filled} documents took a rate; ${report.withoutRate} still lack one.`)
})

const told = ({ id, name, country, baseCurrency, timeZone, language }: OrganizationFacts) => ({
  id,
  name,
  country,
  baseCurrency,
  timeZone,
  language,
})

function toCount(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('It is not a number from 1 to 9999999.')
  return Number(text)
}

function toMapping(text: string, map: Record<string, string>): Record<string, string> {
  const [, column, field] = /^(.+)=(\w*)$/.exec(text) ?? []
  if (column === undefined || field === undefined)
    throw new InvalidArgumentError('Write it as column=field, such as "Razón social=legalName".')
  return { ...map, [column]: field }
}

function toDate(text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('It is not a date.')
  return date
}

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
}

/** What a person can mend is told in a sentence; anything else with its stack. */
function exitCodeOf(error: unknown): number {
  const { code, exitCode } = error as { code?: string; exitCode?: number } // commander's own errors have both
  if (code?.startsWith('commander.')) return exitCode === 0 ? 0 : 2
  const known =
    error instanceof UserError ||
    error instanceof GraphQLError ||
    (error instanceof Error && error.message.startsWith('The environment'))
  const message = error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error)
  if (process.argv.includes('--json'))
    say(
      JSON.stringify({
        error: {
          code: error instanceof UserError ? error.code : 'FAILED',
          message: error instanceof Error ? error.message : message,
        },
      }),
    )
  else process.stderr.write(`${message}\n`)
  return 1
}
