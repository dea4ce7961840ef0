import type { Day } from '../../lib/calendar.js'
import type { Condition } from '../../model/condition.js'
import { choices } from '../../model/choices.js'

export const OrderBucket = choices(
  'PurchaseOrderBucket',
  'The groups of purchase orders that an overview counts, each for a day.',
  {
    TOTAL: 'Ordered and not cancelled.',
    CLOSED: 'The closed orders among them.',
    OPEN: 'The open orders among them.',
  },
)
export type OrderBucket = keyof typeof OrderBucket

/** The rules of the groups over an order's columns. Shared by counts and lists, so that they agree. */
export function orderRules(column: (name: string) => string): Record<OrderBucket, string> {
  const ordered = `${column('orderedOn')} <= :asOf AND (${column('cancelledOn')} IS NULL OR ${column('cancelledOn')} > :asOf)`
  return {
    TOTAL: ordered,
    CLOSED: `${ordered} AND ${column('closedOn')} <= :asOf`,
    OPEN: `${ordered} AND (${column('closedOn')} IS NULL OR ${column('closedOn')} > :asOf)`,
  }
}

/** The orders of a group on a day, as a condition of a list. */
export const inOrderBucket = (bucket: OrderBucket, asOf: Day): Condition => ({
  sql: orderRules(name => `t.${name}`)[bucket],
  parameters: { asOf },
})
