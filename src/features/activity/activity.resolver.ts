import { Args, Ctx, Resolver, Root } from 'type-graphql'
import type { Context } from '../../context.js'
import { ActivityEvent, readableSubjects } from '../../database/activity-event.js'
import type { Condition } from '../../database/scope.js'
import { listOf, type ListArguments } from '../../graphql/connection.js'
import { extension, idArgument, query } from '../../graphql/operation.js'
import { Client } from '../clients/index.js'

export const activityList = listOf(ActivityEvent, {
  filters: ['id', 'at', 'on', 'kind', 'subjectType', 'subjectId', 'clientId', 'actorType', 'actorId'],
  orders: { AT: 'id' },
  direction: 'DESC',
})

/** Only events about records that the key may read. */
const readable = (ctx: Context): Condition => ({ sql: 't.subjectType IN (:...subjects)', parameters: { subjects: readableSubjects(ctx.access.permissions) } })

@Resolver(() => ActivityEvent)
export class ActivityResolver {
  @query('member', () => ActivityEvent, 'One event of the history.', { nullable: true })
  activityEvent(@idArgument('event') id: string, @Ctx() ctx: Context) {
    return ctx.byId(ActivityEvent, id)
  }

  @query('member', () => activityList.Connection, 'The history of the organisation, newest first: every change, as far as the key may read what it is about.')
  activityEvents(@Args(() => activityList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(ActivityEvent, given, { conditions: [readable(ctx)] })
  }
}

@Resolver(() => Client)
export class ClientActivityResolver {
  @extension('clients:read', () => activityList.Connection, 'What happened with the client and its documents, newest first, as far as the key may read what it is about.')
  activity(@Root() client: Client, @Args(() => activityList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(ActivityEvent, given, { parent: { by: 'clientId', id: client.id }, conditions: [readable(ctx)] })
  }
}
