import { InvalidArgumentError } from 'commander'
import { ApiKey, createApiKey, revokeApiKey } from '../features/access/index.js'
import { UserError } from '../lib/user-error.js'
import { keyScopes, type KeyScope } from '../model/permission.js'
import { System } from '../request/system.js'
import { command, jsonOption } from './command.js'
import { findOrganization, organizationOption } from './organization.js'
import { print } from './output.js'
import { withDatabase } from './with-database.js'

interface Given {
  json?: boolean
  organization?: string
}

export const keysCommand = command('keys').description('Make, list and revoke API keys.')

keysCommand
  .command('create')
  .description('Make an API key. Its secret is printed this once.')
  .argument('<name>', 'what it is for')
  .addOption(jsonOption())
  .addOption(organizationOption())
  .option(
    '-s, --scopes <list>',
    `what it may do, separated by commas: ${keyScopes.join(', ')}`,
    (text: string) => text.split(',').map(each => each.trim()),
    keyScopes.filter(scope => scope !== 'admin'),
  )
  .option('-e, --expires <date>', 'when it stops working, such as 2027-01-31 or 2027-01-31T12:00:00Z', toDate)
  .action(
    (name: string, { json, organization: wanted, scopes, expires }: Given & { scopes: KeyScope[]; expires?: Date }) =>
      withDatabase(async database => {
        const system = new System(database)
        const organization = await findOrganization(system, wanted)
        const { apiKey, secret } = await system
          .contextOf(organization)
          .mutate('admin', scope => createApiKey(scope, { name, scopes, expiresAt: expires }))
        const { id, scopes: kept, expiresAt } = apiKey
        print(
          json,
          { id, organization: organization.id, name: apiKey.name, scopes: kept, expiresAt, secret },
          `${secret}\n\nKeep it: it is not shown again. It may ${kept.join(', ')} in ${organization.name}.`,
        )
      }),
  )

keysCommand
  .command('list')
  .description('List the API keys.')
  .addOption(jsonOption())
  .addOption(organizationOption())
  .action(({ json, organization: wanted }: Given) =>
    withDatabase(async database => {
      const system = new System(database)
      const context = system.contextOf(await findOrganization(system, wanted))
      const keys = await context.read('admin', scope => scope.list(ApiKey))
      const state = (key: ApiKey) => (key.revokedAt ? 'revoked' : key.isValid(new Date()) ? 'works' : 'expired')
      print(
        json,
        keys.map(key => ({
          id: key.id,
          name: key.name,
          lookup: key.lookup,
          scopes: key.scopes,
          state: state(key),
          expiresAt: key.expiresAt,
          lastUsedAt: key.lastUsedAt,
          revokedAt: key.revokedAt,
        })),
        keys.map(key => `${key.id}  ${key.lookup}…  ${state(key)}  ${key.name}  ${key.scopes.join(',')}`).join('\n') ||
          'There is no key yet.',
      )
    }),
  )

keysCommand
  .command('revoke')
  .description('Stop an API key from working, at once and for ever.')
  .argument('<key>', 'its id, or the beginning of its secret')
  .addOption(jsonOption())
  .addOption(organizationOption())
  .action((wanted: string, { json, organization: named }: Given) =>
    withDatabase(async database => {
      const system = new System(database)
      const organization = await findOrganization(system, named)
      const revoked = await system.contextOf(organization).mutate('admin', async scope => {
        const key = (await scope.list(ApiKey)).find(
          ({ id, lookup }) => id === wanted || wanted.slice(0, lookup.length) === lookup,
        )
        if (!key)
          throw new UserError(
            'NOT_FOUND',
            `No key of ${organization.name} has the id or beginning ${wanted.slice(0, 12)}. See: clientela keys list`,
          )
        return revokeApiKey(scope, key)
      })
      print(json, { id: revoked.id, revokedAt: revoked.revokedAt }, `${revoked.name} (${revoked.id}) is revoked.`)
    }),
  )

function toDate(text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('It is not a date.')
  return date
}
