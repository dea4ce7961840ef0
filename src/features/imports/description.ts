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

/** What is told of a written record, for undoing it. */
export interface Written {
  record: RecordRow
  /** The values that were changed, as they were; null where the record is new. */
  before: Record<string, unknown> | null
}

/** What a row holds alone in its file, and the error of a second one that has it. */
export interface Claim {
  key: string
  code: string
  message: string
  field: string | null
}

/** All that an import has to know of one kind of record; `V` is what `read` makes of a row. */
export interface ImportDescription<T extends RecordRow & ObjectLiteral, V extends RowValues> {
  type: ClassType<T>
  fields: readonly ImportField[]
  /** Programs whose headers mean otherwise than anybody's. */
  programs?: readonly Program[]
  /** Of a kind with lines, what rows of one document share: they stand together, and the first of them is the document. */
  groupOf?(row: RowReader<T, V>): string | null
  /** Of a kind with lines, what a row says of its whole document. */
  documentOf?(row: RowReader<T, V>): Readonly<Record<string, unknown>>
  /** Warns of what columns that go nowhere say; gives what looks at each row before it is read. */
  noteOf?(columns: readonly StoredColumn[], organization: OrganizationFacts): RowNote | undefined
  /** What the cells of a row mean; refuses what no record may have. */
  read(row: RowReader<T, V>, organization: OrganizationFacts): void
  /** Finds the record of each row, and refuses rows that contradict what is there. */
  match(scope: ReadScope, rows: readonly RowReader<T, V>[]): Promise<void>
  /** What no two rows of one file may share. */
  claims(row: RowReader<T, V>): Claim[]
  /** The changes of each row, after `match`; of a new record all that it has. Refuses a record that could not be stored. */
  changes(scope: ReadScope, rows: readonly RowReader<T, V>[]): Promise<Map<RowReader<T, V>, ImportChange[]>>
  title(row: RowReader<T, V>): string | null
  /** Does with a row what `write` would do, on a scope that keeps it in memory, so that a plan knows what a commit would refuse. */
  dryRun?(scope: WriteScope, row: RowReader<T, V>): Promise<unknown>
  /** Kinds of records that a row makes and a later row of the file meets, such as what settles an invoice. */
  remembers?: readonly ClassType<Row & ObjectLiteral>[]
  /** What commands call what a column holds, where its field has another name. */
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

/** Of whatever kind. */
export type AnyRecord = RecordRow & ObjectLiteral
export type AnyValues = RowValues & Record<string, unknown>
export type AnyDescription = ImportDescription<AnyRecord, AnyValues>
export type Reader = RowReader<AnyRecord, AnyValues>
