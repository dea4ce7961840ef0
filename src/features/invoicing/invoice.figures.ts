import { figure } from '../../model/computed.js'
import { inBase } from '../../model/field.js'
import { snake } from '../../lib/snake.js'
import {
  among,
  count,
  countOf,
  Sum,
  totalOf,
  type FigureBlock,
  type GroupRow,
  type Groups,
  type ListedFigure,
  type MoneyPlace,
  type OpenItems,
  type Section,
} from '../figures/index.js'
import { invoicesByMonth } from './invoice.figures.month.js'
import { ages, credits, drafts, standing, withDue } from './invoice.figures.queries.js'
import { InvoicesOverview, type InvoiceGroup } from './invoice.figures.type.js'
import type { InvoiceKind } from './invoice.js'
import { bucketRules, type InvoiceBucket } from './invoice.queries.js'

const { payable, due, net, partial } = standing.sums
const { rest } = credits.sums

/** Not paid in full. */
const unpaid = ['PENDING', ...ages]

const invoicesOf = (kind: InvoiceKind): Section<InvoicesOverview> => ({
  name: `${kind.toLowerCase()}s`,
  description: kind === 'SALE' ? 'Sales' : 'Purchases',
  block: 'invoices',
  direction: kind,
  type: InvoicesOverview,
  of(groups) {
    const { frame } = groups
    const base = frame.baseCurrency
    const rows = groups.of(standing, kind)
    const pending = among(rows, 'PENDING')
    const overdue = among(rows, ...ages)
    const paid = among(rows, 'PAID')
    const outstanding = [...pending, ...overdue]
    const authorised = [...outstanding, ...paid]
    const creditNotes = among(rows, 'CREDIT_NOTE')
    const unused = groups.of(credits, kind)

    const group = (bucket: InvoiceBucket, own: readonly GroupRow[], amount: MoneyPlace): InvoiceGroup => ({
      frame,
      kind,
      bucket,
      count: count(own),
      amount: new Sum().addRows(own, amount).in(base),
    })
    const draft = (bucket: InvoiceBucket, state: string) =>
      frame.isToday ? group(bucket, among(groups.of(drafts, kind), state), drafts.sums.payable) : null
    const aged = (bucket: InvoiceBucket) => group(bucket, among(rows, bucket), due)
    // A paid invoice has nothing due at any rate, known or not.
    const settled = paid.map(row => ({ ...row, withoutRate: 0n }))
    return {
      draft: draft('DRAFT', 'DRAFT'),
      awaitingApproval: draft('AWAITING_APPROVAL', 'SUBMITTED'),
      authorised: {
        ...group('AUTHORISED', authorised, payable),
        amountDue: new Sum().addRows(outstanding, due).addRows(settled, due).in(base),
      },
      pending: group('PENDING', pending, due),
      overdue: group('OVERDUE', overdue, due),
      paid: group('PAID', paid, payable),
      voided: { frame, kind, bucket: 'VOIDED', count: count(among(rows, 'VOIDED')) },
      outstanding: group('OUTSTANDING', outstanding, due),
      partiallyPaid: { frame, kind, bucket: 'PARTIALLY_PAID', count: Number(totalOf(authorised, partial)) },
      unappliedCredit: new Sum().addRows(unused, rest).in(base),
      netInvoiced: new Sum().addRows(authorised, payable).addRows(creditNotes, payable, -1).in(base),
      netRevenue: new Sum().addRows(authorised, net).addRows(creditNotes, net, -1).in(base),
      netBalance: new Sum().addRows(outstanding, due).addRows(unused, rest, -1).in(base),
      overdueByAge: {
        days1To30: aged('OVERDUE_1_30'),
        days31To60: aged('OVERDUE_31_60'),
        days61To90: aged('OVERDUE_61_90'),
        daysOver90: aged('OVERDUE_OVER_90'),
      },
    }
  },
})

export const invoiceSections: Record<InvoiceKind, Section<InvoicesOverview>> = {
  SALE: invoicesOf('SALE'),
  PURCHASE: invoicesOf('PURCHASE'),
}

