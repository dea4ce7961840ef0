import { Column, Entity, Index, PrimaryColumn, type EntityManager } from 'typeorm'
import { metadataOf, entities, type EntityMetadata } from '../../model/entity-metadata.js'
import { snake } from '../../lib/snake.js'
import type { Effect, Inserted, Removed, Transaction, Updated } from './effect.js'
import type { Row } from '../../model/field-definition.js'

/**
 * The position of the last commit in an organisation. No foreign key: its check would wait for a change of the
 * organisation, which may itself wait here.
 */
@Entity({ name: 'change_positions', withoutRowid: true })
export class ChangePosition {
  @PrimaryColumn({ name: 'organization_id', type: 'varchar', length: 32 })
  organizationId: string

  /** Milliseconds since 1970, but always more than before. */
  @Column({ type: 'bigint' })
  position: string
}

/** When each record last changed, in the order of the commits; the rows of deleted records stay. */
@Entity({ name: 'record_changes', withoutRowid: true })
@Index('ix_record_change_position', ['organizationId', 'kind', 'position', 'recordId'])
export class RecordChange {
  @PrimaryColumn({ name: 'organization_id', type: 'varchar', length: 32 })
  organizationId: string

  /** The name of the record's class, or `summaryKind` for the figures of a client. */
  @PrimaryColumn({ type: 'varchar', length: 40 })
  kind: string

  @PrimaryColumn({ name: 'record_id', type: 'varchar', length: 32 })
  recordId: string

  @Column({ type: 'bigint' })
  position: string

  @Column({ type: 'int' })
  deleted: number
}

/** The kind of a client's figures; their id is the client's. */
export const summaryKind = 'ClientSummary'

interface Change {
  kind: string
  id: string
  deleted: boolean
}

const batch = 500

/** Notes for feeds which records a transaction changed. */
export class ChangeLog implements Effect {
  private readonly changes = new Map<string, Change>()
  private readonly renamed: Row[] = []

  inserted({ rows }: Inserted) {
    for (const row of rows) this.changed(row)
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
  async settle({ manager, access, isStaged }: Transaction) {
    if (!isStaged) return
    const { id: organizationId } = access.organization
    await this.store(manager, '(?, ?, ?, 0, ?)', ({ kind, id, deleted }) => [organizationId, kind, id, deleted ? 1 : 0])
  }

  /**
   * Gives the changes the next position. The organisation's other writers wait from here to the commit, so positions
   * follow the order of commits. A reader who sees one position sees all earlier ones, and later commits come after it.
   * It must be the last statement of a transaction.
   */
  async finish(transaction: Transaction) {
    const { manager, access, isStaged } = transaction
    if (!isStaged && this.changes.size === 0) return
    await this.takePosition(transaction)
    if (isStaged) return
    const { id: organizationId } = access.organization
    await this.storeNamed(manager, organizationId)
    const marks = '(?, ?, ?, (SELECT position FROM change_positions WHERE organization_id = ?), ?)'
    await this.store(manager, marks, ({ kind, id, deleted }) => [
      organizationId,
      kind,
      id,
      organizationId,
      deleted ? 1 : 0,
    ])
  }

  /** Clients whose figures changed. */
  clients(ids: readonly string[]) {
    for (const id of ids) this.keep(summaryKind, id, false)
  }

  /** Notes a row, with the client that it belonged to before. A part changes with its document. */
  private changed(row: Row, formerClient?: unknown) {
    const record = metadataOf(row.constructor)
    if (record.part) return
    this.note(record, row.id)
    const { clientId } = row as { clientId?: string } // all records of a client name it so
    this.clients([clientId, formerClient].filter(id => typeof id === 'string'))
    this.figures(row)
  }

  /** Feeds read parts with their document, so a part is noted only when it is gone. */
  note(record: EntityMetadata, id: string, deleted = false) {
    if (record.hidden || (record.part && !deleted)) return
    this.keep(record.name, id, deleted)
    if (record.name === 'Client') this.keep(summaryKind, id, deleted)
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

  /** Takes the next position of the organisation, and holds it to the commit. */
  private async takePosition({ manager, dialect, access, now }: Transaction) {
    const at = now.getTime()
    await manager.query(
      `INSERT INTO change_positions (organization_id, position) VALUES (?, ?) ${dialect.onTaken('organization_id')} position = CASE WHEN change_positions.position < ? THEN ? ELSE change_positions.position + 1 END`,
      [access.organization.id, at, at, at],
    )
  }

  private async store(manager: EntityManager, marks: string, valuesOf: (change: Change) => unknown[]) {
    const rows = [...this.changes.values()]
    for (let from = 0; from < rows.length; from += batch) {
      const some = rows.slice(from, from + batch)
      await manager.query(
        `REPLACE INTO record_changes (organization_id, kind, record_id, position, deleted) VALUES ${some.map(() => marks).join(', ')}`,
        some.flatMap(valuesOf),
      )
    }
    this.changes.clear()
  }

  /** Reads as late as this which rows name a renamed record: another transaction may have added one meanwhile. */
  private async storeNamed(manager: EntityManager, organizationId: string) {
    for (const row of this.renamed.splice(0)) {
      for (const { kind, table, column } of recordsNaming(row.constructor)) {
        await manager.query(
          `REPLACE INTO record_changes (organization_id, kind, record_id, position, deleted) SELECT organization_id, ?, id, (SELECT position FROM change_positions WHERE organization_id = ?), 0 FROM ${table} WHERE organization_id = ? AND ${column} = ?`,
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
