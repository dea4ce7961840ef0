import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import iconv from 'iconv-lite'
import { readRows, recogniseTable, type TableLayout, type TableRow } from './read.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clientela-table-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(content: string | Buffer): Promise<string> {
  const path = join(folder, 'table')
  await writeFile(path, content)
  return path
}

async function rowsOf(path: string, given: Partial<TableLayout> = {}): Promise<TableRow[]> {
  const rows: TableRow[] = []
  for await (const batch of readRows(path, await recogniseTable(path, given))) rows.push(...batch)
  return rows
}

test('reads a CSV file in a thread of its own, with the numbers that rows have in it', async () => {
  const path = await file(
    iconv.encode(
      'Raó social;NIF;Import\r\n\r\n"Puig; «Fills»";B1;1.234,56\r\n;;\r\n"dues\nlínies";"un ""nom""";€\r\n\r\n',
      'windows-1252',
    ),
  )

  const recognised = await recogniseTable(path)

  expect(recognised).toMatchObject({ format: 'CSV', encoding: 'WINDOWS_1252', delimiter: ';', sheet: null })
  const rows = [
    { number: 1, cells: ['Raó social', 'NIF', 'Import'] },
    { number: 3, cells: ['Puig; «Fills»', 'B1', '1.234,56'] },
    { number: 5, cells: ['dues\nlínies', 'un "nom"', '€'] },
  ]
  expect(recognised.sheets).toEqual([{ name: '', beginning: rows }])
  expect(await rowsOf(path)).toEqual(rows)
})

test('reads a few batches ahead and no further, and ends when nobody reads on', async () => {
  const path = await file('a;b\n'.repeat(100_000))
  const dialect = await recogniseTable(path)
  const before = process.memoryUsage.rss()

  let read = 0
  for await (const batch of readRows(path, dialect)) {
    expect(batch.length).toBeLessThanOrEqual(1_000)
    read += batch.length
    if (read >= 5_000) break
  }
  expect(read).toBe(5_000)
  expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 2 ** 20)
})

test('stops a worker that gives no answer in time, and says so', async () => {
  const path = await file('a;b\n'.repeat(500_000))
  const dialect = await recogniseTable(path)
  await expect(recogniseTable(path, {}, { within: 1 })).rejects.toMatchObject({
    code: 'FILE_TOO_LARGE',
    message: 'The file takes longer to read than 0.001 seconds: split it into several files.',
  })

  let read = 0
  for await (const batch of readRows(path, dialect, { within: 2_000 })) {
    read += batch.length
    // What the caller takes is not the worker's.
    if (read === 1_000) await sleep(2_100)
    if (read === 20_000) break
  }
  expect(read).toBe(20_000)
})

test('stops a worker that its caller leaves before there is an answer', async () => {
  const path = await file('a;b\n'.repeat(500_000))
  const leave = new AbortController()
  const recognised = recogniseTable(path, {}, { signal: leave.signal })
  leave.abort()
  await expect(recognised).rejects.toThrow('aborted')
})

test('stops where its signal says so', async () => {
  const path = await file('a;b\n'.repeat(100_000))
  const stop = new AbortController()
  const rows = readRows(path, await recogniseTable(path), { signal: stop.signal })
  await rows.next()
  stop.abort()
  await expect(async () => {
    for await (const batch of rows) expect(batch).toBeDefined()
  }).rejects.toThrow('aborted')
})
