import type { ClassType } from 'type-graphql'
import { MoneyTotal } from '../../model/money.js'
import type { Day } from '../../lib/calendar.js'
import { divideHalfUp, formatDecimal } from '../../lib/decimal.js'
import type { GroupRow } from './group.queries.js'
import type { Packed } from './packed-sum.js'
import type { MoneyPlace, Place, Source } from './source.js'

/** The clients and the day that the groups of an overview share. */
export interface Frame {
  /** Null: the whole organisation's. */
  clientId: string | null
  asOf: Day
  /** Whether the day is today, which alone has figures without a dated past. */
  isToday: boolean
  baseCurrency: string
}

type Rows = readonly GroupRow[]
const noRows: Rows = []

/** As `filter`, for the few rows of very many clients: where none is found nothing is made. */
function only(rows: Rows, isWanted: (row: GroupRow) => boolean): Rows {
  let found: GroupRow[] | undefined
  for (const row of rows) {
    if (!isWanted(row)) continue
    if (found) found.push(row)
    else found = [row]
  }
  return found ?? noRows
}

/** Those in some buckets. */
export const among = (rows: Rows, ...buckets: readonly string[]) => only(rows, ({ bucket }) => buckets.includes(bucket))

/** The groups of one client, or of the organisation, by source. */
export class Groups {
  constructor(
    readonly frame: Frame,
    private readonly rows: Rows,
  ) {}

  of({ name }: Pick<Source, 'name'>, direction = ''): Rows {
    return only(this.rows, row => row.source === name && row.direction === direction)
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
  /** Figures that are rounded once per sum, made of the sums of the others, where those of many clients are added. */
  rounded?(sums: NonNullable<T>): Partial<T>
  /** False where something is rounded once per sum that cannot be made so. */
  addsUp?: false
}

/** The figures of one client, or of the organisation, however they were read. */
export interface Figures {
  /** The fields of a section. */
  fieldsOf<T extends object | null>(section: Section<T>, frame: Frame): T
  /** The same figures, side by side. */
  packed(section: Section, frame: Frame): readonly Packed[]
}

/** A sum that is still exact: minor units for each currency and in base. */
export class Sum extends MoneyTotal {
  addRows(rows: Rows, { at, base }: MoneyPlace, sign: 1 | -1 = 1): this {
    for (const { currency, withoutRate, sums } of rows) {
      const amount = sums[at] ?? 0n
      const inBase = sums[base] ?? 0n
      this.add(currency, sign < 0 ? -amount : amount, sign < 0 ? -inBase : inBase, withoutRate)
    }
    return this
  }
}

export const count = (rows: Rows) => Number(countOf(rows))
export const countOf = (rows: Rows) => rows.reduce((sum, row) => sum + row.count, 0n)
export const totalOf = (rows: Rows, { at }: Place) => rows.reduce((sum, { sums }) => sum + (sums[at] ?? 0n), 0n)

/** Of minutes, half-up. */
export const hundredthsOfHours = (minutes: bigint) => divideHalfUp(minutes * 100n, 60n)

/** In hours with 2 decimals, from the sum of the minutes. */
export const hoursOf = (minutes: bigint) => formatDecimal(hundredthsOfHours(minutes), 2)
