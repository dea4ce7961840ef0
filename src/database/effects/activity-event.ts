import { choice, day, id, instant, json, reference, text } from '../../model/field.js'
import type { Permission } from '../../model/permission.js'
import { prefixOf } from '../../lib/id.js'
import type { Condition } from '../../model/condition.js'
import { choices } from '../../model/choices.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'
import { metadataByPrefix, entities } from '../../model/entity-metadata.js'

export const ActorType = choices('ActorType', 'Who made a change.', {
  KEY: 'A program with an API key.',
  SYSTEM: 'The command line, or Clientela itself.',
})
export type ActorType = keyof typeof ActorType

const readableBy = new WeakMap<ReadonlySet<Permission>, readonly string[]>()

/** The kinds of record whose history a key with these permissions may read. */
export function readableSubjects(held: ReadonlySet<Permission>): readonly string[] {
  const known = readableBy.get(held)
  if (known) return known
  const names = entities()
    .filter(({ historyPermission }) => historyPermission === null || held.has(historyPermission))
    .map(({ name }) => name)
  readableBy.set(held, names)
  return names
}

/** A row about a record needs the permission to read that record. */
export const mayRead = ({ subjectType }: { subjectType: string }, held: ReadonlySet<Permission>) =>
  readableSubjects(held).includes(subjectType)

/** The same rule as a condition of a list. */
export const readable = (held: ReadonlySet<Permission>): Condition => ({
  sql: 't.subjectType IN (:...subjects)',
  parameters: { subjects: readableSubjects(held) },
})

@entity(
  'activity_events',
  'An event of the history: every change writes one, in its own transaction. Only the erasure of a person changes it afterwards.',
  { prefix: 'evt', permission: null, visible: mayRead, feed: false },
)
@index(['organizationId', 'clientId', 'id'])
@index(['organizationId', 'subjectId', 'id'])
@index(['organizationId', 'itemId', 'id'])
@index(['organizationId', 'id', 'subjectType'])
export class ActivityEvent {
  @id('Opaque and global; sorts by the time of the event.')
  id: string

  @reference('Organization', 'The organisation that owns the row.', { hidden: true })
  organizationId: string

  @instant('When it was written.')
  at: Date

  @day('The day on which it counts. It may lie before the day on which it was written.')
  on: string

  @text(
    'The kind of record and what happened to it, such as INVOICE_AUTHORISED. Texts about a record have kinds such as NOTE_WRITTEN, CALL_LOGGED, EMAIL_CHANGED or MEETING_DELETED.',
    { max: 60 },
  )
  kind: string

  @text('The kind of record it is about, such as Invoice.', { max: 40 })
  subjectType: string

  @text('The id of the record it is about, which may be deleted since.', { max: 32 })
  subjectId: string

  @text('The name of the record it is about, as it was then; null in events older than this field.', {
    nullable: true,
    hidden: true,
  })
  subjectName: string | null

  @text('The id of what was written about that record, such as an Interaction; null where the record itself changed.', {
    max: 32,
    nullable: true,
  })
  itemId: string | null

  // No foreign key: an event outlives its record.
  @text('The id of the client whose history it belongs to; null for settings of the organisation.', {
    max: 32,
    nullable: true,
  })
  clientId: string | null

  @choice(ActorType, 'The kind of actor that did it.')
  actorType: ActorType

  @text('The id of the key; null for the command line.', { max: 32, nullable: true })
  actorId: string | null

  @text('The name of the key, as it was then.')
  actorName: string

  @json('The changed values before, by field, amounts with their currency; null when the record was made.', {
    nullable: true,
  })
  before: Record<string, unknown> | null

  @json('The changed values after, by field, amounts with their currency; null when the record was deleted.', {
    nullable: true,
  })
  after: Record<string, unknown> | null
}

/** The values before and after that a key may read, without fields that need a further permission. */
export function readableValues(
  { subjectId, itemId, before, after }: ActivityEvent,
  held: ReadonlySet<Permission>,
): Pick<ActivityEvent, 'before' | 'after'> {
  const fields = metadataByPrefix(prefixOf(itemId ?? subjectId))?.fields ?? []
  const kept = new Set(fields.filter(({ permission }) => permission && !held.has(permission)).map(({ name }) => name))
  const readable = (values: ActivityEvent['before']) =>
    values && kept.size > 0 ? Object.fromEntries(Object.entries(values).filter(([name]) => !kept.has(name))) : values
  return { before: readable(before), after: readable(after) }
}