/** All sales by the day: clients are listed by what is due of them. */
const sales = withDue(alias => `${alias}.organization_id = :organization`, false, " AND i.kind = 'SALE'")
/**
 * Hidden from MariaDB, which would otherwise group the sales of one client after the other, and all allocations for
 * each: 100,000 clients took minutes instead of a second.
 */
const owner = 'COALESCE(v.client_id, NULL)'
const saleRules = bucketRules(column => `v.${snake(column)}`, 'v.due')

/** The amount due in base of a client's sales in some groups, and how many of them lack a rate or owe something. */
function dueFigures(
  name: string,
  bucket: InvoiceBucket,
  buckets: readonly string[],
  condition: string,
): readonly ListedFigure[] {
  const permission = 'invoices:read'
  const own = (groups: Groups) => among(groups.of(standing, 'SALE'), ...buckets)
  const live = (value: string) => ({
    from: sales,
    by: owner,
    sum: `SUM(CASE WHEN ${saleRules[bucket]} THEN ${value} ELSE 0 END)`,
  })
  return [
    {
      field: figure(
        name,
        'money',
        `The amount that its sales ${condition} owe; those without a rate are left out.`,
        live('v.due_base'),
        { currency: inBase, permission },
      ),
      of: groups => totalOf(own(groups), { at: due.base }),
    },
    {
      field: figure(
        `${name}WithoutRate`,
        'integer',
        `How many of its sales ${condition} owe have no rate to the base currency.`,
        live('CASE WHEN v.payable_base IS NULL THEN 1 ELSE 0 END'),
        { permission },
      ),
      of: groups => own(groups).reduce((sum, row) => sum + row.withoutRate, 0n),
    },
    {
      field: figure(`${name}Invoices`, 'integer', `How many of its sales ${condition} owe something.`, live('1'), {
        permission,
      }),
      of: groups => countOf(own(groups)),
    },
  ]
}

const unpaidOf = (kind: InvoiceKind, what: string): OpenItems => ({
  kind: 'Invoice',
  what: `${what} not paid in full`,
  isDue: true,
  of: groups => among(groups.of(standing, kind), ...unpaid),
  amount: due,
})

const unusedOf = (kind: InvoiceKind, what: string): OpenItems => ({
  kind: 'Credit',
  what: `payments and credit notes of ${what} not used up`,
  isDue: true,
  of: groups => groups.of(credits, kind),
  amount: rest,
})

/** Nothing is due before an invoice is authorised. */
const awaitingOf = (kind: InvoiceKind, what: string): OpenItems => ({
  kind: 'Invoice',
  what: `${what} awaiting approval`,
  isDue: false,
  of: groups => among(groups.of(drafts, kind), 'SUBMITTED'),
  amount: drafts.sums.payable,
})

export const invoiceFigures: FigureBlock = {
  name: 'invoices',
  permission: 'invoices:read',
  sources: [standing, credits],
  sourcesOfToday: [drafts],
  sections: Object.values(invoiceSections),
  byMonth: invoicesByMonth,
  eventDays: {
    invoices: ['issued_on', 'authorised_on', 'voided_on'],
    payments: ['paid_on', 'reversed_on'],
    allocations: ['allocated_on', 'deallocated_on'],
    refunds: ['refunded_on', 'reversed_on'],
  },
  listed: [
    ...dueFigures('overdue', 'OVERDUE', ages, 'that are due before the day still'),
    ...dueFigures('outstanding', 'OUTSTANDING', unpaid, 'on the day, overdue or not, still'),
  ],
  open: [
    unpaidOf('SALE', 'sales invoices'),
    unpaidOf('PURCHASE', 'purchase invoices'),
    unusedOf('SALE', 'sales'),
    unusedOf('PURCHASE', 'purchases'),
    awaitingOf('SALE', 'sales invoices'),
    awaitingOf('PURCHASE', 'purchase invoices'),
  ],
}
