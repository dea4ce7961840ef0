import type { ReadScope } from '../../database/scope/write-scope.js'
import { after, type Reading, type Wanted } from '../../database/search-condition.js'
import { Weight } from '../../database/effects/search-index.js'
import { signatureOf } from '../../lib/words.js'
import type { Parameters } from '../../model/condition.js'
import type { EntityMetadata } from '../../model/entity-metadata.js'

/** How well a result answers a query; smaller is better. */
export const Rank = { CODE: 1, NAME: 2, BEGINNING: 3, NAME_WORDS: 4, OTHER: 5 } as const

export interface Hit {
  id: string
  kind: string
  archived: number
  title: string
  rank: number
}

/** The records of one kind in use, or its archived ones. */
interface Shelf {
  kind: string
  archived: number
  named: boolean
}

/** So few rows are read and sorted; of more, the first are met soon by walking the entries in their order. Found by the benchmark: finding out costs as much. */
const few = 80

/**
 * The best `first` of all matches, exactly: by archived, rank, title and id. What several readings of the query find is
 * together what each finds, so the best of all are among the best of each.
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
 * At most five statements for a reading, and two for most queries, each of which reads few rows: which words are rare
 * where; where none is, whether they meet; the matches that begin with the query or have a rare word; and, while that
 * is not enough, the first ones in the order of their titles that have all words in their names, then anywhere.
 */
async function read(scope: ReadScope, records: readonly EntityMetadata[], asked: Asked, first: number): Promise<Hit[]> {
  const { words } = asked.reading
  const search = new Search(scope, asked, first)
  const shelves = records.flatMap(shelvesOf)
  const known = await search.whatIsWhere(shelves)
  if (words.length > 1)
    Object.assign(known, await search.wordsApart(shelves.flatMap(spotsOf).filter(spot => isUndecided(spot, known))))
  const parts = shelves.flatMap(shelf => search.partsOf(shelf, known))
  // Codes and telephones are the same in every reading.
  const once =
    asked.reading === asked.wanted.readings[0]
      ? [search.codes(records.map(({ name }) => name)), ...search.phones(records)]
      : []
  let hits = await search.run([...once, ...parts.filter(part => part.stage === 'now').map(({ sql }) => sql)])
  for (const stage of ['names', 'anywhere'] as const) {
    const better = ({ archived, rank }: Part) =>
      hits.filter(hit => hit.archived < archived || (hit.archived === archived && hit.rank < rank)).length
    const needed = parts.filter(part => part.stage === stage && better(part) < first)
    if (needed.length > 0) hits = ordered([...hits, ...(await search.run(needed.map(({ sql }) => sql)))])
  }
  return hits
}

interface Asked {
  wanted: Wanted
  reading: Reading
}

const shelvesOf = ({ name: kind, search, fields }: EntityMetadata): Shelf[] => {
  const named = (search?.names ?? []).length > 0
  const archivable = fields.some(({ name }) => name === 'archivedAt')
  return (archivable ? [0, 1] : [0]).map(archived => ({ kind, archived, named }))
}

/** A hit counts by its best rank. */
function ordered(hits: readonly Hit[]): Hit[] {
  const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b)) // as both databases do
  const sorted = hits.toSorted(
    (a, b) => a.archived - b.archived || a.rank - b.rank || bytes(a.title, b.title) || bytes(a.id, b.id),
  )
  const seen = new Set<string>()
  return sorted.filter(({ id }) => !seen.has(id) && seen.add(id))
}

/** Where the words of a shelf may be looked for: in its names, or in all it is found by. */
interface Spot {
  shelf: Shelf
  place: 'names' | 'anywhere'
}

const spotsOf = (shelf: Shelf): Spot[] =>
  shelf.named
    ? [
        { shelf, place: 'anywhere' },
        { shelf, place: 'names' },
      ]
    : [{ shelf, place: 'anywhere' }]
const keyOf = ({ shelf: { kind, archived }, place }: Spot) => `${kind} ${archived} ${place}`
const weightsOf = ({ shelf, place }: Spot): number[] =>
  place === 'names' ? [Weight.NAME] : shelf.named ? [Weight.NAME, Weight.OTHER] : [Weight.OTHER]

/** What is known of spots, by their keys, before any match is read. */
interface Known {
  /** Where each word has rows. */
  possible: Set<string>
  /** The place in the query of the word whose few rows lead to all matches. */
  rare: Map<string, number>
  /** The same where all words are common, but seldom meet. */
  apart: Map<string, number>
  /** Those of them where no two rows looked at had all words. */
  strangers: Set<string>
}

const isUndecided = (spot: Spot, { possible, rare }: Known) =>
  possible.has(keyOf(spot)) && !rare.has(keyOf({ ...spot, place: 'anywhere' })) && !rare.has(keyOf(spot))

interface Part {
  stage: 'now' | 'names' | 'anywhere'
  archived: number
  /** The least rank that it can find. */
  rank: number
  sql: string
}

