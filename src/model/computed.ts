import type { ClassType } from 'type-graphql'
import { costs } from './cost.js'
import { recordOf, type FieldWord, type Row } from './field.js'

type Options = Partial<
  Pick<FieldWord, 'nullable' | 'permission' | 'places' | 'currency' | 'undated' | 'enum' | 'folded' | 'scalar' | 'cost'>
>

/**
 * A word for what SQL works out about the rows `t` of a record, such as what a client owes: lists are filtered and
 * ordered by it as by a field, on the list's day where the expression names `:asOf`.
 */
export function computed(
  name: string,
  kind: FieldWord['kind'],
  description: string,
  expression: string,
  options: Options = {},
): FieldWord {
  const cost = expression.includes('SELECT ') ? costs.figure : undefined // others follow from the row itself
  // The conditions of a list may name a day of their own :asOf.
  return {
    name,
    kind,
    description,
    expression: `(${expression.replaceAll(':asOf', ':listDay')})`,
    column: {},
    hidden: true,
    told: false,
    nullable: false,
    cost,
    ...options,
  }
}

const wordsByRecord = new Map<ClassType<Row>, Map<string, FieldWord>>()

export const computedWords = (type: ClassType<Row>): FieldWord[] => [...(wordsByRecord.get(type)?.values() ?? [])]

export function addComputed(type: ClassType<Row>, words: readonly FieldWord[]) {
  const known = wordsByRecord.get(type) ?? new Map<string, FieldWord>()
  words.forEach(word => known.set(word.name, word))
  wordsByRecord.set(type, known)
}

/** The word of this name; a computed one stands before the field that it tells about. */
export function wordOf(type: ClassType<Row>, name: string): FieldWord {
  const word = wordsByRecord.get(type)?.get(name) ?? recordOf(type).fields.find(candidate => candidate.name === name)
  if (!word) throw new Error(`${recordOf(type).name} has no field ${name}.`)
  return word
}

/** What a list is ordered by and filtered on, in SQL over `t`. */
export const sqlOf = (word: FieldWord) => word.expression ?? `t.${word.name}`
export const sortSqlOf = (word: FieldWord) => word.expression ?? `t.${word.folded ?? word.name}`
