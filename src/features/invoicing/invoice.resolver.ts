import { Arg, Args, ArgsType, Ctx, Field, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { badInput } from '../../model/errors.js'
import { Money, toMoney } from '../../model/money.js'
import { extension, idArgument, input, mutation, query, writeScope } from '../../graphql/operation.js'
import { RecordVersion } from '../../graphql/record-input.js'
import { Day as DayScalar } from '../../model/scalars.js'
import type { Day } from '../../lib/calendar.js'
import { Address, Client, clientName } from '../clients/index.js'
import { TimeEntry } from '../projects/index.js'
import { taxSums, TaxSum } from '../purchasing/index.js'
import { withoutRate } from '../rates/index.js'
import { BilledTime } from './billed-time.js'
import { Invoice, InvoiceLine, InvoiceType } from './invoice.js'
import {
  authoriseInvoice,
  createInvoice,
  deleteInvoice,
  returnInvoiceToDraft,
  submitInvoice,
  updateInvoice,
  voidInvoice,
} from './invoice.commands.js'
import {
  AuthoriseInvoiceInput,
  CreateInvoiceInput,
  InvoiceDayInput,
  UpdateInvoiceInput,
  VoidInvoiceInput,
} from './invoice.inputs.js'
import { inBucket, InvoiceBucket, settledOf, usedOf } from './invoice.queries.js'
import { amountDue, amountDueBase } from './invoice.computed.js'
import type { Condition } from '../../model/condition.js'
import { listOf, withDay } from '../../graphql/list.js'

@ObjectType('BilledParty', {
  description: 'The client as it stood on a document when it was authorised.',
  simpleResolvers: true,
})
export class BilledPartyType {
  @Field(() => String, { description: 'Name in law.' })
  legalName: string

  @Field(() => String, { nullable: true, description: 'Tax id with its country in front.' })
  taxId: string | null

  @Field(() => Address, { description: 'Address.' })
  address: Address
}

export const invoiceList = listOf(Invoice, {
  computed: [clientName, amountDue, amountDueBase, withoutRate],
  filters: [
    'id',
    'clientId',
    'clientName',
    'kind',
    'type',
    'state',
    'number',
    'series',
    'external',
    'currency',
    'payableBase',
    'netBase',
    'amountDueBase',
    'withoutRate',
    'issuedOn',
    'authorisedOn',
    'dueOn',
    'voidedOn',
    'correctsId',
    'externalId',
    'createdAt',
    'updatedAt',
  ],
  orders: {
    ISSUED_ON: 'issuedOn',
    DUE_ON: 'dueOn',
    NUMBER: 'number',
    CLIENT_NAME: 'clientName',
    STATE: 'state',
    AUTHORISED_ON: 'authorisedOn',
    PAYABLE_BASE: 'payableBase',
    AMOUNT_DUE_BASE: 'amountDueBase',
    CREATED_AT: 'id',
    UPDATED_AT: 'updatedAt',
  },
  direction: 'DESC',
})

@ArgsType()
export class InvoiceArguments extends withDay(invoiceList.Arguments) {
  @Field(() => InvoiceBucket, {
    nullable: true,
    description: 'Only the invoices that an overview of the day counts in this group.',
  })
  bucket?: InvoiceBucket | null
}

/** A list of invoices for a day, of one bucket where asked. */
export function invoicePage(
  ctx: Context,
  given: InvoiceArguments,
  parent?: { by: 'clientId' | 'correctsId'; id: string },
  conditions: Condition[] = [],
) {
  const asOf = ctx.dayOfList(given)
  const { bucket } = given
  if (asOf !== ctx.today && (bucket === 'DRAFT' || bucket === 'AWAITING_APPROVAL'))
    throw badInput(`${bucket} has no past days; ask for it without asOf.`)
  return ctx.page(Invoice, given, {
    parent,
    dated: true,
    conditions: [...conditions, ...(bucket ? [inBucket(bucket, asOf)] : [])],
  })
}

const asOfArgument = () =>
  Arg('asOf', () => DayScalar, {
    nullable: true,
    description:
      'The day it holds for. By default the day of the list that it was read in, else today; never later than today.',
  })

@Resolver(() => Invoice)
export class InvoiceResolver {
  @query('invoices:read', () => Invoice, 'One invoice or credit note.', { nullable: true })
  invoice(@idArgument('invoice') id: string, @Ctx() ctx: Context) {
    return ctx.byId(Invoice, id)
  }

  @query('invoices:read', () => invoiceList.Connection, 'The invoices and credit notes of all clients.')
  invoices(@Args(() => InvoiceArguments) given: InvoiceArguments, @Ctx() ctx: Context) {
    return invoicePage(ctx, given)
  }

  @extension(
    'invoices:read',
    () => Money,
    'Payable less the allocations in force; null for a credit note and while it is not authorised, or voided, ' +
      'on the day.',
    { nullable: true },
  )
  async amountDue(@Root() invoice: Invoice, @asOfArgument() given: Day | undefined, @Ctx() ctx: Context) {
    const asOf = ctx.day(given ?? invoice.asOf)
    if (invoice.type !== InvoiceType.INVOICE || !inForce(invoice, asOf)) return null
    const settled = await ctx.batch(`settled ${asOf}`, invoice.id, ids =>
      ctx.read('invoices:read', scope => settledOf(scope, ids, asOf)),
    )
    return toMoney(invoice.payable - (settled ?? 0n), invoice.currency)
  }

  @extension(
    'invoices:read',
    () => Money,
    'The part of a credit note that is neither allocated nor refunded. ' +
      'Null for an invoice, and for a credit note that is not in force on the day.',
    { nullable: true },
  )
  async unappliedAmount(@Root() invoice: Invoice, @asOfArgument() given: Day | undefined, @Ctx() ctx: Context) {
    const asOf = ctx.day(given ?? invoice.asOf)
    if (invoice.type !== InvoiceType.CREDIT_NOTE || !inForce(invoice, asOf)) return null
    const used = await ctx.batch(`used credit notes ${asOf}`, invoice.id, ids =>
      ctx.read('invoices:read', scope => usedOf(scope, 'credit_note_id', ids, asOf)),
    )
    return toMoney(invoice.payable - (used ?? 0n), invoice.currency)
  }

  @extension(
    'invoices:read',
    () => BilledPartyType,
    'The client as it was when the document was authorised; null before.',
    { nullable: true },
  )
  billedParty(@Root() invoice: Invoice) {
    return invoice.billedParty
  }

  @extension('invoices:read', () => [InvoiceLine], 'Its lines, in their order.')
  async lines(@Root() invoice: Invoice, @Ctx() ctx: Context) {
    const lines = await ctx.many(InvoiceLine, 'invoiceId', invoice.id, 'invoices:read')
    return lines.sort((a, b) => a.position - b.position)
  }

  @extension('invoices:read', () => [TaxSum], 'Its tax by rate, sorted by rate.')
  async taxes(@Root() invoice: Invoice, @Ctx() ctx: Context) {
    return taxSums(await ctx.many(InvoiceLine, 'invoiceId', invoice.id, 'invoices:read'), invoice.currency)
  }

  @extension('invoices:read', () => invoiceList.Connection, 'The credit notes that correct it.')
  creditNotes(@Root() invoice: Invoice, @Args(() => InvoiceArguments) given: InvoiceArguments, @Ctx() ctx: Context) {
    return invoicePage(ctx, given, { by: 'correctsId', id: invoice.id })
  }

  @extension('projects:read', () => [TimeEntry], 'The time billed on it.')
  async timeEntries(@Root() invoice: Invoice, @Ctx() ctx: Context) {
    const billed = await ctx.many(BilledTime, 'invoiceId', invoice.id, 'invoices:read')
    return Promise.all(billed.map(({ timeEntryId }) => ctx.one(TimeEntry, timeEntryId)))
  }

  @mutation('invoices:write', Invoice, 'Write an invoice or a credit note, as a draft.')
  createInvoice(@input(() => CreateInvoiceInput) given: CreateInvoiceInput, @writeScope() scope: WriteScope) {
    return createInvoice(scope, given)
  }

  @mutation('invoices:write', Invoice, 'Change a draft invoice.')
  updateInvoice(@input(() => UpdateInvoiceInput) given: UpdateInvoiceInput, @writeScope() scope: WriteScope) {
    return updateInvoice(scope, given)
  }

  @mutation('invoices:write', Invoice, 'Send a draft for approval: DRAFT becomes SUBMITTED.')
  submitInvoice(@input(() => InvoiceDayInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return submitInvoice(scope, given)
  }

  @mutation('invoices:write', Invoice, 'Send a submitted invoice back: SUBMITTED becomes DRAFT.')
  returnInvoiceToDraft(@input(() => InvoiceDayInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return returnInvoiceToDraft(scope, given)
  }

  @mutation('invoices:write', Invoice, 'Approve a submitted invoice: it gets its number and becomes final.')
  authoriseInvoice(@input(() => AuthoriseInvoiceInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return authoriseInvoice(scope, given)
  }

  @mutation(
    'invoices:write',
    Invoice,
    'Take an authorised invoice out of force; refused while allocations or refunds stand.',
  )
  voidInvoice(@input(() => VoidInvoiceInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return voidInvoice(scope, given)
  }

  @mutation('invoices:write', Invoice, 'Delete a draft invoice.')
  deleteInvoice(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return deleteInvoice(scope, given)
  }
}

@Resolver(() => Client)
export class ClientInvoicesResolver {
  @extension('invoices:read', () => invoiceList.Connection, 'The invoices and credit notes of the client.', {
    reads: ['id'],
  })
  invoices(@Root() client: Client, @Args(() => InvoiceArguments) given: InvoiceArguments, @Ctx() ctx: Context) {
    return invoicePage(ctx, given, { by: 'clientId', id: client.id })
  }
}

@Resolver(() => TimeEntry)
export class TimeEntryInvoiceResolver {
  @extension('invoices:read', () => Invoice, 'The invoice it is billed on; null while it is on none that stands.', {
    nullable: true,
    looksBeyond: true,
  })
  async invoice(@Root() entry: TimeEntry, @Ctx() ctx: Context) {
    const billed = await ctx.many(BilledTime, 'timeEntryId', entry.id, 'invoices:read')
    const invoices = await Promise.all(billed.map(({ invoiceId }) => ctx.one(Invoice, invoiceId, { whole: true })))
    return invoices.find(({ state }) => state !== 'VOIDED') ?? null
  }
}

const inForce = ({ authorisedOn, voidedOn }: Invoice, asOf: Day) =>
  authorisedOn !== null && authorisedOn <= asOf && (voidedOn === null || voidedOn > asOf)
