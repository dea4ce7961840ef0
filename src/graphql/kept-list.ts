import { coerceInputValue, type GraphQLInputType } from 'graphql'
import type { ClassType } from 'type-graphql'
import type { ListArguments } from './connection.js'
import { badInput } from './errors.js'
import { recordOf, type Row } from './field.js'

type Kept = { filter: object | null; orderBy: object | null }
type Inputs = Record<keyof Kept, GraphQLInputType>

const inputsByRecord = new Map<string, Inputs>()

/** The types of a list's arguments, known once the schema is built. */
export const rememberInputs = (record: string, inputs: Inputs) => { inputsByRecord.set(record, inputs) }

/** A filter and an order that were kept as JSON, read as the list reads its arguments; what does not fit is told by its path. */
export function keptList(type: ClassType<Row>, kept: Kept): Pick<ListArguments, 'filter' | 'orderBy'> {
  const { name } = recordOf(type)
  const inputs = inputsByRecord.get(name)
  if (!inputs) throw new Error(`A list of ${name} is read before the schema is built.`)
  const read = (argument: keyof Kept): unknown => {
    if (kept[argument] === null) return undefined
    return coerceInputValue(kept[argument], inputs[argument], (path, _value, { message }) => { throw badInput(`${[argument, ...path].join('.')}: ${message}`) })
  }
  return { filter: read('filter'), orderBy: read('orderBy') } as Pick<ListArguments, 'filter' | 'orderBy'> // what their types give
}
