import { snake } from '../lib/snake.js'
import type { Companion } from './companion.js'
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
  /** What stands behind FROM, where that is more than the rows `t`. */
  from?: string
  /** What else is read beside each row. */
  companion?: Companion
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

/** Of one record: documents choose what they read of it. */
const mostShapes = 100

const shapes = new Map<EntityMetadata, Map<string, Shape>>()

/** The columns of a record, or of some of its fields, and how a row is made of them. */
export function shapeOf(record: EntityMetadata, only?: readonly string[]): Shape {
  const known = shapes.get(record) ?? new Map<string, Shape>()
  shapes.set(record, known)
  const key = only?.join(' ') ?? ''
  const made = known.get(key) ?? makeShape(record, only)
  known.set(key, made)
  if (known.size > mostShapes) known.delete(known.keys().next().value ?? '')
  return made
}

function makeShape(record: EntityMetadata, only?: readonly string[]): Shape {
  const prototype = only ? partOf(record, only) : (record.type.prototype as object) // of a class
  const fields = record.fields.filter(({ name }) => !hasGetter(record, name) && (only?.includes(name) ?? true)) // a getter works its value out
  const readers = fields.map(readerOf)
  const assignments = fields.map(({ name }, at) => {
    const value = `values[${at}]`
    return `this.${name} = ${readers[at] ? `${value} === null ? null : readers[${at}](${value})` : value}`
  })
  // A loop over names takes 170 µs for 51 rows of 27 columns, and this function 10 to 45.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is made of the names of our own fields
  const make = new Function('readers', `return function (values) { ${assignments.join('; ')} }`) as MakeRow // as it is written
  const Made = make(readers)
  Made.prototype = prototype
  return {
    columns: fields.map(({ name }) => `t.\`${snake(name)}\``).join(', '),
    count: fields.length,
    rowOf: values => new Made(values),
  }
}

type MakeRow = (readers: readonly (Reader | undefined)[]) => {
  new (values: readonly unknown[]): Row
  prototype: object
}

const hasGetter = ({ type }: EntityMetadata, name: string) => name in (type.prototype as object) // of a class

/** The prototype of rows that were read in part: nobody gets an undefined instead of what was not read. */
function partOf(record: EntityMetadata, only: readonly string[]): object {
  const part = Object.create(record.type.prototype) as object // of a class
  for (const { name } of record.fields) {
    if (only.includes(name) || hasGetter(record, name)) continue
    const get = () => {
      throw new Error(`This ${record.name} was read without ${name}.`)
    }
    Object.defineProperty(part, name, { get })
  }
  return part
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
  const { ids, where = [], groupBy = [], order = [], limit, from, companion, end = '' } = selection
  let sql = `SELECT ${columns} FROM ${from ?? `${record.table} t`}${companion ? ` ${companion.join}` : ''} WHERE ${ids ? byIds(record) : `t.${ownerOf(record)} = :organization`}`
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
export function parametersOf({ ids, where = [], limit, companion, parameters }: Selection): Parameters {
  const all: Parameters = { ...parameters, ...companion?.parameters }
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
