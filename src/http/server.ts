import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify'
import Fastify, {
  LogController,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RouteHandlerMethod,
} from 'fastify'
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql'
import { Context } from '../request/context.js'
import { allowOrigins } from './cross-origin.js'
import type { Origins } from '../config.js'
import type { Database } from '../database/database.js'
import { registerDrain } from './drain.js'
import { registerDownloads } from './downloads.js'
import { registerFailedRows } from './failed-rows.js'
import { Authentication } from '../features/access/index.js'
import { registerExport } from './feeds.js'
import { Graphiql } from './graphiql.js'
import { badInput } from '../model/errors.js'
import { compiledExecutor } from '../graphql/executor.js'
import { Introspection } from '../graphql/introspection.js'
import { KeptDocuments } from '../graphql/kept-documents.js'
import { limits, refuseDeepText } from '../graphql/limits.js'
import { lettersOf } from '../graphql/answer-size.js'
import { refuseBeforehand } from '../graphql/refusal.js'
import type { Clock } from '../lib/calendar.js'
import { shortMessage } from '../lib/text.js'
import { UserError } from '../lib/user-error.js'
import { failureOf } from '../database/failure.js'
import { Operation } from '../database/operation.js'
import { noStorage, type FileStorage } from '../storage/file-storage.js'
import { Uploads } from './uploads.js'

export interface ServerOptions {
  database: Database
  schema: GraphQLSchema
  clock?: Clock
  logLevel?: string
  /** How long one operation may take, in seconds. */
  operationSeconds?: number
  /** Where files are kept. */
  storage?: FileStorage
  /** Where the built GraphiQL is. */
  page?: string
  /** Which other origins' pages may ask; nobody's unless said. */
  origins?: Origins
}

/** The HTTP server: `POST /graphql` with a key, `GET /graphql` for a browser, `GET /export/v1/…` for spreadsheets and BI tools, `GET /files/<link>`, `GET /imports/<link>`, `GET /health`. */
export async function createServer({
  database,
  schema,
  clock = () => new Date(),
  logLevel = 'silent',
  operationSeconds = 30,
  storage = noStorage,
  page,
  origins = [],
}: ServerOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    bodyLimit: limits.body,
    routerOptions: { maxParamLength: 500 }, // a link to a file has some 200 letters
    logger: { level: logLevel, redact: ['req.headers.authorization', 'req.headers["x-api-key"]'] },
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    return503OnClosing: false, // drain.ts refuses, in the shape of all errors
    frameworkErrors: (error, request, reply) => void sendError(app, error, request, reply), // of an address that is none
  })
  const authentication = new Authentication(database, clock)
  const documents = new KeptDocuments()
  const introspection = new Introspection(schema)
  const apollo = new ApolloServer<Context>({
    gateway: compiledGateway(compiledExecutor(schema, documents, introspection), schema),
    documentStore: documents,
    persistedQueries: false,
    parseOptions: { maxTokens: limits.tokens },
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    introspection: true,
    allowBatchedHttpRequests: false,
    formatError: (formatted, error) => formatError(app, formatted, error),
    plugins: [
      refusal(schema, introspection),
      unavailability,
      answerSize,
      fastifyApolloDrainPlugin(app),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: message => app.log.warn(message),
      error: message => app.log.error(message),
    },
  })
  await apollo.start()
  // Answers hold what a key may read: nobody guesses what they are, and nobody keeps them; the page's own files say otherwise.
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(guarded)
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
  registerExport(app, { keyOf, database, authentication, clock, operationSeconds })
  const graphiql = await Graphiql.register(app, page)
  app.get('/', (request, reply) => (graphiql.isWantedBy(request) ? reply.redirect('/graphql') : reply.callNotFound()))
  registerDownloads(app, { database, storage, clock })
  registerFailedRows(app, { database, storage, clock })
  const uploads = new Uploads(storage.limits)
  uploads.register(app)
  // Who asks is known before the body is parsed: a stranger costs one look-up at the most.
  app.route({
    method: ['POST', 'GET'],
    url: '/graphql',
    onRequest: async (request, reply) => {
      if (graphiql.isWantedBy(request)) return graphiql.answer(reply)
      const access = await authentication.accessOf(keyOf(request))
      const operation = Operation.of(reply.raw, operationSeconds)
      contexts.set(request.raw, new Context(database, access, clock, storage, operation))
      uploads.refuseBeforehand(request)
    },
    preValidation: (request, reply) => uploads.read(request, reply),
    preHandler: async ({ body, query }) => {
      const sent = (body ?? query) as { query?: unknown } | undefined // whatever JSON it was
      refuseDeepText(sent?.query)
    },
    handler: fastifyApolloHandler(apollo, {
      context: async request => {
        const context = contexts.get(request.raw)
        if (!context) throw new Error('A request came past authentication.')
        context.operation?.start() // the whole request has come
        return context
      },
    }) as RouteHandlerMethod, // its types bind the route's generics to their defaults
  })
  return app
}

const guarded = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' }

const contexts = new WeakMap<IncomingMessage, Context>()

function keyOf({ headers }: FastifyRequest): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  const header = headers['x-api-key']
  return bearer ?? (typeof header === 'string' ? header : undefined)
}

/** Apollo has no option for another executor but the one a gateway brings. */
function compiledGateway(executor: ReturnType<typeof compiledExecutor>, schema: GraphQLSchema) {
  return {
    onSchemaLoadOrUpdate: (callback: (loaded: { apiSchema: GraphQLSchema; coreSupergraphSdl: string }) => void) => {
      callback({ apiSchema: schema, coreSupergraphSdl: '' })
      return () => undefined
    },
    load: async () => ({ executor: executor as never }), // its type knows the federation's context only
    stop: async () => undefined,
  }
}

