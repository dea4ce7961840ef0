import { after, type Reading, type Wanted } from '../../database/search-condition.js'
import { Weight } from '../../database/effects/search-index.js'
import type { Parameters } from '../../model/condition.js'
import type { EntityMetadata } from '../../model/entity-metadata.js'
import { signatureOf } from '../../lib/words.js'
import { Rank } from './hit.js'
import { weightsOf, type Shelf, type Spot } from './shelf.js'

const rank = '`rank`' // a keyword of MySQL; SQLite takes these quotes, too
const columns = 'e.id, e.kind, e.archived, e.title'
const entriesOfWords =
  'search_words w JOIN search_entries e ON e.organization_id = w.organization_id AND e.id = w.entry_id'
const on = (alias: string, { kind, archived }: Shelf) =>
  `${alias}.organization_id = :organization AND ${alias}.kind = '${kind}' AND ${alias}.archived = ${archived}`

/** The statements for one reading of a query, and their parameters. A word is named by its place in the reading. */
export class SearchSql {
  readonly parameters: Parameters
  readonly words: readonly string[]
  private readonly inNames: string
  private readonly anywhere: string
  private readonly mask: string

  constructor(
    private readonly wanted: Wanted,
    { name, words }: Reading,
    private readonly first: number,
  ) {
    const { code, phone } = wanted
    this.words = words
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

  /** The number of rows that a word has on a shelf, counted up to `most`. */
  countOf(shelf: Shelf, weight: number, at: number, most: number): string {
    return `(SELECT COUNT(*) FROM (SELECT 1 FROM search_words w WHERE ${this.rowsOf(shelf, [weight], at)} LIMIT ${most}) c)`
  }

  /** The number of rows, among the first `sample` of a word, whose entries have all the other words. */
  meetingsOf(spot: Spot, at: number, sample: number): string {
    return `(SELECT COUNT(*) FROM (SELECT w.organization_id, w.entry_id, w.bits FROM search_words w WHERE ${this.rowsOf(spot.shelf, weightsOf(spot), at)} LIMIT ${sample}) w
        JOIN search_entries e ON e.organization_id = w.organization_id AND e.id = w.entry_id WHERE (w.bits & ${this.mask}) = ${this.mask} AND ${this.allIn(spot)})`
  }

  /** Records that the whole query names. */
  codes(kinds: readonly string[]): string {
    return `SELECT ${columns}, ${Rank.CODE} AS ${rank} FROM ${entriesOfWords}
      WHERE w.organization_id = :organization AND w.kind IN (${kinds.map(kind => `'${kind}'`).join(', ')}) AND w.archived IN (0, 1) AND w.weight = ${Weight.CODE} AND w.word = :code
      ORDER BY e.archived, e.title, e.id LIMIT ${this.first}`
  }

  /** Records with a telephone that begins so; who may read a record may know its telephone. */
  phones(records: readonly EntityMetadata[]): string[] {
    const kinds = records.filter(({ search }) => search?.phones).map(({ name }) => `'${name}'`)
    const { phone } = this.wanted
    if (!phone || kinds.length === 0) return []
    return [
      `SELECT DISTINCT ${columns}, ${Rank.OTHER} AS ${rank} FROM ${entriesOfWords}
      WHERE w.organization_id = :organization AND w.kind IN (${kinds.join(', ')}) AND w.archived IN (0, 1) AND w.weight = ${Weight.PHONE} AND w.word >= :phone AND w.word < :phoneEnd
      ${phone.words.map((_word, at) => `AND INSTR(e.words, :beside${at}) > 0`).join(' ')} ORDER BY e.archived, e.title, e.id LIMIT ${this.first}`,
    ]
  }

  /** The records that have the word there, and the others with it. */
  list(spot: Spot, at: number): string {
    const ranked = spot.shelf.named
      ? `CASE WHEN e.title = :name THEN ${Rank.NAME} WHEN e.title >= :name AND e.title < :nameEnd THEN ${Rank.BEGINNING} WHEN ${this.inNames} THEN ${Rank.NAME_WORDS} ELSE ${Rank.OTHER} END`
      : String(Rank.OTHER)
    return `SELECT DISTINCT ${columns}, ${ranked} AS ${rank} FROM ${entriesOfWords}
      WHERE ${this.rowsOf(spot.shelf, weightsOf(spot), at)} AND (w.bits & ${this.mask}) = ${this.mask} AND ${this.allIn(spot)}
      ORDER BY ${rank}, e.title, e.id LIMIT ${this.first}`
  }

  /** The first records whose name begins with the query. Those whose name is the query come first by themselves. */
  beginnings(shelf: Shelf): string {
    return `SELECT ${columns}, CASE WHEN e.title = :name THEN ${Rank.NAME} ELSE ${Rank.BEGINNING} END AS ${rank} FROM search_entries e
      WHERE ${on('e', shelf)} AND e.title >= :name AND e.title < :nameEnd ORDER BY e.title, e.id LIMIT ${this.first}`
  }

  /** The first records with all words in their names, but for those whose name begins with the query. */
  walkNames(shelf: Shelf): string {
    return this.walk(shelf, Rank.NAME_WORDS, `${this.inNames} AND (e.title < :name OR e.title >= :nameEnd)`)
  }

  /** The first records with all words, but for those that have them in their names. */
  walkOthers(shelf: Shelf): string {
    return this.walk(shelf, Rank.OTHER, shelf.named ? `${this.anywhere} AND NOT (${this.inNames})` : this.anywhere)
  }

  /** In the order in which the entries are stored. */
  private walk(shelf: Shelf, ranked: number, condition: string): string {
    return `SELECT ${columns}, ${ranked} AS ${rank} FROM search_entries e WHERE ${on('e', shelf)} AND (e.bits & ${this.mask}) = ${this.mask} AND ${condition} ORDER BY e.title, e.id LIMIT ${this.first}`
  }

  private allIn({ place }: Spot): string {
    return place === 'names' ? this.inNames : this.anywhere
  }

  private rowsOf(shelf: Shelf, weights: readonly number[], at: number): string {
    return `${on('w', shelf)} AND w.weight IN (${weights.join(', ')}) AND w.word >= :from${at} AND w.word < :to${at}`
  }
}
