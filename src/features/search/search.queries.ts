import type { Parameters, ReadScope } from '../../database/scope.js'
import { after, type Wanted } from '../../database/search-condition.js'
import { Weight } from '../../database/search-index.js'
import type { RecordWord } from '../../graphql/field.js'

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

/** So few rows are read and sorted; of more, the first are met soon by walking the entries in their order. */
const few = 500
/** The same where several words are each found in many records, and perhaps never together. */
const fewOfSeveral = 5000

/**
 * The best `first` of all matches, exactly: by archived, rank, title and id. At most four statements, each of which
 * reads few rows: which words are rare where; how rare, if none is; the matches of rare words and the first ones
 * of common words; and what else matches, if that was not enough.
 */
export async function searchIn(scope: ReadScope, records: readonly RecordWord[], wanted: Wanted, first: number): Promise<Hit[]> {
  const shelves = records.flatMap(shelvesOf)
  const search = new Search(wanted, first)
  const rare = await search.rareWords(scope, shelves)
  const scant = wanted.words.length > 1 ? await search.scantWords(scope, shelves.flatMap(shelf => search.undecided(shelf, rare))) : rare
  const plans = shelves.map(shelf => search.planOf(shelf, rare, scant))
  const hits = await search.run(scope, [search.codes(records.map(({ name }) => name)), ...plans.flatMap(({ now }) => now)])
  const later = plans.flatMap(plan => plan.later ?? [])
  const isEnough = (archived: number) => hits.filter(hit => hit.archived < archived || (hit.archived === archived && hit.rank < Rank.OTHER)).length >= first
  const needed = later.filter(({ archived }) => !isEnough(archived)).map(({ part }) => part)
  return ordered([...hits, ...(needed.length > 0 ? await search.run(scope, needed) : [])]).slice(0, first)
}

const shelvesOf = ({ name: kind, search, fields }: RecordWord): Shelf[] => {
  const named = (search?.names ?? []).length > 0
  const archivable = fields.some(({ name }) => name === 'archivedAt')
  return (archivable ? [0, 1] : [0]).map(archived => ({ kind, archived, named }))
}

/** A hit counts by its best rank. */
function ordered(hits: readonly Hit[]): Hit[] {
  const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b)) // as both databases do
  const sorted = hits.toSorted((a, b) => a.archived - b.archived || a.rank - b.rank || bytes(a.title, b.title) || bytes(a.id, b.id))
  const seen = new Set<string>()
  return sorted.filter(({ id }) => !seen.has(id) && seen.add(id))
}

/** A word at which the matches of a shelf may be looked for: among its names, or anywhere. */
type Place = 'names' | 'anywhere'
interface Spot {
  shelf: Shelf
  place: Place
}
type Words = Map<string, string>
const placeOf = ({ kind, archived }: Shelf, place: Place) => `${kind} ${archived} ${place}`

interface Plan {
  now: string[]
  /** The matches that are of no name, where their rank can be needed only after all others. */
  later?: { archived: number; part: string }
}

class Search {
  private readonly parameters: Parameters
  private readonly inNames: string
  private readonly anywhere: string

  constructor(private readonly wanted: Wanted, private readonly first: number) {
    const { name, code, words } = wanted
    this.parameters = { name, nameEnd: after(name), code }
    words.forEach((word, at) => Object.assign(this.parameters, { [`from${at}`]: word, [`to${at}`]: after(word), [`in${at}`]: ` ${word}` }))
    const all = (column: string) => words.map((_word, at) => `INSTR(e.${column}, :in${at}) > 0`).join(' AND ')
    this.inNames = all('names')
    this.anywhere = all('words')
  }

  /** For each place the longest word of which it has few. */
  rareWords(scope: ReadScope, shelves: readonly Shelf[]): Promise<Words> {
    const places = shelves.flatMap((shelf): Spot[] => [{ shelf, place: 'anywhere' }, ...(shelf.named ? [{ shelf, place: 'names' as const }] : [])])
    return this.rarest(scope, places, this.wanted.words, few)
  }

  /** The same with more patience, for places where no word is rare. */
  scantWords(scope: ReadScope, places: readonly Spot[]): Promise<Words> {
    return this.rarest(scope, places, this.wanted.words.slice(0, 2), fewOfSeveral)
  }

  undecided(shelf: Shelf, rare: Words): Spot[] {
    if (rare.has(placeOf(shelf, 'anywhere'))) return []
    return [{ shelf, place: 'anywhere' }, ...(shelf.named && !rare.has(placeOf(shelf, 'names')) ? [{ shelf, place: 'names' as const }] : [])]
  }

