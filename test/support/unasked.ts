import { getNamedType, isObjectType, Kind, parse, visit, type FieldNode, type GraphQLSchema } from 'graphql'

/** The figures of a type for which a query does not ask, wherever it asks for `field`; what lists hold is no figure. */
export function unasked(schema: GraphQLSchema, query: string, field: string, type: string): string[] {
  const asked: FieldNode[] = []
  visit(parse(query), { Field: node => void (node.name.value === field && asked.push(node)) })
  return asked.flatMap(node => unaskedIn(schema, type, node, field))
}

function unaskedIn(schema: GraphQLSchema, name: string, asked: FieldNode, path: string): string[] {
  const type = schema.getType(name)
  if (!isObjectType(type)) return []
  const selected = asked.selectionSet?.selections.filter(node => node.kind === Kind.FIELD) ?? []
  return Object.values(type.getFields()).flatMap(field => {
    const inner = getNamedType(field.type).name
    if (inner.endsWith('Connection')) return []
    const here = `${path}.${field.name}`
    const own = selected.filter(node => node.name.value === field.name)
    return own.length === 0 ? [here] : own.flatMap(node => unaskedIn(schema, inner, node, here))
  })
}
