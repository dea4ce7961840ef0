import type { Day } from './oracle-day.js'
import { minorOf, type Amounts } from './oracle-money.js'
import type { Figures, InvoiceFigures, MonthFigures } from './oracle.js'
import type { Books, Row } from './oracle-rows.js'

// Rules that always hold, whatever the figures: of one overview, and of the raw rows on every day of their past.

/** The rules that an overview breaks. */
export function brokenRules(figures: Figures, isToday: boolean): string[] {
  const { tasks, ordersFrom, ordersTo, sales, purchases } = figures
  const rules: Record<string, boolean> = {
    'open tasks = overdue + due + upcoming + unscheduled':
      tasks.open.count === tasks.overdue.count + tasks.due.count + tasks.upcoming.count + tasks.unscheduled.count,
    'upcomingWithin is part of upcoming': tasks.within.count <= tasks.upcoming.count,
    'billable minutes are part of the total': figures.projects.billableMinutes <= figures.projects.totalMinutes,
    'invoiced minutes are part of the billable ones':
      figures.projects.invoicedMinutes <= figures.projects.billableMinutes,
  }
  for (const [way, orders] of Object.entries({ ordersFrom, ordersTo })) {
    rules[`${way}: total = closed + open`] = orders.total.count === orders.closed.count + orders.open.count
    rules[`${way}: total amount = closed + open`] = same(
      orders.total.amount,
      plus(orders.closed.amount, orders.open.amount),
    )
  }
  for (const [kind, invoices] of Object.entries({ sales, purchases })) {
    for (const [rule, holds] of Object.entries(invoiceRules(invoices, isToday))) rules[`${kind}: ${rule}`] = holds
  }
  return Object.keys(rules).filter(rule => !rules[rule])
}

function invoiceRules(of: InvoiceFigures, isToday: boolean): Record<string, boolean> {
  const ages = Object.values(of.overdueByAge)
  return {
    'authorised = pending + overdue + paid':
      of.authorised.count === of.pending.count + of.overdue.count + of.paid.count,
    'outstanding = pending + overdue': of.outstanding.count === of.pending.count + of.overdue.count,
    'outstanding amount = pending + overdue': same(of.outstanding.amount, plus(of.pending.amount, of.overdue.amount)),
    'ages sum to overdue': of.overdue.count === ages.reduce((sum, { count }) => sum + count, 0),
    'ages sum to the overdue amount': same(of.overdue.amount, ages.map(({ amount }) => amount).reduce(plus)),
    'authorised amount due = outstanding': sameWhereNotZero(of.authorised.amountDue, of.outstanding.amount),
    'net balance = outstanding − unapplied credit': same(
      of.netBalance,
      plus(of.outstanding.amount, minus(of.unappliedCredit)),
    ),
    'partially paid ones are outstanding': of.partiallyPaid.count <= of.outstanding.count,
    'nothing due is negative': [of.pending, of.overdue, of.outstanding].every(({ amount }) =>
      amount.amounts.every(money => minorOf(money.amount) > 0n),
    ),
    'unapplied credit is never negative': of.unappliedCredit.amounts.every(money => minorOf(money.amount) > 0n),
    'nothing due is nothing due in base':
      of.outstanding.count > 0 || minorOf(of.authorised.amountDue.base?.amount ?? '1') === 0n,
    'drafts are told for today only': (of.draft !== null && of.awaitingApproval !== null) === isToday,
  }
}

/**
 * Returns sums that do not add up: the months since the first event to the totals of the day, and the clients to the
 * organisation.
 */
