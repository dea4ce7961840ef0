import { snapshot } from '../../database/effects/snapshot.js'
import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import type { Permission } from '../../model/permission.js'
import { nameOf, spoken } from '../../model/record-name.js'
import { prefixOf } from '../../lib/id.js'
import { composeTaxId } from '../../lib/tax-id.js'
import { cleanText } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'
import { Client, Contact } from '../clients/index.js'
import { ClientMerge, type Kept } from './client-merge.js'
import { contactOfLoser } from './loser-contact.js'
import { restored } from './kept-value.js'
import { assignTaken, isSame, takenBy, tooMuchOf, wonBy } from './merge-choice.js'
import type { Choice } from './merge-field.js'
import type { MergeClientsInput, UnmergeClientsInput } from './merge.inputs.js'
import { crossingOf, moveAll, moveBack } from './move.js'
import { metadataByPrefix, metadataOf } from '../../model/entity-metadata.js'

/** The columns that follow from others. */
const derived = new Set(metadataOf(Client).fields.map(({ folded }) => folded))

/** A reason why two clients cannot be merged. It is told to a key that may read the records it is about. */
export interface Obstacle {
  code: string
  message: string
  permission: Permission
}

/** Filled by features whose rules two clients can each keep, but not together. */
export const mergeObstacles: ((scope: ReadScope, winner: Client, loser: Client) => Promise<Obstacle[]>)[] = []

/** All obstacles, in words that the caller may read. */
export async function obstaclesOf(
  scope: ReadScope,
  winner: Client,
  loser: Client,
  choices: readonly Choice[] = [],
): Promise<UserError[]> {
  const { permissions } = scope.setting.access
  const archived =
    winner.archivedAt && !loser.archivedAt
      ? [
          new UserError(
            'CLIENT_ARCHIVED',
            `${winner.legalName} is archived: unarchive it first, or let the other client stay.`,
            'winnerId',
          ),
        ]
      : []
  const found = (await Promise.all(mergeObstacles.map(obstacles => obstacles(scope, winner, loser)))).flat()
  const refusals = found.map(({ code, message, permission }) =>
    permissions.has(permission)
      ? new UserError(code, message, 'loserId')
      : new UserError(
          'MERGE_BLOCKED',
          `Records that only a key with ${permission} may read stand in the way; ask somebody who has one to merge the clients.`,
          'loserId',
        ),
  )
  return [...archived, ...refusals, ...tooMuchOf(winner, loser, choices)]
}

export async function mergeClients(
  scope: WriteScope,
  { winnerId, winnerVersion, loserId, loserVersion, take, keepContact }: MergeClientsInput,
): Promise<Client> {
  if (winnerId === loserId)
    throw new UserError('MERGE_WITH_ITSELF', 'A client cannot be merged into itself; choose another one.', 'loserId')
  const [winner, loser] = (
    await scope.takeAll(Client, [
      { id: winnerId, version: winnerVersion },
      { id: loserId, version: loserVersion },
    ])
  ).map(taken => taken()) as [Client, Client] // as many as asked for
  const [obstacle] = await obstaclesOf(scope, winner, loser, take ?? [])
  if (obstacle) throw obstacle

  const primary = (await primariesOf(scope, winnerId)) ? await primariesOf(scope, loserId) : undefined
  const taken = takenBy(winner, loser, take ?? [])
  const { version, createdAt, updatedAt, legalName } = loser
  const contact = keepContact === false ? null : await newContact(scope, wonBy(winner, taken), loser)
  const kept: Kept = {
    loser: { ...snapshot(loser), version, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() },
    taken,
    demotedId: primary?.id ?? null,
    contactId: contact?.id ?? null,
  }
  const merge = await scope.add(
    scope.make(ClientMerge, { loserId, legalName, mergedIntoId: winnerId, mergedOn: scope.today, kept }),
    { clientId: winnerId },
  )

  await moveAll(scope, { merge, from: loserId, to: winnerId })
  await scope.remove(loser, { verb: 'MERGED_AWAY', clientId: winnerId })
  if (primary) await setPrimary(scope, primary.id, false)
  if (contact) await scope.add(Object.assign(contact, { primary: (await primariesOf(scope, winnerId)) === undefined }))
  assignTaken(winner, taken, 1)
  scope.reindex(Client, [winnerId])
  return scope.change(winner, { verb: 'MERGED', after: { mergedClient: legalName } })
}

/** The contact that keeps what nobody else has, not yet added. */
async function newContact(scope: WriteScope, winner: Client, loser: Client): Promise<Contact | null> {
  const kept = await contactOfLoser(scope, winner, loser)
  return kept && scope.make(Contact, { ...kept, clientId: winner.id })
}

/** Takes the contact back that the merge made, unless somebody deleted it. */
async function removeContact(scope: WriteScope, winner: Client, { kept: { contactId, loser } }: ClientMerge) {
  const contact = contactId ? await scope.find(Contact, contactId) : null
  if (!contact) return
  const isAsMade =
    contact.name === loser.legalName &&
    [null, loser.email].includes(contact.email) &&
    [null, loser.phone].includes(contact.phone) &&
    contact.role === null &&
    contact.externalId === null
  if (!isAsMade)
    throw new UserError(
      'UNMERGE_CHANGED',
      `The contact ${contact.name} of ${winner.legalName} came with the merge and was changed since; delete it first, or put it back.`,
      'mergeId',
    )
  await scope.remove(contact)
}

