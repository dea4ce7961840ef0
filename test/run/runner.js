import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import circus from 'jest-circus/runner'
import 'reflect-metadata' // first, as src/cli.ts has it: a unit test may begin with a class of type-graphql
import { compiledPath } from './compile.js'

const require = createRequire(import.meta.url)
const eventHandlers = Symbol.for('EVENT_HANDLERS')
let loads = 0

// First, as in the program: records register themselves in the order of the features, whichever file a test begins with.
await import(pathToFileURL(compiledPath(fileURLToPath(new URL('../../src/features/index.ts', import.meta.url)))).href)

/**
 * Runs a test file with jest-circus, as jest does, but loads its modules with Node alone. Jest loads all modules again
 * for every test file, in a context of V8 where each global costs a call. That took 3 s a file, and made the server
 * half as fast. A module that remembers something remembers it for all test files of a worker; a test file is loaded
 * each time.
 */
export default function runTestFile(globalConfig, config, environment, runtime, path, sendMessageToJest) {
  Error.stackTraceLimit = 10 // Node's own; jest sets 100, which slows a server that makes errors on purpose
  const native = {
    requireInternalModule: requireAgain,
    requireModule: require,
    setGlobalsForRuntime: () => undefined,
    unstable_shouldLoadAsEsm: () => true,
    unstable_importModule: source => import(`${pathToFileURL(compiledPath(source))}?${++loads}`),
    enterTestCode: () => undefined,
    leaveTestCode: () => undefined,
  }
  return circus.default(globalConfig, config, { global: globalThis }, native, path, sendMessageToJest)
}

/** jest-circus keeps its tests in a module and its listeners in a global; neither may know the file before. */
function requireAgain(path) {
  delete require.cache[require.resolve(path)]
  delete globalThis[eventHandlers]
  return require(path)
}
