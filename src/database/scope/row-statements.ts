import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import { metadataOf } from '../../model/entity-metadata.js'
import { snake } from '../../lib/snake.js'
import type { RecordRow } from '../../model/row.js'
import type { Row } from '../../model/field-definition.js'
import { ownerOf } from '../select.js'
import { stored, type Session } from '../session.js'

/** Writes some fields of a row and its new version; false where somebody else has written it since `version`. */
export async function updateRow<T extends RecordRow & ObjectLiteral>(
  session: Session,
  row: T,
  names: readonly string[],
  { organization, version }: { organization: string; version: number },
): Promise<boolean> {
  const record = metadataOf(row.constructor)
  const values = row as unknown as Record<string, unknown> // read by the names of its own fields
  const written = [...names, 'version', 'updatedAt']
  const changed = await session.run(
    `UPDATE \`${record.table}\` SET ${written.map(name => `\`${snake(name)}\` = ?`).join(', ')} WHERE id = ? AND ${ownerOf(record)} = ? AND version = ?`,
    [...written.map(name => stored(values[name])), row.id, organization, version],
  )
  return changed === 1
}

/** Deletes the rows of an organisation whose field has this value. */
export async function deleteRows<T extends Row>(
  session: Session,
  type: ClassType<T>,
  organization: string,
  { by, value }: { by: keyof T & string; value: string },
) {
  const record = metadataOf(type)
  await session.put(`DELETE FROM \`${record.table}\` WHERE ${ownerOf(record)} = ? AND ${snake(by)} = ?`, [
    organization,
    value,
  ])
}
