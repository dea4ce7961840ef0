import { Field, ID, InputType, Int } from 'type-graphql'
import { dayInput } from '../../graphql/record-input.js'
import { CurrencyCode, Day, Decimal } from '../../model/scalars.js'
import { DocumentFields } from '../purchasing/index.js'
import { InvoiceKind, InvoiceType } from './invoice.js'

@InputType({ description: 'Fields of an invoice that may be left out.' })
export abstract class InvoiceFields extends DocumentFields {
  @Field(() => Day, {
    nullable: true,
    description: "Last day for payment; left empty, authorising sets it from the client's payment terms.",
  })
  dueOn?: string | null

  @Field(() => Day, {
    nullable: true,
    description: 'For a PURCHASE, the date its supplier wrote on it; a SALE is dated when it is authorised.',
  })
  issuedOn?: string | null

  @Field(() => String, {
    nullable: true,
    description: "For a PURCHASE, the supplier's number, unique for that supplier; required before it is submitted.",
  })
  supplierNumber?: string | null

  @Field(() => String, {
    nullable: true,
    description: 'For a SALE, the number that another system gave it, which it keeps.',
  })
  externalNumber?: string | null

  @Field(() => String, {
    nullable: true,
    description:
      'For a SALE, the series of its number: 1 to 10 capital letters, digits or hyphens. ' +
      'By default F for invoices and R for credit notes.',
  })
  series?: string | null

  @Field(() => ID, {
    nullable: true,
    description: 'For a credit note, the invoice it corrects; required for a SALE without an external number.',
  })
  correctsId?: string | null

  @Field(() => Decimal, { nullable: true, description: 'Withholding tax (IRPF) in percent of the net, 0 to 100.' })
  withholdingRate?: string | null

  @Field(() => [ID], {
    nullable: true,
    description:
      'The time entries billed on a SALE invoice; they replace those there were, and are frozen while it stands.',
  })
  timeEntryIds?: string[] | null
}

@InputType({ description: 'A new invoice or credit note, a draft until it is submitted.' })
export class CreateInvoiceInput extends InvoiceFields {
  @Field(() => ID, { description: 'The client it is to or from.' })
  clientId: string

  @Field(() => InvoiceKind, { nullable: true, description: 'Which way it goes; default SALE.' })
  kind?: InvoiceKind | null

  @Field(() => InvoiceType, { nullable: true, description: 'Invoice or credit note; default INVOICE.' })
  type?: InvoiceType | null
}

@InputType({ description: 'The changes to a draft invoice. A field that is left out stays; null clears it.' })
export class UpdateInvoiceInput extends InvoiceFields {
  @Field(() => ID, { description: 'The id of the invoice.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number
}

export const InvoiceDayInput = dayInput('InvoiceDayInput', 'on', 'The day the state changed')
export const AuthoriseInvoiceInput = dayInput(
  'AuthoriseInvoiceInput',
  'authorisedOn',
  'The day it was authorised, which is also the date of a SALE',
)
export const VoidInvoiceInput = dayInput('VoidInvoiceInput', 'voidedOn', 'The day it was taken out of force')
export const ReversePaymentInput = dayInput('ReversePaymentInput', 'reversedOn', 'The day it was reversed')
export const ReverseRefundInput = dayInput('ReverseRefundInput', 'reversedOn', 'The day it was reversed')
export const DeallocateInput = dayInput('DeallocateInput', 'deallocatedOn', 'The day from which it counts no more')

@InputType({ description: 'A payment: of an invoice, or of a client on account.' })
export class RecordPaymentInput {
  @Field(() => ID, {
    nullable: true,
    description:
      'The invoice to settle. It gives client, kind and currency. The amount above what is due stays on account.',
  })
  invoiceId?: string | null

  @Field(() => ID, { nullable: true, description: 'The client, where no invoice is given.' })
  clientId?: string | null

  @Field(() => InvoiceKind, {
    nullable: true,
    description: 'Where no invoice is given: SALE from the client (default), PURCHASE to it.',
  })
  kind?: InvoiceKind | null

  @Field(() => CurrencyCode, {
    nullable: true,
    description: "Where no invoice is given; default the client's, else the base currency.",
  })
  currency?: string | null

  @Field(() => Decimal, { description: 'How much, above 0, in major units.' })
  amount: string

  @Field(() => Decimal, {
    nullable: true,
    description: 'Base units for one unit of its currency, up to 10 decimals; leave out when unknown.',
  })
  rate?: string | null

  @Field(() => Day, {
    nullable: true,
    description: 'The day it was paid; default today, never later, and not before the invoice was authorised.',
  })
  paidOn?: string | null

  @Field(() => String, { nullable: true, description: 'How it was paid, such as transfer or card.' })
  method?: string | null

  @Field(() => String, { nullable: true, description: 'The text that the bank or the payer wrote.' })
  reference?: string | null

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@InputType({
  description: 'The corrections to the texts of a payment. A field that is left out stays; null clears it.',
})
export class UpdatePaymentInput {
  @Field(() => ID, { description: 'The id of the payment.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number

  @Field(() => String, { nullable: true, description: 'How it was paid, such as transfer or card.' })
  method?: string | null

  @Field(() => String, { nullable: true, description: 'The text that the bank or the payer wrote.' })
  reference?: string | null

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@InputType({ description: 'Settle an invoice from a payment or a credit note of the same client, kind and currency.' })
export class AllocateInput {
  @Field(() => ID, { description: 'The invoice to settle.' })
  invoiceId: string

  @Field(() => ID, { nullable: true, description: 'The payment to take from; or give a credit note.' })
  paymentId?: string | null

  @Field(() => ID, { nullable: true, description: 'The credit note to take from; or give a payment.' })
  creditNoteId?: string | null

  @Field(() => Decimal, { nullable: true, description: 'How much; by default as much as both sides allow.' })
  amount?: string | null

  @Field(() => Day, {
    nullable: true,
    description: 'The day from which it counts; default today, never later, and not before either side.',
  })
  allocatedOn?: string | null

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@InputType({ description: 'Pay back unapplied credit of a payment or a credit note.' })
export class RecordRefundInput {
  @Field(() => ID, { nullable: true, description: 'The payment to take from; or give a credit note.' })
  paymentId?: string | null

  @Field(() => ID, { nullable: true, description: 'The credit note to take from; or give a payment.' })
  creditNoteId?: string | null

  @Field(() => Decimal, { nullable: true, description: 'How much; by default all that is unapplied.' })
  amount?: string | null

  @Field(() => Day, {
    nullable: true,
    description: 'The day it was paid back; default today, never later, and not before what it takes from.',
  })
  refundedOn?: string | null

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}
