import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType, type ClassType } from 'type-graphql'
import { badInput } from '../model/errors.js'
import { addComputed, computedFields, sortSqlOf, fieldOf } from '../model/computed.js'
import type { Cost } from '../model/cost.js'
import { addToFilter, filterOf } from './filter.js'
import { withArticle } from '../lib/article.js'
import { isDay, type Day as CalendarDay } from '../lib/calendar.js'
import { sumTooLarge } from '../lib/decimal.js'
import { Day } from '../model/scalars.js'
import type { Condition } from '../model/condition.js'
import { metadataOf, type Row } from '../model/entity-metadata.js'
import type { FieldDefinition } from '../model/field-definition.js'

export const pageLimit = 100
const defaultSize = 20

@ObjectType('PageInfo', { description: 'Where a page stands in its list.', simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more follow after `endCursor`.' })
  hasNextPage: boolean

  @Field(() => Boolean, { description: 'Whether some come before `startCursor`.' })
  hasPreviousPage: boolean

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the first record of the page; null on an empty page.',
  })
  startCursor: string | null

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the last record of the page; null on an empty page.',
  })
  endCursor: string | null
}

export const Direction = { ASC: 'ASC', DESC: 'DESC' } as const
export type Direction = keyof typeof Direction
registerEnumType(Direction, {
  name: 'OrderDirection',
  description: 'Which end of an order comes first.',
  valuesConfig: {
    ASC: { description: 'Smallest or earliest first; records without a value last.' },
    DESC: { description: 'Largest or latest first; records without a value last.' },
  },
})

/** Where a page begins, how long it is, and by what it is ordered. */
export interface Keyset {
  field: FieldDefinition
  direction: Direction
  /** Take from the end of the list. */
  backwards: boolean
  size: number
  after?: Position
  before?: Position
  /** The day that the list's condition takes, which a cursor keeps for the pages that follow. */
  asOf?: string
  parameters: Worked
}

/** What the expressions of computed values may name; `readable` are the kinds of record whose history the caller may read. */
export interface Worked {
  listDay: CalendarDay
  today: CalendarDay
  readable: readonly string[]
}

export type SortValue = string | number | null

export interface Position {
  value: SortValue
  id: string
}

/** A record of a page with the value that it stands in the order by. */
export interface Placed<T> {
  row: T
  value: SortValue
}

export interface Slice<T> {
  rows: Placed<T>[]
  hasNextPage: boolean
  hasPreviousPage: boolean
}

/** What a resolver returns for a connection: nothing is read before a field asks for it. */
export class Page<T extends Row> {
  private slice?: Promise<Slice<T>>

  constructor(
    readonly keyset: Keyset,
    private readonly read: () => Promise<Slice<T>>,
    readonly count: () => Promise<number>,
  ) {}

  load() {
    return (this.slice ??= this.read())
  }

  /** The same page of what its records are made into, all at once. */
  of<U extends Row>(make: (rows: T[]) => Promise<U[]>): Page<U> {
    return new Page<U>(
      this.keyset,
      async () => {
        const { rows, ...slice } = await this.load()
        const made = await make(rows.map(({ row }) => row))
        return { ...slice, rows: made.map((row, at) => ({ row, value: rows[at]?.value ?? null })) }
      },
      this.count,
    )
  }

  cursor({ row, value }: Placed<T>): string {
    return Buffer.from(JSON.stringify([orderKey(this.keyset), value, row.id, this.keyset.asOf ?? null])).toString(
      'base64url',
    )
  }
}

/** The resolvers of a connection's fields. */
export const pageResolvers = {
  nodes: async (page: Page<Row>) => (await page.load()).rows.map(({ row }) => row),
  edges: async (page: Page<Row>) =>
    (await page.load()).rows.map(placed => ({ node: placed.row, cursor: page.cursor(placed) })),
  totalCount: (page: Page<Row>) => page.count(),
  pageInfo: async (page: Page<Row>): Promise<PageInfo> => {
    const { rows, hasNextPage, hasPreviousPage } = await page.load()
    const [first, last] = [rows[0], rows.at(-1)]
    return {
      hasNextPage,
      hasPreviousPage,
      startCursor: first ? page.cursor(first) : null,
      endCursor: last ? page.cursor(last) : null,
    }
  },
}

