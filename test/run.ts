import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError, Option } from 'commander'
import { explain, startMariadb, ways, type PrivateMariadb } from './support/private-mariadb.js'
import {
  breakingChanges,
  dangerousChanges,
  entryFor,
  releaseOf,
  undatedDeprecations,
  unnamedChanges,
} from './support/schema-changes.js'

const parts = ['checks', 'unit', 'sqlite', 'mariadb'] as const
type Part = (typeof parts)[number]

interface Outcome {
  passed: number
  failures: string[]
}

/** What jest writes with --json, as far as it is read here. */
interface JestResults {
  testResults: {
    name: string
    status: string
    message: string
    assertionResults: { fullName: string; status: string }[]
  }[]
}

const root = fileURLToPath(new URL('..', import.meta.url))
const generatedFiles = [
  'schema/schema.graphql',
  'docs/reference/errors.md',
  'docs/reference/costs.md',
  'sdk/src/generated.ts',
]
/** Longer than any honest step, so that one that hangs is a failure and not a wait for ever. */
const stepLimit = 20 * 60_000

const command = new Command('npm test --')
  .description(
    'Checks everything: types, lint, generated files, unit tests, and the behaviour tests on SQLite and MariaDB.',
  )
  .argument('[files...]', 'only test files whose path matches one of these patterns')
  .option('-t, --test-name-pattern <pattern>', 'only tests whose name matches')
  .addOption(
    new Option(
      '--only <parts>',
      `less than everything: a comma list of ${parts.join(', ')}. A database alone (--only sqlite) leaves out the other database; with checks or unit in the list, just what is listed runs`,
    )
      .argParser(readParts)
      .default(new Set(parts), 'everything'),
  )
  .addHelpText(
    'after',
    '\nMariaDB is the one in TEST_DATABASE_URL, else a private one, brought up for the tests and gone after them.',
  )
  .parse()
const files = command.args
const { only, testNamePattern } = command.opts<{ only: Set<Part>; testNamePattern?: string }>()
const filtered = files.length > 0 || testNamePattern !== undefined

let running: ChildProcess | undefined
let mariadb: PrivateMariadb | undefined

function readParts(list: string): Set<Part> {
  const chosen = new Set<Part>()
  for (const name of list.split(',')) {
    const part = parts.find(known => known === name.trim())
    if (!part) throw new InvalidArgumentError(`There is no part «${name}»; there are ${parts.join(', ')}.`)
    chosen.add(part)
  }
  return chosen.has('checks') || chosen.has('unit') ? chosen : new Set<Part>(['checks', 'unit', ...chosen])
}

async function main(): Promise<number> {
  const outcomes: Outcome[] = []
  const summary: string[] = []
  const step = async (name: string, part: Part, work: () => Promise<Outcome>) => {
    if (!only.has(part)) return
    console.log(`\n━━ ${name} ${'━'.repeat(Math.max(0, 70 - name.length))}`)
    const start = performance.now()
    const outcome = await work().catch((error: unknown): Outcome => ({ passed: 0, failures: [explain(error)] }))
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    const line = `${outcome.failures.length === 0 ? '✓' : '✗'} ${name}: ${count(outcome)}, ${seconds} s`
    console.log(line)
    outcomes.push(outcome)
    summary.push(line, ...outcome.failures.map(failure => `    ${failure.replaceAll('\n', '\n    ')}`))
  }

  // First, so that one stale file is one failure: what is made from it is then judged as it should be.
  await step('Generated files', 'checks', checkGenerated)
  await step('Schema changes', 'checks', checkSchemaChanges)
  await step('Types', 'checks', () => check('typecheck'))
  await step('Lint', 'checks', () => check('lint'))
  await step('Unit tests', 'unit', () => test('unit', {}))
  await step('Behaviour on SQLite', 'sqlite', () => test('behaviour', { TEST_DATABASE: 'sqlite' }))
  await step('Behaviour on MariaDB', 'mariadb', testOnMariadb)

  const total: Outcome = {
    passed: outcomes.reduce((sum, outcome) => sum + outcome.passed, 0),
    failures: outcomes.flatMap(outcome => outcome.failures),
  }
  if (filtered && total.passed === 0 && total.failures.length === 0) {
    total.failures.push('no test')
    summary.push('✗ No test matches the file patterns and the name pattern together.')
  }
  console.log(`\n━━ Summary ${'━'.repeat(63)}\n${summary.join('\n')}\n${count(total)}`)
  return total.failures.length === 0 ? 0 : 1
}

function count({ passed, failures }: Outcome): string {
  return `${passed} passed, ${failures.length} failed`
}

async function check(script: string): Promise<Outcome> {
  const code = await run('npm', ['run', '--silent', script])
  return code === 0 ? { passed: 1, failures: [] } : { passed: 0, failures: [`npm run ${script} ended with ${code}.`] }
}

