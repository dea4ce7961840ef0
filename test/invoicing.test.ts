import { Tenant, World } from './support/world.js'

let world: World
let us: Tenant
beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
})
afterAll(() => world.stop())

const overview = `invoices {
  authorised { count amount { amounts { amount currency } base { amount } withoutRate } amountDue { amounts { amount currency } base { amount } } invoices { totalCount nodes { number } } }
  pending { count amount { amounts { amount currency } } } overdue { count amount { amounts { amount currency } } invoices { totalCount nodes { number amountDue { amount } } } }
  paid { count } voided { count } outstanding { count amount { base { amount } } } partiallyPaid { count } unappliedCredit { amounts { amount currency } }
  netBalance { amounts { amount currency } } }`

test('an invoice goes from draft to authorised to paid, and the overview follows', async () => {
  const client = await us.client({ paymentTermsDays: 30 })
  const invoice = await us.invoice(
    client.id,
    '100.00',
    { authorisedOn: '2026-01-10' },
    'id version number dueOn issuedOn state payable { amount currency } billedParty { legalName }',
  )
  expect(invoice).toMatchObject({
    number: 'F2026/0001',
    dueOn: '2026-02-09',
    issuedOn: '2026-01-10',
    state: 'AUTHORISED',
    payable: { amount: '100.00', currency: 'EUR' },
  })
  await us.do('recordPayment', { invoiceId: invoice.id, amount: '40.00', paidOn: '2026-02-01' })
  const { client: now } = await us.get(
    `query($id: ID!) { client(id: $id) { overview { asOf ${overview} } past: overview(asOf: "2026-01-31") { ${overview} } } }`,
    { id: client.id },
  )
  expect(now.overview).toMatchObject({
    asOf: '2026-03-10',
    invoices: {
      authorised: {
        count: 1,
        amountDue: { amounts: [{ amount: '60.00', currency: 'EUR' }], base: { amount: '60.00' } },
      },
      overdue: {
        count: 1,
        amount: { amounts: [{ amount: '60.00' }] },
        invoices: { totalCount: 1, nodes: [{ number: 'F2026/0001', amountDue: { amount: '60.00' } }] },
      },
      partiallyPaid: { count: 1 },
    },
  })
  expect(now.past.invoices).toMatchObject({
    pending: { count: 1, amount: { amounts: [{ amount: '100.00' }] } },
    overdue: { count: 0 },
    partiallyPaid: { count: 0 },
  })
})

test('a page of 50 clients with all aggregates costs 2 statements', async () => {
  const query = `{ clients(first: 50) { nodes { legalName overview { projects { count totalHours } tasks { overdue { count } upcomingWithin(days: 7) { count } }
    purchaseOrders { total { count } } invoices { overdue { count amount { amounts { amount } } } } } } } }`
  await us.get(query)
  await world.settled()
  const before = world.database.statements
  await us.get(query)
  expect(world.database.statements - before).toBe(2)
})

test('an external number has no series: giving one is refused, now or later', async () => {
  const client = await us.client()
  expect(await us.try('createInvoice', { clientId: client.id, externalNumber: 'A-1', series: 'B' })).toMatchObject({
    record: null,
    userErrors: [{ code: 'SERIES_GIVEN' }],
  })
  const draft = await us.draft(client.id, '1.00', { externalNumber: 'A-2' })
  expect(await us.try('updateInvoice', { ...draft, series: 'B' })).toMatchObject({
    record: null,
    userErrors: [{ code: 'SERIES_GIVEN' }],
  })
  expect(
    await us.do('updateInvoice', { ...draft, series: 'B', externalNumber: null }, 'series external number'),
  ).toEqual({ series: 'B', external: false, number: null })
})

test('an overview reaches back to the first day there is', async () => {
  const client = await us.client()
  const answer = await us.get(
    'query($id: ID!) { client(id: $id) { overview(asOf: "0001-01-01") { invoices { overdue { count } overdueByAge { daysOver90 { count } } } } } }',
    { id: client.id },
  )
  expect(answer.client.overview.invoices).toEqual({ overdue: { count: 0 }, overdueByAge: { daysOver90: { count: 0 } } })
})

test('every part of an order that arrives is an event of its own', async () => {
  const client = await us.client()
  const order = await us.do('createPurchaseOrder', {
    clientId: client.id,
    number: 'C-1',
    lines: [{ description: 'Peça', quantity: '3', unitPrice: '1' }],
  })
  const opened = await us.do('openPurchaseOrder', { ...order, orderedOn: '2026-01-05' })
  const first = await us.do('partiallyReceivePurchaseOrder', { ...opened, receivedOn: '2026-01-08' })
  await us.do('partiallyReceivePurchaseOrder', { ...first, receivedOn: '2026-01-09' })
  const { activityEvents } = await us.get(
    'query($id: String!) { activityEvents(first: 2, filter: { subjectId: { eq: $id } }) { nodes { kind on } } }',
    { id: order.id },
  )
  expect(activityEvents.nodes).toEqual([
    { kind: 'PURCHASE_ORDER_PARTIALLY_RECEIVED', on: '2026-01-09' },
    { kind: 'PURCHASE_ORDER_PARTIALLY_RECEIVED', on: '2026-01-08' },
  ])
})

test('records that keep a client from deletion are named only to a key that may read them', async () => {
  const client = await us.client()
  await us.draft(client.id, '1.00')
  const sales = await world.key(us.organizationId, ['clients:write'])
  const [told] = (await sales.try('deleteClient', client)).userErrors
  expect(told).toMatchObject({ code: 'CLIENT_IN_USE', message: expect.stringContaining('other records') })
  const [known] = (await us.try('deleteClient', client)).userErrors
  expect(known?.message).toContain('1 invoice;')
})

test('several ids in one query multiply the cost of the lists below them', async () => {
  const ids = Array.from({ length: 100 }, () => 'cli_00000000000000000000000000')
  const answer = await us.ask(
    'query($ids: [ID!]!) { nodes(ids: $ids) { ... on Client { invoices(first: 100) { nodes { lines { id } creditNotes(first: 100) { nodes { id } } } } } } }',
    { ids },
  )
  expect(answer).toMatchObject({
    status: 400,
    errors: [{ message: expect.stringContaining('more than 20000 records') }],
  })
})
