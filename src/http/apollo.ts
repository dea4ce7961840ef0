import { ApolloServer, type ApolloServerPlugin, type GraphQLRequestListener } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import { fastifyApolloDrainPlugin } from '@as-integrations/fastify'
import type { FastifyInstance } from 'fastify'
import type { FormattedExecutionResult, GraphQLSchema } from 'graphql'
import { lettersOf } from '../graphql/answer-size.js'
import { answerText, keepText } from '../graphql/answer-text.js'
import { compiledExecutor } from '../graphql/executor.js'
import { Introspection } from '../graphql/introspection.js'
import { KeptDocuments } from '../graphql/kept-documents.js'
import { limits } from '../graphql/limits.js'
import { readsOf } from '../graphql/reads.js'
import { refusalOf } from '../graphql/refusal.js'
import { badInput } from '../model/errors.js'
import type { Context } from '../request/context.js'
import { formatError } from './errors.js'

/**
 * Returns Apollo with the compiled executor, our limits and our errors, and without what the server has itself. It tells
 * `noteQuery` of each operation that changes nothing.
 */
export async function startApollo(
  app: FastifyInstance,
  schema: GraphQLSchema,
  noteQuery: (context: Context) => void,
): Promise<ApolloServer<Context>> {
  const documents = new KeptDocuments()
  const introspection = new Introspection(schema)
  const apollo = new ApolloServer<Context>({
    gateway: compiledGateway(compiledExecutor(schema, documents, introspection), schema),
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
      refusal(schema, introspection, noteQuery),
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
  return apollo
}

/** Apollo takes another executor only from a gateway. */
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

function refusal(
  schema: GraphQLSchema,
  introspection: Introspection,
  noteQuery: (context: Context) => void,
): ApolloServerPlugin<Context> {
  const refuse = refusalOf(schema)
  const listener: GraphQLRequestListener<Context> = {
    didResolveOperation: async ({ document, operation, request, contextValue }) => {
      // Apollo goes on without an operation, and the executor would take the first.
      if (!operation) throw badInput('Name one operation of the document in operationName.', { http: { status: 400 } })
      if (operation.operation === 'query') noteQuery(contextValue)
      if (introspection.isStandard(document)) return
      const { cost, partFields } = refuse(document, operation, request.variables ?? {}, contextValue.access.permissions)
      Object.assign(contextValue, { cost, partFields, reads: readsOf(schema, document) })
    },
  }
  return { requestDidStart: async () => listener }
}

/** An answer becomes one text in one go, and a small document can ask for a long note many times. */
const answerSize: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ contextValue, response: { body, http } }) => {
      // An operation that costs less has few values. Even the longest texts of all of them stay within the limit.
      if (body.kind !== 'single' || contextValue.cost < 10 || isShort(body.singleResult)) return
      if (lettersOf(body.singleResult.data, limits.answer) <= limits.answer) return
      body.singleResult = {
        errors: [badInput(`The answer has more than ${limits.answer} letters; ask for less at once.`).toJSON()],
      }
      http.status = 400
    },
  }),
}

/** A digit counts as ten letters, and takes two in the text with what parts it from the next. */
const isShort = ({ data }: FormattedExecutionResult) => !data || keepText(data).length <= limits.answer / 5

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
