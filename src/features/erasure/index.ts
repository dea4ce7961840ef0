import { ErasureResolver } from './erasure.resolver.js'

export { Erasure } from './erasure.js'
export { judgedFields, keptEverywhere, type JudgedFields } from './personal.js'

export const resolvers = [ErasureResolver]
