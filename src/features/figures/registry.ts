import { extendList } from '../../graphql/list.js'
import type { FieldDefinition } from '../../model/field-definition.js'
import { snake } from '../../lib/snake.js'
import { Client } from '../clients/index.js'
import type { GroupRow } from './group.queries.js'
import type { Reads } from './read-groups.js'
import type { Groups, Section } from './section.js'
import type { MoneyPlace, Source } from './source.js'

/** A figure by which clients are listed. Lists of today read it from a column that has its name. */
export interface ListedFigure {
  /** With the SQL that works it out for all clients, for lists of other days. */
  field: FieldDefinition
  /** Its value today. */
  of: (groups: Groups) => bigint
}

/** Records of a client that wait for something. */
export interface OpenItems {
  /** The type of the records, or of what they are together. The preview of an erasure orders by it (features/erasure/erasure.due.ts). */
  kind: string
  what: string
  /** Whether money is owed, to us or by us. */
  isDue: boolean
  of: (groups: Groups) => readonly GroupRow[]
  /** What they are worth. */
  amount?: MoneyPlace
}

/** The description of some figures: what a field of the overview shows, and where else it is used. */
export interface FigureBlock extends Reads {
  /** The field. */
  name: string
  /** One for each direction. */
  sections: readonly Section[]
  /** The fields of a month that belong to it, each with what it reads. */
  byMonth?: Readonly<Record<string, Source>>
  /** The days, by table, on which something happened. None is later than today, unless the clock or the time zone went back. */
  eventDays?: Record<string, readonly string[]>
  listed?: readonly ListedFigure[]
  open?: readonly OpenItems[]
}

export interface Block extends FigureBlock {
  /** The column of `client_figures` that keeps it. */
  column: string
  /** All that it is made of. */
  sourcesToday: readonly Source[]
}

/** Those of all features, in their order. */
export const blocks: Record<string, Block> = {}

/** Takes the figures of a feature into overviews, kept rows, lists of clients, feeds and summaries. */
export function registerFigures(block: FigureBlock) {
  const { name, sections, sources, sourcesOfToday = [], listed = [] } = block
  if (sections.length > 2) throw new Error(`${name} has more than two sections: lineOf in kept-text.ts reads two.`)
  blocks[name] = { ...block, column: snake(name), sourcesToday: [...sources, ...sourcesOfToday] }
  extendList(Client, ...listed.map(({ field }) => field))
}

/** What the fields of a month read. */
export const monthReads = (): Record<string, Reads> =>
  Object.fromEntries(
    Object.values(blocks).flatMap(({ permission, byMonth = {} }) =>
      Object.entries(byMonth).map(([field, source]) => [field, { permission, sources: [source] }]),
    ),
  )

export const sourcesToday = (): Source[] => Object.values(blocks).flatMap(block => block.sourcesToday)
export const listedFigures = (): ListedFigure[] => Object.values(blocks).flatMap(({ listed = [] }) => listed)
