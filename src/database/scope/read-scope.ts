import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm'
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
import { snake } from '../../lib/snake.js'
import type { Row } from '../../model/field-definition.js';

export interface ScopeSetting {
  access: Access
  dialect: Dialect
  /** The moment of the request, and the day it has in the organisation's time zone. */
  now: Date
  today: Day
  storage: FileStorage
}

/** How rows are walked. */
export interface Walk<T> {
  /** The field that orders them; `id` unless said. */
  by?: keyof T & string
  /** Beyond which value of it the walk begins. */
  from?: string | number
  descending?: boolean
  /** Fields to read, `by` and `id` among them; all unless said. */
  only?: readonly (keyof T & string)[]
}

/** The database as one organisation sees it: every statement is bound to it. */
export class ReadScope {
  constructor(
    protected readonly manager: EntityManager,
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

  /** Rows of a record as `t`. */
  select<T extends Row & ObjectLiteral>(type: ClassType<T>, ...conditions: Condition[]): SelectQueryBuilder<T> {
    const query = this.manager
      .createQueryBuilder(type, 't')
      .where(`t.${ownerOf(metadataOf(type))} = :organization`, { organization: this.organization.id })
    for (const { sql, parameters } of conditions) query.andWhere(`(${sql})`, checked(parameters))
    return query
  }

  /**
   * Rows of a record, as `t`, by their ids. Without COALESCE, which no index serves, SQLite would look through all rows of the
   * organisation: 17 ms instead of 0.1 for 10 of 100,000.
   */
  selectIds<T extends Row & ObjectLiteral>(type: ClassType<T>, ids: readonly string[]): SelectQueryBuilder<T> {
    const owner = snake(ownerOf(metadataOf(type)))
    return this.manager
      .createQueryBuilder(type, 't')
      .where('t.id IN (:...ids)', { ids })
      .andWhere(`COALESCE(t.${owner}, '') = :organization`, { organization: this.organization.id })
  }

  withIds<T extends Row & ObjectLiteral>(type: ClassType<T>, ids: readonly string[]): Promise<T[]> {
    return this.selectIds(type, ids).getMany()
  }

  list<T extends Row & ObjectLiteral>(type: ClassType<T>, ...conditions: Condition[]): Promise<T[]> {
    return this.select(type, ...conditions)
      .orderBy('t.id')
      .getMany()
  }

  /**
   * All rows of some conditions, at most `size` at a time, in the order of a field that no two of them share. No row of
   * a walk stays in memory but those of its batch.
   */
  batches<T extends Row & ObjectLiteral>(
    type: ClassType<T>,
    conditions: readonly Condition[],
    size: number,
    { by = 'id', from = '', descending = false, only }: Walk<T> = {},
  ): AsyncGenerator<T[]> {
    const read = (last: string | number) => {
      const behind = { sql: `t.${by} ${descending ? '<' : '>'} :last`, parameters: { last } }
      const query = this.select(type, ...conditions, behind).orderBy(`t.${by}`, descending ? 'DESC' : 'ASC')
      return (only ? query.select(only.map(name => `t.${name}`)) : query).limit(size).getMany()
    }
    return batchesOf<T, string | number>(from, size, read, row => row[by]) // a walk is by ids or numbers
  }

  find<T extends Row & ObjectLiteral>(type: ClassType<T>, id: string): Promise<T | null> {
    return this.select(type, { sql: 't.id = :id', parameters: { id } }).getOne()
  }

  async get<T extends Row & ObjectLiteral>(type: ClassType<T>, id: string): Promise<T> {
    return (await this.find(type, id)) ?? refuseMissing(metadataOf(type), id)
  }

  async count(type: ClassType<Row & ObjectLiteral>, ...conditions: Condition[]): Promise<number> {
    return this.select(type, ...conditions).getCount()
  }

  /** What the ids of records that were merged into others lead to, by those ids. */
  async successors(record: EntityMetadata, ids: readonly string[]): Promise<Map<string, string>> {
    if (!record.merges || ids.length === 0) return new Map()
    const rows = await this.rows<{ loser: string; current: string }>(
      `SELECT m.loser_id AS loser, m.merged_into_id AS current FROM ${record.merges} m WHERE m.organization_id = :organization AND m.loser_id IN (:...ids)`,
      { ids },
    )
    return new Map(rows.map(({ loser, current }) => [loser, current]))
  }

  /** Raw rows for what `find` cannot say. The statement has to name `:organization`. */
  async rows<T>(sql: string, parameters: Parameters = {}): Promise<T[]> {
    const [text, values] = this.bound(sql, parameters)
    return this.exactly(() => this.manager.query<T[]>(text, values))
  }

  /** The text and the values of a statement, which has to name `:organization`. */
  protected bound(sql: string, parameters: Parameters): [string, unknown[]] {
    if (!sql.includes(':organization'))
      throw new Error('A statement must be bound to its organisation by :organization.')
    const { driver } = this.manager.connection
    const [text, values] = driver.escapeQueryWithParameters(sql, {
      ...checked(parameters),
      organization: this.organization.id,
    })
    // SQLite takes a name without a value for NULL, and answers something else than was asked.
    const unbound = /:(?:\.\.\.)?[A-Za-z]\w*/.exec(text)
    if (unbound) throw new Error(`A statement was given no value for ${unbound[0]}.`)
    return [text, values]
  }

  /** Raw rows of a query on a record, such as its sums by group. */
  raw<T>(query: SelectQueryBuilder<ObjectLiteral>): Promise<T[]> {
    return this.exactly(() => query.getRawMany<T>())
  }

  private async exactly<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read()
    } catch (error) {
      throw this.setting.dialect.isOverflow(error) ? sumTooLarge() : error
    }
  }
}

export const ownerOf = (record: EntityMetadata) =>
  record.fields.some(field => field.name === 'organizationId') ? 'organizationId' : 'id'

export function refuseMissing(record: EntityMetadata, id: string): never {
  throw notFound(`There is no ${record.name} with the id ${id}.`)
}

function checked(parameters: Parameters = {}): Parameters {
  for (const value of Object.values(parameters).flat()) {
    if (typeof value === 'object' && value !== null) throw new TypeError('Only scalars are bound to a statement.')
    if (typeof value === 'string' && value.includes('\0'))
      throw new UserError('TEXT_INVALID', 'Text must not contain a NUL character.')
  }
  return parameters
}
