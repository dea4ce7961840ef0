import type { Wanted } from '../../database/search-condition.js'
import { countryOf } from '../../database/effects/search-index.js'
import { phoneWords } from '../../lib/phone.js'
import { codeWords, compact, indexedWords } from '../../lib/words.js'
import type { EntityMetadata } from '../../model/entity-metadata.js'

export interface Match {
  field: string
  text: string
}

/** A record that leads to another one, such as a contact. */
export interface Leader {
  leader: EntityMetadata
  row: object
}

interface Text extends Match {
  words: string[]
}

/** The first texts of a record, and of those that lead to it, that together hold the words of the query. */
export function matchesOf(
  record: EntityMetadata,
  row: object,
  wanted: Wanted,
  leaders: readonly Leader[] = [],
  country?: string,
): Match[] {
  const isCode = textsOf(record.search?.codes, row, text => [compact(text)]).find(({ words }) =>
    words.includes(wanted.code),
  )
  if (isCode) return [shown(isCode)]
  const { names, codes, texts } = record.search ?? {}
  const all = [
    ...textsOf(names, row, indexedWords),
    ...textsOf(codes, row, codeWords),
    ...textsOf(texts, row, indexedWords),
    ...leaders.flatMap(({ leader, row: leading }) =>
      textsOf(leader.search?.leadsTo?.texts, leading, indexedWords, leader.table),
    ),
  ]
  const whole = wanted.readings.map(({ words }) => gathered(all, words)).find(found => found !== undefined)
  if (whole) return whole
  const { phone } = wanted
  const place = countryOf(record, row) ?? country
  const read = (text: string) => phoneWords(text, place)
  const phones = [
    ...textsOf(record.search?.phones?.fields, row, read),
    ...leaders.flatMap(({ leader, row: leading }) =>
      textsOf(leader.search?.phones?.fields, leading, read, leader.table),
    ),
  ]
  const [called] = phone ? phones.filter(({ words }) => words.some(word => word.startsWith(phone.digits))) : []
  return called && phone ? [shown(called), ...(gathered(all, phone.words) ?? [])] : []
}

function textsOf(
  fields: readonly string[] = [],
  row: object,
  wordsOf: (text: string) => string[],
  table?: string,
): Text[] {
  const values = row as Record<string, unknown> // read by the names that its own @entity states
  return fields.flatMap(field => {
    const text = values[field]
    return typeof text === 'string' ? [{ field: table ? `${table}.${field}` : field, text, words: wordsOf(text) }] : []
  })
}

const shown = ({ field, text }: Text): Match => ({ field, text })

/** The first texts that together hold all words; undefined where they do not. */
function gathered(texts: readonly Text[], words: readonly string[]): Match[] | undefined {
  const found: Match[] = []
  let missing = words
  for (const text of texts) {
    const rest = missing.filter(word => !text.words.some(each => each.startsWith(word)))
    if (rest.length < missing.length) found.push(shown(text))
    missing = rest
  }
  return missing.length === 0 ? found : undefined
}
