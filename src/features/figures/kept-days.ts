import { figuresKind } from '../../database/effects/change-log.js'
import { addDays, type Day } from '../../lib/calendar.js'
import { ours, select, type ClientSelection, type GroupRow, type Part } from './group.queries.js'
import { blocks } from './registry.js'

/** The day that no figure reaches. */
export const never = '9999-12-31'

/**
 * When time alone takes a document out of its bucket: so many days after the day that decides. Buckets that are not
 * here keep their documents until somebody writes.
 */
export const turns: Record<string, Record<string, number>> = {
  invoices: { PENDING: 1, OVERDUE_1_30: 31, OVERDUE_31_60: 61, OVERDUE_61_90: 91 },
  tasks: { UPCOMING: 0, DUE: 1 },
  quotes: { SENT: 1 },
}

/** The days on which something happened. None is later than today, unless the clock or the time zone went back. */
export const happenings: Record<string, readonly string[]> = {
  projects: ['opened_on'],
  time_entries: ['date'],
  tasks: ['opened_on', 'completed_on'],
  purchase_orders: ['ordered_on', 'cancelled_on', 'closed_on'],
  invoices: ['issued_on', 'authorised_on', 'voided_on'],
  payments: ['paid_on', 'reversed_on'],
  allocations: ['allocated_on', 'deallocated_on'],
  refunds: ['refunded_on', 'reversed_on'],
}

/** How many records have a day later than today. */
const later = Object.entries(happenings).map(
  ([table, days]): Part =>
    selection =>
      select(
        selection,
        'later',
        'e',
        { n: 'COUNT(*)' },
        `FROM ${table} e WHERE ${ours('e', selection)} AND (${days.map(day => `e.${day} > :asOf`).join(' OR ')})`,
      ),
)

/** The revision of the figures of each client. It comes with them in one statement, so it is theirs. */
export const revision: Part = (selection: ClientSelection) =>
  select(
    selection,
    'revision',
    'r',
    { n: 'MAX(r.position)' },
    `FROM (SELECT c.organization_id, c.record_id AS client_id, c.position FROM record_changes c WHERE c.organization_id = :organization AND c.kind = '${figuresKind}' AND c.deleted = 0) r WHERE ${ours('r', selection)}`,
  )

/** All that is read of a client to keep its figures. */
export const keepableParts = (): Part[] => [
  ...Object.values(blocks).flatMap(({ parts, partsOfToday = [] }) => [...parts, ...partsOfToday]),
  ...later,
  revision,
]

/** The first day after `today` on which one of these groups is not what it is, though nobody writes. */
export function validUntil(groups: readonly GroupRow[], today: Day): Day {
  if (groups.some(({ block }) => block === 'later')) return addDays(today, 1)
  let until = never
  for (const { block, bucket, firstDay } of groups) {
    const days = turns[block]?.[bucket]
    if (days === undefined || firstDay === null || firstDay >= lastTurn) continue
    const turn = addDays(firstDay, days)
    if (turn < until) until = turn
  }
  return until
}

/** Days that close to the end of the calendar have no turn. */
const lastTurn = '9999-09-01'
