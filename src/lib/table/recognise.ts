import { csvRows } from './csv.js'
import { delimiterOf } from './delimiter.js'
import { encodingOf } from './encoding.js'
import { empty, notATable } from './file-error.js'
import { formatOf } from './file-kind.js'
import { beginningRows, type TableLayout, type Recognised, type TableRow } from './table.js'
import { Xlsx } from './xlsx.js'

export async function recognise(path: string, given: Partial<TableLayout>): Promise<Recognised> {
  const format = await formatOf(path)
  if (given.format && given.format !== format) throw notATable()
  return format === 'CSV' ? recogniseCsv(path, given) : recogniseXlsx(path, given)
}

async function recogniseCsv(path: string, given: Partial<TableLayout>): Promise<Recognised> {
  const encoding = await encodingOf(path, given.encoding)
  const delimiter = given.delimiter ?? (await delimiterOf(path, encoding))
  const beginning = await firstOf(csvRows(path, encoding, delimiter))
  if (beginning.length === 0) throw empty()
  return { format: 'CSV', encoding, delimiter, sheet: null, sheets: [{ name: '', beginning }] }
}

async function recogniseXlsx(path: string, given: Partial<TableLayout>): Promise<Recognised> {
  const xlsx = await Xlsx.open(path)
  try {
    if (given.sheet) xlsx.sheet(given.sheet)
    await xlsx.scan()
    const sheets = []
    for (const sheet of xlsx.sheets)
      sheets.push({
        name: sheet.name,
        beginning: await firstOf(xlsx.rows(sheet)),
        ...(sheet.visible ? {} : { hidden: true as const }),
      })
    const first = sheets.find(({ beginning }) => beginning.length > 0)
    if (!first) throw empty()
    return { format: 'XLSX', encoding: null, delimiter: null, sheet: given.sheet ?? first.name, sheets }
  } finally {
    xlsx.close()
  }
}

async function firstOf(batches: AsyncIterable<TableRow[]>): Promise<TableRow[]> {
  const rows: TableRow[] = []
  for await (const batch of batches) {
    rows.push(...batch.slice(0, beginningRows - rows.length).map(({ number, cells }) => ({ number, cells })))
    if (rows.length === beginningRows) break
  }
  return rows
}
