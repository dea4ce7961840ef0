import { GraphQLError } from 'graphql'
import { shortMessage } from '../lib/text.js'

const coded =
  (code: string, status?: number, shorten = shortMessage) =>
  (message: string, extensions: Record<string, unknown> = {}) =>
    new GraphQLError(shorten(message), { extensions: { code, ...extensions, ...(status ? { http: { status } } : {}) } })

/** No key, or one that is unknown, expired or revoked. */
export const unauthenticated = coded('UNAUTHENTICATED', 401)
/** The key lacks a scope; `extensions.missing` names what the operation asked for. */
export const forbidden = coded('FORBIDDEN', undefined, message => message) // it names every field, by names of the schema
/** Nothing of this id in the organisation; another organisation's answers the same. */
export const notFound = coded('NOT_FOUND')
/**
 * A record was merged while a change was under way, and the change read the old record. When it runs again, the change
 * finds the successor.
 */
export class MergedMeanwhile extends GraphQLError {
  constructor(message: string) {
    super(message, { extensions: { code: 'NOT_FOUND' } })
  }
}
export const badInput = coded('BAD_USER_INPUT')
/** Somebody changed the record meanwhile; `extensions.version` and `extensions.yours` show both. */
export const conflict = coded('CONFLICT')
export const unavailable = coded('SERVICE_UNAVAILABLE', 503)
export const isUnavailable = (error: unknown): error is GraphQLError =>
  error instanceof GraphQLError && error.extensions.code === 'SERVICE_UNAVAILABLE'
/** The same of what passes by itself. */
export const busy = (message: string) => unavailable(message, { retryable: true })
