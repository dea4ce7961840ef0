import { unavailable } from '../model/errors.js'

const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Tells whether a file system made the error. Only its errors name a system call. */
export const isDiskError = (error: unknown): error is NodeJS.ErrnoException =>
  typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error

/**
 * Returns the error that a caller sees when a disk is full or does not work; other errors stay as they are. The caller
 * cannot fix the disk. The operator can, and reads the cause in the log.
 */
export function diskError(error: unknown): unknown {
  if (!isDiskError(error)) return error
  const seen = fullCodes.has(error.code ?? '')
    ? unavailable('The server has no room for files; nothing was stored. Try again later, or tell its operator.', {
        reason: 'STORAGE_FULL',
        retryable: true,
      })
    : unavailable('The server cannot store files now; nothing was stored. Try again later, or tell its operator.', {
        reason: 'STORAGE_UNAVAILABLE',
        retryable: true,
      })
  seen.cause = error
  return seen
}
