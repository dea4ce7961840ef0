import type { Wanted } from '../../database/search-condition.js'
import type { RecordWord } from '../../graphql/field.js'
import { codeWords, compact, indexedWords } from '../../lib/words.js'

export interface Match {
  field: string
  text: string
}

/** The first texts of a record that together hold the words, and the words that none holds; `asLeader`: the texts that lead to another record. */
export function matchesOf({ search, table }: RecordWord, row: object, { words, code }: Wanted, asLeader = false): { found: Match[]; missing: string[] } {
  const { names = [], codes = [], texts = [], leadsTo } = search ?? {}
  const values = row as Record<string, unknown> // read by the names that its own @entity states
  const textsOf = (fields: readonly string[], wordsOf: (text: string) => string[]) => fields.flatMap(field => {
    const text = values[field]
    return typeof text === 'string' ? [{ field: asLeader ? `${table}.${field}` : field, text, words: wordsOf(text) }] : []
  })
  const isCode = asLeader ? undefined : textsOf(codes, text => [compact(text)]).find(each => each.words.includes(code))
  if (isCode) return { found: [{ field: isCode.field, text: isCode.text }], missing: [] }
  const found: Match[] = []
  let missing = words
  const all = asLeader ? textsOf(leadsTo?.texts ?? [], indexedWords) : [...textsOf(names, indexedWords), ...textsOf(codes, codeWords), ...textsOf(texts, indexedWords)]
  for (const { field, text, words: held } of all) {
    const rest = missing.filter(word => !held.some(each => each.startsWith(word)))
    if (rest.length < missing.length) found.push({ field, text })
    missing = rest
  }
  return { found, missing }
}
