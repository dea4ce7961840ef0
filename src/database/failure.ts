import type { GraphQLError } from 'graphql'
import { unavailable } from '../model/errors.js'
import { codeOf } from './dialect.js'

/** A connection was lost while a transaction was being committed. */
export class OutcomeUnknown extends Error {
  constructor(cause: unknown) {
    super('The connection was lost while committing.', { cause })
  }
}

/** The server did not answer a statement in time, or the pool gave no connection in time. */
export class NoAnswer extends Error {
  readonly code = 'DATABASE_AWAY'
}

const away = new Set([
  'DATABASE_AWAY',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_USER_LIMIT_REACHED',
  'ER_SERVER_SHUTDOWN',
  'ER_NORMAL_SHUTDOWN',
  'ER_SHUTDOWN_COMPLETE',
  'ER_CONNECTION_KILLED',
  'ER_NEW_ABORTING_CONNECTION',
  'ER_ABORTING_CONNECTION',
  'ER_NET_READ_ERROR',
  'ER_NET_READ_INTERRUPTED',
  'ER_NET_ERROR_ON_WRITE',
  'ER_NET_WRITE_INTERRUPTED',
  'ER_QUERY_INTERRUPTED',
  'ER_STATEMENT_TIMEOUT',
  'ER_OUTOFMEMORY',
  'ER_OUT_OF_RESOURCES',
  'ER_CANT_CREATE_THREAD',
  'SQLITE_NOMEM',
  'SQLITE_PROTOCOL',
])
const readOnly = new Set([
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_READ_ONLY_MODE',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
  'EROFS',
])
const full = new Set(['ER_RECORD_FILE_FULL', 'ER_DISK_FULL', 'ER_TEMP_FILE_WRITE_FAILURE', 'ENOSPC', 'EDQUOT', 'EFBIG'])

/**
 * Returns the error that callers see when the database cannot do its work just now; undefined where an error has
 * another reason. Only this function decides it, before an operation and within it.
 */
export function failureOf(error: unknown): GraphQLError | undefined {
  if (error instanceof OutcomeUnknown) {
    return unavailable(
      'The connection to the database was lost during the commit, so the change may stand or not. Read the record before you send it again.',
      { reason: 'OUTCOME_UNKNOWN', retryable: false },
    )
  }
  const code = codeOf(error)
  if (
    full.has(code) ||
    code.startsWith('SQLITE_FULL') ||
    (/^ER_(?:GET_ERRNO|ERROR_ON_WRITE|CANT_CREATE_FILE)$/.test(code) && isNoSpace(error))
  ) {
    return unavailable(
      'There is no room left to store anything, so nothing was changed. Reading goes on; try again once the operator has made room.',
      { reason: 'STORAGE_FULL', retryable: true },
    )
  }
  if (readOnly.has(code) || code.startsWith('SQLITE_READONLY')) {
    return unavailable('The database takes no changes just now, so nothing was changed. Try again later.', {
      reason: 'DATABASE_READ_ONLY',
      retryable: true,
    })
  }
  if (isLost(error))
    return unavailable('The database does not answer; try again in a moment.', {
      reason: 'DATABASE_AWAY',
      retryable: true,
    })
  return undefined
}

const isNoSpace = (error: unknown) => error instanceof Error && /\b(?:27|28|122)\b/.test(error.message.slice(0, 500))

/** Whether the database could not be reached, or was lost. mysql2 gives no code to some of it. */
export function isLost(error: unknown): boolean {
  const code = codeOf(error)
  if (away.has(code) || /^SQLITE_(?:IOERR|CANTOPEN)/.test(code)) return true
  const cause = (error as { driverError?: unknown }).driverError ?? error // TypeORM wraps the error of the driver
  return (
    cause instanceof Error &&
    (('fatal' in cause && cause.fatal === true && !('sqlState' in cause)) || cause.message === 'Queue limit reached.')
  )
}
