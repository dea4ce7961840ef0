import { csvRows } from './csv.js'
import { delimiterOf } from './delimiter.js'
import { encodingOf } from './encoding.js'
import { empty, notATable } from './file-error.js'
import { formatOf } from './file-kind.js'
import { beginningRows, type Dialect, type Recognised, type TableRow } from './table.js'

export async function recognise(path: string, given: Partial<Dialect>): Promise<Recognised> {
  const format = await formatOf(path)
  if (given.format && given.format !== format) throw notATable()
  return recogniseCsv(path, given)
}

async function recogniseCsv(path: string, given: Partial<Dialect>): Promise<Recognised> {
  const encoding = await encodingOf(path, given.encoding)
  const delimiter = given.delimiter ?? await delimiterOf(path, encoding)
  const beginning = await firstOf(csvRows(path, encoding, delimiter))
  if (beginning.length === 0) throw empty()
  return { format: 'CSV', encoding, delimiter, sheet: null, sheets: [{ name: '', beginning }] }
}

async function firstOf(batches: AsyncIterable<TableRow[]>): Promise<TableRow[]> {
  const rows: TableRow[] = []
  for await (const batch of batches) {
    rows.push(...batch.slice(0, beginningRows - rows.length))
    if (rows.length === beginningRows) break
  }
  return rows
}
