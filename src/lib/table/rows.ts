import { csvRows } from './csv.js'
import { delimiterOf } from './delimiter.js'
import { encodingOf } from './encoding.js'
import { notATable } from './file-error.js'
import { formatOf } from './file-kind.js'
import { type Delimiter, type TableLayout, type Encoding, type TableRow } from './table.js'
import { Xlsx } from './xlsx.js'

const batchSize = 1_000

/** All rows that are not blank, in batches of one size. */
export async function* batchesOf(path: string, layout: TableLayout): AsyncGenerator<TableRow[]> {
  let batch: TableRow[] = []
  for await (const rows of rowsOf(path, layout)) {
    for (const row of rows) {
      batch.push(row)
      if (batch.length < batchSize) continue
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

async function* rowsOf(path: string, { format, encoding, delimiter, sheet }: TableLayout): AsyncGenerator<TableRow[]> {
  if ((await formatOf(path)) !== format) throw notATable()
  if (format === 'XLSX') yield* xlsxRows(path, sheet)
  else yield* readCsv(path, encoding, delimiter)
}

async function* readCsv(
  path: string,
  encoding: Encoding | null,
  delimiter: Delimiter | null,
): AsyncGenerator<TableRow[]> {
  const known = encoding ?? (await encodingOf(path))
  yield* csvRows(path, known, delimiter ?? (await delimiterOf(path, known)))
}

async function* xlsxRows(path: string, sheet: string | null): AsyncGenerator<TableRow[]> {
  const xlsx = await Xlsx.open(path)
  try {
    yield* xlsx.rows(xlsx.sheet(sheet))
  } finally {
    xlsx.close()
  }
}
