import { coerceInputValue, getNamedType, isEnumType, isInputObjectType, type GraphQLInputType } from 'graphql'
import type { ClassType } from 'type-graphql'
import { costs, sumOf, type Cost } from '../model/cost.js'
import { badInput } from '../model/errors.js'
import { metadataOf } from '../model/entity-metadata.js'
import type { ListArguments } from './list.js'
import type { Row } from '../model/field-definition.js'

type Kept = { filter: object | null; orderBy: object | null }
type Inputs = Record<keyof Kept, GraphQLInputType>

const inputsByRecord = new Map<string, Inputs>()

/** The types of a list's arguments, known once the schema is built. */
export const rememberInputs = (record: string, inputs: Inputs) => {
  inputsByRecord.set(record, inputs)
}

/**
 * Reads a filter and an order that were kept as JSON, just as the list reads its arguments. An error names the path
 * that does not fit.
 */
export function keptList(type: ClassType<Row>, kept: Kept): Pick<ListArguments, 'filter' | 'orderBy'> & { cost: Cost } {
  const { name } = metadataOf(type)
  const inputs = inputsByRecord.get(name)
  if (!inputs) throw new Error(`A list of ${name} is read before the schema is built.`)
  const read = (argument: keyof Kept): unknown => {
    if (kept[argument] === null) return undefined
    return coerceInputValue(kept[argument], inputs[argument], (path, _value, { message }) => {
      throw badInput(`${[argument, ...path].join('.')}: ${message}`)
    })
  }
  const list = { filter: read('filter'), orderBy: read('orderBy') } as Pick<ListArguments, 'filter' | 'orderBy'> // what their types give
  return {
    ...list,
    cost: sumOf(
      kept.filter ? costs.filter : {},
      costOfInput(inputs.filter, kept.filter),
      costOfInput(inputs.orderBy, kept.orderBy),
    ),
  }
}

/** The cost of its fields and values, as the schema says; it must be checked already. */
function costOfInput(type: GraphQLInputType, value: unknown): Cost {
  const named = getNamedType(type)
  const costOf = (part: { extensions: object } | null | undefined) =>
    (part?.extensions as { cost?: Cost } | undefined)?.cost ?? {} // what graphql/schema.ts puts there
  if (Array.isArray(value)) return sumOf(...value.map(item => costOfInput(named, item)))
  if (isEnumType(named)) return typeof value === 'string' ? costOf(named.getValue(value)) : {}
  if (!isInputObjectType(named) || typeof value !== 'object' || value === null) return {}
  return sumOf(
    ...Object.entries(value).flatMap(([name, given]) => {
      const field = named.getFields()[name]
      return field ? [costOf(field), costOfInput(field.type, given)] : []
    }),
  )
}
