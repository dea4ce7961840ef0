import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import { refuseWithout } from '../../model/access.js'
import { mayRead } from '../../database/effects/activity-event.js'
import { subjectOf, type Subject } from '../../database/effects/change-event.js'
import type { ReadScope } from '../../database/scope/write-scope.js'
import { notFound } from '../../model/errors.js'
import { writeOf } from '../../model/permission.js'
import { prefixOf } from '../../lib/id.js'
import { UserError } from '../../lib/user-error.js'
import { Client } from './client.js'
import { metadataByPrefix, metadataOf, type EntityMetadata } from '../../model/entity-metadata.js'
import type { Row } from '../../model/field-definition.js'

type OfClient = Row & ObjectLiteral & { clientId?: string }

/** A note or file that people add to a client or to a record of one. */
interface Attached extends Row, ObjectLiteral {
  subjectType: string
  subjectId: string
}

/**
 * Whether something can be attached to records of this kind: clients, and records of a client. Records that are
 * attached themselves, which have no permission of their own, are excluded.
 */
export const isSubject = ({ type, part, permission, fields }: EntityMetadata) =>
  !part &&
  permission !== null &&
  (type === Client || fields.some(({ name, kind }) => name === 'clientId' && kind === 'reference'))

/** The kind of record that an id names, which has to be a client or something of one that the key may change. */
export function writableSubject(scope: ReadScope, id: string): ClassType<OfClient> {
  const record = metadataByPrefix(prefixOf(id))
  if (!record || !isSubject(record))
    throw new UserError(
      'SUBJECT_INVALID',
      'Give the id of a client, or of a document, project, task or other record of one.',
      'subjectId',
    )
  refuseWithout(scope.setting.access, writeOf(record.permission))
  return record.type as ClassType<OfClient> // as its fields say
}

/**
 * Finds the record that something is attached to; the key must be able to change it. A record it cannot read is not
 * found.
 */
export async function writableSubjectOf(scope: ReadScope, type: ClassType<Attached>, id: string): Promise<Subject> {
  const { name } = metadataOf(type)
  const attached = await scope.find(type, id)
  if (!attached || !mayRead(attached, scope.setting.access.permissions))
    throw notFound(`There is no ${name} with the id ${id}.`)
  const { subjectId, subjectType } = attached
  const subject = await scope.find(writableSubject(scope, subjectId), subjectId)
  return subject ? subjectOf(subject) : { type: subjectType, id: subjectId, name: null }
}
