import { Field, ID, InputType, Int, type ClassType } from 'type-graphql'
import { listLimit } from '../database/filter-sql.js'
import { enumName } from '../model/choices.js'
import { fieldOf } from '../model/computed.js'
import { graphqlType } from '../model/entity.js'
import { metadataOf } from '../model/entity-metadata.js'
import { inBase } from '../model/field.js'
import type { FieldDefinition, Row } from '../model/field-definition.js'
import { CurrencyCode, Day, Decimal, Instant } from '../model/scalars.js'

const descriptions = {
  eq: 'Equal to this value.',
  in: `One of these values, ${listLimit} at most.`,
  notIn: `None of these values, ${listLimit} at most.`,
  startsWith: 'Begins with this text; case and accents count unless the field says otherwise.',
  contains: 'Contains this text; case and accents count unless the field says otherwise.',
  gt: 'After or greater than this value.',
  gte: 'At or after, or at least, this value.',
  lt: 'Before or less than this value.',
  lte: 'At or before, or at most, this value.',
  has: 'Holds this text; case and accents count.',
  hasAny: `Holds at least one of these texts, ${listLimit} at most.`,
  hasAll: `Holds all of these texts, ${listLimit} at most.`,
  isEmpty: 'True: only where there is none; false: only where there is one at least.',
  isNull: 'True: only where there is no value; false: only where there is one.',
}

type Operator = keyof typeof descriptions
const lists = new Set<Operator>(['in', 'notIn', 'hasAny', 'hasAll'])

/** An input type of operators over one scalar or enum. */
function operators(name: string, type: () => object, names: readonly Operator[]): ClassType {
  class Operators {}
  InputType(name, { description: 'Conditions on one field; all given ones must hold.' })(Operators)
  for (const operator of names) {
    const returns = lists.has(operator)
      ? () => [type()]
      : operator === 'isNull' || operator === 'isEmpty'
        ? () => Boolean
        : type
    Field(returns as never, { nullable: true, description: descriptions[operator] })(Operators.prototype, operator) // type-graphql's own ReturnTypeFunc
  }
  return Operators
}

const comparisons = ['eq', 'in', 'gt', 'gte', 'lt', 'lte', 'isNull'] as const
const filterTypes = {
  text: operators('TextFilter', () => String, ['eq', 'in', 'startsWith', 'contains', 'isNull']),
  currency: operators('CurrencyFilter', () => CurrencyCode, ['eq', 'in', 'isNull']),
  reference: operators('IdFilter', () => ID, ['eq', 'in', 'isNull']),
  integer: operators('IntFilter', () => Int, comparisons),
  decimal: operators('DecimalFilter', () => Decimal, comparisons),
  texts: operators('TextsFilter', () => String, ['has', 'hasAny', 'hasAll', 'isEmpty']),
  day: operators('DateFilter', () => Day, comparisons),
  instant: operators('DateTimeFilter', () => Instant, comparisons),
}
const enumFilters = new Map<object, ClassType>()

function filterTypeOf(field: FieldDefinition): unknown {
  if (field.kind === 'flag') return Boolean
  if (field.kind === 'choice') {
    const values = graphqlType(field)
    const known = enumFilters.get(values)
    if (known) return known
    const made = operators(`${enumName(field.enum)}Filter`, () => values, ['eq', 'in', 'notIn'])
    enumFilters.set(values, made)
    return made
  }
  if (field.kind === 'id') return filterTypes.reference
  if (field.kind === 'money' && field.currency === inBase) return filterTypes.decimal // of other amounts none says in which currency
  if (field.kind in filterTypes) return filterTypes[field.kind as keyof typeof filterTypes] // just looked
  throw new Error(`No filter is defined for a field of the kind ${field.kind}.`)
}

/** The input type that filters a record by some of its fields, with `and`, `or` and `not`. */
export function filterOf(type: ClassType<Row>, names: readonly string[]): ClassType {
  const record = metadataOf(type)
  class Filter {}
  InputType(`${record.name}Filter`, {
    description: `Which ${record.name} records to list: all conditions given must hold.`,
  })(Filter)
  for (const name of names) addToFilter(Filter, fieldOf(type, name))
  if (record.search)
    Field(() => String, {
      nullable: true,
      description:
        'A search as `search` does it: 2 to 100 characters; each of its words must begin a word of the record.',
    })(Filter.prototype, 'search')
  const nested = { nullable: true } as const
  Field(() => [Filter], { ...nested, description: 'All of these hold.' })(Filter.prototype, 'and')
  Field(() => [Filter], { ...nested, description: 'At least one of these holds.' })(Filter.prototype, 'or')
  Field(() => Filter, { ...nested, description: 'This does not hold.' })(Filter.prototype, 'not')
  return Filter
}

/** One more field of a filter. */
export function addToFilter(Filter: ClassType, field: FieldDefinition) {
  const operatorsOf = filterTypeOf(field) // made now: type-graphql reads its types once
  const description =
    field.currency === inBase ? `${field.description} Compared in the base currency.` : field.description
  Field(() => operatorsOf as never, { nullable: true, description })(Filter.prototype, field.name) // its own operators type
}
