import { Arg, Field, Int, ObjectType } from 'type-graphql'
import { MoneySum } from '../../model/money.js'
import type { Frame } from '../figures/index.js'
import { InvoiceKind } from './invoice.js'
import type { InvoiceBucket } from './invoice.queries.js'

/** Which invoices or payments a figure is about. */
export const kindArgument = () =>
  Arg('kind', () => InvoiceKind, { defaultValue: InvoiceKind.SALE, description: 'Sales or purchases.' })

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
