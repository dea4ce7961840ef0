import { Args, Ctx, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { readable } from '../../database/effects/activity-event.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { extension, idArgument, input, mutation, query, writeScope } from '../../graphql/operation.js'
import { RecordVersion } from '../../graphql/record-input.js'
import { Client, Contact } from '../clients/index.js'
import { Interaction } from './interaction.js'
import { createInteraction, deleteInteraction, updateInteraction } from './interaction.commands.js'
import { CreateInteractionInput, UpdateInteractionInput } from './interaction.inputs.js'
import { listOf, type ListArguments } from '../../graphql/list.js'

const interactionList = listOf(Interaction, {
  filters: [
    'id',
    'clientId',
    'kind',
    'subjectType',
    'subjectId',
    'happenedOn',
    'title',
    'text',
    'authorType',
    'authorId',
    'authorName',
    'externalId',
    'createdAt',
    'updatedAt',
  ],
  orders: { HAPPENED_ON: 'happenedOn', CREATED_AT: 'id', UPDATED_AT: 'updatedAt' },
  direction: 'DESC',
})

@Resolver(() => Interaction)
export class InteractionResolver {
  @query('member', () => Interaction, 'One note, call, e-mail or meeting.', { nullable: true })
  interaction(@idArgument('interaction') id: string, @Ctx() ctx: Context) {
    return ctx.byId(Interaction, id)
  }

  @query(
    'member',
    () => interactionList.Connection,
    'The notes, calls, e-mails and meetings with all clients, as far as the key may read what they are about.',
  )
  interactions(@Args(() => interactionList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Interaction, given, { conditions: [readable(ctx.access.permissions)] })
  }

  @extension(
    'member',
    () => String,
    'The name of the record it is about, such as F2026/0007; null where that record is gone.',
    { nullable: true, looksBeyond: true },
  )
  subjectName(@Root() { subjectId }: Interaction, @Ctx() ctx: Context) {
    return ctx.nameOf(subjectId)
  }

  @extension(
    'clients:read',
    () => [Contact],
    'The contacts of the client who took part, but for those that were deleted since.',
  )
  contacts(@Root() { contactIds }: Interaction, @Ctx() ctx: Context) {
    return ctx.some(Contact, contactIds)
  }

  // Who may write depends on what it is about: the command asks for it.
  @mutation(
    'member',
    Interaction,
    'Write down a note, a call, an e-mail or a meeting about a client or one of its documents. ' +
      'Needs the permission to write that record.',
  )
  createInteraction(
    @input(() => CreateInteractionInput) given: CreateInteractionInput,
    @writeScope() scope: WriteScope,
  ) {
    return createInteraction(scope, given)
  }

  @mutation('member', Interaction, 'Change an interaction; nobody but its author can. The history keeps its old text.')
  updateInteraction(
    @input(() => UpdateInteractionInput) given: UpdateInteractionInput,
    @writeScope() scope: WriteScope,
  ) {
    return updateInteraction(scope, given)
  }

  @mutation(
    'member',
    Interaction,
    'Delete an interaction. Its author may, and so may a key with the scope `admin`. The history keeps its text.',
  )
  deleteInteraction(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return deleteInteraction(scope, given)
  }
}

@Resolver(() => Client)
export class ClientInteractionsResolver {
  @extension(
    'member',
    () => interactionList.Connection,
    'The notes, calls, e-mails and meetings about the client and its documents, as far as the key may read ' +
      'what they are about.',
  )
  interactions(
    @Root() { id }: Client,
    @Args(() => interactionList.Arguments) given: ListArguments,
    @Ctx() ctx: Context,
  ) {
    return ctx.page(Interaction, given, {
      parent: { by: 'clientId', id },
      conditions: [readable(ctx.access.permissions)],
    })
  }
}
