import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { UserError } from '../../src/lib/user-error.js'
import type * as Table from '../../src/lib/table/read.js'
import { type Question, type Reading } from './read-table.js'

// As it is delivered: what reads TypeScript takes more memory than any table.
const built = new URL('../../dist/lib/table/read.js', import.meta.url).href
const { readRows, recogniseTable } = (await import(built)) as typeof Table // the same sources

const descriptors = () => readdirSync('/proc/self/fd').length

process.once('message', (question: Question) => {
  void answer(question)
})

async function answer(question: Question): Promise<void> {
  const [memoryBefore, descriptorsBefore, start] = [process.memoryUsage.rss(), descriptors(), performance.now()]
  const cpuBefore = process.cpuUsage()
  let most = memoryBefore
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss())
  }, 5)
  const reading = await read(question)
  const milliseconds = performance.now() - start
  clearInterval(watch)
  for (const deadline = performance.now() + 1_000; descriptors() > descriptorsBefore && performance.now() < deadline;)
    await sleep(10)
  const { user, system } = process.cpuUsage(cpuBefore)
  process.send?.(
    {
      ...reading,
      milliseconds,
      cpu: (user + system) / 1000,
      memory: most - memoryBefore,
      descriptors: descriptors() - descriptorsBefore,
    } satisfies Reading,
    () => {
      process.disconnect()
    },
  )
}

async function read({ path, given, most }: Question) {
  let [rows, checksum] = [0, 0]
  try {
    for await (const batch of readRows(path, await recogniseTable(path, given))) {
      rows += batch.length
      for (const { cells } of batch) checksum = crc32(cells.join('\t'), checksum)
      if (rows >= most) break
    }
    return { rows, checksum, message: '' }
  } catch (error) {
    if (error instanceof Error && error.name === UserError.name && 'code' in error)
      return { code: String(error.code), message: error.message, rows, checksum }
    throw error
  }
}
