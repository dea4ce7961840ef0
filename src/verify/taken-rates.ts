import { daysBetween, type Day } from '../lib/calendar.js'
import { formatDecimal } from '../lib/decimal.js'
import { groupBy } from '../lib/group.js'
import { RATE_PLACES } from '../lib/money.js'
import { amount, text, type RawRow } from './rows.js'
import type { Report } from './rules.js'
import type { Session } from '../database/session.js'

/** For how many days after its own a kept rate may be taken. */
const mostDays = 7

interface Kept {
  day: Day
  /** Null where it is deleted. */
  row: RawRow | null
  /** Every value that it has had, as history spells it. */
  values: Set<string>
}

/** The rates that an organisation keeps, by currency, with those that it changed or deleted. */
export async function keptRates(read: Session, organization: string): Promise<Map<string, Kept[]>> {
  const rows: RawRow[] = await read.query('SELECT * FROM exchange_rates WHERE organization_id = ?', [organization])
  const events: RawRow[] = await read.query(
    "SELECT * FROM activity_events WHERE organization_id = ? AND subject_type = 'ExchangeRate' ORDER BY id",
    [organization],
  )
  const byId = new Map<string, Kept & { currency: string }>()
  for (const row of rows) {
    byId.set(String(row.id), {
      currency: String(row.currency),
      day: text(row.day) ?? '',
      row,
      values: new Set([formatDecimal(amount(row.rate), RATE_PLACES)]),
    })
  }
  for (const event of events) {
    for (const values of [valuesIn(event.before), valuesIn(event.after)]) {
      const id = String(event.subject_id)
      if (values.currency && values.day && !byId.has(id))
        byId.set(id, { currency: values.currency, day: values.day, row: null, values: new Set() })
      if (values.rate) byId.get(id)?.values.add(values.rate)
    }
  }
  return groupBy([...byId.values()], ({ currency }) => currency)
}

function valuesIn(json: unknown): { currency?: string; day?: string; rate?: string } {
  const values: unknown = typeof json === 'string' ? JSON.parse(json) : json
  return typeof values === 'object' && values !== null ? values : {}
}

/**
 * A document that names the day of its rate took a kept one: the last up to its own day, at most 7 days old. A rate
 * that was kept after the document was written, or changed since, does not count against it.
 */
export function checkTakenRate(document: RawRow, on: Day | null, kept: ReadonlyMap<string, Kept[]>, report: Report) {
  const taken = text(document.rate_day)
  if (taken === null) return
  const wrong = (field: string, expected: string, found: string) => {
    report({ record: String(document.id), field, expected, found })
  }
  const ofCurrency = kept.get(String(document.currency)) ?? []
  const values = ofCurrency.filter(({ day }) => day === taken).flatMap(each => [...each.values])
  const rate = document.rate === null ? 'none' : formatDecimal(amount(document.rate), RATE_PLACES)
  if (!values.includes(rate)) wrong('rate', `one kept of ${taken}: ${values.join(', ') || 'none was'}`, rate)
  if (on === null) return
  if (taken > on || daysBetween(taken, on) > mostDays) wrong('rate_day', `at most ${mostDays} days before ${on}`, taken)
  const later = ofCurrency.find(
    ({ day, row }) =>
      row !== null && day > taken && day <= on && instant(row.created_at) < instant(document.created_at),
  )
  if (later) wrong('rate_day', `${later.day}, the last kept by ${on}`, taken)
}

/** In milliseconds; SQLite gives text without a zone, MariaDB an instant. */
function instant(value: unknown): number {
  return value instanceof Date ? value.getTime() : Date.parse(`${String(value).replace(' ', 'T').replace(/Z$/, '')}Z`)
}
