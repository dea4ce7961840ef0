import {
  isAbstractType,
  isObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql'

/** Stands beside the names of types where a field looks at other records than the one it belongs to. */
export const anyRecord = '*'

/** For each type, the properties of its records that a document needs; null where a field may need any. */
export type Reads = ReadonlyMap<string, ReadonlySet<string> | null>

const known = new WeakMap<DocumentNode, Reads>()

/**
 * Finds out once for each document which properties its fields need. A field of the schema says so in its extensions.
 * All operations and fragments count together, so that whoever reads a record in a request reads the same of it.
 */
export function readsOf(schema: GraphQLSchema, document: DocumentNode): Reads {
  const there = known.get(document)
  if (there) return there
  const found = new Map<string, Set<string> | null>()
  const info = new TypeInfo(schema)
  const note = (type: string, reads: unknown) => {
    const all = found.get(type)
    if (all === null) return
    if (!Array.isArray(reads)) found.set(type, null)
    else found.set(type, new Set([...(all ?? []), ...(reads as string[])])) // as the field's declaration has it
  }
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: ({ name: { value: name } }) => {
        const parent = info.getParentType()
        if (!parent) return
        const types = isAbstractType(parent) ? schema.getPossibleTypes(parent) : isObjectType(parent) ? [parent] : []
        for (const type of types) {
          const { reads, looksBeyond } = type.getFields()[name]?.extensions ?? {}
          note(type.name, name === '__typename' ? [] : reads)
          if (looksBeyond) found.set(anyRecord, null)
        }
      },
    }),
  )
  known.set(document, found)
  return found
}
