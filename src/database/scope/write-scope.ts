import type { EntityManager, ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import { conflict, MergedMeanwhile } from '../../model/errors.js'
import { settleTexts, validate } from '../../model/validate.js'
import { groupBy } from '../../lib/group.js'
import { newId } from '../../lib/id.js'
import { UserError } from '../../lib/user-error.js'
import { ActivityEvent } from '../effects/activity-event.js'
import { ChangeLog } from '../effects/change-log.js'
import { differing, eventOf, snapshot, type ChangeEvent, type Snapshot } from '../effects/history.js'
import { ownerOf, ReadScope, refuseMissing, type ScopeSetting } from './read-scope.js'
import type { RecordRow } from '../../model/row.js'
import { store } from './store.js'
import { Indexing } from '../effects/search-entries.js'
import type { Condition, Parameters } from '../../model/condition.js'
import { metadataOf, type EntityMetadata, type Row } from '../../model/entity-metadata.js'
import { relationOf } from '../../model/field-definition.js'
import { snake } from '../../lib/snake.js'

export * from './read-scope.js'

/** A scope inside a transaction. What it writes is validated, versioned and told in the history. */
export class WriteScope extends ReadScope {
  private readonly originals = new WeakMap<Row, Snapshot>()
  private readonly known = new Set<string>()
  private readonly events: ActivityEvent[] = []
  private readonly indexing = new Indexing()
  private readonly effects: (() => Promise<void>)[] = []
  private readonly changes = new ChangeLog()
  readonly warnings: { code: string; message: string; field?: string }[] = []

  /** `staged`: it writes very many new rows, and on SQLite reads nothing of what it wrote (`Database.write`). */
  constructor(
    manager: EntityManager,
    setting: ScopeSetting,
    private readonly staged = false,
  ) {
    super(manager, setting)
  }

  /** Another scope over the same transaction. */
  also<S>(make: (manager: EntityManager, setting: ScopeSetting) => S): S {
    return make(this.manager, this.setting)
  }

  override async find<T extends Row & ObjectLiteral>(type: ClassType<T>, id: string): Promise<T | null> {
    const row = await super.find(type, id)
    if (row) this.remember(row)
    return row
  }

  override async get<T extends Row & ObjectLiteral>(type: ClassType<T>, id: string): Promise<T> {
    return (await this.find(type, id)) ?? this.missing(metadataOf(type), id)
  }

  override async list<T extends Row & ObjectLiteral>(type: ClassType<T>, ...conditions: Condition[]): Promise<T[]> {
    const rows = await super.list(type, ...conditions)
    rows.forEach(row => this.remember(row))
    return rows
  }

  /** The record, held against other writers until the transaction ends; with `version`, refused if it is not that one. */
  async take<T extends RecordRow & ObjectLiteral>(type: ClassType<T>, id: string, version?: number): Promise<T> {
    const query = this.select(type, { sql: 't.id = :id', parameters: { id } })
    if (this.setting.dialect.forUpdate) query.setLock('pessimistic_write')
    const row = (await query.getOne()) ?? (await this.missing(metadataOf(type), id))
    if (version !== undefined && row.version !== version) refuseStale(metadataOf(type), row, version)
    this.remember(row)
    return row
  }

  /** Several records in one statement, held in the order of their ids: each told by a function of its own, which refuses what `take` would refuse. */
  async takeAll<T extends RecordRow & ObjectLiteral>(
    type: ClassType<T>,
    given: readonly { id: string; version: number }[],
  ): Promise<(() => T)[]> {
    const query = this.select(type, {
      sql: 't.id IN (:...ids)',
      parameters: { ids: given.map(({ id }) => id) },
    }).orderBy('t.id')
    if (this.setting.dialect.forUpdate) query.setLock('pessimistic_write')
    const rows = new Map((await query.getMany()).map(row => [row.id, row]))
    rows.forEach(row => this.remember(row))
    return given.map(({ id, version }) => () => {
      const row = rows.get(id) ?? refuseMissing(metadataOf(type), id)
      return row.version === version ? row : refuseStale(metadataOf(type), row, version)
    })
  }

  /** The records of some conditions, held like that. Whoever holds several kinds takes them in one order everywhere. */
  async takeWhere<T extends RecordRow & ObjectLiteral>(type: ClassType<T>, ...conditions: Condition[]): Promise<T[]> {
    const query = this.select(type, ...conditions).orderBy('t.id')
    if (this.setting.dialect.forUpdate) query.setLock('pessimistic_write')
    const rows = await query.getMany()
    rows.forEach(row => this.remember(row))
    return rows
  }

  /** A new row with its id, ready to be filled and added. */
  make<T extends Row>(type: ClassType<T>, values: Partial<T>): T {
    const row = new type()
    const blank = Object.fromEntries(
      metadataOf(type)
        .fields.filter(field => field.nullable)
        .map(field => [field.name, null]),
    )
    return Object.assign(row, blank, values, {
      id: newId(metadataOf(type).prefix, this.now),
      organizationId: this.organization.id,
    })
  }

  async add<T extends RecordRow>(row: T, what: Partial<ChangeEvent> = {}): Promise<T> {
    Object.assign(row, { version: 1, createdAt: this.now, updatedAt: this.now })
    await this.insert([row])
    this.changes.changed(row)
    this.tell(row, null, snapshot(row), { verb: 'CREATED', on: this.today, ...what })
    return row
  }

  /** Writes what differs since the row was read. `what.after` tells of parts that changed with it. */
  async change<T extends RecordRow & ObjectLiteral>(row: T, what: Partial<ChangeEvent> = {}): Promise<T> {
    const record = metadataOf(row.constructor)
    const before = this.originals.get(row)
    if (!before) throw new Error(`This ${record.name} was not read for a change.`)
    settleTexts(record, row)
    const after = snapshot(row)
    const names = differing(before, after)
    if (names.length === 0 && !what.after) return row
    validate(record, row)
    await this.refuseForeign([row], names)
    const { version } = row
    Object.assign(row, { version: version + 1, updatedAt: this.now })
    const values = row as unknown as Record<string, unknown> // read by the names of its own fields
    const result = await this.manager
      .createQueryBuilder()
      .update(row.constructor as ClassType<T>) // the class of a row is the entity it was read as
      .set(Object.fromEntries([...names, 'version', 'updatedAt'].map(name => [name, values[name]])) as never) // its own columns
      .where(`id = :id AND ${snake(ownerOf(record))} = :organization AND version = :version`, {
        id: row.id,
        organization: this.organization.id,
        version,
      })
      .updateEntity(false)
      .execute()
    if (result.affected !== 1) refuseStale(record, row, version)
    this.originals.set(row, after)
    this.indexing.changed(row, before, names)
    this.changes.changed(row, before.clientId)
    if (names.includes('name')) this.changes.named(row)
    this.tell(row, before, after, { verb: 'CHANGED', on: this.today, ...what })
    return row
  }

  async remove(row: RecordRow, what: Partial<ChangeEvent> = {}): Promise<void> {
    await this.deleteWhere(row.constructor as ClassType<Row>, 'id', row.id) // the class it was read as
    this.indexing.removed(row)
    this.changes.removed(row)
    this.tell(row, snapshot(row), null, { verb: 'DELETED', on: this.today, ...what })
  }

  /** Brings back a record that was removed, as it is given, with its id and version. */
  async restore<T extends RecordRow>(row: T, what: Partial<ChangeEvent> = {}): Promise<T> {
    const record = metadataOf(row.constructor)
    validate(record, row)
    await this.refuseForeign([row], referencesOf(record))
    await store(this.manager, [row])
    this.indexing.touch(record, [row.id])
    this.changes.changed(row)
    this.tell(row, null, snapshot(row), { verb: 'RESTORED', on: this.today, ...what })
    return row
  }

  /** Changes many rows in one statement, which moves their versions forward itself; the history, and `reindex`, are its caller's. */
  async execute(sql: string, parameters: Parameters = {}): Promise<void> {
    await this.manager.query(...this.bound(sql, parameters))
  }

  /** Adds or changes a row that has no history of its own, such as the last number of a series. */
  async insertSilently<T extends RecordRow>(row: T): Promise<T> {
    Object.assign(row, { version: 1, createdAt: this.now, updatedAt: this.now })
    await this.insert([row])
    return row
  }

  async updateSilently<T extends RecordRow & ObjectLiteral>(row: T): Promise<T> {
    const told = this.events.length
    await this.change(row)
    this.events.length = told
    return row
  }

  /** Adds rows that are told of with their document, such as lines. */
  async insert(rows: readonly Row[]): Promise<void> {
    const [first] = rows
    if (!first) return
    const record = metadataOf(first.constructor)
    for (const row of rows) validate(record, row)
    await this.refuseForeign(rows, referencesOf(record))
    await store(this.manager, rows)
    this.indexing.added(rows)
    rows.forEach(row => this.remember(row))
  }

  /**
   * Adds many records that bring their versions, their instants and their history, as the demo does. Kinds that
   * others refer to come first.
   */
  async load(rows: readonly Row[], events: readonly ActivityEvent[]): Promise<void> {
    for (const same of groupBy(rows, row => row.constructor).values()) {
      const record = metadataOf(same[0]?.constructor ?? Object)
      for (const row of same) {
        if ((row as { organizationId?: string }).organizationId !== this.organization.id)
          throw new Error(`A ${record.name} of another organisation cannot be loaded.`) // every record that is loaded has an owner
        validate(record, row)
        this.known.add(row.id) // a credit note may correct an invoice of the same load
      }
      await this.refuseForeign(same, referencesOf(record))
      await store(this.manager, same)
      this.indexing.added(same)
      same.forEach(row => this.changes.changed(row))
    }
    await store(this.manager, events)
  }

  /** Deletes parts of a record, such as the lines of a draft, untold: their document tells of them. */
  async deleteWhere<T extends Row>(type: ClassType<T>, by: keyof T & string, value: string): Promise<void> {
    const record = metadataOf(type)
    const gone =
      by === 'id'
        ? [{ id: value }]
        : record.part && !record.hidden
          ? await this.rows<{ id: string }>(
              `SELECT id FROM ${record.table} WHERE ${snake(ownerOf(record))} = :organization AND ${snake(by)} = :value`,
              { value },
            )
          : []
    gone.forEach(({ id }) => this.changes.note(record, id, true))
    await this.manager
      .createQueryBuilder()
      .delete()
      .from(type)
      .where(`${snake(ownerOf(record))} = :organization AND ${snake(by)} = :value`, {
        organization: this.organization.id,
        value,
      })
      .execute()
  }

  warn(code: string, message: string, field?: string) {
    this.warnings.push({ code, message, field })
  }

  /** Many new records of one kind, each told in the history. */
  async addAll<T extends RecordRow>(rows: readonly T[]): Promise<void> {
    for (const row of rows) Object.assign(row, { version: 1, createdAt: this.now, updatedAt: this.now })
    await this.insert(rows)
    for (const row of rows) {
      this.changes.changed(row)
      this.tell(row, null, snapshot(row), { verb: 'CREATED', on: this.today })
    }
  }

  /** What to do outside the database once the change is kept, such as removing the bytes of a file. */
  afterCommit(effect: () => Promise<void>) {
    this.effects.push(effect)
  }

  /** The change is kept: what fails here cannot undo it. `clientela files check` finds what stayed. */
  async committed() {
    await Promise.allSettled(this.effects.map(effect => effect()))
  }

  /** Writes the history of the transaction so far and what its records are found by: a long change calls it now and then, so as not to hold all of it. */
  async settle() {
    await store(this.manager, this.events.splice(0))
    await this.indexing.write(this.manager, this.organization.id, (type, condition) => super.list(type, condition))
    if (this.staged) this.known.clear()
    if (this.isStaged) await this.changes.stage(this.manager, this.organization.id)
  }

  private get isStaged() {
    return this.staged && this.setting.dialect.name === 'sqlite'
  }

  /** Settles the rest, and says which records changed; the door calls it last. */
  async finish() {
    await this.settle()
    if (this.isStaged)
      await this.changes.takePosition(this.manager, this.setting.dialect, this.organization.id, this.now)
    else await this.changes.write(this.manager, this.setting.dialect, this.organization.id, this.now)
  }

  /** Makes anew what records are found by, after they or what leads to them were changed by other means than this scope's. */
  reindex(type: ClassType<Row & ObjectLiteral>, ids: readonly string[]) {
    this.indexing.reindex(metadataOf(type), ids)
  }

  /** Tells feeds of records, and of clients whose figures changed, where other means than this scope's changed them. */
  noteChanged(
    type: ClassType<Row & ObjectLiteral>,
    ids: readonly string[],
    { deleted = false, clients = [] }: { deleted?: boolean; clients?: readonly string[] } = {},
  ) {
    ids.forEach(id => this.changes.note(metadataOf(type), id, deleted))
    this.changes.clients(clients)
  }

  private tell(row: Row, before: Snapshot | null, after: Snapshot | null, what: ChangeEvent) {
    this.events.push(eventOf(this.setting.access, this.now, row, before, after, what))
  }

  /** Callers' own ids were led on to successors when the change began: what was merged since was read too early. */
  private async missing(record: EntityMetadata, id: string): Promise<never> {
    if ((await this.successors(record, [id])).size > 0)
      throw new MergedMeanwhile(`There is no ${record.name} with the id ${id}.`)
    return refuseMissing(record, id)
  }

  private remember(row: Row) {
    this.originals.set(row, snapshot(row))
    this.known.add(row.id)
  }

  /** Every link has to lead to a record of this organisation. */
  private async refuseForeign(rows: readonly Row[], names: readonly string[]) {
    const { fields } = metadataOf(rows[0]?.constructor ?? Object)
    for (const field of fields) {
      if (field.kind !== 'reference' || typeof field.target !== 'function' || !names.includes(field.name)) continue
      const target = metadataOf(field.target())
      const ids = new Set(
        rows
          .map(row => (row as unknown as Record<string, string | null>)[field.name])
          .filter(id => id !== null && id !== undefined && !this.known.has(id)),
      ) // references hold ids
      if (ids.size === 0) continue
      const found = await this.rows<{ id: string }>(
        `SELECT id FROM ${target.table} WHERE ${snake(ownerOf(target))} = :organization AND id IN (:...ids)`,
        { ids: [...ids].map(String) },
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
}

const referencesOf = (record: EntityMetadata) =>
  record.fields.filter(field => field.kind === 'reference').map(field => field.name)

function refuseStale(record: EntityMetadata, row: RecordRow, yours: number): never {
  throw conflict(
    `This ${record.name} was changed meanwhile: it is at version ${row.version}, you sent ${yours}. Read it again and repeat your change.`,
    { version: row.version, yours },
  )
}
