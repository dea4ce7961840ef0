import type { EntityManager, ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import { metadataOf } from '../../model/entity-metadata.js'
import { snake } from '../../lib/snake.js'
import type { RecordRow } from '../../model/row.js'
import { ownerOf } from './read-scope.js'
import type { Row } from '../../model/field-definition.js'

/** Writes some fields of a row and its new version; false where somebody else has written it since `version`. */
export async function updateRow<T extends RecordRow & ObjectLiteral>(
  manager: EntityManager,
  row: T,
  names: readonly string[],
  { organization, version }: { organization: string; version: number },
): Promise<boolean> {
  const values = row as unknown as Record<string, unknown> // read by the names of its own fields
  const result = await manager
    .createQueryBuilder()
    .update(row.constructor as ClassType<T>) // the class of a row is the entity it was read as
    .set(Object.fromEntries([...names, 'version', 'updatedAt'].map(name => [name, values[name]])) as never) // its own columns
    .where(`id = :id AND ${snake(ownerOf(metadataOf(row.constructor)))} = :organization AND version = :version`, {
      id: row.id,
      organization,
      version,
    })
    .updateEntity(false)
    .execute()
  return result.affected === 1
}

/** Deletes the rows of an organisation whose field has this value. */
export async function deleteRows<T extends Row>(
  manager: EntityManager,
  type: ClassType<T>,
  organization: string,
  { by, value }: { by: keyof T & string; value: string },
) {
  await manager
    .createQueryBuilder()
    .delete()
    .from(type)
    .where(`${snake(ownerOf(metadataOf(type)))} = :organization AND ${snake(by)} = :value`, { organization, value })
    .execute()
}
