import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './step.js'

const path = join(root, 'node_modules/.cache/clientela-check/durations.json')
/** What tests did that never ran here. */
const bytesPerSecond = 3_000

const read = (): Record<string, number> => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, number> // written below
  } catch {
    return {}
  }
}

/** How many seconds each of these test files took the last time, or about how long it will. */
export function durationsOf(files: string[]): Map<string, number> {
  const known = read()
  return new Map(files.map(file => [file, known[file] ?? statSync(join(root, file)).size / bytesPerSecond]))
}

export function noteDurations(seconds: Record<string, number>) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, JSON.stringify({ ...read(), ...seconds }))
}
