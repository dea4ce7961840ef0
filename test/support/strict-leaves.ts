import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  isEnumType,
  type GraphQLSchema,
} from 'graphql'

/**
 * Lets no resolver return what GraphQL would have to convert: a number for a text, or 1 for true. The compiled executor takes
 * such values as they are (`disableLeafSerialization` in graphql/executor.ts), while a document that is asked for the first
 * time is converted. The test that asks it fails here.
 */
export function refuseOtherLeaves(schema: GraphQLSchema) {
  const enums = Object.values(schema.getTypeMap()).filter(type => isEnumType(type))
  for (const type of [GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString, ...enums]) {
    const serialize = type.serialize.bind(type) as (value: unknown) => unknown // as all of them are
    type.serialize = (value: unknown) => {
      const serialized = serialize(value)
      if (serialized !== value)
        throw new Error(`A resolver returned ${String(value)} (${typeof value}) as a value of ${type.name}.`)
      return serialized as never // what it gave before
    }
  }
}