/** What a row is ordered by: a field of it, or what SQL worked out beside it. */
export function sortValueOf({ field }: Keyset, row: object, worked: unknown): SortValue {
  const value = field.expression ? worked : (row as Record<string, unknown>)[field.folded ?? field.name] // a field of the record
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  if (!field.expression) return typeof value === 'bigint' ? value.toString() : (value as SortValue) // its columns hold texts and numbers
  if (!numeric.has(field.kind)) return value as SortValue // a text
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw sumTooLarge()
  return number
}

const numeric = new Set<FieldDefinition['kind']>(['integer', 'money', 'decimal', 'flag'])

export interface ListArguments {
  first?: number
  after?: string
  last?: number
  before?: string
  filter?: object
  orderBy?: { field: string; direction: Direction }
  asOf?: string
  savedViewId?: string
}

export interface ListTypes {
  Connection: ClassType
  Arguments: ClassType<ListArguments>
  Filter: ClassType
}

interface ListOptions {
  filters: readonly string[]
  /** The values of the order enum and the fields they stand for; the first is the default, in `direction`. */
  orders: Record<string, string>
  direction?: Direction
  /** Values beside its fields, for filters and orders. */
  computed?: readonly FieldDefinition[]
  cost?: ListCosts
}

/** What a list costs where it costs more than others: to count it, and to filter it. */
export interface ListCosts {
  count?: Cost
  filter?: Cost
}

const connections = new Map<string, ListCosts>()

/** The types whose fields `pageResolvers` resolve, and what they cost. */
export const connectionCosts = (): ReadonlyMap<string, ListCosts> => connections
export const connectionNames = () => [...connections.keys()]

/** The type of the pages of a list of such objects. */
export function connectionOf(name: string, type: ClassType<Row>, cost: ListCosts = {}): ClassType {
  @ObjectType(`${name}Edge`, { description: `${withArticle(name, true)} in a list.`, simpleResolvers: true })
  class Edge {
    @Field(() => type, { description: 'The record.' })
    node: Row

    @Field(() => String, { description: 'Where it stands, for `after` and `before`.' })
    cursor: string
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name} records.`, simpleResolvers: true })
  class Connection {
    @Field(() => [type], { description: 'The records of the page.' })
    nodes: Row[]

    @Field(() => [Edge], { description: 'The records of the page with their cursors.' })
    edges: Edge[]

    @Field(() => PageInfo, { description: 'Whether there is more, and from where.' })
    pageInfo: PageInfo

    @Field(() => Int, { description: 'How many records the whole list has; counted only when asked for.' })
    totalCount: number
  }
  connections.set(`${name}Connection`, cost)
  return Connection
}

/** The connection and the arguments of a list. */
export function listOf(type: ClassType<Row>, options: ListOptions): ListTypes {
  const { name } = metadataOf(type)
  addComputed(type, options.computed ?? [])
  const Connection = connectionOf(name, type, options.cost)

  const orders: Record<string, string> = {}
  const valuesConfig: Record<string, { description: string }> = {}
  registerEnumType(orders, {
    name: `${name}OrderField`,
    description: `What a list of ${name} records can be ordered by; ties are ordered by id.`,
    valuesConfig,
  })

  @InputType(`${name}Order`, { description: `The order of a list of ${name} records.` })
  class Order {
    @Field(() => orders, { description: 'The field to order by.' })
    field: string

    @Field(() => Direction, { description: 'Which end comes first.', defaultValue: Direction.ASC })
    direction: Direction
  }

  const Filter = filterOf(type, options.filters)
  const list: KnownList = { Filter, orders, valuesConfig, fields: {}, direction: options.direction ?? Direction.ASC }
  lists.set(type, list)
  for (const [order, field] of Object.entries(options.orders)) addOrder(list, order, fieldOf(type, field))

  @ArgsType()
  class Arguments implements ListArguments {
    @Field(() => Int, {
      nullable: true,
      description: `How many records from the start or after \`after\`: 1 to ${pageLimit}, default ${defaultSize}.`,
    })
    first?: number

    @Field(() => String, { nullable: true, description: 'Only records behind this cursor.' })
    after?: string

    @Field(() => Int, {
      nullable: true,
      description: `How many records from the end or before \`before\`: 1 to ${pageLimit}.`,
    })
    last?: number

    @Field(() => String, { nullable: true, description: 'Only records ahead of this cursor.' })
    before?: string

    @Field(() => Filter, { nullable: true, description: 'Which records to list.' })
    filter?: object

    @Field(() => ID, {
      nullable: true,
      description: 'A saved view of this list: its filter holds as well, and its order where none is given.',
    })
    savedViewId?: string

    @Field(() => Order, {
      nullable: true,
      description: `The order; by default ${Object.keys(options.orders)[0]} ${options.direction ?? Direction.ASC}.`,
    })
    orderBy?: Order
  }
  return { Connection, Arguments, Filter }
}

