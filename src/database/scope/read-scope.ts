import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import { notFound } from '../../model/errors.js'
import type { Day } from '../../lib/calendar.js'
import { batchesOf } from '../../lib/batches.js'
import { sumTooLarge } from '../../lib/decimal.js'
import { UserError } from '../../lib/user-error.js'
import type { FileStorage } from '../../storage/file-storage.js'
import type { Access } from '../../model/access.js'
import type { Dialect } from '../dialect.js'
import type { Condition, Parameters } from '../../model/condition.js'
import { metadataOf, type EntityMetadata } from '../../model/entity-metadata.js'
import type { Row } from '../../model/field-definition.js'
import type { Companion } from '../companion.js'
import { parametersOf, selectSql, shapeOf, type Selection } from '../select.js'
import type { Session } from '../session.js'
import { Statement } from '../statement.js'

export interface ScopeSetting {
  access: Access
  dialect: Dialect
  /** The moment of the request, and the day it has in the organisation's time zone. */
  now: Date
  today: Day
  storage: FileStorage
  /** Whether kept figures are read; else they are worked out from the documents. */
  readsKept: boolean
}

/** The order of ids. */
export const byId = [{ sql: 't.id', direction: 'ASC' as const }]

/** The order and the beginning of a walk over rows. */
export interface Walk<T> {
  /** The field that orders the rows; the default is `id`. */
  by?: keyof T & string
  /** The walk begins beyond this value of the field. */
  from?: string | number
  descending?: boolean
  /** The fields to read, with `by` and `id` among them; the default is all. */
  only?: readonly (keyof T & string)[]
}

/** The database as one organisation sees it. Every statement is bound to that organisation. */
export class ReadScope {
  constructor(
    protected readonly session: Session,
    readonly setting: ScopeSetting,
  ) {}

  get organization() {
    return this.setting.access.organization
  }

  get today() {
    return this.setting.today
  }

  get now() {
    return this.setting.now
  }

  get storage() {
    return this.setting.storage
  }

  /** Rows of a record; with `only`, with some of its fields. */
  async rowsOf<T extends Row & ObjectLiteral>(
    type: ClassType<T>,
    selection: Selection,
    only?: readonly string[],
  ): Promise<T[]> {
    const record = metadataOf(type)
    const { columns, count, rowOf } = shapeOf(record, only)
    const found = await this.rowsAsLists(record, columns, selection)
    return found.map(values => withCompanion(rowOf(values), values, count, selection)) as T[] // rows of that record
  }

  /** The same, each with the values of some SQL `beside` it. */
  async placed<T extends Row & ObjectLiteral>(
    type: ClassType<T>,
    selection: Selection,
    { beside, only }: { beside: readonly string[]; only?: readonly string[] },
  ): Promise<{ row: T; beside: readonly unknown[] }[]> {
    const record = metadataOf(type)
    const { columns, count, rowOf } = shapeOf(record, only)
    const found = await this.rowsAsLists(record, [columns, ...beside].join(', '), selection)
    const before = count + beside.length
    return found.map(values => ({
      row: withCompanion(rowOf(values), values, before, selection) as T, // a row of that record
      beside: values.slice(count, before),
    }))
  }

  private rowsAsLists(record: EntityMetadata, columns: string, selection: Selection): Promise<unknown[][]> {
    const all = [columns, ...(selection.companion?.columns ?? [])].join(', ')
    const bound = this.bound(selectSql(record, all, selection), parametersOf(selection), record)
    return this.exactly(() => this.session.lists(...bound))
  }

  /** Raw rows of some SQL over a record, such as its sums by group; the values have the names of `columns`. */
  async raw<T>(type: ClassType<Row & ObjectLiteral>, columns: Record<string, string>, selection: Selection) {
    const record = metadataOf(type)
    const named = Object.entries(columns).map(([name, sql]) => `${sql} AS \`${name}\``)
    const bound = this.bound(selectSql(record, named.join(', '), selection), parametersOf(selection), record)
    return this.exactly(() => this.session.query<T[]>(...bound))
  }

  withIds<T extends Row & ObjectLiteral>(
    type: ClassType<T>,
    ids: readonly string[],
    { companion, only }: { companion?: Companion; only?: readonly string[] } = {},
  ): Promise<T[]> {
    return this.rowsOf(type, { ids, companion }, only)
  }