  private async rarest(scope: ReadScope, places: readonly Spot[], words: readonly string[], limit: number): Promise<Words> {
    const found: Words = new Map()
    if (places.length === 0) return found
    const probes = places.flatMap(({ shelf, place }) => words.map((word, at) => ({
      place: placeOf(shelf, place), word,
      isCommon: weightsOf(shelf, place).map(weight => `COALESCE((SELECT 1 FROM search_words w WHERE ${this.shelf('w', shelf)} AND w.weight = ${weight} AND w.word >= :from${at} AND w.word < :to${at} LIMIT 1 OFFSET ${limit}), 0)`).join(' + '),
    })))
    const [row] = await scope.rows<Record<string, number | string>>(`SELECT ${probes.map(({ isCommon }, at) => `${isCommon} AS common${at}`).join(', ')}`, this.parameters)
    probes.forEach(({ place, word }, at) => {
      if (Number(row?.[`common${at}`]) === 0 && !found.has(place)) found.set(place, word)
    })
    return found
  }

  planOf(shelf: Shelf, rare: Words, scant: Words): Plan {
    const wordFor = (place: Place) => rare.get(placeOf(shelf, place)) ?? scant.get(placeOf(shelf, place))
    const anywhere = wordFor('anywhere')
    if (anywhere !== undefined) return { now: [this.list(shelf, 'anywhere', anywhere, this.anywhere)] }
    const rest = { archived: shelf.archived, part: this.walk(shelf, Rank.OTHER, shelf.named ? `${this.anywhere} AND NOT (${this.inNames})` : this.anywhere) }
    if (!shelf.named) return { now: [], later: rest }
    const names = wordFor('names')
    const named = names === undefined
      ? [this.beginnings(shelf), this.walk(shelf, Rank.NAME_WORDS, `${this.inNames} AND (e.title < :name OR e.title >= :nameEnd)`)]
      : [this.list(shelf, 'names', names, this.inNames)]
    return { now: named, later: rest }
  }

  async run(scope: ReadScope, parts: readonly string[]): Promise<Hit[]> {
    const rows = await scope.rows<Hit>(parts.map((part, at) => `SELECT * FROM (${part}) part${at}`).join(' UNION ALL '), this.parameters)
    return rows.map(row => ({ ...row, archived: Number(row.archived), rank: Number(row.rank) }))
  }

  /** Records that the whole query names. */
  codes(kinds: readonly string[]): string {
    return `SELECT e.id, e.kind, e.archived, e.title, ${Rank.CODE} AS ${rank} FROM search_words w JOIN search_entries e ON e.organization_id = w.organization_id AND e.id = w.entry_id
      WHERE w.organization_id = :organization AND w.kind IN (${kinds.map(kind => `'${kind}'`).join(', ')}) AND w.archived IN (0, 1) AND w.weight = ${Weight.CODE} AND w.word = :code
      ORDER BY e.archived, e.title, e.id LIMIT ${this.first}`
  }

  /** All that have the rare word there, in the order of results. */
  private list(shelf: Shelf, place: Place, word: string, condition: string): string {
    const at = this.wanted.words.indexOf(word)
    const ranked = shelf.named
      ? `CASE WHEN e.title = :name THEN ${Rank.NAME} WHEN e.title >= :name AND e.title < :nameEnd THEN ${Rank.BEGINNING} WHEN ${this.inNames} THEN ${Rank.NAME_WORDS} ELSE ${Rank.OTHER} END`
      : String(Rank.OTHER)
    return `SELECT DISTINCT e.id, e.kind, e.archived, e.title, ${ranked} AS ${rank} FROM search_words w JOIN search_entries e ON e.organization_id = w.organization_id AND e.id = w.entry_id
      WHERE ${this.shelf('w', shelf)} AND w.weight IN (${weightsOf(shelf, place).join(', ')}) AND w.word >= :from${at} AND w.word < :to${at} AND ${condition}
      ORDER BY ${rank}, e.title, e.id LIMIT ${this.first}`
  }

  /** The first whose name begins with the query: those that are it come first of themselves. */
  private beginnings(shelf: Shelf): string {
    return `SELECT e.id, e.kind, e.archived, e.title, CASE WHEN e.title = :name THEN ${Rank.NAME} ELSE ${Rank.BEGINNING} END AS ${rank} FROM search_entries e
      WHERE ${this.shelf('e', shelf)} AND e.title >= :name AND e.title < :nameEnd ORDER BY e.title, e.id LIMIT ${this.first}`
  }

  /** The first that meet the condition, in the order in which the entries are stored. */
  private walk(shelf: Shelf, ranked: number, condition: string): string {
    return `SELECT e.id, e.kind, e.archived, e.title, ${ranked} AS ${rank} FROM search_entries e WHERE ${this.shelf('e', shelf)} AND ${condition} ORDER BY e.title, e.id LIMIT ${this.first}`
  }

  private shelf(alias: string, { kind, archived }: Shelf): string {
    return `${alias}.organization_id = :organization AND ${alias}.kind = '${kind}' AND ${alias}.archived = ${archived}`
  }
}

const rank = '`rank`' // a word of MariaDB's own; SQLite takes its quotes, too

const weightsOf = ({ named }: Shelf, place: Place): number[] => (place === 'names' ? [Weight.NAME] : named ? [Weight.NAME, Weight.OTHER] : [Weight.OTHER])
