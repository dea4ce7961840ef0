import { figuresKind } from '../../database/effects/change-log.js'
import type { ReadScope } from '../../database/scope/write-scope.js'
import type { Context } from '../../request/context.js'
import type { Day } from '../../lib/calendar.js'
import { UserError } from '../../lib/user-error.js'
import { groupsOf, type GroupRow } from './group.queries.js'
import { keptText, LiveFigures, PackedFigures } from './kept-text.js'
import { holdsToday } from './kept.queries.js'
import type { Selected } from './read-groups.js'
import { blocks } from './registry.js'
import type { Figures } from './section.js'
import { source } from './source.js'

// The organisation's figures of today are kept as somebody asked for them, a row for each block. A row holds on its day
// until a figure of any client changes.

const changes = `record_changes r WHERE r.organization_id = :organization AND r.kind = '${figuresKind}'`

/** The position of the last change. It comes with the figures in one statement, so it is theirs. */
const lastChange = source('last', { alias: 'r', count: 'MAX(r.position)', from: () => changes })

/** The organisation's figures of today. Those that were not kept are kept behind the answer. */
export function readOfAll(ctx: Context, { names, sources, permissions }: Selected): Promise<Figures> {
  return ctx.read(permissions, async scope => {
    const kept = scope.setting.readsKept ? await readKeptOfAll(scope, names) : undefined
    if (kept) return kept
    const { today } = scope
    const groups = await groupsOf(scope, null, [...sources, lastChange], today)
    ctx.aloneInBackground('figures of the organization', own => keepOfAll(own, names, groups, today))
    return new LiveFigures(groups)
  })
}

/** Undefined unless all of them hold: the figures of one overview agree with each other. */
async function readKeptOfAll(scope: ReadScope, names: readonly string[]): Promise<Figures | undefined> {
  const rows = await scope.rows<{ block: string; figures: string | null }>(
    `SELECT f.block AS block, f.figures AS figures FROM organization_figures f WHERE f.organization_id = :organization AND f.block IN (:...names)
     AND f.day = :today AND f.shape = :shape AND f.position = COALESCE((SELECT MAX(r.position) FROM ${changes}), 0)`,
    { names, ...holdsToday(scope.organization, scope.today) },
  )
  if (rows.length < names.length) return undefined
  const texts = new Map(rows.map(({ block, figures }) => [block, figures]))
  return new PackedFigures(block => texts.get(block))
}

/** Keeps what somebody read. Where that gets lost, the next one who asks reads it anew. */
async function keepOfAll(own: Context, names: readonly string[], groups: readonly GroupRow[], today: Day) {
  const texts = textsOf(own, names, groups, today)
  const position = String(groups.find(group => group.source === lastChange.name)?.count)
  await own.mutate('clients:read', async scope => {
    const { dialect } = scope.setting
    const newer = ['position', 'shape', 'day', 'figures'].map(column => `${column} = ${dialect.excluded(column)}`)
    for (const [block, figures] of texts)
      await scope.executeUnobserved(
        `INSERT INTO organization_figures (organization_id, block, position, shape, day, figures)
         VALUES (:organization, :block, :position, :shape, :today, :figures) ${dialect.onTaken('organization_id, block')} ${newer.join(', ')}`,
        { block, figures, position, ...holdsToday(scope.organization, today) },
      )
  })
}

/** Nothing where a sum is too large: whoever asks for it gets the error. */
function textsOf(own: Context, names: readonly string[], groups: readonly GroupRow[], asOf: Day) {
  const { baseCurrency } = own.access.organization
  const frame = { clientId: null, asOf, isToday: true, baseCurrency }
  const read = Object.values(blocks).filter(({ name }) => names.includes(name))
  try {
    return read.map(block => [block.name, keptText(block, groups, frame)] as const)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return []
  }
}
