import type { IncomingMessage } from 'node:http'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import type { Database } from '../database/database.js'
import { Operation } from '../database/operation.js'
import type { Authentication } from '../features/access/index.js'
import { refuseDeepText } from '../graphql/limits.js'
import type { Clock } from '../lib/calendar.js'
import { Context } from '../request/context.js'
import type { Access } from '../model/access.js'
import type { FileStorage } from '../storage/file-storage.js'
import { Admission } from './admission.js'
import { startApollo } from './apollo.js'
import type { Graphiql } from './graphiql.js'
import { keyOf } from './key.js'
import { packed } from './packed.js'
import { Uploads } from './uploads.js'

interface GraphqlOptions {
  database: Database
  schema: GraphQLSchema
  authentication: Authentication
  clock: Clock
  storage: FileStorage
  operationSeconds: number
  graphiql: Graphiql
}

/** `/graphql`: operations for programs, and GraphiQL for a browser. */
export async function registerGraphql(app: FastifyInstance, options: GraphqlOptions) {
  const { database, schema, authentication, clock, storage, operationSeconds, graphiql } = options
  const admission = Admission.of(app.server)
  const queries = new WeakSet<Operation>() // Apollo copies the context, but not its operation
  const { apollo, lane } = await startApollo(app, schema, ({ operation }) => {
    if (operation) queries.add(operation)
  })
  const accesses = new WeakMap<IncomingMessage, Access>()
  const contexts = new WeakMap<IncomingMessage, Context>()
  const operations = new WeakMap<IncomingMessage, Operation>()
  const contextOf = async (request: FastifyRequest) => known(contexts, request)
  const byApollo = fastifyApolloHandler(apollo, { context: contextOf }) as RouteHandlerMethod // its types bind the route's generics to their defaults
  const uploads = new Uploads(storage.limits)
  uploads.register(app)
  app.route({
    method: ['POST', 'GET'],
    url: '/graphql',
    // The key is looked up before the body is parsed, so a stranger costs one look-up at most.
    onRequest: async (request, reply) => {
      if (graphiql.isWantedBy(request)) return graphiql.answer(reply)
      accesses.set(request.raw, await authentication.accessOf(keyOf(request)))
      uploads.refuseBeforehand(request)
    },
    preValidation: (request, reply) => uploads.read(request, reply),
    // The answer of a mutation may hold a secret beside text of the caller, and its length would tell of both.
    onSend: async (request, reply, payload) => {
      const asked = operations.get(request.raw)
      return asked && queries.has(asked) && typeof payload === 'string' ? packed(request, reply, payload) : payload
    },
    handler: (request, reply) => {
      const access = known(accesses, request)
      return admission.take(access.organization.id, async hasWaited => {
        if (reply.raw.destroyed) return reply.hijack() // the caller is gone
        // The key may have been revoked meanwhile.
        return answer(request, reply, hasWaited ? await authentication.accessOf(keyOf(request)) : access)
      })
    },
  })

  /** The whole request is here. */
  async function answer(request: FastifyRequest, reply: FastifyReply, access: Access) {
    const operation = Operation.of(reply.raw, operationSeconds)
    operations.set(request.raw, operation)
    operation.start()
    // A slow caller keeps its request, but not the rows that were read for it.
    const context = new Context(database, access, clock, storage, operation)
    const answered = await lane.answer(request, context)
    if (answered) return reply.header('content-type', answered.type).send(answered.text)
    const sent = (request.body ?? request.query) as { query?: unknown } | undefined // any JSON
    refuseDeepText(sent?.query)
    contexts.set(request.raw, context)
    try {
      const text = await byApollo.call(app, request, reply)
      if (reply.statusCode === 200) lane.noteType(request, reply.getHeader('content-type'))
      return text
    } finally {
      contexts.delete(request.raw)
    }
  }
}

function known<T>(of: WeakMap<IncomingMessage, T>, { raw }: FastifyRequest): T {
  const found = of.get(raw)
  if (!found) throw new Error('A request came past authentication.')
  return found
}
