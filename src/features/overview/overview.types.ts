import { ArgsType, Field, ObjectType } from 'type-graphql'
import { Day as DayScalar } from '../../model/scalars.js'
import type { Day } from '../../lib/calendar.js'
import { OverviewBlocks } from '../figures/index.js'

@ArgsType()
export class OverviewArguments {
  @Field(() => DayScalar, {
    nullable: true,
    description:
      'The day the figures hold for. By default the day of the list that the client was read in, else today in ' +
      "the organisation's time zone. Never later than today.",
  })
  asOf?: Day | null
}

@ObjectType({
  description:
    'The figures of a client at a glance, on one day. ' +
    'All of them hold for `asOf` and agree with each other: one statement computes them.',
  simpleResolvers: true,
})
export class ClientOverview extends OverviewBlocks {}

@ObjectType({
  description:
    'The figures of the whole organisation at a glance, on one day. ' +
    'They count all clients together, archived ones included, by the same rules as those of one client.',
  simpleResolvers: true,
})
export class OrganizationOverview extends OverviewBlocks {}
