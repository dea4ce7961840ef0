import { createHash } from 'node:crypto'
import { figuresKind } from '../../database/effects/change-log.js'
import type { Companion } from '../../database/companion.js'
import type { ReadScope } from '../../database/scope/write-scope.js'
import type { OrganizationFacts } from '../../model/access.js'
import type { RequestDoor } from '../../request/door.js'
import type { Day } from '../../lib/calendar.js'
import { snake } from '../../lib/snake.js'
import { clientsOf, ours, type ClientRange, type GroupRow } from './group.queries.js'
import { blocks } from './overview.queries.js'
import { keepableParts, turns } from './kept-days.js'

/** The blocks of the overview, each with the column that keeps its groups. */
export const keptColumns = Object.keys(blocks).map(block => [block, snake(block)] as const)

/** A number for the meaning of kept figures: for all SQL that works them out, and the currency that amounts are converted to. */
export function shapeOf(baseCurrency: string): number {
  const known = shapes.get(baseCurrency)
  if (known !== undefined) return known
  const meaning = [baseCurrency, JSON.stringify(turns), ...keepableParts.map(part => part(['']))].join('\n')
  const shape = createHash('sha256').update(meaning).digest().readUInt32BE() >>> 1
  shapes.set(baseCurrency, shape)
  return shape
}
const shapes = new Map<string, number>()

/** Whether a row `f` of kept figures holds on the day :today, next to the last change `r` of its client's figures. */
export const holds =
  'f.position = r.position AND f.shape = :shape AND f.valid_from <= :today AND f.valid_until > :today'

/** Joins a row `f` of kept figures with the last change `r` of its client's figures. */
export const lastChange = `JOIN record_changes r ON r.organization_id = f.organization_id AND r.kind = '${figuresKind}' AND r.record_id = f.client_id`

/** What `holds` names. */
export const holdsToday = (organization: OrganizationFacts, today: Day) => ({
  shape: shapeOf(organization.baseCurrency),
  today,
})

/** The groups that were kept, beside the clients whose figures hold today. */
const keptBeside = new WeakMap<object, (block: string) => GroupRow[]>()

/** The groups of some blocks that were read beside a client; undefined where its kept figures do not hold. */
export function groupsBeside(client: object, blocks: readonly string[]): GroupRow[] | undefined {
  const kept = keptBeside.get(client)
  return kept && blocks.flatMap(kept)
}

/** Reads the kept figures beside clients, for the overviews of today that the document selects. */
export function keptCompanion({ access, reads, readsKept, today }: RequestDoor): Companion | undefined {
  const selected = reads?.get('ClientOverview')
  const columns = selected === undefined ? [] : keptColumns.filter(([block]) => selected?.has(block) ?? true)
  if (!readsKept || columns.length === 0) return undefined
  const places = new Map(columns.map(([block], at) => [block, at + 1]))
  return {
    join: `LEFT JOIN record_changes r ON r.organization_id = :organization AND r.kind = '${figuresKind}' AND r.record_id = t.id
      LEFT JOIN client_figures f ON f.organization_id = :organization AND f.client_id = t.id AND ${holds}`,
    columns: ['f.client_id', ...columns.map(([, column]) => `f.${column}`)],
    parameters: holdsToday(access.organization, today),
    take(row, values) {
      const of = (block: string) => readGroups(row.id, values[places.get(block) ?? -1] as string | null) // a column of text
      if (values[0] !== null) keptBeside.set(row, of)
    },
  }
}

/** The kept groups of some blocks, of those clients whose figures hold today; read in one statement, which decides that. */
export async function keptGroups(
  scope: ReadScope,
  clients: readonly string[] | ClientRange,
  selected: ReadonlySet<string>,
): Promise<Map<string, GroupRow[]>> {
  const columns = keptColumns.filter(([block]) => selected.has(block)).map(([, column]) => column)
  const rows = await scope.rows<Record<string, string | null> & { client_id: string }>(
    `SELECT ${['client_id', ...columns].map(column => `f.${column}`).join(', ')} FROM client_figures f ${lastChange}
     WHERE ${ours('f', clients)} AND ${holds}`,
    { ...clientsOf(clients), ...holdsToday(scope.organization, scope.today) },
  )
  return new Map(
    rows.map(row => [row.client_id, columns.flatMap(column => readGroups(row.client_id, row[column] ?? null))]),
  )
}

type Stored = [
  block: string,
  direction: string,
  bucket: string,
  currency: string,
  ...sums: (number | string | undefined)[],
]
const sums = [
  'count',
  'withoutRate',
  'amount',
  'base',
  'amount2',
  'base2',
  'amount3',
  'base3',
  'partial',
] as const satisfies readonly (keyof GroupRow)[]

/** The groups of a client as JSON, without the zeros at the end of each; null where there are none. */
export function storedGroups(groups: readonly GroupRow[]): string | null {
  if (groups.length === 0) return null
  return JSON.stringify(
    groups.map(group => {
      const { block, direction, bucket, currency } = group
      const last = sums.findLastIndex(name => group[name] !== 0n)
      return [block, direction, bucket, currency, ...sums.slice(0, last + 1).map(name => plain(group[name]))]
    }),
  )
}

/** JSON has no larger numbers that are exact. */
const plain = (value: bigint) => (BigInt.asIntN(53, value) === value ? Number(value) : String(value))

export function readGroups(clientId: string, stored: string | null): GroupRow[] {
  if (stored === null) return []
  const groups = JSON.parse(stored) as Stored[] // as storedGroups made it
  return groups.map(([block, direction, bucket, currency, ...given]) => {
    const [count, withoutRate, amount, base, amount2, base2, amount3, base3, partial] = sums.map((_, at) =>
      BigInt(given[at] ?? 0),
    ) as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint] // as many as `sums`
    return {
      block,
      clientId,
      direction,
      bucket,
      currency,
      count,
      withoutRate,
      amount,
      base,
      amount2,
      base2,
      amount3,
      base3,
      partial,
      firstDay: null,
    }
  })
}
