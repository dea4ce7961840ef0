import { overviewsOfEverybody, plainFields } from './overview-query.js'
import { sumFields } from './sums.js'
import type { Json, Tenant } from './world.js'

/**
 * Returns the questions of a test about an organisation's figures. Each calls `us` again, since every test has an
 * organisation of its own.
 */
export function figuresIn(us: () => Tenant) {
  const overview = async (asOf = '2026-03-10', tenant = us()): Promise<Json> =>
    (await overviewsOfEverybody(tenant, [asOf], plainFields)).get(asOf)
  const ofEverybody = async (args = '', fields = `month invoiced ${sumFields}`): Promise<Json[]> =>
    (await us().get(`{ organization { overviewByMonth${args} { ${fields} } } }`)).organization.overviewByMonth
  const failing = async (query: string) => (await us().ask(query)).errors?.[0]
  return { overview, ofEverybody, failing }
}
