import { lineOf } from './document-line.js'
import type { Row } from './record.js'
import type { Tenant } from './world.js'

/** Returns factories of a client's documents. Each calls `us` and `client` again, since every test has its own. */
export function documentsIn(us: () => Tenant, client: () => Row) {
  const order = (given: object = {}) =>
    us().do('createPurchaseOrder', {
      clientId: client().id,
      number: `N${Math.random()}`,
      lines: [lineOf('10')],
      ...given,
    })
  const payment = (given: object = {}) =>
    us().do('recordPayment', { clientId: client().id, amount: '50', paidOn: '2026-03-05', ...given })
  return { order, payment }
}
