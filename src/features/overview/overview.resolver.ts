import { Args, Ctx, Info, Resolver, Root } from 'type-graphql'
import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from '../../request/context.js'
import { extension } from '../../graphql/operation.js'
import { Client } from '../clients/index.js'
import { frameOf, Overview, readOverview } from '../figures/index.js'
import { Organization } from '../organizations/index.js'
import { ClientOverview, OrganizationOverview, OverviewArguments } from './overview.types.js'

function overviewOf(
  client: Client | null,
  { asOf }: OverviewArguments,
  ctx: Context,
  info: GraphQLResolveInfo,
): Overview | Promise<Overview> {
  const frame = frameOf(ctx, client?.id ?? null, asOf)
  const figures = readOverview(ctx, client, frame, info)
  return figures instanceof Promise ? figures.then(read => new Overview(frame, read)) : new Overview(frame, figures)
}

@Resolver(() => Client)
export class ClientOverviewResolver {
  /** Read for all clients of the request at once, and only the blocks that the query selects. */
  @extension('clients:read', () => ClientOverview, 'The figures of the client at a glance, on one day.', {
    cost: { each: 0.5 },
    reads: ['id'],
  })
  overview(
    @Root() client: Client,
    @Args(() => OverviewArguments) given: OverviewArguments,
    @Ctx() ctx: Context,
    @Info() info: GraphQLResolveInfo,
  ) {
    return overviewOf(client, { asOf: given.asOf ?? client.asOf }, ctx, info)
  }
}

@Resolver(() => Organization)
export class OrganizationOverviewResolver {
  @extension(
    'clients:read',
    () => OrganizationOverview,
    'The figures of all clients together, archived ones included, at a glance, on one day.',
    { cost: { whole: 40 } },
  )
  overview(
    @Args(() => OverviewArguments) given: OverviewArguments,
    @Ctx() ctx: Context,
    @Info() info: GraphQLResolveInfo,
  ) {
    return overviewOf(null, given, ctx, info)
  }
}
