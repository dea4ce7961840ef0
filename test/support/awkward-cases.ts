import { plus } from './oracle-day.js'
import { converted } from './oracle-money.js'
import type { Books, Row } from './oracle-rows.js'

/**
 * How often an organisation has what makes figures go wrong, so that a test can tell that none of it has gone missing.
 */
export function awkwardCases(
  { rows, baseCurrency }: Books,
  refused: ReadonlyMap<string, number>,
): Record<string, number> {
  const many = (of: readonly Row[], fits: (row: Row) => boolean) => of.filter(fits).length
  const has = (column: string) => (row: Row) => !row.isNull(column)
  const is = (column: string, value: string) => (row: Row) => !row.isNull(column) && row.text(column) === value
  const typedAt = new Map(rows.activity_events.map(event => [event.text('subject_id'), event.day('at')]))
  const authorised = rows.invoices.filter(has('authorised_on'))
  const voided = new Set(rows.invoices.filter(has('voided_on')).map(({ id }) => id))
  const billedOn = (entry: Row) => rows.billed_time.filter(is('time_entry_id', entry.id))
  const money = [...authorised, ...rows.payments, ...rows.purchase_orders]
  return {
    'archived clients': many(rows.clients, has('archived_at')),
    'credit notes': many(authorised, is('type', 'CREDIT_NOTE')),
    'authorised purchases': many(authorised, is('kind', 'PURCHASE')),
    'zero totals': many(authorised, row => row.whole('payable') === 0n),
    'authorised without due date': many(authorised, row => is('type', 'INVOICE')(row) && row.isNull('due_on')),
    'due on the day of issue': many(
      authorised,
      row => row.day('due_on') !== null && row.day('due_on') === row.day('issued_on'),
    ),
    withholding: many(authorised, row => row.whole('withholding') > 0n),
    'without rate': many(money, row => row.isNull('rate')),
    yen: many(money, is('currency', 'JPY')),
    dinars: many(money, is('currency', 'KWD')),
    'another base currency than the euro': baseCurrency === 'EUR' ? 0 : 1,
    'external numbers': many(authorised, row => row.isTrue('external')),
    'allocations of credit notes': many(rows.allocations, has('credit_note_id')),
    'deallocations and reversals': many(rows.allocations, has('deallocated_on')),
    'ended on the day of allocation': many(
      rows.allocations,
      row => row.day('deallocated_on') === row.day('allocated_on'),
    ),
    'allocations typed in another order than dated': outOfOrder(rows.allocations).length,
    'reversed payments': many(rows.payments, has('reversed_on')),
    refunds: rows.refunds.length,
    'refunds of credit notes': many(rows.refunds, has('credit_note_id')),
    'reversed refunds': many(rows.refunds, has('reversed_on')),
    'voided invoices': voided.size,
    'time on a voided invoice': many(rows.time_entries, entry =>
      billedOn(entry).some(billed => voided.has(billed.text('invoice_id'))),
    ),
    'time billed again': many(rows.time_entries, entry => billedOn(entry).length > 1),
    'completed tasks': many(rows.tasks, has('completed_on')),
    'reopened tasks': many(rows.activity_events, is('kind', 'TASK_REOPENED')),
    'closed orders': many(rows.purchase_orders, has('closed_on')),
    'cancelled orders that were open': many(
      rows.purchase_orders,
      row => has('ordered_on')(row) && has('cancelled_on')(row),
    ),
    'invoices typed after their date': many(
      authorised,
      row => (typedAt.get(row.id) ?? '') > (row.day('authorised_on') ?? ''),
    ),
    ...refusals(refused),
  }
}

const outOfOrder = (allocations: readonly Row[]) =>
  allocations.filter((row, at) =>
    allocations
      .slice(0, at)
      .some(
        earlier =>
          earlier.text('invoice_id') === row.text('invoice_id') &&
          (earlier.day('allocated_on') ?? '') > (row.day('allocated_on') ?? ''),
      ),
  )

