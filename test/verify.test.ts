import { isObjectType, type GraphQLSchema } from 'graphql'
import { resolvers } from '../src/features/index.js'
import { schemaOf } from '../src/graphql/schema.js'
import { clientQuery, organizationQuery } from '../src/verify/questions.js'
import { verify } from '../src/verify/verify.js'
import { unasked } from './support/unasked.js'
import { Tenant, World, type Json } from './support/world.js'

let world: World
let us: Tenant
let invoice: { id: string }
let allocation: { id: string }
let clientId: string

const differences = async (schema?: GraphQLSchema) => {
  const organization = await world.facts(us.organizationId)
  return verify(world.database, organization, { schema: schema ?? (await schemaOf(resolvers)), now: world.now })
}

/** Changes the database behind the server's back, looks, and puts it back. */
async function tampered(statement: string, undo: string) {
  await world.database.write(manager => manager.query(statement))
  const found = await differences()
  await world.database.write(manager => manager.query(undo))
  return found
}

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  const client = await us.client({ paymentTermsDays: 10 })
  clientId = client.id
  invoice = await us.invoice(client.id, '100.00', { authorisedOn: '2026-01-10', currency: 'USD', rate: '0.9' })
  await us.invoice(client.id, '7.50', { authorisedOn: '2026-01-11' })
  const payment = await us.do(
    'recordPayment',
    { invoiceId: invoice.id, amount: '40.00', paidOn: '2026-02-01', rate: '0.91' },
    'id version allocations { nodes { id } }',
  )
  ;[allocation] = payment.allocations.nodes
  const project = await us.project(client.id, { openedOn: '2026-01-01' })
  const user = await us.user()
  await us.do('createTimeEntry', { projectId: project.id, userId: user.id, minutes: 95 })
  await us.task(client.id, { dueOn: '2026-03-01' })
})
afterAll(() => world.stop())

test('verify finds nothing in a sound database', async () => {
  expect(await differences()).toEqual([])
})

test.each([
  ['a client', clientQuery, 'ClientOverview'],
  ['the organisation', organizationQuery, 'OrganizationOverview'],
])('verify asks for every figure of %s', async (_, query, overview) => {
  const schema = await schemaOf(resolvers)
  expect(unasked(schema, query, 'overview', overview)).toEqual([])
  expect(unasked(schema, query, 'overviewByMonth', 'OverviewMonth')).toEqual([])
})

test.each([
  [
    'OrganizationOverview',
    'projects',
    (value: Json) => ({ ...value, count: value.count + 1 }),
    '2026-03-10.overview.projects.count',
  ],
  ['OverviewMonth', 'paid', (value: Json) => ({ ...value, withoutRate: 7 }), '2026-03-10.months.23.paid.withoutRate'],
])('verify reports wrong figures of the organisation in %s.%s', async (type, field, wrong, path) => {
  const schema = await schemaOf(resolvers)
  const told = schema.getType(type)
  const definition = isObjectType(told) ? told.getFields()[field] : undefined
  const right = definition?.resolve
  if (!definition || !right) throw new Error(`${type}.${field} is not resolved.`)
  definition.resolve = async (...given) => wrong(await right(...given))
  expect(await differences(schema)).toContainEqual(expect.objectContaining({ record: us.organizationId, field: path }))
})

test('verify compares the organisation with all its clients together', async () => {
  const second = await us.client()
  await us.invoice(second.id, '11.00', { authorisedOn: '2026-02-10', currency: 'JPY' })
  await us.do('createTimeEntry', {
    projectId: (await us.project(second.id, { openedOn: '2025-01-01' })).id,
    userId: (await us.user()).id,
    minutes: 25,
    date: '2025-04-30',
  })
  for (const { id } of [{ id: clientId }, second]) await us.deal(id, { value: '0.01', probability: 50 }) // half a cent each
  await us.deal(second.id, { value: '80000000000000', probability: 99 })
  await us.do('archiveClient', { id: second.id, version: second.version })
  expect(await differences()).toEqual([])
})

test('verify reports a sum that does not follow from its lines', async () => {
  const found = await tampered(
    `UPDATE invoices SET payable = 10001 WHERE id = '${invoice.id}'`,
    `UPDATE invoices SET payable = 10000 WHERE id = '${invoice.id}'`,
  )
  expect(found).toContainEqual(
    expect.objectContaining({ record: invoice.id, field: 'payable', expected: '10000', found: '10001' }),
  )
})

test('verify reports an invoice settled above its payable amount', async () => {
  const found = await tampered(
    `UPDATE allocations SET amount = 10100 WHERE id = '${allocation.id}'`,
    `UPDATE allocations SET amount = 4000 WHERE id = '${allocation.id}'`,
  )
  expect(found).toContainEqual(expect.objectContaining({ record: invoice.id, field: 'taken on 2026-02-01' }))
})

