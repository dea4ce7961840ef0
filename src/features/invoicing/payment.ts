import { choice, currency, day, decimal, inBase, money, reference, text } from '../../model/field.js'
import { OrganizationRow } from '../../model/row.js'
import type { Day } from '../../lib/calendar.js'
import { RATE_PLACES } from '../../lib/money.js'
import { Client } from '../clients/index.js'
import { Invoice, InvoiceKind } from './invoice.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

/** Money that moved between a client and us, in one direction and currency. */
abstract class MoneyMovement extends OrganizationRow {
  @reference(() => Client, 'The client it is from or to.')
  clientId: string

  @choice(InvoiceKind, 'SALE: about what the client owes us; PURCHASE: about what we owe it.')
  kind: InvoiceKind

  @currency('The currency of its amount.')
  currency: string

  @money('How much; above 0.')
  amount: bigint
}

@entity('payments', 'A payment, from the client (SALE) or to it (PURCHASE). It settles invoices through allocations.', {
  prefix: 'pay',
  permission: 'invoices:read',
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another payment has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'clientId', 'kind', 'paidOn', 'reversedOn', 'currency', 'amount', 'amountBase', 'id'])
@index(['organizationId', 'paidOn', 'id'])
export class Payment extends MoneyMovement {
  @decimal(RATE_PLACES, 'Base units for one unit of its currency; 1 in the base currency, null when unknown.', {
    nullable: true,
  })
  rate: bigint | null

  @money('The amount in the base currency, converted once; null without a rate.', { currency: inBase, nullable: true })
  amountBase: bigint | null

  @day('The day it was paid; it counts from then on.')
  paidOn: Day

  @day('The day it was reversed; it counts no more from then on.', { nullable: true })
  reversedOn: Day | null

  @text('How it was paid, such as transfer or card.', { nullable: true, max: 60 })
  method: string | null

  @text('The text that the bank or the payer wrote.', { nullable: true })
  reference: string | null

  /** The day of the list it was read in. */
  asOf?: Day
}

@entity('allocations', 'The part of a payment or credit note that settles an invoice.', {
  prefix: 'alc',
  permission: 'invoices:read',
  figuresOf: ['invoiceId'],
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another allocation has this external id.',
  field: 'externalId',
})
@index([
  'organizationId',
  'clientId',
  'kind',
  'allocatedOn',
  'deallocatedOn',
  'currency',
  'amount',
  'invoiceBase',
  'creditBase',
  'invoiceId',
  'paymentId',
  'creditNoteId',
])
@index(['organizationId', 'invoiceId', 'allocatedOn', 'deallocatedOn', 'amount', 'invoiceBase'])
@index(['organizationId', 'paymentId', 'allocatedOn', 'deallocatedOn', 'amount', 'creditBase'])
@index(['organizationId', 'creditNoteId', 'allocatedOn', 'deallocatedOn', 'amount', 'creditBase'])
export class Allocation extends MoneyMovement {
  @reference(() => Invoice, 'The invoice that is settled.')
  invoiceId: string

  @reference(() => Payment, 'The payment it is taken from; null where it is a credit note.', { nullable: true })
  paymentId: string | null

  @reference(() => Invoice, 'The credit note it is taken from; null where it is a payment.', { nullable: true })
  creditNoteId: string | null

  @day('The day from which it counts.')
  allocatedOn: Day

  @day('The day from which it counts no more.', { nullable: true })
  deallocatedOn: Day | null

  @money(
    "Its part of the invoice in the base currency, at the invoice's rate. " +
      'The allocation that settles the invoice takes the rest.',
    { currency: inBase, nullable: true },
  )
  invoiceBase: bigint | null

  @money(
    'Its part of the payment or credit note in the base currency, at the rate of that document. ' +
      'The allocation or refund that uses the document up takes the rest.',
    { currency: inBase, nullable: true },
  )
  creditBase: bigint | null
}

@entity('refunds', 'Unapplied credit that was paid back.', { prefix: 'rfd', permission: 'invoices:read' })
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another refund has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'clientId', 'refundedOn', 'id'])
@index(['organizationId', 'paymentId', 'refundedOn', 'reversedOn', 'amount', 'creditBase'])
@index(['organizationId', 'creditNoteId', 'refundedOn', 'reversedOn', 'amount', 'creditBase'])
export class Refund extends MoneyMovement {
  @reference(() => Payment, 'The payment it is taken from; null where it is a credit note.', { nullable: true })
  paymentId: string | null

  @reference(() => Invoice, 'The credit note it is taken from; null where it is a payment.', { nullable: true })
  creditNoteId: string | null

  @day('The day it was paid back; it counts from then on.')
  refundedOn: Day

  @day('The day it was reversed; it counts no more from then on.', { nullable: true })
  reversedOn: Day | null

  @money(
    'Its part of the payment or credit note in the base currency, at the rate of that document. ' +
      'The one that uses the document up takes the rest.',
    { currency: inBase, nullable: true },
  )
  creditBase: bigint | null
}
