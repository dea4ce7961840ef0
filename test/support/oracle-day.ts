/** Calendar of the second computation: no library, no Intl, nothing of src. Days are text, YYYY-MM-DD. */
export type Day = string

const DAY = 86_400_000
const MINUTE = 60_000

/** Days since 1970-01-01. */
export const numberOf = (day: Day): number => {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  return Date.UTC(year, month - 1, date) / DAY
}
const dayAt = (milliseconds: number): Day => new Date(milliseconds).toISOString().slice(0, 10)

export const plus = (day: Day, days: number): Day => dayAt((numberOf(day) + days) * DAY)
export const daysFrom = (from: Day, to: Day): number => numberOf(to) - numberOf(from)

/** The first days of so many months, the day's own the last. */
export function monthsUntil(day: Day, count: number): Day[] {
  const months: Day[] = []
  for (let first = `${day.slice(0, 8)}01`; months.length < count; first = `${plus(first, -1).slice(0, 8)}01`)
    months.unshift(first)
  return months
}

export const zones = ['Europe/Madrid', 'Pacific/Apia', 'America/St_Johns'] as const
export type Zone = (typeof zones)[number]

/** The nth Sunday of a month; -1 is the last one. Month 1 is January. */
function sunday(year: number, month: number, nth: number): number {
  const first = Date.UTC(year, month - 1, 1) / DAY
  const firstSunday = first + ((7 - new Date(first * DAY).getUTCDay()) % 7)
  const nextMonth = Date.UTC(year, month, 1) / DAY
  if (nth > 0) return firstSunday + 7 * (nth - 1)
  return firstSunday + 7 * Math.floor((nextMonth - 1 - firstSunday) / 7)
}

/** Minutes that clocks are ahead of UTC, by the rules in force since 2022. */
function offsetOf(zone: Zone, instant: number): number {
  const year = new Date(instant).getUTCFullYear()
  if (year < 2022 || year > 2030) throw new Error(`The oracle knows the zones from 2022 to 2030, not of ${year}.`)
  const summer = (from: number, to: number) => instant >= from && instant < to
  switch (zone) {
    case 'Pacific/Apia':
      return 13 * 60
    case 'Europe/Madrid':
      return summer(sunday(year, 3, -1) * DAY + 60 * MINUTE, sunday(year, 10, -1) * DAY + 60 * MINUTE) ? 120 : 60
    case 'America/St_Johns': // 02:00 by its clocks: 05:30 UTC in March, 04:30 UTC in November
      return summer(sunday(year, 3, 2) * DAY + 330 * MINUTE, sunday(year, 11, 1) * DAY + 270 * MINUTE) ? -150 : -210
  }
}

export const dayInZone = (zone: Zone, instant: Date): Day =>
  dayAt(instant.getTime() + offsetOf(zone, instant.getTime()) * MINUTE)

/**
 * The first instant of a day. Clocks of these zones change after midnight, so the offset before it is the one that
 * counts.
 */
export function startOfDay(zone: Zone, day: Day): Date {
  const midnight = numberOf(day) * DAY
  const guess = midnight - offsetOf(zone, midnight) * MINUTE
  const start = new Date(midnight - offsetOf(zone, guess) * MINUTE)
  if (dayInZone(zone, start) !== day || dayInZone(zone, new Date(start.getTime() - 1)) === day)
    throw new Error(`${day} does not begin at ${start.toISOString()} in ${zone}.`)
  return start
}
