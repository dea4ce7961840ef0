import { ClientDuplicatesResolver, LikelyDuplicateResolver } from './duplicate.resolver.js'
import { ClientMergeResolver, ClientMergesResolver } from './merge.resolver.js'

export { ClientMerge } from './client-merge.js'
export { mergeFields } from './merge-field.js'
export { mergeObstacles, type Obstacle } from './merge.commands.js'
export { mergedAway } from './merged-away.js'
export { movedColumns } from './move.js'

export const resolvers = [ClientMergeResolver, ClientMergesResolver, LikelyDuplicateResolver, ClientDuplicatesResolver]
