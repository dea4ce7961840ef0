import type { ReadScope } from '../../database/scope/write-scope.js'
import type { Reading, Wanted } from '../../database/search-condition.js'
import type { EntityMetadata } from '../../model/entity-metadata.js'
import { ordered, Rank, type Hit } from './hit.js'
import { SearchSql } from './search-sql.js'
import { keyOf, shelvesOf, type Shelf, type Spot } from './shelf.js'
import { knowWords, type Known } from './word-counts.js'

/**
 * The best `first` of all matches, exactly: by archived, rank, title and id. All readings of a query together find what
 * each of them finds, so the best of all are among the best of each.
 */
export async function searchIn(
  scope: ReadScope,
  records: readonly EntityMetadata[],
  wanted: Wanted,
  first: number,
): Promise<Hit[]> {
  let hits: Hit[] = []
  for (const reading of wanted.readings)
    hits = ordered([...hits, ...(await read(scope, records, { wanted, reading }, first))]).slice(0, first)
  return hits
}

/**
 * Runs at most five statements for a reading, and two for most queries; each reads few rows. The first asks which words
 * are rare in which spots. Where no word is rare, the second asks whether the words meet. The third reads the matches
 * that begin with the query or have a rare word. Where these are too few, the next reads records that have all words in
 * their names, in the order of their titles. The last reads those that have them anywhere.
 */
async function read(
  scope: ReadScope,
  records: readonly EntityMetadata[],
  { wanted, reading }: { wanted: Wanted; reading: Reading },
  first: number,
): Promise<Hit[]> {
  const sql = new SearchSql(wanted, reading, first)
  const shelves = records.flatMap(shelvesOf)
  const known = await knowWords(scope, sql, shelves)
  const parts = shelves.flatMap(shelf => partsOf(sql, shelf, known))
  // Codes and telephones are the same in every reading.
  const once =
    reading === wanted.readings[0] ? [sql.codes(records.map(({ name }) => name)), ...sql.phones(records)] : []
  let hits = await run(scope, sql, [...once, ...parts.filter(part => part.stage === 'now').map(part => part.sql)])
  for (const stage of ['names', 'anywhere'] as const) {
    const better = ({ archived, rank }: Part) =>
      hits.filter(hit => hit.archived < archived || (hit.archived === archived && hit.rank < rank)).length
    const needed = parts.filter(part => part.stage === stage && better(part) < first).map(part => part.sql)
    if (needed.length > 0) hits = ordered([...hits, ...(await run(scope, sql, needed))])
  }
  return hits
}

/** A statement that finds matches of one shelf. */
interface Part {
  /** When it runs: at once, or in its turn while the hits are not enough. */
  stage: 'now' | 'names' | 'anywhere'
  archived: number
  /** The least rank that it can find. */
  rank: number
  sql: string
}

function partsOf(sql: SearchSql, shelf: Shelf, { possible, rare, apart, strangers }: Known): Part[] {
  const { archived, named } = shelf
  const now = (text: string): Part => ({ stage: 'now', archived, rank: Rank.NAME, sql: text })
  const everywhere: Spot = { shelf, place: 'anywhere' }
  const names: Spot = { shelf, place: 'names' }
  if (!possible.has(keyOf(everywhere))) return []
  const [word, wordApart] = [rare.get(keyOf(everywhere)), apart.get(keyOf(everywhere))]
  if (word !== undefined) return [now(sql.list(everywhere, word))]
  // One list instead of two, where names alone are not likely to fill the answer.
  if (wordApart !== undefined && strangers.has(keyOf(names))) return [now(sql.list(everywhere, wordApart))]
  const others: Part = {
    stage: 'anywhere',
    archived,
    rank: Rank.OTHER,
    sql: wordApart === undefined ? sql.walkOthers(shelf) : sql.list(everywhere, wordApart),
  }
  if (!named || !possible.has(keyOf(names))) return [others]
  const inNames = rare.get(keyOf(names)) ?? apart.get(keyOf(names))
  if (inNames !== undefined) return [now(sql.list(names, inNames)), others]
  const walk: Part = { stage: 'names', archived, rank: Rank.NAME_WORDS, sql: sql.walkNames(shelf) }
  return [now(sql.beginnings(shelf)), walk, others]
}

/** The hits of these statements, in the order of results. */
async function run(scope: ReadScope, { parameters }: SearchSql, parts: readonly string[]): Promise<Hit[]> {
  if (parts.length === 0) return []
  const rows = await scope.rows<Hit>(
    parts.map((part, at) => `SELECT * FROM (${part}) part${at}`).join(' UNION ALL '),
    parameters,
  )
  return ordered(rows.map(row => ({ ...row, archived: Number(row.archived), rank: Number(row.rank) })))
}
