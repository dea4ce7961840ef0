export type TableFormat = 'CSV' | 'XLSX'
/** Encodings of a byte a letter. */
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

/** The kind of a cell of a workbook: a number as it is stored, one that is shown as a percentage, an error such as #N/A, or text, days and times included. */
export type CellKind = 'TEXT' | 'NUMBER' | 'PERCENTAGE' | 'ERROR'

export interface TableRow {
  /** As a person counts it in the sheet, from 1, blank rows included. */
  number: number
  /** Without the empty cells at the end. */
  cells: string[]
  /** Of a workbook, where one of its cells is more than text; each by its first letter, in one text, since there are millions. */
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