interface KnownList {
  Filter: ClassType
  /** The order enum as type-graphql will read it. */
  orders: Record<string, string>
  valuesConfig: Record<string, { description: string }>
  /** Fields by order. */
  fields: Record<string, string>
  direction: Direction
}

const lists = new Map<ClassType<Row>, KnownList>()

function addOrder(list: KnownList, order: string, field: FieldDefinition) {
  list.orders[order] = order
  list.valuesConfig[order] = { description: field.description }
  list.fields[order] = field.name
}

/** `overdueTasks` → `OVERDUE_TASKS`. */
const orderName = (name: string) => name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()

/** Lets a list that an earlier feature offers be filtered and ordered by what a later one knows. */
export function extendList(type: ClassType<Row>, ...fields: FieldDefinition[]) {
  const list = listFor(type)
  addComputed(type, fields)
  for (const field of fields) {
    addToFilter(list.Filter, field)
    addOrder(list, orderName(field.name), field)
  }
}

function listFor(type: ClassType<Row>): KnownList {
  const list = lists.get(type)
  if (!list) throw new Error(`${metadataOf(type).name} has no list.`)
  return list
}

export const isListed = (type: ClassType<Row>) => lists.has(type)
export const listedRecords = () => [...lists.keys()].map(type => metadataOf(type).name)

/** The field that an order stands for. */
export function fieldOfOrder(type: ClassType<Row>, order: string): FieldDefinition {
  const field = listFor(type).fields[order]
  if (!field) throw badInput('There is no such order.')
  return fieldOf(type, field)
}

/** What single fields and orders of a list need and cost, for the rule in front of execution (graphql/needs.ts). */
export const listedFields = () =>
  [...lists].flatMap(([type, { fields }]) =>
    [...computedFields(type), ...metadataOf(type).fields]
      .filter(({ permission, cost }) => permission ?? cost)
      .map(definition => ({
        record: metadataOf(type).name,
        field: definition,
        orders: Object.keys(fields).filter(order => fields[order] === definition.name),
      })),
  )

/** Those that need a permission of their own. */
export const guardedFields = () => listedFields().filter(({ field }) => field.permission)

/** Arguments of a list whose records are counted by a day. */
export function withDay(Arguments: ClassType<ListArguments>): ClassType<ListArguments> {
  @ArgsType()
  class DatedArguments extends Arguments {
    @Field(() => Day, {
      nullable: true,
      description:
        'The day for which the figures and conditions hold; default today in the time zone of the organisation, never later.',
    })
    override asOf?: string
  }
  return DatedArguments
}

