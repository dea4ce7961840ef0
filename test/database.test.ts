import { Tenant, World } from './support/world.js'

let world: World
let us: Tenant

const blocks = {
  projects: 'projects { count totalHours }',
  tasks: 'tasks { overdue { count } upcomingWithin(days: 7) { count } }',
  purchaseOrders: 'purchaseOrders { total { count amount { base { amount } } } }',
  invoices: 'invoices { overdue { count amount { amounts { amount } } } unappliedCredit { withoutRate } }',
}
const page = (first: number, overview: string) => `{ clients(first: ${first}) { nodes { legalName ${overview ? `overview { ${overview} }` : ''} } } }`

async function statements(query: string): Promise<string[]> {
  const trace: string[] = []
  world.database.trace = trace
  await us.get(query)
  world.database.trace = null
  return trace
}

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  for (let at = 0; at < 100; at++) await us.client()
  const [client] = (await us.get('{ clients(first: 1) { nodes { id } } }')).clients.nodes
  await us.invoice(client.id, '10.00', { authorisedOn: '2026-01-10', dueOn: '2026-01-20' })
  await statements(page(1, '')) // the first use of the key is written once a minute
})
afterAll(() => world.stop())

test.each([1, 20, 100])('a page of %i clients with every block costs 4 statements, authentication included', async first => {
  expect(await statements(page(first, Object.values(blocks).join(' ')))).toHaveLength(4)
})

test.each([1, 20, 100])('lists below a page of %i clients add one statement each', async first => {
  const query = `{ clients(first: ${first}) { nodes { contacts(first: 2) { nodes { name } } invoices(first: 2) { nodes { number lines { description } client { legalName } } } overview { invoices { overdue { count invoices(first: 1) { nodes { number } } } } } } } }`
  expect((await statements(query)).length).toBeLessThanOrEqual(8)
})

test('blocks that are not selected cost nothing', async () => {
  const tables = { projects: /\bFROM projects\b/, tasks: /\bFROM tasks\b/, purchaseOrders: /\bFROM purchase_orders\b/, invoices: /\bFROM allocations\b/ }
  for (const [name, block] of Object.entries(blocks)) {
    const text = (await statements(page(5, block))).join('\n')
    for (const [other, table] of Object.entries(tables)) expect({ name, other, read: table.test(text) }).toEqual({ name, other, read: other === name })
  }
  expect(await statements(page(5, 'asOf'))).toHaveLength(2)
})

test('totalCount is counted only where it is selected, and alone reads no rows', async () => {
  expect((await statements(page(5, ''))).filter(sql => sql.includes('COUNT'))).toHaveLength(0)
  const counting = await statements('{ clients { totalCount } }')
  expect(counting).toHaveLength(2)
  expect(counting[1]).toContain('COUNT')
})

test('the migrated database is what the entities say, and migrating again changes nothing', async () => {
  expect(await world.database.drift()).toEqual([])
  expect(await world.database.migrate()).toEqual([])
  expect(await world.database.schemaState()).toBe('current')
})

test('text is compared byte by byte', async () => {
  await us.client({ legalName: 'Àgora', externalId: 'abc' })
  await us.client({ legalName: 'Agora', externalId: 'ABC' })
  const count = async (filter: string) => (await us.get(`{ clients(filter: ${filter}) { totalCount } }`)).clients.totalCount
  expect(await count('{ externalId: { eq: "abc" } }')).toBe(1)
  expect(await count('{ externalId: { eq: "abc " } }')).toBe(0)
  expect(await count('{ legalName: { eq: "agora" } }')).toBe(0)
  expect(await count('{ legalName: { startsWith: "àgo" } }')).toBe(2)
})

test('the connection for reading cannot write on SQLite, and foreign keys hold on both', async () => {
  if (world.database.dialect.name === 'sqlite') {
    await expect(world.database.read.query("UPDATE clients SET version = 9")).rejects.toThrow(/readonly/)
  }
  await expect(world.database.write(manager => manager.query("UPDATE invoices SET client_id = 'cli_00000000000000000000000000'"))).rejects.toMatchObject({ code: 'IN_USE' })
})
