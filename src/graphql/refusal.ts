import { valueFromASTUntyped, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql'
import { badInput, forbidden } from '../model/errors.js'
import { KeptNeeds } from './kept-needs.js'
import { limits } from './limits.js'
import { needsOf, type Needs } from './needs.js'
import { spelled } from './path.js'
import type { Permission } from '../model/permission.js'

/**
 * Returns what refuses an operation, before it runs, that asks for more than the key may see or than the server gives.
 * The door refuses too; this makes the refusal complete and cheap. Apollo makes a 500 of what is thrown this early,
 * unless it carries a status. It returns what the operation costs, in points, and what is charged for as it is read.
 */
export function refusalOf(schema: GraphQLSchema) {
  const kept = new KeptNeeds(schema)
  return (
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown>,
    held: ReadonlySet<Permission>,
  ): Pick<Needs, 'cost' | 'partFields'> => {
    if (!schema.getRootType(operation.operation))
      throw badInput(`This API has no ${operation.operation}; send a query or a mutation.`, { http: { status: 400 } })
    const given = { ...defaultsOf(operation), ...variables }
    const shape = kept.shapeOf(operation, given)
    const known = shape === undefined ? undefined : kept.get(operation, shape)
    if (known?.permissions.every(permission => held.has(permission))) return known
    const needs = needsOf(schema, document, operation, given)
    refuseMissing(needs, held)
    if (needs.tooLarge) throw badInput(needs.tooLarge, { http: { status: 400 } })
    if (needs.cost > limits.cost) refuseDear(needs.cost, needs.dearest())
    if (shape !== undefined) kept.set(operation, shape, needs)
    return needs
  }
}

const defaultsOf = ({ variableDefinitions = [] }: OperationDefinitionNode) =>
  Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)] as const] : [],
    ),
  )

function refuseMissing({ permissions }: Needs, held: ReadonlySet<Permission>) {
  const missing = permissions.filter(({ permission }) => !held.has(permission))
  if (missing.length === 0) return
  const scopes = [...new Set(missing.map(({ permission }) => permission))]
  const fields = [...new Set(missing.map(({ path }) => spelled(path)))]
  throw forbidden(
    `The key lacks ${scopes.join(', ')}, which ${fields.join(', ')} ${fields.length > 1 ? 'need' : 'needs'}.`,
    { missing: scopes, fields, http: { status: 403 } },
  )
}

/** Refuses what costs more than the budget of one operation. */
export function refuseDear(cost: number, dearest: readonly { path: string; cost: number }[] = []) {
  if (cost <= limits.cost) return
  const most = dearest
    .slice(0, 3)
    .map(each => `${each.path} ${Math.ceil(each.cost)}`)
    .join(', ')
  const hint = most && ` Most of it is for ${most}.`
  throw badInput(
    `This operation costs ${cost} points, and one may cost at most ${limits.cost}.${hint} Ask for less at once: smaller pages, fewer counts and figures, or several requests.`,
    { cost, budget: limits.cost, http: { status: 400 } },
  )
}
