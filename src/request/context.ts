import type { ClassType } from 'type-graphql'
import { readableSubjects } from '../database/effects/activity-event.js'
import { compileFilter } from '../database/filter-sql.js'
import type { Keyset, Placed } from '../database/keyset.js'
import { countRows, readIds, readSlices, type Parents } from '../database/page.js'
import type { ReadScope } from '../database/scope/write-scope.js'
import { Page } from '../graphql/connection.js'
import type { Door } from '../graphql/door.js'
import { keptList } from '../graphql/kept-list.js'
import { keysetOf, type ListArguments } from '../graphql/list.js'
import type { Access } from '../model/access.js'
import type { Condition } from '../model/condition.js'
import { costAt } from '../model/cost.js'
import { metadataOf } from '../model/entity-metadata.js'
import { badInput } from '../model/errors.js'
import { keyScopes, permissionsOf, type Permission } from '../model/permission.js'
import { RequestLoaders, type Entity } from './loaders.js'
import { SavedView } from './saved-view.js'

interface PageOptions<T> {
  parent?: { by: keyof T & string; id: string }
  conditions?: readonly Condition[]
  dated?: boolean
}

/** All that one request may do: the door, the loaders, and lists. */
export class Context extends RequestLoaders implements Door {
  /** Work that no answer waits for, with the same rights; each of its steps takes a context of its own moment. */
  inBackground(work: (present: () => Context, signal: AbortSignal) => Promise<void>) {
    if (!this.database.background) throw new Error('Nothing runs in the background here.')
    this.database.background(signal =>
      work(() => new Context(this.database, this.access, this.clock, this.storage), signal),
    )
  }

  /**
   * Work of the server itself that no answer waits for, with all rights, since nobody sees what it reads. Keys that come
   * together are worked on together; the work may get lost.
   */
  gatherInBackground(
    name: string,
    keys: readonly string[],
    work: (own: Context, keys: readonly string[]) => Promise<void>,
  ) {
    const { organization } = this.access
    const access: Access = {
      organization,
      actor: { type: 'SYSTEM', id: null, name },
      permissions: permissionsOf(keyScopes),
      until: null,
    }
    this.database.gather?.(`${name} ${organization.id}`, keys, some =>
      work(new Context(this.database, access, this.clock, this.storage), some),
    )
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
      async inPart => {
        const only = inPart ? this.propertiesOf(type, keyset, parent?.by) : undefined
        const read = (scope: ReadScope, parents: Parents | null) =>
          readSlices(scope, type, keyset, conditions, parents, { only, companion: this.companionOf(type) })
        const slice = await run(only ? 'page' : 'whole page', read, {
          rows: [],
          hasNextPage: false,
          hasPreviousPage: false,
        })
        return { ...slice, rows: dated(slice.rows) }
      },
      () => run('count', (scope, parents) => countRows(scope, type, keyset, conditions, parents), 0),
    )
  }

  /** What has to be read of the records of a page; undefined for everything. */
  private propertiesOf(type: ClassType<Entity>, { field }: Keyset, parent?: string): string[] | undefined {
    const needed = this.reads?.get(metadataOf(type).name)
    if (!needed) return undefined
    const always = ['id', ...(field.expression ? [] : [field.folded ?? field.name]), ...(parent ? [parent] : [])]
    return [...new Set([...always, ...needed])]
  }

  /** The meaning of a list's arguments, as far as the key may ask for it. */
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
}
