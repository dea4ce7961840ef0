import { Client } from '../clients/index.js'
import { ActivityResolver } from './activity.resolver.js'
import { lastActivityAt } from './activity.computed.js'
import { extendList } from '../../graphql/list.js'

export { recordActivityResolvers } from './activity.resolver.js'

extendList(Client, lastActivityAt)

export const resolvers = [ActivityResolver]
