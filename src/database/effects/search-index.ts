import { Column, Entity, Index, PrimaryColumn } from 'typeorm'
import { phoneWords } from '../../lib/phone.js'
import { codeWords, compact, indexedWords, plain, signatureOf } from '../../lib/words.js'
import type { EntityMetadata } from '../../model/entity-metadata.js'
import type { Session } from '../session.js'

/** Both databases store rows in the order of the primary key, so that the rows of one query lie together. */
const clustered = { withoutRowid: true }

/** One findable record, in the order in which results of equal rank are shown. */
@Entity({ name: 'search_entries', ...clustered })
@Index('uq_search_entry_id', ['organizationId', 'id'], { unique: true })
export class SearchEntry {
  @PrimaryColumn({ name: 'organization_id', type: 'varchar', length: 32 })
  organizationId: string

  /** The name of the record's class. */
  @PrimaryColumn({ type: 'varchar', length: 40 })
  kind: string

  @PrimaryColumn({ type: 'int' })
  archived: number

  /** Its title, in the form in which titles and queries are compared. */
  @PrimaryColumn({ type: 'varchar', length: 200 })
  title: string

  /** The record's own id. */
  @PrimaryColumn({ type: 'varchar', length: 32 })
  id: string

  /** The signature of its words. */
  @Column({ type: 'bigint' })
  bits: string

  /** Codes that a whole query may equal. A space stands before each, as in the next columns. */
  @Column({ type: 'text' })
  codes: string

  /** Every word of its names. */
  @Column({ type: 'text' })
  names: string

  /** Every word that finds it. */
  @Column({ type: 'text' })
  words: string

  /** Digits that find its telephones. */
  @Column({ type: 'text' })
  phones: string
}

/** One word of an entry, from which it follows. */
@Entity({ name: 'search_words', ...clustered })
export class SearchWord {
  @PrimaryColumn({ name: 'organization_id', type: 'varchar', length: 32 })
  organizationId: string

  @PrimaryColumn({ type: 'varchar', length: 40 })
  kind: string

  @PrimaryColumn({ type: 'int' })
  archived: number

  /** One of `Weight`. */
  @PrimaryColumn({ type: 'int' })
  weight: number

  @PrimaryColumn({ type: 'varchar', length: 64 })
  word: string

  @PrimaryColumn({ name: 'entry_id', type: 'varchar', length: 32 })
  entryId: string

  /** The signature of the entry: it tells without reading the entry whether the other words may be there. */
  @Column({ type: 'bigint' })
  bits: string
}

/** The kinds of word: a whole code, a word of a name or of another text, or the digits of a telephone. */
export const Weight = { CODE: 0, NAME: 1, OTHER: 2, PHONE: 3 } as const

/** How much of a title is compared, in characters. */
const longestTitle = 200
const longestText = 60_000 // in bytes, as a column of MariaDB takes: words of the last of thousands of contacts do not find their client

/** Texts and telephones that find a record, beyond its own values. */
export interface Around {
  /** Texts and telephones of records that lead to it. */
  texts?: readonly string[]
  phones?: readonly string[]
  /** The country of its telephones, where the record has no country itself. */
  country?: string
}

/** The telephones of a record. */
export function phonesOf({ search }: EntityMetadata, row: object): string[] {
  const values = row as Record<string, unknown> // read by the names that its own @entity states
  return (search?.phones?.fields ?? []).map(name => values[name]).filter(value => typeof value === 'string')
}

/** The country of telephones that are written without one. */
export function countryOf({ search }: EntityMetadata, row: object): string | undefined {
  const country = search?.phones && (row as Record<string, unknown>)[search.phones.country] // by the name that its own @entity states
  return typeof country === 'string' ? country : undefined
}

/** The entry of a record; null where no word finds it. */
export function entryOf(
  record: EntityMetadata,
  row: object,
  organizationId: string,
  around: Around = {},
): SearchEntry | null {
  const { search } = record
  if (!search) return null
  const values = row as Record<string, unknown> // read by the names that its own @entity states
  const textsOf = (names: readonly string[] = []) =>
    names.map(name => values[name]).filter(value => typeof value === 'string')
  const codes = textsOf(search.codes)
  const names = textsOf(search.names).flatMap(indexedWords)
  const words = [
    ...names,
    ...codes.flatMap(codeWords),
    ...[...textsOf(search.texts), ...(around.texts ?? [])].flatMap(indexedWords),
  ]
  const country = countryOf(record, row) ?? around.country
  const phones = [...phonesOf(record, row), ...(around.phones ?? [])].flatMap(phone => phoneWords(phone, country))
  if (words.length === 0 && codes.length === 0 && phones.length === 0) return null
  const { id } = row as { id: string } // every record has one
  return {
    organizationId,
    kind: record.name,
    archived: values.archivedAt ? 1 : 0,
    id,
    title: [...plain(titleOf(record, row))].slice(0, longestTitle).join(''),
    bits: signatureOf(words).toString(),
    codes: line(codes.map(compact)),
    names: line(names),
    words: line(words),
    phones: line(phones),
  }
}

