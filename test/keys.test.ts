import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { lockForServer } from '../src/database/server-lock.js'
import { sha256 } from '../src/lib/id.js'
import { clientela } from './support/command.js'
import { Tenant, World } from './support/world.js'

let world: World
let us: Tenant
beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
})
afterAll(() => world.stop())

const ask = async (headers: Record<string, string>, body = '{"query":"{ organization { name } }"}') => {
  const response = await fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
  return {
    status: response.status,
    body: (await response.json()) as { data?: unknown; errors?: { message: string; extensions: { code: string } }[] },
  } // as GraphQL over HTTP promises
}
const rowOf = async (secret: string) =>
  (await world.database.read.query(`SELECT * FROM api_keys WHERE hash = '${sha256(secret)}'`))[0]

test('a key is accepted as Bearer, in any case, and as X-API-Key', async () => {
  const ways: Record<string, string>[] = [
    { authorization: `Bearer ${us.secret}` },
    { authorization: `bearer  ${us.secret}` },
    { 'x-api-key': us.secret },
  ]
  for (const headers of ways) {
    expect(await ask(headers)).toMatchObject({ status: 200, body: { data: { organization: { name: 'Prova' } } } })
  }
})

test('whatever is no key is refused alike, before the body is read', async () => {
  const almost = us.secret.slice(0, -1) + (us.secret.endsWith('0') ? '1' : '0')
  const answers = await Promise.all(
    ['constructor', '__proto__', 'ck_', almost, `${us.secret}x`, 'ck_' + '0'.repeat(52), "'OR'1"].map(key =>
      ask({ authorization: `Bearer ${key}` }, 'no json {'),
    ),
  )
  for (const answer of answers)
    expect(answer).toEqual({
      status: 401,
      body: { errors: [{ message: 'This API key is not valid.', extensions: { code: 'UNAUTHENTICATED' } }] },
    })
  expect(await ask({}, 'no json {')).toMatchObject({
    status: 401,
    body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
  })
})

test('only the hash of the secret is stored, with a short beginning to find it by', async () => {
  const row = await rowOf(us.secret)
  expect(row.hash).toBe(sha256(us.secret))
  expect(us.secret.startsWith(row.lookup)).toBe(true)
  expect(us.secret.length - row.lookup.length).toBeGreaterThanOrEqual(26) // 5 bits each: at least 130 stay secret
  for (const table of ['api_keys', 'activity_events'])
    expect(JSON.stringify(await world.database.read.query(`SELECT * FROM ${table}`))).not.toContain(us.secret)
})

test('an expired key stops, and a revoked one at once', async () => {
  const brief = await world.key(us.organizationId, ['clients:read'], new Date(world.now.getTime() + 1000))
  expect((await brief.ask('{ clients { totalCount } }')).status).toBe(200)
  world.now = new Date(world.now.getTime() + 1000)
  expect(await brief.ask('{ clients { totalCount } }')).toMatchObject({
    status: 401,
    errors: [{ message: 'This API key has expired.' }],
  })

  const { createApiKey } = await us.get(
    'mutation { createApiKey(input: { name: "x", scopes: ["clients:read"] }) { apiKey { id version scopes } secret userErrors { code } } }',
  )
  const other = new Tenant(world, us.organizationId, createApiKey.secret)
  expect((await other.ask('{ clients { totalCount } }')).status).toBe(200)
  await us.do('revokeApiKey', { id: createApiKey.apiKey.id, version: createApiKey.apiKey.version })
  expect(await other.ask('{ clients { totalCount } }')).toMatchObject({
    status: 401,
    errors: [{ message: 'This API key was revoked.' }],
  })
})

test('a key gives no more than it has, and only scopes that exist', async () => {
  const admin = await world.key(us.organizationId, ['admin', 'clients:read'])
  const make = async (scopes: string[]) =>
    (
      await admin.get(
        'mutation($s: [String!]!) { createApiKey(input: { name: "x", scopes: $s }) { secret userErrors { code field } } }',
        { s: scopes },
      )
    ).createApiKey
  expect(await make(['clients:write'])).toEqual({
    secret: null,
    userErrors: [{ code: 'SCOPE_NOT_HELD', field: 'scopes' }],
  })
  expect(await make(['everything'])).toMatchObject({ userErrors: [{ code: 'SCOPE_UNKNOWN' }] })
  expect(await make([])).toMatchObject({ userErrors: [{ code: 'SCOPE_REQUIRED' }] })
  expect((await make(['clients:read'])).userErrors).toEqual([])
})

test('a key that expires makes none that outlives it', async () => {
  const until = new Date(world.now.getTime() + 3_600_000)
  const brief = await world.key(us.organizationId, ['admin', 'clients:read'], until)
  const make = async (expiresAt?: string | null) =>
    (
      await brief.get(
        'mutation($at: DateTime) { createApiKey(input: { name: "x", scopes: ["clients:read"], expiresAt: $at }) { apiKey { expiresAt } secret userErrors { code field message } } }',
        { at: expiresAt },
      )
    ).createApiKey
  const told = {
    apiKey: null,
    secret: null,
    userErrors: [
      { code: 'EXPIRY_TOO_LATE', field: 'expiresAt', message: expect.stringContaining(until.toISOString()) },
    ],
  }
  expect(await make()).toEqual(told)
  expect(await make(null)).toEqual(told)
  expect(await make(new Date(until.getTime() + 1).toISOString())).toEqual(told)
  expect(await make(until.toISOString())).toMatchObject({ apiKey: { expiresAt: until.toISOString() }, userErrors: [] })
  expect(
    (await us.get('mutation { createApiKey(input: { name: "x", scopes: ["clients:read"] }) { apiKey { expiresAt } } }'))
      .createApiKey,
  ).toEqual({ apiKey: { expiresAt: null } })
})

