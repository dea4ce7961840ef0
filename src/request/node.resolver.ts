import { Arg, Ctx, ID, Resolver } from 'type-graphql'
import type { Context } from './context.js'
import { badInput } from '../model/errors.js'
import { query } from '../graphql/operation.js'
import { Node } from '../model/entity.js'
import { pageLimit } from '../graphql/list.js'

@Resolver()
export class NodeResolver {
  @query('member', () => Node, 'Any record by its id; null where there is none of this id.', { nullable: true })
  node(@Arg('id', () => ID, { description: 'The id of the record.' }) id: string, @Ctx() ctx: Context) {
    return ctx.node(id)
  }

  @query('member', () => [Node], 'Records by their ids, in the order asked; null where there is none of an id.', {
    nullable: 'items',
  })
  nodes(
    @Arg('ids', () => [ID], { description: `The ids of the records, ${pageLimit} at most.` }) ids: string[],
    @Ctx() ctx: Context,
  ) {
    if (ids.length > pageLimit) throw badInput(`nodes takes at most ${pageLimit} ids; you sent ${ids.length}.`)
    return Promise.all(ids.map(id => ctx.node(id)))
  }
}
