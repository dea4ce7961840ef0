import { inBase } from '../../model/field.js'
import { metadataOf } from '../../model/entity-metadata.js'
import type { FieldDefinition, Row } from '../../model/field-definition.js'
import { formatDecimal } from '../../lib/decimal.js'
import { formatMoney } from '../../lib/money.js'

/** The values of a record that history tells of, by field, in the API's spelling. */
export type Snapshot = Record<string, unknown>

const leftOut = new Set(['id', 'organizationId', 'version', 'createdAt', 'updatedAt'])

export function snapshot(row: Row): Snapshot {
  const values = row as unknown as Record<string, unknown> // read by the names of its own fields
  const { fields } = metadataOf(row.constructor)
  return Object.fromEntries(
    fields.filter(field => !leftOut.has(field.name)).map(field => [field.name, historyValue(field, values)]),
  )
}

/** The fields whose values differ. */
export const differing = (before: Snapshot, after: Snapshot) =>
  Object.keys(after).filter(name => JSON.stringify(before[name]) !== JSON.stringify(after[name]))

function historyValue(field: FieldDefinition, values: Record<string, unknown>): unknown {
  const value = values[field.name]
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'bigint') return value
  // Amounts in base follow from the amount and the rate, of which history tells; here they only show a change.
  if (field.currency === inBase) return value.toString()
  if (field.kind === 'money') return formatMoney(value, String(values[field.currency ?? 'currency']))
  return formatDecimal(value, field.places ?? 0)
}