const refusals = (refused: ReadonlyMap<string, number>) => ({
  'over-allocation refused':
    (refused.get('allocate ALLOCATION_EXCEEDS_DUE') ?? 0) + (refused.get('allocate ALLOCATION_EXCEEDS_CREDIT') ?? 0),
  'refund of more than there is refused': refused.get('recordRefund REFUND_EXCEEDS_CREDIT') ?? 0,
  'voiding what is settled refused': refused.get('voidInvoice ALLOCATIONS_STAND') ?? 0,
  'reversing a payment with a refund refused': refused.get('reversePayment REFUNDS_STAND') ?? 0,
  'future dates refused': [...refused]
    .filter(([what]) => what.endsWith(' DATE_FUTURE'))
    .reduce((sum, [, times]) => sum + times, 0),
})

/** The same of rates that are kept or come late. */
export function awkwardRates(
  { rows, baseCurrency }: Books,
  refused: ReadonlyMap<string, number>,
): Record<string, number> {
  const lateRates = new Map(
    rows.activity_events
      .filter(event => event.text('kind').endsWith('_RATE_SET'))
      .map(event => [event.text('subject_id'), event.id]),
  )
  const madeBy = new Map([...rows.activity_events].reverse().map(event => [event.text('subject_id'), event.id]))
  const isConverted = (row: Row, by: string) =>
    !row.isNull(by) && (lateRates.get(row.text(by)) ?? '') > (madeBy.get(row.id) ?? '')
  const convertedBy = (of: readonly Row[], by: string) => of.filter(row => isConverted(row, by))
  const isRest = (row: Row, invoice?: Row) =>
    row.wholeOrNull('invoice_base') !==
    (invoice ? converted(row.whole('amount'), row.text('currency'), baseCurrency, invoice.whole('rate')) : null)
  const authorised = rows.invoices.filter(row => !row.isNull('authorised_on'))
  const isKept = (row: Row, daysBefore: number) =>
    rows.exchange_rates.some(
      kept =>
        kept.text('currency') === row.text('currency') &&
        kept.day('day') === plus(row.day('issued_on') ?? '', -daysBefore),
    )
  return {
    'kept rates taken by invoices': rows.invoices.filter(row => !row.isNull('rate_day')).length,
    'kept rates taken by orders': rows.purchase_orders.filter(row => !row.isNull('rate_day')).length,
    'kept rates taken on the last day they serve': authorised.filter(
      row => !row.isNull('rate_day') && row.day('rate_day') === plus(row.day('issued_on') ?? '', -7),
    ).length,
    'no rate where one is kept a day too old': authorised.filter(row => row.isNull('rate') && isKept(row, 8)).length,
    'changed kept rates': rows.exchange_rates.filter(row => row.whole('version') > 1n).length,
    'still without rate': [...authorised, ...rows.payments].filter(row => row.isNull('rate')).length,
    'late rates of what was authorised or paid': [...authorised, ...rows.payments].filter(row => lateRates.has(row.id))
      .length,
    'late rates from those kept': rows.invoices.filter(row => lateRates.has(row.id) && !row.isNull('rate_day')).length,
    'allocations converted with their invoice': convertedBy(rows.allocations, 'invoice_id').length,
    'allocations converted with their payment': convertedBy(rows.allocations, 'payment_id').length,
    'allocations converted with their credit note': convertedBy(rows.allocations, 'credit_note_id').length,
    'converted to the rest, not at the rate': convertedBy(rows.allocations, 'invoice_id').filter(row =>
      isRest(
        row,
        rows.invoices.find(({ id }) => id === row.text('invoice_id')),
      ),
    ).length,
    'converted after they ended': convertedBy(rows.allocations, 'invoice_id').filter(
      row => !row.isNull('deallocated_on'),
    ).length,
    'refunds converted':
      convertedBy(rows.refunds, 'payment_id').length + convertedBy(rows.refunds, 'credit_note_id').length,
    'a second rate refused': refused.get('setRate RATE_PRESENT') ?? 0,
  }
}