const refusal = (schema: GraphQLSchema, introspection: Introspection): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => ({
    didResolveOperation: async ({ document, operation, request, contextValue }) => {
      // Apollo goes on without an operation, and the executor would take the first.
      if (!operation) throw badInput('Name one operation of the document in operationName.', { http: { status: 400 } })
      if (introspection.isStandard(document)) return
      const { cost, partFields } = refuseBeforehand(
        schema,
        document,
        operation,
        request.variables ?? {},
        contextValue.access.permissions,
      )
      Object.assign(contextValue, { cost, partFields })
    },
  }),
})

/** An answer becomes one text, in one go: a small document can ask for a long note many times. */
const answerSize: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ contextValue, response: { body, http } }) => {
      // What costs less has few values: the longest texts of all of them are no more than the limit.
      if (
        body.kind !== 'single' ||
        contextValue.cost < 10 ||
        lettersOf(body.singleResult.data, limits.answer) <= limits.answer
      )
        return
      body.singleResult = {
        errors: [badInput(`The answer has more than ${limits.answer} letters; ask for less at once.`).toJSON()],
      }
      http.status = 400
    },
  }),
}

/** A request for which nothing could be read or done has the status that it has where authentication fails already. */
const unavailability: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response: { body, http } }) => {
      if (body.kind !== 'single') return
      const { data, errors = [] } = body.singleResult
      if (!errors.some(({ extensions }) => extensions?.code === 'SERVICE_UNAVAILABLE')) return
      http.status = Object.values(data ?? {}).some(value => value !== null) ? 200 : 503
    },
  }),
}

const apolloCodes: Record<string, string> = {
  GRAPHQL_PARSE_FAILED: 'BAD_USER_INPUT',
  GRAPHQL_VALIDATION_FAILED: 'BAD_USER_INPUT',
  BAD_REQUEST: 'BAD_USER_INPUT',
  OPERATION_RESOLUTION_FAILURE: 'BAD_USER_INPUT',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_USER_INPUT',
}
const ourCodes = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'CONFLICT',
  'RATE_LIMITED',
  'SERVICE_UNAVAILABLE',
])

/** Only our own errors speak; everything else is masked, with an id that the log has too. */
function formatError(app: FastifyInstance, formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { locations, path } = formatted
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error
  if (cause instanceof UserError)
    return {
      message: cause.message,
      locations,
      path,
      extensions: { code: 'BAD_USER_INPUT', reason: cause.code, ...(cause.field ? { field: cause.field } : {}) },
    }
  const given = typeof formatted.extensions?.code === 'string' ? formatted.extensions.code : ''
  const code = apolloCodes[given] ?? given
  // graphql-js repeats whatever it was given; a refusal for want of permissions names the fields of the schema, all of them.
  const message = code === 'FORBIDDEN' ? formatted.message : shortMessage(formatted.message)
  if (ourCodes.has(code)) {
    // What a caller need not know, and whoever runs the server has to.
    if (cause instanceof Error && cause.cause !== undefined) app.log.error({ err: cause.cause, path }, message)
    const { stacktrace: _stacktrace, http: _http, ...extensions } = formatted.extensions ?? {}
    return { message, locations, path, extensions: { ...extensions, code } }
  }
  const failure = failureOf(cause)
  if (failure) {
    app.log.warn({ err: cause, path }, 'the database failed')
    const { http: _http, ...extensions } = failure.extensions
    return { message: failure.message, locations, path, extensions: { ...extensions, code: 'SERVICE_UNAVAILABLE' } }
  }
  const id = randomUUID()
  app.log.error({ id, err: cause, path }, 'a request failed')
  return {
    message: `Something went wrong on our side; tell us this id: ${id}.`,
    locations,
    path,
    extensions: { code: 'INTERNAL_SERVER_ERROR', id },
  }
}

const statuses: Record<string, number> = { FORBIDDEN: 403, NOT_FOUND: 404, CONFLICT: 409 }
const errorBody = (code: string, message: string, extensions: object = {}) => ({
  errors: [{ message, extensions: { code, ...extensions } }],
})

/** Failures before GraphQL: no key, no JSON, too large. */
function sendError(app: FastifyInstance, thrown: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const failure = failureOf(thrown)
  if (failure) app.log.warn({ err: thrown, url: request.routeOptions.url }, 'the database failed')
  const error = failure ?? thrown
  reply.headers(guarded) // also for an address that is none, which no hook sees
  if (error instanceof GraphQLError) {
    const { http, code, ...extensions } = error.extensions as { http?: { status?: number }; code?: string } // set by model/errors.ts
    return reply
      .code(http?.status ?? statuses[code ?? ''] ?? 400)
      .send(errorBody(code ?? 'BAD_USER_INPUT', error.message, extensions))
  }
  if (error instanceof UserError)
    return reply.code(400).send(errorBody('BAD_USER_INPUT', error.message, { reason: error.code }))
  const status = error.statusCode ?? 500
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return reply
      .code(413)
      .send(errorBody('BAD_USER_INPUT', `A request's body may have at most ${limits.body} bytes; send less at a time.`))
  if (status < 500) return reply.code(status).send(errorBody('BAD_USER_INPUT', shortMessage(error.message)))
  const id = randomUUID()
  app.log.error({ id, err: error, url: request.routeOptions.url }, 'a request failed')
  return reply
    .code(500)
    .send(errorBody('INTERNAL_SERVER_ERROR', `Something went wrong on our side; tell us this id: ${id}.`, { id }))
}
