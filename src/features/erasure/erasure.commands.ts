import type { WriteScope } from '../../database/scope/write-scope.js'
import { fold } from '../../lib/fold.js'
import { newId } from '../../lib/id.js'
import { normalText } from '../../lib/text.js'
import { metadataOf } from '../../model/entity-metadata.js'
import { Client, Contact, deleteContact } from '../clients/index.js'
import { File } from '../files/index.js'
import { removeImport } from '../imports/index.js'
import { Interaction } from '../interactions/index.js'
import { ClientMerge } from '../merging/index.js'
import { refuseWhileDue } from './erasure.due.js'
import { Erasure, whatHappens, type ErasableKind, type ErasedRecords } from './erasure.js'
import type { ErasePersonInput } from './erasure.inputs.js'
import { keptOf } from './erasure.kept.js'
import {
  erasedEvents,
  erasedInteraction,
  erasedName,
  isClientId,
  mergesInto,
  ofClient,
  personOf,
  plansAbout,
  viewsAbout,
  type Person,
} from './erasure.person.js'
import { countsOf, writingsAbout } from './erasure.writings.js'
import { emptiedValues, erasedText, erasedValues, judgedFields, type Identity } from './personal.js'

/**
 * Erases a contact, or a client with its contacts, out of everything but what the law keeps. Figures stay as they are.
 */
export async function erasePerson(
  scope: WriteScope,
  { personId, version, reason, despiteDue }: ErasePersonInput,
): Promise<Erasure> {
  const subject = isClientId(personId)
    ? await scope.take(Client, personId, version)
    : await scope.take(Contact, personId, version)
  if (subject instanceof Client && !despiteDue) await refuseWhileDue(scope, subject.id)
  const person = await personOf(scope, subject, await scope.takeWhere(ClientMerge, mergesInto(subject)))
  const since = newId('evt', scope.now) // events from here on are of the erasure itself
  const { clientId, isClient, contacts, merges, identity } = person

  const erased: ErasedRecords[] = []
  const note = (kind: ErasableKind, count: number) => {
    if (count > 0) erased.push({ kind, count, what: whatHappens(kind, isClient) })
  }
  for (const { id } of contacts) await deleteContact(scope, { id, version: (await scope.take(Contact, id)).version })
  note('Contact', contacts.length)
  note('Interaction', await eraseInteractions(scope, person))
  note('File', isClient ? await removeFiles(scope, clientId) : 0)
  if (subject instanceof Client) {
    await emptyClient(scope, subject)
    note('Client', 1)
  }
  const plans = await plansAbout(scope, person)
  for (const plan of plans) await removeImport(scope, plan) // of no use without the person: it goes, a week early
  note('ImportPlan', plans.length)
  for (const merge of merges) {
    const erasedOf = isClient
      ? { legalName: erasedText, kept: erasedMerge(merge, identity) }
      : withoutContact(merge, identity)
    await scope.change(Object.assign(merge, erasedOf), { verb: 'ERASED', clientId })
  }
  note('ClientMerge', merges.length)
  const views = await eraseViews(scope, person)
  note('SavedView', views.length)
  const writings = await writingsAbout(scope, person)
  for (const { row, erased: without } of writings) await scope.change(Object.assign(row, without), { verb: 'ERASED' })
  countsOf(writings).forEach(([kind, count]) => {
    note(kind, count)
  })
  await scope.settle() // the events of all this are erased like those before
  note('ActivityEvent', await eraseEvents(scope, person, [...plans.map(({ id }) => id), ...views], since))

  const { actor } = scope.setting.access
  return scope.add(
    scope.make(Erasure, {
      recordType: isClient ? 'Client' : 'Contact',
      recordId: personId,
      erasedOn: scope.today,
      reason: normalText(reason ?? '') || null,
      storedErased: erased,
      storedKept: await keptOf(scope, person),
      authorType: actor.type,
      authorId: actor.id,
      authorName: actor.name,
    }),
    { verb: 'DONE', clientId },
  )
}

