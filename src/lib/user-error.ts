/** Something the caller can mend; the message says how. Everything else is thrown as a plain error. */
export class UserError extends Error {
  override readonly name = 'UserError'

  constructor(
    readonly code: string,
    message: string,
    readonly field?: string,
  ) {
    super(message)
  }
}