export function brokenSums(months: readonly MonthFigures[], overview: Figures, clients: readonly Figures[]): string[] {
  const sumOf = (amounts: readonly Amounts[]) => amounts.reduce(plus, nothing)
  const all = (of: (figures: Figures) => Amounts) => sumOf(clients.map(of))
  const counts = (of: (figures: Figures) => number) =>
    clients.reduce((sum, client) => sum + of(client), 0) === of(overview)
  const rules: Record<string, boolean> = {
    'months of sales = net invoiced': same(
      sumOf(months.map(({ sales }) => sales.invoiced)),
      overview.sales.netInvoiced,
    ),
    'months of purchases = net invoiced': same(
      sumOf(months.map(({ purchases }) => purchases.invoiced)),
      overview.purchases.netInvoiced,
    ),
    'months of minutes = total minutes':
      months.reduce((sum, { minutes }) => sum + minutes, 0) === overview.projects.totalMinutes,
    'months of billable minutes = billable minutes':
      months.reduce((sum, { billableMinutes }) => sum + billableMinutes, 0) === overview.projects.billableMinutes,
    'clients sum to the organisation: projects':
      counts(({ projects }) => projects.count) &&
      counts(({ projects }) => projects.totalMinutes) &&
      counts(({ projects }) => projects.invoicedMinutes),
    'clients sum to the organisation: tasks':
      counts(({ tasks }) => tasks.open.count) &&
      counts(({ tasks }) => tasks.overdue.count) &&
      counts(({ tasks }) => tasks.within.count),
    'clients sum to the organisation: orders':
      counts(({ ordersFrom }) => ordersFrom.open.count) &&
      same(
        all(({ ordersFrom }) => ordersFrom.total.amount),
        overview.ordersFrom.total.amount,
      ),
  }
  for (const kind of ['sales', 'purchases'] as const) {
    for (const name of ['authorised', 'pending', 'overdue', 'paid', 'voided', 'partiallyPaid'] as const)
      rules[`clients sum to the organisation: ${kind} ${name}`] = counts(figures => figures[kind][name].count)
    for (const name of ['unappliedCredit', 'netInvoiced', 'netRevenue', 'netBalance'] as const)
      rules[`clients sum to the organisation: ${kind} ${name}`] = same(
        all(figures => figures[kind][name]),
        overview[kind][name],
      )
    rules[`clients sum to the organisation: ${kind} overdue amount`] = same(
      all(figures => figures[kind].overdue.amount),
      overview[kind].overdue.amount,
    )
  }
  return Object.keys(rules).filter(rule => !rules[rule])
}

const values = (amounts: Amounts) => new Map(amounts.amounts.map(({ amount, currency }) => [currency, minorOf(amount)]))

/** Sums in the currency of each, spelled in minor units since only their equality matters. */
function plus(a: Amounts, b: Amounts): Amounts {
  const sums = values(a)
  for (const [currency, minor] of values(b)) sums.set(currency, (sums.get(currency) ?? 0n) + minor)
  const base = a.base && b.base ? { ...a.base, amount: String(minorOf(a.base.amount) + minorOf(b.base.amount)) } : null
  return {
    amounts: [...sums]
      .sort(([x], [y]) => (x < y ? -1 : 1))
      .map(([currency, minor]) => ({ amount: String(minor), currency })),
    base,
    knownBase: { ...a.knownBase, amount: String(minorOf(a.knownBase.amount) + minorOf(b.knownBase.amount)) },
    withoutRate: a.withoutRate + b.withoutRate,
  }
}

const minus = (a: Amounts): Amounts => ({
  amounts: a.amounts.map(({ amount, currency }) => ({ amount: String(-minorOf(amount)), currency })),
  base: a.base && { ...a.base, amount: String(-minorOf(a.base.amount)) },
  knownBase: { ...a.knownBase, amount: String(-minorOf(a.knownBase.amount)) },
  withoutRate: a.withoutRate,
})

const nothing: Amounts = {
  amounts: [],
  base: { amount: '0', currency: '' },
  knownBase: { amount: '0', currency: '' },
  withoutRate: 0,
}

function same(a: Amounts, b: Amounts): boolean {
  const [x, y] = [a, b].map(each => plus(each, nothing)) // both in minor units
  return (
    JSON.stringify(x?.amounts) === JSON.stringify(y?.amounts) &&
    x?.base?.amount === y?.base?.amount &&
    x?.knownBase.amount === y?.knownBase.amount &&
    x?.withoutRate === y?.withoutRate
  )
}

/** Paid invoices list their currency with nothing due in it. */
const sameWhereNotZero = (a: Amounts, b: Amounts) =>
  same({ ...a, amounts: a.amounts.filter(({ amount }) => minorOf(amount) !== 0n) }, b)

/**
 * Returns rules that the raw rows break: more taken than there is on some day, on either side; numbers with gaps or out
 * of order.
 */
