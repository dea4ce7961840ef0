import type { GraphQLResolveInfo } from 'graphql'
import type { ReadScope } from '../../database/scope/write-scope.js'
import type { Context } from '../../request/context.js'
import { groupBy } from '../../lib/group.js'
import type { Client } from '../clients/index.js'
import { ageParameters } from '../invoicing/index.js'
import { groupsOf, type ClientRange, type GroupRow } from './group.queries.js'
import { keepLater } from './keep-figures.js'
import { groupsBeside, keptGroups } from './kept.queries.js'
import { readSelected, selectedOf, type Frame, type Selected } from './overview.js'
import { blocks } from './overview.queries.js'

/** The groups of the blocks that the query selects: those of a client today as they were kept, where they hold. */
export function readOverview(
  ctx: Context,
  client: Client | null,
  frame: Frame,
  info: GraphQLResolveInfo,
): readonly GroupRow[] | Promise<readonly GroupRow[]> {
  const selected = selectedOf(info, blocks, frame.isToday)
  if (client === null || !frame.isToday || selected.names.length === 0)
    return readSelected(ctx, frame, info, 'overview', blocks, ageParameters(frame.asOf))
  const beside = groupsBeside(client, selected.names)
  if (!beside) return readToday(ctx, client, selected)
  ctx.allow(...selected.permissions)
  return beside
}

async function readToday(ctx: Context, { id }: Client, selected: Selected): Promise<readonly GroupRow[]> {
  const found = await ctx.batch(`overview of today ${selected.names.join()}`, id, async clients => {
    const { groups, missing } = await ctx.read(selected.permissions, scope => groupsOfToday(scope, clients, selected))
    keepLater(ctx, missing)
    return groups
  })
  return found ?? []
}

/** The groups of each client today, and the clients whose kept figures do not hold. `range`: they are all between two ids. */
export async function groupsOfToday(
  scope: ReadScope,
  clients: readonly string[],
  { names, parts }: Pick<Selected, 'names' | 'parts'>,
  range?: ClientRange,
) {
  const groups = scope.setting.readsKept
    ? await keptGroups(scope, range ?? clients, new Set(names))
    : new Map<string, GroupRow[]>()
  const missing = clients.filter(id => !groups.has(id))
  if (missing.length === 0) return { groups, missing }
  const selection = range && missing.length > clients.length / 2 ? range : missing
  const live = await groupsOf(scope, selection, parts, { ...ageParameters(scope.today), asOf: scope.today })
  for (const [id, rows] of groupBy(live, row => row.clientId)) groups.set(id, rows)
  return { groups, missing }
}
