import type { ObjectLiteral } from 'typeorm'
import type { Session } from '../session.js'
import type { ClassType } from 'type-graphql'
import type { Access } from '../../model/access.js'
import type { Condition } from '../../model/condition.js'
import type { EntityMetadata } from '../../model/entity-metadata.js'
import type { Dialect } from '../dialect.js'
import type { ChangeEvent } from './change-event.js'
import type { Snapshot } from './snapshot.js'
import type { Row } from '../../model/field-definition.js'

interface Recorded {
  /** The event for the history; null where the history says nothing of the write. */
  event: ChangeEvent | null
}

/** Rows of one kind that were added. */
export interface Inserted extends Recorded {
  rows: readonly Row[]
  /** Whether the database has never held them: a restored record was there before. */
  isNew: boolean
}

/** One row that was changed. */
export interface Updated extends Recorded {
  row: Row
  before: Snapshot
  after: Snapshot
  /** The fields that differ. */
  names: readonly string[]
}

/** Rows of one kind that were removed. */
export interface Removed extends Recorded {
  record: EntityMetadata
  ids: readonly string[]
  /** The row as it was; null where parts were removed with their document. */
  row: Row | null
}

/** The transaction that an effect writes in. */
export interface Transaction {
  session: Session
  access: Access
  dialect: Dialect
  now: Date
  /** Whether the rows wait on a stage, where the transaction cannot read them. */
  isStaged: boolean
  /** Reads rows from the database. */
  list: (type: ClassType<Row & ObjectLiteral>, condition: Condition) => Promise<Row[]>
}

/**
 * Observes every write of one transaction, and stores what follows from it. A new effect is a class in a file of its
 * own and a line in `WriteScope`. All verbs of `WriteScope` end in one step, which runs the effects in order.
 */
export interface Effect {
  inserted(write: Inserted): void
  updated(write: Updated): void
  removed(write: Removed): void
  /** Stores what was observed so far, so that a long transaction need not hold all of it. */
  settle?(transaction: Transaction): Promise<void>
  /** Ends the transaction, once all effects have settled. */
  finish?(transaction: Transaction): Promise<void>
}
