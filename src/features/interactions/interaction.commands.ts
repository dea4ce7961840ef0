import { refuseWithout } from '../../model/access.js'
import { subjectOf } from '../../database/effects/change-event.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { assignGiven } from '../../model/assign-given.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import { dayOf } from '../../model/state.js'
import { UserError } from '../../lib/user-error.js'
import { Contact, writableSubject, writableSubjectOf } from '../clients/index.js'
import { Interaction, InteractionKind } from './interaction.js'
import type { CreateInteractionInput, UpdateInteractionInput } from './interaction.inputs.js'

const mostContacts = 50

export async function createInteraction(
  scope: WriteScope,
  { subjectId, kind, happenedOn, contactIds, ...given }: CreateInteractionInput,
): Promise<Interaction> {
  const subject = await scope.get(writableSubject(scope, subjectId), subjectId)
  const about = subjectOf(subject)
  const { actor } = scope.setting.access
  const interaction = scope.make(Interaction, {
    clientId: subject.clientId ?? subject.id,
    subjectType: about.type,
    subjectId,
    kind: kind ?? InteractionKind.NOTE,
    happenedOn: dayOf(happenedOn, scope.today, 'happenedOn'),
    contactIds: [],
    authorType: actor.type,
    authorId: actor.id,
    authorName: actor.name,
  })
  assignGiven(interaction, given)
  await setContacts(scope, interaction, contactIds)
  return scope.add(interaction, interaction.written(about))
}

export async function updateInteraction(
  scope: WriteScope,
  { id, version, happenedOn, contactIds, ...given }: UpdateInteractionInput,
): Promise<Interaction> {
  const about = await writableSubjectOf(scope, Interaction, id)
  const interaction = await scope.take(Interaction, id, version)
  if (!interaction.isBy(scope.setting.access.actor))
    throw new UserError(
      'NOT_THE_AUTHOR',
      `Only its author, ${interaction.authorName}, can change it; add another interaction instead.`,
      'id',
    )
  assignGiven(
    interaction,
    happenedOn ? { ...given, happenedOn: dayOf(happenedOn, scope.today, 'happenedOn') } : { ...given, happenedOn },
  )
  await setContacts(scope, interaction, contactIds)
  return scope.change(interaction, { noun: interaction.kind, about })
}

export async function deleteInteraction(scope: WriteScope, { id, version }: RecordVersion): Promise<Interaction> {
  const about = await writableSubjectOf(scope, Interaction, id)
  const interaction = await scope.take(Interaction, id, version)
  const { actor, permissions } = scope.setting.access
  if (!interaction.isBy(actor) && !permissions.has('admin'))
    throw new UserError(
      'NOT_THE_AUTHOR',
      `Only its author, ${interaction.authorName}, or a key with the scope admin can delete it.`,
      'id',
    )
  await scope.remove(interaction, { noun: interaction.kind, about })
  return interaction
}

async function setContacts(scope: WriteScope, interaction: Interaction, given: string[] | null | undefined) {
  if (given === undefined) return
  const contactIds = [...new Set(given)]
  if (contactIds.length > 0) {
    refuseWithout(scope.setting.access, 'clients:read')
    if (contactIds.length > mostContacts)
      throw new UserError(
        'CONTACTS_TOO_MANY',
        `An interaction can name at most ${mostContacts} contacts; leave some out.`,
        'contactIds',
      )
    const found = await scope.count(Contact, {
      sql: 't.clientId = :clientId AND t.id IN (:...contactIds)',
      parameters: { clientId: interaction.clientId, contactIds },
    })
    if (found < contactIds.length)
      throw new UserError('NOT_FOUND', 'This client has no such contact; check contactIds.', 'contactIds')
  }
  interaction.contactIds = contactIds
}
