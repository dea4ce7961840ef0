import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import { refuseWithout } from '../../database/access.js'
import { mayRead } from '../../database/activity-event.js'
import { subjectOf, type Subject } from '../../database/journal.js'
import type { WriteScope } from '../../database/scope.js'
import { notFound } from '../../graphql/errors.js'
import { recordByPrefix, type Row } from '../../graphql/field.js'
import { assignGiven } from '../../graphql/input.js'
import { writeOf } from '../../graphql/permission.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import { dayOf } from '../../graphql/state.js'
import { prefixOf } from '../../lib/id.js'
import { UserError } from '../../lib/user-error.js'
import { Client, Contact } from '../clients/index.js'
import { Interaction, InteractionKind } from './interaction.js'
import type { CreateInteractionInput, UpdateInteractionInput } from './interaction.inputs.js'

type OfClient = Row & ObjectLiteral & { clientId?: string }

const mostContacts = 50

export async function createInteraction(scope: WriteScope, { subjectId, kind, happenedOn, contactIds, ...given }: CreateInteractionInput): Promise<Interaction> {
  const subject = await scope.get(writableSubject(scope, subjectId), subjectId)
  const about = subjectOf(subject)
  const { actor } = scope.setting.access
  const interaction = scope.make(Interaction, {
    clientId: subject.clientId ?? subject.id, subjectType: about.type, subjectId, kind: kind ?? InteractionKind.NOTE,
    happenedOn: dayOf(happenedOn, scope.today, 'happenedOn'), contactIds: [], authorType: actor.type, authorId: actor.id, authorName: actor.name,
  })
  assignGiven(interaction, given)
  await setContacts(scope, interaction, contactIds)
  return scope.add(interaction, interaction.written(about))
}

export async function updateInteraction(scope: WriteScope, { id, version, happenedOn, contactIds, ...given }: UpdateInteractionInput): Promise<Interaction> {
  const about = await writableSubjectOf(scope, id)
  const interaction = await scope.take(Interaction, id, version)
  if (!interaction.isBy(scope.setting.access.actor)) throw new UserError('NOT_THE_AUTHOR', `Only its author, ${interaction.authorName}, can change it; write another one beside it.`, 'id')
  assignGiven(interaction, happenedOn ? { ...given, happenedOn: dayOf(happenedOn, scope.today, 'happenedOn') } : { ...given, happenedOn })
  await setContacts(scope, interaction, contactIds)
  return scope.change(interaction, { noun: interaction.kind, about })
}

export async function deleteInteraction(scope: WriteScope, { id, version }: RecordVersion): Promise<Interaction> {
  const about = await writableSubjectOf(scope, id)
  const interaction = await scope.take(Interaction, id, version)
  const { actor, permissions } = scope.setting.access
  if (!interaction.isBy(actor) && !permissions.has('admin')) throw new UserError('NOT_THE_AUTHOR', `Only its author, ${interaction.authorName}, or a key with the scope admin can delete it.`, 'id')
  await scope.remove(interaction, { noun: interaction.kind, about })
  return interaction
}

/** The kind of record that an id names, which has to be a client or something of one that the key may change. */
function writableSubject(scope: WriteScope, id: string): ClassType<OfClient> {
  const record = recordByPrefix(prefixOf(id))
  const fits = record && !record.part && record.type !== Interaction && (record.type === Client || record.fields.some(({ name, kind }) => name === 'clientId' && kind === 'reference'))
  if (!fits) throw new UserError('SUBJECT_INVALID', 'An interaction is about a client, or about a document, a project, a task … of one; give the id of such a record.', 'subjectId')
  refuseWithout(scope.setting.access, writeOf(record.permission))
  return record.type as ClassType<OfClient> // as its fields say
}

/** What an interaction is about, which the key has to be able to change; one that it cannot read is not there. */
async function writableSubjectOf(scope: WriteScope, id: string): Promise<Subject> {
  const interaction = await scope.find(Interaction, id)
  if (!interaction || !mayRead(interaction, scope.setting.access.permissions)) throw notFound(`There is no Interaction with the id ${id}.`)
  const { subjectId, subjectType } = interaction
  const subject = await scope.find(writableSubject(scope, subjectId), subjectId)
  return subject ? subjectOf(subject) : { type: subjectType, id: subjectId, name: null }
}

async function setContacts(scope: WriteScope, interaction: Interaction, given: string[] | null | undefined) {
  if (given === undefined) return
  const contactIds = [...new Set(given)]
  if (contactIds.length > 0) {
    refuseWithout(scope.setting.access, 'clients:read')
    if (contactIds.length > mostContacts) throw new UserError('CONTACTS_TOO_MANY', `An interaction names at most ${mostContacts} contacts.`, 'contactIds')
    const found = await scope.count(Contact, { sql: 't.clientId = :clientId AND t.id IN (:...contactIds)', parameters: { clientId: interaction.clientId, contactIds } })
    if (found < contactIds.length) throw new UserError('NOT_FOUND', 'There is no such contact at this client; check contactIds.', 'contactIds')
  }
  interaction.contactIds = contactIds
}
