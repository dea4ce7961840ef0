import type { ClassType } from 'type-graphql'
import { parseDecimal } from '../lib/decimal.js'
import { fold } from '../lib/fold.js'
import { prefixOf } from '../lib/id.js'
import { decimalsOf } from '../lib/money.js'
import { UserError } from '../lib/user-error.js'
import { fieldOf, sqlOf } from '../model/computed.js'
import type { Condition, Parameters, Scalar } from '../model/condition.js'
import { metadataByPrefix } from '../model/entity-metadata.js'
import { badInput } from '../model/errors.js'
import type { FieldDefinition, Row } from '../model/field-definition.js'
import type { Permission } from '../model/permission.js'
import { searchCondition } from './search-condition.js'

type Operators = Partial<
  Record<
    | 'eq'
    | 'in'
    | 'notIn'
    | 'startsWith'
    | 'contains'
    | 'gt'
    | 'gte'
    | 'lt'
    | 'lte'
    | 'has'
    | 'hasAny'
    | 'hasAll'
    | 'isEmpty'
    | 'isNull',
    unknown
  >
>

/** The most values that an operator takes. */
export const listLimit = 200
const conditionLimit = 100
const depthLimit = 5
/** As how many conditions one counts that is worked out for every record. */
const computedCost = 10

/** The reader of a filter's values. */
export interface FilterSetting {
  baseCurrency: string
  /** Whether the list is told for a day before today. */
  past: boolean
}

/** The filter as a condition on `t`, what using it needs, and the figures among its fields. */
export function compileFilter(
  type: ClassType<Row>,
  filter: object,
  setting: FilterSetting,
): Condition & { permissions: Permission[]; figures: FieldDefinition[] } {
  const parameters: Parameters = {}
  const permissions = new Set<Permission>()
  const figures = new Set<FieldDefinition>()
  let count = 0
  // Whatever makes the statement longer counts: SQLite takes an expression of at most 1,000 levels.
  const spend = (cost = 1) => {
    count += cost
    if (count > conditionLimit)
      throw badInput(
        `A filter may hold at most ${conditionLimit} conditions; those within and, or and not count, and so do these words; one on a computed value counts as ${computedCost}.`,
      )
  }
  const bind = (value: Scalar | readonly Scalar[]) => {
    const name = `f${Object.keys(parameters).length}`
    parameters[name] = value
    return name
  }

  const compile = (node: object, depth: number): string => {
    if (depth > depthLimit) throw badInput(`A filter may nest at most ${depthLimit} levels.`)
    if (depth > 1) spend()
    const parts: string[] = []
    for (const [name, given] of Object.entries(node) as [string, unknown][]) {
      // the schema tells their types by name
      if (given === undefined || given === null) continue
      if (name === 'and' || name === 'or') {
        const inner = (given as object[]).map(item => `(${compile(item, depth + 1)})`) // a list by the schema
        parts.push(
          inner.length === 0 ? (name === 'and' ? '1 = 1' : '1 = 0') : inner.join(name === 'and' ? ' AND ' : ' OR '),
        )
      } else if (name === 'search') {
        spend(computedCost)
        const found = searchCondition(type, given as string, `search${count}_`) // by the schema
        Object.assign(parameters, found.parameters)
        parts.push(found.sql)
      } else if (name === 'not') {
        parts.push(`NOT COALESCE((${compile(given, depth + 1)}), 1 = 0)`)
      } else {
        const field = fieldOf(type, name)
        if (field.permission) permissions.add(field.permission)
        if (field.figure) figures.add(field)
        if (field.undated && setting.past) throw badInput(`${name} has no past days; filter by it without asOf.`)
        const conditions = conditionsOn(field, typeof given === 'object' ? given : { eq: given }, bind, setting)
        conditions.forEach(() => {
          spend(field.expression ? computedCost : 1)
        })
        parts.push(...conditions)
      }
    }
    return parts.length === 0 ? '1 = 1' : parts.map(part => `(${part})`).join(' AND ')
  }
  return { sql: compile(filter, 1), parameters, permissions: [...permissions], figures: [...figures] }
}

const signs = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

