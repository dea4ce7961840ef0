import { ActivityEvent } from '../../database/effects/activity-event.js'
import { SavedView } from '../../request/saved-view.js'
import type { ReadScope } from '../../database/scope/write-scope.js'
import { prefixOf } from '../../lib/id.js'
import { UserError } from '../../lib/user-error.js'
import { Client, Contact } from '../clients/index.js'
import { ImportPlan, ImportRow, ImportWrite } from '../imports/index.js'
import { Interaction } from '../interactions/index.js'
import { ClientMerge } from '../merging/index.js'
import { eventsOfUndone, isUndoing, type ErasedEvent } from './erasure.undone.js'
import { erasedText, erasedValues, Identity } from './personal.js'
import type { Condition } from '../../model/condition.js'
import { metadataByPrefix } from '../../model/entity-metadata.js'

// Finds the records that an erasure is about, and changes none: the preview counts them, and the erasure changes them.

const batch = 500

/** A person to be erased, with the records that are of the person or name the person. */
export interface Person {
  subject: Client | Contact
  clientId: string
  /** Whether a client is erased whole, and not one of its contacts. */
  isClient: boolean
  contacts: Contact[]
  /** The merges into the client; for a contact alone, those that made it. */
  merges: ClientMerge[]
  /** The events that tell that the client was merged into another one, and that this was undone. */
  undone: ActivityEvent[]
  ids: string[]
  identity: Identity
}

/** Whether the id is a client's; refuses an id that is of no person. */
export function isClientId(personId: string): boolean {
  const isClient = prefixOf(personId) === 'cli'
  if (!isClient && prefixOf(personId) !== 'con')
    throw new UserError('PERSON_INVALID', 'Give the id of a client or of a contact.', 'personId')
  return isClient
}

/** `mergesThere`: the merges into the client, or into the client of the contact. */
export async function personOf(
  scope: ReadScope,
  subject: Client | Contact,
  mergesThere: ClientMerge[],
): Promise<Person> {
  const isClient = subject instanceof Client
  const clientId = clientIdOf(subject)
  const merges = isClient ? mergesThere : mergesThere.filter(({ kept }) => kept.contactId === subject.id)
  const contacts = isClient
    ? await scope.list(Contact, { sql: 't.clientId = :clientId', parameters: { clientId } })
    : [subject]
  const losers = isClient ? merges.map(({ loserId }) => loserId) : []
  const ids = [...(isClient ? [subject.id] : []), ...contacts.map(({ id }) => id), ...losers]
  const records = [...(isClient ? [subject] : []), ...contacts]
  const { identity, undone } = await knownOf(scope, clientId, ids, records)
  if (isClient) for (const { kept } of merges) identity.add('Client', kept.loser)
  return { subject, clientId, isClient, contacts, merges, undone: isClient ? undone : [], ids, identity }
}

const clientIdOf = (subject: Client | Contact) => (subject instanceof Client ? subject.id : subject.clientId)
export const mergesInto = (subject: Client | Contact): Condition => ({
  sql: 't.mergedIntoId = :clientId',
  parameters: { clientId: clientIdOf(subject) },
})
export const ofClient = (clientId: string): Condition => ({ sql: 't.clientId = :clientId', parameters: { clientId } })

/** The names, numbers and addresses that the person has and had, and the merges of the client that were undone. */
async function knownOf(
  scope: ReadScope,
  clientId: string,
  ids: readonly string[],
  records: readonly (Client | Contact)[],
): Promise<Pick<Person, 'identity' | 'undone'>> {
  const identity = new Identity()
  const undone: ActivityEvent[] = []
  for (const record of records) identity.addRecord(record)
  for await (const event of eventsOf(scope, clientId, ids)) {
    if (isUndoing(event)) undone.push(event)
    if (event.itemId === null && ids.includes(event.subjectId))
      for (const values of [event.before, event.after]) identity.add(event.subjectType, values)
  }
  return { identity, undone }
}

/**
 * Every event that names the person, with its values without the person. `others`: ids of records, such as views, that
 * named the person.
 */
