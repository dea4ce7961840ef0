import type { ApiLocation } from '../../src/config.js'
import { UserError } from '../../src/lib/user-error.js'

interface Answer<T> {
  data?: T
  errors?: { message: string; extensions?: { code?: string } }[]
}

type Variables = Record<string, unknown>

/** The API for tests that send queries of their own. */
export class Api {
  constructor(private readonly location: ApiLocation) {
    if (!location.apiKey)
      throw new UserError(
        'API_KEY_REQUIRED',
        'Set CLIENTELA_API_KEY to the secret of an API key; clientela keys create "My program" makes one.',
      )
  }

  async ask<T>(query: string, variables: Variables = {}): Promise<T> {
    return this.send(JSON.stringify({ query, variables }), { 'content-type': 'application/json' })
  }

  /** The record of a mutation; what stands in its way is thrown. */
  async do<T>(
    mutation: string,
    input: Variables,
    inputType: string,
    field: string,
    selection: string,
    file?: { path: string; blob: Blob; name: string },
  ): Promise<T> {
    const query = `mutation($input: ${inputType}!) { ${mutation}(input: $input) { ${field} { ${selection} } userErrors { code message } } }`
    const answer = file
      ? await this.upload<Record<string, Changed>>(query, { input }, file)
      : await this.ask<Record<string, Changed>>(query, { input })
    const changed = answer[mutation]
    const [error] = changed?.userErrors ?? []
    if (error) throw new UserError(error.code, error.message)
    return (changed as unknown as Record<string, T>)[field] as T // as selected above
  }

  /** What is at a path of the server. */
  async download(path: string): Promise<Buffer> {
    return Buffer.from(await (await this.get(path)).arrayBuffer())
  }

  /** The answer at a path of the server, once it has begun. */
  async get(path: string): Promise<Response> {
    const { url, apiKey = '' } = this.location
    const response = await this.fetch(new URL(path, url), { headers: { authorization: `Bearer ${apiKey}` } })
    if (response.ok) return response
    const { errors: [error] = [] } = (await response.json().catch(() => ({}))) as Answer<never> // as the server tells of errors everywhere
    throw new UserError(
      error?.extensions?.code ?? 'NETWORK_ERROR',
      error?.message ?? `${path.split('?')[0] ?? ''} answered ${response.status}; check CLIENTELA_URL.`,
    )
  }

  private upload<T>(
    query: string,
    variables: Variables,
    { path, blob, name }: { path: string; blob: Blob; name: string },
  ): Promise<T> {
    const form = new FormData()
    form.append('operations', JSON.stringify({ query, variables }))
    form.append('map', JSON.stringify({ file: [path] }))
    form.append('file', blob, name)
    return this.send(form, { 'apollo-require-preflight': 'true' })
  }

  private async send<T>(body: string | FormData, headers: Record<string, string>): Promise<T> {
    const { url, apiKey = '' } = this.location
    const response = await this.fetch(url, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${apiKey}` },
      body,
    })
    const answer = (await response.json().catch(() => ({}))) as Answer<T> // GraphQL over HTTP
    const [error] = answer.errors ?? []
    if (error) throw new UserError(error.extensions?.code ?? 'FAILED', error.message)
    if (!answer.data)
      throw new UserError(
        'NETWORK_ERROR',
        `${url} answered ${response.status}, not as this API does; check CLIENTELA_URL.`,
      )
    return answer.data
  }

  private fetch(url: string | URL, init: RequestInit): Promise<Response> {
    return fetch(url, init).catch((error: unknown) => {
      throw new UserError(
        'NETWORK_ERROR',
        `${this.location.url} does not answer (${error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error)}). Is the server running? CLIENTELA_URL says where it is.`,
      )
    })
  }
}

interface Changed {
  userErrors: { code: string; message: string }[]
}
