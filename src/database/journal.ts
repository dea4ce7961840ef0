import { inBase, recordOf, snake, type FieldWord, type Row } from '../graphql/field.js'
import { formatDecimal } from '../lib/decimal.js'
import { newId } from '../lib/id.js'
import { formatMoney } from '../lib/money.js'
import { ActivityEvent } from './activity-event.js'
import type { Access } from './access.js'

/** The values of a record that history tells of, by field, in the API's spelling. */
export type Snapshot = Record<string, unknown>

/** What a change was, beyond the record itself. */
export interface Happening {
  /** Such as AUTHORISED; the event's kind is the record's name before it. */
  verb: string
  /** The day on which it counts. */
  on: string
  /** Parts of the record that changed with it, such as its lines. */
  before?: Snapshot
  after?: Snapshot
}

const untold = new Set(['id', 'organizationId', 'version', 'createdAt', 'updatedAt'])

export function snapshot(row: Row): Snapshot {
  const values = row as unknown as Record<string, unknown> // read by the names of its own words
  const { fields } = recordOf(row.constructor)
  return Object.fromEntries(fields.filter(word => !untold.has(word.name)).map(word => [word.name, told(word, values)]))
}

/** The fields whose values differ. */
export const differing = (before: Snapshot, after: Snapshot) =>
  Object.keys(after).filter(name => JSON.stringify(before[name]) !== JSON.stringify(after[name]))

/** The event of one change. One that made the record tells no empty fields. */
export function eventOf(access: Access, at: Date, row: Row, before: Snapshot | null, after: Snapshot | null, what: Happening): ActivityEvent {
  const record = recordOf(row.constructor)
  const untoldHere = new Set(record.fields.filter(word => !word.told || word.currency === inBase).map(word => word.name))
  const whole = after ?? before ?? {}
  const names = (before && after ? differing(before, after) : Object.keys(whole).filter(name => whole[name] !== null)).filter(name => !untoldHere.has(name))
  const pick = (from: Snapshot | null, parts?: Snapshot) => from && { ...Object.fromEntries(names.map(name => [name, from[name]])), ...parts }
  const { clientId } = row as { clientId?: string } // all that hangs on a client names it so
  return Object.assign(new ActivityEvent(), {
    id: newId('evt', at),
    organizationId: access.organization.id,
    at,
    on: what.on,
    kind: `${snake(record.name).toUpperCase()}_${what.verb}`,
    subjectType: record.name,
    subjectId: row.id,
    clientId: record.name === 'Client' ? row.id : (clientId ?? null),
    actorType: access.actor.type,
    actorId: access.actor.id,
    actorName: access.actor.name,
    before: pick(before, what.before),
    after: pick(after, what.after),
  })
}

function told(word: FieldWord, values: Record<string, unknown>): unknown {
  const value = values[word.name]
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'bigint') return value
  // Amounts in base follow from the amount and the rate, of which history tells; here they only show a change.
  if (word.currency === inBase) return value.toString()
  if (word.kind === 'money') return formatMoney(value, String(values[word.currency ?? 'currency']))
  return formatDecimal(value, word.places ?? 0)
}

