import { keyScopes, type KeyScope } from '../src/model/permission.js'
import { lineOf } from './support/document-line.js'
import { figuresIn } from './support/organization-figures.js'
import { nothing, only, sumFields } from './support/sums.js'
import { Tenant, World } from './support/world.js'

// The organisation's overview, with numbers worked out by hand. Today is 2026-03-10 unless a test says otherwise.

const present = new Date('2026-03-10T11:00:00Z')
let world: World
let us: Tenant
beforeAll(async () => {
  world = await World.start()
})
beforeEach(async () => {
  world.now = present
  us = await world.organization()
})
afterAll(() => world.stop())

const { overview, ofEverybody, failing } = figuresIn(() => us)

/** The statements that a query costs where the server knows the key. */
async function statements(query: string, tenant = us): Promise<string[]> {
  await tenant.get('{ __typename }') // the first use of a key is written once a minute
  await new Promise(resolve => setTimeout(resolve, 50))
  await tenant.get(query) // figures that nobody has asked for yet are kept behind the answer
  await world.settled()
  const trace: string[] = []
  world.database.trace = trace
  await tenant.get(query)
  world.database.trace = null
  return trace
}

describe('the organisation', () => {
  test('has the figures of all its clients together, archived ones included, and of nobody else', async () => {
    const [first, second] = [await us.client(), await us.client()]
    await us.invoice(first.id, '100', { authorisedOn: '2026-01-10', dueOn: '2026-02-09' })
    await us.invoice(second.id, '40', { authorisedOn: '2026-01-10', dueOn: '2026-03-10' })
    await us.invoice(second.id, '', {
      kind: 'PURCHASE',
      supplierNumber: 'S',
      issuedOn: '2026-03-01',
      authorisedOn: '2026-03-01',
      lines: [lineOf('7')],
    })
    const project = await us.project(first.id, { openedOn: '2026-01-01' })
    await us.do('createTimeEntry', {
      projectId: project.id,
      userId: (await us.user()).id,
      date: '2026-02-01',
      minutes: 50,
    })
    await us.task(first.id, { dueOn: '2026-03-09', openedOn: '2026-01-01' })
    await us.task(second.id, { dueOn: '2026-03-17', openedOn: '2026-01-01' })
    const order = await us.do('createPurchaseOrder', { clientId: second.id, number: '1', lines: [lineOf('10')] })
    await us.do('openPurchaseOrder', { id: order.id, version: order.version })
    await us.do('archiveClient', { id: second.id, version: second.version })
    const whole = await overview()
    expect(whole).toMatchObject({
      asOf: '2026-03-10',
      projects: {
        count: 1,
        totalMinutes: 50,
        totalHours: '0.83',
        byState: [{ state: 'DRAFT', count: 1 }, { count: 0 }, { count: 0 }, { count: 0 }],
      },
      tasks: { overdue: { count: 1 }, upcoming: { count: 1 }, within: { count: 1 }, open: { count: 2 } },
      ordersFrom: { open: { count: 1, amount: only('10.00') } },
      ordersTo: { total: { count: 0, amount: nothing } },
      sales: {
        overdue: { count: 1, amount: only('100.00') },
        pending: { count: 1, amount: only('40.00') },
        outstanding: { count: 2, amount: only('140.00') },
      },
      purchases: { pending: { count: 1, amount: only('7.00') } },
    })
    expect(await overview('2026-03-09')).toMatchObject({
      projects: { byState: null },
      sales: { draft: null, overdue: { count: 1 } },
      ordersFrom: { byState: null, total: { count: 0 } },
    })

    const them = await world.organization()
    const stranger = await them.client()
    await them.invoice(stranger.id, '999', { authorisedOn: '2026-01-10', dueOn: '2026-01-11' })
    await them.task(stranger.id, { dueOn: '2026-01-01' })
    expect(await overview()).toEqual(whole)
    expect(await overview('2026-03-10', them)).toMatchObject({
      sales: { overdue: { count: 1, amount: only('999.00') } },
      purchases: { authorised: { count: 0 } },
      tasks: { open: { count: 1 } },
    })
  })

  test('lists the counted records beside each count, of all clients and of no other organisation', async () => {
    const them = await world.organization()
    await them.invoice((await them.client()).id, '999', { authorisedOn: '2026-01-10', dueOn: '2026-01-11' })
    await them.task((await them.client()).id, { dueOn: '2026-01-01' })
    const [first, second] = [await us.client(), await us.client()]
    const late = [
      await us.invoice(first.id, '1', { authorisedOn: '2026-01-10', dueOn: '2026-01-20' }),
      await us.invoice(second.id, '2', { authorisedOn: '2026-01-10', dueOn: '2026-01-21' }),
    ]
    await us.invoice(second.id, '3', { authorisedOn: '2026-01-10', dueOn: '2026-03-10' })
    const tasks = [await us.task(first.id, { dueOn: '2026-03-12' }), await us.task(second.id, { dueOn: '2026-03-13' })]
    await us.task(second.id, { dueOn: '2026-03-18' })
    const { organization } = await us.get(`{ organization { overview {
      invoices { overdue { count invoices(orderBy: { field: DUE_ON, direction: ASC }) { totalCount nodes { id amountDue { amount } client { id } } } } draft { count invoices { totalCount } } }
      tasks { upcomingWithin(days: 7) { count tasks(first: 1) { totalCount nodes { id } pageInfo { endCursor } } } }
      projects { projects { totalCount } timeEntries { totalCount } byState { projects { totalCount } } } purchaseOrders { total { purchaseOrders { totalCount } } byState { purchaseOrders { totalCount } } } } } }`)
    const {
      invoices,
      tasks: { upcomingWithin: soon },
      projects,
      purchaseOrders,
    } = organization.overview
    expect(invoices).toEqual({
      overdue: {
        count: 2,
        invoices: {
          totalCount: 2,
          nodes: [
            { id: late[0].id, amountDue: { amount: '1.00' }, client: { id: first.id } },
            { id: late[1].id, amountDue: { amount: '2.00' }, client: { id: second.id } },
          ],
        },
      },
      draft: { count: 0, invoices: { totalCount: 0 } },
    })
    expect(soon).toMatchObject({ count: 2, tasks: { totalCount: 2, nodes: [{ id: tasks[0].id }] } })
    const next = await us.get(
      `{ organization { overview { tasks { upcomingWithin(days: 7) { tasks(first: 1, after: "${soon.tasks.pageInfo.endCursor}") { nodes { id } pageInfo { hasNextPage } } } } } } }`,
    )
    expect(next.organization.overview.tasks.upcomingWithin.tasks).toEqual({
      nodes: [{ id: tasks[1].id }],
      pageInfo: { hasNextPage: false },
    })
    expect([
      projects.projects.totalCount,
      projects.timeEntries.totalCount,
      purchaseOrders.total.purchaseOrders.totalCount,
    ]).toEqual([0, 0, 0])
    expect(
      await failing(
        '{ organization { overview(asOf: "2026-03-01") { invoices { overdue { invoices(asOf: "2026-03-02") { totalCount } } } } } }',
      ),
    ).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
  })

  test('adds no currencies, and counts the documents of all clients that lack a rate', async () => {
    for (const [currency, rate] of [['EUR'], ['USD', '0.5'], ['USD'], ['USD']])
      await us.invoice((await us.client()).id, '10', { currency, rate })
    expect((await overview()).sales.outstanding).toEqual({
      count: 4,
      amount: {
        amounts: [
          { amount: '10.00', currency: 'EUR' },
          { amount: '30.00', currency: 'USD' },
        ],
        base: null,
        withoutRate: 2,
      },
    })
  })

  test('refuses a sum beyond 2^53 that each of its clients stays below', async () => {
    const [first, second] = [await us.client(), await us.client()]
    for (const { id } of [first, second]) await us.do('recordPayment', { clientId: id, amount: '90071992547409.91' })
    expect(
      (
        await us.get(
          `{ client(id: "${first.id}") { overview { invoices { unappliedCredit ${sumFields} } } overviewByMonth(months: 1) { paid ${sumFields} } } }`,
        )
      ).client,
    ).toEqual({
      overview: { invoices: { unappliedCredit: only('90071992547409.91') } },
      overviewByMonth: [{ paid: only('90071992547409.91') }],
    })
    const refused = { extensions: { code: 'BAD_USER_INPUT', reason: 'NUMBER_TOO_LARGE' } }
    expect(
      await failing('{ organization { overview { invoices { unappliedCredit { withoutRate } } } } }'),
    ).toMatchObject(refused)
    expect(await failing('{ organization { overviewByMonth { paid { withoutRate } } } }')).toMatchObject(refused)
    expect(
      await failing('{ organization { overview { invoices(kind: PURCHASE) { draft { count } } } } }'),
    ).toMatchObject(refused) // one statement tells both kinds
  })

  test('has figures of zero without any client', async () => {
    expect(await overview()).toMatchObject({
      projects: { count: 0, totalHours: '0.00', invoicedMinutes: 0 },
      tasks: { open: { count: 0 } },
      sales: { authorised: { count: 0, amount: nothing }, netBalance: nothing },
    })
    expect(
      await ofEverybody(
        '(months: 2)',
        `month invoiced ${sumFields} paid ${sumFields} refunded ${sumFields} minutes billableMinutes hours`,
      ),
    ).toEqual(
      ['2026-02-01', '2026-03-01'].map(month => ({
        month,
        invoiced: nothing,
        paid: nothing,
        refunded: nothing,
        minutes: 0,
        billableMinutes: 0,
        hours: '0.00',
      })),
    )
  })
})

