import { keyScopes } from '../src/model/permission.js'
import { refusal } from './support/refusal.js'
import { World, type Tenant } from './support/world.js'

let world: World
let all: Tenant

beforeAll(async () => {
  world = await World.start()
  all = await world.organization()
})
afterAll(() => world.stop())

describe('the e-mail addresses of people', () => {
  const address = 'canary@people.example'
  let person: { id: string; version: number }
  beforeAll(async () => {
    person = await all.do('createUser', { name: 'Canary Person', email: 'before@people.example' })
    await all.do('updateUser', { id: person.id, version: person.version, email: address })
  })
  const exported = async (secret: string, path: string) => {
    const answer = await fetch(new URL(path, world.url), { headers: { 'x-api-key': secret } })
    return { status: answer.status, text: await answer.text() }
  }
  const unread = (at: string) =>
    expect.objectContaining({
      status: 403,
      data: null,
      code: 'FORBIDDEN',
      missing: ['admin'],
      fields: [at],
      statements: 0,
    })

  test('are visible to admin only, names to every key', async () => {
    const [admin, other] = [
      await world.key(all.organizationId, ['admin']),
      await world.key(all.organizationId, ['clients:write']),
    ]
    const whole = '{ users(first: 100) { nodes { name email } } }'
    expect((await admin.get(whole)).users.nodes).toContainEqual({ name: 'Canary Person', email: address })
    expect((await other.get('{ users(first: 100) { nodes { name } } }')).users.nodes).toContainEqual({
      name: 'Canary Person',
    })
    expect(await refusal(other, whole)).toEqual(unread('users.nodes.email'))
    expect(await refusal(other, `{ node(id: "${person.id}") { ... on User { email } } }`)).toEqual(unread('node.email'))
    expect(await refusal(other, '{ clients { nodes { owner { email } } } }')).toEqual(
      unread('clients.nodes.owner.email'),
    )
    expect(
      await refusal(other, 'query($f: UserFilter) { users(filter: $f) { totalCount } }', {
        f: { not: { email: { startsWith: 'canary' } } },
      }),
    ).toEqual(unread('users.filter.not.email'))
  })

  test('are left out of history and tables for keys without admin', async () => {
    const every = [...keyScopes].filter(scope => scope !== 'admin')
    const other = await world.key(all.organizationId, every)
    const events = `{ activityEvents(first: 100, filter: { subjectId: { eq: "${person.id}" } }) { nodes { before after summary changes { field before after } } } user(id: "${person.id}") { activity { nodes { before after } } } }`
    expect(JSON.stringify(await all.get(events))).toContain(address)
    const told = await other.get(events)
    expect(JSON.stringify(told)).not.toContain('people.example')
    expect(told.activityEvents.nodes.at(-1)).toMatchObject({ before: null, after: { name: 'Canary Person' } })
    for (const path of ['/export/v1/users.csv', '/export/v1/lists/users.csv']) {
      const [whole, some, asked] = [
        await exported(all.secret, path),
        await exported(other.secret, path),
        await exported(other.secret, `${path}?columns=name,email`),
      ]
      expect([whole.status, whole.text.includes(address)]).toEqual([200, true])
      expect([
        some.status,
        some.text.includes('Canary Person'),
        some.text.includes('people.example'),
        some.text.split('\r\n')[0]?.includes('email'),
      ]).toEqual([200, true, false, false])
      expect([asked.status, asked.text]).toEqual([
        403,
        expect.stringContaining('lacks admin, which email of users need'),
      ])
    }
    const filtered = await exported(
      other.secret,
      `/export/v1/lists/users.csv?filter=${encodeURIComponent('{"email":{"startsWith":"canary"}}')}`,
    )
    expect([filtered.status, filtered.text]).toEqual([403, expect.stringContaining('admin')])
  })
})
