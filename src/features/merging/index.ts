import { ClientDuplicatesResolver, LikelyDuplicateResolver } from './duplicate.resolver.js'
import { formerClients } from '../clients/index.js'
import { mergedAway } from './merged-away.js'
import { ClientMergeResolver, ClientMergesResolver } from './merge.resolver.js'

export { ClientMerge } from './client-merge.js'
export { mergeFields } from './merge-field.js'
export { mergeObstacles, type Obstacle } from './merge.commands.js'
export { movedColumns } from './move.js'

formerClients.push(mergedAway)

export const resolvers = [ClientMergeResolver, ClientMergesResolver, LikelyDuplicateResolver, ClientDuplicatesResolver]
