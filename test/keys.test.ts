import { sha256 } from '../src/lib/id.js'
import { Tenant, World } from './support/world.js'

let world: World
let us: Tenant
beforeAll(async () => {
  world = await World.start({ keyMilliseconds: 1000 }) // as a server has it
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

test('a malformed key is refused like an unknown one, before the body is read', async () => {
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

test('a key can grant only scopes that it holds and that exist', async () => {
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

test('another process that revokes a key or changes an organisation is heard here within a second', async () => {
  const there = await world.organization({ timeZone: 'Europe/Madrid' })
  const today = async () => (await there.ask('{ viewer { today } }')).data?.viewer.today
  const now = world.now
  world.now = new Date('2026-03-10T23:30:00Z')
  expect(await today()).toBe('2026-03-11')
  const elsewhere = (sql: string) => world.database.write(manager => manager.query(sql, [there.organizationId])) // past all that this process knows
  await elsewhere("UPDATE organizations SET time_zone = 'UTC' WHERE id = ?")
  await new Promise(resolve => setTimeout(resolve, 1001))
  expect(await today()).toBe('2026-03-10')
  await elsewhere("UPDATE api_keys SET revoked_at = '2026-03-10 11:00:00.000' WHERE organization_id = ?")
  await new Promise(resolve => setTimeout(resolve, 1001))
  expect(await there.ask('{ viewer { today } }')).toMatchObject({
    status: 401,
    errors: [{ message: 'This API key was revoked.' }],
  })
  world.now = now
})

test('a change of the organisation counts from the next request on', async () => {
  const there = await world.organization({ timeZone: 'Europe/Madrid' })
  const now = world.now
  world.now = new Date('2026-03-10T23:30:00Z')
  const { organization, viewer } = await there.get('{ organization { version } viewer { today } }')
  await there.do('updateOrganization', { version: organization.version, timeZone: 'America/New_York' })
  expect([viewer.today, (await there.get('{ viewer { today } }')).viewer.today]).toEqual(['2026-03-11', '2026-03-10'])
  world.now = now
})
