import type { ReadScope } from '../../database/scope/write-scope.js'
import type { SearchSql } from './search-sql.js'
import { keyOf, spotsOf, weightsOf, type Shelf, type Spot } from './shelf.js'

/**
 * Up to so many rows are read and sorted. Where there are more, a walk of the entries in their order soon meets the
 * first. The benchmark found this bound.
 */
const few = 80
/** So many rows of a word tell whether the records that have it have the other words, too. */
const sample = 40
const often = 0.15 * sample

/** The knowledge of spots, by their keys, before any match is read. A word is named by its place in the query. */
export interface Known {
  /** The spots where each word has rows. */
  possible: Set<string>
  /** A word whose few rows lead to all matches. */
  rare: Map<string, number>
  /** The same where all words are common, but seldom meet. */
  apart: Map<string, number>
  /** The spots in `apart` where no examined row had all words. */
  strangers: Set<string>
}

/**
 * Counts the words in one statement. Where there are several and all are common, a second one looks at whether they
 * meet.
 */
export async function knowWords(scope: ReadScope, sql: SearchSql, shelves: readonly Shelf[]): Promise<Known> {
  const counted = await countWords(scope, sql, shelves)
  const undecided = sql.words.length > 1 ? shelves.flatMap(spotsOf).filter(spot => isUndecided(spot, counted)) : []
  return { ...counted, ...(await meetWords(scope, sql, undecided)) }
}

const isUndecided = (spot: Spot, { possible, rare }: Pick<Known, 'possible' | 'rare'>) =>
  possible.has(keyOf(spot)) && !rare.has(keyOf({ ...spot, place: 'anywhere' })) && !rare.has(keyOf(spot))

/** Finds the spots that have rows of every word, and there the first word that has few in each of its weights. */
async function countWords(
  scope: ReadScope,
  sql: SearchSql,
  shelves: readonly Shelf[],
): Promise<Pick<Known, 'possible' | 'rare'>> {
  const { words } = sql
  const places = shelves.flatMap(shelf => weightsOf({ shelf, place: 'anywhere' }).map(weight => ({ shelf, weight })))
  const counts = await numbers(
    scope,
    sql,
    places.flatMap(({ shelf, weight }) => words.map((_word, at) => sql.countOf(shelf, weight, at, few + 1))),
  )
  const spots = shelves.flatMap(spotsOf).map(spot => {
    const those = places.flatMap(({ shelf, weight }, place) =>
      shelf === spot.shelf && weightsOf(spot).includes(weight) ? [place] : [],
    )
    return {
      key: keyOf(spot),
      most: words.map((_word, at) => Math.max(...those.map(place => counts[place * words.length + at] ?? 0))),
    }
  })
  const possible = spots.filter(({ most }) => !most.includes(0))
  return {
    possible: new Set(possible.map(({ key }) => key)),
    rare: new Map(
      possible
        .map(({ key, most }): [string, number] => [key, most.findIndex(rows => rows <= few)])
        .filter(([, at]) => at >= 0),
    ),
  }
}

/**
 * Among spots whose words are all common, finds those where the words seldom meet. There it finds the rarest word,
 * since more of its rows have the other words. Where the words meet often, a walk finds the matches sooner.
 */
async function meetWords(
  scope: ReadScope,
  sql: SearchSql,
  spots: readonly Spot[],
): Promise<Pick<Known, 'apart' | 'strangers'>> {
  if (spots.length === 0) return { apart: new Map(), strangers: new Set() }
  const { words } = sql
  const meetings = await numbers(
    scope,
    sql,
    spots.flatMap(spot => words.map((_word, at) => sql.meetingsOf(spot, at, sample))),
  )
  const seldom = spots
    .map((spot, place) => {
      const shares = meetings.slice(place * words.length, (place + 1) * words.length)
      const most = Math.max(...shares)
      return { key: keyOf(spot), rarest: shares.indexOf(most), most }
    })
    .filter(({ most }) => most < often)
  return {
    apart: new Map(seldom.map(({ key, rarest }) => [key, rarest])),
    strangers: new Set(seldom.filter(({ most }) => most === 0).map(({ key }) => key)),
  }
}

async function numbers(scope: ReadScope, sql: SearchSql, expressions: readonly string[]): Promise<number[]> {
  const [row] = await scope.rows<Record<string, number | string>>(
    `SELECT ${expressions.map((expression, at) => `${expression} AS f${at}`).join(', ')}`,
    sql.parameters,
  )
  return expressions.map((_expression, at) => Number(row?.[`f${at}`]))
}
