import type { CellKind } from '../../lib/table/read.js'
import { cleanText, normalText, shortMessage, shortened } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'
import { dayOf, isErrorCell, isShortened, minutesOf, numberOf, type NumberCell } from './cells.js'
import type { ImportField } from './import-field.js'
import type { ImportIssue } from './import-issue.js'
import type { RowValues } from './row-values.js'

export interface Cell {
  text: string
  header: string
  kind: CellKind
  /** The sign before decimals in its column, if it is known. */
  mark: NumberCell['mark']
  field: Pick<ImportField, 'holds' | 'identity' | 'lines'>
  /** Whether its column goes to another field first. */
  isBorrowed: boolean
}

const shownLength = 100

type Name<V> = keyof V & string
/** Names of values that may be any text. */
type TextName<V> = { [N in Name<V>]-?: string extends V[N] ? N : never }[Name<V>]

interface Taking<Value> {
  /** The field whose cell it is, where it has another name. */
  from?: string
  /** The value that a blank cell sets where blanks clear; null unless given. */
  clear?: Value
  /** Whether a blank cell never clears it: what no record is without. */
  stays?: boolean
}

const asItIs = (text: string) => text

/** A row of a spreadsheet while it is compared: its cells by field, the values read from them, and its errors. */
export class RowReader<T, V extends object> {
  readonly issues: ImportIssue[] = []
  /** The values that it would write. */
  readonly values: Partial<V> = {}
  /** The sign or code of a currency that stood beside a number, by field, as it was written (lib/currency-sign.ts). */
  readonly signs = new Map<string, string>()
  /** The record it matches. */
  record: T | null = null

  /** The first row of its document, if this row is a further line. */
  head: RowReader<T, V> | null = null

  private begun: readonly ImportIssue[] = []

  /** Facts about the whole file, shared by its rows. */
  file = new Set<string>()

  /** Whether it is wrong in a way that leaves nothing to compare. */
  isGivenUp = false

  /** The rows of a document, one for each line. */
  lines: RowReader<T, V>[] = []

  /** A reader for `take`: a day, in the time zone of the organisation. */
  readonly day = (text: string) => dayOf(text, this.timeZone)

  constructor(
    readonly number: number,
    private readonly cells: ReadonlyMap<string, Cell>,
    private readonly clearBlanks: boolean,
    private readonly timeZone: string,
  ) {}

  /** Notes that the errors so far were found before any cell was read. */
  begin(): this {
    this.begun = [...this.issues]
    return this
  }

  /** Returns the same row, not compared yet. A row that was `refused` is not compared at all. */
  again(refused?: UserError): RowReader<T, V> {
    const row = new RowReader<T, V>(this.number, this.cells, this.clearBlanks, this.timeZone)
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
  lacks(name: Name<V>, field: string = name): boolean {
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

  /** Returns the header of its column, such as `Tags separated by -`. */
  header(field: string): string {
    return this.cells.get(field)?.header ?? ''
  }

  /** Whether the column of this field goes to another one first, which keeps what this one cannot use. */
  isBorrowed(field: string): boolean {
    return this.cells.get(field)?.isBorrowed ?? false
  }

  /**
   * Returns the text of the cell without spaces at its ends. It returns null where the cell is blank or missing, or
   * where a spreadsheet lost its text.
   */
  text(field: string): string | null {
    const cell = this.cells.get(field)
    const text = cell?.text ?? ''
    const trimmed = cleanText(text, cell?.field.lines ?? false)
    if (!cell || trimmed === '') return null
    if (trimmed !== normalText(text))
      this.warn('CLEANED', 'Line breaks, tabs and invisible characters were left out.', field)
    else if (trimmed !== text.normalize('NFC')) this.warn('TRIMMED', 'Spaces at the ends were left out.', field)
    if (cell.kind === 'ERROR' || isErrorCell(trimmed)) {
      this.refuse(
        'CELL_ERROR',
        `${shortened(trimmed, 40)} is an error of the spreadsheet: fix the formula, or empty the cell.`,
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
  takeDecimal(name: TextName<V>): void
  takeDecimal<N extends Name<V>>(name: N, read: (decimal: string) => V[N]): void
  takeDecimal(name: Name<V>, read: (decimal: string) => unknown = asItIs) {
    this.set(name, text => read(this.numberIn(name, text)))
  }

  /** Sets whole minutes from hours. */
  takeHours(name: Name<V>, from: string) {
    this.set(name, text => minutesOf(text, hours => this.numberIn(from, hours)), { from })
  }

  private numberIn(field: string, text: string): string {
    const { kind = 'TEXT', mark = null, field: { holds } = {} } = this.cells.get(field) ?? {}
    const { decimal, sign } = numberOf(text, { kind, mark, percentage: holds === 'PERCENTAGE' })
    if (sign) this.signs.set(field, sign)
    return decimal
  }

  /** Sets a value from a cell, if it has one, or if it is blank and blanks clear. */
  take(name: TextName<V>, read?: undefined, how?: Taking<string | null>): void
  take<N extends Name<V>>(name: N, read: (text: string) => V[N], how?: Taking<V[N]>): void
  take(name: Name<V>, read: (text: string) => unknown = asItIs, how?: Taking<unknown>) {
    this.set(name, read, how)
  }

  /** Sets a text that no new record is without. */
  need(name: TextName<V>, code: string, message: string) {
    this.set(name, asItIs, { stays: true })
    if (this.lacks(name)) this.refuseNew(code, message, name)
  }

  /** Requires the day on which a state was reached, and refuses it for other states. */
  needsDay(name: TextName<V>, isReached: boolean, states: readonly string[]) {
    if (this.failed) return
    const day = this.values[name]
    if (isReached && !day)
      this.refuseNew(
        'DATE_REQUIRED',
        `The day is missing: ${name} is needed where the state is ${states.join(' or ')}.`,
        name,
      )
    if (!isReached && day)
      this.refuseNew('STATE_MISSING', `${name} says a day, but the state is not ${states.join(' or ')}.`, name)
  }

  private set(
    name: Name<V>,
    read: (text: string) => unknown,
    { from = name, clear = null, stays = false }: Taking<unknown> = {},
  ) {
    const values = this.values as Record<string, unknown> // `take` and its like say what goes where
    const text = this.text(from)
    if (text === null) {
      if (this.clearBlanks && this.has(from) && !stays) values[name] = clear
      return
    }
    const value = this.attempt(from, () => read(text))
    if (value !== undefined) values[name] = value
  }

  /** Runs a reader that may refuse the cell of a field; returns undefined where it did. */
  attempt<V>(field: string | null, read: () => V): V | undefined {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      this.refuse(error.code, error.message, field)
      return undefined
    }
  }

  /** Whether the row names its record by the id of Clientela. */
  get isKnownById(): boolean {
    return (this.values as RowValues).ownId !== undefined // every kind may have it
  }

  refuse(code: string, message: string, field: string | null = null) {
    this.add('ERROR', code, message, field)
  }

  /** Refuses a row without something that a new record needs. A row with the id of its record needs nothing else. */
  refuseNew(code: string, message: string, field: string | null = null) {
    if (!this.isKnownById) this.refuse(code, message, field)
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