export function brokenTimelines({ rows }: Books, today: Day): string[] {
  const broken: string[] = []
  const check = (end: Row, by: string, wholeColumn: string, baseColumn: string, stop: Day | null) => {
    const takings = [...rows.allocations, ...(by === 'invoice_id' ? [] : rows.refunds)]
      .filter(row => !row.isNull(by) && row.text(by) === end.id)
      .map(row => {
        const isAllocation = rows.allocations.includes(row)
        return {
          from: row.day(isAllocation ? 'allocated_on' : 'refunded_on') ?? '',
          until: row.day(isAllocation ? 'deallocated_on' : 'reversed_on'),
          minor: row.whole('amount'),
          base: row.wholeOrNull(baseColumn),
        }
      })
    const begin = end.day(by === 'payment_id' ? 'paid_on' : 'authorised_on')
    const whole = end.whole(wholeColumn)
    const wholeBase = end.wholeOrNull(`${wholeColumn}_base`)
    for (const day of new Set([today, ...takings.flatMap(({ from, until }) => [from, until ?? from])])) {
      const standing = takings.filter(({ from, until }) => from <= day && (until === null || day < until))
      const left = standing.reduce((rest, { minor }) => rest - minor, whole)
      if (left < 0n) broken.push(`${end.id} is taken beyond what it has, by ${-left} on ${day}`)
      if (stop !== null && day >= stop && standing.length > 0)
        broken.push(`${end.id} ended on ${stop} and still is taken from on ${day}`)
      const leftBase = wholeBase === null ? null : standing.reduce((rest, { base }) => rest - (base ?? 0n), wholeBase)
      if (day === today && leftBase !== null && leftBase < 0n)
        broken.push(`${end.id} is taken beyond what it has in base, by ${-leftBase} today`)
      if (day === today && left === 0n && stop === null && begin !== null && leftBase !== null && leftBase !== 0n)
        broken.push(`${end.id} has nothing left today, but ${leftBase} in base`)
    }
    for (const { from, until, minor } of takings) {
      if (minor <= 0n) broken.push(`${end.id} is taken from by ${minor}`)
      if (begin === null || from < begin) broken.push(`${end.id} is taken from on ${from}, before it began`)
      if (until !== null && until < from) broken.push(`what was taken of ${end.id} ended before it began`)
      if (from > today || (until ?? today) > today) broken.push(`${end.id} is taken from in the future`)
    }
  }
  for (const invoice of rows.invoices) {
    if (invoice.text('type') === 'INVOICE')
      check(invoice, 'invoice_id', 'payable', 'invoice_base', invoice.day('voided_on'))
    else check(invoice, 'credit_note_id', 'payable', 'credit_base', invoice.day('voided_on'))
  }
  for (const payment of rows.payments) check(payment, 'payment_id', 'amount', 'credit_base', payment.day('reversed_on'))
  return [...broken, ...brokenSeries(rows.invoices), ...brokenOrderNumbers(rows.purchase_orders)]
}

/** F2026/0001, F2026/0002 …: no gap, and no date before the one of the number before. */
function brokenSeries(invoices: readonly Row[]): string[] {
  const byYear = new Map<string, { position: number; on: Day }[]>()
  for (const invoice of invoices) {
    if (invoice.text('kind') !== 'SALE' || invoice.isTrue('external') || invoice.isNull('number')) continue
    const [prefix = '', position = ''] = invoice.text('number').split('/')
    const on = invoice.day('issued_on') ?? ''
    if (prefix !== invoice.text('series') + on.slice(0, 4))
      return [`${invoice.id} of ${on} has the number ${invoice.text('number')}`]
    byYear.set(prefix, [...(byYear.get(prefix) ?? []), { position: Number(position), on }])
  }
  return [...byYear].flatMap(([prefix, numbers]) => {
    numbers.sort((a, b) => a.position - b.position)
    const isWhole = numbers.every(({ position, on }, at) => position === at + 1 && on >= (numbers[at - 1]?.on ?? ''))
    return isWhole ? [] : [`series ${prefix}: ${numbers.map(({ position, on }) => `${position} of ${on}`).join(', ')}`]
  })
}

function brokenOrderNumbers(orders: readonly Row[]): string[] {
  const numbers = orders
    .filter(order => order.text('direction') === 'TO_CLIENT' && !order.isNull('number'))
    .map(order => order.text('number'))
    .sort()
  return numbers.every((number, at) => number === `PO-${String(at + 1).padStart(5, '0')}`)
    ? []
    : [`orders: ${numbers.join(', ')}`]
}
