import type { Tenant } from './world.js'

/** Sends what must be refused whole, and returns what it said about it. */
export async function refusal(tenant: Tenant, query: string, variables?: Record<string, unknown>) {
  const { database } = tenant.world
  const before = database.statements
  const { data, errors = [], status } = await tenant.ask(query, variables)
  const [error] = errors
  return {
    status,
    data: data ?? null,
    errors: errors.length,
    code: error?.extensions.code,
    missing: error?.extensions.missing as string[] | undefined,
    fields: error?.extensions.fields as string[] | undefined,
    message: error?.message ?? '',
    statements: database.statements - before,
  } // set by the rule
}
