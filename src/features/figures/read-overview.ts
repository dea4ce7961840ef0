import type { FieldNode, GraphQLResolveInfo } from 'graphql'
import type { ReadScope } from '../../database/scope/write-scope.js'
import type { Context } from '../../request/context.js'
import type { Day } from '../../lib/calendar.js'
import { groupBy } from '../../lib/group.js'
import type { Client } from '../clients/index.js'
import { groupsOf } from './group.queries.js'
import { keepLater } from './keep-figures.js'
import { readOfAll } from './kept-organization.js'
import { LiveFigures } from './kept-text.js'
import { figuresBeside, readKept } from './kept.queries.js'
import { readSelected, selectedOf, type Selected } from './read-groups.js'
import { blocks } from './registry.js'
import type { Figures, Frame } from './section.js'
import type { ClientRange, ClientSelection, Source } from './source.js'

/** The figures of the blocks that the query selects: those of a client today as they were kept, where they hold. */
export function readOverview(
  ctx: Context,
  client: Client | null,
  frame: Frame,
  info: GraphQLResolveInfo,
): Figures | Promise<Figures> {
  const selected = frame.isToday ? selectedToday(info) : undefined
  if (!selected || selected.names.length === 0)
    return readSelected(ctx, frame, info, 'overview', blocks).then(groups => new LiveFigures(groups))
  if (!client) return readOrganizationToday(ctx, selected)
  const beside = figuresBeside(client)
  if (!beside) return readToday(ctx, client, selected)
  ctx.allow(...selected.permissions)
  return beside
}

/** Kept by the list of nodes, which a compiled document gives to each of its records. */
const selectedBy = new WeakMap<readonly FieldNode[], Selected>()

function selectedToday(info: GraphQLResolveInfo): Selected {
  const known = selectedBy.get(info.fieldNodes)
  if (known) return known
  const selected = selectedOf(info, blocks, true)
  selectedBy.set(info.fieldNodes, selected)
  return selected
}

async function readToday(ctx: Context, { id }: Client, selected: Selected): Promise<Figures> {
  const figures = await ctx.batch(`overview of today ${selected.names.join()}`, id, async clients => {
    const { found, missing } = await ctx.read(selected.permissions, scope => figuresOfToday(scope, clients, selected))
    keepLater(ctx, missing)
    return found
  })
  return figures ?? new LiveFigures([])
}

async function readOrganizationToday(ctx: Context, selected: Selected): Promise<Figures> {
  const name = `overview of today of all ${selected.names.join()}`
  const figures = await ctx.batch(name, '', async () => new Map([['', await readOfAll(ctx, selected)]]))
  return figures ?? new LiveFigures([])
}

/** The figures of each client that has records, today, and the clients whose kept figures do not hold. `range`: they are all between two ids. */
export async function figuresOfToday(
  scope: ReadScope,
  clients: readonly string[],
  { names, sources }: Pick<Selected, 'names' | 'sources'>,
  range?: ClientRange,
) {
  const found = scope.setting.readsKept
    ? await readKept(scope, range ?? clients, new Set(names))
    : new Map<string, Figures>()
  const missing = clients.filter(id => !found.has(id))
  if (missing.length === 0) return { found, missing }
  const selection = range && missing.length > clients.length / 2 ? range : missing
  const live = await figuresOfDay(scope, selection, sources, scope.today)
  for (const [id, figures] of live.found) found.set(id, figures)
  return { found, missing }
}

/** The same for any day; none of them is kept. */
export async function figuresOfDay(scope: ReadScope, clients: ClientSelection, sources: readonly Source[], asOf: Day) {
  const rows = await groupsOf(scope, clients, sources, asOf)
  const found = [...groupBy(rows, row => row.clientId)].map(([id, groups]) => [id, new LiveFigures(groups)] as const)
  return { found: new Map<string, Figures>(found), missing: [] }
}
