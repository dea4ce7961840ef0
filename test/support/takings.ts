import type { Json } from './world.js'

interface Part {
  from: string
  until: string | null
  amount: bigint
  base: bigint | null
}

type Rows = (table: string) => Json[]

const big = (value: Json) => (value === null ? null : BigInt(value))

/** A DATE is text on both databases. */
const textOf = (value: Json): string | null => value

/** Returns the parts that were taken of each invoice, payment and credit note, with their first day and their end. */
export function takingsOf(rows: Rows): Map<string, Part[]> {
  const takings = new Map<string, Part[]>()
  const note = (end: string | null, part: Part) => end && takings.set(end, [...(takings.get(end) ?? []), part])
  for (const a of rows('allocations')) {
    note(a.invoice_id, {
      from: a.allocated_on,
      until: a.deallocated_on,
      amount: BigInt(a.amount),
      base: big(a.invoice_base),
    })
    note(a.payment_id ?? a.credit_note_id, {
      from: a.allocated_on,
      until: a.deallocated_on,
      amount: BigInt(a.amount),
      base: big(a.credit_base),
    })
  }
  for (const r of rows('refunds'))
    note(r.payment_id ?? r.credit_note_id, {
      from: r.refunded_on,
      until: r.reversed_on,
      amount: BigInt(r.amount),
      base: big(r.credit_base),
    })
  return takings
}

/** Everything that something can be taken of. */
export function sourcesOf(rows: Rows) {
  return [
    ...rows('invoices').map(invoice => ({
      id: invoice.id,
      amount: BigInt(invoice.payable),
      base: big(invoice.payable_base),
      from: invoice.authorised_on,
      until: textOf(invoice.voided_on),
    })),
    ...rows('payments').map(payment => ({
      id: payment.id,
      amount: BigInt(payment.amount),
      base: big(payment.amount_base),
      from: payment.paid_on,
      until: textOf(payment.reversed_on),
    })),
  ]
}
