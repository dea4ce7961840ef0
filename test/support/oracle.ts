import { daysFrom, monthsUntil, plus, type Day } from './oracle-day.js'
import { negative, total, type Amounts, type Item } from './oracle-money.js'
import type { Books, Row } from './oracle-rows.js'

// The second computation of an overview: from raw rows, document by document. It shares
// no code with src, and reads slowly on purpose: every rule of the domain is one plain condition here.

/** A count, and the ids that the list beside it must have. */
interface Counted {
  count: number
  ids: string[]
}
type Group = Counted & { amount: Amounts }

/** The days of `upcomingWithin` that tests ask for. */
export const outlook = 7

export interface Figures {
  asOf: Day
  projects: Counted & {
    byState: ({ state: string } & Counted)[] | null
    totalMinutes: number
    totalHours: string
    billableMinutes: number
    invoicedMinutes: number
    timeIds: string[]
  }
  tasks: Record<'overdue' | 'due' | 'upcoming' | 'unscheduled' | 'open' | 'within', Counted>
  ordersFrom: OrderFigures
  ordersTo: OrderFigures
  sales: InvoiceFigures
  purchases: InvoiceFigures
}

export interface OrderFigures {
  total: Group
  closed: Group
  open: Group
  byState: ({ state: string } & Counted)[] | null
}

export interface InvoiceFigures {
  draft: Group | null
  awaitingApproval: Group | null
  authorised: Group & { amountDue: Amounts }
  pending: Group
  overdue: Group
  paid: Group
  voided: Counted
  outstanding: Group
  partiallyPaid: Counted
  unappliedCredit: Amounts
  netInvoiced: Amounts
  netRevenue: Amounts
  netBalance: Amounts
  overdueByAge: Record<'days1To30' | 'days31To60' | 'days61To90' | 'daysOver90', Group>
}

export interface MonthFigures {
  month: Day
  sales: Record<'invoiced' | 'paid' | 'refunded', Amounts>
  purchases: Record<'invoiced' | 'paid' | 'refunded', Amounts>
  minutes: number
  billableMinutes: number
  hours: string
}

/** In force from its first day until the day before its last. */
const stands = (asOf: Day, from: Day | null, until: Day | null) =>
  from !== null && from <= asOf && (until === null || asOf < until)
const happened = (asOf: Day, on: Day | null) => on !== null && on <= asOf

const counted = (rows: readonly Row[]): Counted => ({ count: rows.length, ids: rows.map(({ id }) => id).sort() })
const inStates = (states: readonly string[], rows: readonly Row[]) =>
  states.map(state => ({ state, ...counted(rows.filter(row => row.text('state') === state)) }))

/** In the place of a client's id: all clients together, archived ones included. */
export const everybody = 'everybody'

/** Computes the overview of one client, or of the organisation, on one day. */
export class Oracle {
  constructor(
    private readonly books: Books,
    private readonly today: Day,
  ) {}

  overview(whose: string, asOf: Day): Figures {
    const { rows } = this.books
    const orders = this.own(whose, rows.purchase_orders)
    return {
      asOf,
      projects: this.projects(this.own(whose, rows.projects), this.own(whose, rows.time_entries), asOf),
      tasks: this.tasks(this.own(whose, rows.tasks), asOf),
      ordersFrom: this.orders(
        orders.filter(order => order.text('direction') === 'FROM_CLIENT'),
        asOf,
      ),
      ordersTo: this.orders(
        orders.filter(order => order.text('direction') === 'TO_CLIENT'),
        asOf,
      ),
      sales: this.invoices(whose, 'SALE', asOf),
      purchases: this.invoices(whose, 'PURCHASE', asOf),
    }
  }

  /** Computes the months up to the month of the day, as of that day. */
  months(whose: string, asOf: Day, count: number): MonthFigures[] {
    const { rows } = this.books
    const entries = this.own(whose, rows.time_entries).filter(entry => happened(asOf, entry.day('date')))
    return monthsUntil(asOf, count).map(month => {
      const during = (row: Row, column: string) => row.day(column)?.slice(0, 8) === month.slice(0, 8)
      const worked = entries.filter(entry => during(entry, 'date'))
      const minutes = (some: Row[]) => some.reduce((sum, entry) => sum + Number(entry.whole('minutes')), 0)
      const money = (kind: string) => {
        const of = (some: readonly Row[], from: string, until: string) =>
          this.own(whose, some).filter(
            row => row.text('kind') === kind && during(row, from) && stands(asOf, row.day(from), row.day(until)),
          )
        const refund = (row: Row): Item => ({
          currency: row.text('currency'),
          minor: row.whole('amount'),
          base: row.wholeOrNull('credit_base'),
        })
        const asked = (row: Row) =>
          row.text('type') === 'CREDIT_NOTE' ? negative(this.item(row, 'payable')) : this.item(row, 'payable')
        return {
          invoiced: this.sum(of(rows.invoices, 'authorised_on', 'voided_on').map(asked)),
          paid: this.sum(of(rows.payments, 'paid_on', 'reversed_on').map(row => this.item(row, 'amount'))),
          refunded: this.sum(of(rows.refunds, 'refunded_on', 'reversed_on').map(refund)),
        }
      }
      return {
        month,
        sales: money('SALE'),
        purchases: money('PURCHASE'),
        minutes: minutes(worked),
        billableMinutes: minutes(worked.filter(entry => entry.isTrue('billable'))),
        hours: hours(minutes(worked)),
      }
    })
  }

