import type { Json, Tenant } from './support/world.js'
import { World } from './support/world.js'
import { mergingIn } from './support/merging.js'
import { forgetFigures, listedOrders, listOrderedBy, liveAnswer } from './support/kept-figures.js'

// Lists of clients that name figures are read from kept rows where each holds. They are the same lists.

let world: World
let us: Tenant
let clients: string[]
beforeAll(async () => {
  world = await World.start()
  world.now = new Date('2026-03-10T10:30:00Z')
  us = await world.organization()
  clients = []
  const user = await us.user()
  for (let at = 0; at < 8; at++) {
    const { id } = await us.client({ ownerId: user.id })
    clients.push(id)
    if (at < 2) continue // nothing hangs on these
    const project = await us.project(id, { openedOn: '2026-01-01' })
    await us.do('createTimeEntry', { projectId: project.id, userId: user.id, minutes: 7 * at, date: '2026-02-01' })
    await us.task(id, { openedOn: '2026-01-01', dueOn: at % 2 ? '2026-03-09' : '2026-03-11' })
    await us.invoice(id, String(at % 3), { dueOn: at % 2 ? '2026-03-01' : '2026-03-10', authorisedOn: '2026-02-01' })
    if (at === 5) await us.invoice(id, '4', { currency: 'USD', dueOn: '2026-03-01', authorisedOn: '2026-02-01' })
    if (at % 2) await us.deal(id)
    const order = await us.do('createPurchaseOrder', {
      clientId: id,
      number: `PO-${at}`,
      lines: [{ description: 'Feina', quantity: '1', unitPrice: '1' }],
    })
    if (at > 4) await us.do('openPurchaseOrder', order)
  }
}, 60_000)
afterAll(() => world.stop())

const fields = 'totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage }'

/** Statements of a query, with what it answers. */
async function traced(query: string) {
  const trace: string[] = []
  world.database.trace = trace
  const data = await us.get(query)
  world.database.trace = null
  return { data, trace }
}

/** Asks with nothing kept and with all kept; both are what is worked out of the documents. */
async function holdsFor(query: string) {
  const live = await liveAnswer(us, query)
  await forgetFigures(us)
  expect(await us.get(query)).toEqual(live)
  await world.settled()
  const { data, trace } = await traced(query)
  expect(data).toEqual(live)
  for (const sql of trace.filter(each => each.includes(' clients t'))) expect(sql).toContain('client_figures k')
  return data
}

test.each(listedOrders)('by $name in both directions, forwards and backwards', async ({ order }) => {
  for (const direction of ['ASC', 'DESC'] as const) {
    const { clients: whole } = await holdsFor(listOrderedBy(order, direction))
    expect(whole.edges).toHaveLength(clients.length)
    const { cursor } = whole.edges[3]
    for (const part of [`first: 2, after: "${cursor}"`, `last: 2, before: "${cursor}"`, `first: 3`, `last: 3`])
      await holdsFor(`{ clients(${part}, orderBy: { field: ${order}, direction: ${direction} }) { ${fields} } }`)
  }
})

test.each(listedOrders)('that are filtered by $name', async ({ name }) => {
  const value = (amount: number) => (/^(overdue|outstanding|totalHours)$/.test(name) ? `"${amount}"` : amount)
  const filters = [
    `{ ${name}: { gt: ${value(0)} } }`,
    `{ not: { ${name}: { lte: ${value(1)} } } }`,
    `{ or: [{ ${name}: { eq: ${value(0)} } }, { id: { eq: "${clients[2]}" } }] }`,
    `{ ${name}: { gt: ${value(90_000)} } }`,
    `{ and: [{ ${name}: { isNull: false } }, { overdueTasks: { eq: 1 } }] }`,
  ]
  for (const filter of filters) {
    await holdsFor(`{ clients(filter: ${filter}) { ${fields} } }`)
    await holdsFor(
      `{ clients(first: 2, filter: ${filter}, orderBy: { field: OUTSTANDING, direction: DESC }) { ${fields} } }`,
    )
  }
})

test('of the clients that each user looks after', async () => {
  const list = 'ownedClients(first: 3, filter: { openTasks: { gt: 0 } }, orderBy: { field: OVERDUE, direction: DESC })'
  await us.user()
  await holdsFor(`{ users { nodes { ${list} { ${fields} } } } }`)
}, 20_000)