/** `others`: ids of records, such as views, that named the person. Counts the events from before the erasure. */
async function eraseEvents(
  scope: WriteScope,
  person: Person,
  others: readonly string[],
  since: string,
): Promise<number> {
  const erasedIds = new Set<string>()
  for await (const [event, { before, after, subjectName }] of erasedEvents(scope, person, others)) {
    await scope.executeUnobserved(
      'UPDATE activity_events SET subject_name = :subjectName, `before` = :before, `after` = :after WHERE organization_id = :organization AND id = :id',
      {
        id: event.id,
        subjectName,
        before: before ? JSON.stringify(before) : null,
        after: after ? JSON.stringify(after) : null,
      },
    )
    if (event.id < since) erasedIds.add(event.id)
  }
  return erasedIds.size
}

/** The values of an emptied client; its legal name follows from its id. */
const emptiedClient = () => emptiedValues(metadataOf(Client).fields, judgedFields.Client)

async function emptyClient(scope: WriteScope, client: Client) {
  Object.assign(client, emptiedClient())
  client.setLegalName(erasedName(client.id))
  await scope.change(client, { verb: 'ERASED' })
}

async function eraseInteractions(scope: WriteScope, person: Person): Promise<number> {
  let count = 0
  for (const found of await scope.takeWhere(Interaction, ofClient(person.clientId))) {
    const erased = erasedInteraction(found, person)
    if (!erased) continue
    await scope.change(Object.assign(found, erased), {
      verb: 'ERASED',
      about: { type: found.subjectType, id: found.subjectId, name: null },
      clientId: person.clientId,
    })
    count++
  }
  return count
}

async function removeFiles(scope: WriteScope, clientId: string): Promise<number> {
  const files = await scope.takeWhere(File, ofClient(clientId))
  for (const file of files) {
    await scope.remove(file, {
      verb: 'ERASED',
      about: { type: file.subjectType, id: file.subjectId, name: null },
      clientId,
    })
    scope.afterCommit(() => scope.storage.blobs.remove(file.blobKey))
  }
  return files.length
}

/** The values that bring back a client without a person when the merge is undone. */
function erasedMerge({ kept }: ClientMerge, identity: Identity): ClientMerge['kept'] {
  const loser = {
    ...kept.loser,
    ...erasedValues('Client', kept.loser, identity),
    taxIdCountry: null,
    taxIdNumber: null,
    externalId: null,
    email: null,
    website: null,
  }
  // Values that the client took and has no more are left out: undoing asks only for those that are still there.
  const emptied = emptiedClient()
  const taken = Object.fromEntries(Object.entries(kept.taken).filter(([name]) => !(name in emptied)))
  return { ...(identity.erasedWithin(kept) as ClientMerge['kept']), taken, loser } // of the same shape
}

/** The columns that follow from others. */
const derived = new Set(
  metadataOf(Client)
    .fields.filter(({ kind, hidden, inHistory }) => kind === 'text' && hidden && !inHistory)
    .map(({ name }) => name),
)

/** The merge without the contact that it made of the loser's name, address and number; all else is the client's. */
function withoutContact(merge: ClientMerge, identity: Identity): Pick<ClientMerge, 'legalName' | 'kept'> {
  const { kept } = merge
  const erased = erasedMerge(merge, identity).loser
  const names = Object.keys(kept.loser).filter(name => derived.has(name) || identity.isIn(kept.loser[name]))
  const loser = { ...kept.loser, ...Object.fromEntries(names.map(name => [name, erased[name]])) }
  return { legalName: identity.erasedFrom(merge.legalName), kept: { ...kept, loser } }
}

async function eraseViews(scope: WriteScope, person: Person): Promise<string[]> {
  const views = await viewsAbout(scope, person)
  for (const view of views) {
    const name = person.identity.erasedFrom(view.name)
    await scope.change(
      Object.assign(view, { name, nameFolded: fold(name), filter: person.identity.erasedWithin(view.filter) }),
      { verb: 'ERASED' },
    )
  }
  return views.map(({ id }) => id)
}
