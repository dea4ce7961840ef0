import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './step.js'

/** Test files by what they need, as paths from the root. */
export interface TestFiles {
  /** Beside their sources, without a database. */
  unit: string[]
  /** Against a server, on each database. */
  behaviour: string[]
  /** The same, too long for everyday use. */
  slow: string[]
}

const testsIn = (folder: string, recursive: boolean) =>
  readdirSync(join(root, folder), { recursive, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.ts'))
    .map(name => `${folder}/${name}`)
    .sort()

export const allTestFiles = (): TestFiles => ({
  unit: testsIn('src', true),
  behaviour: testsIn('test', false),
  slow: testsIn('test/slow', false),
})

/** Those whose path matches one of the patterns, as a regular expression or as it stands. */
export function filesMatching(patterns: string[]): TestFiles {
  const matches = (file: string) => patterns.some(pattern => file.includes(pattern) || new RegExp(pattern).test(file))
  const { unit, behaviour, slow } = allTestFiles()
  return { unit: unit.filter(matches), behaviour: behaviour.filter(matches), slow: slow.filter(matches) }
}
