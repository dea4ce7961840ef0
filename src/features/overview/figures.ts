import { ages, count, hoursOf, only, Sum, type GroupRow, type Section } from '../figures/index.js'
import { InvoiceKind, type InvoiceBucket } from '../invoicing/index.js'
import { ProjectState } from '../projects/index.js'
import { OrderDirection, OrderState, type OrderBucket } from '../purchasing/index.js'
import type { TaskBucket } from '../tasks/index.js'
import {
  InvoicesOverview,
  ProjectsOverview,
  PurchaseOrdersOverview,
  TasksOverview,
  type InvoiceGroup,
  type PurchaseOrderGroup,
  type TaskGroup,
} from './overview.types.js'

export const projectFigures: Section<ProjectsOverview> = {
  name: 'projects',
  description: 'Projects',
  block: 'projects',
  direction: '',
  type: ProjectsOverview,
  of(groups) {
    const { frame } = groups
    const rows = groups.of('projects')
    const [time] = groups.of('time')
    const minutes = time?.amount ?? 0n
    return {
      frame,
      count: count(rows),
      byState: frame.isToday
        ? Object.values(ProjectState).map(state => ({
            frame,
            state,
            count: count(rows.filter(({ bucket }) => bucket === state)),
          }))
        : null,
      totalMinutes: Number(minutes),
      totalHours: hoursOf(minutes),
      billableMinutes: Number(time?.amount2 ?? 0n),
      invoicedMinutes: Number(time?.amount3 ?? 0n),
    }
  },
}

export const taskFigures: Section<TasksOverview> = {
  name: 'tasks',
  description: 'Open tasks',
  block: 'tasks',
  direction: '',
  type: TasksOverview,
  of(groups) {
    const { frame } = groups
    const rows = groups.of('tasks')
    const group = (bucket: TaskBucket): TaskGroup => ({
      frame,
      bucket,
      count: count(bucket === 'OPEN' ? rows : rows.filter(row => row.bucket === bucket)),
    })
    return {
      frame,
      overdue: group('OVERDUE'),
      due: group('DUE'),
      upcoming: group('UPCOMING'),
      unscheduled: group('UNSCHEDULED'),
      open: group('OPEN'),
    }
  },
}

const ordersIn = (direction: OrderDirection): Section<PurchaseOrdersOverview> => ({
  name: `orders_${direction.toLowerCase()}`,
  description: direction === 'FROM_CLIENT' ? 'Orders from the client' : 'Orders to the client',
  block: 'purchaseOrders',
  direction,
  type: PurchaseOrdersOverview,
  of(groups) {
    const { frame } = groups
    const rows = groups.of('orders', direction)
    const group = (bucket: OrderBucket): PurchaseOrderGroup => {
      const counted = bucket === 'TOTAL' ? rows : rows.filter(row => row.bucket === bucket)
      return {
        frame,
        direction,
        bucket,
        count: count(counted),
        amount: new Sum().addRows(counted, 'amount').in(frame.baseCurrency),
      }
    }
    const states = groups.of('orderStates', direction)
    return {
      total: group('TOTAL'),
      closed: group('CLOSED'),
      open: group('OPEN'),
      byState: frame.isToday
        ? Object.values(OrderState).map(state => ({
            frame,
            direction,
            state,
            count: count(states.filter(({ bucket }) => bucket === state)),
          }))
        : null,
    }
  },
})

export const orderFigures = {
  FROM_CLIENT: ordersIn(OrderDirection.FROM_CLIENT),
  TO_CLIENT: ordersIn(OrderDirection.TO_CLIENT),
} as const satisfies Record<OrderDirection, Section>

const invoicesOf = (kind: InvoiceKind): Section<InvoicesOverview> => ({
  name: `${kind.toLowerCase()}s`,
  description: kind === 'SALE' ? 'Sales' : 'Purchases',
  block: 'invoices',
  direction: kind,
  type: InvoicesOverview,
  of(groups) {
    const { frame } = groups
    const base = frame.baseCurrency
    const rows = groups.of('invoices', kind)
    const among = (...buckets: string[]) => only(rows, ({ bucket }) => buckets.includes(bucket))
    const pending = among('PENDING')
    const overdue = among(...ages)
    const paid = among('PAID')
    const outstanding = [...pending, ...overdue]
    const authorised = [...outstanding, ...paid]
    const creditNotes = among('CREDIT_NOTE')
    const credits = groups.of('credits', kind)
    const drafts = groups.of('drafts', kind)
    const partial = Number(authorised.reduce((sum, row) => sum + row.partial, 0n))

    const group = (bucket: InvoiceBucket, counted: readonly GroupRow[], part: 'amount' | 'amount2'): InvoiceGroup => ({
      frame,
      kind,
      bucket,
      count: count(counted),
      amount: new Sum().addRows(counted, part).in(base),
    })
    const inState = (state: string) => only(drafts, row => row.bucket === state)
    const draft = (bucket: InvoiceBucket, state: string) =>
      frame.isToday ? group(bucket, inState(state), 'amount') : null
    // A paid invoice has nothing due at any rate, known or not.
    const settled = paid.map(row => ({ ...row, withoutRate: 0n }))
    return {
      draft: draft('DRAFT', 'DRAFT'),
      awaitingApproval: draft('AWAITING_APPROVAL', 'SUBMITTED'),
      authorised: {
        ...group('AUTHORISED', authorised, 'amount'),
        amountDue: new Sum().addRows(outstanding, 'amount2').addRows(settled, 'amount2').in(base),
      },
      pending: group('PENDING', pending, 'amount2'),
      overdue: group('OVERDUE', overdue, 'amount2'),
      paid: group('PAID', paid, 'amount'),
      voided: { frame, kind, bucket: 'VOIDED', count: count(among('VOIDED')) },
      outstanding: group('OUTSTANDING', outstanding, 'amount2'),
      partiallyPaid: { frame, kind, bucket: 'PARTIALLY_PAID', count: partial },
      unappliedCredit: new Sum().addRows(credits, 'amount').in(base),
      netInvoiced: new Sum().addRows(authorised, 'amount').addRows(creditNotes, 'amount', -1).in(base),
      netRevenue: new Sum().addRows(authorised, 'amount3').addRows(creditNotes, 'amount3', -1).in(base),
      netBalance: new Sum().addRows(outstanding, 'amount2').addRows(credits, 'amount', -1).in(base),
      overdueByAge: {
        days1To30: group('OVERDUE_1_30', among('OVERDUE_1_30'), 'amount2'),
        days31To60: group('OVERDUE_31_60', among('OVERDUE_31_60'), 'amount2'),
        days61To90: group('OVERDUE_61_90', among('OVERDUE_61_90'), 'amount2'),
        daysOver90: group('OVERDUE_OVER_90', among('OVERDUE_OVER_90'), 'amount2'),
      },
    }
  },
})

export const invoiceFigures = {
  SALE: invoicesOf(InvoiceKind.SALE),
  PURCHASE: invoicesOf(InvoiceKind.PURCHASE),
} as const satisfies Record<InvoiceKind, Section>
