import { computed } from '../../model/computed.js'
import type { Day } from '../../lib/calendar.js'
import { QuoteState } from './quote.js'
import type { Condition } from '../../model/condition.js'

/** The answer of `stateOn` in SQL, over a quote's columns and the day `:asOf`. */
export const quoteStateSql = (column: (name: string) => string) =>
  `CASE WHEN ${column('state')} = 'SENT' AND ${column('validUntil')} < :asOf THEN 'EXPIRED' ELSE ${column('state')} END`

/** For lists. */
export const quoteState = computed(
  'state',
  'choice',
  'Where it is in its life; EXPIRED follows from `validUntil` and the day.',
  quoteStateSql(name => `t.${name}`),
  { enum: QuoteState },
)

/** The quotes in a state on a day, as a condition of a list. */
export const inQuoteState = (state: QuoteState, asOf: Day): Condition => ({
  sql: `${quoteStateSql(name => `t.${name}`)} = :quoteState`,
  parameters: { asOf, quoteState: state },
})
