import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from '../../request/context.js'
import type { ListArguments } from '../../graphql/list.js'
import { badInput } from '../../model/errors.js'
import type { Parameters } from '../../model/condition.js'
import type { Permission } from '../../model/permission.js'
import { selectedFields } from '../../graphql/selection.js'
import type { Day } from '../../lib/calendar.js'
import { groupBy } from '../../lib/group.js'
import { groupsOf, type GroupRow } from './group.queries.js'
import type { Frame } from './section.js'
import type { ClientSelection, Source } from './source.js'

/** The frame of a client's figures, or of the organisation's, for a day; a day in the future is refused. */
export function frameOf(ctx: Context, clientId: string | null, given: Day | null | undefined): Frame {
  const asOf = ctx.day(given)
  return { clientId, asOf, isToday: asOf === ctx.today, baseCurrency: ctx.access.organization.baseCurrency }
}

/** Whose lists stand below a figure; those of the whole organisation below no record. */
export const parentOf = ({ frame: { clientId } }: { frame: Frame }) =>
  clientId === null ? undefined : { by: 'clientId' as const, id: clientId }

/** The arguments of a list below a count, which lists what was counted, for the same day. */
export function counted<T extends ListArguments & { bucket?: unknown }>(given: T, { asOf }: Frame): T {
  if (given.bucket) throw badInput('This list is already one group; leave bucket out.')
  if (given.asOf && given.asOf !== asOf)
    throw badInput(`This list belongs to an overview of ${asOf}; ask the overview itself for another day.`)
  return { ...given, asOf }
}

/**
 * The groups of a client, read for all clients of the request at once, or of the organisation. `name` identifies what
 * is read, the day and parameters included.
 */
export async function readGroups(
  ctx: Context,
  { clientId, asOf }: Frame,
  name: string,
  permissions: readonly Permission[],
  sources: readonly Source[],
  parameters: Parameters = {},
): Promise<GroupRow[]> {
  const read = (selection: ClientSelection) =>
    ctx.read(permissions, async scope =>
      groupBy(await groupsOf(scope, selection, sources, asOf, parameters), row => row.clientId),
    )
  const rows =
    clientId === null ? await ctx.batch(`${name} of all`, '', () => read(null)) : await ctx.batch(name, clientId, read)
  return rows ?? []
}

/** What a field that shows figures reads, and the permission it needs. */
export interface Reads {
  permission: Permission
  sources: readonly Source[]
  /** Read as well where the day is today, since they have no dated past. */
  sourcesOfToday?: readonly Source[]
}

/** What is read for those fields alone that a query selects. */
export interface Selected {
  names: readonly string[]
  sources: readonly Source[]
  permissions: readonly Permission[]
}

export function selectedOf(info: GraphQLResolveInfo, reads: Record<string, Reads>, isToday: boolean): Selected {
  const fields = selectedFields(info)
  const selected = Object.entries(reads).filter(([field]) => fields.has(field))
  const read = new Set(
    selected.flatMap(([, { sources, sourcesOfToday = [] }]) => [...sources, ...(isToday ? sourcesOfToday : [])]),
  )
  const permissions = new Set<Permission>(['clients:read', ...selected.map(([, { permission }]) => permission)])
  return { names: selected.map(([field]) => field), sources: [...read], permissions: [...permissions] }
}

/** The groups for those fields alone that the query selects. */
export function readSelected(
  ctx: Context,
  frame: Frame,
  info: GraphQLResolveInfo,
  name: string,
  reads: Record<string, Reads>,
  parameters?: Parameters,
): Promise<GroupRow[]> {
  const { names, sources, permissions } = selectedOf(info, reads, frame.isToday)
  return readGroups(ctx, frame, `${name} ${frame.asOf} ${names.join()}`, permissions, sources, parameters)
}
