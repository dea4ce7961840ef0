import { ExchangeRate, hasOwnRate } from '../features/rates/index.js'
import { addDays, daysBetween, type Day } from '../lib/calendar.js'
import { RATE_PLACES } from '../lib/money.js'
import type { Desk } from './desk.js'

const one = 10n ** BigInt(RATE_PLACES)
const monday = '1970-01-05'

// Euros for one unit, about as they were.
const kept: Record<string, number> = { USD: 0.92, GBP: 1.17, JPY: 0.0061 }
// No central bank near here publishes a rate for the dinar: people write it on most of their documents themselves.
const written: Record<string, number> = { KWD: 3.01 }

/** The rate that a document takes, and the day of the kept rate it comes from. */
export interface TakenRate {
  rate: bigint | null
  rateDay: Day | null
}

const mondayOf = (day: Day) => addDays(day, -(daysBetween(monday, day) % 7))

/** The rate kept for a Monday: the usual one, which rises and falls over the months. */
function keptOf(currency: string, day: Day): bigint {
  const weeks = daysBetween(monday, day) / 7
  return (
    BigInt(Math.round((kept[currency] ?? 1) * (1 + 0.04 * Math.sin(weeks / 9 + currency.charCodeAt(0))) * 1e6)) *
    10_000n
  )
}

/**
 * The rate of a document on a day: the one kept for that week, or one written on the document. One written rate in four
 * is missing.
 */
export function rateOn({ random, baseCurrency }: Desk, currency: string, on: Day): TakenRate {
  if (currency === baseCurrency) return { rate: one, rateDay: null }
  if (currency in kept) return { rate: keptOf(currency, mondayOf(on)), rateDay: mondayOf(on) }
  if (random.chance(1 / 4)) return { rate: null, rateDay: null }
  return {
    rate: BigInt(Math.round((written[currency] ?? 1) * (0.98 + random.next() / 25) * 1e6)) * 10_000n,
    rateDay: null,
  }
}

/** The rate of a document whose day moved: that of its new day, unless somebody wrote it on the document. */
export function rateMoved(desk: Desk, document: TakenRate & { currency: string }, on: Day): TakenRate {
  const { currency, rate, rateDay } = document
  return rate === null || hasOwnRate(document) ? { rate, rateDay } : rateOn(desk, currency, on)
}

/** The rates of every Monday from some days before the last day on. */
export function keepRates(desk: Desk, days: number) {
  const currencies = Object.keys(kept)
  for (let day = mondayOf(addDays(desk.lastDay, -days)); day <= desk.lastDay; day = addDays(day, 7)) {
    desk.before(daysBetween(day, desk.lastDay), () => {
      for (const currency of currencies)
        desk.add(desk.make(ExchangeRate, { currency, day, rate: keptOf(currency, day) }))
    })
  }
}
