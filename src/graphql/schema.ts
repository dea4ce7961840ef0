import {
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLObjectType,
  lexicographicSortSchema,
  printSchema,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql'
import { buildSchema, type NonEmptyArray } from 'type-graphql'
import type { Door } from './door.js'
import { formatDecimal, shortest } from '../lib/decimal.js'
import { attachCosts } from './attach-costs.js'
import { connectionNames, pageResolvers } from './connection.js'
import { inBase } from '../model/field.js'
import { setHandlers } from './handlers.js'
import { rememberInputs } from './kept-list.js'
import { toMoney } from '../model/money.js'
import type { Permission } from '../model/permission.js'
import { entities, searchKind, type EntityMetadata } from '../model/entity-metadata.js'
import { relationOf, type FieldDefinition } from '../model/field-definition.js'
import { listedRecords, listedFields } from './list.js'

type Source = Record<string, unknown>

/** The schema of the features' resolver classes, with the resolvers that the fields of records imply. */
export async function schemaOf(resolvers: readonly object[]): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers: resolvers as unknown as NonEmptyArray<never>, // type-graphql wants a tuple of its own class type
    validate: false, // the fields of a record validate what is written; inputs are checked by their scalars
    skipCheck: true, // it asks the whole schema for itself at each start; test/architecture.test.ts validates it
  })
  setHandlers(schema)
  describe(
    schema.getQueryType(),
    'Everything that can be read. Every field needs a key, and most fields need one of its permissions.',
  )
  describe(
    schema.getMutationType(),
    'Everything that can be changed. Each mutation runs in one transaction, which keeps all of it or nothing.',
  )
  const kinds = schema.getType('SearchKind')
  for (const record of entities()) {
    const kind = kinds instanceof GraphQLEnumType ? kinds.getValue(searchKind(record)) : undefined
    if (kind) kind.extensions = { permission: record.permission }
    const type = schema.getType(record.name)
    if (type instanceof GraphQLObjectType) attachFields(type, record)
  }
  for (const each of connectionNames()) {
    const connection = schema.getType(each)
    if (!(connection instanceof GraphQLObjectType)) continue
    for (const [name, resolve] of Object.entries(pageResolvers)) {
      const field = connection.getFields()[name]
      if (field) field.resolve = resolve
    }
  }
  guardLists(schema)
  attachCosts(schema)
  for (const record of listedRecords()) {
    const [filter, orderBy] = [schema.getType(`${record}Filter`), schema.getType(`${record}Order`)]
    if (filter instanceof GraphQLInputObjectType && orderBy instanceof GraphQLInputObjectType)
      rememberInputs(record, { filter, orderBy })
  }
  return schema
}

/** Where the rule in front of execution reads what a filter's field or an order needs and costs. */
function guardLists(schema: GraphQLSchema) {
  for (const { record, field, orders } of listedFields()) {
    const extensions = { permission: field.permission, cost: field.cost }
    const filter = schema.getType(`${record}Filter`)
    const input = filter instanceof GraphQLInputObjectType ? filter.getFields()[field.name] : undefined
    if (input) input.extensions = extensions
    const fields = schema.getType(`${record}OrderField`)
    for (const order of orders) {
      const value = fields instanceof GraphQLEnumType ? fields.getValue(order) : undefined
      if (value) value.extensions = extensions
    }
  }
}

/** type-graphql has no place for the descriptions of the root types. */
const describe = (type: GraphQLObjectType | null | undefined, description: string) => {
  if (type) type.description = description
}

export const schemaText = (schema: GraphQLSchema) => `${printSchema(lexicographicSortSchema(schema))}\n`

function attachFields(type: GraphQLObjectType, record: EntityMetadata) {
  const fields = type.getFields()
  type.extensions = { ...type.extensions, permission: record.permission, record: record.name !== 'Organization' }
  for (const definition of record.fields) {
    const field = fields[definition.name]
    if (!field) continue
    const resolve = resolverOf(definition)
    if (!field.resolve) tellReads(field, record, definition)
    if (resolve) field.resolve ??= resolve
    if (definition.permission) guardField(field as GraphQLField<Source, Door>, definition.permission) // getFields types its context as any
    const relation = definition.kind === 'reference' ? fields[relationOf(definition)] : undefined
    const { target } = definition
    if (relation && typeof target === 'function') {
      if (!relation.resolve) relation.extensions = { ...relation.extensions, reads: [definition.name] }
      relation.resolve ??= (source: Source, _args: unknown, context: Door) => {
        const id = source[definition.name]
        return typeof id === 'string' ? context.one(target() as never, id) : null // its class is an entity
      }
    }
  }
}

/** A field without a resolver of its own needs its property, and an amount its currency. */
function tellReads(
  field: Pick<GraphQLField<unknown, unknown>, 'extensions'>,
  { fields }: EntityMetadata,
  { name, kind, currency }: FieldDefinition,
) {
  const own = new Set(fields.map(each => each.name))
  const reads = kind === 'money' ? [name, currency ?? ''].filter(each => own.has(each)) : [name]
  field.extensions = { ...field.extensions, reads }
}

/**
 * A field that needs more than its record: the rule in front of execution reads it here, and the door refuses all the
 * same.
 */
function guardField(field: GraphQLField<Source, Door>, permission: Permission) {
  const resolve = field.resolve ?? ((source: Source) => source[field.name])
  field.extensions = { ...field.extensions, permission }
  field.resolve = (source, args, context, info) => {
    context.allow(permission)
    return resolve(source, args, context, info)
  }
}

function resolverOf(field: FieldDefinition) {
  const { name, places = 0, currency = 'currency' } = field
  if (field.kind === 'money') {
    return (source: Source, _args: unknown, context: Door) => {
      const value = source[name]
      return typeof value === 'bigint'
        ? toMoney(value, currency === inBase ? context.access.organization.baseCurrency : String(source[currency]))
        : null
    }
  }
  if (field.kind === 'decimal') {
    return (source: Source) => {
      const value = source[name]
      return typeof value === 'bigint' ? shortest(formatDecimal(value, places)) : null
    }
  }
  return undefined
}
