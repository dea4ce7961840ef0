import { First1764000000000 } from './1-first.js'

/** In the order in which they run. */
export const migrations = [First1764000000000]
