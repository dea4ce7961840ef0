import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { extension, idArgument, input, mutation, query, writeScope } from '../../graphql/operation.js'
import { RecordVersion } from '../../graphql/record-input.js'
import { Client, clientName } from '../clients/index.js'
import { Invoice } from '../invoicing/index.js'
import { taxSums, TaxSum } from '../purchasing/index.js'
import { withoutRate } from '../rates/index.js'
import { Deal } from './deal.js'
import {
  acceptQuote,
  createQuote,
  declineQuote,
  deleteQuote,
  invoiceQuote,
  returnQuoteToDraft,
  sendQuote,
  updateQuote,
} from './quote.commands.js'
import {
  AcceptQuoteInput,
  CreateQuoteInput,
  DeclineQuoteInput,
  QuoteDayInput,
  SendQuoteInput,
  UpdateQuoteInput,
} from './quote.inputs.js'
import { Quote, QuoteLine, QuoteState } from './quote.js'
import { quoteState } from './quote.computed.js'
import type { Condition } from '../../model/condition.js'
import { listOf, type ListArguments } from '../../graphql/list.js'

export const quoteList = listOf(Quote, {
  computed: [clientName, quoteState, withoutRate],
  filters: [
    'id',
    'clientId',
    'clientName',
    'dealId',
    'state',
    'number',
    'series',
    'currency',
    'totalBase',
    'withoutRate',
    'validUntil',
    'sentOn',
    'acceptedOn',
    'declinedOn',
    'invoiceId',
    'externalId',
    'createdAt',
    'updatedAt',
  ],
  orders: {
    SENT_ON: 'sentOn',
    VALID_UNTIL: 'validUntil',
    ACCEPTED_ON: 'acceptedOn',
    NUMBER: 'number',
    CLIENT_NAME: 'clientName',
    STATE: 'state',
    TOTAL_BASE: 'totalBase',
    CREATED_AT: 'id',
    UPDATED_AT: 'updatedAt',
  },
  direction: 'DESC',
})

/** A list of quotes. Its pages keep the day of the first one, so that none expires halfway through a walk. */
export const quotePage = (
  ctx: Context,
  given: ListArguments,
  parent?: { by: 'clientId' | 'dealId'; id: string },
  conditions: Condition[] = [],
) => ctx.page(Quote, given, { parent, dated: true, conditions })

@Resolver(() => Quote)
export class QuoteResolver {
  @query('deals:read', () => Quote, 'One quote.', { nullable: true })
  quote(@idArgument('quote') id: string, @Ctx() ctx: Context) {
    return ctx.byId(Quote, id)
  }

  @query('deals:read', () => quoteList.Connection, 'The quotes for all clients.')
  quotes(@Args(() => quoteList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return quotePage(ctx, given)
  }

  @FieldResolver(() => QuoteState)
  state(@Root() quote: Quote, @Ctx() ctx: Context): QuoteState {
    return quote.stateOn(quote.asOf ?? ctx.today)
  }

  @extension('deals:read', () => [QuoteLine], 'Its lines, in their order.')
  async lines(@Root() quote: Quote, @Ctx() ctx: Context) {
    const lines = await ctx.many(QuoteLine, 'quoteId', quote.id, 'deals:read')
    return lines.sort((a, b) => a.position - b.position)
  }

  @extension('deals:read', () => [TaxSum], 'Its tax by rate, sorted by rate.')
  async taxes(@Root() quote: Quote, @Ctx() ctx: Context) {
    return taxSums(await ctx.many(QuoteLine, 'quoteId', quote.id, 'deals:read'), quote.currency)
  }

  @mutation('deals:write', Quote, 'Write a quote, as a draft.')
  createQuote(@input(() => CreateQuoteInput) given: CreateQuoteInput, @writeScope() scope: WriteScope) {
    return createQuote(scope, given)
  }

  @mutation('deals:write', Quote, 'Change a draft quote.')
  updateQuote(@input(() => UpdateQuoteInput) given: UpdateQuoteInput, @writeScope() scope: WriteScope) {
    return updateQuote(scope, given)
  }

  @mutation('deals:write', Quote, 'Note that it was sent: DRAFT becomes SENT, and it gets its number.')
  sendQuote(@input(() => SendQuoteInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return sendQuote(scope, given)
  }

  @mutation('deals:write', Quote, 'Take a sent quote back to correct it: SENT becomes DRAFT, and it keeps its number.')
  returnQuoteToDraft(@input(() => QuoteDayInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return returnQuoteToDraft(scope, given)
  }

  @mutation(
    'deals:write',
    Quote,
    'Note that the client accepted it: SENT becomes ACCEPTED. ' +
      'A quote that has expired is accepted with the warning QUOTE_EXPIRED.',
  )
  acceptQuote(@input(() => AcceptQuoteInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return acceptQuote(scope, given)
  }

  @mutation('deals:write', Quote, 'Note that the client declined it: SENT becomes DECLINED, expired or not.')
  declineQuote(@input(() => DeclineQuoteInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return declineQuote(scope, given)
  }

  @mutation(
    ['invoices:write', 'deals:read'],
    Quote,
    'Turn an accepted quote into a draft invoice with its lines and currency, and with its rate where one was ' +
      'given. Sent again, even with the old version, it answers with the same invoice.',
  )
  invoiceQuote(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return invoiceQuote(scope, given)
  }

  @mutation('deals:write', Quote, 'Delete a draft quote that was never sent.')
  deleteQuote(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return deleteQuote(scope, given)
  }
}

@Resolver(() => Client)
export class ClientQuotesResolver {
  @extension('deals:read', () => quoteList.Connection, 'The quotes for the client.', { reads: ['id'] })
  quotes(@Root() client: Client, @Args(() => quoteList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return quotePage(ctx, given, { by: 'clientId', id: client.id })
  }
}

@Resolver(() => Deal)
export class DealQuotesResolver {
  @extension('deals:read', () => quoteList.Connection, 'The quotes for the deal.')
  quotes(@Root() deal: Deal, @Args(() => quoteList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return quotePage(ctx, given, { by: 'dealId', id: deal.id })
  }
}

@Resolver(() => Invoice)
export class InvoiceQuoteResolver {
  @extension('deals:read', () => Quote, 'The quote it was made from; null where there is none.', { nullable: true })
  async quote(@Root() invoice: Invoice, @Ctx() ctx: Context) {
    const [quote] = await ctx.many(Quote, 'invoiceId', invoice.id, 'deals:read')
    return quote ?? null
  }
}
