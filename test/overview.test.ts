import { overviewOf, plainFields } from './support/overview-query.js'
import { lineOf } from './support/document-line.js'
import { codesOf } from './support/record.js'
import { nothing, only } from './support/sums.js'
import { Tenant, World, type Json } from './support/world.js'

// Each rule of the overview with numbers worked out by hand. Today is 2026-03-10 unless a test says otherwise.

const present = new Date('2026-03-10T11:00:00Z')
let world: World
let us: Tenant
let client: Json
beforeAll(async () => {
  world = await World.start()
})
beforeEach(async () => {
  world.now = present
  us = await world.organization()
  client = await us.client()
})
afterAll(() => world.stop())

const overview = (asOf?: string): Promise<Json> => overviewOf(us, client.id, asOf, plainFields)
const sales = async (asOf?: string): Promise<Json> => (await overview(asOf)).sales

describe('money', () => {
  test('currencies are never added; the base amount adds the base amounts of the documents', async () => {
    await us.invoice(client.id, '100', { currency: 'EUR' })
    await us.invoice(client.id, '50', { currency: 'USD', rate: '0.9' })
    await us.invoice(client.id, '1000', { currency: 'JPY', rate: '0.0061' })
    expect((await sales()).outstanding.amount).toEqual({
      amounts: [
        { amount: '100.00', currency: 'EUR' },
        { amount: '1000', currency: 'JPY' },
        { amount: '50.00', currency: 'USD' },
      ],
      base: { amount: '151.10', currency: 'EUR' },
      withoutRate: 0,
    })
  })

  test('a missing rate leaves the base amount empty, and such documents are counted', async () => {
    const invoice = await us.invoice(client.id, '50', { currency: 'USD' })
    await us.invoice(client.id, '60', { currency: 'USD' })
    await us.invoice(client.id, '10')
    const amounts = [
      { amount: '10.00', currency: 'EUR' },
      { amount: '110.00', currency: 'USD' },
    ]
    expect((await sales()).outstanding.amount).toEqual({ amounts, base: null, withoutRate: 2 })
    await us.do('recordPayment', { invoiceId: invoice.id, amount: '50' })
    // A paid invoice is due nothing, even without a rate.
    expect((await sales()).authorised).toMatchObject({
      amount: { base: null, withoutRate: 2 },
      amountDue: { amounts: [{ amount: '10.00' }, { amount: '60.00' }], base: null, withoutRate: 1 },
    })
  })

  test('the payment that settles an invoice takes the rest in base', async () => {
    const invoice = await us.invoice(client.id, '0.10', { authorisedOn: '2026-03-01', currency: 'USD', rate: '0.5' }) // 0.05 in base
    for (const [amount, paidOn] of [
      ['0.03', '2026-03-02'],
      ['0.03', '2026-03-03'],
      ['0.04', '2026-03-04'],
    ])
      await us.do('recordPayment', { invoiceId: invoice.id, amount, paidOn, rate: '0.5' })
    const due = async (asOf: string) => (await sales(asOf)).authorised.amountDue
    const dollars = (amount: string, base: string) => ({
      amounts: [{ amount, currency: 'USD' }],
      base: { amount: base, currency: 'EUR' },
      withoutRate: 0,
    })
    expect([
      await due('2026-03-01'),
      await due('2026-03-02'),
      await due('2026-03-03'),
      await due('2026-03-04'),
    ]).toEqual([dollars('0.10', '0.05'), dollars('0.07', '0.03'), dollars('0.04', '0.01'), dollars('0.00', '0.00')])
  })

  test('small payments in any order never take more than there is in base', async () => {
    const invoice = await us.invoice(client.id, '0.09', { authorisedOn: '2026-02-01', currency: 'USD', rate: '0.5' }) // 0.05 in base, and each cent rounds up to 0.01
    for (const paidOn of ['2026-02-10', '2026-02-10', '2026-02-10', '2026-02-10', '2026-02-10', '2026-02-01'])
      await us.do('recordPayment', { invoiceId: invoice.id, amount: '0.01', paidOn, rate: '0.5' })
    expect((await sales()).outstanding.amount).toEqual({
      amounts: [{ amount: '0.03', currency: 'USD' }],
      base: { amount: '0.00', currency: 'EUR' },
      withoutRate: 0,
    })
  })

  test('an invoice with nothing due has nothing due in base, also on days between corrections', async () => {
    const invoice = await us.invoice(client.id, '0.06', { authorisedOn: '2026-02-01', currency: 'USD', rate: '0.5' })
    const pay = (paidOn: string) =>
      us.do(
        'recordPayment',
        { invoiceId: invoice.id, amount: '0.03', paidOn, rate: '0.5' },
        'allocations { nodes { id version } }',
      )
    const end = (
      {
        allocations: {
          nodes: [{ id, version }],
        },
      }: Json,
      deallocatedOn: string,
    ) => us.do('deallocate', { id, version, deallocatedOn })
    const [first, second] = [await pay('2026-02-01'), await pay('2026-02-01')] // 0.02 and the rest, 0.01
    await end(first, '2026-02-03')
    await end(second, '2026-02-05')
    await pay('2026-02-05') // 0.02
    await pay('2026-02-03') // the rest of what is left from the 5th on, 0.01; on the 3rd it stands beside another 0.01
    expect((await sales('2026-02-03')).authorised.amountDue).toEqual({
      amounts: [{ amount: '0.00', currency: 'USD' }],
      base: { amount: '0.00', currency: 'EUR' },
      withoutRate: 0,
    })
  })

  test('yen have no decimals and dinars three, each line rounded half-up', async () => {
    await us.invoice(client.id, '999.5', { currency: 'JPY', rate: '0.01' })
    await us.invoice(client.id, '1.2345', { currency: 'KWD', rate: '3' })
    expect((await sales()).pending.amount).toEqual({
      amounts: [
        { amount: '1000', currency: 'JPY' },
        { amount: '1.235', currency: 'KWD' },
      ],
      base: { amount: '13.71', currency: 'EUR' },
      withoutRate: 0,
    })
  })

  test('base amounts have the decimals of the base currency', async () => {
    us = await world.organization({ baseCurrency: 'JPY' })
    client = await us.client()
    await us.invoice(client.id, '10', { currency: 'EUR', rate: '160.55' }) // 1605.5
    expect((await sales()).pending.amount).toEqual({
      amounts: [{ amount: '10.00', currency: 'EUR' }],
      base: { amount: '1606', currency: 'JPY' },
      withoutRate: 0,
    })
  })
})

