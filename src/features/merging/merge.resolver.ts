import { Arg, Args, Ctx, ID, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { extension, idArgument, input, mutation, query, writeScope } from '../../graphql/operation.js'
import { Client } from '../clients/index.js'
import { ClientMerge } from './client-merge.js'
import { mergeClients, unmergeClients } from './merge.commands.js'
import { MergeClientsInput, UnmergeClientsInput } from './merge.inputs.js'
import { ClientMergePreview, previewMerge } from './merge-preview.js'
import { listOf, type ListArguments } from '../../graphql/list.js'

const mergeList = listOf(ClientMerge, {
  filters: ['id', 'loserId', 'mergedIntoId', 'legalName', 'mergedOn', 'externalId', 'createdAt', 'updatedAt'],
  orders: { CREATED_AT: 'id', MERGED_ON: 'mergedOn', UPDATED_AT: 'updatedAt' },
  direction: 'DESC',
})

@Resolver(() => ClientMerge)
export class ClientMergeResolver {
  @query('clients:read', () => ClientMerge, 'One merge of two clients that was not undone.', { nullable: true })
  clientMerge(@idArgument('merge') id: string, @Ctx() ctx: Context) {
    return ctx.byId(ClientMerge, id)
  }

  @query(
    'clients:read',
    () => mergeList.Connection,
    'The clients that were merged into others, but for those whose merge was undone.',
  )
  clientMerges(@Args(() => mergeList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(ClientMerge, given)
  }

  @query(
    'clients:read',
    () => ClientMergePreview,
    'The outcome of merging two clients, field by field; nothing is changed.',
    { cost: { whole: 20 }, looksBeyond: true },
  )
  clientMergePreview(
    @Arg('winnerId', () => ID, { description: 'The client that would stay.' }) winnerId: string,
    @Arg('loserId', () => ID, { description: 'The client that would go.' }) loserId: string,
    @Ctx() ctx: Context,
  ) {
    return previewMerge(ctx, winnerId, loserId)
  }

  @mutation(
    'clients:write',
    Client,
    'Merge two clients. The records and the history of the loser move to the winner, and from then on its id ' +
      'answers with the winner. Authorised invoices keep the name and tax id they were issued to.',
    { cost: { whole: 50 } },
  )
  mergeClients(@input(() => MergeClientsInput) given: MergeClientsInput, @writeScope() scope: WriteScope) {
    return mergeClients(scope, given)
  }

  @mutation(
    ['clients:write', 'admin'],
    Client,
    'Undo a merge, exactly or not at all. The client that went comes back with what it had, and with what was ' +
      'since added to that. The change is refused where something since brought records of both clients together.',
    { cost: { whole: 50 } },
  )
  unmergeClients(@input(() => UnmergeClientsInput) given: UnmergeClientsInput, @writeScope() scope: WriteScope) {
    return unmergeClients(scope, given)
  }
}

@Resolver(() => Client)
export class ClientMergesResolver {
  @extension('clients:read', () => mergeList.Connection, 'The clients that were merged into it.')
  merges(@Root() { id }: Client, @Args(() => mergeList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(ClientMerge, given, { parent: { by: 'mergedIntoId', id } })
  }
}
