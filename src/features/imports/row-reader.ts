import { GraphQLError } from 'graphql'
import { UserError } from '../../lib/user-error.js'
import type { ImportIssue } from './import-plan.js'

export interface Cell {
  text: string
  header: string
}

const shownLength = 100

/** One row of a spreadsheet while it is compared: its cells by field, what was made of them, and what is wrong. */
export class RowReader<T> {
  readonly issues: ImportIssue[] = []
  /** What it would write, by the names of the record's own fields. */
  readonly values: Record<string, unknown> = {}
  /** The record it matches. */
  record: T | null = null

  /** The first row of its document, where it is another line of it. */
  head: RowReader<T> | null = null

  constructor(readonly number: number, private readonly cells: ReadonlyMap<string, Cell>, private readonly clearBlanks: boolean, private readonly ofWorkbook: boolean) {}

  /** Whether its cells hold numbers with a point and nothing between thousands: those of a workbook do, and those of an export, which name their records. */
  get exact(): boolean {
    return this.ofWorkbook || this.values.ownId !== undefined
  }

  get failed(): boolean {
    return this.issues.some(({ level }) => level === 'ERROR')
  }

  /** Whether a column goes to this field. */
  has(field: string): boolean {
    return this.cells.has(field)
  }

  /** What the cell says, without spaces at its ends; null where it is blank or there is none. */
  text(field: string): string | null {
    const text = this.cells.get(field)?.text ?? ''
    const trimmed = text.trim()
    if (trimmed === '') return null
    if (trimmed !== text) this.warn('TRIMMED', 'Spaces at the ends were left out.', field)
    return trimmed
  }

  /** Sets a value from a cell, if it has one; where blanks clear, a blank cell sets `clear`, unless the value `stays`: what no record is without. */
  take(field: string, read: (text: string) => unknown = text => text, { name = field, clear = null, stays = false }: { name?: string; clear?: unknown; stays?: boolean } = {}) {
    const text = this.text(field)
    if (text === null) {
      if (this.clearBlanks && this.has(field) && !stays) this.values[name] = clear
      return
    }
    const value = this.attempt(field, () => read(text))
    if (value !== undefined) this.values[name] = value
  }

  /** Runs what may refuse the cell of a field; undefined where it did. */
  attempt<V>(field: string, read: () => V): V | undefined {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      this.refuse(error.code, error.message, field)
      return undefined
    }
  }

  refuse(code: string, message: string, field: string | null = null) {
    this.add('ERROR', code, message, field)
  }

  /** Refuses what a new record has to have. A row that names its record by the id it has here only tells of it. */
  refuseNew(code: string, message: string, field: string | null = null) {
    if (this.values.ownId === undefined) this.refuse(code, message, field)
  }

  warn(code: string, message: string, field: string | null = null) {
    this.add('WARNING', code, message, field)
  }

  private add(level: ImportIssue['level'], code: string, message: string, field: string | null) {
    if (this.issues.some(issue => issue.code === code && issue.field === field)) return
    const cell = field === null ? undefined : this.cells.get(field)
    this.issues.push({ level, code, message, field, column: cell?.header ?? null, value: cell ? [...cell.text].slice(0, shownLength).join('') : null })
  }
}

/** A reader of a cell by a scalar of the schema, with the error of ours. */
export function byScalar(scalar: { parseValue(value: unknown): unknown }, code: string, message: (text: string) => string) {
  return (text: string) => {
    try {
      return scalar.parseValue(text)
    } catch (error) {
      if (error instanceof GraphQLError) throw new UserError(code, message(text))
      throw error
    }
  }
}
