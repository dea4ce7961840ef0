export { User } from './user.js'
export { ApiKey } from './api-key.js'
export { Authentication } from './authenticate.js'
export { createApiKey, createUser, revokeApiKey } from './access.commands.js'
import { ApiKeyResolver, UserResolver } from './access.resolver.js'
import { ViewerResolver } from './viewer.resolver.js'

export const resolvers = [ApiKeyResolver, UserResolver, ViewerResolver]
