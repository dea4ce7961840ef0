import { csvRows } from './csv.js'
import { delimiterOf } from './delimiter.js'
import { encodingOf } from './encoding.js'
import { notATable } from './file-error.js'
import { formatOf } from './file-kind.js'
import { type Dialect, type TableRow } from './table.js'

const batchSize = 1_000

/** All rows that are not blank, in batches of one size. */
export async function* batchesOf(path: string, dialect: Dialect): AsyncGenerator<TableRow[]> {
  let batch: TableRow[] = []
  for await (const rows of await rowsOf(path, dialect)) {
    for (const row of rows) {
      batch.push(row)
      if (batch.length < batchSize) continue
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

async function rowsOf(path: string, { format, encoding, delimiter }: Dialect): Promise<AsyncIterable<TableRow[]>> {
  if (await formatOf(path) !== format) throw notATable()
  const known = encoding ?? await encodingOf(path)
  return csvRows(path, known, delimiter ?? await delimiterOf(path, known))
}
