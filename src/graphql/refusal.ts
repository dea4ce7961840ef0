import { valueFromASTUntyped, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql'
import { badInput, forbidden } from '../model/errors.js'
import { limits } from './limits.js'
import { needsOf, type Needs } from './needs.js'
import { spelled } from './path.js'
import type { Permission } from '../model/permission.js'

/**
 * Refuses an operation, before it runs, that asks for more than the key may see or than the server gives.
 * The door refuses too; this makes the refusal complete and cheap. Apollo makes a 500 of what is thrown this early,
 * unless it carries a status. Returns what the operation costs, in points, and what is charged for as it is read.
 */
export function refuseBeforehand(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
  held: ReadonlySet<Permission>,
): Pick<Needs, 'cost' | 'partFields'> {
  if (!schema.getRootType(operation.operation))
    throw badInput(`This API has no ${operation.operation}; send a query or a mutation.`, { http: { status: 400 } })
  const defaults = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)] as const] : [],
  )
  const needs = needsOf(schema, document, operation, { ...Object.fromEntries(defaults), ...variables })
  const missing = needs.permissions.filter(({ permission }) => !held.has(permission))
  if (missing.length > 0) {
    const scopes = [...new Set(missing.map(({ permission }) => permission))]
    const fields = [...new Set(missing.map(({ path }) => spelled(path)))]
    throw forbidden(
      `The key lacks ${scopes.join(', ')}, which ${fields.join(', ')} ${fields.length > 1 ? 'need' : 'needs'}.`,
      { missing: scopes, fields, http: { status: 403 } },
    )
  }
  if (needs.tooLarge) throw badInput(needs.tooLarge, { http: { status: 400 } })
  if (needs.cost > limits.cost) refuseDear(needs.cost, needs.dearest())
  return needs
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
