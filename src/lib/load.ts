import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/**
 * Loads a CommonJS library where it is first needed, and not as the program starts. `T` are its own types, which
 * `require` does not tell.
 */
export const load = <T>(name: string): T => require(name) as T // the caller names its types
