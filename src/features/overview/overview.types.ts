import { ArgsType, Extensions, Field, Int, ObjectType } from 'type-graphql'
import { MoneySum } from '../../model/money.js'
import { Day as DayScalar, Decimal } from '../../model/scalars.js'
import type { Day } from '../../lib/calendar.js'
import type { Frame } from '../figures/index.js'
import type { InvoiceBucket, InvoiceKind } from '../invoicing/index.js'
import { ProjectState } from '../projects/index.js'
import { OrderState, type OrderBucket, type OrderDirection } from '../purchasing/index.js'
import type { TaskBucket } from '../tasks/index.js'

@ObjectType({ description: 'Projects in one state.', simpleResolvers: true })
export class ProjectStateCount {
  frame: Frame

  @Field(() => ProjectState, { description: 'The state.' })
  state: ProjectState

  @Field(() => Int, { description: 'How many projects are in it.' })
  count: number
}

@ObjectType({
  description: 'The projects of a client, or of all, and the time worked on them, by the day.',
  simpleResolvers: true,
})
export class ProjectsOverview {
  frame: Frame

  @Field(() => Int, { description: 'Projects opened by the day, closed and archived ones included.' })
  count: number

  @Field(() => [ProjectStateCount], {
    nullable: true,
    description: 'How many are in each state; null when the day is not today, since states keep no dated past.',
  })
  byState: ProjectStateCount[] | null

  @Field(() => Int, { description: 'Minutes worked by the day.' })
  totalMinutes: number

  @Field(() => Decimal, { description: 'The same in hours, with 2 decimals, from the sum of the minutes.' })
  totalHours: string

  @Field(() => Int, { description: 'The billable minutes among them.' })
  billableMinutes: number

  @Field(() => Int, { description: 'The minutes among them on an invoice that is issued and not voided by the day.' })
  invoicedMinutes: number
}

@ObjectType({ description: 'A group of tasks.', simpleResolvers: true })
export class TaskGroup {
  frame: Frame
  bucket: TaskBucket
  /** The last due date of the group, where it has one. */
  until?: Day

  @Field(() => Int, { description: 'How many there are.' })
  count: number
}

@ObjectType({
  description:
    'The tasks of a client, or of all, that are open on the day: opened by it and not completed by it. ' +
    'A task on the client and on its project counts once.',
  simpleResolvers: true,
})
export class TasksOverview {
  frame: Frame

  @Field(() => TaskGroup, { description: 'Due before the day (endarrerides).' })
  overdue: TaskGroup

  @Field(() => TaskGroup, { description: 'Due on the day, thus not overdue (per avui).' })
  due: TaskGroup

  @Field(() => TaskGroup, { description: 'Due after the day (properes).' })
  upcoming: TaskGroup

  @Field(() => TaskGroup, { description: 'Without a due date.' })
  unscheduled: TaskGroup

  @Field(() => TaskGroup, { description: 'The sum of the four.' })
  open: TaskGroup
}

@ObjectType({ description: 'A group of purchase orders.', simpleResolvers: true })
export class PurchaseOrderGroup {
  frame: Frame
  direction: OrderDirection
  bucket: OrderBucket

  @Field(() => Int, { description: 'How many there are.' })
  count: number

  @Field(() => MoneySum, { description: 'Their totals: net + tax.' })
  amount: MoneySum
}

@ObjectType({ description: 'Purchase orders in one state.', simpleResolvers: true })
export class PurchaseOrderStateCount {
  frame: Frame
  direction: OrderDirection

  @Field(() => OrderState, { description: 'The state.' })
  state: OrderState

  @Field(() => Int, { description: 'How many orders are in it.' })
  count: number
}

@ObjectType({
  description: 'The purchase orders of a client, or of all, in one direction, by the day.',
  simpleResolvers: true,
})
export class PurchaseOrdersOverview {
  @Field(() => PurchaseOrderGroup, { description: 'Ordered and not cancelled by the day.' })
  total: PurchaseOrderGroup

  @Field(() => PurchaseOrderGroup, { description: 'The orders among them that are closed by the day.' })
  closed: PurchaseOrderGroup

  @Field(() => PurchaseOrderGroup, { description: 'Total less closed.' })
  open: PurchaseOrderGroup

  @Field(() => [PurchaseOrderStateCount], {
    nullable: true,
    description:
      'How many are in each state, drafts and cancelled ones included; null when the day is not today, since ' +
      'states keep no dated past.',
  })
  byState: PurchaseOrderStateCount[] | null
}

@ObjectType({ description: 'A group of invoices without amounts.', simpleResolvers: true })
export class InvoiceCount {
  frame: Frame
  kind: InvoiceKind
  bucket: InvoiceBucket

  @Field(() => Int, { description: 'How many there are.' })
  count: number
}