describe('the day', () => {
  test('a figure of the future is refused', async () => {
    const { errors } = await us.ask(`{ client(id: "${client.id}") { overview(asOf: "2026-03-11") { asOf } } }`)
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
  })

  test.each([
    {
      timeZone: 'Pacific/Apia',
      before: '2026-03-10T10:59:59.999Z',
      after: '2026-03-10T11:00:00.000Z',
      days: ['2026-03-10', '2026-03-11'],
    },
    {
      timeZone: 'America/St_Johns',
      before: '2026-03-11T02:29:59.999Z',
      after: '2026-03-11T02:30:00.000Z',
      days: ['2026-03-10', '2026-03-11'],
    },
    {
      timeZone: 'Europe/Madrid',
      before: '2026-03-10T22:59:59.999Z',
      after: '2026-03-10T23:00:00.000Z',
      days: ['2026-03-10', '2026-03-11'],
    },
    {
      timeZone: 'Pacific/Apia',
      before: '2011-12-30T09:59:59.999Z',
      after: '2011-12-30T10:00:00.000Z',
      days: ['2011-12-29', '2011-12-31'],
    }, // it went without the 30th
  ])('in $timeZone the day turns at $after', async ({ timeZone, before, after, days: [first, second] }) => {
    world.now = new Date(before)
    us = await world.organization({ timeZone })
    client = await us.client()
    await us.invoice(client.id, '100', { dueOn: first })
    await us.task(client.id, { dueOn: first })
    expect(await overview()).toMatchObject({
      asOf: first,
      sales: { pending: { count: 1 }, overdue: { count: 0 } },
      tasks: { due: { count: 1 }, overdue: { count: 0 } },
    })
    world.now = new Date(after)
    expect(await overview()).toMatchObject({
      asOf: second,
      sales: { pending: { count: 0 }, overdue: { count: 1 } },
      tasks: { due: { count: 0 }, overdue: { count: 1 } },
    })
  })

  test('an invoice entered today for a past day is in the figures of that day', async () => {
    await us.invoice(client.id, '100', { authorisedOn: '2025-12-31' })
    expect([(await sales('2025-12-30')).authorised.count, (await sales('2025-12-31')).authorised.count]).toEqual([0, 1])
  })
})

