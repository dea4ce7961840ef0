import type { ClassType } from 'type-graphql'
import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import type { OrganizationFacts } from '../../model/access.js'
import type { RecordRow } from '../../model/row.js'
import type { AnyRecord, ImportDescription } from './description.js'
import type { ImportField } from './import-field.js'
import type { RowReader } from './row-reader.js'
import type { RowValues } from './row-values.js'

/** Values of every kind whose rows make new records. */
export interface RecordValues extends RowValues {
  externalId?: string | null
}

/** A number or code that no two records share. */
export interface Numbered<T, V> {
  field: 'number' | 'code'
  /** Returns what no other record may have, such as the number and the client that gave it. */
  keyOf(values: Partial<V>): string | null
  keyOfRecord(record: T): string
  /** Whether other records may have it as well. */
  isFree?(given: { kind?: unknown; state?: unknown }): boolean
  /** The cells that identify a record together with it, where no column of the file holds external ids. */
  with?: readonly string[]
}

/** How rows name the record that theirs belongs to. */
export interface Owner<V> {
  /** Its name among the values. */
  idName: string
  fields: readonly ImportField[]
  /** Finds it for each row, and refuses rows that name none or two. */
  find(scope: ReadScope, rows: readonly RowReader<unknown, V & object>[], noun: string): Promise<void>
  /** Returns the cells that name it. All rows of a document must have the same. */
  ownerCells(row: RowReader<unknown, V & object>): Readonly<Record<string, string | undefined>>
}

/** The values of a record that is there, as `read` would set them. A record that it refers to is an id under `…Id`. */
export type ExistingValues<V> = { [Name in keyof V]?: V[Name] | null }

/** The description of a kind whose rows only make new records. A business brings its history in by these. */
export interface RecordKind<T extends AnyRecord, V extends RecordValues> {
  type: ClassType<T>
  /** The noun that people use for it. */
  noun: string
  /** Headers of its external id beside those of every kind. */
  externalIdHeaders: readonly string[]
  /** Its fields beside its owner and its external id. */
  fields: readonly ImportField[]
  /** The owner, where cells name one; otherwise the record that `refer` finds leads to the owner. */
  owner?: Owner<V>
  read(row: RowReader<T, V>, organization: OrganizationFacts): void
  /** Finds what a row refers to by name; refuses what is not there. */
  refer?(scope: ReadScope, rows: readonly RowReader<T, V>[]): Promise<void>
  /** Returns the values of records that are there. */
  existingValues(scope: ReadScope, records: readonly T[]): Promise<ReadonlyMap<string, ExistingValues<V>>>
  title(values: Partial<V>): string | null
  /**
   * Makes the record with the commands of its feature, in the state that the row says. It calls `made` for each other
   * record that it makes.
   */
  create(scope: WriteScope, values: V, made: (other: RecordRow) => void): Promise<T>
  numbered?: Numbered<T, V>
  /** Kinds of records that a row makes and a later row of the file meets. */
  remembers?: ImportDescription<T, V>['remembers']
  calledIn?: ImportDescription<T, V>['calledIn']
  remove?: ImportDescription<T, V>['remove']
  /**
   * Reads the line of a row, in a kind with lines. Rows that stand together and have one external id are one document.
   * A file without lines can only name documents that are there.
   */
  line?(row: RowReader<T, V>): object | undefined
}
