import { dayInZone, plus, zones, type Day } from './oracle-day.js'
import type { Books, Row } from './oracle-rows.js'

// Computes the rate of each document in a foreign currency again from the entries. A given rate stays. Otherwise it is
// the last kept rate up to the document's day, at most seven days old, when it was first found. It is looked for again
// in another currency, and when the document gets its day; the one that it has is in the running then.

const longest = 7

interface Taken {
  rate: bigint
  day: Day
}

/**
 * Each rate that is not what it must be, as text. `given` has the rate that was typed for each document, null where
 * none was; it knows every document in a foreign currency.
 */
export function wrongRates(
  { baseCurrency, timeZone, rows }: Books,
  given: ReadonlyMap<string, string | null>,
): string[] {
  const zone = zones.find(each => each === timeZone)
  if (!zone) throw new Error(`The oracle does not know the zone ${timeZone}.`)
  const documents = new Map([...rows.invoices, ...rows.purchase_orders, ...rows.payments].map(row => [row.id, row]))
  const kept = new Map<string, bigint>()
  const taken = new Map<string, Taken | null>()
  const dated = new Set<string>()

  for (const event of rows.activity_events) {
    const [id, kind] = [event.text('subject_id'), event.text('kind')]
    if (kind.startsWith('EXCHANGE_RATE_'))
      keep(
        kept,
        rows.exchange_rates.find(row => row.id === id),
        event,
      )
    const document = documents.get(id)
    if (!document) continue
    const dates = dating(document)
    if (kind === dates.by) dated.add(id)
    if (kind !== dates.by && !/^(INVOICE|PURCHASE_ORDER)_(CREATED|CHANGED|RATE_SET)$|^PAYMENT_RATE_SET$/.test(kind))
      continue
    const on = (dated.has(id) || dates.before ? dates.on : null) ?? dayInZone(zone, event.instant('at'))
    const had = isOtherCurrency(event) ? null : (taken.get(id) ?? null)
    if (had !== null && (kind !== dates.by || dates.before)) continue
    const found = lastKept(kept, document.text('currency'), on)
    const serves = had !== null && had.day <= on && plus(had.day, longest) >= on
    taken.set(id, serves && (found === null || found.day <= had.day) ? had : found)
  }

  return [...documents.values()]
    .filter(row => row.text('currency') !== baseCurrency)
    .flatMap(row => {
      const typed = given.get(row.id)
      if (typed === undefined) return [`${row.id}: nothing is known of what was typed`]
      const expected = typed === null ? (taken.get(row.id) ?? null) : { rate: scaled(typed), day: null }
      const [rate, day] = [
        row.wholeOrNull('rate'),
        rows.payments.includes(row) ? (expected?.day ?? null) : row.day('rate_day'),
      ]
      const isRight = rate === (expected?.rate ?? null) && day === (expected?.day ?? null)
      const inWords = (of: { rate: bigint | null; day: Day | null } | null) =>
        `${String(of?.rate ?? null)} of ${String(of?.day ?? null)}`
      return isRight ? [] : [`${row.id} has the rate ${inWords({ rate, day })} and must have ${inWords(expected)}`]
    })
}

/** Which event gives a document its day, the day, and whether it has it before. */
function dating(document: Row): { by: string; on: Day | null; before: boolean } {
  if (document.id.startsWith('inv'))
    return { by: 'INVOICE_AUTHORISED', on: document.day('issued_on'), before: document.text('kind') === 'PURCHASE' }
  if (document.id.startsWith('pay')) return { by: 'PAYMENT_RECORDED', on: document.day('paid_on'), before: true }
  return { by: 'PURCHASE_ORDER_OPENED', on: document.day('ordered_on'), before: false }
}

/** A change tells the currency with every amount. */
function isOtherCurrency(event: Row): boolean {
  if (!event.text('kind').endsWith('_CHANGED')) return false
  const [before, after] = ['before', 'after'].map(name => event.json(name) as { currency?: string }) // as history tells them
  return before?.currency !== after?.currency
}

/** A rate is made with its value, and changed to another. */
function keep(kept: Map<string, bigint>, row: Row | undefined, event: Row) {
  if (!row) throw new Error(`${event.text('subject_id')} is no rate that is kept.`)
  const { rate } = event.json('after') as { rate?: string } // as history tells it
  if (rate !== undefined) kept.set(`${row.text('currency')} ${String(row.day('day'))}`, scaled(rate))
}

function lastKept(kept: ReadonlyMap<string, bigint>, currency: string, on: Day): Taken | null {
  for (let age = 0; age <= longest; age++) {
    const day = plus(on, -age)
    const rate = kept.get(`${currency} ${day}`)
    if (rate !== undefined) return { rate, day }
  }
  return null
}

/** "0.91" is 9100000000. */
function scaled(rate: string): bigint {
  const [whole = '', decimals = ''] = rate.split('.')
  return BigInt(whole + decimals.padEnd(10, '0'))
}
