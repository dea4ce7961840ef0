import { Resolver, Root } from 'type-graphql'
import { MoneySum } from '../../model/money.js'
import { extension } from '../../graphql/operation.js'
import { inForce, countNull, money, Month, monthOf, OverviewMonth, source, Sum, unranged } from '../figures/index.js'
import { kindArgument } from './invoice.figures.type.js'
import type { InvoiceKind } from './invoice.js'

const signed = (column: string) => `CASE WHEN i.type = 'CREDIT_NOTE' THEN -${column} ELSE ${column} END`

const invoiced = source('invoiced', {
  alias: 'i',
  from: ours =>
    `invoices i WHERE ${ours('i')} AND i.authorised_on >= :from AND ${inForce('i.authorised_on', 'i.voided_on')}`,
  direction: 'i.kind',
  bucket: monthOf('i.authorised_on'),
  currency: 'i.currency',
  sums: { amount: money(signed('i.payable'), signed('i.payable_base')) },
  withoutRate: countNull('i.payable_base'),
})

const paid = source('paid', {
  alias: 'p',
  from: ours =>
    `payments p WHERE ${ours('p')} AND ${unranged('p.paid_on')} >= :from AND ${inForce(unranged('p.paid_on'), 'p.reversed_on')}`,
  direction: 'p.kind',
  bucket: monthOf('p.paid_on'),
  currency: 'p.currency',
  sums: { amount: money('p.amount', 'p.amount_base') },
  withoutRate: countNull('p.amount_base'),
})

const refunded = source('refunded', {
  alias: 'r',
  from: ours =>
    `refunds r WHERE ${ours('r')} AND r.refunded_on >= :from AND ${inForce('r.refunded_on', 'r.reversed_on')}`,
  direction: 'r.kind',
  bucket: monthOf('r.refunded_on'),
  currency: 'r.currency',
  sums: { amount: money('r.amount', 'r.credit_base') },
  withoutRate: countNull('r.credit_base'),
})

export const invoicesByMonth = { invoiced, paid, refunded }

const sumOf = (month: Month, documents: typeof paid, kind: InvoiceKind): MoneySum =>
  new Sum().addRows(month.of(documents, kind), documents.sums.amount).in(month.frame.baseCurrency)

@Resolver(() => OverviewMonth)
export class InvoicesMonthResolver {
  @extension(
    'invoices:read',
    () => MoneySum,
    'Payable of the invoices authorised in the month, less payable of the credit notes authorised in it; those ' +
      'in force on the day. All months up to a day sum to its `netInvoiced`.',
  )
  invoiced(@Root() month: Month, @kindArgument() kind: InvoiceKind) {
    return sumOf(month, invoiced, kind)
  }

  @extension(
    'invoices:read',
    () => MoneySum,
    'Payments of the month that are not reversed by the day, allocated or not; refunds are not taken off.',
  )
  paid(@Root() month: Month, @kindArgument() kind: InvoiceKind) {
    return sumOf(month, paid, kind)
  }

  @extension(
    'invoices:read',
    () => MoneySum,
    'Refunds of the month that are not reversed by the day; in the base currency at the rate of what they were ' +
      'taken from.',
  )
  refunded(@Root() month: Month, @kindArgument() kind: InvoiceKind) {
    return sumOf(month, refunded, kind)
  }
}
