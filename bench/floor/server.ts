import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DatabaseLocation } from '../../src/database/data-source.js'
import { readsOf } from './reads.js'
import { openStore } from './store.js'
import { writesOf } from './writes.js'

export interface FloorSetting {
  location: DatabaseLocation
  today: string
}

type Operation = (asked: never) => Promise<object> | AsyncGenerator<string>

/**
 * Starts an HTTP server with a driver behind it, and statements written by hand for one question each. It has no GraphQL,
 * no keys, no permissions, and no checks.
 */
export async function startFloor({ location, today }: FloorSetting): Promise<{ url: string; stop(): Promise<void> }> {
  const store = openStore(location)
  const operations = new Map<string, Operation>(Object.entries({ ...readsOf(store, today), ...writesOf(store, today) }))
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { operation, asked } = JSON.parse(await bodyOf(request)) as { operation: string; asked: never } // our own bench asks
    const work = operations.get(operation)
    if (!work) throw new Error(`There is no operation ${operation}.`)
    const result = work(asked)
    response.setHeader('content-type', 'application/json')
    if (result instanceof Promise) response.end(JSON.stringify({ data: await result }))
    else {
      for await (const text of result) response.write(text)
      response.end()
    }
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500)
      response.end(String(error))
    })
  })
  await new Promise<void>(done => {
    server.listen(0, '127.0.0.1', done)
  })
  const { port } = server.address() as AddressInfo // it listens on a port
  return {
    url: `http://127.0.0.1:${port}/`,
    async stop() {
      await new Promise(done => {
        server.close(done)
        server.closeAllConnections()
      })
      await store.close()
    },
  }
}

const bodyOf = (request: IncomingMessage) =>
  new Promise<string>((done, fail) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (text: string) => (body += text))
    request.on('end', () => {
      done(body)
    })
    request.on('error', fail)
  })

// As a process of its own, which its parent ends: tsx bench/floor/server.ts '{"location":…,"today":…}'
if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { url } = await startFloor(JSON.parse(process.argv[2] ?? '') as FloorSetting) // as above
  console.log(url)
}
