import { inBase } from '../../model/field.js'
import { nameOf } from '../../model/record-name.js'
import { formatDecimal } from '../../lib/decimal.js'
import { newId } from '../../lib/id.js'
import { formatMoney } from '../../lib/money.js'
import { ActivityEvent } from './activity-event.js'
import type { Access } from '../../model/access.js'
import { metadataOf, type EntityMetadata, type Row } from '../../model/entity-metadata.js'
import { snake } from '../../lib/snake.js'
import type { FieldDefinition } from '../../model/field-definition.js'

/** The values of a record that history tells of, by field, in the API's spelling. */
export type Snapshot = Record<string, unknown>

/** What a change was, beyond the record itself. */
export interface ChangeEvent {
  /** Such as AUTHORISED; the event's kind is the record's name before it. */
  verb: string
  /** The day on which it counts. */
  on: string
  /** One word that the kind has instead of the record's name, such as NOTE in NOTE_WRITTEN. */
  noun?: string
  /** What the record is about, where that is another one, such as the invoice of a note. */
  about?: Subject
  /** The client in whose history it is told, where the record does not name that one. */
  clientId?: string
  /** Parts of the record that changed with it, such as its lines. */
  before?: Snapshot
  after?: Snapshot
}

/** What an event is about. */
export interface Subject {
  type: string
  id: string
  /** What people call it; null where it is gone. */
  name: string | null
}

export const subjectOf = (row: Row): Subject => ({
  type: metadataOf(row.constructor).name,
  id: row.id,
  name: nameOf(row),
})

const untold = new Set(['id', 'organizationId', 'version', 'createdAt', 'updatedAt'])

export function snapshot(row: Row): Snapshot {
  const values = row as unknown as Record<string, unknown> // read by the names of its own fields
  const { fields } = metadataOf(row.constructor)
  return Object.fromEntries(
    fields.filter(field => !untold.has(field.name)).map(field => [field.name, historyValue(field, values)]),
  )
}

/** The fields whose values differ. */
export const differing = (before: Snapshot, after: Snapshot) =>
  Object.keys(after).filter(name => JSON.stringify(before[name]) !== JSON.stringify(after[name]))

/** The event of one change. One that made the record tells no empty fields. */
export function eventOf(
  access: Access,
  at: Date,
  row: Row,
  before: Snapshot | null,
  after: Snapshot | null,
  what: ChangeEvent,
): ActivityEvent {
  const record = metadataOf(row.constructor)
  const untoldHere = new Set(
    record.fields.filter(field => !field.inHistory || field.currency === inBase).map(field => field.name),
  )
  const whole = after ?? before ?? {}
  const names = (
    before && after ? differing(before, after) : Object.keys(whole).filter(name => whole[name] !== null)
  ).filter(name => !untoldHere.has(name))
  const shown = [...new Set([...names, ...currenciesOf(record, names, what)])]
  const pick = (from: Snapshot | null, parts?: Snapshot) =>
    from && { ...Object.fromEntries(shown.map(name => [name, from[name]])), ...parts }
  const { clientId } = row as { clientId?: string } // all that hangs on a client names it so
  const subject = what.about ?? subjectOf(row)
  return Object.assign(new ActivityEvent(), {
    id: newId('evt', at),
    organizationId: access.organization.id,
    at,
    on: what.on,
    kind: `${what.noun ?? snake(record.name).toUpperCase()}_${what.verb}`,
    subjectType: subject.type,
    subjectId: subject.id,
    subjectName: subject.name,
    itemId: what.about ? row.id : null,
    clientId: what.clientId ?? (record.name === 'Client' ? row.id : (clientId ?? null)),
    actorType: access.actor.type,
    actorId: access.actor.id,
    actorName: access.actor.name,
    before: pick(before, what.before),
    after: pick(after, what.after),
  })
}

/** An amount says nothing without its currency, which seldom changes with it. */
function currenciesOf({ fields }: EntityMetadata, names: readonly string[], { before, after }: ChangeEvent): string[] {
  const amounts = fields.filter(field => field.kind === 'money' && field.currency !== inBase)
  return amounts
    .filter(({ name }) => names.includes(name) || before !== undefined || after !== undefined)
    .map(field => field.currency ?? 'currency')
}

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
