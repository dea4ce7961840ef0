import type { Json, Tenant } from './world.js'

export interface Pull {
  status: number
  headers: Headers
  bytes: Buffer
  text: string
  cursor: string
  watermark: string
  error?: { status: number; code: string; message: string }
}

/** What an address below /export/v1 answers. */
export async function pull({ world, secret }: Tenant, path: string, init: RequestInit = {}): Promise<Pull> {
  const response = await fetch(`${world.url.replace('/graphql', '')}/export/v1/${path}`, { ...init, headers: { 'x-api-key': secret, ...init.headers } })
  const bytes = Buffer.from(await response.arrayBuffer())
  const { status, headers } = response
  const [told] = status < 400 ? [] : JSON.parse(bytes.toString()).errors
  return {
    status, headers, bytes, text: bytes.toString(), cursor: headers.get('x-clientela-cursor') ?? '', watermark: headers.get('x-clientela-watermark') ?? '',
    ...(status < 400 ? {} : { error: { status, code: told.extensions.code, message: told.message } }),
  }
}

export const rowsIn = ({ text }: Pull): Json[] => text.split('\n').filter(line => line !== '').map(line => JSON.parse(line))

/** The rows of a table. */
export async function pullRows(tenant: Tenant, table: string, query = ''): Promise<Json[]> {
  const answer = await pull(tenant, `${table}.jsonl${query ? `?${query}` : ''}`)
  if (answer.error) throw new Error(`${table}: ${JSON.stringify(answer.error)}`)
  return rowsIn(answer)
}
