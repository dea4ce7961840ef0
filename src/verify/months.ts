import { groupBy } from '../lib/group.js'
import { inForce, inHours, itemOf, negative, sum, type Figures, type Item, type Setting } from './figures.js'
import { text, type ClientRows, type RawRow } from './rows.js'

/**
 * The figures of each of so many calendar months, the day's own the last, from raw rows. Months are numbered from the
 * year 0.
 */
export function monthsOf(rows: ClientRows, setting: Setting, count: number): Figures[] {
  const { asOf } = setting
  const last = monthOf(asOf)
  const byMonth = (list: RawRow[], from: string, until = '') =>
    groupBy(
      list.filter(row => inForce(row[from], row[until] ?? null, asOf)),
      row => monthOf(text(row[from]) ?? ''),
    )
  const invoices = byMonth(rows.invoices, 'authorised_on', 'voided_on')
  const payments = byMonth(rows.payments, 'paid_on', 'reversed_on')
  const refunds = byMonth(rows.refunds, 'refunded_on', 'reversed_on')
  const entries = byMonth(rows.time_entries, 'date')
  return Array.from({ length: count }, (_, at) => {
    const month = last - count + 1 + at
    const total = (list: Map<number, RawRow[]>, kind: string, itemIn: (row: RawRow) => Item) =>
      sum((list.get(month) ?? []).filter(row => row.kind === kind).map(itemIn), setting)
    const money = (kind: string) => ({
      invoiced: total(invoices, kind, row =>
        row.type === 'INVOICE'
          ? itemOf(row, 'payable', 'payable_base')
          : negative(itemOf(row, 'payable', 'payable_base')),
      ),
      paid: total(payments, kind, row => itemOf(row, 'amount', 'amount_base')),
      refunded: total(refunds, kind, row => itemOf(row, 'amount', 'credit_base')),
    })
    const worked = entries.get(month) ?? []
    const minutes = worked.reduce((all, row) => all + Number(row.minutes), 0)
    const [sales, purchases] = [money('SALE'), money('PURCHASE')]
    return {
      month: `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}-01`,
      ...sales,
      purchasesInvoiced: purchases.invoiced,
      purchasesPaid: purchases.paid,
      purchasesRefunded: purchases.refunded,
      totalMinutes: minutes,
      totalHours: inHours(minutes),
      billableMinutes: worked.filter(row => Boolean(row.billable)).reduce((all, row) => all + Number(row.minutes), 0),
    }
  })
}

const monthOf = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1
