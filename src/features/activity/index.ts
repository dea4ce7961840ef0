import { ActivityResolver, ClientActivityResolver } from './activity.resolver.js'

export const resolvers = [ActivityResolver, ClientActivityResolver]
