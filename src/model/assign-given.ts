import { normalText } from '../lib/text.js'
import { UserError } from '../lib/user-error.js'
import { recordOf, type Row } from './field.js'
import { inputName } from './validate.js'

/** Sets what was given: an absent field stays, null clears where the record allows it. Text is brought into its stored form. */
export function assignGiven<T extends Row>(row: T, given: object): T {
  const words = new Map(recordOf(row.constructor).fields.map(word => [word.name, word]))
  for (const [name, value] of Object.entries(given) as [string, unknown][]) {
    // checked against the record's words
    if (value === undefined) continue
    const word = words.get(name)
    if (!word) throw new Error(`${row.constructor.name} has no field ${name}.`)
    if (value === null && !word.nullable)
      throw new UserError('REQUIRED', `${inputName(word)} cannot be cleared.`, inputName(word))
    const text = typeof value === 'string' && !word.exact ? normalText(value) : value
    Object.assign(row, { [name]: text === '' && word.nullable ? null : text })
  }
  return row
}
