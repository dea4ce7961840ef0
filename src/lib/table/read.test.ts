import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { readRows, recogniseTable, type Dialect, type TableRow } from './read.js'

let folder: string
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'clientela-table-')) })
afterAll(() => rm(folder, { recursive: true }))

async function file(content: string | Buffer): Promise<string> {
  const path = join(folder, 'table')
  await writeFile(path, content)
  return path
}

async function rowsOf(path: string, given: Partial<Dialect> = {}): Promise<TableRow[]> {
  const rows: TableRow[] = []
  for await (const batch of readRows(path, await recogniseTable(path, given))) rows.push(...batch)
  return rows
}

test('reads a CSV file in a thread of its own, with the numbers that rows have in it', async () => {
  const path = await file(iconv.encode('Raó social;NIF;Import\r\n\r\n"Puig; «Fills»";B1;1.234,56\r\n;;\r\n"dues\nlínies";"un ""nom""";€\r\n\r\n', 'windows-1252'))

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

test('stops where its signal says so', async () => {
  const path = await file('a;b\n'.repeat(100_000))
  const stop = new AbortController()
  const rows = readRows(path, await recogniseTable(path), { signal: stop.signal })
  await rows.next()
  stop.abort()
  await expect(async () => { for await (const batch of rows) expect(batch).toBeDefined() }).rejects.toThrow('aborted')
})