  list<T extends Row & ObjectLiteral>(type: ClassType<T>, ...conditions: Condition[]): Promise<T[]> {
    return this.readRows(type, ...conditions)
  }

  /** The rows for effects, which change nothing: no scope remembers them. */
  protected readRows<T extends Row & ObjectLiteral>(type: ClassType<T>, ...conditions: Condition[]): Promise<T[]> {
    return this.rowsOf(type, { where: conditions, order: byId })
  }

  /**
   * All rows of some conditions, at most `size` at a time, in the order of a field that is unique among them. Only the
   * rows of one batch are in memory.
   */
  batches<T extends Row & ObjectLiteral>(
    type: ClassType<T>,
    conditions: readonly Condition[],
    size: number,
    { by = 'id', from = '', descending = false, only }: Walk<T> = {},
  ): AsyncGenerator<T[]> {
    const order = [{ sql: `t.${by}`, direction: descending ? ('DESC' as const) : ('ASC' as const) }]
    const read = (last: string | number) => {
      const behind = { sql: `t.${by} ${descending ? '<' : '>'} :last`, parameters: { last } }
      return this.rowsOf(type, { where: [...conditions, behind], order, limit: size }, only)
    }
    return batchesOf<T, string | number>(from, size, read, row => row[by]) // a walk is by ids or numbers
  }

  async find<T extends Row & ObjectLiteral>(type: ClassType<T>, id: string): Promise<T | null> {
    const [row] = await this.rowsOf(type, { where: [{ sql: 't.id = :id', parameters: { id } }] })
    return row ?? null
  }

  async get<T extends Row & ObjectLiteral>(type: ClassType<T>, id: string): Promise<T> {
    return (await this.find(type, id)) ?? refuseMissing(metadataOf(type), id)
  }

  async count(type: ClassType<Row & ObjectLiteral>, ...conditions: Condition[]): Promise<number> {
    const [found] = await this.raw<{ count: number | string }>(type, { count: 'COUNT(*)' }, { where: conditions })
    return Number(found?.count)
  }

  async exists(type: ClassType<Row & ObjectLiteral>, ...conditions: Condition[]): Promise<boolean> {
    return (await this.rowsOf(type, { where: conditions, limit: 1 }, ['id'])).length > 0
  }

  /** The successors of records that were merged into others, by the ids of the merged ones. */
  async successors(record: EntityMetadata, ids: readonly string[]): Promise<Map<string, string>> {
    if (!record.merges || ids.length === 0) return new Map()
    const rows = await this.rows<{ loser: string; current: string }>(
      `SELECT m.loser_id AS loser, m.merged_into_id AS current FROM ${record.merges} m WHERE m.organization_id = :organization AND m.loser_id IN (:...ids)`,
      { ids },
    )
    return new Map(rows.map(({ loser, current }) => [loser, current]))
  }

  /** Raw rows of a statement that `find` cannot express. It has to name `:organization`. */
  async rows<T>(sql: string, parameters: Parameters = {}): Promise<T[]> {
    const bound = this.bound(sql, parameters)
    return this.exactly(() => this.session.query<T[]>(...bound))
  }

  /** The text and the values of a statement, which has to name `:organization`. */
  protected bound(sql: string, parameters: Parameters, record?: EntityMetadata): [string, unknown[]] {
    if (!sql.includes(':organization'))
      throw new Error('A statement must be bound to its organisation by :organization.')
    const bound = Statement.of(sql, record).bind({ ...parameters, organization: this.organization.id })
    bound[1].forEach(refuseUnbindable)
    return bound
  }

  private async exactly<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read()
    } catch (error) {
      throw this.setting.dialect.isOverflow(error) ? sumTooLarge() : error
    }
  }
}

/** Gives a companion the values behind those `before` it. */
function withCompanion(row: Row, values: readonly unknown[], before: number, { companion }: Selection): Row {
  companion?.take(row, values.slice(before))
  return row
}

export function refuseMissing(record: EntityMetadata, id: string): never {
  throw notFound(`There is no ${record.name} with the id ${id}.`)
}

function refuseUnbindable(value: unknown) {
  if (typeof value === 'object' && value !== null) throw new TypeError('Only scalars are bound to a statement.')
  if (typeof value === 'string' && value.includes('\0'))
    throw new UserError('TEXT_INVALID', 'The text contains a NUL character; remove it.')
}
