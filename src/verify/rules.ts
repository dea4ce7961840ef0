import { yearOf, type Day } from '../lib/calendar.js'
import { divideHalfUp } from '../lib/decimal.js'
import { decimalsOf, RATE_PLACES } from '../lib/money.js'
import { groupBy } from '../lib/group.js'
import { amount, text, type ClientRows, type RawRow } from './rows.js'

/** Something in the database that contradicts the rules. */
export interface Finding {
  record: string
  field: string
  expected: string
  found: string
}

export type Report = (finding: Finding) => void

/** Sums of documents, from their lines. */
export function checkDocument(row: RawRow, lines: RawRow[], baseCurrency: string, report: Report) {
  const currency = String(row.currency)
  const minor = 10n ** BigInt(decimalsOf(currency))
  const hundred = 1_000_000n
  const byRate = new Map<string, bigint>()
  let net = 0n
  for (const line of lines) {
    const lineNet = divideHalfUp(
      amount(line.quantity) * amount(line.unit_price) * (hundred - amount(line.discount)) * minor,
      10n ** 10n * hundred,
    )
    expect(report, line, 'net', lineNet)
    net += lineNet
    if (line.tax_rate !== null) byRate.set(String(line.tax_rate), (byRate.get(String(line.tax_rate)) ?? 0n) + lineNet)
  }
  const tax = [...byRate].reduce((total, [rate, taxed]) => total + divideHalfUp(taxed * BigInt(rate), hundred), 0n)
  expect(report, row, 'net', net)
  expect(report, row, 'tax', tax)
  expectBase(report, row, 'net_base', net, baseCurrency)
  if ('payable' in row) {
    const withholding = divideHalfUp(net * amount(row.withholding_rate), hundred)
    expect(report, row, 'withholding', withholding)
    expect(report, row, 'payable', net + tax - withholding)
    expectBase(report, row, 'payable_base', net + tax - withholding, baseCurrency)
  } else {
    expect(report, row, 'total', net + tax)
    expectBase(report, row, 'total_base', net + tax, baseCurrency)
  }
}

/** A deal says of itself what its stage is, and when it came to be so. */
export function checkDeal(deal: RawRow, stages: ReadonlyMap<string, RawRow>, baseCurrency: string, report: Report) {
  expectBase(report, deal, 'value_base', amount(deal.value), baseCurrency)
  const category = stages.get(String(deal.stage_id))?.category ?? 'none'
  if (deal.category !== category)
    report({ record: String(deal.id), field: 'category', expected: String(category), found: String(deal.category) })
  if ((deal.closed_on === null) !== (category === 'OPEN'))
    report({
      record: String(deal.id),
      field: 'closed_on',
      expected: category === 'OPEN' ? 'none' : 'a day',
      found: String(deal.closed_on),
    })
}

/** Allocations and refunds of one client: both ends match, and no side is exceeded on any day. */
export function checkSettlement(rows: ClientRows, baseCurrency: string, report: Report) {
  const invoices = new Map(rows.invoices.map(row => [row.id, row]))
  const payments = new Map(rows.payments.map(row => [row.id, row]))
  for (const payment of rows.payments) expectBase(report, payment, 'amount_base', amount(payment.amount), baseCurrency)

  for (const taking of [...rows.allocations, ...rows.refunds]) {
    const credit = taking.payment_id ? payments.get(taking.payment_id) : invoices.get(taking.credit_note_id ?? '')
    const ends = 'invoice_id' in taking ? [credit, invoices.get(taking.invoice_id ?? '')] : [credit]
    for (const end of ends) {
      if (!end)
        report({
          record: String(taking.id),
          field: 'link',
          expected: 'a payment, credit note or invoice of the same client',
          found: 'none',
        })
      else
        for (const field of ['kind', 'currency'])
          if (end[field] !== taking[field])
            report({ record: String(taking.id), field, expected: String(end[field]), found: String(taking[field]) })
    }
  }
  for (const invoice of rows.invoices.filter(row => row.type === 'INVOICE')) {
    checkNeverExceeded(
      invoice,
      'payable',
      invoice.authorised_on,
      invoice.voided_on,
      rows.allocations.filter(row => row.invoice_id === invoice.id),
      report,
    )
  }
  for (const note of rows.invoices.filter(row => row.type === 'CREDIT_NOTE')) {
    checkNeverExceeded(
      note,
      'payable',
      note.authorised_on,
      note.voided_on,
      [...rows.allocations, ...rows.refunds].filter(row => row.credit_note_id === note.id),
      report,
    )
  }
  for (const payment of rows.payments) {
    checkNeverExceeded(
      payment,
      'amount',
      payment.paid_on,
      payment.reversed_on,
      [...rows.allocations, ...rows.refunds].filter(row => row.payment_id === payment.id),
      report,
    )
  }
}

