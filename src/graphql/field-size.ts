import {
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
  type ValueNode,
} from 'graphql'
import { pageLimit } from './list.js'

/** The value of an argument, with the variables of the operation. */
type ValueOf = (node: ValueNode) => unknown

/** The most objects that a field returns, by its arguments and the schema. */
export function sizeOf(
  schema: GraphQLSchema,
  field: FieldNode,
  definition: GraphQLField<unknown, unknown>,
  parent: string,
  typeName: string,
  valueOf: ValueOf,
): number {
  return (
    monthsOf(field, definition, valueOf) ??
    (parent.startsWith('__') ? sizesOfIntrospection(schema).get(`${parent}.${field.name.value}`) : undefined) ??
    pageSize(field, typeName, valueOf)
  )
}

/** How many months a list of them has; undefined for other fields. */
function monthsOf(field: FieldNode, definition: GraphQLField<unknown, unknown>, valueOf: ValueOf): number | undefined {
  const argument = definition.args.find(({ name }) => name === 'months')
  if (!argument) return undefined
  const given = field.arguments?.find(({ name }) => name.value === argument.name)
  const months = Number((given && valueOf(given.value)) ?? argument.defaultValue)
  return months > 1 ? months : 1 // what is no number is refused with the variables
}

function pageSize(field: FieldNode, typeName: string, valueOf: ValueOf): number {
  if (typeName === 'Node' && field.name.value === 'nodes') {
    const ids: unknown = field.arguments?.[0] && valueOf(field.arguments[0].value)
    return Array.isArray(ids) ? Math.max(1, ids.length) : 1
  }
  if (!typeName.endsWith('Connection')) return 1
  const sizes = (field.arguments ?? [])
    .filter(({ name }) => name.value === 'first' || name.value === 'last')
    .map(({ value }) => valueOf(value))
  const given = sizes.filter(size => typeof size === 'number' && size > 0) as number[] // just looked
  return given.length > 0 ? Math.min(Math.max(...given), pageLimit) : 20
}

const sizesBySchema = new WeakMap<GraphQLSchema, Map<string, number>>()

/** How many of each the types of the schema have, on average, by the fields of introspection that list them. */
function sizesOfIntrospection(schema: GraphQLSchema): Map<string, number> {
  const known = sizesBySchema.get(schema)
  if (known) return known
  const types = Object.values(schema.getTypeMap())
  const fields = types.flatMap(type =>
    isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? Object.keys(type.getFields()) : [],
  )
  const perType = Math.ceil(fields.length / types.length)
  const made = new Map([
    ['__Schema.types', types.length],
    ['__Schema.directives', schema.getDirectives().length],
    ['__Type.fields', perType],
    ['__Type.inputFields', perType],
    ['__Type.enumValues', 2],
    ['__Type.possibleTypes', 2],
    ['__Type.interfaces', 2],
    ['__Field.args', 2],
    ['__Directive.args', 2],
  ])
  sizesBySchema.set(schema, made)
  return made
}