describe('tasks', () => {
  test('open tasks fall into four groups by their due date', async () => {
    for (const dueOn of ['2026-03-09', '2026-03-10', '2026-03-11', '2026-03-17', '2026-03-18', null])
      await us.task(client.id, { dueOn, openedOn: '2026-03-01' })
    expect((await overview()).tasks).toEqual({
      overdue: { count: 1 },
      due: { count: 1 },
      upcoming: { count: 3 },
      unscheduled: { count: 1 },
      open: { count: 6 },
      within: { count: 2 },
    }) // within 7 days
    expect((await overview('2026-02-28')).tasks.open.count).toBe(0)
  })

  test('a task on a client and on its project counts once', async () => {
    const project = await us.project(client.id)
    await us.task(client.id, { projectId: project.id })
    expect((await overview()).tasks).toMatchObject({ unscheduled: { count: 1 }, open: { count: 1 } })
  })

  test('a completed task is open until the day before; a reopened one counts as never completed', async () => {
    const task = await us.task(client.id, { openedOn: '2026-01-10' })
    const done = await us.do('completeTask', { id: task.id, version: task.version, completedOn: '2026-02-01' })
    const open = async () => [
      (await overview('2026-01-31')).tasks.open.count,
      (await overview('2026-02-05')).tasks.open.count,
      (await overview()).tasks.open.count,
    ]
    expect(await open()).toEqual([1, 0, 0])
    await us.do('reopenTask', { id: task.id, version: done.version, on: '2026-03-01' })
    expect(await open()).toEqual([1, 1, 1])
  })
})

describe('orders', () => {
  test('orders count by direction from the day they are ordered, apart from drafts and cancelled ones', async () => {
    const order = (price: string, given: object) =>
      us.do('createPurchaseOrder', { clientId: client.id, lines: [lineOf(price, '21')], ...given })
    const act = (mutation: string, { id, version }: Json, given: object) => us.do(mutation, { id, version, ...given })
    await order('1', { number: 'draft' })
    await act('openPurchaseOrder', await order('100', { number: 'open' }), { orderedOn: '2026-02-01' })
    await act(
      'closePurchaseOrder',
      await act('openPurchaseOrder', await order('200', { number: 'closed' }), { orderedOn: '2026-02-01' }),
      { closedOn: '2026-02-20' },
    )
    await act(
      'cancelPurchaseOrder',
      await act('openPurchaseOrder', await order('400', { number: 'cancelled' }), { orderedOn: '2026-02-01' }),
      { cancelledOn: '2026-02-10' },
    )
    await act('openPurchaseOrder', await order('10', { direction: 'TO_CLIENT' }), { orderedOn: '2026-02-15' })
    const { ordersFrom, ordersTo } = await overview()
    expect(ordersFrom).toMatchObject({
      total: { count: 2, amount: only('363.00') },
      closed: { count: 1, amount: only('242.00') },
      open: { count: 1, amount: only('121.00') },
    })
    expect(Object.fromEntries(ordersFrom.byState.map(({ state, count }: Json) => [state, count]))).toEqual({
      DRAFT: 1,
      OPEN: 1,
      PARTIALLY_RECEIVED: 0,
      RECEIVED: 0,
      CLOSED: 1,
      CANCELLED: 1,
    })
    expect(ordersTo).toMatchObject({
      total: { count: 1, amount: only('12.10') },
      closed: { count: 0, amount: nothing },
      open: { count: 1 },
    })
    expect(await overview('2026-02-09')).toMatchObject({
      ordersFrom: {
        total: { count: 3, amount: only('847.00') },
        closed: { count: 0 },
        open: { count: 3 },
        byState: null,
      },
      ordersTo: { total: { count: 0 } },
    })
    expect((await overview('2026-02-20')).ordersFrom).toMatchObject({ total: { count: 2 }, closed: { count: 1 } })
  })

  test('orders in two currencies are not added', async () => {
    for (const given of [{ number: '1' }, { number: '2', currency: 'USD', rate: '0.9' }]) {
      const { id, version } = await us.do('createPurchaseOrder', {
        clientId: client.id,
        lines: [lineOf('100')],
        ...given,
      })
      await us.do('openPurchaseOrder', { id, version })
    }
    expect((await overview()).ordersFrom.open).toEqual({
      count: 2,
      amount: {
        amounts: [
          { amount: '100.00', currency: 'EUR' },
          { amount: '100.00', currency: 'USD' },
        ],
        base: { amount: '190.00', currency: 'EUR' },
        withoutRate: 0,
      },
    })
  })
})

