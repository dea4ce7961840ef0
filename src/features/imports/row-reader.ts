import { GraphQLError } from 'graphql'
import type { CellKind } from '../../lib/table/read.js'
import { cleanText, normalText, shortMessage, shortened } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'
import { dayOf, isErrorCell, isShortened, minutesOf, numberOf, type NumberCell } from './cells.js'
import type { ImportField } from './description.js'
import type { ImportIssue } from './import-plan.js'

export interface Cell {
  text: string
  header: string
  kind: CellKind
  /** What stands before decimals in its column, where that is known. */
  mark: NumberCell['mark']
  field: Pick<ImportField, 'holds' | 'identity' | 'lines'>
  /** Whether its column goes to another field first. */
  isBorrowed: boolean
}

const shownLength = 100

/** One row of a spreadsheet while it is compared: its cells by field, what was made of them, and what is wrong. */
export class RowReader<T> {
  readonly issues: ImportIssue[] = []
  /** What it would write, by the names of the record's own fields. */
  readonly values: Record<string, unknown> = {}
  /** The sign or code of a currency that stood beside a number, by field, as it was written (lib/currency-sign.ts). */
  readonly signs = new Map<string, string>()
  /** The record it matches. */
  record: T | null = null

  /** The first row of its document, where it is another line of it. */
  head: RowReader<T> | null = null

  private begun: readonly ImportIssue[] = []

  /** What was found out about the whole file, shared by its rows. */
  file: { holdsTaxAmounts?: boolean; holdsWithheldAmounts?: boolean } = {}

  /** Whether it cannot even be compared. */
  isGivenUp = false

  /** Of a document its rows, one for each line. */
  lines: RowReader<T>[] = []

  /** A reader for `take`: a day, in the time zone of the organisation. */
  readonly day = (text: string) => dayOf(text, this.timeZone)

  constructor(
    readonly number: number,
    private readonly cells: ReadonlyMap<string, Cell>,
    private readonly clearBlanks: boolean,
    private readonly timeZone: string,
  ) {}

  /** Says that what is wrong so far was found before any cell was read. */
  begin(): this {
    this.begun = [...this.issues]
    return this
  }

  /** The same row, not compared yet; where something `refused` it, it is not compared at all. */
  again(refused?: UserError): RowReader<T> {
    const row = new RowReader<T>(this.number, this.cells, this.clearBlanks, this.timeZone)
    row.issues.push(...this.begun)
    if (refused) row.refuse(refused.code, refused.message)
    row.isGivenUp = refused !== undefined
    row.file = this.file
    return row
  }

  get failed(): boolean {
    return this.issues.some(({ level }) => level === 'ERROR')
  }

  /** Whether it has no such value, and nothing is wrong with the cell. */
  lacks(name: string, field = name): boolean {
    return this.values[name] === undefined && !this.isWrong(field)
  }

  /** Whether something is wrong with the cell of a field. */
  isWrong(field: string): boolean {
    return this.issues.some(issue => issue.level === 'ERROR' && issue.field === field)
  }

  /** Whether a column goes to this field. */
  has(field: string): boolean {
    return this.cells.has(field)
  }

  /** What the header of its column says, such as `Tags separated by -`. */
  header(field: string): string {
    return this.cells.get(field)?.header ?? ''
  }

  /** Whether the column of this field goes to another one first, which keeps what this one cannot use. */
  isBorrowed(field: string): boolean {
    return this.cells.get(field)?.isBorrowed ?? false
  }

  /** What the cell says, without spaces at its ends; null where it is blank, there is none, or a spreadsheet lost what it said. */
  text(field: string): string | null {
    const cell = this.cells.get(field)
    const text = cell?.text ?? ''
    const trimmed = cleanText(text, cell?.field.lines ?? false)
    if (!cell || trimmed === '') return null
    if (trimmed !== normalText(text))
      this.warn('CLEANED', 'Line breaks, tabs and characters that nobody sees were left out.', field)
    else if (trimmed !== text.normalize('NFC')) this.warn('TRIMMED', 'Spaces at the ends were left out.', field)
    if (cell.kind === 'ERROR' || isErrorCell(trimmed)) {
      this.refuse(
        'CELL_ERROR',
        `${shortened(trimmed, 40)} is an error of the spreadsheet: mend the formula, or empty the cell.`,
        field,
      )
      return null
    }
    return isShortened(trimmed) && !cell.field.holds && !this.acceptsShortened(cell, field) ? null : trimmed
  }

  private acceptsShortened({ field: { identity } }: Cell, field: string): boolean {
    const message =
      'Excel shortened this number and its last figures are lost: format the column as text, or save the file as XLSX.'
    if (identity) this.refuse('NUMBER_SHORTENED', message, field)
    else this.warn('NUMBER_SHORTENED', message, field)
    return !identity
  }

  /** The number in a cell, as a decimal; undefined where there is none or it is wrong. */
  decimal(field: string): string | undefined {
    const text = this.text(field)
    return text === null ? undefined : this.attempt(field, () => this.numberIn(field, text))
  }

  /** Sets a value from a cell with a number; `read` takes the decimal. */
  takeDecimal(field: string, read: (decimal: string) => unknown = decimal => decimal) {
    this.take(field, text => read(this.numberIn(field, text)))
  }

  /** Sets whole minutes from hours. */
  takeHours(field: string, name: string) {
    this.take(field, text => minutesOf(text, hours => this.numberIn(field, hours)), { name })
  }

  private numberIn(field: string, text: string): string {
    const { kind = 'TEXT', mark = null, field: { holds } = {} } = this.cells.get(field) ?? {}
    const { decimal, sign } = numberOf(text, { kind, mark, percentage: holds === 'PERCENTAGE' })
    if (sign) this.signs.set(field, sign)
    return decimal
  }

  /** Sets a value from a cell, if it has one; where blanks clear, a blank cell sets `clear`, unless the value `stays`: what no record is without. */
  take(
    field: string,
    read: (text: string) => unknown = text => text,
    { name = field, clear = null, stays = false }: { name?: string; clear?: unknown; stays?: boolean } = {},
  ) {
    const text = this.text(field)
    if (text === null) {
      if (this.clearBlanks && this.has(field) && !stays) this.values[name] = clear
      return
    }
    const value = this.attempt(field, () => read(text))
    if (value !== undefined) this.values[name] = value
  }

  /** Runs what may refuse the cell of a field; undefined where it did. */
  attempt<V>(field: string | null, read: () => V): V | undefined {
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
    this.issues.push({
      level,
      code,
      message: shortMessage(message),
      field,
      column: cell?.header ?? null,
      value: cell ? [...cell.text].slice(0, shownLength).join('') : null,
    })
  }
}

/** A reader of a cell by a scalar of the schema, with the error of ours. */
export function byScalar(
  scalar: { parseValue(value: unknown): unknown },
  code: string,
  message: (text: string) => string,
) {
  return (text: string) => {
    try {
      return scalar.parseValue(text)
    } catch (error) {
      if (error instanceof GraphQLError) throw new UserError(code, message(text))
      throw error
    }
  }
}