@ObjectType({ description: 'A group of invoices with the sum of one amount.', simpleResolvers: true })
export class InvoiceGroup extends InvoiceCount {
  @Field(() => MoneySum, {
    description:
      'Their sum: amounts due in the pending, overdue and outstanding groups, payable amounts in the others.',
  })
  amount: MoneySum
}

@ObjectType({ description: 'Authorised invoices, paid or not.', simpleResolvers: true })
export class AuthorisedInvoices extends InvoiceCount {
  @Field(() => MoneySum, { description: 'The sum of payable amounts.' })
  amount: MoneySum

  @Field(() => MoneySum, {
    description: 'The sum of amounts due. A paid invoice is due nothing, so its missing rate does not matter here.',
  })
  amountDue: MoneySum
}

@ObjectType({ description: 'Overdue invoices by the days from their due date to the day.', simpleResolvers: true })
export class OverdueByAge {
  @Field(() => InvoiceGroup, { description: '1 to 30 days.' })
  days1To30: InvoiceGroup

  @Field(() => InvoiceGroup, { description: '31 to 60 days.' })
  days31To60: InvoiceGroup

  @Field(() => InvoiceGroup, { description: '61 to 90 days.' })
  days61To90: InvoiceGroup

  @Field(() => InvoiceGroup, { description: 'More than 90 days.' })
  daysOver90: InvoiceGroup
}

@ObjectType({
  description:
    'The invoices of a client, or of all, of one kind, by the day. Credit notes count only where it says so.',
  simpleResolvers: true,
})
export class InvoicesOverview {
  @Field(() => InvoiceGroup, {
    nullable: true,
    description: 'Drafts, in no other total; null when the day is not today.',
  })
  draft: InvoiceGroup | null

  @Field(() => InvoiceGroup, {
    nullable: true,
    description: 'Submitted ones, in no other total; null when the day is not today.',
  })
  awaitingApproval: InvoiceGroup | null

  @Field(() => AuthorisedInvoices, { description: 'Authorised and not voided, paid or not: pending + overdue + paid.' })
  authorised: AuthorisedInvoices

  @Field(() => InvoiceGroup, {
    description: 'Authorised, something due, due date missing or not before the day: amounts due.',
  })
  pending: InvoiceGroup

  @Field(() => InvoiceGroup, { description: 'Authorised, something due, due date before the day: amounts due.' })
  overdue: InvoiceGroup

  @Field(() => InvoiceGroup, { description: 'Authorised, nothing due (a total of zero is paid): payable amounts.' })
  paid: InvoiceGroup

  @Field(() => InvoiceCount, { description: 'Voided by the day.' })
  voided: InvoiceCount

  @Field(() => InvoiceGroup, { description: 'Pending + overdue: amounts due.' })
  outstanding: InvoiceGroup

  @Field(() => InvoiceCount, { description: 'Authorised, with less due than payable but not nothing.' })
  partiallyPaid: InvoiceCount

  @Field(() => MoneySum, { description: 'Payments and authorised credit notes less allocations and refunds.' })
  unappliedCredit: MoneySum

  @Field(() => MoneySum, { description: 'Payable of invoices less payable of credit notes, authorised and in force.' })
  netInvoiced: MoneySum

  @Field(() => MoneySum, { description: 'The same before tax and withholding.' })
  netRevenue: MoneySum

  @Field(() => MoneySum, { description: 'Outstanding less unapplied credit.' })
  netBalance: MoneySum

  @Field(() => OverdueByAge, { description: 'The overdue ones by age.' })
  overdueByAge: OverdueByAge
}

@ArgsType()
export class OverviewArguments {
  @Field(() => DayScalar, {
    nullable: true,
    description:
      'The day the figures hold for. By default the day of the list that the client was read in, else today in ' +
      "the organisation's time zone. Never later than today.",
  })
  asOf?: Day | null
}

/** The base of both overviews: type-graphql hands its fields, and the resolvers of the blocks, down to both. */
@ObjectType({ description: 'The fields that every overview has.', simpleResolvers: true })
export abstract class OverviewBlocks {
  @Field(() => DayScalar, { description: 'The day that the figures hold for.' })
  @Extensions({ reads: [] })
  asOf: Day
}

@ObjectType({
  description:
    'The figures of a client at a glance, on one day. ' +
    'All of them hold for `asOf` and agree with each other: one statement computes them.',
  simpleResolvers: true,
})
export class ClientOverview extends OverviewBlocks {}

@ObjectType({
  description:
    'The figures of the whole organisation at a glance, on one day. ' +
    'They count all clients together, archived ones included, by the same rules as those of one client.',
  simpleResolvers: true,
})
export class OrganizationOverview extends OverviewBlocks {}
