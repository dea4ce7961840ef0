import { Field, ID, InputType, Int, type ClassType } from 'type-graphql'
import type { Condition, Parameters, Scalar } from '../database/scope.js'
import { fold } from '../lib/fold.js'
import { badInput } from './errors.js'
import { enumName, graphqlType, recordOf, type FieldWord, type Row } from './field.js'
import { CurrencyCode, Day, Instant } from './scalars.js'

type Operators = Partial<Record<'eq' | 'in' | 'notIn' | 'startsWith' | 'contains' | 'gt' | 'gte' | 'lt' | 'lte' | 'isNull', unknown>>

const listLimit = 200
const conditionLimit = 100
const depthLimit = 5

const words = {
  eq: 'Equal to this value.',
  in: `One of these values, ${listLimit} at most.`,
  notIn: `None of these values, ${listLimit} at most.`,
  startsWith: 'Begins with this text; case and accents count unless the field says otherwise.',
  contains: 'Contains this text; case and accents count unless the field says otherwise.',
  gt: 'After or greater than this value.',
  gte: 'At or after, or at least, this value.',
  lt: 'Before or less than this value.',
  lte: 'At or before, or at most, this value.',
  isNull: 'True: only where there is no value; false: only where there is one.',
}

type Operator = keyof typeof words

/** An input type of operators over one scalar or enum. */
function operators(name: string, type: () => object, names: readonly Operator[]): ClassType {
  class Operators {}
  InputType(name, { description: 'Conditions on one field; all that are given must hold.' })(Operators)
  for (const operator of names) {
    const returns = operator === 'in' || operator === 'notIn' ? () => [type()] : operator === 'isNull' ? () => Boolean : type
    Field(returns as never, { nullable: true, description: words[operator] })(Operators.prototype, operator) // type-graphql's own ReturnTypeFunc
  }
  return Operators
}

const comparisons = ['eq', 'in', 'gt', 'gte', 'lt', 'lte', 'isNull'] as const
const filterTypes = {
  text: operators('TextFilter', () => String, ['eq', 'in', 'startsWith', 'contains', 'isNull']),
  currency: operators('CurrencyFilter', () => CurrencyCode, ['eq', 'in', 'isNull']),
  reference: operators('IdFilter', () => ID, ['eq', 'in', 'isNull']),
  integer: operators('IntFilter', () => Int, comparisons),
  day: operators('DateFilter', () => Day, comparisons),
  instant: operators('DateTimeFilter', () => Instant, comparisons),
}
const enumFilters = new Map<object, ClassType>()

function filterTypeOf(word: FieldWord): unknown {
  if (word.kind === 'flag') return Boolean
  if (word.kind === 'choice') {
    const values = graphqlType(word)
    const known = enumFilters.get(values)
    if (known) return known
    const made = operators(`${enumName(word.enum)}Filter`, () => values, ['eq', 'in', 'notIn'])
    enumFilters.set(values, made)
    return made
  }
  if (word.kind === 'id') return filterTypes.reference
  if (word.kind in filterTypes) return filterTypes[word.kind as keyof typeof filterTypes] // just looked
  throw new Error(`No filter is defined for a field of the kind ${word.kind}.`)
}

/** The input type that filters a record by some of its fields, with `and`, `or` and `not`. */
export function filterOf(type: ClassType<Row>, names: readonly string[]): ClassType {
  const record = recordOf(type)
  class Filter {}
  InputType(`${record.name}Filter`, { description: `Which ${record.name} records to list: all conditions given must hold.` })(Filter)
  for (const name of names) {
    const word = wordOf(type, name)
    const operatorsOf = filterTypeOf(word) // made now: type-graphql reads its types once
    Field(() => operatorsOf as never, { nullable: true, description: word.description })(Filter.prototype, name) // its own operators type
  }
  const nested = { nullable: true } as const
  Field(() => [Filter], { ...nested, description: 'All of these hold.' })(Filter.prototype, 'and')
  Field(() => [Filter], { ...nested, description: 'At least one of these holds.' })(Filter.prototype, 'or')
  Field(() => Filter, { ...nested, description: 'This does not hold.' })(Filter.prototype, 'not')
  return Filter
}

