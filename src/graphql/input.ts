import { UserError } from '../lib/user-error.js'
import { recordOf, type Row } from './field.js'

/** Sets what was given: an absent field stays, null clears where the record allows it. Text is trimmed. */
export function assignGiven<T extends Row>(row: T, given: object): T {
  const words = new Map(recordOf(row.constructor).fields.map(word => [word.name, word]))
  for (const [name, value] of Object.entries(given) as [string, unknown][]) { // checked against the record's words
    if (value === undefined) continue
    const word = words.get(name)
    if (!word) throw new Error(`${row.constructor.name} has no field ${name}.`)
    if (value === null && !word.nullable) throw new UserError('REQUIRED', `${name} cannot be cleared.`, name)
    const text = typeof value === 'string' ? value.trim() : value
    Object.assign(row, { [name]: text === '' && word.nullable ? null : text })
  }
  return row
}
