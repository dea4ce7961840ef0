import { figuresKind } from '../../database/effects/change-log.js'
import { holdMark } from '../../database/effects/kept-figures.js'
import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import type { Context } from '../../request/context.js'
import type { RequestDoor } from '../../request/door.js'
import { groupBy } from '../../lib/group.js'
import { snake } from '../../lib/snake.js'
import { UserError } from '../../lib/user-error.js'
import { groupsOf, type GroupRow } from './group.queries.js'
import { keepableSources, never, revision, validUntil } from './kept-days.js'
import { unkeepable } from './kept-list.queries.js'
import { keptText } from './kept-text.js'
import { moveMark } from './marks.js'
import { blocks, listedFigures } from './registry.js'
import { Groups } from './section.js'
import { shapeOf } from './shape.js'

/** A row of `client_figures`: its client, the values of `columnsKept` and its position. */
type KeptRow = readonly [client: string, ...(string | number | null)[]]

const key = ['organization_id', 'client_id']
const columnsKept = () => [
  ...['shape', 'valid_from', 'valid_until'],
  ...Object.values(blocks).map(({ column }) => column),
  ...listedFigures().map(({ field }) => snake(field.name)),
]

/** How many clients are worked out together. */
const batch = 100

/** In bytes, of which each character takes one. A text that is longer does not fit its column. */
export const longestText = 60_000

/** Has the figures of some clients worked out and kept behind the answer. Whatever gets lost is worked out when asked. */
export function keepLater(ctx: Context, clients: readonly string[]) {
  ctx.gatherInBackground('figures', clients, async (own, some) => {
    await keep(own, some)
    await moveMark(own)
  })
}

/** Works out and keeps the figures of some clients as they are today. Returns those that are clients no more. */
export async function keep(own: RequestDoor, clients: readonly string[]): Promise<string[]> {
  const gone: string[] = []
  for (let at = 0; at < clients.length; at += batch) {
    const some = clients.slice(at, at + batch)
    const rows = await own.read('clients:read', scope => workOut(scope, some))
    if (rows.length > 0) await own.mutate('clients:read', scope => storeKept(scope, rows))
    const found = new Set(rows.map(([client]) => client))
    gone.push(...some.filter(id => !found.has(id)))
  }
  return gone
}

async function workOut(scope: ReadScope, clients: readonly string[]): Promise<KeptRow[]> {
  const { today } = scope
  try {
    const groups = await groupsOf(scope, clients, keepableSources(), today)
    return [...groupBy(groups, row => row.clientId)].flatMap(([client, rows]) => rowsToKeep(scope, client, rows))
  } catch (error) {
    // The figures of a client that has a sum too large are not kept: whoever asks for it gets the error.
    if (!(error instanceof UserError)) throw error
    if (clients.length === 1)
      return (await groupsOf(scope, clients, [revision], today)).map(group => unkept(scope, group))
    const rows: KeptRow[] = []
    for (const client of clients) rows.push(...(await workOut(scope, [client])))
    return rows
  }
}

/** The row of a client; none where the client is gone. */
function rowsToKeep(scope: ReadScope, client: string, groups: readonly GroupRow[]): KeptRow[] {
  const { organization, today } = scope
  const revised = groups.find(({ source }) => source === revision.name)
  if (!revised) return []
  const { baseCurrency } = organization
  const frame = { clientId: client, asOf: today, isToday: true, baseCurrency }
  const texts = Object.values(blocks).map(block => keptText(block, groups, frame))
  const values = listedFigures().map(({ of }) => of(new Groups(frame, groups)))
  const isTooLong = texts.some(text => text !== null && text.length > longestText)
  if (isTooLong || values.some(value => BigInt.asIntN(64, value) !== value)) return [unkept(scope, revised)]
  const until = validUntil(groups, today)
  return [[client, shapeOf(baseCurrency), today, until, ...texts, ...values.map(String), String(revised.count)]]
}

/**
 * The row of a client whose figures cannot be kept: it never holds, so they are worked out whenever somebody asks. They
 * are tried again when the client changes, and on the next day.
 */
const unkept = ({ today }: ReadScope, { clientId, count }: GroupRow): KeptRow => [
  clientId,
  unkeepable,
  today,
  never,
  ...Object.keys(blocks).map(() => null),
  ...listedFigures().map(() => 0),
  String(count),
]

/** Stores the rows of clients that did not go since they were worked out. */
async function storeKept(scope: WriteScope, worked: readonly KeptRow[]) {
  await scope.executeUnobserved(holdMark(scope.setting.dialect, ':organization'))
  const there = await scope.rows<{ id: string }>(
    `SELECT r.record_id AS id FROM record_changes r WHERE r.organization_id = :organization AND r.kind = '${figuresKind}' AND r.record_id IN (:...clients) AND r.deleted = 0`,
    { clients: worked.map(([client]) => client) },
  )
  const ids = new Set(there.map(({ id }) => id))
  const rows = worked.filter(([client]) => ids.has(client))
  if (rows.length > 0) await insertRows(scope, rows)
}

async function insertRows(scope: WriteScope, rows: readonly KeptRow[]) {
  const values: Record<string, string | number | null> = {}
  const marks = rows.map((row, at) => {
    row.forEach((value, column) => (values[`v${at}_${column}`] = value))
    return `(:organization, ${row.map((_, column) => `:v${at}_${column}`).join(', ')})`
  })
  const { dialect } = scope.setting
  const columns = columnsKept()
  // A row never goes back to an earlier revision. On MariaDB a column sees those before it as they are already set, so
  // the position comes last.
  const newer = [...columns, 'position'].map(
    column =>
      `${column} = CASE WHEN ${dialect.excluded('position')} >= client_figures.position THEN ${dialect.excluded(column)} ELSE client_figures.${column} END`,
  )
  await scope.executeUnobserved(
    `INSERT INTO client_figures (${[...key, ...columns, 'position'].join(', ')}) VALUES ${marks.join(', ')} ${dialect.onTaken(key.join(', '))} ${newer.join(', ')}`,
    values,
  )
}