test('the last use is written at most once a minute', async () => {
  const key = await world.key(us.organizationId, ['clients:read'])
  const lastUse = async () => {
    await new Promise(resolve => setTimeout(resolve, 150)) // it is written beside the request
    return new Date(
      `${(await world.database.read.query(`SELECT CAST(last_used_at AS CHAR) AS at FROM api_keys WHERE hash = '${sha256(key.secret)}'`))[0].at.replace(' ', 'T')}Z`,
    ).getTime()
  }
  const begin = world.now.getTime()
  await key.get('{ clients { totalCount } }')
  expect(await lastUse()).toBe(begin)
  world.now = new Date(begin + 59_000)
  await key.get('{ clients { totalCount } }')
  expect(await lastUse()).toBe(begin)
  world.now = new Date(begin + 60_000)
  await key.get('{ clients { totalCount } }')
  expect(await lastUse()).toBe(begin + 60_000)
})

test('the command line makes, lists and revokes keys beside the server', async () => {
  const made = await clientela(world, 'keys', 'create', 'partner', '--scopes', 'clients:read', '--json')
  expect(made).toMatchObject({ code: 0, stderr: '' })
  const { id, secret } = JSON.parse(made.stdout)
  const partner = new Tenant(world, us.organizationId, secret)
  expect((await partner.ask('{ clients { totalCount } }')).status).toBe(200)
  const listed = JSON.parse((await clientela(world, 'keys', 'list', '--json')).stdout)
  expect(listed).toContainEqual(
    expect.objectContaining({ id, name: 'partner', scopes: ['clients:read'], state: 'works' }),
  )
  expect(JSON.stringify(listed)).not.toContain(secret)
  expect((await clientela(world, 'keys', 'revoke', id)).code).toBe(0)
  expect((await partner.ask('{ clients { totalCount } }')).status).toBe(401)
})

test('the command line helps, and tells errors in words and in its exit code', async () => {
  const [help, unknown, wrongScope, noKey, verified] = await Promise.all([
    clientela(world, 'keys', 'create', '--help'),
    clientela(world, 'nonsense'),
    clientela(world, 'keys', 'create', 'x', '--scopes', 'all', '--json'),
    clientela(world, 'keys', 'revoke', 'key_unknown'),
    clientela(world, 'verify', '--json'),
  ])
  expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('--scopes') })
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("unknown command 'nonsense'") })
  expect(wrongScope.code).toBe(1)
  expect(JSON.parse(wrongScope.stdout)).toMatchObject({ error: { code: 'SCOPE_UNKNOWN' } })
  expect(noKey).toMatchObject({ code: 1, stderr: expect.stringContaining('clientela keys list') })
  expect(JSON.parse(verified.stdout)).toEqual({ organizations: 1, differences: [] })
})

test('a database of another version is refused with what to do', async () => {
  await world.database.write(manager =>
    manager.query("INSERT INTO migrations (timestamp, name) VALUES (9, 'FromTheFuture9')"),
  )
  const newer = await clientela(world, 'organizations', 'list')
  await world.database.write(manager => manager.query("DELETE FROM migrations WHERE name = 'FromTheFuture9'"))
  expect(newer).toMatchObject({ code: 1, stderr: expect.stringContaining('newer version') })
  if (world.database.dialect.name === 'sqlite') return
  await world.database.write(manager => manager.query('CREATE TABLE kept AS SELECT * FROM migrations'))
  await world.database.write(manager => manager.query('DELETE FROM migrations'))
  const older = await clientela(world, 'serve')
  await world.database.write(manager => manager.query('INSERT INTO migrations SELECT * FROM kept'))
  expect(older).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run migrate') })
})

test('an embedded database has one server, and a second one is told why it may not', async () => {
  if (world.database.dialect.name !== 'sqlite') return
  const first = lockForServer(world.location)
  try {
    expect(await clientela(world, 'serve')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Another server already uses the database'),
    })
    expect((await clientela(world, 'keys', 'list')).code).toBe(0)
  } finally {
    first.release()
  }
  const left = join(world.location.dataDir, 'staged', 'left.sqlite')
  mkdirSync(dirname(left), { recursive: true })
  writeFileSync(left, '')
  lockForServer(world.location).release()
  expect(existsSync(left)).toBe(false) // what a server left that was killed
})

test('an embedded database that is empty or older is migrated by whoever opens it', async () => {
  if (world.database.dialect.name !== 'sqlite') return
  const dataDir = mkdtempSync(join(tmpdir(), 'clientela-test-'))
  try {
    const older = Object.assign(Object.create(world) as World, { location: { dataDir } }) // the same world, elsewhere
    expect(JSON.parse((await clientela(older, 'organizations', 'list', '--json')).stdout)).toEqual([])
    expect(JSON.parse((await clientela(older, 'migrate', '--json')).stdout)).toEqual({ applied: [], collated: [] })
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})
