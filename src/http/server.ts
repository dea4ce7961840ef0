import Fastify, { LogController, type FastifyError, type FastifyInstance } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import type { Database } from '../database/database.js'
import { Authentication } from '../features/access/index.js'
import { limits } from '../graphql/limits.js'
import type { Clock } from '../lib/calendar.js'
import { noStorage, type FileStorage } from '../storage/file-storage.js'
import { allowOrigins } from './cross-origin.js'
import { registerDrain } from './drain.js'
import { errorBody, guarded, sendError } from './errors.js'
import { registerFeeds } from './feeds.js'
import { Graphiql } from './graphiql.js'
import { registerGraphql } from './graphql.js'
import { loggerOptions } from './logger.js'
import { registerSignedLinks } from './signed-links.js'
import type { Origins } from '../config.js'

export interface ServerOptions {
  database: Database
  schema: GraphQLSchema
  clock?: Clock
  logLevel?: string
  /** How long one operation may take, in seconds. */
  operationSeconds?: number
  /** How long what is known of a key is used again, in milliseconds. */
  keyMilliseconds?: number
  /** Where files are kept. */
  storage?: FileStorage
  /** The folder of the built GraphiQL. */
  page?: string
  /** The other origins whose pages may ask; none unless given. */
  origins?: Origins
}

/** No route has a schema of fastify, whose compilers take 5 MB. */
const noSchemas = () => {
  throw new Error('No route may have a schema of fastify; the schema of GraphQL says what fits.')
}

/**
 * Returns the HTTP server: Serves `POST /graphql` with a key, `GET /graphql` for a browser and `GET /export/v1/…` for
 * spreadsheets and BI tools. `GET /files/<link>`, `GET /imports/<link>` and `GET /health` need no key.
 */
export async function createServer({
  database,
  schema,
  clock = () => new Date(),
  logLevel = 'silent',
  operationSeconds = 30,
  keyMilliseconds,
  storage = noStorage,
  page,
  origins = [],
}: ServerOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    bodyLimit: limits.body,
    routerOptions: { maxParamLength: 500 }, // a signed link has about 200 letters
    logger: loggerOptions(logLevel),
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: logger => logger, // nothing is logged for each request that would need its number
    forceCloseConnections: 'idle',
    return503OnClosing: false, // drain.ts refuses, in the shape of all errors
    frameworkErrors: (error, request, reply) => void sendError(app, error, request, reply), // for an address that is none
  })
  const authentication = new Authentication(database, clock, keyMilliseconds)
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(guarded)
    done()
  })
  await allowOrigins(app, origins)
  registerDrain(app)
  database.onFailure = error => app.log.error({ err: error }, 'work in the background failed')

  app.setErrorHandler((error: FastifyError, request, reply) => sendError(app, error, request, reply))
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(errorBody('NOT_FOUND', 'There is nothing here: the API is at POST /graphql.')),
  )
  app.get('/health', async (_request, reply) => {
    await database.ask()
    return reply.send({ status: 'ok' })
  })
  registerFeeds(app, { database, authentication, clock, operationSeconds })
  const graphiql = await Graphiql.register(app, page)
  app.get('/', (request, reply) => (graphiql.isWantedBy(request) ? reply.redirect('/graphql') : reply.callNotFound()))
  registerSignedLinks(app, { database, storage, clock })
  await registerGraphql(app, { database, schema, authentication, clock, storage, operationSeconds, graphiql })
  return app
}