/** So many rows of a word tell whether those that have it have the other words, too. */
const sample = 40
const often = 0.15 * sample

class Search {
  private readonly parameters: Parameters
  private readonly inNames: string
  private readonly anywhere: string
  private readonly mask: string

  constructor(
    private readonly scope: ReadScope,
    private readonly asked: Asked,
    private readonly first: number,
  ) {
    const {
      wanted: { code, phone },
      reading: { name, words },
    } = asked
    this.parameters = {
      name,
      nameEnd: after(name),
      code,
      ...(phone ? { phone: phone.digits, phoneEnd: after(phone.digits) } : {}),
    }
    phone?.words.forEach((word, at) => {
      this.parameters[`beside${at}`] = ` ${word}`
    })
    words.forEach((word, at) =>
      Object.assign(this.parameters, { [`from${at}`]: word, [`to${at}`]: after(word), [`in${at}`]: ` ${word}` }),
    )
    const all = (column: string) => words.map((_word, at) => `INSTR(e.${column}, :in${at}) > 0`).join(' AND ')
    this.inNames = all('names')
    this.anywhere = all('words')
    this.mask = signatureOf(words).toString()
  }

  /** Which spots have rows of every word, and the first word there of which there are few in each of its weights. */
  async whatIsWhere(shelves: readonly Shelf[]): Promise<Known> {
    const { words } = this.asked.reading
    const places = shelves.flatMap(shelf => weightsOf({ shelf, place: 'anywhere' }).map(weight => ({ shelf, weight })))
    const counts = await this.figures(
      places.flatMap(({ shelf, weight }) =>
        words.map(
          (_word, at) =>
            `(SELECT COUNT(*) FROM (SELECT 1 FROM search_words w WHERE ${this.rowsOf(shelf, [weight], at)} LIMIT ${few + 1}) c)`,
        ),
      ),
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
      apart: new Map(),
      strangers: new Set(),
    }
  }

  /**
   * Of spots whose words are all common, those where they seldom meet, with the rarest of them: of its rows more have
   * the others. Where they meet often, a walk finds them sooner.
   */
  async wordsApart(spots: readonly Spot[]): Promise<Pick<Known, 'apart' | 'strangers'>> {
    const { words } = this.asked.reading
    const meeting =
      spots.length === 0
        ? []
        : await this.figures(
            spots.flatMap(spot =>
              words.map(
                (_word, at) =>
                  `(SELECT COUNT(*) FROM (SELECT w.organization_id, w.entry_id, w.bits FROM search_words w WHERE ${this.rowsOf(spot.shelf, weightsOf(spot), at)} LIMIT ${sample}) w
        JOIN search_entries e ON e.organization_id = w.organization_id AND e.id = w.entry_id WHERE (w.bits & ${this.mask}) = ${this.mask} AND ${this.allIn(spot)})`,
              ),
            ),
          )
    const told = spots
      .map((spot, place) => {
        const shares = meeting.slice(place * words.length, (place + 1) * words.length)
        const most = Math.max(...shares)
        return { key: keyOf(spot), lead: shares.indexOf(most), most }
      })
      .filter(({ most }) => most < often)
    return {
      apart: new Map(told.map(({ key, lead }) => [key, lead])),
      strangers: new Set(told.filter(({ most }) => most === 0).map(({ key }) => key)),
    }
  }

  partsOf(shelf: Shelf, { possible, rare, apart, strangers }: Known): Part[] {
    const { archived, named } = shelf
    const everywhere: Spot = { shelf, place: 'anywhere' }
    const names: Spot = { shelf, place: 'names' }
    if (!possible.has(keyOf(everywhere))) return []
    const [word, wordApart] = [rare.get(keyOf(everywhere)), apart.get(keyOf(everywhere))]
    if (word !== undefined) return [{ stage: 'now', archived, rank: Rank.NAME, sql: this.list(everywhere, word) }]
    // One list instead of two, where it is not likely that names alone fill the answer.
    if (wordApart !== undefined && strangers.has(keyOf(names)))
      return [{ stage: 'now', archived, rank: Rank.NAME, sql: this.list(everywhere, wordApart) }]
    const others: Part = {
      stage: 'anywhere',
      archived,
      rank: Rank.OTHER,
      sql:
        wordApart !== undefined
          ? this.list(everywhere, wordApart)
          : this.walk(shelf, Rank.OTHER, named ? `${this.anywhere} AND NOT (${this.inNames})` : this.anywhere),
    }
    if (!named || !possible.has(keyOf(names))) return [others]
    const inNames = rare.get(keyOf(names)) ?? apart.get(keyOf(names))
    if (inNames !== undefined)
      return [{ stage: 'now', archived, rank: Rank.NAME, sql: this.list(names, inNames) }, others]
    return [
      { stage: 'now', archived, rank: Rank.NAME, sql: this.beginnings(shelf) },
      {
        stage: 'names',
        archived,
        rank: Rank.NAME_WORDS,
        sql: this.walk(shelf, Rank.NAME_WORDS, `${this.inNames} AND (e.title < :name OR e.title >= :nameEnd)`),
      },
      others,
    ]
  }