describe('permissions', () => {
  const dashboard: [string, string, KeyScope[]][] = [
    ['overview', '{ organization { overview { asOf } } }', ['clients:read']],
    [
      'projects',
      '{ organization { overview { projects { count } tasks { open { count } } } } }',
      ['clients:read', 'projects:read'],
    ],
    ['orders', '{ organization { overview { purchaseOrders { total { count } } } } }', ['clients:read', 'orders:read']],
    ['invoices', '{ organization { overview { invoices { paid { count } } } } }', ['clients:read', 'invoices:read']],
    [
      'months',
      '{ organization { overviewByMonth { month } } clients { nodes { overviewByMonth { month } } } }',
      ['clients:read'],
    ],
    [
      'invoiced',
      '{ organization { overviewByMonth { invoiced { withoutRate } } } }',
      ['clients:read', 'invoices:read'],
    ],
    ['paid', '{ clients { nodes { overviewByMonth { paid { withoutRate } } } } }', ['clients:read', 'invoices:read']],
    [
      'refunded',
      '{ organization { overviewByMonth { refunded { withoutRate } } } }',
      ['clients:read', 'invoices:read'],
    ],
    ['minutes', '{ organization { overviewByMonth { minutes } } }', ['clients:read', 'projects:read']],
    [
      'billable minutes',
      '{ clients { nodes { overviewByMonth { billableMinutes } } } }',
      ['clients:read', 'projects:read'],
    ],
    ['hours', '{ organization { overviewByMonth { hours } } }', ['clients:read', 'projects:read']],
  ]
  test.each(dashboard)('%s can be read by a key with exactly the scopes they need', async (_what, query, needed) => {
    await us.client()
    expect((await (await world.key(us.organizationId, needed)).ask(query)).errors).toBeUndefined()
    for (const lacking of needed) {
      const others = keyScopes.filter(scope => scope !== lacking && scope !== lacking.replace(':read', ':write'))
      expect((await (await world.key(us.organizationId, others)).ask(query)).errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN', missing: [lacking] } },
      ])
    }
  })
})

