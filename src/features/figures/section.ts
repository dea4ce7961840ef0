import { Arg, type ClassType } from 'type-graphql'
import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from '../../request/context.js'
import { MoneyTotal } from '../../model/money.js'
import type { Permission } from '../../model/permission.js'
import { selectedFields } from '../../graphql/selection.js'
import type { Day } from '../../lib/calendar.js'
import { divideHalfUp, formatDecimal } from '../../lib/decimal.js'
import { groupBy } from '../../lib/group.js'
import { InvoiceKind, type InvoiceBucket } from '../invoicing/index.js'
import { groupsOf, type GroupRow, type Part, type Source, type ClientSelection } from './group.queries.js'
import type { Packed } from './packed-sum.js'
import type { Parameters } from '../../model/condition.js'

/** The clients and the day that the groups of an overview share. */
export interface Frame {
  /** Null: the whole organisation's. */
  clientId: string | null
  asOf: Day
  /** Whether the day is today, which alone has figures without a dated past. */
  isToday: boolean
  baseCurrency: string
}

/** Which invoices or payments a figure is about. */
export const kindArgument = () =>
  Arg('kind', () => InvoiceKind, { defaultValue: InvoiceKind.SALE, description: 'Sales or purchases.' })

/** The frame of a client's figures, or of the organisation's, for a day; a day in the future is refused. */
export function frameOf(ctx: Context, clientId: string | null, given: Day | null | undefined): Frame {
  const asOf = ctx.day(given)
  return { clientId, asOf, isToday: asOf === ctx.today, baseCurrency: ctx.access.organization.baseCurrency }
}

/** Whose lists stand below a figure; those of the whole organisation below no record. */
export const parentOf = ({ frame: { clientId } }: { frame: Frame }) =>
  clientId === null ? undefined : { by: 'clientId' as const, id: clientId }

/**
 * The groups of a client, read for all clients of the request at once, or of the organisation. `name` identifies what
 * is read, parameters included.
 */
export async function readGroups(
  ctx: Context,
  { clientId }: Frame,
  name: string,
  permissions: readonly Permission[],
  parts: readonly Part[],
  parameters: Parameters,
): Promise<GroupRow[]> {
  const read = (selection: ClientSelection) =>
    ctx.read(permissions, async scope =>
      groupBy(await groupsOf(scope, selection, parts, parameters), row => row.clientId),
    )
  const rows =
    clientId === null ? await ctx.batch(`${name} of all`, '', () => read(null)) : await ctx.batch(name, clientId, read)
  return rows ?? []
}

/** What is read of those sources alone that a query selects. */
export interface Selected {
  names: readonly string[]
  parts: readonly Part[]
  permissions: readonly Permission[]
}

export function selectedOf(info: GraphQLResolveInfo, sources: Record<string, Source>, isToday: boolean): Selected {
  const fields = selectedFields(info)
  const selected = Object.entries(sources).filter(([field]) => fields.has(field))
  const parts = new Set(
    selected.flatMap(([, { parts: always, partsOfToday = [] }]) => [...always, ...(isToday ? partsOfToday : [])]),
  )
  const permissions = new Set<Permission>(['clients:read', ...selected.map(([, { permission }]) => permission)])
  return { names: selected.map(([field]) => field), parts: [...parts], permissions: [...permissions] }
}

/** The groups of those sources alone that the query selects. */
export function readSelected(
  ctx: Context,
  frame: Frame,
  info: GraphQLResolveInfo,
  name: string,
  sources: Record<string, Source>,
  given: Parameters,
): Promise<GroupRow[]> {
  const { names, parts, permissions } = selectedOf(info, sources, frame.isToday)
  const parameters = { ...given, asOf: frame.asOf }
  return readGroups(ctx, frame, `${name} ${frame.asOf} ${names.join()}`, permissions, parts, parameters)
}

const noRows: GroupRow[] = []

/** As `filter`, for the few rows of very many clients: where none is found nothing is made. */
export function only(rows: readonly GroupRow[], isWanted: (row: GroupRow) => boolean): readonly GroupRow[] {
  let found: GroupRow[] | undefined
  for (const row of rows) {
    if (!isWanted(row)) continue
    if (found) found.push(row)
    else found = [row]
  }
  return found ?? noRows
}

/** The groups of one client, or of the organisation, by block. */
export class Groups {
  constructor(
    readonly frame: Frame,
    private readonly rows: readonly GroupRow[],
  ) {}

  of(block: string, direction = ''): readonly GroupRow[] {
    return only(this.rows, row => row.block === block && row.direction === direction)
  }
}

/** A block of the overview, in one direction; `T` are its fields. */
export interface Section<T extends object | null = object | null> {
  name: string
  description: string
  block: string
  /** Empty where its block has none. */
  direction: string
  type: ClassType<NonNullable<T>>
  /** Its figures follow from the groups and the day alone; null on days that have none. */
  of: (groups: Groups) => T
}

/** The figures of one client, or of the organisation, however they were read. */
export interface Figures {
  /** The fields of a section. */
  fieldsOf<T extends object | null>(section: Section<T>, frame: Frame): T
  /** The same figures, side by side. */
  packed(section: Section, frame: Frame): readonly Packed[]
}

/** What the fields of an overview are answered from. */
export class Overview {
  constructor(
    readonly frame: Frame,
    private readonly figures: Figures,
  ) {}

  get asOf(): Day {
    return this.frame.asOf
  }

  section<T extends object | null>(section: Section<T>): T {
    return this.figures.fieldsOf(section, this.frame)
  }
}

type Amount = 'amount' | 'amount2' | 'amount3'
const baseOf = { amount: 'base', amount2: 'base2', amount3: 'base3' } as const

/** A sum that is still exact: minor units for each currency and in base. */
export class Sum extends MoneyTotal {
  addRows(rows: readonly GroupRow[], part: Amount, sign: 1 | -1 = 1): this {
    for (const { currency, withoutRate, [part]: amount, [baseOf[part]]: base } of rows)
      this.add(currency, sign < 0 ? -amount : amount, sign < 0 ? -base : base, withoutRate)
    return this
  }
}

/** In hours with 2 decimals, from the sum of the minutes. */
export const hoursOf = (minutes: bigint) => formatDecimal(divideHalfUp(minutes * 100n, 60n), 2)

export const count = (rows: readonly GroupRow[]) => Number(rows.reduce((sum, row) => sum + row.count, 0n))

/** The groups into which the statement divides overdue invoices. */
export const ages = [
  'OVERDUE_1_30',
  'OVERDUE_31_60',
  'OVERDUE_61_90',
  'OVERDUE_OVER_90',
] as const satisfies readonly InvoiceBucket[]
