import type { EntityManager, ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import type { Access } from '../../model/access.js'
import type { Condition } from '../../model/condition.js'
import type { EntityMetadata } from '../../model/entity-metadata.js'
import type { Dialect } from '../dialect.js'
import type { ChangeEvent } from './change-event.js'
import type { Snapshot } from './snapshot.js'
import type { Row } from '../../model/field-definition.js';

interface Told {
  /** What history says of the write; null where it says nothing. */
  event: ChangeEvent | null
}

/** Rows of one kind that were added. */
export interface Inserted extends Told {
  rows: readonly Row[]
  /** Whether the database has never held them: a restored record was there before. */
  isNew: boolean
}

/** One row that was changed. */
export interface Updated extends Told {
  row: Row
  before: Snapshot
  after: Snapshot
  /** The fields that differ. */
  names: readonly string[]
}

/** Rows of one kind that were removed. */
export interface Removed extends Told {
  record: EntityMetadata
  ids: readonly string[]
  /** The row as it was; null where parts were removed by what they belong to. */
  row: Row | null
}

/** The transaction that an effect writes in. */
export interface Transaction {
  manager: EntityManager
  access: Access
  dialect: Dialect
  now: Date
  /** Whether the writes wait on a stage, where the transaction cannot read them. */
  isStaged: boolean
  /** Rows as the database has them. */
  list: (type: ClassType<Row & ObjectLiteral>, condition: Condition) => Promise<Row[]>
}

/**
 * Observes every write of one transaction, and writes down what follows from it. A new effect is a class like this in a
 * file of its own, and a line in `WriteScope`: its verbs all end in one step, which runs all effects in order.
 */
export interface Effect {
  inserted(write: Inserted): void
  updated(write: Updated): void
  removed(write: Removed): void
  /** Writes down what there is so far, so that a long transaction need not hold all of it. */
  settle?(transaction: Transaction): Promise<void>
  /** The last that the transaction does, once all effects have settled. */
  finish?(transaction: Transaction): Promise<void>
}
