import iconv from 'iconv-lite'
import { charsets, kindAt, readRows, type TableRow } from '../../lib/table/read.js'
import { writeXlsx } from '../../lib/table/write-xlsx.js'
import { writtenNumber } from '../../lib/written-number.js'
import type { FileStorage } from '../../storage/file-storage.js'
import { hundredfold } from './cells.js'
import type { ImportPlan } from './import-plan.js'
import type { ImportRow } from './import-row.js'
import { readLocally } from './local-file.js'
import { layoutOf } from './planner.js'
import { reasonHeader, reasonOf, withoutReason } from './sheet-row.js'

/** Returns the wrong rows after a row, in their order; none at the end. */
export type FailedAfter = (number: number) => Promise<readonly Pick<ImportRow, 'number' | 'issues'>[]>

/**
 * Writes the wrong rows of a plan as a file of the same kind, to fix and to import again. Its last column says what is
 * wrong.
 */
export async function* failedRowsFile(
  storage: FileStorage,
  plan: ImportPlan,
  failedAfter: FailedAfter,
): AsyncGenerator<Uint8Array> {
  const headers = withoutReason(
    plan.storedColumns.map(column => column.header),
    reasonOf(plan),
  )
  let width = headers.length
  for await (const rows of failedRows(storage, plan, failedAfter))
    width = Math.max(width, ...rows.map(row => row.length - 1))
  const header = [...padded(headers, width), reasonHeader]
  const pages = failedRows(storage, plan, failedAfter, width)
  if (plan.format === 'CSV') yield* csvOf(plan, header, pages)
  else
    yield* writeXlsx(
      header.map(name => ({ name, type: 'text', nullable: false, description: '' })),
      pages,
      { title: plan.sheet ?? undefined },
    )
}

export const failedFileName = ({ fileName, format }: ImportPlan) =>
  `${fileName.replace(/\.[^.]*$/, '')}-errors.${format.toLowerCase()}`

const padded = (cells: readonly string[], width: number) => [
  ...cells,
  ...Array<string>(Math.max(0, width - cells.length)).fill(''),
]

/** Yields each wrong row with all its cells, at least as many as the header has, and its errors. */
async function* failedRows(
  storage: FileStorage,
  plan: ImportPlan,
  failedAfter: FailedAfter,
  width = 0,
): AsyncGenerator<string[][]> {
  const reason = reasonOf(plan)
  let failed = (await failedAfter(0)).values()
  let next = failed.next()
  for await (const batch of readLocally(storage, plan.blobKey, path => readRows(path, layoutOf(plan)))) {
    const page: string[][] = []
    for (const row of batch) {
      const { number } = row
      if (next.done || next.value.number !== number) continue
      const reasons = next.value.issues.filter(({ level }) => level === 'ERROR').map(({ message }) => message)
      const cells = withoutReason(
        row.cells.map((_cell, at) => writtenAs(row, at)),
        reason,
      )
      page.push([
        ...padded(cells.slice(0, cells.findLastIndex(text => text.trim() !== '') + 1), width),
        reasons.join(' '),
      ])
      next = failed.next()
      if (!next.done) continue
      failed = (await failedAfter(number)).values()
      next = failed.next()
    }
    if (page.length > 0) yield page
  }
}

/**
 * Writes a number of a workbook as a text that reads the same. Otherwise three decimals would be ambiguous, and a
 * percentage would become its hundredth.
 */
function writtenAs(row: TableRow, at: number): string {
  const text = row.cells[at] ?? ''
  const kind = kindAt(row, at)
  if (kind === 'TEXT' || !writtenNumber(text)) return text
  const number = kind === 'PERCENTAGE' ? hundredfold(text) : text
  return `${number}${writtenNumber(number)?.doubtful ? '0' : ''}${kind === 'PERCENTAGE' ? '%' : ''}`
}

const encodings = { UTF_8: 'utf-8', UTF_16LE: 'utf-16le', UTF_16BE: 'utf-16be', ...charsets }

async function* csvOf(
  { delimiter, encoding }: ImportPlan,
  header: string[],
  pages: AsyncIterable<string[][]>,
): AsyncGenerator<Uint8Array> {
  const [separator, charset] = [delimiter ?? ',', encodings[encoding ?? 'UTF_8']]
  const quoted = (text: string) =>
    text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  const lines = (rows: readonly string[][]) => rows.map(cells => `${cells.map(quoted).join(separator)}\r\n`).join('')
  yield iconv.encode(lines([header]), charset, { addBOM: charset.startsWith('utf') })
  for await (const rows of pages) yield iconv.encode(lines(rows), charset)
}
