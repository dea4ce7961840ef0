import { GraphQLScalarType } from 'graphql'
import { type ClassType, Int } from 'type-graphql'
import type { ReadScope } from '../../database/scope/write-scope.js'
import { declaredFields } from '../../graphql/declared-fields.js'
import { MoneySum } from '../../model/money.js'
import type { Permission } from '../../model/permission.js'
import type { Day } from '../../lib/calendar.js'
import { groupBy } from '../../lib/group.js'
import { ageParameters } from '../invoicing/index.js'
import { groupsOf, type ClientRange, type ClientSelection, type Part } from './group.queries.js'
import { Overview } from './overview.js'
import { blocks, groupsIn } from './overview.queries.js'
import { groupsOfToday } from './read-overview.js'
import { OverviewBlocksResolver } from './overview.resolver.js'
import { InvoicesOverview, ProjectsOverview, PurchaseOrdersOverview, TasksOverview } from './overview.types.js'
import { DealsOverview, QuotesOverview, SalesBlocksResolver } from './pipeline.js'
import { snake } from '../../lib/snake.js'

const resolver = new OverviewBlocksResolver()
const salesResolver = new SalesBlocksResolver()

/** A block of the overview, in one direction. */
interface Section {
  name: string
  description: string
  block: string
  type: ClassType
  direction?: string
  of: (overview: Overview) => object | null
}

const sections: Section[] = [
  {
    name: 'projects',
    description: 'Projects',
    block: 'projects',
    type: ProjectsOverview,
    of: overview => resolver.projects(overview),
  },
  {
    name: 'tasks',
    description: 'Open tasks',
    block: 'tasks',
    type: TasksOverview,
    of: overview => resolver.tasks(overview),
  },
  ...(['FROM_CLIENT', 'TO_CLIENT'] as const).map(direction => ({
    name: `orders_${direction.toLowerCase()}`,
    description: direction === 'FROM_CLIENT' ? 'Orders from the client' : 'Orders to the client',
    block: 'purchaseOrders',
    type: PurchaseOrdersOverview,
    direction,
    of: (overview: Overview) => resolver.purchaseOrders(overview, direction),
  })),
  ...(['SALE', 'PURCHASE'] as const).map(direction => ({
    name: `${direction.toLowerCase()}s`,
    description: direction === 'SALE' ? 'Sales' : 'Purchases',
    block: 'invoices',
    type: InvoicesOverview,
    direction,
    of: (overview: Overview) => resolver.invoices(overview, direction),
  })),
  {
    name: 'deals',
    description: 'Deals',
    block: 'deals',
    type: DealsOverview,
    of: overview => salesResolver.deals(overview),
  },
  {
    name: 'quotes',
    description: 'Quotes',
    block: 'quotes',
    type: QuotesOverview,
    of: overview => salesResolver.quotes(overview),
  },
]

/** One figure of a client's overview, by a name that stands alone. */
export interface FlatFigure {
  name: string
  description: string
  permission: Permission
  kind: 'integer' | 'decimal' | 'amount'
  /** Whether it has no past days, so that it is empty on them. */
  nullable: boolean
  /** Where it is in the overview. */
  section: Section
  path: readonly string[]
}

/** All of them, from the types of the overview: a new one appears here by itself. */
export const flatFigures = (): FlatFigure[] =>
  sections.flatMap(section => {
    const source = blocks[section.block]
    if (!source) throw new Error(`There is no block ${section.block}.`)
    return figuresIn(section.type, [], source.parts.length === 0).map(({ descriptions, ...found }) => ({
      name: [section.name, ...found.path.map(spelled)].join('_'),
      description: `${[section.description, ...descriptions].map(text => text.replace(/\.$/, '')).join(' · ')}.`,
      permission: source.permission,
      section,
      ...found,
    }))
  })

/** `days1To30` → `days_1_to_30`, `DRAFT` → `draft`. */
const spelled = (name: string) =>
  /[a-z]/.test(name) ? snake(name).replace(/(?<=[a-z])(?=\d)/g, '_') : name.toLowerCase()

type Found = Pick<FlatFigure, 'kind' | 'path' | 'nullable'> & { descriptions: string[] }

