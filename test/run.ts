import { constants } from 'node:os'
import { Command, InvalidArgumentError, Option } from 'commander'
import { checkGenerated, checkSchemaChanges } from './run/generated.js'
import { runJest } from './run/jest.js'
import { nodeVersions, runOnNode } from './run/node-versions.js'
import { runScript, Steps, stopPrograms, type Outcome, type Output } from './run/step.js'
import { allTestFiles, filesMatching } from './run/test-files.js'
import { explain, startMariadb, ways, type PrivateMariadb } from './support/private-mariadb.js'

const parts = ['checks', 'unit', 'sqlite', 'mariadb', 'node'] as const
type Part = (typeof parts)[number]

const command = new Command('npm test --')
  .description(
    'Checks everything: types, lint, generated files, unit tests, and the behaviour tests on SQLite and MariaDB. With files or a name pattern, just those tests run.',
  )
  .argument('[files...]', 'only test files whose path matches one of these patterns')
  .option('-t, --test-name-pattern <pattern>', 'only tests whose name matches')
  .addOption(
    new Option(
      '--only <parts>',
      `less than everything: a comma list of ${parts.join(', ')}. A database alone (--only sqlite) leaves out the other database; with checks, unit or node in the list, just what is listed runs`,
    )
      .argParser(readParts)
      .default(new Set(parts), 'everything'),
  )
  .option('--all', 'the slow tests too, and a server on other versions of Node (npm run test:all)', false)
  .addHelpText(
    'after',
    '\nMariaDB is the one in TEST_DATABASE_URL, else a private one, brought up for the tests and gone after them.',
  )
  .parse()
const { only, testNamePattern, all } = command.opts<{ only: Set<Part>; testNamePattern?: string; all: boolean }>()
const filtered = command.args.length > 0 || testNamePattern !== undefined
if (all) process.env.TEST_ALL = '1' // test/support/draws.ts reads it
const files = command.args.length > 0 ? filesMatching(command.args) : allTestFiles()
// A slow test runs where it is asked for by its file, too.
const chosen = command.args.length > 0 ? [...files.behaviour, ...files.slow] : files.behaviour

/** The test of what `npm run build` makes. */
const testOfBuilt = 'test/slow/program.test.ts'

let mariadb: Promise<PrivateMariadb> | undefined

function readParts(list: string): Set<Part> {
  const chosen = new Set<Part>()
  for (const name of list.split(',')) {
    const part = parts.find(known => known === name.trim())
    if (!part) throw new InvalidArgumentError(`There is no part «${name}»; there are ${parts.join(', ')}.`)
    chosen.add(part)
  }
  const complete = chosen.has('checks') || chosen.has('unit') || chosen.has('node')
  return complete ? chosen : new Set<Part>(['checks', 'unit', 'node', ...chosen])
}

async function main(): Promise<number> {
  const steps = new Steps()
  if (only.has('checks') && !filtered) {
    // First, so that one stale file is one failure: what is made from it is then judged as it should be.
    await steps.run({ name: 'Generated files', work: checkGenerated })
    await steps.run({ name: 'Schema changes', work: checkSchemaChanges })
  }
  // The lint takes longest and uses one core, so the unit tests come after it.
  await steps.runTogether(
    ...(only.has('checks') && !filtered
      ? [
          { name: 'Types', work: (output: Output) => runScript(output, 'typecheck') },
          { name: 'Lint', work: (output: Output) => runScript(output, 'lint') },
        ]
      : []),
    ...(only.has('unit') && files.unit.length > 0
      ? [{ name: 'Unit tests', work: (output: Output) => test(output, files.unit, {}, 10) }]
      : []),
  )
  const slow = all && !filtered ? files.slow : []
  if ([...chosen, ...slow].includes(testOfBuilt))
    await steps.run({ name: 'Build', work: output => runScript(output, 'build') })
  await runOnDatabases(steps, 'Behaviour', chosen)
  if (all && !filtered) {
    await runOnDatabases(steps, 'Slow tests', slow)
    if (only.has('node'))
      for (const version of nodeVersions)
        await steps.run({ name: `Node ${version}`, work: output => runOnNode(output, version) })
  }
  await (await mariadb?.catch(() => undefined))?.stop()
  return steps.end()
}

async function runOnDatabases(steps: Steps, name: string, paths: string[]) {
  if (paths.length === 0) return
  if (only.has('sqlite'))
    await steps.run({ name: `${name} on SQLite`, work: output => test(output, paths, { TEST_DATABASE: 'sqlite' }) })
  if (only.has('mariadb')) await steps.run({ name: `${name} on MariaDB`, work: output => testOnMariadb(output, paths) })
}

const test = (output: Output, paths: string[], environment: NodeJS.ProcessEnv = {}, priority = 0) =>
  runJest(output, { files: paths, testNamePattern, environment, priority })

async function testOnMariadb(output: Output, paths: string[]): Promise<Outcome> {
  try {
    mariadb ??= startMariadb()
    const { url, origin } = await mariadb
    output(`On ${origin}.\n`)
    return await test(output, paths, { TEST_DATABASE: 'mariadb', TEST_DATABASE_URL: url })
  } catch (error) {
    return { passed: 0, failures: [`${explain(error)}\n${ways}\n  - do without it: npm test -- --only sqlite`] }
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    stopPrograms()
    void Promise.resolve(mariadb)
      .then(server => server?.stop())
      .finally(() => process.exit(128 + constants.signals[signal]))
  })
}

process.exit(await main())
