import { ActivityEvent } from '../../database/activity-event.js'
import type { Condition, ReadScope, WriteScope } from '../../database/scope.js'
import { SavedView } from '../../database/saved-view.js'
import { recordByPrefix } from '../../graphql/field.js'
import { fold } from '../../lib/fold.js'
import { prefixOf } from '../../lib/id.js'
import { normalText } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'
import { Client, Contact, deleteContact } from '../clients/index.js'
import { File } from '../files/index.js'
import { ImportPlan, ImportRow, ImportWrite, removeImport } from '../imports/index.js'
import { Interaction } from '../interactions/index.js'
import { Invoice } from '../invoicing/index.js'
import { ClientMerge } from '../merging/index.js'
import { Erasure, type ErasedRecords } from './erasure.js'
import type { ErasePersonInput } from './erasure.inputs.js'
import { erasedText, erasedValues, Identity } from './personal.js'

const batch = 500

// Código de Comercio, art. 30: books and vouchers are kept for six years; Ley 58/2003, General Tributaria, arts. 29.2 and 66 to 70, for what may still be checked;
// Regulation (EU) 2016/679, art. 17.3 b: what a law obliges to keep is not erased.
const lawful = 'Name, tax id and address on authorised invoices stay: commercial and tax law oblige to keep vouchers (Código de Comercio art. 30; Ley 58/2003 arts. 66 to 70), and the GDPR excepts what a law obliges to keep (art. 17.3 b).'

/** Erases a contact, or a client with its contacts, out of everything but what the law keeps. Figures stay as they are. */
export async function erasePerson(scope: WriteScope, { personId, version, reason }: ErasePersonInput): Promise<Erasure> {
  const isClient = prefixOf(personId) === 'cli'
  if (!isClient && prefixOf(personId) !== 'con') throw new UserError('PERSON_INVALID', 'Give the id of a client or of a contact.', 'personId')
  const subject = isClient ? await scope.take(Client, personId, version) : await scope.take(Contact, personId, version)
  const clientId = subject instanceof Client ? subject.id : subject.clientId
  const contacts = subject instanceof Client ? await scope.list(Contact, { sql: 't.clientId = :clientId', parameters: { clientId } }) : [subject]
  const merges = subject instanceof Client ? await scope.takeWhere(ClientMerge, { sql: 't.mergedIntoId = :clientId', parameters: { clientId } }) : []
  const ids = [...(subject instanceof Client ? [subject.id] : []), ...contacts.map(({ id }) => id), ...merges.map(({ loserId }) => loserId)]
  const identity = await identityOf(scope, clientId, ids, [...(subject instanceof Client ? [subject] : []), ...contacts])
  for (const { kept } of merges) identity.add('Client', kept.loser)

  const erased: ErasedRecords[] = []
  const note = (kind: string, count: number, what: string) => { if (count > 0) erased.push({ kind, count, what }) }
  for (const { id } of contacts) await deleteContact(scope, { id, version: (await scope.take(Contact, id)).version })
  note('Contact', contacts.length, 'removed')
  note('Interaction', await eraseInteractions(scope, clientId, identity, isClient), isClient ? 'heading and text replaced' : 'the name, addresses and numbers replaced where they stood')
  note('File', isClient ? await removeFiles(scope, clientId) : 0, 'removed with its bytes')
  if (subject instanceof Client) {
    await emptyClient(scope, subject)
    note('Client', 1, 'emptied of all that is personal')
  }
  const plans = await removePlans(scope, ids, identity)
  note('ImportPlan', plans.length, 'removed with its file')
  for (const merge of merges) await scope.change(Object.assign(merge, { legalName: erasedText, kept: erasedMerge(merge, identity) }), { verb: 'ERASED', clientId })
  note('ClientMerge', merges.length, 'values replaced')
  const views = await eraseViews(scope, identity)
  note('SavedView', views.length, 'values replaced')
  await scope.settle() // the events of all this are erased like those before
  note('ActivityEvent', await eraseEvents(scope, clientId, ids, [...plans, ...views], identity, isClient), 'values replaced')

  const { actor } = scope.setting.access
  const invoices = isClient ? await scope.count(Invoice, { sql: "t.clientId = :clientId AND t.state IN ('AUTHORISED', 'VOIDED')", parameters: { clientId } }) : 0
  return scope.add(scope.make(Erasure, {
    recordType: isClient ? 'Client' : 'Contact', recordId: personId, erasedOn: scope.today, reason: normalText(reason ?? '') || null, storedErased: erased, storedKept: invoices > 0 ? [{ kind: 'Invoice', count: invoices, what: lawful }] : [],
    authorType: actor.type, authorId: actor.id, authorName: actor.name,
  }), { verb: 'DONE', clientId })
}

/** What the person is and was known by. */
async function identityOf(scope: WriteScope, clientId: string, ids: readonly string[], records: readonly (Client | Contact)[]): Promise<Identity> {
  const identity = new Identity()
  for (const record of records) identity.addRecord(record)
  for await (const event of eventsOf(scope, clientId, ids)) {
    if (event.itemId === null && ids.includes(event.subjectId)) for (const values of [event.before, event.after]) identity.add(event.subjectType, values)
  }
  return identity
}

/** All events of the client, and all about these records wherever they are told. */
async function* eventsOf(scope: ReadScope, clientId: string, ids: readonly string[]): AsyncGenerator<ActivityEvent> {
  for (let last = ''; ;) {
    const condition: Condition = { sql: '(t.clientId = :clientId OR t.subjectId IN (:...ids)) AND t.id > :last', parameters: { clientId, ids, last } }
    const events = await scope.select(ActivityEvent, condition).orderBy('t.id').limit(batch).getMany()
    yield* events
    if (events.length < batch) return
    last = events.at(-1)?.id ?? ''
  }
}

