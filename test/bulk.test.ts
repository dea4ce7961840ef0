import { contentOf } from './support/content.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
})
afterAll(() => world.stop())

const several = async (count: number, given: object = {}): Promise<{ id: string; version: number }[]> => {
  const made: { id: string; version: number }[] = []
  for (let at = 0; at < count; at++) made.push(await us.client(given))
  return made
}
const fields = 'id version tags archivedAt owner { name }'

test('archives and brings back several clients at once, each with its event', async () => {
  const clients = await several(3)
  const archived = await us.do('archiveClients', { clients }, fields)
  expect(archived.map(({ id, version }: Json) => ({ id, version }))).toEqual(
    clients.map(({ id }) => ({ id, version: 2 })),
  )
  expect(archived.every(({ archivedAt }: Json) => archivedAt === world.now.toISOString())).toBe(true)
  const back = await us.do(
    'unarchiveClients',
    { clients: archived.map(({ id, version }: Json) => ({ id, version })) },
    fields,
  )
  expect(back.map(({ archivedAt }: Json) => archivedAt)).toEqual([null, null, null])
  const { client } = await us.get('query($id: ID!) { client(id: $id) { activity { nodes { kind } } } }', {
    id: clients[1]?.id,
  })
  expect(client.activity.nodes.map(({ kind }: Json) => kind)).toEqual([
    'CLIENT_UNARCHIVED',
    'CLIENT_ARCHIVED',
    'CLIENT_CREATED',
  ])
})

test('puts tags on several clients and takes them off; clients that have them already stay unchanged', async () => {
  const [first, second] = await several(2, { tags: ['a', 'b'] })
  const [third] = await several(1)
  const tagged = await us.do(
    'tagClients',
    { clients: [first, second, third], add: [' vip ', 'a'], remove: ['b'] },
    fields,
  )
  expect(tagged.map(({ tags, version }: Json) => [tags, version])).toEqual([
    [['a', 'vip'], 2],
    [['a', 'vip'], 2],
    [['a', 'vip'], 2],
  ])
  const again = await us.do(
    'tagClients',
    { clients: tagged.map(({ id, version }: Json) => ({ id, version })), add: ['vip'] },
    fields,
  )
  expect(again.map(({ version }: Json) => version)).toEqual([2, 2, 2])
})

test('gives several clients to a user, and to nobody', async () => {
  const clients = await several(2)
  const user = await us.user({ name: 'Marta' })
  const given = await us.do('assignClients', { clients, ownerId: user.id }, fields)
  expect(given.map(({ owner }: Json) => owner.name)).toEqual(['Marta', 'Marta'])
  const free = await us.do(
    'assignClients',
    { clients: given.map(({ id, version }: Json) => ({ id, version })), ownerId: null },
    fields,
  )
  expect(free.map(({ owner }: Json) => owner)).toEqual([null, null])
})

test('changes no row where one cannot be changed, and names every such row', async () => {
  const them = await world.organization()
  const theirs = await them.client()
  const [good, stale, archived] = await several(3)
  await us.do('archiveClient', { id: archived?.id, version: 1 })
  await us.do('updateClient', { id: stale?.id, version: 1, notes: 'x' })
  const before = await contentOf(world)
  const { record, userErrors } = await us.try('archiveClients', {
    clients: [good, stale, { id: archived?.id, version: 2 }, theirs, good],
  })
  expect(record).toBeNull()
  expect(userErrors.map(({ code, field }) => [code, field])).toEqual([
    ['CONFLICT', 'clients.1.version'],
    ['ALREADY_ARCHIVED', 'clients.2'],
    ['NOT_FOUND', 'clients.3.id'],
    ['CLIENT_TWICE', 'clients.4.id'],
  ])
  expect(userErrors[0]?.message).toMatch(/version 2, you sent 1/)
  expect((await contentOf(world)) === before).toBe(true)
})

test.each([
  ['no client', 'archiveClients', { clients: [] }, 'CLIENTS_REQUIRED'],
  ['no tags', 'tagClients', { clients: [1] }, 'TAGS_REQUIRED'],
  ['a tag to add and to remove', 'tagClients', { clients: [1], add: ['a'], remove: [' a'] }, 'TAGS_INVALID'],
  ['a tag with a comma', 'tagClients', { clients: [1], add: ['a,b'] }, 'TAGS_INVALID'],
  ['a client twice', 'assignClients', { clients: [1, 1], ownerId: null }, 'CLIENT_TWICE'],
])('refuses %s', async (_what, mutation, input, code) => {
  const client = await us.client()
  const { userErrors } = await us.try(mutation, { ...input, clients: input.clients.map(() => client) })
  expect(userErrors.map(error => error.code)).toEqual([code])
})

test('takes 200 clients and no more, in a number of statements that grows with the rows alone', async () => {
  const clients = await several(201)
  const { userErrors } = await us.try('archiveClients', { clients })
  expect(userErrors).toEqual([
    {
      code: 'CLIENTS_TOO_MANY',
      message: 'One change takes at most 200 clients; you sent 201.',
      field: 'clients',
    },
  ])
  const counted = async (some: Json[], mutation: string) => {
    const before = world.database.statements
    await us.do(mutation, { clients: some })
    return world.database.statements - before
  }
  const one = await counted(clients.slice(0, 1), 'archiveClients')
  // Three statements a row, which has a version of its own and leaves two places of the search index, one for every
  // hundred events, and one for the position that so many changes take.
  expect(await counted(clients.slice(1, 201), 'archiveClients')).toBe(one + 3 * 199 + 2)
})

test('names the row of a malformed id', async () => {
  const client = await us.client()
  const { errors } = await us.ask(
    'mutation($input: BulkClientsInput!) { archiveClients(input: $input) { userErrors { code } } }',
    { input: { clients: [client, { id: 'nonsense', version: 1 }] } },
  )
  expect(errors?.[0]).toMatchObject({
    message: expect.stringContaining('clients.1.id'),
    extensions: { code: 'BAD_USER_INPUT' },
  })
})

test('gives the second of two writers who change the same clients a conflict', async () => {
  const clients = await several(5)
  const both = await Promise.all([
    us.try('tagClients', { clients, add: ['x'] }),
    us.try('tagClients', { clients: [...clients].reverse(), add: ['y'] }),
  ])
  const lost = both.filter(({ record }) => record === null)
  expect(lost.length).toBe(1)
  expect(lost[0]?.userErrors.map(({ code }) => code)).toEqual(Array.from({ length: 5 }, () => 'CONFLICT'))
})
