import { Index } from 'typeorm'
import { snake } from '../lib/snake.js'
import { UserError } from '../lib/user-error.js'
import { metadataFor } from './entity-metadata.js'

/** A named index; `unique` ones give the error that a caller reads when the value is taken. */
export function index(columns: string[], taken?: { code: string; message: string; field: string }): ClassDecorator {
  return target => {
    // The table's name is known only when @entity ran, which decorators below it do first: the class name serves.
    const name = `${taken ? 'uq' : 'ix'}_${snake(target.name)}_${columns
      .filter(column => column !== 'organizationId')
      .map(snake)
      .join('_')}`.slice(0, 64)
    Index(name, columns, { unique: Boolean(taken) })(target)
    if (taken) uniques.push({ name, target, columns, ...taken })
  }
}

const uniques: { name: string; target: object; columns: string[]; code: string; message: string; field: string }[] = []

/** The values that no two rows of a record may share. */
export const uniquesOf = (type: object) => uniques.filter(({ target }) => target === type)

/** The caller's error for a unique index that refused a row; undefined when the failure is another one. */
export function takenError(message: string): UserError | undefined {
  const found = uniques.find(unique => {
    const record = metadataFor(unique.target)
    if (!record) return false
    const columns = unique.columns.map(column => `${record.table}.${snake(column)}`).join(', ')
    return (
      message.includes(`'${unique.name}'`) ||
      message.includes(`'${record.table}.${unique.name}'`) ||
      message.endsWith(`failed: ${columns}`)
    )
  })
  return found && new UserError(found.code, found.message, found.field)
}
