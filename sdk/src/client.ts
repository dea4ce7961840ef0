import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { print } from 'graphql'
import { ClientelaError, type GraphQLAnswerError, type Refusal } from './error.js'

export interface ClientelaOptions {
  /** Where the API is, such as http://localhost:4000/graphql. */
  url: string
  /** The secret that `clientela keys create` printed. */
  apiKey: string
  /** Sends the requests; by default the platform's own `fetch`. */
  fetch?: typeof globalThis.fetch | undefined
}

export interface RequestOptions {
  /** Ends the request when it is aborted; the request then throws its reason. */
  signal?: AbortSignal | undefined
}

/** The variables can be left out where each of them can. */
type Arguments<Variables> =
  Record<string, never> extends Variables
    ? [variables?: Variables, options?: RequestOptions]
    : [variables: Variables, options?: RequestOptions]

interface Payload {
  userErrors: readonly Refusal[]
}

/** The answer of a mutation that refused nothing: all its fields are there. */
type Done<P> = { [Name in keyof P]: NonNullable<P[Name]> }

/** The part of a page of a list that a walk over it needs. */
export interface Connection {
  nodes: readonly unknown[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

/** Sends operations to a Clientela server, with one API key. */
export class ClientelaClient {
  private readonly url: string
  private readonly headers: Record<string, string>
  private readonly fetch: typeof globalThis.fetch

  constructor({ url, apiKey, fetch = globalThis.fetch }: ClientelaOptions) {
    this.url = url
    this.headers = { accept: 'application/json', authorization: `Bearer ${apiKey}` }
    // Browsers refuse a fetch that is called as a method of something else.
    this.fetch = (input, init) => fetch(input, init)
  }

  /** Sends an operation and returns its data. It throws a ClientelaError if the answer has errors. */
  async request<Result, Variables>(
    document: TypedDocumentNode<Result, Variables>,
    ...[variables, { signal } = {}]: Arguments<Variables>
  ): Promise<Result> {
    const response = await this.send(bodyOf(textOf(document), variables), signal)
    const { data, errors } = await this.answerOf(response, signal)
    if (errors && errors.length > 0) throw errorOf(errors, response)
    return data as Result // the server answers what the document asks, which the type was generated from
  }

  /**
   * Sends a mutation and returns its payload. It throws a ClientelaError if the answer has errors or the payload has
   * userErrors.
   */
  async mutate<Result extends Record<string, Payload>, Variables>(
    document: TypedDocumentNode<Result, Variables>,
    ...rest: Arguments<Variables>
  ): Promise<Done<Result[keyof Result]>> {
    const data = await this.request(document, ...rest)
    const refusals = Object.values(data).flatMap(({ userErrors }) => userErrors)
    const [first] = refusals
    if (first)
      throw new ClientelaError(refusals.map(({ message }) => message).join('\n'), {
        code: first.code,
        status: 200,
        refusals,
      })
    return Object.values(data)[0] as Done<Result[keyof Result]> // a payload without userErrors has its record
  }

  /**
   * Walks a list to its end, page by page. `pick` finds the list in the answer; `first` among the variables
   * is the size of a page.
   */
  async *pages<Result, Variables extends { after?: string | null | undefined }, Page extends Connection>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
    pick: (data: Result) => Page | null | undefined,
    options: RequestOptions = {},
  ): AsyncGenerator<Page, void, undefined> {
    let after = variables.after
    for (;;) {
      const arguments_ = [{ ...variables, after }, options] as unknown as Arguments<Variables> // given, so right for both forms
      const page = pick(await this.request(document, ...arguments_))
      if (!page) return
      yield page
      if (!page.pageInfo.hasNextPage || page.pageInfo.endCursor === null) return
      after = page.pageInfo.endCursor
    }
  }

  /**
   * Reads a path of the server, such as the `downloadUrl` of a file or /export/v1/clients.csv. Returns the answer once
   * it has begun, so that its body can be read piece by piece. It throws a ClientelaError if the server refuses.
   */
  async download(path: string, { signal }: RequestOptions = {}): Promise<Response> {
    const url = new URL(path, this.url)
    if (url.origin !== new URL(this.url).origin)
      throw new TypeError(`${path} is not a path of ${this.url}, and no other server may have the key.`)
    const response = await this.sent(url, { headers: { ...this.headers, accept: '*/*' } }, signal)
    if (response.ok) return response
    const { errors } = await this.answerOf(response, signal)
    throw errorOf(errors ?? [], response)
  }

  private send(body: string | FormData, signal?: AbortSignal): Promise<Response> {
    // fetch makes the boundary in the type of a form. The other header says that no page of another site sent the
    // request.
    const type: Record<string, string> =
      typeof body === 'string' ? { 'content-type': 'application/json' } : { 'apollo-require-preflight': 'true' }
    return this.sent(this.url, { method: 'POST', headers: { ...this.headers, ...type }, body }, signal)
  }

  private async sent(url: string | URL, init: RequestInit, signal?: AbortSignal): Promise<Response> {
    try {
      return await this.fetch(url, { ...init, signal: signal ?? null })
    } catch (error) {
      signal?.throwIfAborted()
      throw new ClientelaError(`No answer from ${this.url}: ${reasonOf(error)}.`, {
        code: 'NETWORK_ERROR',
        cause: error,
      })
    }
  }

  private async answerOf(
    response: Response,
    signal?: AbortSignal,
  ): Promise<{ data?: unknown; errors?: GraphQLAnswerError[] }> {
    const text = await response.text().catch((error: unknown) => {
      signal?.throwIfAborted()
      throw new ClientelaError(`The answer from ${this.url} broke off: ${reasonOf(error)}.`, {
        code: 'NETWORK_ERROR',
        status: response.status,
        cause: error,
      })
    })
    const answer = parsed(text)
    if (answer) return answer
    const beginning = text.trim().slice(0, 200)
    throw new ClientelaError(
      `${this.url} answered ${response.status} ${response.statusText} with something that is no GraphQL answer${beginning ? `: ${beginning}` : ', and empty'}. Is it the address of the API, such as http://localhost:4000/graphql?`,
      { code: 'INVALID_ANSWER', status: response.status },
    )
  }
}

function errorOf(errors: GraphQLAnswerError[], { status }: Response): ClientelaError {
  const code = errors[0]?.extensions?.code
  const message = errors.map(({ message, path }) => (path ? `${path.join('.')}: ${message}` : message)).join('\n')
  return new ClientelaError(message, { code: typeof code === 'string' ? code : 'INVALID_ANSWER', status, errors })
}

/**
 * Returns JSON. With files among the variables it returns a form, as the GraphQL multipart request specification has
 * it.
 */
function bodyOf(query: string, variables: unknown): string | FormData {
  const files: { path: string; file: Blob }[] = []
  const without = (value: unknown, path: string): unknown => {
    if (value instanceof Blob) {
      files.push({ path, file: value })
      return null
    }
    if (Array.isArray(value)) return value.map((each, at) => without(each, `${path}.${at}`))
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, without(each, `${path}.${name}`)]))
      : value
  }
  const operations = JSON.stringify({ query, variables: without(variables, 'variables') })
  if (files.length === 0) return operations
  const form = new FormData()
  form.append('operations', operations)
  form.append('map', JSON.stringify(Object.fromEntries(files.map(({ path }, at) => [at, [path]]))))
  files.forEach(({ file }, at) => {
    form.append(String(at), file)
  })
  return form
}

const texts = new WeakMap<object, string>()

/** Documents come precompiled; each is printed once. */
function textOf(document: TypedDocumentNode<unknown, never>): string {
  const known = texts.get(document)
  if (known !== undefined) return known
  const text = print(document)
  texts.set(document, text)
  return text
}

function parsed(text: string): { data?: unknown; errors?: GraphQLAnswerError[] } | undefined {
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer !== 'object' || answer === null) return undefined
    if ('errors' in answer && Array.isArray(answer.errors) && answer.errors.length > 0)
      return answer as { errors: GraphQLAnswerError[] } // as GraphQL over HTTP has it
    return 'data' in answer && typeof answer.data === 'object' && answer.data !== null ? answer : undefined
  } catch {
    return undefined
  }
}

/** Node's fetch says only «fetch failed»; its cause, or the causes of that, say what failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reasonOf))].join(', ')
  return error.cause === undefined ? error.message : reasonOf(error.cause)
}
