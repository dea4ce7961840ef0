import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../../src/config.js'
import { Database } from '../../src/database/database.js'
import { hold, megabytes, type Fault } from './fault.js'
import { high, meanwhile, onDatabase, viewsAnew, type Server } from './server.js'

// Feeds of very many rows: as many clients, each with one invoice. ROWS is how many.

const rows = Number(process.env.ROWS ?? 1_000_000)
const limits = { firstByte: 1000, rowsPerSecond: 20_000, memory: 150 * 2 ** 20, release: 1000, read: 200, write: 5000 }
/** Long enough to see whether what is read ahead grows. */
const slowRead = 15_000

const idLength = 'cli_'.length + 26
const idOf = (prefix: string, at: number) => `${prefix}_${String(at).padStart(26, '0')}`

/**
 * The values that differ between copies of an invoice. Amounts differ too, so that no row repeats the figures of
 * another.
 */
const ownOf: Record<string, (id: string, number: string) => string> = {
  client_id: id => `'cli_' || ${id}`,
  number_key: () => 'NULL',
  external_id: () => 'NULL',
  ...Object.fromEntries(
    ['net', 'net_base', 'payable', 'payable_base'].map(name => [
      name,
      (_id: string, number: string) => `k.${name} + ${number}`,
    ]),
  ),
}

type Versioned = Record<'id' | 'version', unknown>

/**
 * Copies of a client with its invoice, with ids that follow one another; without what they are found by, which no feed
 * reads.
 */
async function fill(server: Server) {
  const { id: clientId } = await server.createClient('Núria, «S.L.»')
  const lines = [{ description: 'Hours', quantity: '8', unitPrice: '60', taxRate: '21' }]
  const draft = await server.api.do<Versioned>(
    'createInvoice',
    { clientId, lines },
    'CreateInvoiceInput',
    'invoice',
    'id version',
  )
  const submitted = await server.api.do<Versioned>('submitInvoice', draft, 'InvoiceDayInput', 'invoice', 'id version')
  const { id: invoiceId } = await server.api.do<Versioned>(
    'authoriseInvoice',
    submitted,
    'AuthoriseInvoiceInput',
    'invoice',
    'id version',
  )
  await server.stop()
  const database = await Database.open(readConfig(server.environment))
  try {
    await database.write(async manager => {
      const sqlite = database.dialect.name === 'sqlite'
      const digit =
        '(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)'
      const names = ['a', 'b', 'c', 'e', 'f', 'g']
      const number = `(${names.map((name, power) => `${name}.d * ${10 ** power}`).join(' + ')})`
      const padded = sqlite ? `printf('%026d', ${number})` : `LPAD(${number}, 26, '0')`
      const numbers = names.map(name => `${digit} ${name}`).join(' CROSS JOIN ')
      const plain = (sql: string) => (sqlite ? sql : sql.replace(/'(\w+)' \|\| (.*)/, "CONCAT('$1', $2)"))
      for (const [table, prefix, kinds, id] of [
        ['clients', 'cli_', ['Client', 'ClientSummary'], clientId],
        ['invoices', 'inv_', ['Invoice'], invoiceId],
      ] as const) {
        const [row] = await manager.query<Record<string, unknown>[]>(`SELECT * FROM ${table} WHERE id = ?`, [id])
        const columns = Object.keys(row ?? {}).filter(name => name !== 'id')
        const values = columns.map(name =>
          table === 'invoices' && ownOf[name] ? plain(ownOf[name](padded, number)) : `k.${name}`,
        )
        await manager.query(
          `INSERT INTO ${table} (id, ${columns.join(', ')}) SELECT ${plain(`'${prefix}' || ${padded}`)}, ${values.join(', ')} FROM ${numbers} CROSS JOIN ${table} k WHERE k.id = ? AND ${number} < ?`,
          [id, rows],
        )
        for (const kind of kinds) {
          await manager.query(`DELETE FROM record_changes WHERE kind = '${kind}'`)
          await manager.query(
            `INSERT INTO record_changes (organization_id, kind, record_id, position, deleted) SELECT organization_id, '${kind}', id, 1, 0 FROM ${table} WHERE id <> ?`,
            [id],
          )
        }
      }
    })
  } finally {
    await database.close()
  }
  await server.start()
}

const open = (server: Server, path: string) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    request(`${server.url}/export/v1/${path}`, { headers: { 'x-api-key': server.key } }, resolve)
      .on('error', reject)
      .end()
  })

/**
 * The body of a response as it comes, always in the same memory: both sides share the machine. HTTP/1.0 has no chunks
 * in it.
 */
async function bytesOf(server: Server, path: string, take: (bytes: Buffer) => void) {
  const { hostname, port } = new URL(server.url)
  const buffer = Buffer.allocUnsafe(2 ** 18)
  let head = ''
  const socket = connect({
    host: hostname,
    port: Number(port),
    onread: {
      buffer,
      callback: length => {
        let bytes = buffer.subarray(0, length)
        if (!head.includes('\r\n\r\n')) {
          head += bytes.toString('latin1')
          const end = head.indexOf('\r\n\r\n') + 4
          if (end < 4) return true
          bytes = Buffer.from(head.slice(end), 'latin1')
        }
        if (bytes.length > 0) take(bytes)
        return true
      },
    },
  })
  socket.write(`GET /export/v1/${path} HTTP/1.0\r\nx-api-key: ${server.key}\r\n\r\n`)
  await once(socket, 'close')
  hold(head.startsWith('HTTP/1.1 200 '), `${path}: ${head}`)
}

