import { converted, decimalsIn, rounded } from './oracle-money.js'
import type { Day } from './oracle-day.js'
import type { Books, Row } from './oracle-rows.js'

// Computes the stored columns that follow from others again. Sums of documents follow from lines, and amounts in base
// from rates. Base parts of allocations and refunds follow from the order in which they were typed.

/** Each column that is not what it must be, as text; empty when all are right. */
export function wrongColumns(books: Books): string[] {
  const wrong: string[] = []
  const expectColumn = (row: Row, column: string, expected: bigint | null) => {
    const found = row.wholeOrNull(column)
    if (found !== expected) wrong.push(`${row.id}.${column} is ${String(found)} and must be ${String(expected)}`)
  }
  const inBase = (row: Row, minor: bigint) => {
    const rate = row.wholeOrNull('rate')
    return rate === null ? null : converted(minor, row.text('currency'), books.baseCurrency, rate)
  }
  const { rows } = books

  for (const document of [...rows.invoices, ...rows.purchase_orders]) {
    const isInvoice = rows.invoices.includes(document)
    const lines = isInvoice
      ? rows.invoice_lines.filter(line => line.text('invoice_id') === document.id)
      : rows.purchase_order_lines.filter(line => line.text('purchase_order_id') === document.id)
    const currency = document.text('currency')
    for (const line of lines) expectColumn(line, 'net', netOf(line, currency))
    const net = lines.reduce((sum, line) => sum + netOf(line, currency), 0n)
    const tax = taxOf(lines, currency)
    if (currency === books.baseCurrency) expectColumn(document, 'rate', 10_000_000_000n)
    expectColumn(document, 'net', net)
    expectColumn(document, 'tax', tax)
    expectColumn(document, 'net_base', inBase(document, net))
    if (isInvoice) {
      const withholding = rounded(net * (document.wholeOrNull('withholding_rate') ?? 0n), 1_000_000n)
      expectColumn(document, 'withholding', withholding)
      expectColumn(document, 'payable', net + tax - withholding)
      expectColumn(document, 'payable_base', inBase(document, net + tax - withholding))
    } else {
      expectColumn(document, 'total', net + tax)
      expectColumn(document, 'total_base', inBase(document, net + tax))
    }
  }
  for (const payment of rows.payments) {
    if (payment.text('currency') === books.baseCurrency) expectColumn(payment, 'rate', 10_000_000_000n)
    expectColumn(payment, 'amount_base', inBase(payment, payment.whole('amount')))
  }
  replayTakings(books, expectColumn)
  return wrong
}

/** Quantity × 10^4, price × 10^6, discount in percent × 10^4: rounded once, to minor units. */
function netOf(line: Row, currency: string): bigint {
  const exact = line.whole('quantity') * line.whole('unit_price') * (1_000_000n - line.whole('discount'))
  return rounded(exact * 10n ** BigInt(decimalsIn(currency)), 10n ** 16n)
}

/** Once per rate over the document. */
function taxOf(lines: readonly Row[], currency: string): bigint {
  const taxed = lines.filter(line => !line.isNull('tax_rate'))
  const rates = [...new Set(taxed.map(line => line.whole('tax_rate')))]
  return rates.reduce((sum, rate) => {
    const base = taxed
      .filter(line => line.whole('tax_rate') === rate)
      .reduce((net, line) => net + netOf(line, currency), 0n)
    return sum + rounded(base * rate, 1_000_000n)
  }, 0n)
}

interface Taking {
  from: Day
  until: Day | null
  minor: bigint
  base: bigint | null
}

interface Typed {
  row: Row
  end: Row
  column: string
  wholeColumn: string
  taking: Taking
}

/**
 * Does what was typed again, in its order. A base part is computed when its taking is typed. Where its end has no rate
 * yet, all its parts are computed when it gets one, one after the other.
 */