const from = (row: RawRow) => text(row.allocated_on ?? row.refunded_on) ?? ''
const until = (row: RawRow) => text('allocated_on' in row ? row.deallocated_on : row.reversed_on)

function checkNeverExceeded(
  end: RawRow,
  whole: string,
  begins: RawRow[string] | undefined,
  ends: RawRow[string] | undefined,
  takings: RawRow[],
  report: Report,
) {
  const [first, last] = [text(begins), text(ends)]
  for (const taking of takings) {
    if (first === null || from(taking) < first)
      report({
        record: String(taking.id),
        field: 'date',
        expected: `not before ${String(end.id)} on ${String(first)}`,
        found: from(taking),
      })
    const stop = until(taking)
    if (last !== null && (stop === null || stop > last))
      report({
        record: String(taking.id),
        field: 'end',
        expected: `by ${last}, when ${String(end.id)} ended`,
        found: String(stop),
      })
  }
  for (const day of new Set(takings.map(from))) {
    const taken = takings.filter(row => isInForce(row, day)).reduce((sum, row) => sum + amount(row.amount), 0n)
    if (taken > amount(end[whole]))
      report({
        record: String(end.id),
        field: `taken on ${day}`,
        expected: `at most ${String(end[whole])}`,
        found: String(taken),
      })
  }
}

const isInForce = (row: RawRow, day: Day) => {
  const stop = until(row)
  return from(row) <= day && (stop === null || stop > day)
}

/** The numbers of our own series: every one once, without gaps, their dates in order. */
export function checkNumbers(invoices: RawRow[], report: Report) {
  const own = invoices.filter(row => row.kind === 'SALE' && !row.external && row.authorised_on !== null)
  for (const [series, rows] of groupBy(
    own,
    row => `${String(row.series)}${yearOf(text(row.issued_on) ?? '0001-01-01')}/`,
  )) {
    const sorted = rows
      .map(row => ({ row, last: Number(String(row.number).replace(series, '')) }))
      .sort((a, b) => a.last - b.last)
    sorted.forEach(({ row, last }, at) => {
      if (last !== at + 1)
        report({
          record: String(row.id),
          field: 'number',
          expected: `${series}${String(at + 1).padStart(4, '0')}`,
          found: String(row.number),
        })
      const before = sorted[at - 1]
      if (before && (text(before.row.issued_on) ?? '') > (text(row.issued_on) ?? ''))
        report({
          record: String(row.id),
          field: 'issued_on',
          expected: `not before ${text(before.row.issued_on)}`,
          found: String(text(row.issued_on)),
        })
    })
  }
}

export function expect(report: Report, row: RawRow, field: string, expected: bigint | null) {
  const found = row[field] === null ? null : amount(row[field])
  if (found !== expected) report({ record: String(row.id), field, expected: String(expected), found: String(found) })
}

function expectBase(report: Report, row: RawRow, field: string, minor: bigint, base: string) {
  expect(report, row, field, inBase(row, minor, base))
}

/** An amount of a document at its rate; null without one. */
export function inBase(row: RawRow, minor: bigint, base: string): bigint | null {
  const shift = (currency: string) => 10n ** BigInt(decimalsOf(currency))
  return row.rate === null
    ? null
    : divideHalfUp(minor * amount(row.rate) * shift(base), 10n ** BigInt(RATE_PLACES) * shift(String(row.currency)))
}
