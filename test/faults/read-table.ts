import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type TableLayout } from '../../src/lib/table/read.js'

/** Measures the reading of a file in a process of its own, so that no earlier file hides its cost. */
export interface Reading {
  /** The error's code, or where it was read undefined. */
  code?: string
  message: string
  rows: number
  /** Of all cells in their order. */
  checksum: number
  milliseconds: number
  /** Less than the time that passed where other programs use the machine, more where threads ran side by side. */
  cpu: number
  memory: number
  /** Files open more than before, a second later. */
  descriptors: number
}

export interface Question {
  path: string
  given: Partial<TableLayout>
  /** Stop after so many rows. */
  most: number
}

const program = fileURLToPath(new URL('read-table-process.ts', import.meta.url))

export async function readTable(path: string, given: Partial<TableLayout> = {}, most = Infinity): Promise<Reading> {
  const child = fork(program, { execArgv: ['--import', 'tsx'], serialization: 'advanced' })
  child.send({ path, given, most } satisfies Question)
  const [reading] = (await once(child, 'message')) as [Reading] // it sends nothing else
  const [code] = (await once(child, 'exit')) as [number | null] // as Node documents it
  if (code !== 0) throw new Error(`The process that read ${path} ended with ${code}.`)
  return reading
}