function replayTakings(
  { baseCurrency, rows }: Books,
  expectColumn: (row: Row, column: string, expected: bigint | null) => void,
) {
  const byId = new Map(
    [...rows.allocations, ...rows.refunds, ...rows.payments, ...rows.invoices].map(row => [row.id, row]),
  )
  const rowOf = (id: string) => {
    const row = byId.get(id)
    if (!row) throw new Error(`There is no row ${id}.`)
    return row
  }
  const lateRates = new Map(
    rows.activity_events
      .filter(event => event.text('kind').endsWith('_RATE_SET'))
      .map(event => [event.text('subject_id'), event.id]),
  )
  const all: Typed[] = []

  for (const event of rows.activity_events) {
    const [id, kind] = [event.text('subject_id'), event.text('kind')]
    if (lateRates.get(id) === event.id) {
      lateRates.delete(id)
      const taken = all.filter(({ end }) => end.id === id)
      taken.forEach(({ end, wholeColumn, taking }, at) => {
        taking.base = partOf(
          end,
          wholeColumn,
          taken.slice(0, at).map(typed => typed.taking),
          taking,
          baseCurrency,
        )
      })
    }
    if (kind === 'ALLOCATION_ENDED' || kind === 'REFUND_REVERSED') {
      const until = rowOf(id).day(kind === 'REFUND_REVERSED' ? 'reversed_on' : 'deallocated_on')
      for (const { taking } of all.filter(({ row }) => row.id === id)) taking.until = until
    }
    if (kind !== 'ALLOCATION_CREATED' && kind !== 'REFUND_RECORDED') continue
    const row = rowOf(id)
    for (const { end, column, wholeColumn } of endsOf(row, rowOf)) {
      const before = all.filter(typed => typed.end.id === end.id).map(typed => typed.taking)
      const taking: Taking = {
        from: row.day(kind === 'REFUND_RECORDED' ? 'refunded_on' : 'allocated_on') ?? '',
        until: null,
        minor: row.whole('amount'),
        base: null,
      }
      if (!lateRates.has(end.id)) taking.base = partOf(end, wholeColumn, before, taking, baseCurrency)
      all.push({ row, end, column, wholeColumn, taking })
    }
  }
  if (all.length !== 2 * rows.allocations.length + rows.refunds.length)
    throw new Error('History does not tell of every allocation and refund.')
  for (const { row, column, taking } of all) expectColumn(row, column, taking.base)
}

/** The ends from which an allocation or refund takes, with the column of its part in base and that of the whole. */
function endsOf(row: Row, rowOf: (id: string) => Row): { end: Row; column: string; wholeColumn: string }[] {
  const isPayment = !row.isNull('payment_id')
  const credit = {
    end: rowOf(row.text(isPayment ? 'payment_id' : 'credit_note_id')),
    column: 'credit_base',
    wholeColumn: isPayment ? 'amount' : 'payable',
  }
  if (row.id.startsWith('rfd')) return [credit]
  return [credit, { end: rowOf(row.text('invoice_id')), column: 'invoice_base', wholeColumn: 'payable' }]
}

/**
 * At the rate of the end; the one that leaves nothing takes the rest, and none takes more than the rest of any later
 * day.
 */
function partOf(
  end: Row,
  wholeColumn: string,
  before: readonly Taking[],
  taking: Taking,
  baseCurrency: string,
): bigint | null {
  const wholeBase = end.wholeOrNull(`${wholeColumn}_base`)
  const rate = end.wholeOrNull('rate')
  if (wholeBase === null || rate === null) return null
  const on = (day: Day) => before.filter(({ from, until }) => from <= day && (until === null || day < until))
  const settles = (day: Day) =>
    on(day).reduce((rest, { minor }) => rest - minor, end.whole(wholeColumn)) === taking.minor
  const days = [taking.from, ...before.map(({ from }) => from).filter(day => day > taking.from)].sort()
  const settled = days.filter(settles).at(-1)
  const rests = days
    .filter(day => settled === undefined || day >= settled)
    .map(day => on(day).reduce((rest, { base }) => rest - (base ?? 0n), wholeBase))
  const rest = rests.reduce((least, each) => (each < least ? each : least))
  if (settled !== undefined) return rest
  const part = converted(taking.minor, end.text('currency'), baseCurrency, rate)
  return part < rest ? part : rest > 0n ? rest : 0n
}
