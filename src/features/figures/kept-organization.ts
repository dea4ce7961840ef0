import type { ReadScope } from '../../database/scope/write-scope.js'
import type { Context } from '../../request/context.js'
import { endsSoon } from '../../request/kept-figures.js'
import { UserError } from '../../lib/user-error.js'
import { addKept, addsUp, type TextsOfAll } from './added-figures.js'
import { bringUpToDate } from './catch-up.js'
import { groupsOf, type GroupRow } from './group.queries.js'
import { longestText } from './keep-figures.js'
import { keptText, LiveFigures, PackedFigures } from './kept-text.js'
import { holdsToday, lastOfAll, lastPosition } from './kept.queries.js'
import type { Selected } from './read-groups.js'
import { blocks, type Block } from './registry.js'
import type { Figures, Frame } from './section.js'

// The organisation's figures of today are kept as somebody asked for them, a row for each block. A row holds on its day
// until a figure of any client changes. Then they are added up from the kept rows of its clients, where each holds.

/** The organisation's figures of today. Those that were not kept are kept behind the answer. */
export async function readOfAll(ctx: Context, { names, sources, permissions }: Selected): Promise<Figures> {
  const selected = Object.values(blocks).filter(({ name }) => names.includes(name))
  const { baseCurrency } = ctx.access.organization
  const frame: Frame = { clientId: null, asOf: ctx.today, isToday: true, baseCurrency }
  const kept = ctx.readsKept && (await ctx.read(permissions, scope => readKeptOfAll(scope, names)))
  if (kept) return kept
  const added = ctx.readsKept && (await addUp(ctx, permissions, selected, frame))
  if (added) {
    keepLater(ctx, () => added)
    return new PackedFigures(block => added.texts.get(block))
  }
  const groups = await ctx.read(permissions, scope => groupsOf(scope, null, [...sources, lastOfAll], frame.asOf))
  keepLater(ctx, () => textsOf(selected, groups, frame))
  return new LiveFigures(groups)
}

/** Undefined unless all of them hold: the figures of one overview agree with each other. */
async function readKeptOfAll(scope: ReadScope, names: readonly string[]): Promise<Figures | undefined> {
  const rows = await scope.rows<{ block: string; figures: string | null }>(
    `SELECT f.block AS block, f.figures AS figures FROM organization_figures f WHERE f.organization_id = :organization AND f.block IN (:...names)
     AND f.day = :today AND f.shape = :shape AND f.position = ${lastPosition}`,
    { names, ...holdsToday(scope.organization, scope.today) },
  )
  if (rows.length < names.length) return undefined
  const texts = new Map(rows.map(({ block, figures }) => [block, figures]))
  return new PackedFigures(block => texts.get(block))
}

/** Waits for kept rows of clients to be brought up to date, as lists do that need them. */
async function addUp(ctx: Context, permissions: Selected['permissions'], selected: readonly Block[], frame: Frame) {
  const read = () => ctx.read(permissions, scope => addedAndRead(scope, selected, frame))
  const found = await read()
  if (found) return found
  const running = ctx.aloneInBackground('all figures', bringUpToDate)
  return running && (await endsSoon(running)) ? read() : undefined
}

/** What adds up is added, and the rest is read of documents; undefined where they are not of one moment. */
async function addedAndRead(
  scope: ReadScope,
  selected: readonly Block[],
  frame: Frame,
): Promise<TextsOfAll | undefined> {
  const adding = selected.filter(addsUp)
  if (adding.length === 0) return undefined
  return whereSmall(async () => {
    const added = await addKept(scope, adding, frame)
    const others = selected.filter(block => !addsUp(block))
    if (!added || others.length === 0) return added
    const sources = others.flatMap(({ sourcesToday }) => sourcesToday)
    const { position, texts } = textsOf(others, await groupsOf(scope, null, [...sources, lastOfAll], frame.asOf), frame)
    return position === added.position ? { position, texts: new Map([...added.texts, ...texts]) } : undefined
  })
}

function textsOf(read: readonly Block[], groups: readonly GroupRow[], frame: Frame): TextsOfAll {
  const position = String(groups.find(({ source }) => source === lastOfAll.name)?.count)
  return { position, texts: new Map(read.map(block => [block.name, keptText(block, groups, frame)])) }
}

/** Undefined where a sum is too large: whoever asks for it gets the error of the documents. */
async function whereSmall<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return undefined
  }
}

/** Keeps what somebody read. Where that gets lost, the next one who asks reads it anew. */
function keepLater(ctx: Context, read: () => TextsOfAll) {
  const { today } = ctx
  ctx.aloneInBackground('figures of the organization', async own => {
    const found = await whereSmall(read)
    if (!found) return
    await own.mutate('clients:read', async scope => {
      const { dialect } = scope.setting
      const newer = ['position', 'shape', 'day', 'figures'].map(column => `${column} = ${dialect.excluded(column)}`)
      for (const [block, figures] of found.texts) {
        if (figures !== null && figures.length > longestText) continue
        await scope.executeUnobserved(
          `INSERT INTO organization_figures (organization_id, block, position, shape, day, figures)
           VALUES (:organization, :block, :position, :shape, :today, :figures) ${dialect.onTaken('organization_id, block')} ${newer.join(', ')}`,
          { block, figures, position: found.position, ...holdsToday(scope.organization, today) },
        )
      }
    })
  })
}
