import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { noteDurations } from './durations.js'
import { root, runProgram, type Outcome, type Output } from './step.js'

/** The part of jest's --json report that is read here. */
interface JestResults {
  testResults: {
    name: string
    status: string
    message: string
    startTime: number
    endTime: number
    assertionResults: { fullName: string; status: string }[]
  }[]
}

export interface JestRun {
  files: string[]
  testNamePattern?: string
  environment?: NodeJS.ProcessEnv
  /** As `nice` has it; others beside these tests come first if it is above 0. */
  priority?: number
  /** The program of Node that runs the tests and what they start. */
  node?: string
}

export async function runJest(
  output: Output,
  { files, testNamePattern, environment, priority, node = process.execPath }: JestRun,
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'clientela-test-'))
  try {
    const results = join(folder, 'results.json')
    const names = testNamePattern === undefined ? [] : ['--testNamePattern', testNamePattern]
    const { code, stderr } = await runProgram(
      output,
      node,
      [
        join(root, 'node_modules/jest/bin/jest.js'),
        '--json',
        '--outputFile',
        results,
        '--passWithNoTests',
        ...names,
        '--runTestsByPath',
        ...files,
      ],
      {
        ...environment,
        // The server runs so in its image; otherwise graphql looks twice at every type, which takes a tenth of the
        // time.
        NODE_ENV: 'production',
        // Tests bring their own; a forgotten variable must not lead them to somebody's records.
        DATABASE_URL: undefined,
        DATA_DIR: undefined,
        PORT: undefined,
      },
      priority,
    )
    const read = await readResults(results)
    const outcome = judge(read, code, testNamePattern !== undefined)
    if (testNamePattern === undefined) noteDurations(secondsOf(read))
    if (/failed to exit gracefully|did not exit one second after/.test(stderr))
      outcome.failures.push(
        'A worker of jest did not end by itself: a test left something open, such as a server, a timer or a database.',
      )
    return outcome
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const readResults = (path: string) =>
  readFile(path, 'utf8').then(
    text => JSON.parse(text) as JestResults, // written by the jest that package.json pins
    () => undefined,
  )

const secondsOf = (results: JestResults | undefined) =>
  Object.fromEntries(
    (results?.testResults ?? []).map(({ name, startTime, endTime }) => [
      relative(root, name),
      (endTime - startTime) / 1000,
    ]),
  )

function judge(results: JestResults | undefined, code: number | string, byName: boolean): Outcome {
  const outcome: Outcome = { passed: 0, failures: [] }
  for (const suite of results?.testResults ?? []) {
    const failuresBefore = outcome.failures.length
    for (const { fullName, status } of suite.assertionResults) {
      if (status === 'passed') outcome.passed++
      else if (status === 'failed') outcome.failures.push(fullName)
      // jest also calls pending what a name pattern leaves out
      else if (!byName) outcome.failures.push(`${fullName}: is skipped (${status}). Let it run, or delete it.`)
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
  if (!byName && outcome.passed + outcome.failures.length === 0) outcome.failures.push('No tests ran.')
  return outcome
}
