import { shortMessage } from './text.js'

/** Something the caller can mend; the message says how. Everything else is thrown as a plain error. */
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

/** What stands in the way of a change to several records, by row. */
export class RowErrors extends Error {
  override readonly name = 'RowErrors'

  constructor(readonly errors: readonly UserError[]) {
    super(errors.map(({ message }) => message).join('\n'))
  }
}
