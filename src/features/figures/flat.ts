import type { Section } from './section.js'
import type { ReadScope } from '../../database/scope/write-scope.js'
import type { Permission } from '../../model/permission.js'
import type { Day } from '../../lib/calendar.js'
import { groupBy } from '../../lib/group.js'
import { snake } from '../../lib/snake.js'
import type { Packed } from './packed-sum.js'
import { packingOf, type PackedFigure } from './packing.js'
import { figuresOfDay, figuresOfToday } from './read-overview.js'
import { blocks } from './registry.js'
import type { ClientRange } from './source.js'

/** One figure of a client's overview, by a name that stands alone. */
export interface FlatFigure extends Pick<PackedFigure, 'kind' | 'nullable'> {
  name: string
  description: string
  permission: Permission
  /** Where it is in the overview: its place among the figures of a section. */
  section: Section
  at: number
}

/** All of them, from the types of the overview: a new one appears here by itself. */
export const flatFigures = (): FlatFigure[] =>
  Object.values(blocks).flatMap(({ permission, sections }) =>
    sections.flatMap(section =>
      packingOf(section).figures.map(({ path, descriptions, kind, nullable }, at) => ({
        name: [section.name, ...path.map(spelled)].join('_'),
        description: `${[section.description, ...descriptions].map(text => text.replace(/\.$/, '')).join(' · ')}.`,
        permission,
        kind,
        nullable,
        section,
        at,
      })),
    ),
  )

/** `days1To30` → `days_1_to_30`, `DRAFT` → `draft`. */
const spelled = (name: string) =>
  /[a-z]/.test(name) ? snake(name).replace(/(?<=[a-z])(?=\d)/g, '_') : name.toLowerCase()

export interface FlatFigures {
  /** The values of a client, in the order of the figures; worked out when asked. */
  valuesOf: (clientId: string) => readonly Packed[]
  /** The values that `valuesOf` gives for a client without records. */
  none: readonly Packed[]
  /** The clients whose figures of today were not kept. */
  missing: readonly string[]
}

/** The figures of some clients on a day, as their overviews have them. `range`: they are all between two ids. */
export async function readFlatFigures(
  scope: ReadScope,
  clients: readonly string[],
  figures: readonly FlatFigure[],
  asOf: Day,
  range?: ClientRange,
): Promise<FlatFigures> {
  const isToday = asOf === scope.today
  const names = [...new Set(figures.map(({ section }) => section.block))]
  const sources = names.flatMap(name => (isToday ? blocks[name]?.sourcesToday : blocks[name]?.sources) ?? [])
  const { found, missing } = isToday
    ? await figuresOfToday(scope, clients, { names, sources }, range)
    : await figuresOfDay(scope, range ?? clients, sources, asOf)
  const frame = { clientId: '', asOf, isToday, baseCurrency: scope.organization.baseCurrency }
  const none = figures.map(({ section, at }) => packingOf(section).none(isToday)[at] ?? null)
  const placed = groupBy(
    figures.map(({ section, at }, place) => ({ section, at, place })),
    ({ section }) => section,
  )
  const chosen = [...placed].map(([section, places]) => ({ section, places, none: packingOf(section).none(isToday) }))
  const valuesOf = (clientId: string) => {
    const own = found.get(clientId)
    if (!own) return none
    let values: Packed[] | undefined
    // Most clients have something in few sections.
    for (const { section, places, none: nothing } of chosen) {
      const packed = own.packed(section, frame)
      if (packed === nothing) continue
      values ??= none.slice()
      for (const { at, place } of places) values[place] = packed[at] ?? null
    }
    return values ?? none
  }
  return { valuesOf, none, missing }
}
