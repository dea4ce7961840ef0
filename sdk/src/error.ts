/** One entry of an answer's `errors`. */
export interface GraphQLAnswerError {
  message: string
  path?: readonly (string | number)[] | undefined
  extensions?: Readonly<Record<string, unknown>> | undefined
}

/** The reason why a change was not made, from a mutation's payload, for the person who can fix it. */
export interface Refusal {
  code: string
  message: string
  field: string | null
}

/** Codes for failures outside the API; all other codes are the API's own. */
export type TransportCode = 'NETWORK_ERROR' | 'INVALID_ANSWER'

interface Details {
  code: string
  status?: number
  errors?: readonly GraphQLAnswerError[]
  refusals?: readonly Refusal[]
  cause?: unknown
}

/** A request that failed, or that the API refused. */
export class ClientelaError extends Error {
  override readonly name = 'ClientelaError'
  /** The API's code of the first error, such as NOT_FOUND or TAX_ID_TAKEN; or NETWORK_ERROR or INVALID_ANSWER. */
  readonly code: string
  /** The status of the HTTP answer; undefined when there was none. */
  readonly status: number | undefined
  /** The top-level errors of the answer. */
  readonly errors: readonly GraphQLAnswerError[]
  /** The `userErrors` of a mutation; filled by `mutate` only. */
  readonly refusals: readonly Refusal[]

  constructor(message: string, { code, status, errors = [], refusals = [], cause }: Details) {
    super(message, { cause })
    this.code = code
    this.status = status
    this.errors = errors
    this.refusals = refusals
  }

  /** The facts that the API adds to its first error, such as `missing` scopes or the `version` of a conflict. */
  get extensions(): Readonly<Record<string, unknown>> {
    return this.errors[0]?.extensions ?? {}
  }
}
