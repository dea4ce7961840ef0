import 'reflect-metadata'
import { setFlagsFromString } from 'node:v8'
// First: records, lists and kinds register themselves in the order of the features.
import { endAbandonedPlans, resolvers, watchAbandonedPlans } from './features/index.js'
import { openDatabase } from './database/open-database.js'
import { lockForServer, startProblem } from './database/server-lock.js'
import { createServer } from './http/server.js'
import { System } from './request/system.js'
import { schemaOf } from './graphql/schema.js'
import type { UntilStopped } from './processes/messages.js'
import { prepareThreads, type Config } from './config.js'
import { readingThreads } from './database/sqlite-reads.js'
import { expectRequests } from './lib/engine.js'
import { openStorage } from './storage/file-storage.js'

const drainSeconds = 10

/** Serves until it is told to stop, then lets running requests end. */
export async function serve(config: Config, untilStopped: UntilStopped): Promise<void> {
  // On a machine with much memory V8 lets garbage grow beyond what the server itself needs. While it imported 100,000
  // clients, the server took 230 MB more than at its start. With this flag it takes 100 MB more, and a tenth more time.
  setFlagsFromString('--heap-growing-percent=25')
  prepareThreads(readingThreads + 2) // threads that open connections come on top
  const { app, served, watch, end } = await start(config)
  expectRequests()
  await untilStopped(served, watch)
  const deadline = setTimeout(() => {
    process.stderr.write(`Some requests still ran after ${drainSeconds} seconds; the server broke them off.\n`)
    process.exit(1)
  }, drainSeconds * 1000)
  await app.close()
  await end()
  clearTimeout(deadline)
}

/** Starts a server. Its `end` releases, once the server is closed, all that it holds. */
async function start(config: Config) {
  const ends: (() => unknown)[] = []
  const end = async () => {
    for (const each of ends.toReversed()) await each()
  }
  try {
    const lock = lockForServer(config)
    ends.push(() => lock.release())
    const database = await openDatabase(config)
    ends.push(() => database.close())
    const storage = await openStorage(config.dataDir, config.storage)
    const clock = () => new Date()
    const system = new System(database, { clock, name: 'server' })
    if (system.isAlone) await endAbandonedPlans(system)
    const watch = () => {
      database.background(signal => watchAbandonedPlans(system, signal, error => database.onFailure?.(error)))
    }
    const app = await createServer({
      database,
      schema: await schemaOf(resolvers),
      clock,
      logLevel: config.logLevel,
      operationSeconds: config.operationSeconds,
      storage,
      origins: config.origins,
    })
    const isEmpty = (await system.organizations()).length === 0
    const address = await app.listen({ port: config.port, host: config.host })
    const url = `http://localhost:${new URL(address).port}/graphql`
    return { app, served: { url, database: database.dialect.name, isEmpty }, watch, end }
  } catch (error) {
    await end()
    throw startProblem(error, config)
  }
}
