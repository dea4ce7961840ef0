import type { Database } from '../database/database.js'
import type { Operation } from '../database/operation.js'
import { dayOfCursor } from '../database/keyset.js'
import type { Session } from '../database/session.js'
import { ReadScope, WriteScope } from '../database/scope/write-scope.js'
import type { ListArguments } from '../graphql/list.js'
import type { Reads } from '../graphql/reads.js'
import { refuseDear } from '../graphql/refusal.js'
import { dayIn, type Clock, type Day } from '../lib/calendar.js'
import { refuseWithout, type Access } from '../model/access.js'
import { badInput } from '../model/errors.js'
import type { Permission } from '../model/permission.js'
import { noStorage, type FileStorage } from '../storage/file-storage.js'
import { Loading } from './loading.js'

/** The part of the database that a context needs. */
export type Store = Pick<Database, 'read' | 'write' | 'view' | 'dialect'> &
  Partial<Pick<Database, 'background' | 'gather' | 'alone' | 'readFor'>> & {
    /** False: figures are worked out from the documents, and kept ones are not read. */
    kept?: boolean
  }

/**
 * The one way to the database. `read`, `stream` and `mutate` check the permission, bind the organisation and open the
 * transaction; they hand over a scope that knows all three.
 */
export abstract class RequestDoor {
  readonly now: Date
  readonly today: Day
  protected readonly loading = new Loading()
  /** Points that the operation costs, as far as it is known (model/cost.ts). */
  cost = 0
  /** How many fields are asked of lines and other parts (graphql/needs.ts). */
  partFields = 0
  /** What the document needs of each type (graphql/reads.ts); unknown outside GraphQL. */
  reads?: Reads
  private readonly reader: Session

  constructor(
    protected readonly database: Store,
    readonly access: Access,
    protected readonly clock: Clock,
    readonly storage: FileStorage = noStorage,
    readonly operation?: Operation,
  ) {
    this.reader = database.readFor?.(access.organization.id, operation) ?? database.read
    this.now = clock()
    this.today = dayIn(access.organization.timeZone, this.now)
  }

  get dialect() {
    return this.database.dialect
  }

  /** Whether kept figures are read; else they are worked out from the documents. */
  get readsKept() {
    return this.database.kept !== false
  }

  /** Refuses what the key may not do. */
  allow(...permissions: (Permission | null)[]) {
    refuseWithout(this.access, ...permissions)
  }

  /** Adds costs that only the running operation shows, such as the filter of a saved view or the number of lines. */
  protected spend(points: number) {
    this.cost += Math.ceil(points)
    refuseDear(this.cost)
  }

  /** `work` must not ask the loaders: they wait until it is done. */
  read<T>(permission: Permission | readonly Permission[], work: (scope: ReadScope) => Promise<T>): Promise<T> {
    return this.readBy(this.reader, permission, work)
  }

  private async readBy<T>(
    session: Session,
    permission: Permission | readonly Permission[],
    work: (scope: ReadScope) => Promise<T>,
  ): Promise<T> {
    this.allow(...[permission].flat())
    return this.loading.during(() => work(new ReadScope(session, this.setting)))
  }

  /**
   * A long read, page by page, of the database as it was when it began; the connection is given back when the reader
   * has enough.
   */
  async *stream<T>(
    permissions: readonly Permission[],
    work: (scope: ReadScope) => AsyncGenerator<T>,
  ): AsyncGenerator<T> {
    this.allow(...permissions)
    const { session, release } = await this.database.view(this.access.organization.id, this.operation)
    try {
      yield* work(new ReadScope(session, this.setting))
    } finally {
      await release()
    }
  }

  /**
   * `work` runs in one transaction, perhaps more than once after a deadlock; `staged` where it writes very many new
   * rows (`Database.write`).
   */
  async mutate<T>(
    permission: Permission | readonly Permission[],
    work: (scope: WriteScope) => Promise<T>,
    { staged = false } = {},
  ): Promise<T> {
    this.allow(...[permission].flat())
    const once = async (session: Session) => {
      this.operation?.check()
      const scope = new WriteScope(session, this.setting, staged)
      const result = await work(scope)
      await scope.finish()
      return { result, scope }
    }
    try {
      const { result, scope } = await this.untimed(() =>
        this.database.write(once, { staged, party: this.access.organization.id }),
      )
      await scope.committed()
      return result
    } finally {
      this.loading.clear()
    }
  }

  /** Work that may take longer than an operation: a change, and the files that it takes. */
  untimed<T>(work: () => Promise<T>): Promise<T> {
    return this.operation ? this.operation.untimed(work) : work()
  }

  /** The day that figures hold for: as asked, else today; a later one is refused. */
  day(asOf?: Day | null): Day {
    if (asOf && asOf > this.today)
      throw badInput(
        `asOf is ${asOf}, which is in the future; today is ${this.today} in ${this.access.organization.timeZone}.`,
      )
    return asOf ?? this.today
  }

  /** The day of a list: as asked, else the one its cursor was made for, so that the pages of a walk agree. */
  dayOfList({ asOf, after, before }: ListArguments): Day {
    return this.day(asOf ?? dayOfCursor(after ?? before))
  }

  /** A read whose time hardly depends on its values: on SQLite the main thread does it where it was always brief. */
  protected readAlike<T>(permission: Permission, work: (scope: ReadScope) => Promise<T>): Promise<T> {
    const { access, operation, database } = this
    const alike =
      database.dialect.name === 'sqlite' ? database.readFor?.(access.organization.id, operation, { alike: true }) : null
    return this.readBy(alike ?? this.reader, permission, work)
  }

  /** A read of few rows by their keys: it takes no time, so it waits for no turn among long reads. */
  readByKey<T>(permission: Permission, work: (scope: ReadScope) => Promise<T>): Promise<T> {
    return this.readBy(this.byKey, permission, work)
  }

  /** On SQLite the main thread reads a row by its key sooner than another thread would. */
  private get byKey(): Session {
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
      readsKept: this.readsKept,
    }
  }
}
