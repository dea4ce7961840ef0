import { normalText } from '../lib/text.js'
import { UserError } from '../lib/user-error.js'
import { inputName } from './validate.js'
import { metadataOf } from './entity-metadata.js'
import type { Row } from './field-definition.js'

/**
 * Sets what was given: an absent field stays, null clears where the record allows it. Text is brought into its stored
 * form.
 */
export function assignGiven<T extends Row>(row: T, given: object): T {
  const fields = new Map(metadataOf(row.constructor).fields.map(field => [field.name, field]))
  for (const [name, value] of Object.entries(given) as [string, unknown][]) {
    // checked against the record's fields
    if (value === undefined) continue
    const field = fields.get(name)
    if (!field) throw new Error(`${row.constructor.name} has no field ${name}.`)
    if (value === null && !field.nullable)
      throw new UserError('REQUIRED', `${inputName(field)} cannot be cleared.`, inputName(field))
    const text = typeof value === 'string' && !field.exact ? normalText(value) : value
    Object.assign(row, { [name]: text === '' && field.nullable ? null : text })
  }
  return row
}
