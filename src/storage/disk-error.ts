import { unavailable } from '../model/errors.js'

const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Whether a file system refused: its errors have the name of what it was asked for. */
export const isDiskError = (error: unknown): error is NodeJS.ErrnoException =>
  typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error

/**
 * What a caller is told where a disk has no room or does not work; other errors stay what they are. They cannot mend it, but whoever runs the
 * server can, who reads the cause in the log.
 */
export function diskError(error: unknown): unknown {
  if (!isDiskError(error)) return error
  const told = fullCodes.has(error.code ?? '')
    ? unavailable('The server has no room for files; nothing was kept. Try again later, or tell whoever runs it.', {
        reason: 'STORAGE_FULL',
        retryable: true,
      })
    : unavailable(
        'The server cannot keep files at the moment; nothing was kept. Try again later, or tell whoever runs it.',
        { reason: 'STORAGE_UNAVAILABLE', retryable: true },
      )
  told.cause = error
  return told
}
