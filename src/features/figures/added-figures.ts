import { giveWay } from '../../database/give-way.js'
import type { ReadScope } from '../../database/scope/write-scope.js'
import { batchesOf } from '../../lib/batches.js'
import { packedIn, textOf } from './kept-text.js'
import { doubt } from './kept-list.queries.js'
import { holdsToday, lastPosition } from './kept.queries.js'
import { PackedTotal, type Packed, type PackedSum } from './packed-sum.js'
import { packingOf, type Packing } from './packing.js'
import type { Block } from './registry.js'
import type { Frame, Section } from './section.js'

/** How many rows are read at once. */
const usualSize = 1000

interface KeptRow extends Record<string, string | number | null> {
  client_id: string
  doubt: string | number
  last: string | number
}

/** The text of each block, and the position of the last change of which they are. */
export interface TextsOfAll {
  position: string
  texts: ReadonlyMap<string, string | null>
}

export const addsUp = ({ sections }: Block) => sections.every(section => section.addsUp !== false)

/**
 * Adds up what is kept of all clients. Undefined unless every row holds, and no figure changes while they are read.
 * Refuses sums that are too large.
 */
export async function addKept(
  scope: ReadScope,
  blocks: readonly Block[],
  frame: Frame,
  size = usualSize,
): Promise<TextsOfAll | undefined> {
  const totals = blocks.map(({ name, column, sections }) => ({ name, column, sections: sections.map(totalOf) }))
  const columns = blocks.map(({ column }) => `k.${column} AS ${column}`)
  const read = (after: string) =>
    scope.rows<KeptRow>(
      `SELECT k.client_id AS client_id, ${columns.join(', ')}, (${doubt}) AS doubt, ${lastPosition} AS last
       FROM client_figures k WHERE k.organization_id = :organization AND k.client_id > :after ORDER BY k.client_id LIMIT ${size}`,
      { after, ...holdsToday(scope.organization, frame.asOf) },
    )
  let position = ''
  let isWhole = false
  for await (const rows of batchesOf('', size, read, row => row.client_id)) {
    isWhole = rows.length < size
    for (const row of rows) {
      position ||= String(row.last)
      if (Number(row.doubt) !== 0 || String(row.last) !== position) return undefined
      for (const { column, sections } of totals) {
        const text = row[column] as string | null // a column of text
        if (text !== null) for (const total of sections) addText(total, text)
      }
    }
    await giveWay()
  }
  if (position === '' || (!isWhole && (await positionOf(scope)) !== position)) return undefined
  const texts = totals.map(({ name, sections }) => [name, textOf(sections.map(total => packed(total, frame)))] as const)
  return { position, texts: new Map(texts) }
}

/** The position of the last change of any client's figures: no row says it where the last batch was full. */
async function positionOf(scope: ReadScope): Promise<string> {
  const [end] = await scope.rows<Pick<KeptRow, 'last'>>(`SELECT ${lastPosition} AS last`)
  return String(end?.last)
}

/** The figures of a section; undefined in the place of one that is rounded. */
interface Total {
  section: Section
  packing: Packing
  sums: readonly (PackedTotal | undefined)[]
  isEmpty: boolean
}

function totalOf(section: Section): Total {
  const packing = packingOf(section)
  const sums = packing.figures.map(({ kind, path }) => {
    if (kind !== 'decimal') return new PackedTotal()
    if (section.rounded) return undefined
    throw new Error(`${section.name}.${path.join('.')} is a decimal, which does not add up: say how in rounded.`)
  })
  return { section, packing, sums, isEmpty: true }
}

function addText(total: Total, text: string) {
  const values = packedIn(text, total.section)
  if (!values) return
  total.isEmpty = false
  total.sums.forEach((sum, at) => sum?.add(values[at] as PackedSum)) // a sum, or a count
}

function packed({ section, packing, sums, isEmpty }: Total, frame: Frame): readonly Packed[] | undefined {
  if (isEmpty) return undefined
  const values = sums.map(sum => sum?.packed(frame.baseCurrency) ?? null)
  if (!section.rounded) return values
  const rounded = section.rounded(packing.unpack(values, frame)) as Record<string, Packed> // of its fields
  return values.map((value, at) => rounded[packing.figures[at]?.path[0] ?? ''] ?? value)
}
