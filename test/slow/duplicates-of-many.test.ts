import { copyClient } from '../support/many-clients.js'
import { World, type Json, type Tenant } from '../support/world.js'

let world: World
let us: Tenant

beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())
beforeEach(async () => {
  us = await world.organization()
})

// Compared each with all others, 10,000 held the server for more than a minute.
test.each([
  ['that share one key', { name_key: "'roca'", phone_key: 'NULL', domain_key: 'NULL' }, 0],
  [
    'that share all keys with 19 others',
    { name_key: "CONCAT('n', n - n % 20)", phone_key: 'n - n % 20', domain_key: "CONCAT('d', n - n % 20)" },
    100,
  ],
  [
    'of which each second shares one with another',
    { name_key: "CONCAT('n', n - n % 2)", phone_key: 'NULL', domain_key: 'NULL' },
    60,
  ],
  ['that share none', { name_key: "CONCAT('n', n)", phone_key: 'n', domain_key: 'NULL' }, undefined],
])('likely duplicates are found among 10,000 clients %s', async (_name, keys, score) => {
  const { id } = await us.client({ legalName: 'Other' })
  await copyClient(world.database, id, 10_000, keys)
  const found = (await us.get('{ clientDuplicates(first: 100) { score } }')).clientDuplicates
  expect(found.map((each: Json) => each.score)).toEqual(score ? Array(100).fill(score) : [])
  const { clients } = await us.get(
    '{ clients(first: 100, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { id likelyDuplicates { score } } } }',
  )
  const ofEach = score === 100 ? 10 : score === 60 ? 1 : 0
  expect(clients.nodes.map(({ likelyDuplicates }: Json) => likelyDuplicates.length)).toEqual(
    clients.nodes.map(({ id: each }: Json) => (each === id ? 0 : ofEach)),
  )
})
