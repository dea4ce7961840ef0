import { Ctx, Field, ID, Int, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { ActorType } from '../../database/effects/activity-event.js'
import { extension, query } from '../../graphql/operation.js'
import { limits } from '../../graphql/limits.js'
import { Day as DayScalar } from '../../model/scalars.js'
import type { Day } from '../../lib/calendar.js'
import { Organization } from '../organizations/index.js'
import { pageLimit } from '../../graphql/list.js'

@ObjectType({
  description: 'The limits of one request; the server refuses a larger request before it runs.',
  simpleResolvers: true,
})
export class Limits {
  @Field(() => Int, { description: 'Bytes of a request.' })
  body: number

  @Field(() => Int, { description: 'Tokens of a document.' })
  tokens: number

  @Field(() => Int, { description: 'Levels of nested fields.' })
  depth: number

  @Field(() => Int, { description: 'Fields of the Query or Mutation type in one operation, aliases included.' })
  rootFields: number

  @Field(() => Int, { description: 'Fields of one operation, those of its fragments counted at every spread.' })
  fields: number

  @Field(() => Int, {
    description: 'Records that an operation may return at the most: the pages multiplied along their nesting.',
  })
  records: number

  @Field(() => Int, {
    description: 'Points that an operation may cost; docs/reference/costs.md lists the points of each field.',
  })
  cost: number

  @Field(() => Int, { description: 'Files that come with a request.' })
  files: number

  @Field(() => Int, { description: 'Bytes of one file that is attached to a record.' })
  fileSize: number

  @Field(() => Int, { description: 'Records on one page of a list.' })
  pageSize: number
}

@ObjectType({ description: 'The caller, and what it may do.', simpleResolvers: true })
export class Viewer {
  @Field(() => ActorType, { description: 'The kind of actor that asks.' })
  type: ActorType

  @Field(() => ID, { nullable: true, description: 'The id of the key; null for the command line.' })
  id: string | null

  @Field(() => String, { description: 'The name of the key.' })
  name: string

  @Field(() => [String], {
    description: 'The permissions of the caller, such as `clients:read`, sorted; `:write` includes `:read`.',
  })
  permissions: string[]

  @Field(() => DayScalar, {
    description:
      'The day it is in the time zone of the organisation: what figures hold for unless asked for another day.',
  })
  today: Day

  @Field(() => Limits, { description: 'The limits of one request.' })
  limits: Limits
}

@Resolver(() => Viewer)
export class ViewerResolver {
  @query('member', () => Viewer, 'The caller. It says what a page needs to know before it shows anything.')
  viewer(@Ctx() ctx: Context): Viewer {
    const { actor, permissions } = ctx.access
    const { body, tokens, depth, rootFields, fields, records, cost, files } = limits
    return {
      ...actor,
      permissions: [...permissions].filter(permission => permission !== 'member').sort(),
      today: ctx.today,
      limits: {
        body,
        tokens,
        depth,
        rootFields,
        fields,
        records,
        cost,
        files,
        fileSize: ctx.storage.limits.file,
        pageSize: pageLimit,
      },
    }
  }

  @extension('member', () => Organization, 'The organisation that the caller belongs to.')
  organization(@Ctx() ctx: Context) {
    return ctx.one(Organization, ctx.access.organization.id)
  }
}
