import { jobAnswers, type WaitOptions } from './job.js'
import { type TableLayout, type Recognised, type TableRow } from './table.js'

export { charsets, looksMisread } from './eight-bit.js'
export { kindAt } from './table.js'
export type { CellKind, Delimiter, TableLayout, Encoding, Recognised, TableFormat, TableRow } from './table.js'

/** Returns how the file is written, where the caller does not say, and the first rows of its sheets. */
export async function recogniseTable(
  path: string,
  given: Partial<TableLayout> = {},
  options: WaitOptions = {},
): Promise<Recognised> {
  for await (const answer of jobAnswers({ task: 'recognise', path, given }, options))
    if ('recognised' in answer) return answer.recognised
  throw new Error(`Nothing was recognised of ${path}.`)
}

/** The rows that are not blank, in batches of up to 1,000, read a few batches ahead in a thread of their own. */
export async function* readRows(
  path: string,
  layout: TableLayout,
  options: WaitOptions = {},
): AsyncGenerator<TableRow[]> {
  for await (const answer of jobAnswers({ task: 'rows', path, layout: layout }, options))
    if ('rows' in answer) yield answer.rows
}
