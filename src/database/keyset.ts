import { isDay, type Day as CalendarDay } from '../lib/calendar.js'
import { sumTooLarge } from '../lib/decimal.js'
import { sortSqlOf } from '../model/computed.js'
import type { Condition } from '../model/condition.js'
import { badInput } from '../model/errors.js'
import type { FieldDefinition } from '../model/field-definition.js'
import { figureOwner } from './figure-rows.js'

export type Direction = 'ASC' | 'DESC'

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

/**
 * What the expressions of computed values may name; `readable` are the kinds of record whose history the caller may
 * read.
 */
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

/** The value that orders a row: a field of it, or a value that SQL computed beside it. */
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

/** The day a cursor was made for, so that the pages of one walk agree. */
export function dayOfCursor(cursor: string | null | undefined): string | undefined {
  if (!cursor) return undefined
  const asOf = parseCursor(cursor)?.[3]
  return typeof asOf === 'string' ? asOf : undefined
}

export function positionOf(keyset: Keyset, cursor: string | null | undefined, name: string): Position | undefined {
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

/** The text by which callers name a position. */
export function cursorOf(keyset: Keyset, { value, id }: Position): string {
  return Buffer.from(JSON.stringify([orderKey(keyset), value, id, keyset.asOf ?? null])).toString('base64url')
}

/** What tells keysets of one kind of record apart within a request. */
export const placesOf = ({ field, direction, backwards, size, after, before, asOf }: Keyset) => [
  field.name,
  direction,
  backwards,
  size,
  after,
  before,
  asOf,
]

const orderKey = ({ field, direction }: Keyset) => `${field.name} ${direction}`

const opposite = { ASC: 'DESC', DESC: 'ASC' } as const

/** Ties go by id, which an index of figures has under another name. */
const idBeside = ({ figure }: FieldDefinition) => (figure ? `k.${figureOwner}` : 't.id')

/** ORDER BY of a keyset over alias `t`: values first, then rows without one, ties by id. */
export function orderOf({ field, direction, backwards }: Keyset): { sql: string; direction: Direction }[] {
  const flip = (end: Direction): Direction => (backwards ? opposite[end] : end)
  const sort = sortSqlOf(field)
  const terms =
    field.kind === 'id'
      ? []
      : [
          ...(field.nullable ? [{ sql: `(${sort} IS NULL)`, direction: flip('ASC') }] : []),
          { sql: sort, direction: flip(direction) },
        ]
  return [...terms, { sql: idBeside(field), direction: flip(direction) }]
}

/** The rows beyond a position. */
export function beyond({ field, direction }: Keyset, side: 'after' | 'before', { value, id }: Position): Condition {
  const forward = (direction === 'ASC') === (side === 'after')
  const sign = forward ? '>' : '<'
  const sort = sortSqlOf(field)
  const tie = `${idBeside(field)} ${sign} :${side}Id`
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