test('verify reports a gap in the numbers', async () => {
  const found = await tampered(
    `UPDATE invoices SET number = 'F2026/0004' WHERE number = 'F2026/0003'`,
    `UPDATE invoices SET number = 'F2026/0003' WHERE number = 'F2026/0004'`,
  )
  expect(found).toContainEqual(
    expect.objectContaining({ field: 'number', expected: 'F2026/0003', found: 'F2026/0004' }),
  )
})

test('verify reports a deal whose category differs from its stage, and one with a wrong base amount', async () => {
  const deal = await us.deal(clientId, { value: '10', currency: 'USD', rate: '0.9' })
  const set = (columns: string) => `UPDATE deals SET ${columns} WHERE id = '${deal.id}'`
  const found = await tampered(set("category = 'WON', value_base = 901"), set("category = 'OPEN', value_base = 900"))
  expect(found).toEqual([
    { organization: us.organizationId, record: deal.id, field: 'value_base', expected: '900', found: '901' },
    { organization: us.organizationId, record: deal.id, field: 'category', expected: 'OPEN', found: 'WON' },
  ])
})

test('verify reports a quote whose total does not follow from its lines', async () => {
  const quote = await us.quote(clientId, '10')
  const found = await tampered(
    `UPDATE quotes SET total = 1001 WHERE id = '${quote.id}'`,
    `UPDATE quotes SET total = 1000 WHERE id = '${quote.id}'`,
  )
  expect(found).toEqual([
    { organization: us.organizationId, record: quote.id, field: 'total', expected: '1000', found: '1001' },
  ])
})

test('verify reports a record that refers to another organisation', async () => {
  const other = await world.organization()
  const stranger = await other.client()
  const [{ client_id: own }] = await world.database.read.query(`SELECT client_id FROM tasks`)
  const found = await tampered(`UPDATE tasks SET client_id = '${stranger.id}'`, `UPDATE tasks SET client_id = '${own}'`)
  expect(found).toContainEqual(expect.objectContaining({ field: 'clientId', found: stranger.id }))
})

describe('rates', () => {
  const day = { invoice: '2026-02-10', kept: '2026-02-08' }
  let taken: Json
  let parts: Json[]

  beforeAll(async () => {
    for (const [on, rate] of [
      ['2026-02-01', '0.8'],
      [day.kept, '0.7'],
    ] as const) {
      await us.do('createExchangeRate', { currency: 'GBP', day: on, rate })
    }
    world.now = new Date('2026-03-10T12:00:00Z')
    taken = await us.invoice(clientId, '0.10', { currency: 'GBP', authorisedOn: day.invoice }, 'id rate')
    const late = await us.invoice(clientId, '0.10', { currency: 'CHF', authorisedOn: day.invoice }, 'id version')
    for (const amount of ['0.03', '0.03', '0.04'])
      await us.do('recordPayment', { invoiceId: late.id, amount, paidOn: day.invoice })
    const { setRate } = await us.get(
      'mutation($input: SetRateInput!) { setRate(input: $input) { userErrors { code } } }',
      { input: { id: late.id, version: late.version, rate: '0.5' } },
    )
    expect([taken.rate, setRate.userErrors]).toEqual(['0.7', []])
    parts = await world.database.read.query(
      `SELECT id, invoice_base FROM allocations WHERE invoice_id = '${late.id}' ORDER BY id`,
    )
  })

  test('verify finds nothing where rates were taken from those kept, changed there since, or given late', async () => {
    expect(parts.map(({ invoice_base: part }) => Number(part))).toEqual([2, 2, 1])
    const [kept] = (await us.get('{ exchangeRates(filter: { currency: { eq: "GBP" } }) { nodes { id version day } } }'))
      .exchangeRates.nodes
    await us.do('updateExchangeRate', { id: kept.id, version: kept.version, rate: '0.71' })
    expect([kept.day, await differences()]).toEqual([day.kept, []])
  })

  test('verify reports a part in base that does not follow from the late rate of its invoice', async () => {
    const set = (part: number) => `UPDATE allocations SET invoice_base = ${part} WHERE id = '${parts[2]?.id}'`
    const found = await tampered(set(2), set(1))
    expect(found).toContainEqual({
      organization: us.organizationId,
      record: parts[2]?.id,
      field: 'invoice_base',
      expected: '1',
      found: '2',
    })
  })

  test.each([
    ['is none that was kept', 'rate = 7200000000, payable_base = 7, net_base = 7', 'rate'],
    [
      'is more than 7 days old',
      "rate = 8000000000, rate_day = '2026-02-01', payable_base = 8, net_base = 8",
      'rate_day',
    ],
  ])('verify reports a taken rate that %s', async (_, columns, field) => {
    const set = (to: string) => `UPDATE invoices SET ${to} WHERE id = '${taken.id}'`
    const found = await tampered(
      set(columns),
      set(`rate = 7000000000, rate_day = '${day.kept}', payable_base = 7, net_base = 7`),
    )
    expect(found).toContainEqual(expect.objectContaining({ record: taken.id, field }))
  })

  test('verify reports a taken rate where a later one had been kept', async () => {
    const set = (kept: string) =>
      `UPDATE exchange_rates SET day = '${kept}', rate = 7000000000 WHERE currency = 'GBP' AND day = '${kept === '2026-02-05' ? '2026-02-01' : '2026-02-05'}'`
    await world.database.write(manager =>
      manager.query(`UPDATE invoices SET rate_day = '2026-02-05' WHERE id = '${taken.id}'`),
    )
    const found = await tampered(set('2026-02-05'), set('2026-02-01'))
    await world.database.write(manager =>
      manager.query(`UPDATE invoices SET rate_day = '${day.kept}' WHERE id = '${taken.id}'`),
    )
    expect(found).toContainEqual(
      expect.objectContaining({
        record: taken.id,
        field: 'rate_day',
        expected: '2026-02-08, the last kept by 2026-02-10',
        found: '2026-02-05',
      }),
    )
  })
})

