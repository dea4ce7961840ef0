import type { ClassType } from 'type-graphql'
import type { ObjectLiteral } from 'typeorm'
import { UserError } from '../../lib/user-error.js'
import type { RecordRow } from '../../model/row.js'
import type { WriteScope } from './write-scope.js'
import { metadataOf } from '../../model/entity-metadata.js'

type Archivable = RecordRow & ObjectLiteral & { archivedAt: Date | null }

export function markArchived(row: Archivable, now: Date) {
  if (row.archivedAt)
    throw new UserError('ALREADY_ARCHIVED', `This ${metadataOf(row.constructor).name} is archived already.`)
  row.archivedAt = now
}

export function markUnarchived(row: Archivable) {
  if (!row.archivedAt) throw new UserError('NOT_ARCHIVED', `This ${metadataOf(row.constructor).name} is not archived.`)
  row.archivedAt = null
}

/** Takes a record off lists and pickers; what hangs on it stays. */
export async function archive<T extends Archivable>(
  scope: WriteScope,
  type: ClassType<T>,
  { id, version }: Pick<RecordRow, 'id' | 'version'>,
): Promise<T> {
  const row = await scope.take(type, id, version)
  markArchived(row, scope.now)
  return scope.change(row, { verb: 'ARCHIVED' })
}

export async function unarchive<T extends Archivable>(
  scope: WriteScope,
  type: ClassType<T>,
  { id, version }: Pick<RecordRow, 'id' | 'version'>,
): Promise<T> {
  const row = await scope.take(type, id, version)
  markUnarchived(row)
  return scope.change(row, { verb: 'UNARCHIVED' })
}