test('of a past day are worked out', async () => {
  const past = `{ clients(asOf: "2026-03-09", orderBy: { field: OVERDUE, direction: DESC }) { ${fields} } }`
  await us.get(listOrderedBy('OVERDUE', 'DESC'))
  await world.settled()
  const { data, trace } = await traced(past)
  expect(data).toEqual(await liveAnswer(us, past))
  expect(trace.join('\n')).not.toContain('client_figures k')
})

test('take one statement, which reads rows in the order of their index', async () => {
  const page =
    '{ clients(first: 3, orderBy: { field: OVERDUE, direction: DESC }) { nodes { id overview { invoices { overdue { count } } } } } }'
  await us.get(page)
  await world.settled()
  const sent: [string, readonly unknown[]][] = []
  world.database.onStatement = (sql, values) => sent.push([sql, values])
  await us.get(page)
  world.database.onStatement = null
  expect(sent).toHaveLength(1)
  const [[sql, values] = ['', []]] = sent
  const isSqlite = world.database.dialect.name === 'sqlite'
  const explain = `EXPLAIN ${isSqlite ? 'QUERY PLAN ' : ''}${sql}`
  // The connection is given back: libsql goes on reading what it saw as it explained.
  const plan = JSON.stringify(await world.database.snapshot(read => read.query(explain, values)))
  expect(plan).toContain('ix_client_figures_overdue')
  expect(plan).not.toMatch(/filesort|TEMP B-TREE/)
})

/** The clients in the order of a figure, which must be the order of its values. */
const ordered = async (order: string): Promise<string[]> =>
  (await us.get(listOrderedBy(order, 'DESC'))).clients.edges.map(({ node }: Json) => node.id)

test('see a change at once, and the client that is gone no more', async () => {
  const { id } = await us.client()
  await us.task(id, { dueOn: '2026-03-01' })
  await us.task(id, { dueOn: '2026-03-01' })
  expect((await ordered('OVERDUE_TASKS'))[0]).toBe(id)
  await us.task(clients[0] ?? '', { dueOn: '2026-03-01' })
  for (const _ of [1, 2]) await us.task(clients[0] ?? '', { dueOn: '2026-03-02' })
  expect((await ordered('OVERDUE_TASKS')).slice(0, 2)).toEqual([clients[0], id])
  const { merge, unmerge } = mergingIn(() => us)
  await merge(clients[1] ?? '', id)
  expect(await ordered('OVERDUE_TASKS')).not.toContain(id)
  await us.do('unmergeClients', await unmerge(id))
  expect((await ordered('OVERDUE_TASKS')).slice(0, 2)).toEqual([clients[0], id])
})

test('see the change of a client of whom nobody asked, though those of others are kept', async () => {
  const [first, second] = [await us.client(), await us.client()]
  for (const { id } of [first, second, second, first, first])
    for (const _ of [1, 2, 3]) await us.task(id, { dueOn: '2026-03-01' })
  await us.get('query($id: ID!) { client(id: $id) { overview { tasks { open { count } } } } }', { id: second.id })
  await world.settled()
  expect((await ordered('OVERDUE_TASKS')).slice(0, 2)).toEqual([first.id, second.id])
})

test('see the day turn', async () => {
  const { id } = await us.client()
  for (let at = 0; at < 12; at++) await us.task(id, { dueOn: '2026-03-10' })
  expect((await ordered('OVERDUE_TASKS'))[0]).not.toBe(id)
  world.now = new Date('2026-03-11T10:30:00Z')
  expect((await ordered('OVERDUE_TASKS'))[0]).toBe(id)
  world.now = new Date('2026-03-10T10:30:00Z')
  expect((await ordered('OVERDUE_TASKS'))[0]).not.toBe(id)
})

test('are worked out where the figures of a client cannot be kept', async () => {
  const list = listOrderedBy('OPEN_TASKS', 'DESC')
  const live = await us.get(list)
  await world.settled()
  const [{ shape }] = await world.database.read.query('SELECT shape FROM client_figures WHERE client_id = ?', [
    clients[2],
  ])
  const setShape = (to: number) =>
    world.database.write(session =>
      session.run('UPDATE client_figures SET shape = ?, open_tasks = 99 WHERE client_id = ?', [to, clients[2]]),
    )
  await setShape(-1)
  expect(await us.get(list)).toEqual(live)
  await setShape(Number(shape) - 1)
  expect(await us.get(list)).toEqual(live)
  await world.settled()
  expect(await us.get(list)).toEqual(live)
})
