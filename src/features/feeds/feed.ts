import { setImmediate } from 'node:timers/promises'
import type { Context } from '../../request/context.js'
import type { ReadScope } from '../../database/scope/write-scope.js'
import { badInput, forbidden } from '../../model/errors.js'
import { batchesOf } from '../../lib/batches.js'
import { isDay, type Day } from '../../lib/calendar.js'
import type { Cell, Rows } from '../../lib/table/column.js'
import { turnDays, keepLater } from '../figures/index.js'
import { deletedAt, type Asked, type FeedColumn, type FeedTable, type RowsOf } from './feed-table.js'
import { recordTables } from './record-table.js'
import { currencySummaryTable, summaryTable } from './summary-table.js'
import type { Parameters } from '../../model/condition.js'

/** Records read at once. */
export const pageSize = 1000
/** Rows made at once. */
const portion = 100
/**
 * Records read at once that do not follow one another: the statement of their figures names each of them many times.
 */
const changesAtOnce = 200

let tables: FeedTable[] | undefined

/** All tables, once every feature has its records. */
export function feedTables(): FeedTable[] {
  if (tables) return tables
  const ofRecords = recordTables()
  const clients = ofRecords.find(({ name }) => name === 'clients')
  if (!clients) throw new Error('There is no table of clients.')
  return (tables = [summaryTable(clients), currencySummaryTable(), ...ofRecords])
}

/** Where an incremental pull goes on: behind a position in the log of changes, and from the day of the last figures. */
export interface Since {
  position: number
  day: Day
}

export const cursorOf = ({ position, day }: Since) => Buffer.from(JSON.stringify([position, day])).toString('base64url')

export function readCursor(text: string): Since {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    const [position, day, ...more] = Array.isArray(parts) ? (parts as unknown[]) : [] // judged below
    if (Number.isSafeInteger(position) && typeof day === 'string' && isDay(day) && more.length === 0)
      return { position: Number(position), day }
  } catch {
    // refused below, like JSON that is no cursor
  }
  throw badInput(
    'cursor is not one of this API; send X-Clientela-Cursor of your last pull, or leave it out to pull everything.',
  )
}

/**
 * Returns the columns asked for, in that order, else all columns. Where the key lacks `admin`, it then leaves out the
 * columns that need it, so that the pull goes on.
 */
export function chosenColumns(ctx: Context, table: FeedTable, names: readonly string[] | undefined): FeedColumn[] {
  return (
    names?.map(name => {
      const found = table.columns.find(column => column.name === name)
      if (!found)
        throw badInput(`${table.name} has no column ${name.slice(0, 60)}; /export/v1/manifest.json lists them.`)
      return found
    }) ?? table.columns.filter(({ permission }) => permission !== 'admin' || ctx.access.permissions.has(permission))
  )
}

export interface Feed {
  /** Where the next pull goes on. */
  next: Since
  pages: AsyncGenerator<Rows>
}

/** Begins to read a table in one view of the database; whoever asks has to read it to its end or to `return` it. */
export async function openFeed(ctx: Context, table: FeedTable, asked: Asked, since: Since | null): Promise<Feed> {
  const permissions = new Set(
    [table.permission, 'export' as const, ...asked.columns.map(({ permission }) => permission)].filter(
      each => each !== null && each !== undefined,
    ),
  )
  refuseColumns(ctx, table, asked.columns)
  const stream = ctx.stream([...permissions], scope => readFeed(scope, table, keepingFigures(ctx, asked), since))
  const first = await stream.next()
  if (first.done || typeof first.value !== 'number') throw new Error('A feed begins with its position.')
  return { next: { position: first.value, day: asked.asOf }, pages: stream as AsyncGenerator<Rows> } // after the position there are pages only
}

/** Has figures kept that were worked out, for whoever asks next. */
export const keepingFigures = (ctx: Context, asked: Asked): Asked => ({
  ...asked,
  keep: clients => {
    keepLater(ctx, clients)
  },
})

/** Says which columns the key may not read, so that they can be left out. */
export function refuseColumns(ctx: Context, table: FeedTable, columns: readonly FeedColumn[]) {
  const lacking = columns.filter(({ permission }) => permission && !ctx.access.permissions.has(permission))
  const missing = [...new Set(lacking.map(({ permission }) => permission))]
  if (missing.length > 0)
    throw forbidden(
      `The key lacks ${missing.join(', ')}, which ${lacking.map(({ name }) => name).join(', ')} of ${table.name} need; leave them out by columns=….`,
      { missing, fields: lacking.map(({ name }) => name) },
    )
}

