import { unguarded } from '../../lib/table/formula.js'
import { kindAt, looksMisread, type TableRow } from '../../lib/table/read.js'
import { ownRows, type Marks } from './decimal-marks.js'
import type { AnyDescription, AnyRecord, AnyValues, Reader, RowNote } from './description.js'
import { fieldsOf, type StoredColumn } from './import-column.js'
import type { ImportField } from './import-field.js'
import type { ImportPlan } from './import-plan.js'
import { partOf } from './recognition.js'
import { RowReader, type Cell } from './row-reader.js'

export const reasonHeader = 'Error'

const tooManyCells = 'The row has more cells than there are headers'

const misread =
  'This text seems to be read in the wrong encoding. ' +
  'Choose another one, such as CP850 or MAC_ROMAN, or save the file as UTF-8.'

interface Source {
  place: number
  header: string
  field: ImportField
  /** Whether the column goes to another field first. */
  isBorrowed: boolean
}

/** The facts that all rows of a plan share. */
export interface Sheet {
  /** The columns of a name in the order in which they are joined. */
  sources: readonly Source[]
  isOwn: (row: TableRow) => boolean
  timeZone: string
  /** How many columns there are, up to the last one with a header. */
  headed: number
  /** The place of the column of reasons in a file of wrong rows. */
  reason: number | undefined
}

export function sheetOf(plan: ImportPlan, description: AnyDescription, timeZone: string): Sheet {
  const fields = new Map(description.fields.map(field => [field.name, field]))
  const sources = plan.storedColumns.flatMap(column =>
    fieldsOf(column).flatMap((name, at) => {
      const field = fields.get(name)
      return field
        ? [{ place: column.place, header: column.header, field, isBorrowed: at > 0, part: partOf(column, field) }]
        : []
    }),
  )
  const reason = reasonOf(plan)
  const headed = plan.storedColumns.findLastIndex(column => isHeaded(column) && column.place !== reason) + 1
  return {
    sources: sources.toSorted((a, b) => a.part - b.part),
    isOwn: ownRows(plan, description),
    timeZone,
    headed,
    reason,
  }
}

/** The cells of a row by the fields that their columns go to. */
export function readRow(plan: ImportPlan, tableRow: TableRow, sheet: Sheet & { marks: Marks; note?: RowNote }): Reader {
  const { sources, isOwn, marks, timeZone, note } = sheet
  const { number, cells: given } = tableRow
  const { storedColumns, clearBlanks, emptyText, format } = plan
  const { cells, joined } = put(plan, given, sheet)
  const own = isOwn(tableRow)
  const byField = new Map<string, Cell>()
  for (const { place, header, field, isBorrowed } of sources) {
    const text = cells?.[place - 1] ?? ''
    const shown = text.trim() === emptyText ? '' : format === 'CSV' ? unguarded(text) : text
    const before = byField.get(field.name)
    const whole = before
      ? [before.text, shown]
          .map(part => part.trim())
          .filter(Boolean)
          .join(' ')
      : shown
    byField.set(field.name, {
      header: before ? `${before.header}, ${header}` : header,
      text: whole,
      kind: kindAt(tableRow, place - 1),
      mark: own ? 'EXACT' : (marks.get(place) ?? null),
      field,
      isBorrowed,
    })
  }
  const row = new RowReader<AnyRecord, AnyValues>(number, byField, clearBlanks, timeZone)
  for (const [
    field,
    {
      text,
      field: { holds },
    },
  ] of byField)
    if (!holds && looksMisread(text)) row.warn('ENCODING_DOUBTFUL', misread, field)
  if (!cells) row.refuse('CELLS_TOO_MANY', `${tooManyCells}: write a text that holds the delimiter in quotation marks.`)
  for (const place of joined)
    row.warn(
      'CELLS_JOINED',
      'A comma with a space behind it was read as part of the text, since the row has more cells than headers. ' +
        'Check it.',
      storedColumns[place]?.field ?? null,
    )
  note?.(row, tableRow.cells)
  return row.begin()
}

const isHeaded = ({ header, field }: StoredColumn) => header !== '' || field !== null

/** Returns the place of the column of reasons in a file of wrong rows: its last column with a header. */
export function reasonOf({ storedColumns }: ImportPlan): number | undefined {
  const last = storedColumns.findLast(isHeaded)
  return last?.header === reasonHeader && last.field === null ? last.place : undefined
}

/**
 * Returns the cells of a row without the one that says why it is wrong. Quotation marks around a text move that cell.
 */
export function withoutReason(cells: readonly string[], reason: number | undefined): readonly string[] {
  if (reason === undefined) return cells
  if (cells.length >= reason) return cells.toSpliced(reason - 1, 1)
  return cells.at(-1)?.startsWith(tooManyCells) ? cells.slice(0, -1) : cells
}

/**
 * Puts the cells of a row below their headers. In a CSV file without quotation marks a text such as «Gran Vía, 1» falls
 * apart. It is joined again where exactly as many cells begin with a space as the row has too many.
 */
function put(
  { format, delimiter }: ImportPlan,
  given: readonly string[],
  { headed, reason }: Sheet,
): { cells?: readonly string[]; joined: number[] } {
  const tooMany =
    withoutReason(given, reason)
      .slice(headed)
      .findLastIndex(text => text.trim() !== '') + 1
  if (format !== 'CSV' || tooMany === 0) return { cells: given, joined: [] }
  const broken = given.flatMap((text, at) => (at > 0 && /^ \S/.test(text) ? [at] : []))
  if (delimiter !== ',' || broken.length !== tooMany) return { joined: [] }
  const cells: string[] = []
  const joined: number[] = []
  given.forEach((text, at) => {
    if (!broken.includes(at)) return void cells.push(text)
    joined.push(cells.length - 1)
    cells.push(`${cells.pop() ?? ''},${text}`)
  })
  return { cells, joined }
}
