import { Arg, Args, Ctx, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { Money, toMoney } from '../../model/money.js'
import { extension, idArgument, input, mutation, query, writeScope } from '../../graphql/operation.js'
import { RecordVersion } from '../../graphql/record-input.js'
import { Day as DayScalar } from '../../model/scalars.js'
import type { Day } from '../../lib/calendar.js'
import { Client, clientName } from '../clients/index.js'
import { withoutRate } from '../rates/index.js'
import { Invoice, InvoiceType } from './invoice.js'
import {
  AllocateInput,
  DeallocateInput,
  RecordPaymentInput,
  RecordRefundInput,
  ReversePaymentInput,
  ReverseRefundInput,
  UpdatePaymentInput,
} from './invoice.inputs.js'
import { usedOf } from './invoice.queries.js'
import {
  allocate,
  deallocate,
  recordPayment,
  recordRefund,
  reversePayment,
  reverseRefund,
  updatePayment,
} from './payment.commands.js'
import { Allocation, Payment, Refund } from './payment.js'
import { listOf, type ListArguments } from '../../graphql/list.js'

const paymentList = listOf(Payment, {
  computed: [clientName, withoutRate],
  filters: [
    'id',
    'clientId',
    'clientName',
    'kind',
    'currency',
    'amountBase',
    'withoutRate',
    'paidOn',
    'reversedOn',
    'method',
    'reference',
    'externalId',
    'createdAt',
    'updatedAt',
  ],
  orders: {
    PAID_ON: 'paidOn',
    CLIENT_NAME: 'clientName',
    AMOUNT_BASE: 'amountBase',
    CREATED_AT: 'id',
    UPDATED_AT: 'updatedAt',
  },
  direction: 'DESC',
})
const allocationList = listOf(Allocation, {
  savedViews: false, // people look at them on a payment
  filters: [
    'id',
    'clientId',
    'kind',
    'currency',
    'invoiceId',
    'paymentId',
    'creditNoteId',
    'allocatedOn',
    'deallocatedOn',
    'externalId',
    'createdAt',
    'updatedAt',
  ],
  orders: { ALLOCATED_ON: 'allocatedOn', CREATED_AT: 'id', UPDATED_AT: 'updatedAt' },
  direction: 'DESC',
})
const refundList = listOf(Refund, {
  savedViews: false, // people look at them on a payment
  filters: [
    'id',
    'clientId',
    'kind',
    'currency',
    'paymentId',
    'creditNoteId',
    'refundedOn',
    'reversedOn',
    'externalId',
    'createdAt',
    'updatedAt',
  ],
  orders: { REFUNDED_ON: 'refundedOn', CREATED_AT: 'id', UPDATED_AT: 'updatedAt' },
  direction: 'DESC',
})

@Resolver(() => Payment)
export class PaymentResolver {
  @query('invoices:read', () => Payment, 'One payment.', { nullable: true })
  payment(@idArgument('payment') id: string, @Ctx() ctx: Context) {
    return ctx.byId(Payment, id)
  }

  @query('invoices:read', () => paymentList.Connection, 'The payments of all clients.')
  payments(@Args(() => paymentList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Payment, given)
  }

  @extension(
    'invoices:read',
    () => Money,
    'The part of it that is neither allocated nor refunded; null where it is not made yet, or reversed, on the day.',
    { nullable: true },
  )
  async unappliedAmount(
    @Root() payment: Payment,
    @Arg('asOf', () => DayScalar, { nullable: true, description: 'The day it holds for; default today, never later.' })
    given: Day | undefined,
    @Ctx() ctx: Context,
  ) {
    const asOf = ctx.day(given)
    if (payment.paidOn > asOf || (payment.reversedOn !== null && payment.reversedOn <= asOf)) return null
    const used = await ctx.batch(`used payments ${asOf}`, payment.id, ids =>
      ctx.read('invoices:read', scope => usedOf(scope, 'payment_id', ids, asOf)),
    )
    return toMoney(payment.amount - (used ?? 0n), payment.currency)
  }

  @extension('invoices:read', () => allocationList.Connection, 'The invoices that it settles.')
  allocations(
    @Root() payment: Payment,
    @Args(() => allocationList.Arguments) given: ListArguments,
    @Ctx() ctx: Context,
  ) {
    return ctx.page(Allocation, given, { parent: { by: 'paymentId', id: payment.id } })
  }

  @extension('invoices:read', () => refundList.Connection, 'The refunds that paid it back.')
  refunds(@Root() payment: Payment, @Args(() => refundList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Refund, given, { parent: { by: 'paymentId', id: payment.id } })
  }

  @mutation(
    'invoices:write',
    Payment,
    'Record a payment of an invoice, or of a client on account. ' +
      'Only the part that is due is allocated; the rest stays on account.',
  )
  recordPayment(@input(() => RecordPaymentInput) given: RecordPaymentInput, @writeScope() scope: WriteScope) {
    return recordPayment(scope, given)
  }

  @mutation(
    'invoices:write',
    Payment,
    'Change the method, reference or external id of a payment; its amount and date stay: reverse it and record ' +
      'another instead.',
  )
  updatePayment(@input(() => UpdatePaymentInput) given: UpdatePaymentInput, @writeScope() scope: WriteScope) {
    return updatePayment(scope, given)
  }

  @mutation('invoices:write', Payment, 'Reverse a payment: its allocations end. Refused while a refund drew on it.')
  reversePayment(@input(() => ReversePaymentInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return reversePayment(scope, given)
  }
}

@Resolver(() => Allocation)
export class AllocationResolver {
  @query('invoices:read', () => Allocation, 'One allocation.', { nullable: true })
  allocation(@idArgument('allocation') id: string, @Ctx() ctx: Context) {
    return ctx.byId(Allocation, id)
  }

  @query('invoices:read', () => allocationList.Connection, 'The allocations of all clients.')
  allocations(@Args(() => allocationList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Allocation, given)
  }

  @mutation('invoices:write', Allocation, 'Settle an invoice, or part of it, from a payment or a credit note.')
  allocate(@input(() => AllocateInput) given: AllocateInput, @writeScope() scope: WriteScope) {
    return allocate(scope, given)
  }

  @mutation('invoices:write', Allocation, 'End an allocation: the amount is due, and unapplied, again.')
  deallocate(@input(() => DeallocateInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return deallocate(scope, given)
  }
}

@Resolver(() => Refund)
export class RefundResolver {
  @query('invoices:read', () => Refund, 'One refund.', { nullable: true })
  refund(@idArgument('refund') id: string, @Ctx() ctx: Context) {
    return ctx.byId(Refund, id)
  }

  @query('invoices:read', () => refundList.Connection, 'The refunds of all clients.')
  refunds(@Args(() => refundList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Refund, given)
  }

  @mutation('invoices:write', Refund, 'Pay back what is unapplied of a payment or a credit note.')
  recordRefund(@input(() => RecordRefundInput) given: RecordRefundInput, @writeScope() scope: WriteScope) {
    return recordRefund(scope, given)
  }

  @mutation('invoices:write', Refund, 'Reverse a refund: its amount is unapplied again.')
  reverseRefund(@input(() => ReverseRefundInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return reverseRefund(scope, given)
  }
}

@Resolver(() => Invoice)
export class InvoiceSettlementResolver {
  @extension(
    'invoices:read',
    () => allocationList.Connection,
    'The allocations that settle it; for a credit note, those by which it settles invoices.',
  )
  allocations(
    @Root() invoice: Invoice,
    @Args(() => allocationList.Arguments) given: ListArguments,
    @Ctx() ctx: Context,
  ) {
    return ctx.page(Allocation, given, {
      parent: { by: invoice.type === InvoiceType.INVOICE ? 'invoiceId' : 'creditNoteId', id: invoice.id },
    })
  }

  @extension('invoices:read', () => refundList.Connection, 'For a credit note, the refunds that paid it back.')
  refunds(@Root() invoice: Invoice, @Args(() => refundList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Refund, given, { parent: { by: 'creditNoteId', id: invoice.id } })
  }
}

@Resolver(() => Client)
export class ClientPaymentsResolver {
  @extension('invoices:read', () => paymentList.Connection, 'The payments from and to the client.', { reads: ['id'] })
  payments(@Root() client: Client, @Args(() => paymentList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Payment, given, { parent: { by: 'clientId', id: client.id } })
  }

  @extension(
    'invoices:read',
    () => allocationList.Connection,
    'The allocations that settle the invoices of the client.',
  )
  allocations(@Root() client: Client, @Args(() => allocationList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Allocation, given, { parent: { by: 'clientId', id: client.id } })
  }

  @extension('invoices:read', () => refundList.Connection, 'The amounts paid back to or by the client.')
  refunds(@Root() client: Client, @Args(() => refundList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Refund, given, { parent: { by: 'clientId', id: client.id } })
  }
}
