import { recordsIn, type Row } from './record.js'
import type { Json, Tenant } from './world.js'

/** Returns the steps of a test about quotes. Each step calls `us` and `client` again, since every test has its own. */
export function quotingIn(us: () => Tenant, client: () => Row) {
  const { verb } = recordsIn(us)
  const sent = async (given: object = {}, sentOn = '2026-03-01') =>
    verb('sendQuote', await us().quote(client().id, '100', given), { sentOn })
  const accepted = async (given: object = {}) => verb('acceptQuote', await sent(given), { acceptedOn: '2026-03-05' })
  const read = async (id: string, fields: string): Promise<Json> =>
    (await us().get(`query($id: ID!) { quote(id: $id) { ${fields} } }`, { id })).quote
  return { sent, accepted, read }
}
