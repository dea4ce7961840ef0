import { shortMessage } from './text.js'

/** An error that the caller can fix; the message says how. Every other error is a plain `Error`. */
export class UserError extends Error {
  override readonly name = 'UserError'

  constructor(
    readonly code: string,
    message: string,
    readonly field?: string,
  ) {
    super(shortMessage(message))
  }
}

/** The errors that stop a change to several records, by row. */
export class RowErrors extends Error {
  override readonly name = 'RowErrors'

  constructor(readonly errors: readonly UserError[]) {
    super(errors.map(({ message }) => message).join('\n'))
  }
}