  private own(whose: string, rows: readonly Row[]): Row[] {
    return rows.filter(row => whose === everybody || row.text('client_id') === whose)
  }

  private projects(projects: Row[], entries: Row[], asOf: Day): Figures['projects'] {
    const opened = projects.filter(project => happened(asOf, project.day('opened_on')))
    const worked = entries.filter(entry => happened(asOf, entry.day('date')))
    const minutes = (some: Row[]) => some.reduce((sum, entry) => sum + Number(entry.whole('minutes')), 0)
    const onInvoice = worked.filter(entry =>
      this.books.rows.billed_time.some(
        billed =>
          billed.text('time_entry_id') === entry.id && this.isInForce(this.invoice(billed.text('invoice_id')), asOf),
      ),
    )
    return {
      ...counted(opened),
      byState: asOf === this.today ? inStates(['DRAFT', 'ACTIVE', 'PROCESSING', 'CLOSED'], opened) : null,
      totalMinutes: minutes(worked),
      totalHours: hours(minutes(worked)),
      billableMinutes: minutes(worked.filter(entry => entry.isTrue('billable'))),
      invoicedMinutes: minutes(onInvoice),
      timeIds: counted(worked).ids,
    }
  }

  private tasks(tasks: Row[], asOf: Day): Figures['tasks'] {
    const open = tasks.filter(
      task => happened(asOf, task.day('opened_on')) && !happened(asOf, task.day('completed_on')),
    )
    const due = (fits: (dueOn: Day) => boolean) =>
      counted(
        open.filter(task => {
          const dueOn = task.day('due_on')
          return dueOn !== null && fits(dueOn)
        }),
      )
    return {
      overdue: due(dueOn => dueOn < asOf),
      due: due(dueOn => dueOn === asOf),
      upcoming: due(dueOn => dueOn > asOf),
      unscheduled: counted(open.filter(task => task.isNull('due_on'))),
      open: counted(open),
      within: due(dueOn => dueOn > asOf && dueOn <= plus(asOf, outlook)),
    }
  }

  private orders(orders: Row[], asOf: Day): OrderFigures {
    const ordered = orders.filter(
      order => happened(asOf, order.day('ordered_on')) && !happened(asOf, order.day('cancelled_on')),
    )
    const group = (some: Row[]) => this.group(some, order => this.item(order, 'total'))
    return {
      total: group(ordered),
      closed: group(ordered.filter(order => happened(asOf, order.day('closed_on')))),
      open: group(ordered.filter(order => !happened(asOf, order.day('closed_on')))),
      byState:
        asOf === this.today
          ? inStates(['DRAFT', 'OPEN', 'PARTIALLY_RECEIVED', 'RECEIVED', 'CLOSED', 'CANCELLED'], orders)
          : null,
    }
  }

