import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { durationsOf } from './durations.js'
import { allTestFiles } from './test-files.js'
import { root } from './step.js'

/** In two workers, beside types and lint. */
const mostSeconds = 60
/** Some of everything, for changes in what all features stand on. */
const everyday = ['test/lifecycle.test.ts', 'test/overview.test.ts', 'test/answers.test.ts']
/** The documents that a test reads. */
const readers = new Map([
  ['test/documents.test.ts', /\.md$/],
  ['test/readme.test.ts', /^(README|docs\/.*)\.md$/],
])

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
 * The tests to run for changed files. Every behaviour test starts a server with all features, so imports do not tell
 * which tests are related: names do. First come the changed tests, then those that import or read what changed. Those
 * that share words with a changed file follow, most words first, as many as fit into a minute.
 */
export function relatedTests(changed: string[]): Related {
  const { unit, behaviour } = allTestFiles()
  const imports = new Imports()
  const sources = changed.filter(path => path.startsWith('src/') && path.endsWith('.ts'))
  const words = new Set(sources.flatMap(wordsOf))
  const scores = behaviour.map(file => ({ file, score: scoreOf(file, changed, imports.of(file), words) }))
  const wanted = scores
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ file }) => file)
  const durations = durationsOf(wanted)
  const fitting: string[] = []
  let seconds = 0
  for (const file of wanted) {
    const more = durations.get(file) ?? 0
    if (seconds + more > mostSeconds && !changed.includes(file)) continue
    seconds += more
    fitting.push(file)
  }
  return {
    unit: unit.filter(file => imports.reach(file, changed)),
    behaviour: fitting,
    leftOut: wanted.filter(file => !fitting.includes(file)),
  }
}

/** Which modules of ours a module imports, as paths from the root; each is read once. */
class Imports {
  private readonly byFile = new Map<string, string[]>()

  of(file: string): string[] {
    const known = this.byFile.get(file)
    if (known) return known
    const path = join(root, file)
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    const found = [...text.matchAll(/(?:from|import) '(\.[^']+)\.js'/g)]
    const imports = found.map(([, to = '']) => `${join(dirname(file), to)}.ts`)
    this.byFile.set(file, imports)
    return imports
  }

  /** Whether a file is among the changed ones, or imports one, directly or by way of others. */
  reach(file: string, changed: string[], seen = new Set<string>()): boolean {
    if (changed.includes(file)) return true
    seen.add(file)
    return this.of(file).some(each => !seen.has(each) && this.reach(each, changed, seen))
  }
}

function scoreOf(file: string, changed: string[], imports: string[], words: Set<string>): number {
  if (file === 'test/architecture.test.ts') return changed.some(path => path.endsWith('.ts')) ? 1_000 : 0
  if (changed.includes(file)) return 1_000
  const imported = imports.filter(path => changed.includes(path))
  const shared = wordsOf(file).filter(word => [...words].some(each => isSameWord(word, each)))
  const always = everyday.includes(file) && changed.some(path => path.startsWith('src/')) ? 1 : 0
  const read = changed.filter(path => readers.get(file)?.test(path))
  return 100 * (imported.length + read.length) + 10 * shared.length + always
}

/** The words of a path that tell its subject: src/features/clients/client.import.ts is about clients and imports. */
function wordsOf(path: string): string[] {
  const within = path.replace(/^(src\/features|src|test)\//, '').replace(/(\.test)?\.ts$/, '')
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
  // The parts that features have, by their names.
  'commands',
  'computed',
  'inputs',
  'queries',
  'resolver',
])

/** «invoicing» is «invoice», «clients» is «client». */
function isSameWord(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  const stem = short.replace(/(s|e|ing|ed)$/, '')
  return stem.length > 2 && long.startsWith(stem) && long.length - stem.length <= 4
}
