import { GraphQLError } from 'graphql'
import type { RecordVersion } from '../../graphql/record-input.js'
import { markArchived, markUnarchived } from '../../database/scope/archive.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { RowErrors, UserError } from '../../lib/user-error.js'
import { User } from '../access/index.js'
import { Client } from './client.js'
import { cleanTags } from './client.commands.js'
import type { AssignClientsInput, BulkClientsInput, TagClientsInput } from './client.inputs.js'

const bulkLimit = 200

export const archiveClients = (scope: WriteScope, { clients }: BulkClientsInput) =>
  changeEach(scope, clients, client => {
    markArchived(client, scope.now)
    return scope.change(client, { verb: 'ARCHIVED' })
  })

export const unarchiveClients = (scope: WriteScope, { clients }: BulkClientsInput) =>
  changeEach(scope, clients, client => {
    markUnarchived(client)
    return scope.change(client, { verb: 'UNARCHIVED' })
  })

export function tagClients(scope: WriteScope, { clients, add, remove }: TagClientsInput): Promise<Client[]> {
  if (!add?.length && !remove?.length) throw new UserError('TAGS_REQUIRED', 'Give tags to add or to remove.', 'add')
  const gone = new Set(cleanTags(remove ?? []))
  const both = cleanTags(add ?? []).find(tag => gone.has(tag))
  if (both !== undefined)
    throw new UserError('TAGS_INVALID', `${both} stands in both add and remove; choose one.`, 'add')
  return changeEach(scope, clients, client => {
    client.tags = cleanTags([...client.tags.filter(tag => !gone.has(tag)), ...(add ?? [])])
    return scope.change(client)
  })
}

export async function assignClients(scope: WriteScope, { clients, ownerId }: AssignClientsInput): Promise<Client[]> {
  if (ownerId) await scope.get(User, ownerId)
  return changeEach(scope, clients, client => {
    client.ownerId = ownerId ?? null
    return scope.change(client)
  })
}

/** Changes all of them or none; then its error names every row that cannot be changed. */
async function changeEach(
  scope: WriteScope,
  given: readonly RecordVersion[],
  change: (client: Client) => Promise<Client>,
): Promise<Client[]> {
  if (given.length === 0) throw new UserError('CLIENTS_REQUIRED', 'Give at least one client.', 'clients')
  if (given.length > bulkLimit)
    throw new UserError(
      'CLIENTS_TOO_MANY',
      `One change takes at most ${bulkLimit} clients; you sent ${given.length}.`,
      'clients',
    )
  const taken = await scope.takeAll(Client, given)
  const errors: UserError[] = []
  const changed: Client[] = []
  for (const [at, take] of taken.entries()) {
    try {
      if (given.findIndex(({ id }) => id === given[at]?.id) < at)
        throw new UserError('CLIENT_TWICE', 'This client is in the list twice; name it once.', 'id')
      changed.push(await change(take()))
    } catch (error) {
      errors.push(rowError(error, at))
    }
  }
  if (errors.length > 0) throw new RowErrors(errors)
  return changed
}

function rowError(error: unknown, at: number): UserError {
  if (error instanceof UserError)
    return new UserError(error.code, error.message, ['clients', at, ...(error.field ? [error.field] : [])].join('.'))
  const code = error instanceof GraphQLError ? error.extensions.code : undefined
  if (error instanceof Error && (code === 'NOT_FOUND' || code === 'CONFLICT'))
    return new UserError(code, error.message, `clients.${at}.${code === 'CONFLICT' ? 'version' : 'id'}`)
  throw error
}
