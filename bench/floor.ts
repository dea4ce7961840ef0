import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createPool } from 'mysql2/promise'
import { sqliteFile, type DatabaseLocation } from '../src/database/data-source.js'
import { SqliteDatabase } from '../src/database/libsql-driver.js'
import type { Statement } from './queries.js'

type Run = (statement: Statement) => Promise<unknown>

/** The least that answers the same: the same statements, one after the other, and their rows as JSON, behind node:http. */
export async function startFloor(
  location: DatabaseLocation,
  statements: Statement[],
): Promise<{ url: string; stop: () => Promise<void> }> {
  const { run, close } = location.url ? bareServer(location.url) : bareSqlite(location)
  const answer = async (request: IncomingMessage) => {
    await bodyOf(request)
    const rows: unknown[] = []
    for (const statement of statements) rows.push(await run(statement))
    return JSON.stringify(rows)
  }
  const running = new Set<Promise<unknown>>()
  const server = createServer((request, response) => {
    const done: Promise<unknown> = answer(request)
      .then(
        body => response.setHeader('content-type', 'application/json').end(body),
        (error: unknown) => response.writeHead(500).end(String(error)),
      )
      .finally(() => running.delete(done))
    running.add(done)
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo // it listens on a port
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: async () => {
      await new Promise(resolve => {
        server.close(resolve)
      })
      await Promise.all(running) // the last ones of a round, whose caller has gone
      await close()
    },
  }
}

function bareServer(url: string) {
  const pool = createPool({
    uri: url.replace(/^mariadb:/, 'mysql:'),
    connectionLimit: 20,
    timezone: 'Z',
    dateStrings: ['DATE'],
    supportBigNumbers: true,
  })
  const run: Run = async ({ sql, values }) => (await pool.query(sql, [...values]))[0]
  return { run, close: () => pool.end() }
}

function bareSqlite(location: DatabaseLocation) {
  const database = new SqliteDatabase(sqliteFile(location), {})
  database.exec('PRAGMA query_only = ON; PRAGMA cache_size = -65536')
  const prepared = new Map<string, ReturnType<SqliteDatabase['prepare']>>()
  const run: Run = async ({ sql, values }) => {
    const statement = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, statement)
    return statement.all(...(values as never[])) // captured from the same driver
  }
  return {
    run,
    close: async () => {
      database.close()
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}
