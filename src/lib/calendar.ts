import { UserError } from './user-error.js'

/** A calendar date, YYYY-MM-DD, of the years 0001 to 9999; text order is date order. */
export type Day = string

/** Where the present comes from, so that tests can choose it. */
export type Clock = () => Date

const DAY = /^\d{4}-\d{2}-\d{2}$/
const MILLISECONDS_A_DAY = 86_400_000

export function isDay(text: string): boolean {
  if (!DAY.test(text) || text.startsWith('0000')) return false
  const date = atMidnight(text)
  // Date takes 2026-02-30 for 2026-03-02, so only a date that comes back unchanged is real.
  return !Number.isNaN(date.getTime()) && dayOf(date) === text
}

export function addDays(day: Day, days: number): Day {
  const date = new Date(atMidnight(day).getTime() + days * MILLISECONDS_A_DAY)
  const year = date.getUTCFullYear()
  if (!(year >= 1 && year <= 9999))
    throw new UserError('DAY_OUT_OF_RANGE', 'Use fewer days: dates reach from the year 1 to 9999.')
  return dayOf(date)
}

/** Positive when `to` is later. */
export function daysBetween(from: Day, to: Day): number {
  return (atMidnight(to).getTime() - atMidnight(from).getTime()) / MILLISECONDS_A_DAY
}

/** The first day of the month of a day, or of a month before it. */
export function firstOfMonth(day: Day, monthsBefore = 0): Day {
  const months = 12 * yearOf(day) + Number(day.slice(5, 7)) - 1 - monthsBefore
  if (months < 12) throw new UserError('DAY_OUT_OF_RANGE', 'Use fewer months: dates reach from the year 1 to 9999.')
  return `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}-01`
}

export function yearOf(day: Day): number {
  return Number(day.slice(0, 4))
}

/** A name of the time zone database, like Europe/Madrid. */
export function isTimeZone(name: string): boolean {
  // Newer versions of Node also take offsets like +01:00, which know no summer time.
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    formatterFor(name)
    return true
  } catch {
    // Intl offers no question, only the exception.
    return false
  }
}

export function dayIn(timeZone: string, instant: Date): Day {
  const minute = Math.floor(instant.getTime() / 60_000)
  const last = lastDays.get(timeZone)
  if (last?.minute === minute) return last.day
  const day = minuteIn(timeZone, instant).slice(0, 10)
  if (minute > wholeMinutes) lastDays.set(timeZone, { minute, day })
  return day
}

/** The day that each zone was asked for last, in that minute: most requests ask for the present. */
const lastDays = new Map<string, { minute: number; day: Day }>()

/** Since then no zone is a part of a minute away from UTC. */
const wholeMinutes = Date.UTC(1973, 0) / 60_000

/** The day and minute in that time zone: `2026-01-31 23:59`. */
export function minuteIn(timeZone: string, instant: Date): string {
  const parts = formatterFor(timeZone).formatToParts(instant)
  const part = (type: string) => parts.find(candidate => candidate.type === type)?.value ?? ''
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`
}

// Building a formatter takes thirty times as long as using it (0.1 ms).
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    formatters.set(timeZone, formatter)
  }
  return formatter
}

function atMidnight(day: Day): Date {
  return new Date(`${day}T00:00:00.000Z`)
}

function dayOf(date: Date): Day {
  return date.toISOString().slice(0, 10)
}