async function checkGenerated(): Promise<Outcome> {
  const before = await Promise.all(generatedFiles.map(readIfThere))
  const outcome = await check('generate')
  if (outcome.failures.length > 0) return outcome
  const after = await Promise.all(generatedFiles.map(readIfThere))
  const stale = generatedFiles.filter((_, index) => after[index] === undefined || after[index] !== before[index])
  if (stale.length === 0) return outcome
  return {
    passed: 0,
    failures: [
      `Not as npm run generate makes it: ${stale.join(', ')}. It is made anew now; read the difference and commit it.`,
    ],
  }
}

/** What breaks programs written against the last release is for them to read in the changelog. */
async function checkSchemaChanges(): Promise<Outcome> {
  const [released, current, changelog] = (await Promise.all(
    ['schema/released.graphql', 'schema/schema.graphql', 'CHANGELOG.md'].map(path =>
      readFile(join(root, path), 'utf8'),
    ),
  )) as [string, string, string] // one for each path
  const release = releaseOf(released)
  const breaking = breakingChanges(released, current)
  const dangerous = dangerousChanges(released, current)
  console.log(
    `Since ${release}: ${breaking.length} changes that break programs, ${dangerous.length} that they may notice.`,
  )
  for (const description of dangerous) console.log(`  ${description}`)
  const unnamed = unnamedChanges(breaking, changelog, release)
  const failures = undatedDeprecations(current)
  if (unnamed.length > 0)
    failures.push(
      `The schema breaks programs written for ${release}. Mend it, or add to «## Unreleased» of CHANGELOG.md, each with what to do instead:\n${unnamed.map(entryFor).join('\n')}`,
    )
  return { passed: failures.length === 0 ? 1 : 0, failures }
}

function readIfThere(path: string): Promise<string | undefined> {
  return readFile(join(root, path), 'utf8').catch(() => undefined)
}

async function testOnMariadb(): Promise<Outcome> {
  try {
    mariadb = await startMariadb()
  } catch (error) {
    return { passed: 0, failures: [`${explain(error)}\n${ways}\n  - do without it: npm test -- --only sqlite`] }
  }
  try {
    console.log(`On ${mariadb.origin}.`)
    return await test('behaviour', { TEST_DATABASE: 'mariadb', TEST_DATABASE_URL: mariadb.url })
  } finally {
    await mariadb.stop()
  }
}

async function test(project: string, environment: NodeJS.ProcessEnv): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'clientela-test-'))
  try {
    const output = join(folder, 'results.json')
    const names = testNamePattern === undefined ? [] : ['--testNamePattern', testNamePattern]
    const code = await run(
      process.execPath,
      [
        join(root, 'node_modules/jest/bin/jest.js'),
        '--selectProjects',
        project,
        '--json',
        '--outputFile',
        output,
        '--passWithNoTests',
        ...names,
        '--',
        ...files,
      ],
      {
        ...environment,
        NODE_OPTIONS:
          `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
        // As the server runs in its image; otherwise graphql looks twice at every type, which takes a tenth of the time.
        NODE_ENV: 'production',
        // Tests bring their own; a forgotten variable must not lead them to somebody's records.
        DATABASE_URL: undefined,
        DATA_DIR: undefined,
        PORT: undefined,
      },
    )
    const results = await readFile(output, 'utf8').then(
      text => JSON.parse(text) as JestResults,
      () => undefined,
    ) // written by the jest that package.json pins
    return judge(results, code)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function judge(results: JestResults | undefined, code: number | string): Outcome {
  const outcome: Outcome = { passed: 0, failures: [] }
  for (const suite of results?.testResults ?? []) {
    const failuresBefore = outcome.failures.length
    for (const { fullName, status } of suite.assertionResults) {
      if (status === 'passed') outcome.passed++
      else if (status === 'failed') outcome.failures.push(fullName)
      // jest calls pending what a name pattern leaves out, too
      else if (testNamePattern === undefined)
        outcome.failures.push(`${fullName}: is skipped (${status}). Let it run, or delete it.`)
    }
    if (suite.status === 'failed' && outcome.failures.length === failuresBefore) {
      const message = suite.message
        .split('\n')
        .filter(line => line.trim() !== '')
        .slice(0, 5)
      outcome.failures.push([`${relative(root, suite.name)} failed as a whole:`, ...message].join('\n'))
    }
  }
  if (code !== 0 && outcome.failures.length === 0) outcome.failures.push(`jest ended with ${code}.`)
  if (!filtered && outcome.passed + outcome.failures.length === 0) outcome.failures.push('No tests ran.')
  return outcome
}

function run(program: string, args: string[], environment: NodeJS.ProcessEnv = {}): Promise<number | string> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: 'inherit',
      timeout: stepLimit,
      env: { ...process.env, ...environment },
    })
    running = child
    child.once('error', fail)
    child.once('close', (code, signal) => {
      done(code ?? signal ?? 'no exit code')
    })
  })
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    running?.kill('SIGTERM')
    void Promise.resolve(mariadb?.stop()).finally(() => process.exit(128 + constants.signals[signal]))
  })
}

process.exit(await main())
