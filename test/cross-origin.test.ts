import type { FastifyInstance } from 'fastify'
import { readConfig } from '../src/config.js'
import { createServer } from '../src/http/server.js'
import { openStorage } from '../src/storage/file-storage.js'
import { schema } from './support/walk.js'
import { storageLimits, World, type Tenant } from './support/world.js'

const page = 'https://app.example.com'
let world: World
let us: Tenant
let open: string
const servers: FastifyInstance[] = []

/** The address of another server of the same database, for pages of these origins. */
async function serving(origins: Parameters<typeof createServer>[0]['origins']): Promise<string> {
  const storage = await openStorage(world.location.dataDir, storageLimits)
  const server = await createServer({ database: world.database, schema, clock: () => world.now, storage, origins })
  servers.push(server)
  return server.listen({ port: 0, host: '127.0.0.1' })
}

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  open = await serving([page, 'http://localhost:5173'])
})
afterAll(async () => {
  for (const server of servers) {
    server.server.closeAllConnections()
    await server.close()
  }
  await world.stop()
})

async function ask(server: string, path: string, { origin = page, ...init }: RequestInit & { origin?: string } = {}) {
  const answer = await fetch(new URL(path, server), { ...init, headers: { origin, ...init.headers } })
  const { status, headers } = answer
  return { status, text: await answer.text(), allowed: headers.get('access-control-allow-origin'), headers }
}
const preflight = (server: string, path: string, origin = page) =>
  ask(server, path, {
    origin,
    method: 'OPTIONS',
    headers: {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  })

test('a page of an allowed origin passes the preflight without a key', async () => {
  for (const path of ['/graphql', '/export/v1/users.csv', '/export/v1/lists/users.csv', '/files/x']) {
    const { status, allowed, headers } = await preflight(open, path)
    expect([path, status, allowed]).toEqual([path, 204, page])
    expect(headers.get('access-control-allow-methods')).toMatch(/POST/)
    expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
  }
  const query = {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${us.secret}` },
    body: '{"query":"{ organization { name } }"}',
  }
  expect(await ask(open, '/graphql', query)).toMatchObject({
    status: 200,
    allowed: page,
    text: '{"data":{"organization":{"name":"Prova"}}}\n',
  })
  expect(await ask(open, '/graphql', { ...query, origin: 'http://localhost:5173' })).toMatchObject({
    allowed: 'http://localhost:5173',
  })
})

test('it can also read errors, and the headers with cursors, counts and file names', async () => {
  const told = await ask(open, '/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ organization { name } }"}',
  })
  expect([told.status, told.allowed]).toEqual([401, page])
  const table = await ask(open, '/export/v1/users.csv', { headers: { 'x-api-key': us.secret } })
  const exposed = table.headers.get('access-control-expose-headers')?.toLowerCase().split(', ') ?? []
  expect(exposed).toEqual(expect.arrayContaining(['retry-after', 'content-disposition', 'content-range', 'etag']))
  for (const name of table.headers.keys()) if (name.startsWith('x-clientela')) expect(exposed).toContain(name)
  expect(table.headers.get('x-clientela-cursor')).not.toBeNull()
  expect(table.headers.get('vary')?.toLowerCase().split(', ')).toEqual(
    expect.arrayContaining(['origin', 'accept-encoding']),
  )
})

test('a page of any other origin is refused, and every page where no origin is allowed', async () => {
  for (const [server, origin] of [
    [open, 'https://evil.example.com'],
    [open, `${page}.evil.example.com`],
    [open, 'null'],
    [world.url, page],
  ] as const) {
    expect([origin, (await preflight(server, '/graphql', origin)).allowed]).toEqual([origin, null])
    expect((await ask(server, '/health', { origin })).headers.get('access-control-allow-origin')).toBeNull()
  }
})

test('* allows every page', async () => {
  const all = await serving('*')
  expect(await preflight(all, '/graphql', 'https://anybody.example.com')).toMatchObject({ status: 204, allowed: '*' })
})

test('CORS_ORIGINS takes * or a list of origins, and a wrong value is explained', () => {
  const read = (CORS_ORIGINS?: string) => readConfig({ CORS_ORIGINS }).origins
  expect([read(), read(''), read('*'), read(page), read(`${page}, http://localhost:5173`)]).toEqual([
    undefined,
    undefined,
    '*',
    [page],
    [page, 'http://localhost:5173'],
  ])
  for (const wrong of [
    `${page}/`,
    `${page}/app`,
    'app.example.com',
    `${page},*`,
    'ftp://example.com',
    'null',
    'https://APP.example.com',
    'https://me:secret@example.com',
  ]) {
    expect(() => read(wrong)).toThrow(/CORS_ORIGINS must be \* or origins such as https:\/\/app\.example\.com/)
  }
})