interface Stream {
  path: string
  prefix: string
  /** Where in its line the id of a row begins. */
  idAt: number
  headLines: number
}

const jsonl = (path: string, prefix: string, key = 'id'): Stream => ({
  path,
  prefix,
  idAt: `{"${key}":"`.length,
  headLines: 0,
})
const csv = (path: string, prefix: string): Stream => ({ path, prefix, idAt: 0, headLines: 1 })
const streams = [
  jsonl('client-summaries.jsonl', 'cli', 'client_id'),
  csv('client-summaries.csv', 'cli'),
  jsonl('invoices.jsonl', 'inv'),
  csv('invoices.csv', 'inv'),
  jsonl('clients.jsonl', 'cli'),
  csv('clients.csv', 'cli'),
]

/** A whole table: its figures, and what is over a limit. */
async function read(
  server: Server,
  { path, prefix, idAt, headLines }: Stream,
): Promise<[figures: string, over: string[]]> {
  const expected = createHash('sha256')
  for (let at = 0; at < rows; at++) expected.update(idOf(prefix, at))
  const begun = performance.now()
  let [firstByte, lines] = [0, -headLines]
  let start = ''
  const sum = createHash('sha256')
  const { memory } = await server.memoryOf(() =>
    bytesOf(server, path, bytes => {
      firstByte ||= performance.now() - begun
      let [from, ids] = [0, '']
      for (;;) {
        // Parses a line only as far as its id: a reader that does more would itself be measured.
        const end = bytes.indexOf(10, from)
        start += bytes.toString(
          'latin1',
          from,
          Math.min(from + idAt + idLength - start.length, end < 0 ? bytes.length : end),
        )
        if (end < 0) break
        if (lines++ >= 0) ids += start.slice(idAt)
        from = end + 1
        start = ''
      }
      sum.update(ids)
    }),
  )
  const perSecond = Math.round(lines / ((performance.now() - begun) / 1000))
  const isWhole = lines === rows && sum.digest('hex') === expected.digest('hex')
  return [
    `${path} ${lines} rows, first byte after ${firstByte.toFixed(0)} ms, ${perSecond} rows a second, memory up by ${megabytes(memory)}`,
    [
      ...(isWhole ? [] : [`${path} has not every row once`]),
      ...(firstByte > limits.firstByte ? [`first byte of ${path} after more than ${limits.firstByte} ms`] : []),
      ...(perSecond < limits.rowsPerSecond ? [`fewer than ${limits.rowsPerSecond} rows a second of ${path}`] : []),
      ...(memory > limits.memory ? [`memory of ${path} over ${megabytes(limits.memory)}`] : []),
    ],
  ]
}

/** Rows written while a table is read are not in it, and their writers do not wait. */
async function readWhileOthersWrite(server: Server): Promise<[figures: string, over: string[]]> {
  const {
    result: last,
    reads,
    writes,
  } = await meanwhile(server, async () => {
    const response = await open(server, 'clients.jsonl')
    let [text, isChanged] = ['', false]
    for await (const part of response.setEncoding('utf8')) {
      text = (text + String(part)).slice(-5000)
      if (isChanged) continue
      isChanged = true
      await server.api.do(
        'updateClient',
        { id: idOf('cli', rows - 1), version: 1, legalName: 'Changed meanwhile' },
        'UpdateClientInput',
        'client',
        'id',
      )
    }
    return text.split('\n').find(line => line.includes(idOf('cli', rows - 1))) ?? ''
  })
  return [
    `while others read and write: reads p99 ${Math.round(high(reads, 0.99))} ms of ${reads.length}, writes at most ${Math.round(high(writes, 1))} ms of ${writes.length}`,
    [
      ...(last.includes('Núria') ? [] : ['the last row is not as it was when the table began']),
      ...(high(reads, 0.99) > limits.read ? [`reads over ${limits.read} ms`] : []),
      ...(high(writes, 1) > limits.write ? [`writes over ${limits.write} ms`] : []),
    ],
  ]
}

async function readSlowly(server: Server): Promise<[figures: string, over: string[]]> {
  const response = await open(server, 'client-summaries.jsonl')
  const { memory } = await server.memoryOf(async () => {
    for (const until = performance.now() + slowRead; performance.now() < until; await sleep(50)) response.read(1000)
  })
  const isHeld = await server.isViewed()
  const gone = performance.now()
  response.destroy()
  while ((await server.isViewed()) && performance.now() - gone < 10_000) await sleep(viewsAnew)
  const took = performance.now() - gone
  return [
    `a slow reader: memory up by ${megabytes(memory)} in ${slowRead / 1000} s; its view given back ${took.toFixed(0)} ms after it went`,
    [
      ...(memory > limits.memory ? [`memory for a slow reader over ${megabytes(limits.memory)}`] : []),
      ...(isHeld ? [] : ['nothing seen of the view of a slow reader']),
      ...(took > limits.release ? [`a view given back after more than ${limits.release} ms`] : []),
    ],
  ]
}

export const feeds: Fault[] = ['SQLite', 'MariaDB'].map((database): Fault => ({
  name: `Feeds of ${rows} rows on ${database}`,
  run: folder =>
    onDatabase(database, folder, async server => {
      await fill(server)
      const found: [string, string[]][] = []
      for (const stream of streams) found.push(await read(server, stream))
      found.push(await readWhileOthersWrite(server), await readSlowly(server))
      const figures = found.map(([told]) => `\n    ${told}`).join('')
      const over = found.flatMap(([, each]) => each)
      hold(over.length === 0, `${over.join('; ')}${figures}`)
      return figures
    }),
}))
