import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { allTestFiles } from './test-files.js'
import { root } from './step.js'

/** About 40 s of tests on two cores. */
const mostBytes = 130_000

export interface Related {
  unit: string[]
  behaviour: string[]
  /** Related too, but more than fits into a minute. */
  leftOut: string[]
}

/** Paths that differ from a commit, whether added to git or not; deleted files are among them. */
export function changedSince(commit: string): string[] {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean)
  return [
    ...git('diff', '--name-only', '-z', commit),
    ...git('ls-files', '--others', '--exclude-standard', '-z'),
  ].sort()
}

/**
 * The tests to run for changed files. Every behaviour test starts a server with all features, so imports do not tell which
 * tests are related: names do. First come the changed tests, then those that import what changed, then those that share
 * words with a changed file, most words first, as many as fit into a minute.
 */
export function relatedTests(changed: string[]): Related {
  const { unit, behaviour } = allTestFiles()
  const sources = changed.filter(path => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  const words = new Set(sources.filter(path => path.startsWith('src/')).flatMap(wordsOf))
  const scores = behaviour.map(file => ({ file, score: scoreOf(file, changed, sources, words) }))
  const wanted = scores
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ file }) => file)
  const fitting: string[] = []
  let bytes = 0
  for (const file of wanted) {
    bytes += statSync(join(root, file)).size
    if (bytes <= mostBytes || changed.includes(file)) fitting.push(file)
  }
  return {
    unit: changed.some(path => path.startsWith('src/')) ? unit : [],
    behaviour: fitting,
    leftOut: wanted.filter(file => !fitting.includes(file)),
  }
}

function scoreOf(file: string, changed: string[], sources: string[], words: Set<string>): number {
  if (file === 'test/architecture.test.ts') return changed.some(path => path.endsWith('.ts')) ? 1_000 : 0
  if (changed.includes(file)) return 1_000
  const text = readFileSync(join(root, file), 'utf8')
  const imports = sources.filter(path => text.includes(`/${basename(path, '.ts')}.js'`) && importedBy(file, text, path))
  const shared = wordsOf(file).filter(word => [...words].some(each => isSameWord(word, each)))
  return 100 * imports.length + 10 * shared.length
}

/** Whether a test names the path of a module, for instance './support/random.js' that of test/support/random.ts. */
function importedBy(file: string, text: string, path: string): boolean {
  const from = relative(join(root, file, '..'), join(root, path)).replace(/\.ts$/, '.js')
  return text.includes(`'${from.startsWith('.') ? from : `./${from}`}'`)
}

/** The words of a path that tell its subject: src/features/imports/client-import.ts is about imports and clients. */
function wordsOf(path: string): string[] {
  const within = path.replace(/^(src\/features|src|test)\//, '').replace(/(\.\w+)*\.ts$/, '')
  return [...new Set(within.split(/[/.-]/))].filter(word => !tellNothing.has(word) && word.length > 2)
}

const tellNothing = new Set([
  'index',
  'features',
  'lib',
  'graphql',
  'model',
  'request',
  'database',
  'http',
  'cli',
  'test',
])

/** «invoicing» is «invoice», «clients» is «client». */
function isSameWord(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  const stem = short.replace(/(s|e|ing|ed)$/, '')
  return stem.length > 2 && long.startsWith(stem) && long.length - stem.length <= 4
}