/** The title of a result. */
export function titleOf({ search }: EntityMetadata, row: object): string {
  const values = row as Record<string, unknown> // read by the names that its own @entity states
  const found = [search?.title ?? '', ...(search?.codes ?? [])]
    .map(name => values[name])
    .find(value => typeof value === 'string')
  return typeof found === 'string' ? found : ''
}

/** Joins words, each once. The space before each marks its beginning. */
function line(words: readonly string[]): string {
  let text = ''
  let bytes = 0
  for (const word of new Set(words)) {
    bytes += Buffer.byteLength(word) + 1
    if (bytes > longestText) break
    if (word !== '') text += ` ${word}`
  }
  return text
}

/** A session, or what a migration runs on. */
type Writing = Pick<Session, 'put'>

/** Replaces entries of the index by what they have become. */
export async function writeEntries(connection: Writing, before: readonly SearchEntry[], after: readonly SearchEntry[]) {
  const held = new Map(before.map(entry => [entry.id, entry]))
  const made = new Map(after.map(entry => [entry.id, entry]))
  for (const entry of before) if (!same(entry, made.get(entry.id))) await remove(connection, entry)
  const fresh = after.filter(entry => !same(entry, held.get(entry.id)))
  await insert(
    connection,
    'search_entries',
    ['organization_id', 'kind', 'archived', 'title', 'id', 'bits', 'codes', 'names', 'words', 'phones'],
    fresh.map(({ organizationId, kind, archived, title, id, bits, codes, names, words, phones }) => [
      organizationId,
      kind,
      archived,
      title,
      id,
      bits,
      codes,
      names,
      words,
      phones,
    ]),
  )
  await insert(
    connection,
    'search_words',
    ['organization_id', 'kind', 'archived', 'weight', 'word', 'entry_id', 'bits'],
    fresh.flatMap(entry =>
      [...wordsOf(entry)].flatMap(([weight, words]) =>
        words.map(word => [entry.organizationId, entry.kind, entry.archived, weight, word, entry.id, entry.bits]),
      ),
    ),
  )
}

async function remove(connection: Writing, entry: SearchEntry) {
  const { organizationId, kind, archived, title, id } = entry
  await connection.put(
    'DELETE FROM search_entries WHERE organization_id = ? AND kind = ? AND archived = ? AND title = ? AND id = ?',
    [organizationId, kind, archived, title, id],
  )
  for (const [weight, words] of wordsOf(entry)) {
    if (words.length === 0) continue
    await connection.put(
      `DELETE FROM search_words WHERE organization_id = ? AND kind = ? AND archived = ? AND weight = ? AND word IN (${words.map(() => '?').join(', ')}) AND entry_id = ?`,
      [organizationId, kind, archived, weight, ...words, id],
    )
  }
}

function wordsOf({ codes, names, words, phones }: SearchEntry): Map<number, string[]> {
  const listed = (text: string) => text.split(' ').filter(word => word !== '')
  const named = new Set(listed(names))
  return new Map([
    [Weight.CODE, listed(codes)],
    [Weight.NAME, [...named]],
    [Weight.OTHER, listed(words).filter(word => !named.has(word))],
    [Weight.PHONE, listed(phones)],
  ])
}

const same = (a: SearchEntry, b: SearchEntry | undefined) =>
  b !== undefined &&
  a.kind === b.kind &&
  a.archived === b.archived &&
  a.title === b.title &&
  a.codes === b.codes &&
  a.names === b.names &&
  a.words === b.words &&
  a.phones === b.phones

const batch = 500

async function insert(
  connection: Writing,
  table: string,
  columns: readonly string[],
  rows: readonly (string | number)[][],
) {
  const marks = `(${columns.map(() => '?').join(', ')})`
  for (let from = 0; from < rows.length; from += batch) {
    const some = rows.slice(from, from + batch)
    await connection.put(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${some.map(() => marks).join(', ')}`,
      some.flat(),
    )
  }
}

/** The entries of these records. */
export async function entriesOf(
  session: Session,
  organizationId: string,
  ids: readonly string[],
): Promise<SearchEntry[]> {
  const found: SearchEntry[] = []
  for (let from = 0; from < ids.length; from += batch) {
    const some = ids.slice(from, from + batch)
    found.push(
      ...(await session.query<SearchEntry[]>(
        `SELECT organization_id AS organizationId, kind, archived, title, id, codes, names, words, phones, '' AS bits FROM search_entries WHERE organization_id = ? AND id IN (${some.map(() => '?').join(', ')})`,
        [organizationId, ...some],
      )),
    )
  }
  return found
}
