import type { TableRow } from '../../lib/table/read.js'
import { UserError } from '../../lib/user-error.js'
import { writtenNumber } from '../../lib/written-number.js'
import { dayOf } from './cells.js'
import type { AnyDescription } from './description.js'
import { headerKey, keyOf, partsOf } from './header.js'

export type Known = Pick<AnyDescription, 'fields' | 'programs'>

const rowsTried = 20
const columnsTried = 200
const sheetsTried = 20
/** A sheet with so many known headers is not a sheet of instructions. */
const headersEnough = 2

/**
 * Returns the first visible sheet whose headers are known, else the one with most known headers, else the first that is
 * not empty.
 */
export function sheetOf<S extends { name: string; beginning: readonly TableRow[]; hidden?: true }>(
  sheets: readonly S[],
  known: Known,
): S | undefined {
  const filled = sheets.filter(({ beginning }) => beginning.length > 0).slice(0, sheetsTried)
  const judged = filled.map(sheet => ({ sheet, named: judge(sheet.beginning, known).named }))
  const visible = judged.filter(({ sheet }) => !sheet.hidden)
  const best = visible.reduce((most, { named }) => Math.max(most, named), 0)
  return (
    visible.find(({ named }) => named >= headersEnough) ??
    visible.find(({ named }) => named > 0 && named === best) ??
    judged[0]
  )?.sheet
}

/** Returns the row, among the first ones that read like headers, that names most fields; else the first row. */
export const headerRowOf = (beginning: readonly TableRow[], known: Known): number => judge(beginning, known).number

function judge(beginning: readonly TableRow[], known: Known): { number: number; named: number } {
  const headers = new Set(
    [
      ...known.fields.flatMap(({ headers: own, joins }) => [...own, ...(joins?.parts.flat() ?? [])]),
      ...(known.programs ?? []).flatMap(({ columns }) => Object.keys(columns)),
    ].map(keyOf),
  )
  const isKnown = (cell: string) => headers.has(headerKey(cell)) || partsOf(cell).some(part => headers.has(part))
  const judged = beginning.slice(0, rowsTried).map(({ number, cells: all }) => {
    const cells = all.slice(0, columnsTried)
    return { number, named: new Set(cells.filter(isKnown).map(headerKey)).size, reads: readsLikeHeaders(cells) }
  })
  const best = (rows: typeof judged) =>
    rows.reduce<(typeof judged)[number] | undefined>(
      (most, row) => (row.named > (most?.named ?? 0) ? row : most),
      undefined,
    )
  return best(judged.filter(({ reads }) => reads)) ?? best(judged) ?? { number: beginning[0]?.number ?? 1, named: 0 }
}

/** Whether the cells are distinct short texts, none of them an e-mail address, date or amount. */
function readsLikeHeaders(cells: readonly string[]): boolean {
  const filled = cells.map(cell => cell.trim()).filter(Boolean)
  return (
    new Set(filled.map(cell => cell.toLowerCase())).size === filled.length &&
    filled.every(cell => cell.length <= 60 && !cell.includes('@') && !writtenNumber(cell) && !isDate(cell))
  )
}

function isDate(text: string): boolean {
  try {
    return dayOf(text, 'UTC') !== ''
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}
