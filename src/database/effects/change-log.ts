import { Column, Entity, Index, PrimaryColumn, QueryFailedError } from 'typeorm'
import { codeOf } from '../dialect.js'
import type { Session } from '../session.js'
import { metadataOf, entities, type EntityMetadata } from '../../model/entity-metadata.js'
import { snake } from '../../lib/snake.js'
import type { Effect, Inserted, Removed, Transaction, Updated } from './effect.js'
import { removeFigures } from './kept-figures.js'
import type { Row } from '../../model/field-definition.js'

/**
 * When each record last changed, in the order of the commits; the rows of deleted records stay. One row of each
 * organisation, without a kind, has the position of its last commit.
 */
@Entity({ name: 'record_changes', withoutRowid: true })
@Index('ix_record_change_position', ['organizationId', 'kind', 'position', 'recordId'])
export class RecordChange {
  @PrimaryColumn({ name: 'organization_id', type: 'varchar', length: 32 })
  organizationId: string

  /** The name of the record's class; `summaryKind` or `figuresKind` for the summary or the figures of a client. */
  @PrimaryColumn({ type: 'varchar', length: 40 })
  kind: string

  @PrimaryColumn({ name: 'record_id', type: 'varchar', length: 32 })
  recordId: string

  @Column({ type: 'bigint' })
  position: string

  @Column({ type: 'int' })
  deleted: number
}

/** The kind of a client's row in the feed of summaries; its id is the client's. */
export const summaryKind = 'ClientSummary'

/**
 * The kind of a client's figures. Its position is their revision: it changes with each record that a figure counts, and
 * with nothing else (database/effects/kept-figures.ts).
 */
export const figuresKind = 'ClientFigures'

interface Change {
  kind: string
  id: string
  deleted: boolean
}

const batch = 500
/** Up to here one statement finds the position and stores the changes; SQLite joins at most 500 selects. */
const fewChanges = 100
const primaryKey = 'organization_id, kind, record_id'
/** The position of an organisation's last commit. */
const lastPosition = "(SELECT position FROM record_changes WHERE organization_id = ? AND kind = '' AND record_id = '')"

/** Organisations that had a position. */
const placed = new Set<string>()
const mostPlaced = 10_000

/** Whether a position was not there any more; another attempt takes a new one. */
export function isPositionGone(error: unknown): boolean {
  const isGone =
    error instanceof QueryFailedError &&
    /^(?:ER_BAD_NULL_ERROR|SQLITE_CONSTRAINT_NOTNULL)$/.test(codeOf(error)) &&
    error.message.includes('position')
  if (isGone) placed.clear()
  return isGone
}

/** Notes for feeds which records a transaction changed. */
export class ChangeLog implements Effect {
  private readonly changes = new Map<string, Change>()
  private readonly renamed: Row[] = []
  /** Clients that go. */
  private readonly gone: string[] = []

  inserted({ rows }: Inserted) {
    for (const row of rows) {
      this.changed(row)
      if (metadataOf(row.constructor).name === 'Client') this.keep(figuresKind, row.id, false)
    }
  }

  updated({ row, before, names }: Updated) {
    this.changed(row, before.clientId)
    if (names.includes('name')) this.renamed.push(row)
  }

  removed({ record, ids, row }: Removed) {
    if (row) this.changed(row)
    for (const id of ids) this.note(record, id, true)
  }

  /** Puts the changes so far on a stage, where those of new records need no position yet. */
  async settle({ session, access, isStaged }: Transaction) {
    if (!isStaged) return
    const { id: organizationId } = access.organization
    await this.store(session, '(?, ?, ?, 0, ?)', ({ kind, id, deleted }) => [organizationId, kind, id, deleted ? 1 : 0])
  }

  /**
   * Gives the changes the next position. The organisation's other writers wait from here to the commit, so positions
   * follow the order of commits. A reader who sees one position sees all earlier ones, and later commits come after it.
   * It must be the last statement of a transaction.
   */
  async finish(transaction: Transaction) {
    const { session, access, isStaged } = transaction
    if (!isStaged && this.changes.size === 0) return
    if (this.gone.length > 0) await removeFigures(transaction, this.gone)
    if (!isStaged && this.renamed.length === 0 && (await this.storeAtNextPosition(transaction))) return
    await this.takePosition(transaction)
    if (isStaged) return
    const { id: organizationId } = access.organization
    await this.storeNamed(session, organizationId)
    await this.store(session, `(?, ?, ?, ${lastPosition}, ?)`, ({ kind, id, deleted }) => [
      organizationId,
      kind,
      id,
      organizationId,
      deleted ? 1 : 0,
    ])
  }

  /** Clients whose figures changed. */
  clients(ids: readonly string[]) {
    this.summaries(ids)
    for (const id of ids) this.keep(figuresKind, id, false)
  }

  /** Clients of whom the feed of summaries may tell something else. */
  private summaries(ids: readonly string[]) {
    for (const id of ids) this.keep(summaryKind, id, false)
  }

