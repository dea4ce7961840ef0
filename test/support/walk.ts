import {
  getNamedType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
} from 'graphql'
import { resolvers } from '../../src/features/index.js'
import { schemaOf } from '../../src/graphql/schema.js'
import type { Json } from './world.js'

export const schema = await schemaOf(resolvers)

/** One field that leads from a type to another, at the end of the shortest way to it. */
export interface Visit {
  /** Such as `Client.invoices`. */
  name: string
  query: string
  /** The object types that the query touches, in the order of the way. */
  types: string[]
  /** The field's own arguments. */
  args: readonly GraphQLArgument[]
}

/** Returns the value for the argument of a field, as GraphQL text; undefined leaves it out. */
export type Arguments = (parent: string, field: string, argument: string) => string | undefined

interface Step {
  parent: GraphQLObjectType
  field: GraphQLField<unknown, unknown>
}

const operations = new Set(['Query', 'Mutation'])
const fieldsOf = (type: GraphQLObjectType) => Object.values(type.getFields())
const isConnection = (name: string) => name.endsWith('Connection')
const isPart = (name: string) => isConnection(name) || name.endsWith('Edge')

/** The object types that callers can read fields of, connections and their edges apart. */
export const recordTypes = () =>
  Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType =>
      isObjectType(type) &&
      !type.name.startsWith('__') &&
      !operations.has(type.name) &&
      !isPart(type.name) &&
      !type.name.endsWith('Payload'),
  )

export const mutations = () => fieldsOf(schema.getMutationType() as GraphQLObjectType) // the API has mutations

const goal = (field: GraphQLField<unknown, unknown>): GraphQLObjectType | undefined => {
  const named = getNamedType(field.type)
  if (isInterfaceType(named)) return undefined // Node: `nodeVisits` goes there
  if (!isObjectType(named)) return undefined
  return isConnection(named.name) ? nodesOf(named) : named
}

function nodesOf(connection: GraphQLObjectType): GraphQLObjectType | undefined {
  const nodes = connection.getFields().nodes
  const named = nodes && getNamedType(nodes.type)
  return isObjectType(named) ? named : undefined
}

/** A type like Money: nothing in it leads on to a record, so it is selected whole wherever it stands. */
const isValue = (type: GraphQLObjectType, seen = new Set<string>()): boolean => {
  if (seen.has(type.name)) return true
  seen.add(type.name)
  return (
    !type.getInterfaces().length &&
    fieldsOf(type).every(field => {
      const named = getNamedType(field.type)
      if (isInterfaceType(named)) return false
      return !isObjectType(named) || (!isConnection(named.name) && field.args.length === 0 && isValue(named, seen))
    })
  )
}

const selectionOf = (type: GraphQLObjectType): string => {
  const parts = fieldsOf(type)
    .filter(field => !field.args.some(isRequiredArgument))
    .flatMap(field => {
      const named = getNamedType(field.type)
      if (isLeafType(named)) return [field.name]
      return isObjectType(named) && !isPart(named.name) && isValue(named) ? [`${field.name} ${selectionOf(named)}`] : []
    })
  return `{ __typename ${parts.join(' ')} }`
}

const wrap = (field: GraphQLField<unknown, unknown>, inner: string, whole: boolean): string => {
  const { name } = getNamedType(field.type)
  if (!isConnection(name)) return inner
  return whole
    ? `{ __typename totalCount pageInfo { __typename hasNextPage hasPreviousPage startCursor endCursor } edges { __typename cursor node { __typename ${nodesOf(schema.getType(name) as GraphQLObjectType)?.getFields().id ? 'id' : ''} } } nodes ${inner} }` // the type of a connection
    : `{ nodes ${inner} }`
}

const called = ({ parent, field }: Step, argumentsOf: Arguments): string => {
  const given = field.args.flatMap(argument => {
    const { name } = argument
    const text =
      argumentsOf(parent.name, field.name, name) ?? (isRequiredArgument(argument) ? choicesOf(argument)[0] : undefined)
    return text === undefined ? [] : [`${name}: ${text}`]
  })
  return field.name + (given.length > 0 ? `(${given.join(', ')})` : '')
}

/** All types that can be reached from the Query type, each with the shortest way to it. */
const ways = (() => {
  const query = schema.getQueryType() as GraphQLObjectType // the API has queries
  const found = new Map<string, { type: GraphQLObjectType; way: Step[] }>([[query.name, { type: query, way: [] }]])
  for (const { type, way } of found.values()) {
    // Lists first: they show every record there is, where a look-up shows one.
    const fields = fieldsOf(type).sort(
      (a, b) => Number(isConnection(getNamedType(b.type).name)) - Number(isConnection(getNamedType(a.type).name)),
    )
    for (const field of fields) {
      const target = goal(field)
      if (target && !found.has(target.name) && !isValue(target))
        found.set(target.name, { type: target, way: [...way, { parent: type, field }] })
    }
  }
  return [...found.values()]
})()

/**
 * A query for every field of every type that leads on to another one, with all the plain fields of what it leads to.
 */
export function visits(
  argumentsOf: Arguments,
  { last = argumentsOf, only }: { last?: Arguments; only?: string } = {},
): Visit[] {
  return ways.flatMap(({ type, way }) =>
    fieldsOf(type).flatMap(field => {
      const target = goal(field)
      if (
        !target ||
        (only !== undefined && only !== `${type.name}.${field.name}`) ||
        (isValue(target) && type.name !== 'Query' && field.args.length === 0)
      )
        return []
      const steps = [...way, { parent: type, field }]
      const query = steps.reduceRight((inner, step) => {
        const isLast = inner === ''
        return `{ ${called(step, isLast ? last : argumentsOf)} ${wrap(step.field, isLast ? selectionOf(target) : inner, isLast)} }`
      }, '')
      return [
        {
          name: `${type.name}.${field.name}`,
          query,
          types: steps.map(step => goal(step.field)?.name ?? ''),
          args: field.args,
        },
      ]
    }),
  )
}

/** `node(id)` once for every type that it can give. */
export function nodeVisits(idOf: (type: string) => string): Visit[] {
  const node = schema.getType('Node')
  if (!isInterfaceType(node)) throw new Error('There is no interface Node.')
  return schema.getPossibleTypes(node).map(type => ({
    name: `Query.node ${type.name}`,
    types: [type.name],
    args: [],
    query: `{ node(id: "${idOf(type.name)}") { id ... on ${type.name} ${selectionOf(type)} } }`,
  }))
}

/** One set of arguments for every value of every enum that fields take, so that each branch is walked. */
export function choicesOf(argument: GraphQLArgument): string[] {
  const named = getNamedType(argument.type)
  return isEnumType(named) ? named.getValues().map(({ name }) => name) : []
}

/** Remembers which fields of which types were answered for real objects. */
export class Coverage {
  readonly fields = new Set<string>()

  see(data: Json) {
    if (Array.isArray(data)) data.forEach(each => this.see(each))
    else if (data !== null && typeof data === 'object') {
      for (const [name, value] of Object.entries(data)) {
        if (typeof data.__typename === 'string') this.fields.add(`${data.__typename}.${name}`)
        this.see(value)
      }
    }
  }

  /** A field that leads on counts as seen when its own visit was made. */
  missing(visited: readonly Visit[]): string[] {
    const led = new Set(visited.map(({ name }) => name))
    return recordTypes()
      .filter(({ name }) => !['UserError', 'Warning'].includes(name))
      .flatMap(type =>
        fieldsOf(type)
          .map(field => `${type.name}.${field.name}`)
          .filter(name => !this.fields.has(name) && !led.has(name)),
      )
  }
}
