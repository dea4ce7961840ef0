import type { Snapshot } from '../../database/effects/snapshot.js'
import { inBase } from '../../model/field.js'
import { parseDecimal } from '../../lib/decimal.js'
import { parseMoney } from '../../lib/money.js'
import type { EntityMetadata } from '../../model/entity-metadata.js'
import type { FieldDefinition } from '../../model/field-definition.js'

/**
 * The values that columns hold, made of what history tells of them. `whole` tells of the rest of the record, where some
 * values alone are restored: an amount is read by its currency.
 */
export function restored({ fields }: EntityMetadata, kept: Snapshot, whole: Snapshot = kept): Record<string, unknown> {
  const known = new Map(fields.map(field => [field.name, field]))
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, valueOf(known.get(name), value, whole)]))
}

function valueOf(field: FieldDefinition | undefined, value: unknown, whole: Snapshot): unknown {
  if (!field || typeof value !== 'string') return value
  const { kind, places = 0, currency = 'currency' } = field
  if (kind === 'instant') return new Date(value)
  if (kind === 'decimal') return parseDecimal(value, places)
  if (kind !== 'money') return value
  return currency === inBase ? BigInt(value) : parseMoney(value, String(whole[currency]))
}