function figuresIn(type: ClassType, path: readonly string[], within: boolean): Found[] {
  return declaredFields(type).flatMap(({ name, description, type, ...field }): Found[] => {
    if (isEnum(type)) return []
    const at = [...path, name]
    const nullable = within || field.nullable
    if (type === Int) return [{ path: at, descriptions: [description], kind: 'integer', nullable }]
    if (type instanceof GraphQLScalarType) return [{ path: at, descriptions: [description], kind: 'decimal', nullable }]
    if (type === MoneySum) return [{ path: at, descriptions: [description], kind: 'amount', nullable }]
    const inner = type as ClassType // neither scalar nor enum
    const listed = declaredFields(inner).find(field => isEnum(field.type))
    if (!listed)
      return figuresIn(inner, at, nullable).map(found => ({
        ...found,
        descriptions: [description, ...found.descriptions],
      }))
    // In a list with one element for each state, the state names each element.
    return Object.keys(listed.type).flatMap(state =>
      figuresIn(inner, [...at, state], nullable).map(found => ({
        ...found,
        descriptions: [state, ...found.descriptions],
      })),
    )
  })
}

const isEnum = (type: object) => typeof type === 'object' && !(type instanceof GraphQLScalarType)

/**
 * The parts of a figure: its base amount, the known part of that, the documents without a rate, and an amount for each
 * currency.
 */
export type FlatValue = number | string | MoneySum | null

export interface FlatFigures {
  /** The values of a client, in the order of the figures; worked out when asked. */
  valuesOf: (clientId: string) => readonly FlatValue[]
  /** The values that `valuesOf` gives for a client without records. */
  none: readonly FlatValue[]
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
  const chosen = new Set(figures.map(({ section }) => section))
  const names = [...new Set([...chosen].map(({ block }) => block))]
  const parts = names.flatMap(name => {
    const { parts = [], partsOfToday = [] } = blocks[name] ?? {}
    return [...parts, ...(isToday ? partsOfToday : [])]
  })
  const { groups, missing } = isToday
    ? await groupsOfToday(scope, clients, { names, parts }, range)
    : await groupsOfDay(scope, range ?? clients, parts, asOf)
  const frame = { clientId: '', asOf, isToday, baseCurrency: scope.organization.baseCurrency }
  const placed = groupBy(
    figures.map(({ section, path }, at) => ({ section, path, at })),
    ({ section }) => section,
  )
  const fill = (overview: Overview, section: Section, values: FlatValue[]) => {
    const tree = section.of(overview)
    for (const { path, at } of placed.get(section) ?? []) values[at] = valueAt(tree, path)
  }
  const nothing = new Overview(frame, [])
  const none: FlatValue[] = []
  for (const section of chosen) fill(nothing, section, none)
  // Most clients have something in few sections: what they have nothing of is not worked out again.
  const sectionsOf = new Map<string, Section[]>()
  for (const section of chosen)
    for (const group of groupsIn[section.block] ?? [])
      sectionsOf.set(group, [...(sectionsOf.get(group) ?? []), section])
  const valuesOf = (clientId: string) => {
    const rows = groups.get(clientId)
    if (!rows) return none
    const overview = new Overview({ ...frame, clientId }, rows)
    const values = none.slice()
    const done: Section[] = []
    for (const { block, direction } of rows) {
      for (const section of sectionsOf.get(block) ?? []) {
        if ((section.direction ?? '') !== direction || done.includes(section)) continue
        fill(overview, section, values)
        done.push(section)
      }
    }
    return values
  }
  return { valuesOf, none, missing }
}

async function groupsOfDay(scope: ReadScope, selection: ClientSelection, parts: readonly Part[], asOf: Day) {
  const rows = await groupsOf(scope, selection, parts, { ...ageParameters(asOf), asOf })
  return { groups: groupBy(rows, row => row.clientId), missing: [] }
}

function valueAt(tree: unknown, path: readonly string[]): FlatValue {
  let value = tree
  for (const name of path) {
    if (value === null || value === undefined) return null
    value = Array.isArray(value)
      ? (value as { state: string }[]).find(({ state }) => state === name)
      : (value as Record<string, unknown>)[name] // as figuresIn found the path
  }
  return (value ?? null) as FlatValue // as the schema says of the field
}
