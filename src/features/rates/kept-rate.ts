import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import { addDays, daysBetween, type Day } from '../../lib/calendar.js'
import { ExchangeRate } from './exchange-rate.js'
import { rateOf } from './rate.js'

/** For how many days after its own a kept rate serves. */
export const rateServesDays = 7

export interface KeptRate {
  day: Day
  rate: bigint
}

/** The days whose rates may serve a day. */
const earliestFor = (on: Day) =>
  daysBetween('0001-01-01', on) < rateServesDays ? '0001-01-01' : addDays(on, -rateServesDays)

/** The last rate kept at or before a day, and at most 7 days old; null where there is none. */
export async function keptRate(scope: ReadScope, currency: string, on: Day): Promise<KeptRate | null> {
  const served = {
    sql: 't.currency = :currency AND t.day <= :on AND t.day >= :earliest',
    parameters: { currency, on, earliest: earliestFor(on) },
  }
  const order = [{ sql: 't.day', direction: 'DESC' as const }]
  const [last] = await scope.rowsOf(ExchangeRate, { where: [served], order, limit: 1 })
  return last ?? null
}

/** The same for many days at once: what may serve them is read in one statement. */
export async function keptRates(
  scope: ReadScope,
  asked: readonly { currency: string; on: Day }[],
): Promise<(currency: string, on: Day) => KeptRate | null> {
  const days = asked.map(({ on }) => on).sort()
  const [first, last] = [days[0], days.at(-1)]
  if (first === undefined || last === undefined) return () => null
  const currencies = [...new Set(asked.map(({ currency }) => currency))]
  const served = {
    sql: 't.currency IN (:...currencies) AND t.day <= :last AND t.day >= :earliest',
    parameters: { currencies, last, earliest: earliestFor(first) },
  }
  const rows = await scope.rowsOf(ExchangeRate, { where: [served] })
  const known = new Map(rows.map(row => [`${row.currency} ${row.day}`, row]))
  return (currency, on) => {
    for (let age = 0, day = on; age <= rateServesDays; age++, day = addDays(on, -age)) {
      const kept = known.get(`${currency} ${day}`)
      if (kept) return kept
    }
    return null
  }
}

/** The records that have a rate: documents, payments, deals. */
export interface Rated {
  currency: string
  rate: bigint | null
  /** The day of the kept rate that it took; null where its rate was given, or lacks. */
  rateDay?: Day | null
}

interface Writing {
  /** As given; null asks for the kept one. */
  rate?: string | null
  /** The currency of a record that was there already. */
  currencyBefore?: string
  /** The day whose rate it takes. */
  on: Day
  /** Whether that day was given or changed just now. */
  isMoved?: boolean
}

/** Whether its rate was given with it; such a rate stays whatever is kept. */
export const hasOwnRate = ({ rate, rateDay }: Rated) => rate !== null && !rateDay

/**
 * Sets the rate of what is written: as given, or the one kept of its day. A rate that is there stays, whatever is kept
 * by now, until the currency changes, or the day of one that was taken.
 */
export async function setWrittenRate(scope: WriteScope, document: Rated, writing: Writing): Promise<void> {
  const { rate, currencyBefore, on, isMoved = false } = writing
  const { currency } = document
  const base = scope.organization.baseCurrency
  const isGiven = rate !== undefined && rate !== null
  if (isGiven || currency === base) {
    document.rate = rateOf(rate, currency, base)
    document.rateDay = null
  } else if (rate === null || currency !== currencyBefore || document.rate === null) {
    setKept(document, await keptRate(scope, currency, on))
  } else if (isMoved) await moveRate(scope, document, on)
}

/**
 * A document got its day, or another one: unless its rate was given with it, it takes the one kept of that day. The one
 * that it took counts as kept still.
 */
export async function moveRate(scope: WriteScope, document: Rated, on: Day): Promise<void> {
  if (document.currency === scope.organization.baseCurrency || hasOwnRate(document)) return
  const kept = await keptRate(scope, document.currency, on)
  const { rateDay } = document
  const isServed = rateDay && rateDay >= earliestFor(on) && rateDay <= on
  if (!isServed || (kept && kept.day > rateDay)) setKept(document, kept)
}

function setKept(document: Rated, kept: KeptRate | null) {
  document.rate = kept?.rate ?? null
  document.rateDay = kept?.day ?? null
}

const warned = new WeakMap<WriteScope, Map<string, WriteScope['warnings'][number]>>()

/** Says that amounts in base will lack it; what a change that goes on says of it before no longer holds. */
export function warnWithoutRate(scope: WriteScope, document: Rated & { id: string }, on: Day) {
  const known = warned.get(scope) ?? new Map<string, WriteScope['warnings'][number]>()
  warned.set(scope, known)
  const before = known.get(document.id)
  known.delete(document.id)
  const at = before ? scope.warnings.indexOf(before) : -1
  if (at >= 0) scope.warnings.splice(at, 1)
  if (document.rate !== null) return
  scope.warn('RATE_MISSING', missingRate(document.currency, on, scope.organization.baseCurrency), 'rate')
  const warning = scope.warnings.at(-1)
  if (warning) known.set(document.id, warning)
}

export const missingRate = (currency: string, on: Day, base: string) =>
  `The document has no rate, and none of ${currency} is kept for ${on} or the ${rateServesDays} days before it: sums in ${base} leave it out. Keep a rate and call fillRates, or give it one by setRate.`
