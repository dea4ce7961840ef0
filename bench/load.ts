import { connect, type Socket } from 'node:net'

/** Where requests go: an HTTP server on this machine. */
export interface Target {
  url: string
  headers: Record<string, string>
}

export interface Request {
  method: 'GET' | 'POST'
  path: string
  body?: string
}

export interface Sample {
  /** Answers a second. */
  rate: number
  p50: number
  p99: number
}

/** Each of `connections` asks again as soon as it has its answer. `requestOf` gives the nth request. */
export async function load(
  target: Target,
  requestOf: (ordinal: number) => Request,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Sample> {
  const takes: number[] = []
  let ordinal = 0
  const begin = performance.now()
  const end = begin + seconds * 1000
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = await openConnection(target)
      try {
        for (;;) {
          const sent = performance.now()
          if (sent > end) return
          const answer = await connection.ask(requestOf(ordinal++))
          if (isRefusal(answer))
            throw new Error(`${target.url} answered ${answer.status}: ${answer.body.slice(0, 500)}`)
          takes.push(performance.now() - sent)
        }
      } finally {
        connection.close()
      }
    }),
  )
  const rate = takes.length / ((performance.now() - begin) / 1000)
  takes.sort((a, b) => a - b)
  return { rate, p50: at(takes, 0.5), p99: at(takes, 0.99) }
}

export interface Answer {
  status: number
  body: string
}

/** `errors` and `userErrors` both end so. */
const isRefusal = ({ status, body }: Answer) => status !== 200 || body.includes('rrors":[{')

export async function ask(target: Target, request: Request): Promise<Answer> {
  const connection = await openConnection(target)
  try {
    return await connection.ask(request)
  } finally {
    connection.close()
  }
}

export const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN

/**
 * A bare connection. The machine's other core also has a database to serve, and a client of Node's own would take a
 * good part of it.
 */
async function openConnection({ url, headers }: Target) {
  const { hostname, port } = new URL(url)
  const socket = await new Promise<Socket>((done, fail) => {
    const made = connect({ host: hostname, port: Number(port), noDelay: true }, () => {
      done(made)
    })
    made.once('error', fail)
  })
  const common = [`host: ${hostname}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join(
    '\r\n',
  )
  let received: Buffer[] = []
  let waiting: { done(answer: Answer): void; fail(error: Error): void } | undefined
  socket.on('data', chunk => {
    received.push(chunk)
    const answer = answerIn(received)
    if (!answer) return
    received = []
    waiting?.done(answer)
  })
  socket.on('error', error => waiting?.fail(error))
  socket.on('close', () => waiting?.fail(new Error(`${url} closed a connection.`)))
  return {
    ask: ({ method, path, body }: Request) =>
      new Promise<Answer>((done, fail) => {
        waiting = { done, fail }
        const content =
          body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`
        socket.write(`${method} ${path} HTTP/1.1\r\n${common}\r\n${content}\r\n${body ?? ''}`)
      }),
    close() {
      waiting = undefined
      socket.destroy()
    },
  }
}

const endOfChunks = Buffer.from('\r\n0\r\n\r\n')

/** The answer once all of it has come. One request is under way at a time, so what has come is one answer. */
function answerIn(received: Buffer[]): Answer | undefined {
  const head = received[0]?.toString('latin1', 0, 2000) ?? ''
  const headEnd = head.indexOf('\r\n\r\n') + 4
  const length = /content-length: *(\d+)/i.exec(head)?.[1]
  const size = received.reduce((sum, { length: bytes }) => sum + bytes, 0)
  const isWhole = length
    ? size >= headEnd + Number(length)
    : Buffer.concat(received.slice(-2)).subarray(-7).equals(endOfChunks)
  if (headEnd < 4 || !isWhole) return undefined
  const content = Buffer.concat(received).subarray(headEnd)
  return { status: Number(head.slice(9, 12)), body: length ? content.toString() : chunksOf(content) }
}

function chunksOf(content: Buffer): string {
  const chunks: Buffer[] = []
  for (let from = 0; ;) {
    const lineEnd = content.indexOf('\r\n', from)
    const length = Number.parseInt(content.toString('latin1', from, lineEnd), 16)
    if (!(length > 0)) return Buffer.concat(chunks).toString()
    chunks.push(content.subarray(lineEnd + 2, lineEnd + 2 + length))
    from = lineEnd + length + 4
  }
}
