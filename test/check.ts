import { constants } from 'node:os'
import { Command } from 'commander'
import { runJest } from './run/jest.js'
import { changedSince, relatedTests } from './run/related.js'
import { runProgram, Steps, stopPrograms, type Outcome, type Output } from './run/step.js'
import { watch } from './run/watch.js'

const cache = 'node_modules/.cache/clientela-check'

const command = new Command('npm run check --')
  .description(
    'Checks in a minute what changed: types, lint, the unit tests, and the behaviour tests that have to do with it, on SQLite. npm test checks everything.',
  )
  .option('--since <commit>', 'what changed since then', 'HEAD')
  .option('--watch', 'only tests, again whenever a file is saved (npm run test:watch)', false)
  .parse()
const { since, watch: watching } = command.opts<{ since: string; watch: boolean }>()

async function check(): Promise<number> {
  const steps = new Steps()
  const { unit, behaviour, leftOut } = relatedTests(changedSince(since))
  const tests = [...unit, ...behaviour]
  await steps.runTogether(
    { name: 'Types', work: checkTypes },
    { name: 'Lint', work: checkLint },
    ...(tests.length > 0 ? [{ name: 'Tests', work: (output: Output) => runTests(output, tests) }] : []),
  )
  const code = steps.end()
  if (tests.length === 0) console.log(`Nothing of src or test changed since ${since}, so no test ran.`)
  if (leftOut.length > 0)
    console.log(`Related too, but more than a minute has room for:\n  npm test -- ${leftOut.join(' ')} --only sqlite`)
  return code
}

/** Those of packages and of the page hardly ever change, and npm test looks at them. */
async function checkTypes(output: Output): Promise<Outcome> {
  const options = ['--incremental', '--tsBuildInfoFile', `${cache}/types.tsbuildinfo`]
  return succeeded(await runProgram(output, 'npx', ['tsc', '-p', 'tsconfig.json', ...options]), 'tsc')
}

async function checkLint(output: Output): Promise<Outcome> {
  const prettier = [
    'prettier',
    '--check',
    '--log-level',
    'warn',
    '--cache',
    '--cache-location',
    `${cache}/prettier`,
    '.',
  ]
  const eslint = [
    'eslint',
    '--cache',
    '--cache-location',
    `${cache}/eslint`,
    '--cache-strategy',
    'content',
    '--max-warnings',
    '0',
    '.',
  ]
  const outcomes = [
    succeeded(await runProgram(output, 'npx', prettier), 'prettier'),
    succeeded(await runProgram(output, 'npx', eslint), 'eslint'),
  ]
  return {
    passed: outcomes.some(({ failures }) => failures.length > 0) ? 0 : 1,
    failures: outcomes.flatMap(({ failures }) => failures),
  }
}

const succeeded = ({ code }: { code: number | string }, name: string): Outcome =>
  code === 0 ? { passed: 1, failures: [] } : { passed: 0, failures: [`${name} ended with ${code}.`] }

const runTests = (output: Output, files: string[]) =>
  runJest(output, { files, environment: { TEST_DATABASE: 'sqlite' } })

async function testAgain() {
  const { unit, behaviour } = relatedTests(changedSince(since))
  if (unit.length + behaviour.length === 0) return console.log(`Nothing of src or test changed since ${since}.`)
  const steps = new Steps()
  await steps.run({ name: 'Tests', work: output => runTests(output, [...unit, ...behaviour]) })
  steps.end()
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    stopPrograms()
    process.exit(128 + constants.signals[signal])
  })
}

if (watching) await watch(['src', 'test', 'sdk/src', 'schema'], testAgain)
else process.exit(await check())