/** `others`: records of nobody in particular that named the person. */
async function eraseEvents(scope: WriteScope, clientId: string, ids: readonly string[], others: readonly string[], identity: Identity, isWhole: boolean): Promise<number> {
  let count = 0
  for await (const event of eventsOf(scope, clientId, [...ids, ...others])) {
    const item = event.itemId ? recordByPrefix(prefixOf(event.itemId))?.name : undefined
    // Of a contact alone, other people of the same client keep what is theirs.
    const type = isWhole || ids.includes(event.subjectId) ? (item ?? event.subjectType) : ''
    const [before, after] = [event.before, event.after].map(values => erasedValues(type, values, identity))
    const subjectName = event.subjectName && (event.subjectId === clientId && isWhole ? erasedName(clientId) : ids.includes(event.subjectId) ? erasedText : identity.erasedFrom(event.subjectName))
    if (JSON.stringify([before, after, subjectName]) === JSON.stringify([event.before, event.after, event.subjectName])) continue
    await scope.execute('UPDATE activity_events SET subject_name = :subjectName, `before` = :before, `after` = :after WHERE organization_id = :organization AND id = :id', {
      id: event.id, subjectName, before: before ? JSON.stringify(before) : null, after: after ? JSON.stringify(after) : null,
    })
    count++
  }
  return count
}

/** Told apart by the end of its id. */
const erasedName = (id: string) => `${erasedText} ${id.slice(-8)}`

async function emptyClient(scope: WriteScope, client: Client) {
  const nothing = { tradeName: null, taxIdCountry: null, taxIdNumber: null, externalId: null, addressLine2: null, postalCode: null, region: null, email: null, phone: null, website: null, notes: null, tags: [] }
  Object.assign(client, nothing, { addressLine1: erasedText, city: erasedText })
  client.setLegalName(erasedName(client.id))
  await scope.change(client, { verb: 'ERASED' })
}

async function eraseInteractions(scope: WriteScope, clientId: string, identity: Identity, isWhole: boolean): Promise<number> {
  let count = 0
  for (const found of await scope.takeWhere(Interaction, { sql: 't.clientId = :clientId', parameters: { clientId } })) {
    const [title, text] = isWhole ? [found.title && erasedText, erasedText] : [found.title && identity.erasedFrom(found.title), identity.erasedFrom(found.text)]
    if (title === found.title && text === found.text) continue
    await scope.change(Object.assign(found, { title, text }), { verb: 'ERASED', about: { type: found.subjectType, id: found.subjectId, name: null }, clientId })
    count++
  }
  return count
}

async function removeFiles(scope: WriteScope, clientId: string): Promise<number> {
  const files = await scope.takeWhere(File, { sql: 't.clientId = :clientId', parameters: { clientId } })
  for (const file of files) {
    await scope.remove(file, { verb: 'ERASED', about: { type: file.subjectType, id: file.subjectId, name: null }, clientId })
    scope.afterCommit(() => scope.storage.blobs.remove(file.blobKey))
  }
  return files.length
}

/** A plan that holds the person is of no use without: it goes, a week early. */
async function removePlans(scope: WriteScope, ids: readonly string[], identity: Identity): Promise<string[]> {
  const removed: string[] = []
  for (const plan of await scope.list(ImportPlan)) {
    const writes = await scope.count(ImportWrite, { sql: 't.planId = :plan AND t.recordId IN (:...ids)', parameters: { plan: plan.id, ids } })
    if (writes === 0 && !identity.isIn(JSON.stringify(plan.storedColumns)) && !(await holds(scope, plan.id, ids, identity))) continue
    await removeImport(scope, plan)
    removed.push(plan.id)
  }
  return removed
}

async function holds(scope: ReadScope, planId: string, ids: readonly string[], identity: Identity): Promise<boolean> {
  for (let last = 0; ;) {
    const rows = await scope.select(ImportRow, { sql: 't.planId = :planId AND t.number > :last', parameters: { planId, last } }).orderBy('t.number').limit(batch).getMany()
    if (rows.some(row => ids.includes(row.recordId ?? '') || identity.isIn(JSON.stringify([row.title, row.storedValues, row.storedChanges, row.storedIssues])))) return true
    if (rows.length < batch) return false
    last = rows.at(-1)?.number ?? 0
  }
}

/** What an emptied client keeps of what a merge may have given it. */
const stays = new Set(['country', 'currency', 'paymentTermsDays', 'ownerId', 'language'])

/** Undone, it brings back a client without a person. */
function erasedMerge({ kept }: ClientMerge, identity: Identity): ClientMerge['kept'] {
  const loser = { ...kept.loser, ...erasedValues('Client', kept.loser, identity), taxIdCountry: null, taxIdNumber: null, externalId: null, email: null, website: null }
  // What the client took and has no more is of nobody: undoing asks only for what is still there.
  const taken = Object.fromEntries(Object.entries(kept.taken).filter(([name]) => stays.has(name)))
  return { ...(identity.erasedWithin(kept) as ClientMerge['kept']), taken, loser } // of the same shape
}

async function eraseViews(scope: WriteScope, identity: Identity): Promise<string[]> {
  const changed: string[] = []
  for (const view of await scope.list(SavedView)) {
    if (!identity.isIn(JSON.stringify([view.name, view.filter]))) continue
    const name = identity.erasedFrom(view.name)
    await scope.change(Object.assign(view, { name, nameFolded: fold(name), filter: identity.erasedWithin(view.filter) }), { verb: 'ERASED' })
    changed.push(view.id)
  }
  return changed
}
