import type { Json } from './world.js'

/** Whose key pulls, and where: a tenant of the tests, or a server that runs by itself. */
export interface Puller {
  world: { url: string }
  secret: string
}

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
export async function pull({ world, secret }: Puller, path: string, init: RequestInit = {}): Promise<Pull> {
  const response = await fetch(`${world.url.replace('/graphql', '')}/export/v1/${path}`, {
    ...init,
    headers: { 'x-api-key': secret, ...init.headers },
  })
  const bytes = Buffer.from(await response.arrayBuffer())
  const { status, headers } = response
  const [told] = status < 400 ? [] : JSON.parse(bytes.toString()).errors
  return {
    status,
    headers,
    bytes,
    text: bytes.toString(),
    cursor: headers.get('x-clientela-cursor') ?? '',
    watermark: headers.get('x-clientela-watermark') ?? '',
    ...(status < 400 ? {} : { error: { status, code: told.extensions.code, message: told.message } }),
  }
}

export const rowsIn = ({ text }: Pull): Json[] =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))

/** The rows of a table. */
export async function pullRows(puller: Puller, table: string, query = ''): Promise<Json[]> {
  const answer = await pull(puller, `${table}.jsonl${query ? `?${query}` : ''}`)
  if (answer.error) throw new Error(`${table}: ${JSON.stringify(answer.error)}`)
  return rowsIn(answer)
}

/** A copy of a table kept as BI tools keep theirs: by its key, from pulls that each go on where the last one ended. */
export class Copy {
  readonly rows = new Map<string, Json>()
  last: Json[] = []
  private cursor = ''

  constructor(
    private readonly puller: Puller,
    private readonly table: string,
    private readonly key: readonly string[],
    private readonly replacedBy?: string,
  ) {}

  async pull(): Promise<Json[]> {
    const answer = await pull(this.puller, `${this.table}.jsonl${this.cursor ? `?cursor=${this.cursor}` : ''}`)
    if (answer.error) throw new Error(JSON.stringify(answer.error))
    this.cursor = answer.cursor
    this.last = rowsIn(answer)
    for (const row of this.last) {
      const owner = this.replacedBy
      if (!row.deleted_at) this.rows.set(this.of(row), row)
      else if (!owner) this.rows.delete(this.of(row))
      else for (const [key, known] of this.rows) if (known[owner] === row[owner]) this.rows.delete(key)
    }
    return this.last
  }

  private of(row: Json) {
    return this.key.map(name => row[name]).join(' ')
  }
}
