import DataLoader from 'dataloader'
import type { EntityManager, ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import { withArticle } from '../lib/article.js'
import { quoted } from '../lib/text.js'
import { readableSubjects } from '../database/effects/activity-event.js'
import { refuseWithout, type Access } from '../model/access.js'
import type { Database } from '../database/database.js'
import type { Operation } from '../database/operation.js'
import { countRows, readIds, readSlices, type Parents } from '../database/page.js'
import { SavedView } from './saved-view.js'
import { ReadScope, WriteScope } from '../database/scope/write-scope.js'
import { Page } from '../graphql/connection.js'
import { costAt, costs } from '../model/cost.js'
import { badInput, notFound } from '../model/errors.js'
import { keptList } from '../graphql/kept-list.js'
import type { Permission } from '../model/permission.js'
import { refuseDear } from '../graphql/refusal.js'
import { nameOf } from '../model/record-name.js'
import { dayIn, type Clock, type Day } from '../lib/calendar.js'
import { groupBy } from '../lib/group.js'
import { isId, prefixOf } from '../lib/id.js'
import { noStorage, type FileStorage } from '../storage/file-storage.js'
import type { Condition } from '../model/condition.js'
import { metadataByPrefix, metadataOf, type Row } from '../model/entity-metadata.js'
import { dayOfCursor, type Placed } from '../database/keyset.js'
import { keysetOf, type ListArguments } from '../graphql/list.js'
import { compileFilter } from '../database/filter-sql.js'

type Entity = Row & ObjectLiteral

interface PageOptions<T> {
  parent?: { by: keyof T & string; id: string }
  conditions?: readonly Condition[]
  dated?: boolean
}

/** What of the database a context needs. */
export type Store = Pick<Database, 'read' | 'write' | 'view' | 'dialect'> &
  Partial<Pick<Database, 'background' | 'readFor'>>

/**
 * What one request may do. The database is reached through here alone: `read` and `mutate` check the
 * permission, bind the organisation and open the transaction, and hand over a scope that knows all three.
 */
export class Context {
  readonly now: Date
  readonly today: Day
  private readonly loaders = new Map<string, DataLoader<string, unknown>>()
  private readonly waiting: (() => void)[] = []
  private reads = 0
  /** Points that the operation costs, as far as it is known (model/cost.ts). */
  cost = 0
  /** How many fields are asked of lines and other parts (graphql/needs.ts). */
  partFields = 0
  private readonly reader: EntityManager

  constructor(
    private readonly database: Store,
    readonly access: Access,
    private readonly clock: Clock,
    readonly storage: FileStorage = noStorage,
    readonly operation?: Operation,
  ) {
    this.reader = database.readFor?.(access.organization.id, operation) ?? database.read
    this.now = clock()
    this.today = dayIn(access.organization.timeZone, this.now)
  }

  /** Refuses what the key may not do. */
  allow(...permissions: (Permission | null)[]) {
    refuseWithout(this.access, ...permissions)
  }

  /** What turns out to cost something while the operation runs, such as what a saved view filters by, or how many lines there are. */
  private spend(points: number) {
    this.cost += Math.ceil(points)
    refuseDear(this.cost)
  }

  /** `work` must not ask the loaders: they wait until it is done. */
  read<T>(permission: Permission | readonly Permission[], work: (scope: ReadScope) => Promise<T>): Promise<T> {
    return this.readBy(this.reader, permission, work)
  }

  private async readBy<T>(
    manager: EntityManager,
    permission: Permission | readonly Permission[],
    work: (scope: ReadScope) => Promise<T>,
  ): Promise<T> {
    this.allow(...[permission].flat())
    this.reads++
    try {
      return await work(new ReadScope(manager, this.setting))
    } finally {
      this.reads--
      this.loadWhenIdle()
    }
  }

  /** A long read, page by page, of the database as it was when it began; the connection is given back when the reader has enough. */
  async *stream<T>(
    permissions: readonly Permission[],
    work: (scope: ReadScope) => AsyncGenerator<T>,
  ): AsyncGenerator<T> {
    this.allow(...permissions)
    const { manager, release } = await this.database.view(this.access.organization.id, this.operation)
    try {
      yield* work(new ReadScope(manager, this.setting))
    } finally {
      await release()
    }
  }

  /** `work` runs in one transaction, perhaps more than once after a deadlock; `staged` where it writes very many new rows (`Database.write`). */
  async mutate<T>(
    permission: Permission | readonly Permission[],
    work: (scope: WriteScope) => Promise<T>,
    { staged = false } = {},
  ): Promise<T> {
    this.allow(...[permission].flat())
    const once = async (manager: EntityManager) => {
      this.operation?.check()
      const scope = new WriteScope(manager, this.setting, staged)
      const result = await work(scope)
      await scope.finish()
      return { result, scope }
    }
    try {
      const { result, scope } = await this.untimed(() => this.database.write(once, { staged }))
      await scope.committed()
      return result
    } finally {
      this.loaders.clear()
    }
  }

  /** Work that may take longer than an operation: a change, and the files that it takes. */
  untimed<T>(work: () => Promise<T>): Promise<T> {
    return this.operation ? this.operation.untimed(work) : work()
  }

  /** Work that no answer waits for, with the same rights; each of its steps takes a context of its own moment. */
  inBackground(work: (present: () => Context, signal: AbortSignal) => Promise<void>) {
    if (!this.database.background) throw new Error('Nothing runs in the background here.')
    this.database.background(signal =>
      work(() => new Context(this.database, this.access, this.clock, this.storage), signal),
    )
  }

  /** The day that figures hold for: as asked, else today; a later one is refused. */
  day(asOf?: Day | null): Day {
    if (asOf && asOf > this.today)
      throw badInput(
        `asOf is ${asOf}, which lies in the future: today is ${this.today} in ${this.access.organization.timeZone}.`,
      )
    return asOf ?? this.today
  }

  /** The day of a list: as asked, else the one its cursor was made for, so that the pages of a walk agree. */
  dayOfList({ asOf, after, before }: ListArguments): Day {
    return this.day(asOf ?? dayOfCursor(after ?? before))
  }

  /** The record of an id, read together with the others that the request needs. */
  async one<T extends Entity>(type: ClassType<T>, id: string): Promise<T> {
    const row = await this.rowsOf(type).load(id)
    if (!row) throw notFound(`There is no ${metadataOf(type).name} with the id ${id}.`)
    return row
  }

  /** The record with this id, checked for its form; another organisation's is not found. */
  byId<T extends Entity>(type: ClassType<T>, id: string): Promise<T> {
    const record = metadataOf(type)
    if (!isId(id, record.prefix))
      throw badInput(`${quoted(id)} is not the id of ${withArticle(record.name)}: those begin with ${record.prefix}_.`)
    return this.one(type, id)
  }

  async node(id: string): Promise<Row | null> {
    if (!isId(id)) throw badInput(`${quoted(id)} is not an id of this API.`)
    const record = metadataByPrefix(prefixOf(id))
    if (!record || record.part) return null
    const row = await this.rowsOf(record.type as ClassType<Entity>).load(id) // a record's class is an entity
    return row ?? null
  }

  /** What people call the record of an id; null where there is none any more that the key may read. */
  async nameOf(id: string): Promise<string | null> {
    const record = metadataByPrefix(prefixOf(id))
    if (!record || record.part || (record.permission && !this.access.permissions.has(record.permission))) return null
    const row = await this.rowsOf(record.type as ClassType<Entity>).load(id) // a record's class is an entity
    return row && nameOf(row)
  }

  /** The records of some ids, but for those that are gone. */
  async some<T extends Entity>(type: ClassType<T>, ids: readonly string[]): Promise<T[]> {
    this.allow(metadataOf(type).permission)
    const rows = await Promise.all(ids.map(id => this.rowsOf(type).load(id)))
    return rows.filter(row => row !== null)
  }

  private rowsOf<T extends Entity>(type: ClassType<T>): DataLoader<string, T | null> {
    const record = metadataOf(type)
    return this.loader(`one ${record.name}`, ids =>
      this.readBy(this.byKey, record.permission ?? 'member', async scope => {
        const found = await scope.withIds(type, ids)
        const known = new Set(found.map(({ id }) => id))
        const successors = await scope.successors(
          record,
          ids.filter(id => !known.has(id)),
        )
        const rows =
          successors.size === 0 ? found : [...found, ...(await scope.withIds(type, [...new Set(successors.values())]))]
        const visible = record.visible as
          ((row: T, held: ReadonlySet<Permission>, actor: Access['actor']) => boolean) | undefined // made for rows of this record
        const byId = new Map(
          rows
            .filter(row => visible?.(row, this.access.permissions, this.access.actor) ?? true)
            .map(row => [row.id, row]),
        )
        return ids.map(id => byId.get(successors.get(id) ?? id) ?? null)
      }),
    )
  }

  /** The rows that belong to a record, such as the lines of an invoice; read for all parents at once. */
  many<T extends Entity>(
    type: ClassType<T>,
    by: keyof T & string,
    parent: string,
    permission: Permission,
  ): Promise<T[]> {
    return this.loader<T[]>(`many ${metadataOf(type).name} ${by}`, parents =>
      this.read(permission, async scope => {
        const rows = await scope.list(type, { sql: `t.${by} IN (:...parents)`, parameters: { parents } })
        this.spend(rows.length * (costs.part + this.partFields * costs.value))
        const grouped = groupBy(rows, row => String(row[by]))
        return parents.map(id => grouped.get(id) ?? [])
      }),
    ).load(parent)
  }

  /** One value for each key, for all keys of the request at once; `name` tells loaders apart, arguments included. */
  batch<T>(
    name: string,
    key: string,
    load: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
  ): Promise<T | undefined> {
    return this.loader<T | undefined>(name, async keys => {
      const found = await load(keys)
      return keys.map(each => found.get(each))
    }).load(key)
  }

  /** A filter as a condition of a statement that is no list; refuses what the key may not filter by. */
  condition(type: ClassType<Entity>, filter: object): Condition {
    const { sql, parameters, permissions } = compileFilter(type, filter, {
      baseCurrency: this.access.organization.baseCurrency,
      past: false,
    })
    this.allow(...permissions)
    return { sql, parameters: { ...parameters, listDay: this.today, today: this.today } }
  }

  /** A whole list in its order, in one view of the database: `work` gets the ids of its records. */
  async *streamList<T extends Entity, R>(
    type: ClassType<T>,
    given: ListArguments,
    permissions: readonly Permission[],
    options: Pick<PageOptions<T>, 'conditions' | 'dated'>,
    work: (scope: ReadScope, ids: readonly string[]) => AsyncGenerator<R>,
  ): AsyncGenerator<R> {
    const { permission, keyset, conditions } = this.listing(
      type,
      given.savedViewId ? await this.viewed(type, given.savedViewId, given) : given,
      options,
    )
    yield* this.stream([permission, ...permissions], async function* (scope) {
      yield* work(scope, await readIds(scope, type, keyset, conditions))
    })
  }

  /** A list of records; with `parent`, those of one record, read together with the lists of its neighbours. */
  page<T extends Entity>(
    type: ClassType<T>,
    given: ListArguments,
    options: PageOptions<T> = {},
  ): Page<T> | Promise<Page<T>> {
    return given.savedViewId
      ? this.viewed(type, given.savedViewId, given, options).then(arguments_ => this.pageOf(type, arguments_, options))
      : this.pageOf(type, given, options)
  }

  /** The arguments of a list with the filter, and where none is given the order, of a view. */
  private async viewed(
    type: ClassType<Entity>,
    id: string,
    given: ListArguments,
    { parent }: Pick<PageOptions<Entity>, 'parent'> = {},
  ): Promise<ListArguments> {
    const view = await this.byId(SavedView, id)
    if (view.record.type !== type) throw badInput(`The view ${view.name} shows another list (${view.list}).`)
    const { filter, orderBy, cost } = keptList(type, view)
    this.spend(costAt(cost, 1, parent !== undefined))
    return {
      ...given,
      orderBy: given.orderBy ?? orderBy,
      filter: filter && given.filter ? { and: [filter, given.filter] } : (filter ?? given.filter),
    }
  }

  private pageOf<T extends Entity>(type: ClassType<T>, given: ListArguments, options: PageOptions<T>): Page<T> {
    const { permission, asOf, keyset, conditions } = this.listing(type, given, options)
    const { parent } = options
    const dated = (rows: Placed<T>[]) =>
      rows.map(({ row, value }) => ({ row: asOf ? Object.assign(row, { asOf }) : row, value }))
    const run = <V>(
      name: string,
      read: (scope: ReadScope, parents: Parents | null) => Promise<Map<string, V>>,
      none: V,
    ): Promise<V> => {
      if (!parent) return this.read(permission, async scope => (await read(scope, null)).get('') ?? none)
      const key = JSON.stringify([name, metadataOf(type).name, parent.by, keyset, conditions])
      return this.batch(key, parent.id, ids =>
        this.read(permission, scope => read(scope, { by: parent.by, ids })),
      ).then(found => found ?? none)
    }
    return new Page<T>(
      keyset,
      async () => {
        const slice = await run('page', (scope, parents) => readSlices(scope, type, keyset, conditions, parents), {
          rows: [],
          hasNextPage: false,
          hasPreviousPage: false,
        })
        return { ...slice, rows: dated(slice.rows) }
      },
      () => run('count', (scope, parents) => countRows(scope, type, keyset, conditions, parents), 0),
    )
  }

  /** What a list means, as far as the key may ask for it. */
  private listing<T extends Entity>(
    type: ClassType<T>,
    given: ListArguments,
    { conditions = [], dated }: Pick<PageOptions<T>, 'conditions' | 'dated'>,
  ) {
    const permission = metadataOf(type).permission ?? 'member'
    this.allow(permission)
    const asOf = dated ? this.dayOfList(given) : undefined
    const keyset = keysetOf(type, given, this.today, readableSubjects(this.access.permissions), asOf)
    const filter =
      given.filter &&
      compileFilter(type, given.filter, {
        baseCurrency: this.access.organization.baseCurrency,
        past: asOf !== undefined && asOf !== this.today,
      })
    this.allow(keyset.field.permission ?? null, ...(filter?.permissions ?? []))
    return { permission, asOf, keyset, conditions: [...conditions, ...(filter ? [filter] : [])] }
  }

  private loader<V>(name: string, load: (keys: readonly string[]) => Promise<V[]>): DataLoader<string, V> {
    const known = this.loaders.get(name)
    if (known) return known as DataLoader<string, V> // the name tells the type of its values
    const made = new DataLoader<string, V>(load, {
      maxBatchSize: 1000,
      batchScheduleFn: dispatch => {
        this.waiting.push(dispatch)
        this.loadWhenIdle()
      },
    })
    this.loaders.set(name, made)
    return made
  }

  /**
   * Loaders wait until nothing is being read: what two branches of a query need of the same kind is read once,
   * whichever answer comes first. All that follows from an answer is asked for before the next tick.
   */
  private loadWhenIdle() {
    void Promise.resolve().then(() =>
      process.nextTick(() => {
        if (this.reads === 0) for (const dispatch of this.waiting.splice(0)) dispatch()
      }),
    )
  }

  /** For what is found by its key, which takes no time: on SQLite the main thread reads it sooner than another. */
  private get byKey(): EntityManager {
    this.operation?.check()
    return this.database.dialect.name === 'sqlite' ? this.database.read : this.reader
  }

  private get setting() {
    return {
      access: this.access,
      dialect: this.database.dialect,
      now: this.now,
      today: this.today,
      storage: this.storage,
    }
  }
}
