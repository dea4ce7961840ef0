export type TableFormat = 'CSV' | 'XLSX'
/** Encodings with one byte for each letter. */
export type EightBit = 'WINDOWS_1252' | 'CP850' | 'MAC_ROMAN'
export type Encoding = 'UTF_8' | 'UTF_16LE' | 'UTF_16BE' | EightBit
export type Delimiter = ',' | ';' | '\t'

/** How a file is written: encoding and delimiter of a CSV file, the sheet of an XLSX file. */
export interface TableLayout {
  format: TableFormat
  encoding: Encoding | null
  delimiter: Delimiter | null
  sheet: string | null
}

export interface Recognised extends TableLayout {
  /** Visible sheets first; a CSV file has one, without a name. The beginning is the first rows that are not blank. */
  sheets: { name: string; beginning: TableRow[]; hidden?: true }[]
}

/**
 * The kind of a cell of a workbook: a number as stored, a number shown as a percentage, an error such as #N/A, or text.
 * Days and times are text.
 */
export type CellKind = 'TEXT' | 'NUMBER' | 'PERCENTAGE' | 'ERROR'

export interface TableRow {
  /** The row as a person counts it in the sheet, from 1, blank rows included. */
  number: number
  /** The cells, without the empty ones at the end. */
  cells: string[]
  /**
   * The kinds of its cells, where one of them is more than text; a workbook alone has them. One letter stands for each
   * kind, since there are millions of cells.
   */
  kinds?: string
}

const byLetter = new Map<string | undefined, CellKind>([
  ['N', 'NUMBER'],
  ['P', 'PERCENTAGE'],
  ['E', 'ERROR'],
])

export const kindAt = ({ kinds }: TableRow, at: number): CellKind => byLetter.get(kinds?.[at]) ?? 'TEXT'

export function lettersOfKinds(kinds: readonly CellKind[]): string | undefined {
  return kinds.every(kind => kind === 'TEXT') ? undefined : kinds.map(kind => kind[0]).join('')
}

export const beginningRows = 50

/** Returns the row, or undefined where it is blank. */
export function rowOf(number: number, cells: string[]): TableRow | undefined {
  const last = cells.findLastIndex(cell => cell !== '')
  cells.length = last + 1
  return cells.some(cell => cell.trim() !== '') ? { number, cells } : undefined
}
