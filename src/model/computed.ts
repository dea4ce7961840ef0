import type { ClassType } from 'type-graphql'
import { costs } from './cost.js'
import { metadataOf } from './entity-metadata.js'
import type { FieldDefinition, Figure, Row } from './field-definition.js'
import { snake } from '../lib/snake.js'

type Options = Partial<
  Pick<
    FieldDefinition,
    'nullable' | 'permission' | 'places' | 'currency' | 'undated' | 'enum' | 'folded' | 'scalar' | 'cost'
  >
>

/**
 * A field that SQL computes from the rows `t` of a record, such as the amount a client owes. Lists are filtered and
 * ordered by it as by any field. Where the expression names `:asOf`, it holds for the list's day.
 */
export function computed(
  name: string,
  kind: FieldDefinition['kind'],
  description: string,
  expression: string,
  options: Options = {},
): FieldDefinition {
  const cost = expression.includes('SELECT ') ? costs.figure : undefined // others follow from the row itself
  // The conditions of a list may name a day of their own :asOf.
  return {
    name,
    kind,
    description,
    expression: `(${expression.replaceAll(':asOf', ':listDay')})`,
    column: {},
    hidden: true,
    inHistory: false,
    nullable: false,
    cost,
    ...options,
  }
}

/**
 * A figure of a record: a sum over its documents. Lists read it from rows `k`, one for each record, as they are kept or
 * as they are worked out for all records together.
 */
export function figure(
  name: string,
  kind: FieldDefinition['kind'],
  description: string,
  { from, by, sum }: Figure,
  options: Options = {},
): FieldDefinition {
  const onListDay = (sql: string) => sql.replaceAll(':asOf', ':listDay')
  return {
    ...computed(name, kind, description, `k.${snake(name)}`, { cost: costs.figure, ...options }),
    figure: { from: onListDay(from), by, sum: onListDay(sum) },
  }
}

const fieldsByRecord = new Map<ClassType<Row>, Map<string, FieldDefinition>>()

export const computedFields = (type: ClassType<Row>): FieldDefinition[] => [
  ...(fieldsByRecord.get(type)?.values() ?? []),
]

export function addComputed(type: ClassType<Row>, fields: readonly FieldDefinition[]) {
  const known = fieldsByRecord.get(type) ?? new Map<string, FieldDefinition>()
  fields.forEach(field => known.set(field.name, field))
  fieldsByRecord.set(type, known)
}

/** The field of this name; a computed field comes before the field of that name. */
export function fieldOf(type: ClassType<Row>, name: string): FieldDefinition {
  const field =
    fieldsByRecord.get(type)?.get(name) ?? metadataOf(type).fields.find(candidate => candidate.name === name)
  if (!field) throw new Error(`${metadataOf(type).name} has no field ${name}.`)
  return field
}

/** The SQL over `t` by which a list filters and orders. */
export const sqlOf = (field: FieldDefinition) => field.expression ?? `t.${field.name}`
export const sortSqlOf = (field: FieldDefinition) => field.expression ?? `t.${field.folded ?? field.name}`
