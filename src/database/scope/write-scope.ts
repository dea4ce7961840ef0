import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import { metadataOf, type EntityMetadata } from '../../model/entity-metadata.js'
import { snake } from '../../lib/snake.js'
import { settleTexts, validate } from '../../model/validate.js'
import type { Parameters } from '../../model/condition.js'
import type { RecordRow } from '../../model/row.js'
import { groupBy } from '../../lib/group.js'
import { newId } from '../../lib/id.js'
import type { ActivityEvent } from '../effects/activity-event.js'
import type { ChangeEvent } from '../effects/change-event.js'
import { ChangeLog } from '../effects/change-log.js'
import type { Effect, Inserted, Removed, Transaction, Updated } from '../effects/effect.js'
import { History } from '../effects/history.js'
import { SearchEntries } from '../effects/search-entries.js'
import { differing, snapshot } from '../effects/snapshot.js'
import { store } from '../store.js'
import { ownerOf } from '../select.js'
import type { Session } from '../session.js'
import type { ScopeSetting } from './read-scope.js'
import { deleteRows, updateRow } from './row-statements.js'
import { refuseStale, TakeScope } from './take-scope.js'
import { refuseObserved, refuseUntold } from './unobserved.js'
import type { Row } from '../../model/field-definition.js'

export * from './read-scope.js'

type Write = { inserted: Inserted } | { updated: Updated } | { removed: Removed }

/**
 * A scope that writes. Every verb ends in one step, in which all effects observe the write. The name of a verb says
 * what it leaves out: `…Silently` tells nothing in the history, since it is nobody's business. `…Parts` leaves the
 * history to the document that the rows belong to. `…WithHistory` brings its own. No effect sees `…Unobserved`, nor
 * `…Untold` until its caller tells.
 */
export class WriteScope extends TakeScope {
  private readonly search = new SearchEntries()
  private readonly changes = new ChangeLog()
  /** Effects write in this order. The log of changes comes last, since other writers wait for it. */
  private readonly effects: readonly Effect[] = [
    new History(this.setting.access, this.setting.now),
    this.search,
    this.changes,
  ]
  /** Records with rows that changed `…Untold`. */
  private readonly untold = new Set<EntityMetadata>()
  private readonly uponCommit: (() => Promise<void>)[] = []
  readonly warnings: { code: string; message: string; field?: string }[] = []