/** Undoes a merge, exactly or not at all; what was made since for the other client stays with it. */
export async function unmergeClients(scope: WriteScope, { mergeId, version }: UnmergeClientsInput): Promise<Client> {
  const { mergedIntoId } = await scope.get(ClientMerge, mergeId)
  const winner = await scope.take(Client, mergedIntoId) // the client before the merge: the same order as when merging
  const merge = await scope.take(ClientMerge, mergeId, version)
  await refuseEarlier(scope, merge)
  const { loserId, legalName, kept } = merge
  const taken = Object.fromEntries(Object.entries(kept.taken).filter(([name]) => !derived.has(name))) // older versions kept them
  const now = snapshot(winner)
  const changed = Object.entries(taken).find(([name, [, after]]) => !isSame(now[name], after))
  if (changed)
    throw new UserError(
      'UNMERGE_CHANGED',
      `${spoken(changed[0])} of ${winner.legalName} came with the merge and was changed since; put it back first.`,
      'mergeId',
    )
  assignTaken(winner, taken, 0)
  await refuseTaken(scope, winner)
  await removeContact(scope, winner, merge)
  await scope.change(winner, { verb: 'UNMERGED', before: { mergedClient: legalName }, after: { mergedClient: null } })

  const loser = loserOf(scope, merge)
  await refuseTaken(scope, loser)
  await scope.restore(loser)
  await moveBack(scope, { merge, from: winner.id, to: loserId })
  const crossing = await crossingOf(scope, winner.id, loserId)
  if (crossing) throw await refuseCrossing(scope, crossing)
  const { demotedId } = kept
  await keepOnePrimary(scope, loserId, demotedId)
  await keepOnePrimary(scope, winner.id)
  scope.reindex(Client, [winner.id, loserId])
  await scope.remove(merge, { verb: 'UNDONE', clientId: loserId })
  return loser
}

/** Only the last merge of a chain can be undone: the others moved on with it. */
async function refuseEarlier(scope: WriteScope, { id }: ClientMerge) {
  const [later] = await scope.list(ClientMerge, {
    sql: 'EXISTS (SELECT 1 FROM merged_records r WHERE r.organization_id = :organization AND r.merge_id = t.id AND r.record_id = :id)',
    parameters: { id },
  })
  if (later)
    throw new UserError(
      'MERGE_NOT_LAST',
      `The client was merged into ${later.legalName}, which was itself merged since: undo that merge first (${later.id}).`,
      'mergeId',
    )
}

function loserOf(scope: WriteScope, { loserId, kept: { loser: was } }: ClientMerge): Client {
  const { version, createdAt, updatedAt: _, ...fields } = was
  const now = { id: loserId, version: version + 1, createdAt: new Date(createdAt), updatedAt: scope.now }
  const loser = Object.assign(scope.make(Client, {}), restored(metadataOf(Client), fields), now)
  // Texts that were stored before they had today's form get it now.
  for (const { name, kind, lines } of metadataOf(Client).fields) {
    const text = (loser as unknown as Record<string, unknown>)[name] // by the names of its own fields
    if (kind === 'text' && typeof text === 'string') Object.assign(loser, { [name]: cleanText(text, lines === true) })
  }
  return loser
}

/** Refuses a tax id or an external id that another client took while this one was merged, or while it had another. */
async function refuseTaken(scope: WriteScope, { id, legalName, taxIdCountry, taxIdNumber, externalId }: Client) {
  const [holder] = await scope.list(Client, {
    sql: 't.id <> :id AND ((t.taxIdCountry = :taxIdCountry AND t.taxIdNumber = :taxIdNumber) OR t.externalId = :externalId)',
    parameters: { id, taxIdCountry, taxIdNumber, externalId },
  })
  if (!holder) return
  const identifier =
    taxIdCountry && taxIdNumber && holder.taxIdNumber === taxIdNumber
      ? `tax id ${composeTaxId(taxIdCountry, taxIdNumber)}`
      : `external id ${externalId}`
  throw new UserError(
    'UNMERGE_TAKEN',
    `${holder.legalName} (${holder.id}) has the ${identifier} of ${legalName} now; clear it there first.`,
    'mergeId',
  )
}

async function refuseCrossing(scope: WriteScope, { id, otherId }: { id: string; otherId: string }): Promise<UserError> {
  const { permissions } = scope.setting.access
  const called = async (of: string) => {
    const record = metadataByPrefix(prefixOf(of))
    if (!record || (record.permission !== null && !permissions.has(record.permission)))
      return 'a record that the key may not read'
    const row = await scope.find(record.type as never, of) // a record's class is an entity
    return [spoken(record.name), row && nameOf(row)].filter(Boolean).join(' ')
  }
  return new UserError(
    'UNMERGE_CROSSED',
    `Each of the two clients would have one of ${await called(id)} and ${await called(otherId)}, which were brought together since; this merge can no longer be undone.`,
    'mergeId',
  )
}

async function primariesOf(scope: ReadScope, clientId: string): Promise<Contact | undefined> {
  const [contact] = await scope.list(Contact, {
    sql: 't.clientId = :clientId AND t.primary = 1',
    parameters: { clientId },
  })
  return contact
}

async function setPrimary(scope: WriteScope, id: string, primary: boolean) {
  const contact = await scope.take(Contact, id)
  await scope.change(Object.assign(contact, { primary }))
}

/** A client with contacts has exactly one: the one it had, else the oldest. */
async function keepOnePrimary(scope: WriteScope, clientId: string, wantedId?: string | null) {
  const contacts = await scope.list(Contact, { sql: 't.clientId = :clientId', parameters: { clientId } })
  if (contacts.length === 0 || contacts.some(({ primary }) => primary)) return
  const heir = contacts.find(({ id }) => id === wantedId) ?? contacts[0]
  if (heir) await setPrimary(scope, heir.id, true)
}
