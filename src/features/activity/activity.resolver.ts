import { Args, Ctx, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { ActivityEvent, readable, readableValues } from '../../database/effects/activity-event.js'
import { extension, idArgument, query } from '../../graphql/operation.js'
import { spoken } from '../../model/record-name.js'
import { Json } from '../../model/scalars.js'
import { Client } from '../clients/index.js'
import { changesOf, FieldChange } from './field-change.js'
import { summaryOf } from './summary.js'
import { entities, type EntityMetadata } from '../../model/entity-metadata.js'
import { listOf, type ListArguments } from '../../graphql/list.js'
import type { Row } from '../../model/field-definition.js'

const activityList = listOf(ActivityEvent, {
  filters: ['id', 'at', 'on', 'kind', 'subjectType', 'subjectId', 'itemId', 'clientId', 'actorType', 'actorId'],
  orders: { AT: 'id' },
  direction: 'DESC',
  cost: { count: { whole: 100, each: 0.5 }, filter: { whole: 100, each: 0.2 } },
})

/** The name that the event noted; older events noted none, so the name of today serves. */
const subjectNameOf = async (event: ActivityEvent, ctx: Context) => event.subjectName ?? ctx.nameOf(event.subjectId)

@Resolver(() => ActivityEvent)
export class ActivityResolver {
  @query('member', () => ActivityEvent, 'One event of the history.', { nullable: true })
  activityEvent(@idArgument('event') id: string, @Ctx() ctx: Context) {
    return ctx.byId(ActivityEvent, id)
  }

  @query(
    'member',
    () => activityList.Connection,
    'The history of the organisation, newest first: every change, as far as the key may read what it is about.',
  )
  activityEvents(@Args(() => activityList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(ActivityEvent, given, { conditions: [readable(ctx.access.permissions)] })
  }

  @extension(
    'member',
    () => String,
    'The name of the record it is about, as it was then, such as F2026/0007; null where that is not known.',
    { nullable: true, looksBeyond: true },
  )
  subjectName(@Root() event: ActivityEvent, @Ctx() ctx: Context) {
    return subjectNameOf(event, ctx)
  }

  @extension(
    'member',
    () => String,
    'The name of the client now; null without a client, where it is gone, or where the key may not read clients.',
    { nullable: true, looksBeyond: true },
  )
  clientName(@Root() { clientId }: ActivityEvent, @Ctx() ctx: Context) {
    return clientId && ctx.nameOf(clientId)
  }

  @extension(
    'member',
    () => String,
    'The event in one line of plain English, such as "Invoice F2026/0007 authorised".',
    { looksBeyond: true },
  )
  async summary(@Root() event: ActivityEvent, @Ctx() ctx: Context) {
    return summaryOf(event, await subjectNameOf(event, ctx))
  }

  @extension('member', () => Json, 'The changed values before, by field.', { nullable: true })
  before(@Root() event: ActivityEvent, @Ctx() ctx: Context) {
    return readableValues(event, ctx.access.permissions).before
  }

  @extension('member', () => Json, 'The changed values after, by field.', { nullable: true })
  after(@Root() event: ActivityEvent, @Ctx() ctx: Context) {
    return readableValues(event, ctx.access.permissions).after
  }

  @extension(
    'member',
    () => [FieldChange],
    'Before and after in words, field by field; of a record that was made or deleted, all that it held.',
    { looksBeyond: true },
  )
  changes(@Root() event: ActivityEvent, @Ctx() ctx: Context) {
    return changesOf(
      { ...event, ...readableValues(event, ctx.access.permissions) },
      { timeZone: ctx.access.organization.timeZone, nameOf: id => ctx.nameOf(id) },
    )
  }
}

/** Gives each kind of record, whatever feature has it, a field with its history. */
export const recordActivityResolvers = () =>
  entities()
    .filter(({ part, type }) => !part && type !== ActivityEvent)
    .map(activityResolverOf)

function activityResolverOf(record: EntityMetadata) {
  const { by, description } = historyOf(record)

  @Resolver(() => record.type)
  class RecordActivityResolver {
    @extension(record.permission ?? 'member', () => activityList.Connection, description)
    activity(@Root() { id }: Row, @Args(() => activityList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
      return ctx.page(ActivityEvent, given, { parent: { by, id }, conditions: [readable(ctx.access.permissions)] })
    }
  }
  return RecordActivityResolver
}

function historyOf({ type, name, fields }: EntityMetadata): {
  by: 'clientId' | 'itemId' | 'subjectId'
  description: string
} {
  if (type === Client)
    return {
      by: 'clientId',
      description:
        'The history of the client and its documents, newest first, as far as the key may read the records it is about.',
    }
  // The events of a note about another record are about that record, and name the note as their item.
  if (fields.some(field => field.name === 'subjectId'))
    return { by: 'itemId', description: `The history of the ${spoken(name)}, newest first.` }
  return {
    by: 'subjectId',
    description: `The history of the ${spoken(name)}, newest first, with what people wrote about it.`,
  }
}