describe('projects and time', () => {
  test('hours come from the sum of the minutes, not from rounded hours', async () => {
    const project = await us.project(client.id, { openedOn: '2026-01-01' })
    const user = await us.user()
    for (const billable of [true, true, false])
      await us.do('createTimeEntry', {
        projectId: project.id,
        userId: user.id,
        date: '2026-02-01',
        minutes: 10,
        billable,
      })
    expect((await overview()).projects).toMatchObject({
      count: 1,
      totalMinutes: 30,
      totalHours: '0.50',
      billableMinutes: 20,
      invoicedMinutes: 0,
    }) // not 3 × 0.17
    expect((await overview('2026-01-31')).projects).toMatchObject({
      count: 1,
      totalMinutes: 0,
      totalHours: '0.00',
      byState: null,
    })
  })

  test('minutes count as invoiced while an invoice stands: until it is voided, and again from the next one', async () => {
    const project = await us.project(client.id, { openedOn: '2026-01-01' })
    const entry = await us.do('createTimeEntry', {
      projectId: project.id,
      userId: (await us.user()).id,
      date: '2026-01-05',
      minutes: 90,
    })
    const first = await us.invoice(client.id, '100', { timeEntryIds: [entry.id], authorisedOn: '2026-01-10' })
    expect(
      codesOf(await us.try('createInvoice', { clientId: client.id, timeEntryIds: [entry.id], lines: [lineOf('1')] })),
    ).toEqual(['TIME_ENTRY_BILLED'])
    await us.do('voidInvoice', { id: first.id, version: first.version, voidedOn: '2026-01-20' })
    await us.invoice(client.id, '100', { timeEntryIds: [entry.id], authorisedOn: '2026-02-01' })
    const minutes = await Promise.all(
      ['2026-01-09', '2026-01-10', '2026-01-19', '2026-01-20', '2026-01-31', '2026-02-01', '2026-03-10'].map(
        async day => (await overview(day)).projects.invoicedMinutes,
      ),
    )
    expect(minutes).toEqual([0, 90, 90, 0, 0, 90, 90])
  })

  test('are invoiced for the organisation as for its clients together: not by a draft, and not by a voided invoice', async () => {
    const user = await us.user()
    const other = await us.client()
    const entries: Json = {}
    for (const [name, { id }, minutes] of [
      ['kept', client, 1],
      ['voided', client, 2],
      ['drafted', client, 4],
      ['loose', client, 8],
      ['theirs', other, 16],
    ]) {
      const project = await us.project(id, { openedOn: '2026-01-01' })
      entries[name] = (
        await us.do('createTimeEntry', { projectId: project.id, userId: user.id, date: '2026-01-05', minutes })
      ).id
    }
    await us.invoice(client.id, '100', { timeEntryIds: [entries.kept], authorisedOn: '2026-01-10' })
    const voided = await us.invoice(client.id, '100', { timeEntryIds: [entries.voided], authorisedOn: '2026-01-10' })
    await us.invoice(other.id, '100', { timeEntryIds: [entries.theirs], authorisedOn: '2026-01-15' })
    await us.draft(client.id, '100', { timeEntryIds: [entries.drafted] })
    await us.do('voidInvoice', { id: voided.id, version: voided.version, voidedOn: '2026-01-20' })
    const minutesOn = async (day: string) => {
      const { clients, organization } = await us.get(
        `{ clients { nodes { overview(asOf: "${day}") { projects { invoicedMinutes } } } } organization { overview(asOf: "${day}") { projects { invoicedMinutes } } } }`,
      )
      const apart = clients.nodes
        .map(({ overview: { projects } }: Json) => projects.invoicedMinutes)
        .sort((a: number, b: number) => a - b)
      return [...apart, organization.overview.projects.invoicedMinutes]
    }
    expect(await minutesOn('2026-01-09')).toEqual([0, 0, 0])
    expect(await minutesOn('2026-01-10')).toEqual([0, 3, 3])
    expect(await minutesOn('2026-01-15')).toEqual([3, 16, 19])
    expect(await minutesOn('2026-01-20')).toEqual([1, 16, 17])
    expect(await minutesOn('2026-03-10')).toEqual([1, 16, 17])
  })
})

test('an archived client takes nothing new, can be paid, and its overview computes', async () => {
  const invoice = await us.invoice(client.id, '100', { authorisedOn: '2026-03-01' })
  await us.do('archiveClient', { id: client.id, version: client.version })
  expect(codesOf(await us.try('createInvoice', { clientId: client.id, lines: [lineOf('1')] }))).toEqual([
    'CLIENT_ARCHIVED',
  ])
  await us.do('recordPayment', { invoiceId: invoice.id, amount: '40' })
  expect(await sales()).toMatchObject({ authorised: { count: 1 }, pending: { count: 1, amount: only('60.00') } })
  const { clients } = await us.get(
    '{ clients(archived: ONLY) { nodes { id overview { invoices { pending { count } } } } } }',
  )
  expect(clients.nodes).toEqual([{ id: client.id, overview: { invoices: { pending: { count: 1 } } } }])
})