describe('kept figures', () => {
  const overview = `overview { invoices { overdue { count } } tasks { open { count } } }`
  beforeAll(async () => {
    await us.get(`{ clients { nodes { ${overview} } } }`)
    await world.settled()
    expect(await differences()).toEqual([])
  })

  test('that say something else than the rows they were worked out of are reported', async () => {
    const [{ invoices }] = await world.database.read.query('SELECT invoices FROM client_figures WHERE client_id = ?', [
      clientId,
    ])
    const found = await tampered(
      `UPDATE client_figures SET invoices = NULL WHERE client_id = '${clientId}'`,
      `UPDATE client_figures SET invoices = '${invoices}' WHERE client_id = '${clientId}'`,
    )
    expect(found).toContainEqual(
      expect.objectContaining({ record: clientId, field: 'kept.2026-03-10.overview.sales.overdue.count' }),
    )
    expect(found.every(({ record, field }) => record === clientId && field.startsWith('kept.'))).toBe(true)
  })

  test('that hold a day too long are reported before that day comes', async () => {
    const client = await us.client()
    await us.task(client.id, { dueOn: '2026-03-20' })
    await us.get(`query($id: ID!) { client(id: $id) { ${overview} } }`, { id: client.id })
    await world.settled()
    const until = (day: string) => `UPDATE client_figures SET valid_until = '${day}' WHERE client_id = '${client.id}'`
    const found = await tampered(until('2026-03-21'), until('2026-03-20'))
    expect(found.map(({ record, field }) => [record, field])).toContainEqual([
      client.id,
      'kept.2026-03-20.tasks.due.count',
    ])
    expect(await differences()).toEqual([])
  })

  test('whose client is gone are reported', async () => {
    const found = await tampered(
      `INSERT INTO client_figures SELECT organization_id, 'cli_gone', position, shape, valid_from, valid_until, projects, tasks, purchase_orders, invoices, deals, quotes, overdue, overdue_without_rate, overdue_invoices, outstanding, outstanding_without_rate, outstanding_invoices, total_hours, project_count, overdue_tasks, open_tasks, open_orders, open_deals FROM client_figures WHERE client_id = '${clientId}'`,
      "DELETE FROM client_figures WHERE client_id = 'cli_gone'",
    )
    expect(found).toEqual([
      {
        organization: us.organizationId,
        record: 'cli_gone',
        field: 'kept',
        expected: 'none, since the client is gone',
        found: 'figures',
      },
    ])
  })

  test('of the organisation that are of other documents are reported', async () => {
    await us.get('{ organization { overview { tasks { open { count } } } } }')
    await world.settled()
    const [{ figures }] = await world.database.read.query('SELECT figures FROM organization_figures')
    const set = (text: string) => `UPDATE organization_figures SET figures = '${text}'`
    const found = await tampered(set('[5,0,0,0,5]'), set(figures))
    expect(found).toContainEqual(
      expect.objectContaining({
        record: us.organizationId,
        field: 'kept.2026-03-10.overview.tasks.open.count',
        found: '5',
      }),
    )
    expect(found.every(({ record, field }) => record === us.organizationId && field.startsWith('kept.'))).toBe(true)
  })
})
