import type { Day } from '../lib/calendar.js'
import { groupBy } from '../lib/group.js'
import { inBatches, amount, text, type ClientRows, type RawRow } from './rows.js'
import { expect, inBase, type Report } from './rules.js'
import type { Session } from '../database/session.js'

const kinds = [
  'ALLOCATION_CREATED',
  'ALLOCATION_ENDED',
  'REFUND_RECORDED',
  'REFUND_REVERSED',
  'INVOICE_RATE_SET',
  'PAYMENT_RATE_SET',
]

/** An invoice, payment or credit note, with the allocations and refunds that took from it. */
interface End {
  row: RawRow
  whole: 'payable' | 'amount'
  /** The column of an allocation or refund that holds its part. */
  column: 'invoice_base' | 'credit_base'
  takings: RawRow[]
}

interface Part {
  row: RawRow
  from: Day
  /** Null as long as it was not undone. */
  until: Day | null
  base: bigint | null
}

/** The events that show in which order allocations, refunds and late rates of these clients came, by their record. */
export async function eventsOf(
  read: Session,
  organization: string,
  clients: readonly ClientRows[],
  baseCurrency: string,
): Promise<Map<string, RawRow[]>> {
  const foreign = clients.flatMap(endsOf).filter(({ row }) => row.currency !== baseCurrency)
  const ids = new Set(foreign.flatMap(({ row, takings }) => [row, ...takings].map(({ id }) => String(id))))
  const marks = (values: readonly unknown[]) => values.map(() => '?').join(', ')
  const events = await inBatches([...ids], some =>
    read.query<RawRow[]>(
      `SELECT id, kind, subject_id FROM activity_events WHERE organization_id = ? AND subject_id IN (${marks(some)}) AND kind IN (${marks(kinds)})`,
      [organization, ...some, ...kinds],
    ),
  )
  return groupBy(events, event => String(event.subject_id))
}

/**
 * The parts in base of allocations and refunds. In the base currency each is its amount. At another rate a part depends
 * on the parts taken before it, so all are computed again in order. Where the payment or document got its rate late,
 * all parts are computed then.
 */
export function checkBaseParts(
  rows: ClientRows,
  events: ReadonlyMap<string, RawRow[]>,
  baseCurrency: string,
  report: Report,
) {
  for (const end of endsOf(rows)) {
    if (end.row.currency === baseCurrency)
      for (const taking of end.takings) expect(report, taking, end.column, amount(taking.amount))
    else for (const { row, base } of partsOf(end, events, baseCurrency)) expect(report, row, end.column, base)
  }
}

function endsOf({ invoices, payments, allocations, refunds }: ClientRows): End[] {
  const paid = groupBy(allocations, row => String(row.invoice_id))
  const spent = groupBy([...allocations, ...refunds], row => String(row.payment_id ?? row.credit_note_id))
  const takenOf = (taken: Map<string, RawRow[]>, row: RawRow) => taken.get(String(row.id)) ?? []
  const ends: End[] = [
    ...invoices.map((row): End =>
      row.type === 'INVOICE'
        ? { row, whole: 'payable', column: 'invoice_base', takings: takenOf(paid, row) }
        : { row, whole: 'payable', column: 'credit_base', takings: takenOf(spent, row) },
    ),
    ...payments.map((row): End => ({ row, whole: 'amount', column: 'credit_base', takings: takenOf(spent, row) })),
  ]
  return ends.filter(({ takings }) => takings.length > 0)
}

/** The parts of an end; none where history lacks an event of it. */
function partsOf(end: End, events: ReadonlyMap<string, RawRow[]>, baseCurrency: string): Part[] {
  const eventsOf = (row: RawRow) => events.get(String(row.id)) ?? []
  const rateSet = eventsOf(end.row)
    .map(({ id }) => String(id))
    .sort()
    .at(-1)
  const steps = [
    ...end.takings.flatMap(row =>
      eventsOf(row).map(event => ({ at: String(event.id), kind: String(event.kind), row })),
    ),
    ...(rateSet === undefined ? [] : [{ at: rateSet, kind: 'RATE_SET', row: end.row }]),
  ].sort((a, b) => (a.at < b.at ? -1 : 1))
  let hasRate = rateSet === undefined
  const parts: Part[] = []
  for (const { kind, row } of steps) {
    if (kind === 'RATE_SET') {
      hasRate = true
      parts.forEach((part, at) => {
        part.base = baseOf(part, parts.slice(0, at), end, baseCurrency)
      })
    } else if (kind === 'ALLOCATION_CREATED' || kind === 'REFUND_RECORDED') {
      const part: Part = { row, from: text(row.allocated_on ?? row.refunded_on) ?? '', until: null, base: null }
      if (hasRate) part.base = baseOf(part, parts, end, baseCurrency)
      parts.push(part)
    } else {
      for (const part of parts)
        if (part.row === row) part.until = text('allocated_on' in row ? row.deallocated_on : row.reversed_on)
    }
  }
  return parts.length === end.takings.length ? parts : []
}

/**
 * Returns the amount at the rate of the end. The part that leaves nothing of the end takes the rest, and no part takes
 * more than a later day has left.
 */
function baseOf({ row, from }: Part, before: readonly Part[], end: End, baseCurrency: string): bigint | null {
  const whole = amount(end.row[end.whole])
  const wholeBase = inBase(end.row, whole, baseCurrency)
  const converted = inBase(end.row, amount(row.amount), baseCurrency)
  if (wholeBase === null || converted === null) return null
  let [settles, rest, least]: [boolean, bigint, bigint | null] = [false, 0n, null]
  for (const day of [from, ...before.map(part => part.from).filter(later => later > from)].sort()) {
    const standing = before.filter(part => part.from <= day && (part.until === null || day < part.until))
    const restOfDay = standing.reduce((left, { base }) => left - (base ?? 0n), wholeBase)
    const isSettled = standing.reduce((left, part) => left - amount(part.row.amount), whole) === amount(row.amount)
    settles ||= isSettled
    // From the last day on which it leaves nothing.
    rest = isSettled || restOfDay < rest ? restOfDay : rest
    least = least === null || restOfDay < least ? restOfDay : least
  }
  if (settles) return rest
  const most = least === null || least < 0n ? 0n : least
  return converted < most ? converted : most
}
