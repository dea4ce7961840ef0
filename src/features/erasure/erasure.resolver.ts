import { Arg, Args, Ctx, ID, Resolver } from 'type-graphql'
import type { Context } from '../../request/context.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { idArgument, input, mutation, query, writeScope } from '../../graphql/operation.js'
import { Erasure } from './erasure.js'
import { erasePerson } from './erasure.commands.js'
import { ErasePersonInput } from './erasure.inputs.js'
import { ErasurePreview, previewErasure } from './erasure.preview.js'
import { listOf, type ListArguments } from '../../graphql/list.js'

const erasureList = listOf(Erasure, {
  filters: ['id', 'recordType', 'recordId', 'erasedOn', 'externalId', 'createdAt', 'updatedAt'],
  orders: { CREATED_AT: 'id', ERASED_ON: 'erasedOn', UPDATED_AT: 'updatedAt' },
  direction: 'DESC',
})

@Resolver(() => Erasure)
export class ErasureResolver {
  @query('admin', () => Erasure, 'One erasure.', { nullable: true })
  erasure(@idArgument('erasure') id: string, @Ctx() ctx: Context) {
    return ctx.byId(Erasure, id)
  }

  @query('admin', () => erasureList.Connection, 'The erasures that were done.')
  erasures(@Args(() => erasureList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Erasure, given)
  }

  @query(
    ['admin', 'clients:read'],
    () => ErasurePreview,
    'The outcome of erasing a person: the data that goes, the data that the law keeps, and the matters still ' +
      'open. Nothing is changed.',
    { cost: { whole: 50 } },
  )
  erasurePreview(
    @Arg('personId', () => ID, { description: 'The id of a contact, or of a client that is a person.' })
    personId: string,
    @Ctx() ctx: Context,
  ) {
    return previewErasure(ctx, personId)
  }

  @mutation(
    ['admin', 'clients:write'],
    Erasure,
    'Erase a person, as they may ask (GDPR, art. 17): a contact, or a client with its contacts. ' +
      'Contacts, e-mail addresses, telephone numbers, notes and files go. ' +
      'Names, numbers and addresses of the person are replaced in history, interactions, merges and saved views. ' +
      'The history of a client that it was once merged into is included. ' +
      "They are also replaced in the names and notes of the client's projects, tasks, time, deals and payments. " +
      'Spreadsheets that hold the person are removed with their plans. ' +
      'Authorised invoices keep what the law keeps, and all figures stay. ' +
      'It is refused while something is due, unless `despiteDue` is given. It cannot be undone.',
    { cost: { whole: 50 } },
  )
  erasePerson(@input(() => ErasePersonInput) given: ErasePersonInput, @writeScope() scope: WriteScope) {
    return erasePerson(scope, given)
  }
}
