import { randomUUID } from 'node:crypto'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { failureOf } from '../database/failure.js'
import { limits } from '../graphql/limits.js'
import { shortMessage } from '../lib/text.js'
import { UserError } from '../lib/user-error.js'

/** Headers of every answer: browsers do not guess its type, and nobody keeps it. Files of pages have their own. */
export const guarded = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' }

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
const statuses: Record<string, number> = { FORBIDDEN: 403, NOT_FOUND: 404, CONFLICT: 409 }

/** Returns the body that every refusal has, within GraphQL and outside it. */
export const errorBody = (code: string, message: string, extensions: object = {}) => ({
  errors: [{ message, extensions: { code, ...extensions } }],
})

const somethingWrong = (id: string) => `Something went wrong on our side; tell us this id: ${id}.`

/**
 * Returns an error of an operation as its caller sees it. Errors that are not ours are masked; the log has them under
 * the same id.
 */
export function formatError(
  app: FastifyInstance,
  formatted: GraphQLFormattedError,
  error: unknown,
): GraphQLFormattedError {
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
  // graphql-js repeats what it was given, however long. A refusal for want of permissions names all fields, so it stays
  // whole.
  const message = code === 'FORBIDDEN' ? formatted.message : shortMessage(formatted.message)
  if (ourCodes.has(code)) {
    // The operator needs the cause; the caller does not.
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
  return { message: somethingWrong(id), locations, path, extensions: { code: 'INTERNAL_SERVER_ERROR', id } }
}

/** Answers a request that failed outside GraphQL, for example without a key, without JSON or with too long a body. */
export function sendError(app: FastifyInstance, thrown: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const failure = failureOf(thrown)
  if (failure) app.log.warn({ err: thrown, url: request.routeOptions.url }, 'the database failed')
  const error = failure ?? thrown
  reply.headers(guarded) // hooks do not see an address that is none
  if (error instanceof GraphQLError) {
    const { http, code, ...extensions } = error.extensions as { http?: { status?: number }; code?: string } // as model/errors.ts sets them
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
  return reply.code(500).send(errorBody('INTERNAL_SERVER_ERROR', somethingWrong(id), { id }))
}
