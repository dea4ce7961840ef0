import { dump } from './dump.js'
import type { Json, Tenant } from './world.js'

const records = '{ kind count what }'
const preview = `query($id: ID!) { erasurePreview(personId: $id) {
  recordType recordId version erases ${records} keeps ${records} open { kind count what isDue amount { amounts { amount currency } base { amount } } } } }`

/**
 * Returns the steps of a test of erasure. Each step calls `us` again, since every test has an organisation of its own.
 */
export function erasingIn(us: () => Tenant) {
  /** How many rows hold a text, by table. */
  const holding = async (pattern: RegExp): Promise<Record<string, number>> => {
    const { world, organizationId } = us()
    const tables = await dump(world, organizationId, [])
    return Object.fromEntries(
      Object.entries(tables)
        .map(([name, rows]) => [name, rows.filter(row => pattern.test(row)).length])
        .filter(([, count]) => count !== 0),
    )
  }
  const version = async (type: string, id: string): Promise<number> =>
    (await us().get(`{ ${type}(id: "${id}") { version } }`))[type].version
  const previewOf = async (personId: string, tenant = us()): Promise<Json> =>
    (await tenant.get(preview, { id: personId })).erasurePreview
  const erase = (personId: string, personVersion: number, given: object = {}) =>
    us().do(
      'erasePerson',
      { personId, version: personVersion, despiteDue: true, ...given },
      `id recordType recordId erasedOn reason erased ${records} kept ${records}`,
    )
  return { holding, version, previewOf, erase }
}
