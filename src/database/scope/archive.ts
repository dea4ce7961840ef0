import type { ClassType } from 'type-graphql'
import type { ObjectLiteral } from 'typeorm'
import { UserError } from '../../lib/user-error.js'
import type { RecordRow } from '../../model/row.js'
import { transition } from './transition.js'
import type { WriteScope } from './write-scope.js'
import { metadataOf } from '../../model/entity-metadata.js'

type Archivable = RecordRow & ObjectLiteral & { archivedAt: Date | null }
type Given = Pick<RecordRow, 'id' | 'version'>

export function markArchived(row: Archivable, now: Date) {
  if (row.archivedAt)
    throw new UserError('ALREADY_ARCHIVED', `This ${metadataOf(row.constructor).name} is archived already.`)
  row.archivedAt = now
}

export function markUnarchived(row: Archivable) {
  if (!row.archivedAt) throw new UserError('NOT_ARCHIVED', `This ${metadataOf(row.constructor).name} is not archived.`)
  row.archivedAt = null
}

/** Takes a record off lists and pickers; its documents and other records stay. */
export const archive = <T extends Archivable>(scope: WriteScope, type: ClassType<T>, given: Given): Promise<T> =>
  transition(scope, type, given, { verb: 'ARCHIVED' }, row => {
    markArchived(row, scope.now)
  })

export const unarchive = <T extends Archivable>(scope: WriteScope, type: ClassType<T>, given: Given): Promise<T> =>
  transition(scope, type, given, { verb: 'UNARCHIVED' }, row => {
    markUnarchived(row)
  })
