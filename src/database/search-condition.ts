import type { ClassType } from 'type-graphql'
import { badInput } from '../graphql/errors.js'
import { recordOf, type Row } from '../graphql/field.js'
import { compact, wordsOf } from '../lib/words.js'
import type { Condition, Parameters } from './scope.js'
import { Weight } from './search-index.js'

const longestQuery = 100
const shortestQuery = 2
const mostWords = 10

/** What somebody looks for. */
export interface Wanted {
  /** The words that a result has to have, each as the beginning of one of its words; the longest first. */
  words: string[]
  /** All of it, as a name is compared. */
  name: string
  /** All of it, as a code is compared. */
  code: string
}

/** Reads a query; refuses one that asks for too little or too much. */
export function wantedBy(query: string): Wanted {
  const { length } = [...query.trim()]
  if (length < shortestQuery || length > longestQuery) throw badInput(`A query has ${shortestQuery} to ${longestQuery} characters; this one has ${length}.`)
  const all = wordsOf(query)
  if ([...compact(query)].length < shortestQuery) throw badInput(`A query needs at least ${shortestQuery} letters or figures.`)
  if (all.length > mostWords) throw badInput(`A query has at most ${mostWords} words; this one has ${all.length}.`)
  // What begins another word of the query asks for nothing more.
  const words = [...new Set(all)].filter((word, _at, distinct) => !distinct.some(other => other !== word && other.startsWith(word)))
  return { words: words.sort((a, b) => b.length - a.length), name: all.join(' '), code: compact(query) }
}

/** Beyond every text that begins with this one, by the order of bytes. */
export const after = (beginning: string) => `${beginning}\u{10ffff}`

/** The rows of a record, as `t`, that a query finds; `prefix` keeps its parameters apart from others of the statement. */
export function searchCondition(type: ClassType<Row>, query: string, prefix = 'search'): Condition {
  const { name: kind } = recordOf(type)
  const { words: [rarest = '', ...others], code } = wantedBy(query)
  const parameters: Parameters = { [`${prefix}From`]: rarest, [`${prefix}To`]: after(rarest), [`${prefix}Code`]: code }
  others.forEach((word, at) => { parameters[`${prefix}${at}`] = ` ${word}` })
  const rest = others.map((_word, at) => ` AND INSTR(e.words, :${prefix}${at}) > 0`).join('')
  const owned = `w.organization_id = :organization AND w.kind = '${kind}' AND w.archived IN (0, 1)`
  return {
    sql: `t.id IN (SELECT w.entry_id FROM search_words w${rest && ' JOIN search_entries e ON e.organization_id = w.organization_id AND e.id = w.entry_id'}
      WHERE ${owned} AND w.weight IN (${Weight.NAME}, ${Weight.OTHER}) AND w.word >= :${prefix}From AND w.word < :${prefix}To${rest})
      OR t.id IN (SELECT w.entry_id FROM search_words w WHERE ${owned} AND w.weight = ${Weight.CODE} AND w.word = :${prefix}Code)`,
    parameters,
  }
}