  /** Notes a row, with the client that it belonged to before. A part changes with its document. */
  private changed(row: Row, formerClient?: unknown) {
    const record = metadataOf(row.constructor)
    if (record.part) return
    this.note(record, row.id)
    const { clientId } = row as { clientId?: string } // all records of a client name it so
    const clients = [clientId, formerClient].filter(id => typeof id === 'string')
    if (record.figures) this.clients(clients)
    else this.summaries(clients)
    this.figures(row)
  }

  /** Feeds read parts with their document, so a part is noted only when it is gone. */
  note(record: EntityMetadata, id: string, deleted = false) {
    if (record.hidden || (record.part && !deleted)) return
    this.keep(record.name, id, deleted)
    if (record.name !== 'Client') return
    this.keep(summaryKind, id, deleted)
    if (!deleted) return
    this.keep(figuresKind, id, true)
    this.gone.push(id)
  }

  /** Notes the records whose figures count this one, such as the invoice of a payment. */
  private figures(row: Row) {
    const { figuresOf = [], fields } = metadataOf(row.constructor)
    const values = row as unknown as Record<string, unknown> // read by the names of its own fields
    for (const { name, target } of fields) {
      const id = figuresOf.includes(name) ? values[name] : undefined
      if (typeof id === 'string' && typeof target === 'function') this.note(metadataOf(target()), id)
    }
  }

  /**
   * Does in one statement what `finish` does; false where that is not possible, and nothing was done. Where a position
   * is known to be there, nobody waits for the result, and COMMIT goes in the same packet. Else the statement fails.
   */
  private async storeAtNextPosition({ session, dialect, access, now }: Transaction): Promise<boolean> {
    const changes = [...this.changes.values()]
    if (changes.length > fewChanges) return false
    const { id } = access.organization
    const isPlaced = placed.has(id)
    const sql = `INSERT INTO record_changes (organization_id, kind, record_id, position, deleted)
      SELECT ?, changed.kind, changed.id, ${dialect.greatest}(?, last.position + 1), changed.deleted
      FROM (SELECT '' AS kind, '' AS id, 0 AS deleted${' UNION ALL SELECT ?, ?, ?'.repeat(changes.length)}) changed
      ${isPlaced ? 'LEFT JOIN' : 'JOIN'} record_changes last ON last.organization_id = ? AND last.kind = '' AND last.record_id = '' WHERE true${dialect.forUpdate}
      ${dialect.onTaken(primaryKey)} position = ${dialect.excluded('position')}, deleted = ${dialect.excluded('deleted')}`
    const listed = changes.flatMap(({ kind, id, deleted }) => [kind, id, deleted ? 1 : 0])
    const values = [id, now.getTime(), ...listed, id]
    if (isPlaced) {
      await session.put(sql, values)
      return true
    }
    if ((await session.run(sql, values)) === 0) return false
    if (placed.size >= mostPlaced) placed.clear()
    placed.add(id)
    return true
  }

  /** Takes the next position of the organisation, and holds it to the commit. */
  private async takePosition({ session, dialect, access, now }: Transaction) {
    await session.put(
      `INSERT INTO record_changes (organization_id, kind, record_id, position, deleted) VALUES (?, '', '', ?, 0) ${dialect.onTaken(primaryKey)} position = ${dialect.greatest}(${dialect.excluded('position')}, record_changes.position + 1)`,
      [access.organization.id, now.getTime()],
    )
  }

  private async store(session: Session, marks: string, valuesOf: (change: Change) => unknown[]) {
    const rows = [...this.changes.values()]
    for (let from = 0; from < rows.length; from += batch) {
      const some = rows.slice(from, from + batch)
      await session.put(
        `REPLACE INTO record_changes (organization_id, kind, record_id, position, deleted) VALUES ${some.map(() => marks).join(', ')}`,
        some.flatMap(valuesOf),
      )
    }
    this.changes.clear()
  }

  /** Reads as late as this which rows name a renamed record: another transaction may have added one meanwhile. */
  private async storeNamed(session: Session, organizationId: string) {
    for (const row of this.renamed.splice(0)) {
      for (const { kind, table, column } of recordsNaming(row.constructor)) {
        await session.put(
          `REPLACE INTO record_changes (organization_id, kind, record_id, position, deleted) SELECT organization_id, ?, id, ${lastPosition}, 0 FROM ${table} WHERE organization_id = ? AND ${column} = ?`,
          [kind, organizationId, organizationId, row.id],
        )
      }
    }
  }

  /** A deleted record stays deleted. */
  private keep(kind: string, id: string, deleted: boolean) {
    const key = `${kind} ${id}`
    if (deleted || !this.changes.get(key)?.deleted) this.changes.set(key, { kind, id, deleted })
  }
}

/** The tables whose feeds give the name of such a record. */
function recordsNaming(type: object) {
  return entities().flatMap(({ name: record, table, fields }) =>
    fields
      .filter(({ named, target }) => named && typeof target === 'function' && target() === type)
      .flatMap(({ name }) =>
        (record === 'Client' ? [record, summaryKind] : [record]).map(kind => ({ kind, table, column: snake(name) })),
      ),
  )
}
