import type { ClassType } from 'type-graphql'
import { readableSubjects } from '../database/effects/activity-event.js'
import { workedOut, type FigureRows } from '../database/figure-rows.js'
import { compileFilter } from '../database/filter-sql.js'
import type { Running } from '../database/gathered.js'
import { placesOf, type Keyset, type Placed } from '../database/keyset.js'
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
import type { Day } from '../lib/calendar.js'
import type { FieldDefinition } from '../model/field-definition.js'
import { keyScopes, permissionsOf, type Permission } from '../model/permission.js'
import { endsSoon, keptFigures } from './kept-figures.js'
import { RequestLoaders, type Entity } from './loaders.js'
import { SavedView } from './saved-view.js'

interface PageOptions<T> {
  parent?: { by: keyof T & string; id: string }
  conditions?: readonly Condition[]
  dated?: boolean
}

/** The meaning of a list's arguments. */
interface Listing {
  permission: Permission
  asOf?: Day
  keyset: Keyset
  conditions: readonly Condition[]
  figures: readonly FieldDefinition[]
  /** What tells it from other lists of the request. */
  key: string
}

/** All that one request may do: the door, the loaders, and lists. */
export class Context extends RequestLoaders implements Door {
  private readonly listings = new Map<string, Listing>()

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
    this.database.gather?.(`${name} ${this.access.organization.id}`, keys, some => work(this.own(name), some))
  }

  /** Work of the server itself for the organisation that runs once at a time; nothing where it cannot run. */
  aloneInBackground(name: string, work: (own: Context, signal: AbortSignal) => Promise<void>): Running | undefined {
    return this.database.alone?.(`${name} ${this.access.organization.id}`, signal => work(this.own(name), signal))
  }

  /** A context of the server itself. */
  private own(name: string): Context {
    const access: Access = {
      organization: this.access.organization,
      actor: { type: 'SYSTEM', id: null, name },
      permissions: permissionsOf(keyScopes),
      until: null,
    }
    return new Context(this.database, access, this.clock, this.storage)
  }

  /** A filter as a condition of a statement that is no list; refuses what the key may not filter by. */
  condition(type: ClassType<Entity>, filter: object): Condition {
    const { sql, parameters, permissions, figures } = compileFilter(type, filter, {
      baseCurrency: this.access.organization.baseCurrency,
      past: false,
    })
    if (figures.length > 0) throw new Error('Only lists are filtered by figures.')
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
    const { permission, keyset, conditions, figures } = this.listing(
      type,
      given.savedViewId ? await this.viewed(type, given.savedViewId, given) : given,
      options,
    )
    yield* this.stream([permission, ...permissions], async function* (scope) {
      const rows = figures.length > 0 ? workedOut(metadataOf(type), figures) : undefined
      yield* work(scope, await readIds(scope, type, keyset, conditions, rows))
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
    const { permission, asOf, keyset, conditions, figures, key } = this.listing(type, given, options)
    const { parent } = options
    const order = parent ? undefined : keyset.field
    // Which rows are kept an index tells; figures that are worked out take as long as there are documents.
    const isAlike = (rows?: FigureRows) =>
      !parent &&
      !given.filter &&
      !given.after &&
      !given.before &&
      (rows ? rows.doubt !== undefined : !keyset.field.expression)
    const past = asOf === this.today ? undefined : asOf // a record without a day holds for today
    const dated = (rows: Placed<T>[]) => {
      if (past) for (const { row } of rows) Object.assign(row, { asOf: past })
      return rows
    }
    const run = <V>(
      name: string,
      read: (scope: ReadScope, parents: Parents | null, rows?: FigureRows) => Promise<Map<string, V> | undefined>,
      none: V,
    ): Promise<V> => {
      const found = (parents: Parents | null) =>
        this.withFigures(type, { figures, order, day: asOf }, rows => {
          const work = (scope: ReadScope) => read(scope, parents, rows)
          return isAlike(rows) && name !== 'count' ? this.readAlike(permission, work) : this.read(permission, work)
        })
      if (!parent) return found(null).then(slices => slices.get('') ?? none)
      return this.batch(`${name} ${parent.by} ${key}`, parent.id, ids => found({ by: parent.by, ids })).then(
        slice => slice ?? none,
      )
    }
    return new Page<T>(
      keyset,
      async inPart => {
        const isPart = inPart && Boolean(this.reads?.get(metadataOf(type).name))
        const read = (scope: ReadScope, parents: Parents | null, rows?: FigureRows) =>
          readSlices(scope, type, keyset, conditions, parents, {
            only: isPart ? this.propertiesOf(type, keyset, parent?.by) : undefined,
            // What is worked out is sorted whole, with all that is read beside it.
            companion: rows && !rows.doubt ? undefined : this.companionOf(type),
            figures: rows,
          })
        const slice = await run(isPart ? 'page' : 'whole page', read, {
          rows: [],
          hasNextPage: false,
          hasPreviousPage: false,
        })
        return { ...slice, rows: dated(slice.rows) }
      },
      () => run('count', (scope, parents, rows) => countRows(scope, type, keyset, conditions, parents, rows), 0),
    )
  }

  /**
   * Reads a list that names figures: kept ones, if each of the organisation holds; else they are worked out. `read`
   * returns undefined where one does not hold.
   */
  private async withFigures<T>(
    type: ClassType<Entity>,
    { figures, order, day = this.today }: { figures: readonly FieldDefinition[]; order?: FieldDefinition; day?: Day },
    read: (rows?: FigureRows) => Promise<T | undefined>,
  ): Promise<T> {
    const kept = figures.length > 0 && this.readsKept && day === this.today ? keptFigures.get(type) : undefined
    if (kept) {
      const rows = kept.rows(this, order)
      const found = await read(rows)
      if (found !== undefined) return found
      const running = this.aloneInBackground('all figures', kept.bringUpToDate)
      const again = running && (await endsSoon(running)) ? await read(rows) : undefined
      if (again !== undefined) return again
    }
    const found = await read(figures.length > 0 ? workedOut(metadataOf(type), figures) : undefined)
    if (found === undefined) throw new Error('Figures that are worked out hold.')
    return found
  }

  /** What has to be read of the records of a page; undefined for everything. */
  private propertiesOf(type: ClassType<Entity>, { field }: Keyset, parent?: string): string[] | undefined {
    const needed = this.reads?.get(metadataOf(type).name)
    if (!needed) return undefined
    const always = ['id', ...(field.expression ? [] : [field.folded ?? field.name]), ...(parent ? [parent] : [])]
    return [...new Set([...always, ...needed])]
  }

  /** The meaning of a list's arguments, as far as the key may ask for it; lists of neighbours have the same. */
  private listing<T extends Entity>(
    type: ClassType<T>,
    given: ListArguments,
    { conditions, dated }: Pick<PageOptions<T>, 'conditions' | 'dated'>,
  ): Listing {
    if (given.filter) return this.makeListing(type, given, { conditions, dated })
    const key = JSON.stringify([metadataOf(type).name, given, conditions, dated])
    const known = this.listings.get(key) ?? this.makeListing(type, given, { conditions, dated })
    this.listings.set(key, known)
    return known
  }

  private makeListing<T extends Entity>(
    type: ClassType<T>,
    given: ListArguments,
    { conditions: own = [], dated }: Pick<PageOptions<T>, 'conditions' | 'dated'>,
  ): Listing {
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
    const figures = new Set([...(filter?.figures ?? []), ...(keyset.field.figure ? [keyset.field] : [])])
    const conditions = [...own, ...(filter ? [filter] : [])]
    const key = JSON.stringify([metadataOf(type).name, placesOf(keyset), conditions])
    return { permission, asOf, keyset, conditions, figures: [...figures], key }
  }
}
