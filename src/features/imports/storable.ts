import type { ClassType } from 'type-graphql'
import { validate } from '../../model/validate.js'
import { UserError } from '../../lib/user-error.js'
import type { RowReader } from './row-reader.js'
import { metadataOf } from '../../model/entity-metadata.js'

/** The fields that the database sets, which no cell can spoil. */
const untested = { id: '-', organizationId: '-', version: 1, createdAt: new Date(0), updatedAt: new Date(0) }

/**
 * Refuses a row whose record the field definitions do not allow. `columnOf` returns the import field of a record field.
 */
export function refuseUnstorable<T, V extends object, R extends object>(
  row: RowReader<T, V>,
  type: ClassType<R>,
  values: object,
  columnOf: (field: string | undefined) => string | null,
) {
  try {
    validate(metadataOf(type), Object.assign(new type(), values, untested))
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const { code, message, field = '' } = error
    const column = columnOf(error.field)
    row.refuse(
      code,
      column !== null && message.startsWith(`${field} `) ? `${column}${message.slice(field.length)}` : message,
      column,
    )
  }
}
