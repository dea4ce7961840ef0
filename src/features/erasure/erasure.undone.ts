import { ActivityEvent } from '../../database/effects/activity-event.js'
import type { ReadScope } from '../../database/scope/write-scope.js'
import { Client } from '../clients/index.js'
import { ClientMerge } from '../merging/index.js'
import { erasedText, erasedValues, Identity } from './personal.js'
import type { Condition } from '../../model/condition.js'

// A merge that was undone is no record any more. The history of the other client still holds data of the client that
// came back. It has its name, the values that were taken, and the contact made of its e-mail address and telephone.

type Values = ActivityEvent['before']

/** The values of an event without a person. */
export type ErasedEvent = Pick<ActivityEvent, 'before' | 'after' | 'subjectName'>

/** The kind of event that notes an undone merge in the history of the client that came back. */
const undoingKind = 'CLIENT_MERGE_UNDONE'
export const isUndoing = ({ kind }: ActivityEvent) => kind === undoingKind

/** The events of other clients that name a person who was merged into them, with their values without the person. */
export async function* eventsOfUndone(
  scope: ReadScope,
  undone: readonly ActivityEvent[],
  identity: Identity,
): AsyncGenerator<[ActivityEvent, ErasedEvent]> {
  const due = [...undone]
  const met = new Set(due.map(({ id }) => id)) // clients that were merged again share their history: each is met once
  for (const undoing of due) {
    const span = await spanOf(scope, undoing)
    if (!span) continue
    const foreign = identity.without(await ownOf(scope, span.otherId))
    for (const event of [...span.ownEvents, ...span.contacts]) {
      yield [event, undone.includes(undoing) ? erasedPart(event, span, foreign) : erasedByValue(event, foreign)]
    }
    due.push(...span.further.filter(({ id }) => !met.has(id)))
    span.further.forEach(({ id }) => met.add(id))
  }
}

/** The events between a merge and its undoing. */
interface Span {
  otherId: string
  /** The events of the merge, and those of the other client itself. */
  ownEvents: ActivityEvent[]
  merged: ActivityEvent
  unmerged: ActivityEvent
  /** All events of the contact that the merge made. */
  contacts: ActivityEvent[]
  /** The undoing of merges of the other client, which took along what it had taken. */
  further: ActivityEvent[]
}

async function spanOf(scope: ReadScope, undoing: ActivityEvent): Promise<Span | undefined> {
  const { id: until, subjectId: mergeId, before } = undoing
  const events = (sql: string, parameters: Condition['parameters']) => scope.list(ActivityEvent, { sql, parameters })
  const between = 't.id BETWEEN :from AND :until'
  const [made] = await events("t.subjectId = :mergeId AND t.kind = 'CLIENT_MERGE_CREATED'", { mergeId })
  if (!made) return undefined
  const from = made.id
  const otherId = String(before?.mergedIntoId)
  const ids = [otherId, mergeId]
  const ownEvents = await events(`t.subjectId IN (:...ids) AND t.itemId IS NULL AND ${between}`, { ids, from, until })
  // The event of a merge comes before the events of what it moved; the event of its undoing comes after those.
  const merged = ownEvents.find(({ kind }) => kind === 'CLIENT_MERGED')
  const unmerged = ownEvents.findLast(({ kind }) => kind === 'CLIENT_UNMERGED')
  if (!merged || !unmerged) return undefined

  const holder = merged.clientId // the other client, or the one that it was merged into since
  const ofKind = (kind: string, last: string) =>
    events(`t.clientId = :holder AND t.kind = :kind AND ${between}`, { holder, kind, from, until: last })
  const contactIds = (await ofKind('CONTACT_CREATED', merged.id)).map(({ subjectId }) => subjectId)
  const contacts = contactIds.length > 0 ? await events('t.subjectId IN (:...contactIds)', { contactIds }) : []
  return { otherId, ownEvents: ownEvents, merged, unmerged, contacts, further: await ofKind(undoingKind, unmerged.id) }
}

/** The other client's own names, numbers and addresses, which stay. */
async function ownOf(scope: ReadScope, otherId: string): Promise<Identity> {
  const own = new Identity()
  const client = await scope.find(Client, otherId)
  if (client) own.addRecord(client)
  const merges = client ? [] : await scope.list(ClientMerge, { sql: 't.loserId = :otherId', parameters: { otherId } })
  for (const { kept } of merges) own.add('Client', kept.loser)
  return own
}

/**
 * Erases values that came with the merge by their fields, and all others by their words alone, since those are the
 * other client's.
 */
function erasedPart(event: ActivityEvent, { otherId, merged, unmerged }: Span, identity: Identity): ErasedEvent {
  const { before, after, subjectName, subjectType } = event
  const byValue = erasedByValue(event, identity)
  if (event === merged) return { ...byValue, before, after: erasedTaken(after, before, identity) }
  if (event === unmerged) return { ...byValue, before: erasedTaken(before, after, identity), after }
  if (event.subjectId === otherId) return byValue
  const erased = (values: Values) => erasedValues(subjectType, values, identity)
  return { before: erased(before), after: erased(after), subjectName: subjectName && erasedText }
}

const erasedByValue = ({ before, after, subjectName }: ActivityEvent, identity: Identity): ErasedEvent => ({
  before: erasedValues('', before, identity),
  after: erasedValues('', after, identity),
  subjectName: subjectName && identity.erasedFrom(subjectName),
})

/** The values a client took of another one, with its own part left as it was. */
function erasedTaken(taken: Values, own: Values, identity: Identity): Values {
  const joined = typeof own?.notes === 'string' ? `${own.notes}\n\n` : undefined
  const isJoined = joined !== undefined && typeof taken?.notes === 'string' && taken.notes.startsWith(joined)
  return {
    ...erasedValues('Client', taken, identity),
    mergedClient: erasedText,
    ...(isJoined ? { notes: joined + erasedText } : {}),
  }
}