async function* readFeed(
  scope: ReadScope,
  table: FeedTable,
  asked: Asked,
  since: Since | null,
): AsyncGenerator<Rows | number> {
  const until = await positionOf(scope)
  yield until
  const after = since?.position ?? 0
  const gone = (key: Record<string, string>, position: number) =>
    asked.columns.map(
      ({ name }): Cell => key[name] ?? (name === deletedAt.name ? new Date(position).toISOString() : null),
    )

  const pageOf = async (changes: readonly Change[]) => {
    const there = changes.filter(({ deleted }) => !deleted)
    const rowsOf: RowsOf =
      there.length === 0
        ? () => []
        : await table.rows(
            scope,
            there.map(({ id }) => id),
            asked,
          )
    return changes.flatMap(({ id, position, deleted }) => [
      ...(table.isReplaced || (deleted && !table.partKind) ? [gone({ [table.belongsBy]: id }, position)] : []),
      ...(deleted ? [] : rowsOf(id)),
    ])
  }
  if (!since) {
    yield* wholeTable(scope, table, asked)
    return
  }
  for await (const changes of changesOf(scope, table.kind, after, until)) yield await pageOf(changes)
  if (table.partKind)
    for await (const changes of changesOf(scope, table.partKind, after, until))
      yield changes.map(({ id, position }) => gone({ id }, position))
  if (table.turned && since.day !== asked.asOf) {
    const [from = '', to = ''] = [since.day, asked.asOf].sort()
    const days = { from, to, ...turnDays(from, to) }
    for await (const changes of turnedOf(scope, table.kind, table.turned, after, days)) yield await pageOf(changes)
  }
}

interface Change {
  id: string
  position: number
  deleted: boolean
}

type RawChange = Record<keyof Change, string | number>
const changeOf = ({ id, position, deleted }: RawChange): Change => ({
  id: String(id),
  position: Number(position),
  deleted: Number(deleted) === 1,
})

/** Where the log of changes stands: all that is committed is at or before it, all that is not yet will come behind. */
export async function positionOf(scope: ReadScope): Promise<number> {
  const [row] = await scope.rows<{ position: string | number }>(
    "SELECT position FROM record_changes WHERE organization_id = :organization AND kind = '' AND record_id = ''",
  )
  return Number(row?.position ?? 0)
}

const select =
  'SELECT c.record_id AS id, c.position AS position, c.deleted AS deleted FROM record_changes c WHERE c.organization_id = :organization AND c.kind = :kind'

/**
 * All that is there, in the order of the ids: what belongs to them then follows one another, too. A page is begun while
 * the rows of the one before it are made.
 */
async function* wholeTable(scope: ReadScope, table: FeedTable, asked: Asked): AsyncGenerator<Rows> {
  const begin = (ids: readonly string[]) => {
    const rowsOf = table.rows(scope, ids, { ...asked, allBetween: true })
    rowsOf.catch(() => undefined) // thrown where it is awaited
    return { ids, rowsOf }
  }
  let coming: ReturnType<typeof begin> | undefined
  try {
    for await (const ids of pagesOfIds(scope, table.kind)) {
      const page = coming
      coming = begin(ids)
      if (page) yield* inPortions(page.ids, await page.rowsOf)
    }
    if (coming) yield* inPortions(coming.ids, await coming.rowsOf)
  } finally {
    await coming?.rowsOf.catch(() => undefined) // its connection is still at work
  }
}

async function* pagesOfIds(scope: ReadScope, kind: string): AsyncGenerator<string[]> {
  const read = (id: string) =>
    scope.rows<{ id: string }>(
      `SELECT c.record_id AS id FROM record_changes c WHERE c.organization_id = :organization AND c.kind = :kind AND c.deleted = 0 AND c.record_id > :id ORDER BY c.record_id LIMIT ${pageSize}`,
      { kind, id },
    )
  for await (const rows of batchesOf('', pageSize, read, ({ id }) => id)) yield rows.map(({ id }) => id)
}

/**
 * Few rows at once: others are let in between them where the driver is synchronous, and what is made is soon garbage.
 */
export async function* inPortions(ids: readonly string[], rowsOf: RowsOf): AsyncGenerator<Rows> {
  for (let from = 0; from < ids.length; from += portion) {
    yield ids.slice(from, from + portion).flatMap(rowsOf)
    await setImmediate()
  }
}

/**
 * In the order of the log. Two statements where one would do: no database finds its way through an index by a
 * comparison of pairs.
 */
async function* changesOf(scope: ReadScope, kind: string, after: number, until: number): AsyncGenerator<Change[]> {
  let last: Change | undefined
  for (;;) {
    const parameters: Parameters = { kind, position: last?.position ?? after, id: last?.id ?? '', until }
    const same = last
      ? await scope.rows<RawChange>(
          `${select} AND c.position = :position AND c.record_id > :id ORDER BY c.record_id LIMIT ${changesAtOnce}`,
          parameters,
        )
      : []
    const room = changesAtOnce - same.length
    const later =
      room > 0
        ? await scope.rows<RawChange>(
            `${select} AND c.position > :position AND c.position <= :until ORDER BY c.position, c.record_id LIMIT :room`,
            { ...parameters, room },
          )
        : []
    const found = [...same, ...later].map(changeOf)
    if (found.length === 0) return
    yield found
    last = found.at(-1)
    await setImmediate()
  }
}

/** Records that nobody changed since, but that changed as days passed. */
async function* turnedOf(
  scope: ReadScope,
  kind: string,
  turned: string,
  after: number,
  days: Record<string, string>,
): AsyncGenerator<Change[]> {
  const read = async (id: string) => {
    const rows = await scope.rows<RawChange>(
      `${select} AND c.deleted = 0 AND c.position <= :after AND c.record_id > :id AND ${turned} ORDER BY c.record_id LIMIT ${changesAtOnce}`,
      { ...days, kind, after, id },
    )
    return rows.map(changeOf)
  }
  for await (const found of batchesOf('', changesAtOnce, read, ({ id }) => id)) {
    yield found
    await setImmediate()
  }
}
