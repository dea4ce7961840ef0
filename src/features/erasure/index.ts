import { ErasureResolver } from './erasure.resolver.js'

export { Erasure } from './erasure.js'
export { personalFields } from './personal.js'

export const resolvers = [ErasureResolver]
