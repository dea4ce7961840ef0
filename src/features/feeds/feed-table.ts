import type { ReadScope } from '../../database/scope/write-scope.js'
import type { Permission } from '../../model/permission.js'
import type { Day } from '../../lib/calendar.js'
import type { Cell, Column } from '../../lib/table/column.js'

export interface FeedColumn extends Column {
  /** The permission that it needs beyond its table. */
  permission?: Permission
}

/** A request for a table. */
export interface Asked {
  columns: readonly FeedColumn[]
  /** The day that figures hold for. */
  asOf: Day
  /** Whether the records asked for are all that there are from the first id to the last. */
  allBetween?: boolean
  /** Takes the clients whose figures of today had to be worked out. */
  keep?: (clients: readonly string[]) => void
}

/**
 * A table that programs pull. Each of its rows belongs to a record whose changes are noted
 * (database/effects/change-log.ts): to itself, to its document or to its client.
 */
export interface FeedTable {
  name: string
  description: string
  permission: Permission | null
  /** The kind of record that its rows belong to. */
  kind: string
  /** The kind under which it is noted that single rows of it are gone, where those are parts of a record. */
  partKind?: string
  /** The column that holds the id of that record. */
  belongsBy: string
  /** The columns that identify a row. */
  key: readonly string[]
  columns: readonly FeedColumn[]
  /** Whether all rows of a record are sent again when one of them changed. */
  isReplaced?: boolean
  /** SQL for the records that change as days pass: over a record's change `c`, the days :from and :to, and those of `turnDays`. */
  turned?: string
  /** Reads the rows of these records. */
  rows(scope: ReadScope, ids: readonly string[], asked: Asked): Promise<RowsOf>
}

/**
 * The rows of a record by its id. They are made when they are asked for: read at once are more than should be held as
 * rows.
 */
export type RowsOf = (id: string) => Cell[][]

/** The last column of every table. The row of a deleted record has only its key beside it. */
export const deletedAt: FeedColumn = {
  name: 'deleted_at',
  type: 'timestamp',
  nullable: true,
  description:
    'Empty for what is there. In an incremental pull, a row that has it says that the record with this key is gone since then; its other columns are empty.',
}

/** Amounts of any currency: 16 digits before the point, 4 after. */
export const amountType = 'decimal(20,4)'
