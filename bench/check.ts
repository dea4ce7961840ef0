import { isDeepStrictEqual } from 'node:util'
import { floorRequest, productRequest, targetOf, type Database } from './database.js'
import type { Store } from './floor/store.js'
import { ask, type Answer } from './load.js'
import type { Query } from './queries.js'

const questions = 6

/** Says where the floor's answer differs from the product's; undefined where it does not. */
export async function differenceOf(database: Database, query: Query): Promise<string | undefined> {
  return query.writes ? differenceOfWrites(database, query) : differenceOfReads(database, query)
}

async function differenceOfReads(database: Database, query: Query): Promise<string | undefined> {
  for (let ordinal = 0; ordinal < questions; ordinal++) {
    const ours = valueOf(await askProduct(database, query, ordinal))
    const floors = valueOf(await askFloor(database, query, ordinal))
    const difference = firstDifference(ours, floors)
    if (difference) return difference
  }
  return undefined
}

/** Both write one record: the answers must be the same but for the id, the rows that each table got, and what is noted as changed. */
async function differenceOfWrites(database: Database, query: Query): Promise<string | undefined> {
  await new Promise(resolve => setTimeout(resolve, 500)) // what the product keeps behind its answers
  const before = await sizesOf(database.store)
  const ours = await askProduct(database, query, 0)
  const between = await sizesOf(database.store)
  const noted = await kindsNoted(database)
  const floors = await askFloor(database, query, 0)
  const after = await sizesOf(database.store)
  return (
    firstDifference(withoutIds(valueOf(ours)), withoutIds(valueOf(floors))) ??
    firstDifference(grown(before, between), grown(between, after)) ??
    firstDifference(noted, await kindsNoted(database))
  )
}

const askProduct = (database: Database, query: Query, ordinal: number) =>
  ask(targetOf(database.product, database[query.writes ? 'written' : 'main']), productRequest(database, query, ordinal))

const askFloor = (database: Database, query: Query, ordinal: number) =>
  ask({ url: database.floor.url, headers: {} }, floorRequest(database, query, ordinal))

/** The data of an answer of GraphQL, or the rows of a feed. */
function valueOf({ status, body }: Answer): unknown {
  if (status !== 200) return `${status} ${body}`
  if (!body.startsWith('{"data"') && !body.startsWith('{"errors"'))
    return body
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as unknown) // compared as it is
  const { data, ...errors } = JSON.parse(body) as { data?: unknown; errors?: unknown } // GraphQL over HTTP
  return data ?? errors
}

const withoutIds = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (name, inner: unknown) => (name === 'id' ? 'id' : inner))

async function sizesOf(store: Store): Promise<Map<string, number>> {
  const tables = await store
    .rows<[string]>("SELECT name FROM sqlite_master WHERE type = 'table'", [])
    .catch(() =>
      store.rows<[string]>('SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()', []),
    )
  const sizes = new Map<string, number>()
  for (const [table] of tables) {
    const [row] = await store.rows(`SELECT COUNT(*) FROM ${table}`, [])
    sizes.set(table, Number(row?.[0]))
  }
  return sizes
}

/** The kinds that the last commit noted as changed. */
const kindsNoted = ({ store, written }: Database) =>
  store.rows<[string]>(
    "SELECT kind FROM record_changes WHERE organization_id = ? AND position = (SELECT position FROM record_changes WHERE organization_id = ? AND kind = '' AND record_id = '') ORDER BY kind",
    [written.id, written.id],
  )

const grown = (before: Map<string, number>, after: Map<string, number>) =>
  Object.fromEntries(
    [...after].map(([table, size]) => [table, size - (before.get(table) ?? 0)]).filter(([, rows]) => rows !== 0),
  )

function firstDifference(ours: unknown, floors: unknown, path = ''): string | undefined {
  if (isDeepStrictEqual(ours, floors)) return undefined
  if (isParted(ours) && isParted(floors)) {
    for (const name of new Set([...Object.keys(ours), ...Object.keys(floors)])) {
      const difference = firstDifference(ours[name], floors[name], `${path}.${name}`)
      if (difference) return difference
    }
  }
  return `${path || 'the answer'}: the product says ${shown(ours)}, the floor ${shown(floors)}`
}

const isParted = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const shown = (value: unknown) => String(JSON.stringify(value)).slice(0, 200)