  private invoices(whose: string, kind: string, asOf: Day): InvoiceFigures {
    const documents = this.own(whose, this.books.rows.invoices).filter(row => row.text('kind') === kind)
    const invoices = documents.filter(row => row.text('type') === 'INVOICE')
    const notes = documents.filter(row => row.text('type') === 'CREDIT_NOTE' && this.isInForce(row, asOf))
    const authorised = invoices.filter(row => this.isInForce(row, asOf))
    const due = (row: Row) => this.due(row, asOf)
    const owed = authorised.filter(row => due(row).minor > 0n)
    const isLate = (row: Row) => {
      const dueOn = row.day('due_on')
      return dueOn !== null && dueOn < asOf
    }
    const late = owed.filter(isLate)
    const age = (row: Row) => daysFrom(row.day('due_on') ?? asOf, asOf)
    const aged = (from: number, to: number) =>
      this.group(
        late.filter(row => age(row) >= from && age(row) <= to),
        due,
      )
    const payable = (row: Row) => this.item(row, 'payable')
    const net = (row: Row) => this.item(row, 'net')
    const inState = (state: string) =>
      asOf === this.today
        ? this.group(
            invoices.filter(row => row.text('state') === state),
            payable,
          )
        : null
    const credits = this.credits(whose, kind, notes, asOf)
    return {
      draft: inState('DRAFT'),
      awaitingApproval: inState('SUBMITTED'),
      authorised: { ...this.group(authorised, payable), amountDue: this.sum(authorised.map(due)) },
      pending: this.group(
        owed.filter(row => !isLate(row)),
        due,
      ),
      overdue: this.group(late, due),
      paid: this.group(
        authorised.filter(row => due(row).minor === 0n),
        payable,
      ),
      voided: counted(invoices.filter(row => happened(asOf, row.day('voided_on')))),
      outstanding: this.group(owed, due),
      partiallyPaid: counted(owed.filter(row => due(row).minor < row.whole('payable'))),
      unappliedCredit: this.sum(credits),
      netInvoiced: this.sum([...authorised.map(payable), ...notes.map(row => negative(payable(row)))]),
      netRevenue: this.sum([...authorised.map(net), ...notes.map(row => negative(net(row)))]),
      netBalance: this.sum([...owed.map(due), ...credits.map(negative)]),
      overdueByAge: {
        days1To30: aged(1, 30),
        days31To60: aged(31, 60),
        days61To90: aged(61, 90),
        daysOver90: aged(91, Infinity),
      },
    }
  }

  /** The amount due of an invoice: payable less allocations. Nothing due is nothing due in base, whatever the rate. */
  due(invoice: Row, asOf: Day): Item {
    const due = this.rest(this.item(invoice, 'payable'), this.takings('invoice_id', invoice.id, 'invoice_base', asOf))
    return due.minor === 0n ? { ...due, base: 0n } : due
  }

  /** The rest of each payment and credit note that is not used up. */
  private credits(whose: string, kind: string, notes: Row[], asOf: Day): Item[] {
    const payments = this.own(whose, this.books.rows.payments).filter(
      row => row.text('kind') === kind && stands(asOf, row.day('paid_on'), row.day('reversed_on')),
    )
    return [
      ...payments.map(row =>
        this.rest(this.item(row, 'amount'), this.takings('payment_id', row.id, 'credit_base', asOf)),
      ),
      ...notes.map(row =>
        this.rest(this.item(row, 'payable'), this.takings('credit_note_id', row.id, 'credit_base', asOf)),
      ),
    ].filter(({ minor }) => minor !== 0n)
  }

  /** The amount that allocations, and refunds of credits, take of something on a day. */
  private takings(by: string, id: string, base: string, asOf: Day): { minor: bigint; base: bigint | null }[] {
    const { allocations, refunds } = this.books.rows
    const taking = (row: Row) => ({ minor: row.whole('amount'), base: row.wholeOrNull(base) })
    const allocated = allocations.filter(
      row => !row.isNull(by) && row.text(by) === id && stands(asOf, row.day('allocated_on'), row.day('deallocated_on')),
    )
    const refunded =
      by === 'invoice_id'
        ? []
        : refunds.filter(
            row =>
              !row.isNull(by) && row.text(by) === id && stands(asOf, row.day('refunded_on'), row.day('reversed_on')),
          )
    return [...allocated, ...refunded].map(taking)
  }

  private rest(whole: Item, takings: { minor: bigint; base: bigint | null }[]): Item {
    return takings.reduce<Item>(
      (left, { minor, base }) => ({
        currency: left.currency,
        minor: left.minor - minor,
        base: left.base === null || base === null ? null : left.base - base,
      }),
      whole,
    )
  }

  /** A column of a document with its value in base, kept in the column `…_base`. */
  private item(row: Row, column: string): Item {
    return { currency: row.text('currency'), minor: row.whole(column), base: row.wholeOrNull(`${column}_base`) }
  }

  private group(rows: Row[], item: (row: Row) => Item): Group {
    return { ...counted(rows), amount: this.sum(rows.map(item)) }
  }

  private sum(items: Item[]): Amounts {
    return total(items, this.books.baseCurrency)
  }

  private isInForce(document: Row, asOf: Day): boolean {
    return stands(asOf, document.day('authorised_on'), document.day('voided_on'))
  }

  private invoice(id: string): Row {
    const found = this.books.rows.invoices.find(row => row.id === id)
    if (!found) throw new Error(`There is no invoice ${id}.`)
    return found
  }
}

/** Minutes in hours with two decimals, rounded once, half-up. */
function hours(minutes: number): string {
  const hundredths = Math.floor((minutes * 100) / 60) + ((minutes * 100) % 60 >= 30 ? 1 : 0)
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`
}
