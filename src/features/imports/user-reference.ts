import type { ReadScope } from '../../database/scope/write-scope.js'
import { fold } from '../../lib/fold.js'
import { User } from '../access/index.js'
import type { ImportField } from './import-field.js'
import type { RowReader } from './row-reader.js'

/** A field whose cells name a user; `findUsers` finds them. */
export const userField = (name: string, headers: readonly string[]): ImportField => ({
  name,
  description: 'A user, by e-mail address or full name.',
  headers: [name, `${name}Id`, ...headers],
})

type Naming<Name extends string> = { [Key in Name | `${Name}Id`]?: string | null }

/**
 * Finds the users that a field names, and sets their ids under its name and `Id`. It refuses names of nobody or of
 * several.
 */
export async function findUsers<Name extends string>(
  scope: ReadScope,
  rows: readonly RowReader<unknown, Naming<Name>>[],
  name: Name,
) {
  if (!rows.some(({ values }) => values[name] !== undefined)) return
  const users = await scope.list(User)
  for (const row of rows) {
    const called: unknown = row.values[name]
    if (typeof called !== 'string') continue
    const found = usersCalled(users, called)
    if (found.length === 1) Object.assign(row.values, { [`${name}Id`]: found[0]?.id })
    else
      row.refuse(
        found.length === 0 ? 'USER_UNKNOWN' : 'USER_AMBIGUOUS',
        found.length === 0
          ? `${called} is no user; add them first, or fix the name or e-mail address.`
          : `Several users are called ${called}; name this one by e-mail address.`,
        name,
      )
  }
}

/** Finds users by e-mail address, else by name, else by id. */
function usersCalled(users: readonly User[], called: string): readonly User[] {
  const byEmail = users.filter(({ email }) => email.toLowerCase() === called.toLowerCase())
  if (byEmail.length > 0) return byEmail
  const byName = users.filter(({ name }) => fold(name) === fold(called))
  return byName.length > 0 ? byName : users.filter(({ id }) => id === called)
}