export async function* erasedEvents(
  scope: ReadScope,
  person: Person,
  others: readonly string[],
): AsyncGenerator<[ActivityEvent, ErasedEvent]> {
  for await (const event of eventsOf(scope, person.clientId, [...person.ids, ...others])) {
    const erased = erasedEvent(event, person)
    if (isOther(event, erased)) yield [event, erased]
  }
  for await (const [event, erased] of eventsOfUndone(scope, person.undone, person.identity)) {
    if (event.clientId !== person.clientId && isOther(event, erased)) yield [event, erased]
  }
}

const isOther = ({ before, after, subjectName }: ActivityEvent, erased: ErasedEvent) =>
  JSON.stringify([before, after, subjectName]) !== JSON.stringify([erased.before, erased.after, erased.subjectName])

/** All events of the client, and all events about these records in any history. */
async function* eventsOf(scope: ReadScope, clientId: string, ids: readonly string[]): AsyncGenerator<ActivityEvent> {
  const condition: Condition = {
    sql: 't.clientId = :clientId OR t.subjectId IN (:...ids)',
    parameters: { clientId, ids },
  }
  for await (const events of scope.batches(ActivityEvent, [condition], batch)) yield* events
}

/**
 * The values of an event without the person. Where a contact alone is erased (`isWhole` is false), other people of the
 * client keep theirs.
 */
function erasedEvent(event: ActivityEvent, { clientId, ids, identity, isClient: isWhole }: Person): ErasedEvent {
  const item = event.itemId ? metadataByPrefix(prefixOf(event.itemId))?.name : undefined
  const type = isWhole || ids.includes(event.subjectId) ? (item ?? event.subjectType) : ''
  const [before = null, after = null] = [event.before, event.after].map(values => erasedValues(type, values, identity))
  const subjectName =
    event.subjectName &&
    (event.subjectId === clientId && isWhole
      ? erasedName(clientId)
      : ids.includes(event.subjectId)
        ? erasedText
        : identity.erasedFrom(event.subjectName))
  return { before, after, subjectName }
}

/** Heading and text of an interaction without the person; undefined where they do not name the person. */
export function erasedInteraction(
  { title, text }: Interaction,
  { identity, isClient }: Person,
): Pick<Interaction, 'title' | 'text'> | undefined {
  const erased = isClient
    ? { title: title && erasedText, text: erasedText }
    : { title: title && identity.erasedFrom(title, 200), text: identity.erasedFrom(text, 10_000) }
  return erased.title === title && erased.text === text ? undefined : erased
}

/** The legal name of an erased client, made unique by the end of its id. */
export const erasedName = (id: string) => `${erasedText} ${id.slice(-8)}`

/** The plans of imports that hold the person. */
export async function plansAbout(scope: ReadScope, { ids, identity }: Person): Promise<ImportPlan[]> {
  const found: ImportPlan[] = []
  for (const plan of await scope.list(ImportPlan)) {
    const writes = await scope.count(ImportWrite, {
      sql: 't.planId = :plan AND t.recordId IN (:...ids)',
      parameters: { plan: plan.id, ids },
    })
    if (writes > 0 || identity.isIn(plan.storedColumns) || (await holds(scope, plan.id, ids, identity)))
      found.push(plan)
  }
  return found
}

async function holds(scope: ReadScope, planId: string, ids: readonly string[], identity: Identity): Promise<boolean> {
  const ofPlan = { sql: 't.planId = :planId', parameters: { planId } }
  const namesPerson = (row: ImportRow) =>
    ids.includes(row.recordId ?? '') ||
    identity.isIn([row.title, row.storedValues, row.storedChanges, row.storedIssues])
  for await (const rows of scope.batches(ImportRow, [ofPlan], batch, { by: 'number', from: 0 }))
    if (rows.some(namesPerson)) return true
  return false
}

/** The saved views whose name or filter names the person. */
export async function viewsAbout(scope: ReadScope, { identity }: Person): Promise<SavedView[]> {
  return (await scope.list(SavedView)).filter(view => identity.isIn([view.name, view.filter]))
}
