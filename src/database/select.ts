import { snake } from '../lib/snake.js'
import type { Condition, Parameters } from '../model/condition.js'
import type { EntityMetadata } from '../model/entity-metadata.js'
import type { FieldDefinition, Row } from '../model/field-definition.js'

/** Which rows of a record, as `t` in SQL, and in which order; any order unless it is given. */
export interface Selection {
  /** Only rows with these ids. */
  ids?: readonly string[]
  where?: readonly Condition[]
  groupBy?: readonly string[]
  order?: readonly { sql: string; direction: 'ASC' | 'DESC' }[]
  limit?: number
  /** What other SQL of the selection names. */
  parameters?: Parameters
  /** Ends the statement, such as a lock. */
  end?: string
}

/** Makes rows of what the database answers: lists of the columns' values, in their order. */
export interface Shape<T = Row> {
  columns: string
  /** How many columns there are. */
  count: number
  rowOf: (values: readonly unknown[]) => T
}

const shapes = new Map<EntityMetadata, Map<string, Shape>>()

/** The columns of a record, or of some of its fields, and how a row is made of them. */
export function shapeOf(record: EntityMetadata, only?: readonly string[]): Shape {
  const known = shapes.get(record) ?? new Map<string, Shape>()
  shapes.set(record, known)
  const key = only?.join(' ') ?? ''
  const made = known.get(key) ?? makeShape(record, only)
  known.set(key, made)
  return made
}

function makeShape(record: EntityMetadata, only?: readonly string[]): Shape {
  const prototype = record.type.prototype as object // of a class
  const fields = record.fields.filter(({ name }) => !(name in prototype) && (only?.includes(name) ?? true)) // a getter works its value out
  const names = fields.map(({ name }) => name)
  const readers = fields.map(readerOf)
  return {
    columns: names.map(name => `t.\`${snake(name)}\``).join(', '),
    count: names.length,
    rowOf(values) {
      const row = Object.create(prototype) as Record<string, unknown> // by the names of its fields
      for (let at = 0; at < names.length; at++) {
        const value = values[at]
        const read = readers[at]
        row[names[at] as string] = read && value !== null ? read(value) : value // in its bounds
      }
      return row as unknown as Row // it has the fields of the record
    },
  }
}

type Reader = (value: unknown) => unknown

/** How the value of a column is read where the drivers do not give it as the field has it. */
function readerOf({ kind }: FieldDefinition): Reader | undefined {
  if (kind === 'money' || kind === 'decimal') return value => BigInt(value as string | number) // as both drivers give integers
  if (kind === 'flag') return value => value === 1
  if (kind === 'instant')
    return value => (value instanceof Date ? value : new Date(`${String(value).replace(' ', 'T')}Z`))
  if (kind === 'json' || kind === 'texts')
    return (value): unknown => (typeof value === 'string' ? JSON.parse(value) : value)
  return undefined
}

/** The SELECT of some columns of a record, within its organisation. */
export function selectSql(record: EntityMetadata, columns: string, selection: Selection): string {
  const { ids, where = [], groupBy = [], order = [], limit, end = '' } = selection
  let sql = `SELECT ${columns} FROM ${record.table} t WHERE ${ids ? byIds(record) : `t.${ownerOf(record)} = :organization`}`
  for (const condition of where) sql += ` AND (${condition.sql})`
  if (groupBy.length > 0) sql += ` GROUP BY ${groupBy.join(', ')}`
  if (order.length > 0) sql += ` ORDER BY ${order.map(({ sql: by, direction }) => `${by} ${direction}`).join(', ')}`
  if (limit !== undefined) sql += ' LIMIT :rowLimit'
  return sql + end
}

/**
 * No index serves COALESCE. Without it SQLite would look through all rows of the organisation: 17 ms instead of 0.1 ms
 * for 10 rows of 100,000.
 */
const byIds = (record: EntityMetadata) => `t.id IN (:...ids) AND COALESCE(t.${ownerOf(record)}, '') = :organization`

/** What the SQL of a selection names, but for the organisation. */
export function parametersOf({ ids, where = [], limit, parameters }: Selection): Parameters {
  const all: Parameters = { ...parameters }
  if (ids) all.ids = ids
  if (limit !== undefined) all.rowLimit = limit
  for (const condition of where) Object.assign(all, condition.parameters)
  return all
}

const owners = new Map<EntityMetadata, string>()

/** The column that holds the organisation of a row. */
export function ownerOf(record: EntityMetadata): string {
  const known = owners.get(record)
  if (known) return known
  const owner = record.fields.some(({ name }) => name === 'organizationId') ? 'organization_id' : 'id'
  owners.set(record, owner)
  return owner
}
