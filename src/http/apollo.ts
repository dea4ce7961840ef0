import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import { fastifyApolloDrainPlugin } from '@as-integrations/fastify'
import type { FastifyInstance } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import { answerText } from '../graphql/answer-text.js'
import { compiledExecutor, type Execute } from '../graphql/executor.js'
import { Introspection } from '../graphql/introspection.js'
import { KeptDocuments } from '../graphql/kept-documents.js'
import { limits } from '../graphql/limits.js'
import { badInput } from '../model/errors.js'
import type { Context } from '../request/context.js'
import { formatError } from './errors.js'
import { ExpressLane } from './express-lane.js'
import { isTooLong, preparation, type Prepare } from './prepare.js'

/**
 * Returns Apollo with the compiled executor, our limits and our errors, and without what the server has itself; and the
 * lane beside it. Both tell `noteQuery` of each operation that changes nothing.
 */
export async function startApollo(
  app: FastifyInstance,
  schema: GraphQLSchema,
  noteQuery: (context: Context) => void,
): Promise<{ apollo: ApolloServer<Context>; lane: ExpressLane }> {
  const documents = new KeptDocuments()
  const introspection = new Introspection(schema)
  const prepare = preparation(schema, introspection, noteQuery)
  const lane = new ExpressLane(documents, prepare, compiledExecutor(schema, documents, introspection))
  const apollo = new ApolloServer<Context>({
    gateway: compiledGateway(lane.execute, schema),
    documentStore: documents,
    persistedQueries: false,
    stringifyResult: answerText,
    parseOptions: { maxTokens: limits.tokens },
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    introspection: true,
    allowBatchedHttpRequests: false,
    formatError: (formatted, error) => formatError(app, formatted, error),
    plugins: [
      preparing(prepare, lane),
      unavailability,
      answerSize,
      fastifyApolloDrainPlugin(app),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(), // else it loads the protocol of a service that nobody uses here
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
  return { apollo, lane }
}

/** Apollo takes another executor only from a gateway. */
function compiledGateway(executor: Execute<Context>, schema: GraphQLSchema) {
  return {
    onSchemaLoadOrUpdate: (callback: (loaded: { apiSchema: GraphQLSchema; coreSupergraphSdl: string }) => void) => {
      callback({ apiSchema: schema, coreSupergraphSdl: '' })
      return () => undefined
    },
    load: async () => ({ executor: executor as never }), // its type knows the federation's context only
    stop: async () => undefined,
  }
}

const preparing = (prepare: Prepare, lane: ExpressLane): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => ({
    didResolveOperation: async ({ document, operation, request, contextValue }) => {
      // Apollo goes on without an operation, and the executor would take the first.
      if (!operation) throw badInput('Name one operation of the document in operationName.', { http: { status: 400 } })
      if (!lane.resultOf(contextValue)) prepare(document, operation, request.variables ?? {}, contextValue)
    },
  }),
})

const answerSize: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ contextValue, response: { body, http } }) => {
      if (body.kind !== 'single' || !isTooLong(body.singleResult.data, contextValue)) return
      body.singleResult = {
        errors: [badInput(`The answer has more than ${limits.answer} letters; ask for less at once.`).toJSON()],
      }
      http.status = 400
    },
  }),
}

/** A request that could read and do nothing has the status 503, as it has when authentication already fails. */
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