export function wordOf(type: ClassType<Row>, name: string): FieldWord {
  const word = recordOf(type).fields.find(candidate => candidate.name === name)
  if (!word) throw new Error(`${recordOf(type).name} has no field ${name}.`)
  return word
}

/** The filter as a condition on `t`. */
export function compileFilter(type: ClassType<Row>, filter: object): Condition {
  const parameters: Parameters = {}
  let count = 0
  // Whatever makes the statement longer counts: SQLite takes an expression of at most 1,000 levels.
  const spend = () => {
    if (++count > conditionLimit) throw badInput(`A filter may hold at most ${conditionLimit} conditions; those within and, or and not count, and so do these words.`)
  }
  const bind = (value: Scalar | readonly Scalar[]) => {
    const name = `f${Object.keys(parameters).length}`
    parameters[name] = value
    return name
  }

  const compile = (node: object, depth: number): string => {
    if (depth > depthLimit) throw badInput(`A filter may nest at most ${depthLimit} levels.`)
    if (depth > 1) spend()
    const parts: string[] = []
    for (const [name, given] of Object.entries(node) as [string, unknown][]) { // the schema tells their types by name
      if (given === undefined || given === null) continue
      if (name === 'and' || name === 'or') {
        const inner = (given as object[]).map(item => `(${compile(item, depth + 1)})`) // a list by the schema
        parts.push(inner.length === 0 ? (name === 'and' ? '1 = 1' : '1 = 0') : inner.join(name === 'and' ? ' AND ' : ' OR '))
      } else if (name === 'not') {
        parts.push(`NOT COALESCE((${compile(given, depth + 1)}), 1 = 0)`)
      } else {
        const conditions = conditionsOn(wordOf(type, name), typeof given === 'object' ? given : { eq: given }, bind)
        conditions.forEach(spend)
        parts.push(...conditions)
      }
    }
    return parts.length === 0 ? '1 = 1' : parts.map(part => `(${part})`).join(' AND ')
  }
  return { sql: compile(filter, 1), parameters }
}

const signs = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

function conditionsOn(word: FieldWord, given: Operators, bind: (value: Scalar | readonly Scalar[]) => string): string[] {
  const column = `t.${word.name}`
  return Object.entries(given).flatMap(([operator, value]) => {
    if (value === undefined || value === null) return []
    if (operator === 'isNull') return [`${column} IS ${value === true ? '' : 'NOT '}NULL`]
    if (operator === 'in' || operator === 'notIn') {
      const values = value as unknown[] // a list by the schema
      if (values.length > listLimit) throw badInput(`${word.name}.${operator} takes at most ${listLimit} values.`)
      if (values.length === 0) return [operator === 'in' ? '1 = 0' : '1 = 1']
      return [`${column} ${operator === 'in' ? 'IN' : 'NOT IN'} (:...${bind(values.map(stored))})`]
    }
    if (operator === 'startsWith' || operator === 'contains') return [textCondition(word, operator, value as string, bind)] // by the schema
    const sign = operator === 'eq' ? '=' : signs[operator as keyof typeof signs] // the schema has no other
    return [`${column} ${sign} :${bind(stored(value))}`]
  })
}

// INSTR and SUBSTR compare by the binary collation on both databases; LIKE would not.
function textCondition(word: FieldWord, operator: 'startsWith' | 'contains', text: string, bind: (value: Scalar) => string): string {
  const column = `t.${word.folded ?? word.name}`
  const wanted = word.folded ? fold(text) : text
  const name = bind(wanted)
  return operator === 'contains' ? `INSTR(${column}, :${name}) > 0` : `SUBSTR(${column}, 1, ${[...wanted].length}) = :${name}`
}

/** As the databases store it: instants as `YYYY-MM-DD HH:MM:SS.mmm`. */
export function stored(value: unknown): Scalar {
  if (value instanceof Date) return value.toISOString().replace('T', ' ').replace('Z', '')
  return value as Scalar // the schema's scalars give nothing else
}
