import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import { conflict, MergedMeanwhile } from '../../model/errors.js'
import { metadataOf, type EntityMetadata } from '../../model/entity-metadata.js'
import { relationOf, type Row } from '../../model/field-definition.js'
import type { Condition } from '../../model/condition.js'
import type { RecordRow } from '../../model/row.js'
import { UserError } from '../../lib/user-error.js'
import { snapshot, type Snapshot } from '../effects/snapshot.js'
import { ownerOf } from '../select.js'
import type { Session } from '../session.js'
import { byId, ReadScope, refuseMissing, type ScopeSetting } from './read-scope.js'

type Entity = Row & ObjectLiteral

/** A scope inside a transaction. It remembers the rows that it read, and keeps others from those that it takes. */
export class TakeScope extends ReadScope {
  protected readonly originals = new WeakMap<Row, Snapshot>()
  /** Ids of the organisation's records, to which references may lead. */
  protected readonly known = new Set<string>()

  /** Another scope over the same transaction. */
  also<S>(make: (session: Session, setting: ScopeSetting) => S): S {
    return make(this.session, this.setting)
  }

  override async find<T extends Entity>(type: ClassType<T>, id: string): Promise<T | null> {
    const row = await super.find(type, id)
    if (row) this.remember(row)
    return row
  }

  override async get<T extends Entity>(type: ClassType<T>, id: string): Promise<T> {
    return (await this.find(type, id)) ?? this.missing(metadataOf(type), id)
  }

  override async list<T extends Entity>(type: ClassType<T>, ...conditions: Condition[]): Promise<T[]> {
    const rows = await super.list(type, ...conditions)
    rows.forEach(row => this.remember(row))
    return rows
  }

  /** The record, held until the transaction ends; with `version`, refused if it is not that one. */
  async take<T extends RecordRow & ObjectLiteral>(type: ClassType<T>, id: string, version?: number): Promise<T> {
    const where = [{ sql: 't.id = :id', parameters: { id } }]
    const [found] = await this.rowsOf(type, { where, end: this.setting.dialect.forUpdate })
    const row = found ?? (await this.missing(metadataOf(type), id))
    if (version !== undefined && row.version !== version) refuseStale(metadataOf(type), row, version)
    this.remember(row)
    return row
  }

  /**
   * Several records in one statement, held in the order of their ids. Each is given by a function of its own, which
   * throws what `take` would throw.
   */
  async takeAll<T extends RecordRow & ObjectLiteral>(
    type: ClassType<T>,
    given: readonly { id: string; version: number }[],
  ): Promise<(() => T)[]> {
    const ids = given.map(({ id }) => id)
    const rows = new Map(
      (await this.takeWhere(type, { sql: 't.id IN (:...ids)', parameters: { ids } })).map(row => [row.id, row]),
    )
    return given.map(({ id, version }) => () => {
      const row = rows.get(id) ?? refuseMissing(metadataOf(type), id)
      return row.version === version ? row : refuseStale(metadataOf(type), row, version)
    })
  }

  /** The records of some conditions, held like that. A command that holds several kinds takes them in the one order. */
  async takeWhere<T extends RecordRow & ObjectLiteral>(type: ClassType<T>, ...conditions: Condition[]): Promise<T[]> {
    const rows = await this.rowsOf(type, { where: conditions, order: byId, end: this.setting.dialect.forUpdate })
    rows.forEach(row => this.remember(row))
    return rows
  }

  protected remember(row: Row) {
    this.originals.set(row, snapshot(row))
    this.known.add(row.id)
  }

  /** Refuses references that lead to no record of this organisation. */
  protected async refuseForeign(rows: readonly Row[], names: readonly string[]) {
    const { fields } = metadataOf(rows[0]?.constructor ?? Object)
    for (const field of fields) {
      if (field.kind !== 'reference' || typeof field.target !== 'function' || !names.includes(field.name)) continue
      const target = metadataOf(field.target())
      const ids = this.unknownIds(rows, field.name)
      if (ids.size === 0) continue
      const found = await this.rows<{ id: string }>(
        `SELECT id FROM ${target.table} WHERE ${ownerOf(target)} = :organization AND id IN (:...ids)`,
        { ids: [...ids] },
      )
      found.forEach(({ id }) => this.known.add(id))
      if (found.length < ids.size)
        throw new UserError(
          'NOT_FOUND',
          `There is no such ${target.name.toLowerCase()}; check ${field.name}.`,
          relationOf(field) + 'Id',
        )
    }
  }

  private unknownIds(rows: readonly Row[], name: string): Set<string> {
    const ids = rows.map(row => (row as unknown as Record<string, string | null | undefined>)[name]) // references hold ids
    return new Set(ids.filter(id => id !== null && id !== undefined && !this.known.has(id)).map(String))
  }

  /**
   * When the change began, ids of merged records were replaced by those of their successors. A record that was merged
   * since was read too early, so the change runs again.
   */
  private async missing(record: EntityMetadata, id: string): Promise<never> {
    if ((await this.successors(record, [id])).size > 0)
      throw new MergedMeanwhile(`There is no ${record.name} with the id ${id}.`)
    return refuseMissing(record, id)
  }
}

export function refuseStale(record: EntityMetadata, row: RecordRow, yours: number): never {
  throw conflict(
    `This ${record.name} was changed meanwhile: it is at version ${row.version}, you sent ${yours}. Read it again and repeat your change.`,
    { version: row.version, yours },
  )
}