  /** The hits of these parts, in the order of results. */
  async run(parts: readonly string[]): Promise<Hit[]> {
    if (parts.length === 0) return []
    const rows = await this.scope.rows<Hit>(
      parts.map((part, at) => `SELECT * FROM (${part}) part${at}`).join(' UNION ALL '),
      this.parameters,
    )
    return ordered(rows.map(row => ({ ...row, archived: Number(row.archived), rank: Number(row.rank) })))
  }

  /** Records that the whole query names. */
  codes(kinds: readonly string[]): string {
    return `SELECT ${columns}, ${Rank.CODE} AS ${rank} FROM ${entriesOfWords}
      WHERE w.organization_id = :organization AND w.kind IN (${kinds.map(kind => `'${kind}'`).join(', ')}) AND w.archived IN (0, 1) AND w.weight = ${Weight.CODE} AND w.word = :code
      ORDER BY e.archived, e.title, e.id LIMIT ${this.first}`
  }

  /** Records with a telephone that begins so; whoever may read them may know it. */
  phones(records: readonly EntityMetadata[]): string[] {
    const kinds = records.filter(({ search }) => search?.phones).map(({ name }) => `'${name}'`)
    const { phone } = this.asked.wanted
    if (!phone || kinds.length === 0) return []
    return [
      `SELECT DISTINCT ${columns}, ${Rank.OTHER} AS ${rank} FROM ${entriesOfWords}
      WHERE w.organization_id = :organization AND w.kind IN (${kinds.join(', ')}) AND w.archived IN (0, 1) AND w.weight = ${Weight.PHONE} AND w.word >= :phone AND w.word < :phoneEnd
      ${phone.words.map((_word, at) => `AND INSTR(e.words, :beside${at}) > 0`).join(' ')} ORDER BY e.archived, e.title, e.id LIMIT ${this.first}`,
    ]
  }

  private allIn({ place }: Spot): string {
    return place === 'names' ? this.inNames : this.anywhere
  }

  private async figures(expressions: readonly string[]): Promise<number[]> {
    const [row] = await this.scope.rows<Record<string, number | string>>(
      `SELECT ${expressions.map((expression, at) => `${expression} AS f${at}`).join(', ')}`,
      this.parameters,
    )
    return expressions.map((_expression, at) => Number(row?.[`f${at}`]))
  }

  /** All that have the word there, and the others with it. */
  private list(spot: Spot, at: number): string {
    const ranked = spot.shelf.named
      ? `CASE WHEN e.title = :name THEN ${Rank.NAME} WHEN e.title >= :name AND e.title < :nameEnd THEN ${Rank.BEGINNING} WHEN ${this.inNames} THEN ${Rank.NAME_WORDS} ELSE ${Rank.OTHER} END`
      : String(Rank.OTHER)
    return `SELECT DISTINCT ${columns}, ${ranked} AS ${rank} FROM ${entriesOfWords}
      WHERE ${this.rowsOf(spot.shelf, weightsOf(spot), at)} AND (w.bits & ${this.mask}) = ${this.mask} AND ${this.allIn(spot)}
      ORDER BY ${rank}, e.title, e.id LIMIT ${this.first}`
  }

  /** The first whose name begins with the query: those that are it come first of themselves. */
  private beginnings(shelf: Shelf): string {
    return `SELECT ${columns}, CASE WHEN e.title = :name THEN ${Rank.NAME} ELSE ${Rank.BEGINNING} END AS ${rank} FROM search_entries e
      WHERE ${on('e', shelf)} AND e.title >= :name AND e.title < :nameEnd ORDER BY e.title, e.id LIMIT ${this.first}`
  }

  /** The first that meet the condition, in the order in which the entries are stored. */
  private walk(shelf: Shelf, ranked: number, condition: string): string {
    return `SELECT ${columns}, ${ranked} AS ${rank} FROM search_entries e WHERE ${on('e', shelf)} AND (e.bits & ${this.mask}) = ${this.mask} AND ${condition} ORDER BY e.title, e.id LIMIT ${this.first}`
  }

  private rowsOf(shelf: Shelf, weights: readonly number[], at: number): string {
    return `${on('w', shelf)} AND w.weight IN (${weights.join(', ')}) AND w.word >= :from${at} AND w.word < :to${at}`
  }
}

const rank = '`rank`' // a word of MySQL's own; SQLite takes its quotes, too
const columns = 'e.id, e.kind, e.archived, e.title'
const entriesOfWords =
  'search_words w JOIN search_entries e ON e.organization_id = w.organization_id AND e.id = w.entry_id'
const on = (alias: string, { kind, archived }: Shelf) =>
  `${alias}.organization_id = :organization AND ${alias}.kind = '${kind}' AND ${alias}.archived = ${archived}`
