import type { ClassType } from 'type-graphql'
import type { ObjectLiteral } from 'typeorm'
import type { OrganizationFacts } from '../../model/access.js'
import type { RecordRow } from '../../model/row.js'
import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import type { ImportChange } from './import-plan.js'
import type { Program } from './programs.js'
import type { RowReader } from './row-reader.js'
import type { Row } from '../../model/field-definition.js'

/** A field that a column may go to. */
export interface ImportField {
  name: string
  description: string
  /** Headers that mean it, in Catalan, Spanish and English, the most exact first; case, accents and signs do not count. */
  headers: readonly string[]
  /** Headers that mean it where nothing better has the column, and `beside` others, where that says some; beside a column of the field `names`, only if it may name what that numbers. */
  spare?: { headers: readonly string[]; beside?: readonly string[]; names?: string }
  /** Whether its cells are without tax, so that a column whose header says otherwise does not go to it. */
  beforeTax?: boolean
  /** Headers that mean it, as its own do, where they say that tax is included. */
  withTax?: readonly string[]
  /** Where several columns may make it up, such as the parts of a name. */
  joins?: NameParts
  /** The field whose column it takes as well, where it has none: one of its own headers, or beside a name in several columns. */
  borrows?: string
  required?: boolean
  /** What its cells hold, where they hold numbers. */
  holds?: 'NUMBER' | 'PERCENTAGE'
  /** Whether its cells may have several lines. */
  lines?: boolean
  /** Whether its cells tell one record from another: none of their figures may be lost. */
  identity?: boolean
  /** Whether a column with such a header, this first cell and all these is meant; any is, where it is left out. */
  fits?: (sample: string, column: { header: string; cells: readonly string[] }) => boolean
}

/** The parts of a name, in the order in which they are joined: first names, further ones, family names. */
export interface NameParts {
  /** Headers of each, the most exact first. */
  parts: readonly (readonly string[])[]
  /** Headers that name it as a whole, so that its parts are not needed. */
  whole: readonly string[]
}

/** A row to be written: the values of its plan, and the record it matches. */
export interface PlannedRow<T> {
  /** The row in the sheet. */
  number: number
  values: Record<string, unknown>
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

/** All that an import has to know of one kind of record. */
export interface ImportDescription<T extends RecordRow & ObjectLiteral> {
  type: ClassType<T>
  fields: readonly ImportField[]
  /** Programs whose headers mean otherwise than anybody's. */
  programs?: readonly Program[]
  /** Of a kind with lines, what rows of one document share: they stand together, and the first of them is the document. */
  groupOf?: (row: RowReader<T>) => string | null
  /** Of a kind with lines, what a row says of its whole document. */
  documentOf?: (row: RowReader<T>) => Readonly<Record<string, unknown>>
  /** What the cells of a row mean; refuses what no record may have. */
  read(row: RowReader<T>, organization: OrganizationFacts): void
  /** Finds the record of each row, and refuses rows that contradict what is there. */
  match(scope: ReadScope, rows: readonly RowReader<T>[]): Promise<void>
  /** What no two rows of one file may share. */
  claims(row: RowReader<T>): Claim[]
  /** The changes of each row, after `match`; of a new record all that it has. Refuses a record that could not be stored. */
  changes(scope: ReadScope, rows: readonly RowReader<T>[]): Promise<Map<RowReader<T>, ImportChange[]>>
  title(row: RowReader<T>): string | null
  /** Does with a row what `write` would do, on a scope that keeps it in memory, so that a plan knows what a commit would refuse. */
  dryRun?(scope: WriteScope, row: RowReader<T>): Promise<unknown>
  /** Kinds of records that a row makes and a later row of the file meets, such as what settles an invoice. */
  remembers?: readonly ClassType<Row & ObjectLiteral>[]
  /** What commands call what a column holds, where its field has another name. */
  calledIn?: Readonly<Record<string, string>>
  /** Refuses rows that would make what somebody made since the plan. */
  refuseTaken(scope: WriteScope, rows: readonly PlannedRow<T>[]): Promise<void>
  write(scope: WriteScope, rows: readonly PlannedRow<T>[]): Promise<Written[]>
  /** Whether writing new records reads nothing of what the same import wrote before. */
  standAlone?: boolean
}