describe('statements', () => {
  const blocks =
    'projects { count totalHours } tasks { open { count } } purchaseOrders { total { count } } invoices { overdue { count } unappliedCredit { withoutRate } }'
  const figures =
    'month invoiced { withoutRate } paid { withoutRate } refunded { withoutRate } minutes billableMinutes hours'

  test.each([1, 20, 100])('a page of %i clients with their months costs 2', async first => {
    for (let at = 0; at < 3; at++) await us.invoice((await us.client()).id, '1')
    for (let made = 3; made < first; made += 50) {
      const input = 'input: { legalName: "Més", address: { line1: "x", city: "x" } }'
      await us.get(
        `mutation { ${Array.from({ length: Math.min(50, first - made) }, (_, at) => `c${at}: createClient(${input}) { userErrors { code } }`).join(' ')} }`,
      )
    }
    expect(
      await statements(`{ clients(first: ${first}) { nodes { legalName overviewByMonth { ${figures} } } } }`),
    ).toHaveLength(2)
    expect(
      await statements(
        `{ clients(first: ${first}) { nodes { legalName overview { ${blocks} } overviewByMonth(months: 24) { ${figures} } } } }`,
      ),
    ).toHaveLength(2)
    expect(
      await statements(`{ clients(first: ${first}) { nodes { legalName overviewByMonth { month } } } }`),
    ).toHaveLength(1)
  })

  test('the overview of the organisation costs one, one more for upcoming tasks, and one for its months', async () => {
    await us.invoice((await us.client()).id, '1', { authorisedOn: '2026-01-01', dueOn: '2026-01-02' })
    const base = 1 // the organisation itself
    expect(await statements(`{ organization { name overview { ${blocks} } } }`)).toHaveLength(base + 1)
    expect(
      await statements(`{ organization { name overview { ${blocks} tasks { upcomingWithin(days: 7) { count } } } } }`),
    ).toHaveLength(base + 2)
    expect(
      await statements(`{ organization { name overview { ${blocks} } overviewByMonth { ${figures} } } }`),
    ).toHaveLength(base + 2)
    expect(await statements(`{ organization { overview { asOf } overviewByMonth { month } } }`)).toHaveLength(base)
    expect(
      await statements(`{ organization { overview { ${blocks} } } again: organization { overview { ${blocks} } } }`),
    ).toHaveLength(base + 1)
    expect(
      await statements(
        '{ organization { overview { invoices { overdue { count invoices(first: 5) { totalCount nodes { number client { legalName } } } } } } } }',
      ),
    ).toHaveLength(base + 4) // the rows, how many, and their clients
  })

  test('figures of the organisation read no documents again until one changes, or the day does', async () => {
    const { id } = await us.client()
    await us.task(id, { dueOn: '2026-03-10', openedOn: '2026-01-01' })
    const tasks = '{ organization { overview { tasks { overdue { count } open { count } } } } }'
    const read = async (query: string) => (await statements(query)).at(-1) ?? ''
    const answer = async () => (await us.get(tasks)).organization.overview.tasks
    expect(await read(tasks)).toContain('FROM organization_figures')
    expect(await answer()).toEqual({ overdue: { count: 0 }, open: { count: 1 } })
    const { id: gone, version } = await us.client()
    expect(await answer()).toEqual({ overdue: { count: 0 }, open: { count: 1 } })
    await us.task(id, { dueOn: '2026-03-09', openedOn: '2026-01-01' })
    const trace: string[] = []
    world.database.trace = trace
    expect(await answer()).toEqual({ overdue: { count: 1 }, open: { count: 2 } })
    world.database.trace = null
    expect(trace.filter(sql => /FROM tasks k(?!.*client_id IN)/s.test(sql))).toEqual([]) // but those of the client that changed
    await world.settled()
    world.now = new Date('2026-03-11T11:00:00Z')
    expect(await answer()).toEqual({ overdue: { count: 2 }, open: { count: 2 } })
    expect(await read(tasks)).toContain('FROM organization_figures')
    await us.do('deleteClient', { id: gone, version })
    const traced = await statements('{ organization { overview { projects { count } } } }')
    expect(traced.at(-1)).toContain('FROM organization_figures')
    expect(
      (await us.get('{ organization { overview { projects { count } tasks { open { count } } } } }')).organization
        .overview,
    ).toEqual({ projects: { count: 0 }, tasks: { open: { count: 2 } } })
  })

  test('read only the tables that are needed, each by its organisation', async () => {
    await us.client()
    const tables = { projects: 'projects', tasks: 'tasks', purchaseOrders: 'purchase_orders', invoices: 'allocations' }
    const selections = {
      projects: 'projects { count }',
      tasks: 'tasks { open { count } }',
      purchaseOrders: 'purchaseOrders { total { count } }',
      invoices: 'invoices { paid { count } }',
    }
    for (const [name, selection] of Object.entries(selections)) {
      const sql = (await statements(`{ organization { overview(asOf: "2026-03-09") { ${selection} } } }`)).at(-1) ?? ''
      for (const [other, table] of Object.entries(tables))
        expect([name, other, new RegExp(`FROM ${table}\\b`).test(sql)]).toEqual([name, other, other === name])
    }
    const months = { invoiced: 'invoices', paid: 'payments', refunded: 'refunds', hours: 'time_entries' }
    for (const [name, table] of Object.entries(months)) {
      const sql =
        (
          await statements(
            `{ organization { overviewByMonth { ${name === 'hours' ? name : `${name} { withoutRate }`} } } }`,
          )
        ).at(-1) ?? ''
      expect([...sql.matchAll(/FROM (\w+)/g)].map(([, read]) => read)).toEqual([table])
    }
    for (const sql of (
      await statements(
        `{ organization { overview { ${blocks} tasks { upcomingWithin(days: 3) { count } } } overviewByMonth { ${figures} } } }`,
      )
    ).slice(1)) {
      for (const [, alias] of sql.matchAll(/\bFROM \w+ (\w)\b/g)) expect(sql).toContain(`${alias}.organization_id = `)
    }
  })

  test('months count towards the size of a request', async () => {
    expect(
      await failing('{ clients(first: 100) { nodes { overviewByMonth(months: 120) { month } } } }'),
    ).toBeUndefined()
    const twice =
      'query($m: Int! = 120) { clients(first: 100) { nodes { a: overviewByMonth(months: $m) { month } b: overviewByMonth(months: 120) { month } } } }'
    expect(await failing(twice)).toMatchObject({
      message: expect.stringContaining('20000'),
      extensions: { code: 'BAD_USER_INPUT' },
    })
  })
})
