import { Arg, Args, ArgsType, Ctx, Extensions, Field, Mutation, Resolver } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { archive, unarchive } from '../../database/scope/archive.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { idArgument, input, mutation, query, writeScope } from '../../graphql/operation.js'
import { Archived, archivedCondition, RecordVersion } from '../../graphql/record-input.js'
import { UserError } from '../../lib/user-error.js'
import { createApiKey, createUser, revokeApiKey, updateUser } from './access.commands.js'
import { CreateApiKeyInput, CreateApiKeyPayload, CreateUserInput, UpdateUserInput } from './access.inputs.js'
import { ApiKey } from './api-key.js'
import { User } from './user.js'
import { listOf, type ListArguments } from '../../graphql/list.js'

const keyList = listOf(ApiKey, {
  filters: ['name', 'expiresAt', 'revokedAt', 'lastUsedAt'],
  orders: { CREATED_AT: 'id' },
  direction: 'DESC',
})
const userList = listOf(User, {
  filters: ['name', 'email', 'externalId', 'createdAt'],
  orders: { NAME: 'name', CREATED_AT: 'id' },
})

@ArgsType()
class UserArguments extends userList.Arguments {
  @Field(() => Archived, { defaultValue: Archived.EXCLUDE, description: 'Whether archived users are listed.' })
  archived: Archived
}

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @query('admin', () => ApiKey, 'One API key.', { nullable: true })
  apiKey(@idArgument('API key') id: string, @Ctx() ctx: Context) {
    return ctx.byId(ApiKey, id)
  }

  @query('admin', () => keyList.Connection, 'The API keys of the organisation, revoked ones included.')
  apiKeys(@Args(() => keyList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(ApiKey, given)
  }

  @Mutation(() => CreateApiKeyPayload, {
    description: 'Make an API key. Its secret is in this answer and nowhere else.',
  })
  @Extensions({ permission: 'admin' })
  async createApiKey(
    @Arg('input', () => CreateApiKeyInput, { description: 'The new key.' }) given: CreateApiKeyInput,
    @Ctx() ctx: Context,
  ) {
    try {
      return { ...(await ctx.mutate('admin', scope => createApiKey(scope, given))), userErrors: [] }
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return {
        apiKey: null,
        secret: null,
        userErrors: [{ ...error, message: error.message, field: error.field ?? null }],
      }
    }
  }

  @mutation('admin', ApiKey, 'Stop an API key from working, at once and for ever.')
  revokeApiKey(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return revokeApiKey(scope, given)
  }
}

@Resolver(() => User)
export class UserResolver {
  @query('member', () => User, 'One person of the organisation.', { nullable: true })
  user(@idArgument('user') id: string, @Ctx() ctx: Context) {
    return ctx.byId(User, id)
  }

  @query('member', () => userList.Connection, 'The people of the organisation.')
  users(@Args(() => UserArguments) given: UserArguments, @Ctx() ctx: Context) {
    return ctx.page(User, given, { conditions: archivedCondition(given.archived) })
  }

  @mutation('admin', User, 'Add a person to the organisation.')
  createUser(@input(() => CreateUserInput) given: CreateUserInput, @writeScope() scope: WriteScope) {
    return createUser(scope, given)
  }

  @mutation('admin', User, 'Change a person of the organisation.')
  updateUser(@input(() => UpdateUserInput) given: UpdateUserInput, @writeScope() scope: WriteScope) {
    return updateUser(scope, given)
  }

  @mutation('admin', User, 'Take a person off the pickers; what they did stays.')
  archiveUser(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return archive(scope, User, given)
  }

  @mutation('admin', User, 'Bring an archived person back.')
  unarchiveUser(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return unarchive(scope, User, given)
  }
}
