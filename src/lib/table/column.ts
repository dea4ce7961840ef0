/**
 * The type of a column's values. Decimals, dates (YYYY-MM-DD) and timestamps (ISO 8601, UTC) come as texts, so that no
 * digit is lost.
 */
export type ColumnType = 'text' | 'integer' | 'boolean' | 'date' | 'timestamp' | `decimal(${number},${number})`

export interface Column {
  name: string
  type: ColumnType
  description: string
  nullable: boolean
}

export type Cell = string | number | boolean | null
export type Rows = readonly (readonly Cell[])[]

export interface WriteOptions {
  /** The names of the sheets of a workbook. */
  title?: string
  /** CSV for people: text that a spreadsheet would run is escaped (formula.ts). */
  forPeople?: boolean
  /** CSV as a Spanish Excel opens it: with a byte order mark, semicolons and decimal commas. */
  spanish?: boolean
}

/** A table as bytes, page by page: no more than a part of it is held. */
export type Write = (
  columns: readonly Column[],
  pages: AsyncIterable<Rows>,
  options: WriteOptions,
) => AsyncGenerator<Uint8Array>

/** Digits and places of a decimal column; undefined for other types. */
export function decimalOf(type: ColumnType): { precision: number; scale: number } | undefined {
  const [, precision, scale] = /^decimal\((\d+),(\d+)\)$/.exec(type) ?? []
  return precision === undefined ? undefined : { precision: Number(precision), scale: Number(scale) }
}

/** Returns the letters of the column at a place: `1` → A, `28` → AB. */
export function lettersOf(place: number): string {
  let letters = ''
  for (let rest = place; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters
  return letters
}
