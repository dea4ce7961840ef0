import { ArgsType, Field, ID, InputType, Int, registerEnumType, type ClassType } from 'type-graphql'
import { positionOf, type Direction as OrderDirection, type Keyset } from '../database/keyset.js'
import type { Day as CalendarDay } from '../lib/calendar.js'
import { addComputed, computedFields, fieldOf } from '../model/computed.js'
import { badInput } from '../model/errors.js'
import { metadataOf } from '../model/entity-metadata.js'
import type { FieldDefinition, Row } from '../model/field-definition.js'
import { Day } from '../model/scalars.js'
import { connectionOf, type ListCosts } from './connection.js'
import { addToFilter, filterOf } from './filter.js'
import { isOfClient, offerViews } from './saved-list.js'

export const pageLimit = 100
const defaultSize = 20

export const Direction = { ASC: 'ASC', DESC: 'DESC' } as const satisfies Record<OrderDirection, OrderDirection>
export type Direction = OrderDirection
registerEnumType(Direction, {
  name: 'OrderDirection',
  description: 'Which end of an order comes first.',
  valuesConfig: {
    ASC: { description: 'Smallest or earliest first; records without a value last.' },
    DESC: { description: 'Largest or latest first; records without a value last.' },
  },
})

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
  /** Whether views of it can be saved; unless it says, of lists of what a client has. */
  savedViews?: boolean
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
    description: `The fields that a list of ${name} records can be ordered by; the id orders ties.`,
    valuesConfig,
  })

  const Filter = filterOf(type, options.filters)
  const list: KnownList = { Filter, orders, valuesConfig, fields: {}, direction: options.direction ?? Direction.ASC }
  lists.set(type, list)
  if (options.savedViews ?? isOfClient(metadataOf(type))) offerViews(type)
  for (const [order, field] of Object.entries(options.orders)) addOrder(list, order, fieldOf(type, field))

  const [first = ''] = Object.keys(options.orders)
  const Arguments = listArguments(Filter, orderInput(name, orders), `${first} ${list.direction}`)
  return { Connection, Arguments, Filter }
}

/** The input by which callers choose one of these orders. */
function orderInput(name: string, orders: Record<string, string>): ClassType {
  @InputType(`${name}Order`, { description: `The order of a list of ${name} records.` })
  class Order {
    @Field(() => orders, { description: 'The field to order by.' })
    field: string

    @Field(() => Direction, { description: 'Which end comes first.', defaultValue: Direction.ASC })
    direction: Direction
  }
  return Order
}

/** The arguments of a list; `usual` is its order where callers give none. */
function listArguments(Filter: ClassType, Order: ClassType, usual: string): ClassType<ListArguments> {
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
      description: `The order; by default ${usual}.`,
    })
    orderBy?: ListArguments['orderBy']
  }
  return Arguments
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
  if (!field) throw badInput('This list has no such order; choose one of its fields.')
  return fieldOf(type, field)
}

/** The needs and costs of the fields and orders of a list, for the rule in front of execution (graphql/needs.ts). */
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
        'The day for which the figures and conditions hold. ' +
        "By default today in the organisation's time zone; never later.",
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
    throw badInput(`${field.name} has no past days; order by it without asOf.`)
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
