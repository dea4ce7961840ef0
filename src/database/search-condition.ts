import type { ClassType } from 'type-graphql'
import { badInput } from '../model/errors.js'
import { phoneIn } from '../lib/phone.js'
import { compact, readingsOf, wordsOf } from '../lib/words.js'
import { Weight } from './effects/search-index.js'
import type { Condition, Parameters } from '../model/condition.js'
import { metadataOf } from '../model/entity-metadata.js'
import type { Row } from '../model/field-definition.js'

const longestQuery = 100
const shortestQuery = 2
const mostWords = 10

/** One way to read a query. */
export interface Reading {
  /** Each has to begin one of the words of a result; the longest comes first. */
  words: string[]
  /** The whole query, in the form in which names are compared. */
  name: string
}

/** A query as it was read. It finds what any reading finds, or the code, or the telephone. */
export interface Wanted {
  readings: Reading[]
  /** The whole query, in the form in which codes are compared. */
  code: string
  /** The digits that begin a telephone, and the words that a result needs beside it. */
  phone?: { digits: string; words: string[] }
}

/** Reads a query, and refuses one that is too short or too long. */
export function wantedBy(query: string): Wanted {
  const { length } = [...query.trim()]
  if (length < shortestQuery || length > longestQuery)
    throw badInput(`A query has ${shortestQuery} to ${longestQuery} characters; this one has ${length}.`)
  const readings = readingsOf(query)
  const all = readings[0] ?? []
  if ([...compact(query)].length < shortestQuery)
    throw badInput(`A query needs at least ${shortestQuery} letters or figures.`)
  if (all.length > mostWords) throw badInput(`A query has at most ${mostWords} words; this one has ${all.length}.`)
  const phone = phoneIn(query)
  return {
    readings: readings
      .filter(({ length: words }) => words <= mostWords)
      .map(words => ({ words: distinct(words), name: words.join(' ') })),
    code: compact(query),
    phone: phone && { digits: phone.digits, words: distinct(wordsOf(phone.rest)) },
  }
}

/** Sorts the longest word first, and drops words that begin another one. */
function distinct(words: readonly string[]): string[] {
  const each = [...new Set(words)]
  return each
    .filter(word => !each.some(other => other !== word && other.startsWith(word)))
    .sort((a, b) => b.length - a.length)
}

/** A text that comes after every text with this beginning, in the order of bytes. */
export const after = (beginning: string) => `${beginning}\u{10ffff}`

/** The rows `t` of a record that a query finds. `prefix` keeps its parameters apart from others of the statement. */
export function searchCondition(type: ClassType<Row>, query: string, prefix = 'search'): Condition {
  const { name: kind, search } = metadataOf(type)
  const { readings, code, phone } = wantedBy(query)
  const parameters: Parameters = {}
  const bind = (value: string) => {
    const name = `${prefix}${Object.keys(parameters).length}`
    parameters[name] = value
    return `:${name}`
  }
  const found = (weights: readonly number[], condition: string, others: readonly string[] = []) =>
    `SELECT w.entry_id FROM search_words w${others.length > 0 ? ' JOIN search_entries e ON e.organization_id = w.organization_id AND e.id = w.entry_id' : ''}
      WHERE w.organization_id = :organization AND w.kind = '${kind}' AND w.archived IN (0, 1) AND w.weight IN (${weights.join(', ')}) AND ${condition}${others.map(word => ` AND INSTR(e.words, ${bind(` ${word}`)}) > 0`).join('')}`
  const begins = (word: string) => `w.word >= ${bind(word)} AND w.word < ${bind(after(word))}`
  const queries = [
    ...readings.map(({ words: [rarest = '', ...others] }) =>
      found([Weight.NAME, Weight.OTHER], begins(rarest), others),
    ),
    found([Weight.CODE], `w.word = ${bind(code)}`),
    ...(phone && search?.phones ? [found([Weight.PHONE], begins(phone.digits), phone.words)] : []),
  ]
  return { sql: queries.map(query => `t.id IN (${query})`).join(' OR '), parameters }
}