function conditionsOn(
  field: FieldDefinition,
  given: Operators,
  bind: (value: Scalar | readonly Scalar[]) => string,
  setting: FilterSetting,
): string[] {
  const sql = sqlOf(field)
  const compared = (value: unknown) => comparable(field, value, setting)
  return Object.entries(given).flatMap(([operator, value]) => {
    if (value === undefined || value === null) return []
    if (Array.isArray(value) && value.length > listLimit)
      throw badInput(`${field.name}.${operator} takes at most ${listLimit} values.`)
    if (operator === 'isNull') return [`${sql} IS ${value === true ? '' : 'NOT '}NULL`]
    if (operator === 'isEmpty') return [`${sql} ${value === true ? '=' : '<>'} '[]'`]
    if (operator === 'has') return [holding(sql, value as string, bind)] // by the schema
    if (operator === 'hasAny' || operator === 'hasAll') {
      const parts = (value as string[]).map(text => holding(sql, text, bind)) // by the schema
      return parts.length === 0
        ? [operator === 'hasAll' ? '1 = 1' : '1 = 0']
        : [parts.join(operator === 'hasAll' ? ' AND ' : ' OR ')]
    }
    if (operator === 'in' || operator === 'notIn') {
      const values = value as unknown[] // a list by the schema
      if (values.length === 0) return [operator === 'in' ? '1 = 0' : '1 = 1']
      const name = bind(values.map(compared))
      const merged = mergesOf(field, values)
      return [
        `${sql} ${operator === 'in' ? 'IN' : 'NOT IN'} (:...${name})${merged ? ` OR ${sql} IN (SELECT ${merged} AND m.loser_id IN (:...${name}))` : ''}`,
      ]
    }
    if (operator === 'startsWith' || operator === 'contains')
      return [textCondition(field, operator, value as string, bind)] // by the schema
    const merged = operator === 'eq' ? mergesOf(field, [value]) : undefined
    if (merged) {
      const name = bind(compared(value))
      return [`${sql} IN (:${name}, (SELECT ${merged} AND m.loser_id = :${name}))`]
    }
    const sign = operator === 'eq' ? '=' : signs[operator as keyof typeof signs] // the schema has no other
    return [`${sql} ${sign} :${bind(compared(value))}`]
  })
}

/** Where a filter by the id of a record that was merged finds what its successor has. */
function mergesOf({ name, kind }: FieldDefinition, values: readonly unknown[]): string | undefined {
  if (kind !== 'id' && (!name.endsWith('Id') || name === 'externalId')) return undefined
  const table = values
    .map(value => (typeof value === 'string' ? metadataByPrefix(prefixOf(value))?.merges : undefined))
    .find(Boolean)
  return table && `m.merged_into_id FROM ${table} m WHERE m.organization_id = :organization`
}

// INSTR and SUBSTR compare by the binary collation on both databases; LIKE would not.
function textCondition(
  field: FieldDefinition,
  operator: 'startsWith' | 'contains',
  text: string,
  bind: (value: Scalar) => string,
): string {
  const column = field.expression ?? `t.${field.folded ?? field.name}`
  const wanted = field.folded ? fold(text) : text.normalize('NFC')
  const name = bind(wanted)
  return operator === 'contains'
    ? `INSTR(${column}, :${name}) > 0`
    : `SUBSTR(${column}, 1, ${[...wanted].length}) = :${name}`
}

/** Texts are kept as JSON, `["a","b"]`; one that could run over a comma between two of them is in none. */
function holding(sql: string, text: string, bind: (value: Scalar) => string): string {
  return text.includes(',') ? '1 = 0' : `INSTR(${sql}, :${bind(JSON.stringify(text.normalize('NFC')))}) > 0`
}

/** A value of a filter as the database compares it: amounts in minor units, decimals scaled, numbers as numbers. */
function comparable(field: FieldDefinition, value: unknown, { baseCurrency }: FilterSetting): Scalar {
  if (field.expression && field.folded && typeof value === 'string') return fold(value)
  if (field.kind === 'text' && !field.exact && typeof value === 'string') return value.normalize('NFC')
  if (field.kind !== 'money' && field.kind !== 'decimal') return stored(value)
  try {
    return Number(parseDecimal(String(value), field.kind === 'money' ? decimalsOf(baseCurrency) : (field.places ?? 0)))
  } catch (error) {
    throw error instanceof UserError ? badInput(`${field.name}: ${error.message}`) : error
  }
}

/** As the databases store it: instants as `YYYY-MM-DD HH:MM:SS.mmm`. */
export function stored(value: unknown): Scalar {
  if (value instanceof Date) return value.toISOString().replace('T', ' ').replace('Z', '')
  if (typeof value === 'boolean') return value ? 1 : 0
  return value as Scalar // the schema's scalars give nothing else
}