  /** `staged`: it writes very many new rows, and on SQLite reads nothing of what it wrote (`Database.write`). */
  constructor(
    session: Session,
    setting: ScopeSetting,
    private readonly staged = false,
  ) {
    super(session, setting)
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

  async add<T extends RecordRow>(row: T, event: Partial<ChangeEvent> = {}): Promise<T> {
    await this.insertNew([row], { verb: 'CREATED', on: this.today, ...event })
    return row
  }

  /** Many new records of one kind. */
  async addAll(rows: readonly RecordRow[]): Promise<void> {
    await this.insertNew(rows, { verb: 'CREATED', on: this.today })
  }

  async insertSilently<T extends RecordRow>(row: T): Promise<T> {
    await this.insertNew([row], null)
    return row
  }

  /** Adds parts of a document, such as its lines. */
  async insertParts(rows: readonly Row[]): Promise<void> {
    for (const row of rows) requirePart(metadataOf(row.constructor))
    await this.insertRows(rows, null)
  }

  /**
   * Adds many records that bring their versions, their instants and their events, as the demo does. Kinds that others
   * refer to come first.
   */
  async insertWithHistory(rows: readonly Row[], events: readonly ActivityEvent[]): Promise<void> {
    for (const same of groupBy(rows, row => row.constructor).values()) {
      for (const row of same) {
        const { organizationId } = row as { organizationId?: string } // every record that is loaded has an owner
        if (organizationId !== this.organization.id)
          throw new Error(`${metadataOf(row.constructor).name} ${row.id} belongs to another organisation.`)
        this.known.add(row.id) // a credit note may correct an invoice among these rows
      }
      await this.put({ rows: same, event: null, isNew: true })
    }
    await store(this.session, events)
  }

  /** Brings back a record that was removed, as it is given, with its id and version. */
  async restore<T extends RecordRow>(row: T, event: Partial<ChangeEvent> = {}): Promise<T> {
    await this.put({ rows: [row], event: { verb: 'RESTORED', on: this.today, ...event }, isNew: false })
    return row
  }

  /** Writes what differs since the row was read. `event.after` tells of parts that changed with it. */
  change<T extends RecordRow & ObjectLiteral>(row: T, event: Partial<ChangeEvent> = {}): Promise<T> {
    return this.updateRow(row, { verb: 'CHANGED', on: this.today, ...event })
  }

  updateSilently<T extends RecordRow & ObjectLiteral>(row: T): Promise<T> {
    return this.updateRow(row, null)
  }

  async remove(row: RecordRow, event: Partial<ChangeEvent> = {}): Promise<void> {
    await this.removeRow(row, { verb: 'DELETED', on: this.today, ...event })
  }

  async removeSilently(row: RecordRow): Promise<void> {
    await this.removeRow(row, null)
  }

  /** Removes the parts of a document, such as the lines of a draft. */
  async removeParts<T extends Row>(type: ClassType<T>, by: keyof T & string, value: string): Promise<void> {
    const record = metadataOf(type)
    requirePart(record)
    const gone = record.hidden
      ? [] // feeds tell nothing of them
      : await this.rows<{ id: string }>(
          `SELECT id FROM ${record.table} WHERE ${ownerOf(record)} = :organization AND ${snake(by)} = :value`,
          { value },
        )
    const removed = { record, ids: gone.map(({ id }) => id), row: null, event: null }
    await this.step(() => deleteRows(this.session, type, this.organization.id, { by, value }), { removed })
  }

  /** Runs a statement over rows that no effect observes: those of no record, and of the history itself. */
  async executeUnobserved(sql: string, parameters: Parameters = {}): Promise<void> {
    refuseObserved(sql)
    await this.session.run(...this.bound(sql, parameters))
  }

  /**
   * Changes many rows of a record by SQL. Its caller tells of them by `noteChanged`, or the transaction fails, by
   * `reindex` where search needs it, and by events of its own.
   */
  async updateUntold(type: ClassType<Row>, set: string, where: string, parameters: Parameters = {}): Promise<void> {
    const record = metadataOf(type)
    this.untold.add(record)
    const sql = `UPDATE ${record.table} SET ${set} WHERE ${ownerOf(record)} = :organization AND (${where})`
    await this.session.run(...this.bound(sql, parameters))
  }

  /** Has the search index look again at records that `updateUntold` changed, and at what leads to them. */
  reindex(type: ClassType<Row & ObjectLiteral>, ids: readonly string[]) {
    this.search.reindex(metadataOf(type), ids)
  }

  /** Tells feeds of records that `updateUntold` changed, and of clients whose figures changed with them. */
  noteChanged(type: ClassType<Row>, ids: readonly string[], clients: readonly string[] = []) {
    const record = metadataOf(type)
    this.untold.delete(record)
    ids.forEach(id => this.changes.note(record, id))
    this.changes.clients(clients)
  }

  warn(code: string, message: string, field?: string) {
    this.warnings.push({ code, message, field })
  }

  /** Adds work outside the database for after the commit, such as removing the bytes of a file. */
  afterCommit(work: () => Promise<void>) {
    this.uponCommit.push(work)
  }

  /** Does the work for after the commit. A failure cannot undo the change; `clientela files check` finds the files. */
  async committed() {
    await Promise.allSettled(this.uponCommit.map(work => work()))
  }

  /** Stores what the effects have observed so far. A long change calls it now and then, to free memory. */
  async settle() {
    for (const effect of this.effects) await effect.settle?.(this.transaction)
    if (this.staged) this.known.clear()
  }

  /** Ends the writes of the transaction. The door calls it last. */
  async finish() {
    refuseUntold(this.untold)
    await this.settle()
    for (const effect of this.effects) await effect.finish?.(this.transaction)
  }

  /** The one step that every verb ends in: it runs the statement, and every effect observes what was written. */
  private async step(statement: () => Promise<unknown>, write: Write) {
    await statement()
    for (const effect of this.effects) {
      if ('inserted' in write) effect.inserted(write.inserted)
      else if ('updated' in write) effect.updated(write.updated)
      else effect.removed(write.removed)
    }
  }

  private get transaction(): Transaction {
    const { access, dialect, now } = this.setting
    return {
      session: this.session,
      access,
      dialect,
      now,
      isStaged: this.staged && dialect.name === 'sqlite',
      list: (type, condition) => this.readRows(type, condition),
    }
  }

  private insertNew(rows: readonly RecordRow[], event: ChangeEvent | null): Promise<void> {
    for (const row of rows) Object.assign(row, { version: 1, createdAt: this.now, updatedAt: this.now })
    return this.insertRows(rows, event)
  }

  protected async insertRows(rows: readonly Row[], event: ChangeEvent | null): Promise<void> {
    await this.put({ rows, event, isNew: true })
    rows.forEach(row => this.remember(row))
  }

  private async put(inserted: Inserted) {
    const { rows } = inserted
    const [first] = rows
    if (!first) return
    const record = metadataOf(first.constructor)
    for (const row of rows) validate(record, row)
    await this.refuseForeign(rows, referencesOf(record))
    await this.step(() => store(this.session, rows), { inserted })
  }

  protected async updateRow<T extends RecordRow & ObjectLiteral>(row: T, event: ChangeEvent | null): Promise<T> {
    const record = metadataOf(row.constructor)
    const before = this.originals.get(row)
    if (!before) throw new Error(`This ${record.name} was not read for a change.`)
    settleTexts(record, row)
    const after = snapshot(row)
    const names = differing(before, after)
    if (names.length === 0 && !event?.after) return row
    validate(record, row)
    await this.refuseForeign([row], names)
    const { version } = row
    Object.assign(row, { version: version + 1, updatedAt: this.now })
    const update = async () => {
      const own = { organization: this.organization.id, version }
      if (!(await updateRow(this.session, row, names, own))) refuseStale(record, row, version)
    }
    await this.step(update, { updated: { row, before, after, names, event } })
    this.originals.set(row, after)
    return row
  }

  private async removeRow(row: RecordRow, event: ChangeEvent | null) {
    const type = row.constructor as ClassType<Row> // the class it was read as
    const removed = { record: metadataOf(type), ids: [row.id], row, event }
    const own = { by: 'id', value: row.id } as const
    await this.step(() => deleteRows(this.session, type, this.organization.id, own), { removed })
  }
}

const referencesOf = (record: EntityMetadata) =>
  record.fields.filter(field => field.kind === 'reference').map(field => field.name)

function requirePart({ name, part }: EntityMetadata) {
  if (!part) throw new Error(`${name} is no part of a document: it has a history of its own.`)
}
