import type { ClassType } from 'type-graphql'
import type { ObjectLiteral } from 'typeorm'
import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import type { OrganizationFacts } from '../../model/access.js'
import type { Row } from '../../model/field-definition.js'
import type { RecordRow } from '../../model/row.js'
import type { StoredColumn } from './import-column.js'
import type { ImportField } from './import-field.js'
import type { ImportChange } from './import-issue.js'
import type { Program } from './program.js'
import type { RowReader } from './row-reader.js'
import type { RowValues } from './row-values.js'

/** A row to be written: the values of its plan, and the record it matches. */
export interface PlannedRow<T, V> {
  /** The row in the sheet. */
  number: number
  values: V
  record: T | null
}

/** A record that was written, with all that undoing it needs. */
export interface Written {
  record: RecordRow
  /**
   * The values that were changed, as they were; null where the record is new. Undoing puts these values back and runs no
   * command, so they have to be all that `write` changed of the record.
   */
  before: Record<string, unknown> | null
}

/** An identity that only one row of a file may have, and the error of a second row that has it. */
export interface Claim {
  key: string
  code: string
  message: string
  field: string | null
}

/** All that the engine needs to know about one kind of record. `V` is the type of the values that `read` sets. */
export interface ImportDescription<T extends RecordRow & ObjectLiteral, V extends RowValues> {
  type: ClassType<T>
  fields: readonly ImportField[]
  /** Programs whose headers have another meaning than usual. */
  programs?: readonly Program[]
  /**
   * Returns what rows of one document share, in a kind with lines. They stand together, and the first of them is the
   * document.
   */
  groupOf?(row: RowReader<T, V>): string | null
  /** Returns what a row says about its whole document, in a kind with lines. */
  documentOf?(row: RowReader<T, V>): Readonly<Record<string, unknown>>
  /** Returns a function that looks at each row before it is read. It warns about columns that go to no field. */
  noteOf?(columns: readonly StoredColumn[], organization: OrganizationFacts): RowNote | undefined
  /** Reads the cells of a row into its values. It refuses what no record may have. */
  read(row: RowReader<T, V>, organization: OrganizationFacts): void
  /** Finds the record of each row, and refuses rows that contradict what is there. */
  match(scope: ReadScope, rows: readonly RowReader<T, V>[]): Promise<void>
  /** Returns what no two rows of one file may share. */
  claims(row: RowReader<T, V>): Claim[]
  /**
   * The changes of each row, after `match`; of a new record all that it has. Refuses a record that could not be stored.
   */
  changes(scope: ReadScope, rows: readonly RowReader<T, V>[]): Promise<Map<RowReader<T, V>, ImportChange[]>>
  title(row: RowReader<T, V>): string | null
  /**
   * Does what `write` would do with a row, on a scope that keeps it in memory, and returns the record. Thus a plan knows
   * what a commit would refuse. A row that changes nothing has no dry run.
   */
  dryRun?(scope: WriteScope, row: RowReader<T, V>): Promise<unknown>
  /** Kinds of records that a row makes and a later row of the file meets, such as what settles an invoice. */
  remembers?: readonly ClassType<Row & ObjectLiteral>[]
  /** The fields of columns by the names that commands use, where the two differ. */
  calledIn?: Readonly<Record<string, string>>
  /** Refuses rows that would make what somebody made since the plan. */
  refuseTaken(scope: WriteScope, rows: readonly PlannedRow<T, V>[]): Promise<void>
  write(scope: WriteScope, rows: readonly PlannedRow<T, V>[]): Promise<Written[]>
  /** Whether writing new records reads nothing of what the same import wrote before. */
  standAlone?: boolean
  /** Removes a record that `write` made, where more goes with it or keeps it from being removed. */
  remove?(scope: WriteScope, record: RecordRow): Promise<unknown>
}

/** Warns a row by its cells. */
export type RowNote = (row: Pick<RowReader<never, RowValues>, 'warn'>, cells: readonly string[]) => void

/** A record of any kind. */
export type AnyRecord = RecordRow & ObjectLiteral
export type AnyValues = RowValues & Record<string, unknown>
export type AnyDescription = ImportDescription<AnyRecord, AnyValues>
export type Reader = RowReader<AnyRecord, AnyValues>