/** Reads the arguments of a list; refuses what makes no sense instead of guessing. */
export function keysetOf(
  type: ClassType<Row>,
  given: ListArguments,
  today: CalendarDay,
  readable: readonly string[],
  asOf?: CalendarDay,
): Keyset {
  const order = listFor(type)
  if (given.first != null && given.last != null) throw badInput('Give first or last, not both.')
  for (const name of ['first', 'last'] as const) {
    const value = given[name]
    if (value != null && (value < 1 || value > pageLimit))
      throw badInput(`${name} must be between 1 and ${pageLimit}; it is ${value}.`)
  }
  const field = fieldOfOrder(type, given.orderBy?.field ?? Object.keys(order.fields)[0] ?? '')
  if (field.undated && asOf !== undefined && asOf !== today)
    throw badInput(`${field.name} has no dated past: order by it without asOf.`)
  const keyset: Keyset = {
    field,
    direction: given.orderBy?.direction ?? order.direction,
    backwards: given.last != null,
    size: given.first ?? given.last ?? defaultSize,
    asOf,
    parameters: { listDay: asOf ?? today, today, readable },
  }
  return {
    ...keyset,
    after: positionOf(keyset, given.after, 'after'),
    before: positionOf(keyset, given.before, 'before'),
  }
}

/** The day a cursor was made for, so that the pages of one walk agree. */
export function dayOfCursor(cursor: string | null | undefined): string | undefined {
  if (!cursor) return undefined
  const asOf = parseCursor(cursor)?.[3]
  return typeof asOf === 'string' ? asOf : undefined
}

function positionOf(keyset: Keyset, cursor: string | null | undefined, name: string): Position | undefined {
  if (cursor == null) return undefined
  const parts = parseCursor(cursor)
  if (!parts) throw badInput(`${name} is not a cursor of this API.`)
  const [key, value, id, asOf] = parts
  if (key !== orderKey(keyset)) throw badInput(`${name} is a cursor of another order or list; start again without it.`)
  if ((asOf ?? undefined) !== keyset.asOf)
    throw badInput(`${name} is a cursor of another day (${String(asOf)}); keep the same asOf for all pages.`)
  return { value, id }
}

function parseCursor(cursor: string): [string, string | number | null, string, string | null] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (!Array.isArray(parts) || parts.length !== 4) return undefined
    const [key, value, id, asOf] = parts as unknown[] // checked one by one below
    const isValue = value === null || typeof value === 'string' || Number.isFinite(value)
    const right =
      typeof key === 'string' &&
      isValue &&
      typeof id === 'string' &&
      (asOf === null || (typeof asOf === 'string' && isDay(asOf)))
    return right ? [key, value as string | number | null, id, asOf] : undefined // what isValue says
  } catch {
    return undefined
  }
}

const orderKey = ({ field, direction }: Keyset) => `${field.name} ${direction}`

/** ORDER BY of a keyset over alias `t`: values first, then rows without one, ties by id. */
export function orderOf({ field, direction, backwards }: Keyset): { sql: string; direction: Direction }[] {
  const flip = (way: Direction) => (backwards ? (way === 'ASC' ? 'DESC' : 'ASC') : way)
  const sort = sortSqlOf(field)
  const terms =
    field.kind === 'id'
      ? []
      : [
          ...(field.nullable ? [{ sql: `(${sort} IS NULL)`, direction: flip('ASC') }] : []),
          { sql: sort, direction: flip(direction) },
        ]
  return [...terms, { sql: 't.id', direction: flip(direction) }]
}

/** The rows beyond a position. */
export function beyond({ field, direction }: Keyset, side: 'after' | 'before', { value, id }: Position): Condition {
  const forward = (direction === 'ASC') === (side === 'after')
  const sign = forward ? '>' : '<'
  const sort = sortSqlOf(field)
  const tie = `t.id ${sign} :${side}Id`
  const parameters = {
    [`${side}Id`]: id,
    [`${side}Value`]:
      field.kind === 'instant' && typeof value === 'string' ? value.replace('T', ' ').replace('Z', '') : value,
  }
  if (field.kind === 'id') return { sql: tie, parameters }
  if (value === null)
    return {
      sql: side === 'after' ? `(${sort} IS NULL AND ${tie})` : `(${sort} IS NOT NULL OR ${tie})`,
      parameters: { [`${side}Id`]: id },
    }
  const strictly = `${sort} ${sign} :${side}Value OR (${sort} = :${side}Value AND ${tie})`
  return { sql: field.nullable && side === 'after' ? `(${strictly} OR ${sort} IS NULL)` : `(${strictly})`, parameters }
}
