import type { WriteScope } from '../../database/scope/write-scope.js'
import { transition } from '../../database/scope/transition.js'
import { accessChanged } from '../../model/access.js'
import { assignGiven } from '../../model/assign-given.js'
import { permissionsOf, keyScopes, type KeyScope } from '../../model/permission.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import { fold } from '../../lib/fold.js'
import { randomSecret, sha256 } from '../../lib/id.js'
import { quoted } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'
import { ApiKey } from './api-key.js'
import type { CreateApiKeyInput, CreateUserInput, UpdateUserInput } from './access.inputs.js'
import { User } from './user.js'

const lookupLength = 12

export async function createApiKey(
  scope: WriteScope,
  { name, scopes: asked, expiresAt }: CreateApiKeyInput,
): Promise<{ apiKey: ApiKey; secret: string }> {
  const unknown = asked.filter(each => !keyScopes.includes(each as KeyScope)) // that is what is being asked
  if (unknown.length > 0)
    throw new UserError(
      'SCOPE_UNKNOWN',
      `There is no scope ${unknown.map(each => quoted(each)).join(', ')}; there are ${keyScopes.join(', ')}.`,
      'scopes',
    )
  if (asked.length === 0)
    throw new UserError('SCOPE_REQUIRED', `Give at least one scope of ${keyScopes.join(', ')}.`, 'scopes')
  const beyond = [...permissionsOf(asked)].filter(permission => !scope.setting.access.permissions.has(permission))
  if (beyond.length > 0)
    throw new UserError(
      'SCOPE_NOT_HELD',
      `The key that makes this one lacks ${beyond.join(', ')}; leave that out, or use a key that has it.`,
      'scopes',
    )
  if (expiresAt && expiresAt <= scope.now)
    throw new UserError('DATE_PAST', 'expiresAt must lie in the future.', 'expiresAt')
  const { until } = scope.setting.access
  if (until && (!expiresAt || expiresAt > until))
    throw new UserError(
      'EXPIRY_TOO_LATE',
      `The key that makes this one expires at ${until.toISOString()}; give an expiresAt that is not later.`,
      'expiresAt',
    )

  const secret = `ck_${randomSecret(32)}`
  const apiKey = scope.make(ApiKey, {
    scopes: [...new Set(asked)].sort() as KeyScope[],
    expiresAt: expiresAt ?? null,
    lookup: secret.slice(0, lookupLength),
    hash: sha256(secret),
  }) // checked above
  return { apiKey: await scope.add(assignGiven(apiKey, { name })), secret }
}

export function revokeApiKey(scope: WriteScope, given: RecordVersion): Promise<ApiKey> {
  return transition(scope, ApiKey, given, { verb: 'REVOKED' }, key => {
    if (key.revokedAt) throw new UserError('KEY_REVOKED', 'This key is already revoked.')
    key.revokedAt = scope.now
    scope.afterCommit(accessChanged)
  })
}

export function createUser(scope: WriteScope, given: CreateUserInput): Promise<User> {
  return scope.add(named(assignGiven(scope.make(User, {}), given)))
}

export async function updateUser(scope: WriteScope, { id, version, ...given }: UpdateUserInput): Promise<User> {
  return scope.change(named(assignGiven(await scope.take(User, id, version), given)))
}

const named = (user: User) => Object.assign(user, { nameFolded: fold(user.name ?? '') })

export const lookupOf = (secret: string) => secret.slice(0, lookupLength)
