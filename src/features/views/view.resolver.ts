import { Args, Ctx, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { readableLists, SavedView } from '../../request/saved-view.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { extension, idArgument, input, mutation, query, writeScope } from '../../graphql/operation.js'
import { RecordVersion } from '../../graphql/record-input.js'
import { createSavedView, deleteSavedView, updateSavedView } from './view.commands.js'
import { CreateSavedViewInput, UpdateSavedViewInput } from './view.inputs.js'
import type { Condition } from '../../model/condition.js'
import { listOf, type ListArguments } from '../../graphql/list.js'

const viewList = listOf(SavedView, {
  filters: ['id', 'list', 'name', 'shared', 'authorType', 'authorId', 'externalId', 'createdAt', 'updatedAt'],
  orders: { NAME: 'name', CREATED_AT: 'id', UPDATED_AT: 'updatedAt' },
})

/** Shared views and the caller's own, of lists that the caller may read. */
const seen = ({ access: { actor, permissions } }: Context): Condition[] => [
  {
    sql: 't.shared = 1 OR (t.authorType = :actorType AND COALESCE(t.authorId, :none) = COALESCE(:actorId, :none))',
    parameters: { actorType: actor.type, actorId: actor.id, none: '' },
  },
  { sql: 't.list IN (:...lists)', parameters: { lists: ['', ...readableLists(permissions)] } },
]

@Resolver(() => SavedView)
export class SavedViewResolver {
  @query('member', () => SavedView, "One saved view, if it is shared or the caller's own.", { nullable: true })
  savedView(@idArgument('saved view') id: string, @Ctx() ctx: Context) {
    return ctx.byId(SavedView, id)
  }

  @query(
    'member',
    () => viewList.Connection,
    "Saved views: shared ones and the caller's own, of the lists that the caller may read.",
  )
  savedViews(@Args(() => viewList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(SavedView, given, { conditions: seen(ctx) })
  }

  @extension('member', () => Boolean, 'Whether the caller saved it, and may change it.')
  mine(@Root() view: SavedView, @Ctx() ctx: Context) {
    return view.isBy(ctx.access.actor)
  }

  @mutation(
    'member',
    SavedView,
    'Keep a filter, an order and columns of a list under a name. ' +
      'Refused where it uses fields that the caller may not read.',
  )
  createSavedView(@input(() => CreateSavedViewInput) given: CreateSavedViewInput, @writeScope() scope: WriteScope) {
    return createSavedView(scope, given)
  }

  @mutation('member', SavedView, 'Change a saved view. Its author may, and an admin may where it is shared.')
  updateSavedView(@input(() => UpdateSavedViewInput) given: UpdateSavedViewInput, @writeScope() scope: WriteScope) {
    return updateSavedView(scope, given)
  }

  @mutation('member', SavedView, 'Delete a saved view. Its author may, and an admin may where it is shared.')
  deleteSavedView(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return deleteSavedView(scope, given)
  }
}
