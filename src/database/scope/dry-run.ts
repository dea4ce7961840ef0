import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import { validate } from '../../model/validate.js'
import { isId } from '../../lib/id.js'
import { UserError } from '../../lib/user-error.js'
import { DryRunRows } from './dry-run-rows.js'
import type { RecordRow } from '../../model/row.js'
import { WriteScope } from './write-scope.js'
import type { Condition } from '../../model/condition.js'
import { metadataOf, type EntityMetadata } from '../../model/entity-metadata.js'
import { uniquesOf } from '../../model/unique.js'
import type { Row } from '../../model/field-definition.js'

type Entity = Row & ObjectLiteral

/**
 * A scope that keeps in memory what it is given to write. Commands run on it as usual and refuse what they would
 * refuse, but the database stays as it is. It finds rows in memory by their ids, by conditions such as
 * `t.invoiceId = :id`, also several with OR, and in a list of all rows. Any other condition, a count and SQL find rows
 * of the database only. The caller has to know that references lead into the organisation.
 *
 * It reads the database for all `ids` of a kind at once, since the commands will ask for these.
 */
export class DryRunScope extends WriteScope {
  private row = new DryRunRows()
  private batch = new DryRunRows()
  private readonly read = new Map<EntityMetadata, Map<string, Entity>>()
  private readonly lists = new Map<string, Map<string, Entity[]>>()
  private ids: readonly string[] = []

  /** A later attempt may meet what an earlier one made of the kinds in `remembers`; `file` keeps them over batches. */
  static of(
    scope: WriteScope,
    file: DryRunRows,
    ids: readonly string[],
    remembers: readonly ClassType<Entity>[],
  ): DryRunScope {
    return scope.also((session, setting) => {
      const scope = new DryRunScope(session, setting)
      scope.batch = new DryRunRows(file)
      scope.ids = ids
      scope.remembers = remembers
      return scope
    })
  }

  private remembers: readonly ClassType<Entity>[] = []

  /** Runs work that may be refused, and keeps what later attempts may meet. */
  async attempt(work: () => Promise<unknown>): Promise<void> {
    this.row = new DryRunRows(this.batch)
    await work()
    for (const row of this.row.own()) this.claim(row)
    this.batch.take(this.row, this.remembers)
  }

  /** Keeps the rows of this batch for the next ones. */
  keepBatch() {
    this.batch.below?.take(this.batch)
  }

  private claim(row: Row) {
    for (const { columns, code, message, field } of uniquesOf(row.constructor)) {
      const values = columns.map(column => (row as unknown as Record<string, string | null>)[column]) // columns of identities are texts
      if (values.includes(null)) continue
      if (!this.row.claim(`${code} ${values.join(' ')}`, row.id)) throw new UserError(code, message, field)
    }
  }

  override async find<T extends Entity>(type: ClassType<T>, id: string): Promise<T | null> {
    const kept = this.row.find(id) as T | undefined // an id is of one kind
    const stored = await this.stored(type)
    const row = kept ?? stored.get(id) ?? (await super.find(type, id))
    if (!row) return null
    if (!kept) stored.set(id, row)
    return copy(row)
  }

  override async take<T extends RecordRow & ObjectLiteral>(type: ClassType<T>, id: string): Promise<T> {
    return this.get(type, id)
  }

  override async list<T extends Entity>(type: ClassType<T>, ...conditions: Condition[]): Promise<T[]> {
    const found = conditions.length === 1 && conditions[0] ? equalities(conditions[0]) : undefined
    if (!found) {
      const stored = await super.list(type, ...conditions)
      return conditions.length === 0 ? this.asInMemory([...stored, ...this.row.all(type)]) : stored
    }
    const rows: T[] = []
    for (const [column, value] of found) {
      if (!this.row.isNew(value)) rows.push(...(await this.storedWhere(type, column, value)))
      rows.push(...this.row.where(type, column, value))
    }
    return this.asInMemory(rows)
  }

  /** Each of some rows once, as it is in memory if it is there, in the order of their ids. */
  private asInMemory<T extends Entity>(rows: readonly T[]): T[] {
    return [...new Map(rows.map(row => [row.id, row])).values()]
      .map(row => copy((this.row.find(row.id) as T | undefined) ?? row)) // an id is of one kind
      .sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  override takeWhere<T extends RecordRow & ObjectLiteral>(
    type: ClassType<T>,
    ...conditions: Condition[]
  ): Promise<T[]> {
    return this.list(type, ...conditions)
  }

  protected override insertRows(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      validate(metadataOf(row.constructor), row)
      this.row.put(copy(row), true)
    }
    return Promise.resolve()
  }

  protected override updateRow<T extends RecordRow & ObjectLiteral>(row: T): Promise<T> {
    validate(metadataOf(row.constructor), row)
    Object.assign(row, { version: row.version + 1, updatedAt: this.now })
    this.row.put(copy(row), false)
    return Promise.resolve(row)
  }

  override remove = refuseToWrite
  override removeSilently = refuseToWrite
  override removeParts = refuseToWrite
  override restore = refuseToWrite
  override insertWithHistory = refuseToWrite
  override executeUnobserved = refuseToWrite
  override updateUntold = refuseToWrite
  override settle = refuseToWrite
  override finish = refuseToWrite
  override afterCommit() {}

  private async stored<T extends Entity>(type: ClassType<T>): Promise<Map<string, T>> {
    const record = metadataOf(type)
    let known = this.read.get(record) as Map<string, T> | undefined // rows of that record
    if (!known) {
      const ids = this.ids.filter(id => isId(id, record.prefix))
      known = new Map((ids.length === 0 ? [] : await this.withIds(type, ids)).map(row => [row.id, row]))
      this.read.set(record, known)
    }
    return known
  }

  private async storedWhere<T extends Entity>(
    type: ClassType<T>,
    column: string,
    value: string,
  ): Promise<readonly T[]> {
    const record = metadataOf(type)
    const key = `${record.table} ${column}`
    let known = this.lists.get(key) as Map<string, T[]> | undefined // rows of that record
    if (!known) {
      known = new Map()
      this.lists.set(key, known)
    }
    const there = known.get(value)
    if (there) return there
    const field = record.fields.find(({ name }) => name === column)
    const prefix =
      field?.kind === 'reference' && typeof field.target === 'function' ? metadataOf(field.target()).prefix : undefined
    const values = [...new Set([value, ...(prefix ? this.ids.filter(id => isId(id, prefix)) : [])])]
    for (const each of values) known.set(each, [])
    const stored = await this.stored(type)
    for (const row of await super.list(type, { sql: `t.${column} IN (:...values)`, parameters: { values } })) {
      stored.set(row.id, row)
      known.get(String((row as Record<string, unknown>)[column]))?.push(row) // by the name of one of its own fields
    }
    return known.get(value) ?? []
  }
}

function refuseToWrite(): never {
  throw new Error('A dry run writes nothing: it only makes and changes records in memory.')
}

const copy = <T extends object>(row: T): T =>
  Object.assign(Object.create(Object.getPrototypeOf(row) as object) as T, row) // of the same class

/** The columns and values of a condition that is just `t.column = :value`, or several of these with OR. */
function equalities({ sql, parameters = {} }: Condition): [string, string][] | undefined {
  const found: [string, string][] = []
  for (const part of sql.split(' OR ')) {
    const [, column = '', name = ''] = /^t\.(\w+) = :(\w+)$/.exec(part.trim()) ?? []
    const value = parameters[name]
    if (typeof value !== 'string') return undefined
    found.push([column, value])
  }
  return found
}
