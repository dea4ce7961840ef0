import { inBase } from '../../model/field.js'
import { metadataOf, type EntityMetadata } from '../../model/entity-metadata.js'
import { snake } from '../../lib/snake.js'
import { newId } from '../../lib/id.js'
import type { Access } from '../../model/access.js'
import { store } from '../store.js'
import { ActivityEvent } from './activity-event.js'
import { subjectOf, type ChangeEvent } from './change-event.js'
import type { Effect, Inserted, Removed, Transaction, Updated } from './effect.js'
import { differing, snapshot, type Snapshot } from './snapshot.js'
import type { Row } from '../../model/field-definition.js'

/** Stores one event for each changed record, in the transaction of the change. */
export class History implements Effect {
  private readonly events: ActivityEvent[] = []

  constructor(
    private readonly access: Access,
    private readonly now: Date,
  ) {}

  inserted({ rows, event }: Inserted) {
    for (const row of rows) this.record(row, null, event && snapshot(row), event)
  }

  updated({ row, before, after, event }: Updated) {
    this.record(row, before, after, event)
  }

  removed({ row, event }: Removed) {
    if (row) this.record(row, event && snapshot(row), null, event)
  }

  async settle({ session }: Transaction) {
    await store(session, this.events.splice(0))
  }

  private record(row: Row, before: Snapshot | null, after: Snapshot | null, event: ChangeEvent | null) {
    if (event) this.events.push(eventOf(this.access, this.now, row, before, after, event))
  }
}

/** The event of one change. The event of a new record leaves out empty fields. */
export function eventOf(
  access: Access,
  at: Date,
  row: Row,
  before: Snapshot | null,
  after: Snapshot | null,
  event: ChangeEvent,
): ActivityEvent {
  const record = metadataOf(row.constructor)
  const leftOut = new Set(
    record.fields.filter(field => !field.inHistory || field.currency === inBase).map(field => field.name),
  )
  const whole = after ?? before ?? {}
  const names = (
    before && after ? differing(before, after) : Object.keys(whole).filter(name => whole[name] !== null)
  ).filter(name => !leftOut.has(name))
  const shown = [...new Set([...names, ...currenciesOf(record, names, event)])]
  const pick = (from: Snapshot | null, parts?: Snapshot) =>
    from && { ...Object.fromEntries(shown.map(name => [name, from[name]])), ...parts }
  const { clientId } = row as { clientId?: string } // all records of a client name it so
  const subject = event.about ?? subjectOf(row)
  return Object.assign(new ActivityEvent(), {
    id: newId('evt', at),
    organizationId: access.organization.id,
    at,
    on: event.on,
    kind: `${event.noun ?? snake(record.name).toUpperCase()}_${event.verb}`,
    subjectType: subject.type,
    subjectId: subject.id,
    subjectName: subject.name,
    itemId: event.about ? row.id : null,
    clientId: event.clientId ?? (record.name === 'Client' ? row.id : (clientId ?? null)),
    actorType: access.actor.type,
    actorId: access.actor.id,
    actorName: access.actor.name,
    before: pick(before, event.before),
    after: pick(after, event.after),
  })
}

/** The currencies of the changed amounts: an amount says nothing without one, which seldom changes with it. */
function currenciesOf({ fields }: EntityMetadata, names: readonly string[], { before, after }: ChangeEvent): string[] {
  const amounts = fields.filter(field => field.kind === 'money' && field.currency !== inBase)
  return amounts
    .filter(({ name }) => names.includes(name) || before !== undefined || after !== undefined)
    .map(field => field.currency ?? 'currency')
}
