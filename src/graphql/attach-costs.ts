import { getNamedType, isInputObjectType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql'
import { connectionCosts } from './connection.js'
import { costs, sumOf, type Cost } from '../model/cost.js'
import { listedRecords } from './list.js'

/** The arguments of lists that cost something where they are given. */
const argumentCosts: Record<string, Cost> = { filter: costs.filter, orderBy: costs.order, bucket: costs.bucket }

/** Puts what lists cost, everywhere the same, where the rule in front of execution reads it (graphql/needs.ts). */
export function attachCosts(schema: GraphQLSchema) {
  const connections = connectionCosts()
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      const list = connections.get(getNamedType(field.type).name)
      if (!list) continue
      add(field, costs.list)
      for (const argument of field.args)
        add(argument, argument.name === 'filter' ? (list.filter ?? costs.filter) : argumentCosts[argument.name])
    }
    const counted = connections.get(type.name)
    if (counted) add(type.getFields().totalCount, counted.count ?? costs.count)
  }
  for (const record of listedRecords()) {
    const filter = schema.getType(`${record}Filter`)
    if (isInputObjectType(filter)) add(filter.getFields().search, costs.search)
  }
  const node = schema.getType('Node')
  if (node) node.extensions = { ...node.extensions, record: true }
}

function add(part: { extensions: Readonly<Record<string, unknown>> } | undefined, cost: Cost | undefined) {
  if (part && cost)
    part.extensions = { ...part.extensions, cost: sumOf((part.extensions.cost as Cost | undefined) ?? {}, cost) } // what is put there
}
