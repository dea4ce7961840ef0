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
  const invoice = await us.invoice(client.id, '100.00', { authorisedOn: '2026-01-10' }, 'id version number dueOn issuedOn state payable { amount currency } billedParty { legalName }')
  expect(invoice).toMatchObject({ number: 'F2026/0001', dueOn: '2026-02-09', issuedOn: '2026-01-10', state: 'AUTHORISED', payable: { amount: '100.00', currency: 'EUR' } })
  await us.do('recordPayment', { invoiceId: invoice.id, amount: '40.00', paidOn: '2026-02-01' })
  const { client: now } = await us.get(`query($id: ID!) { client(id: $id) { overview { asOf ${overview} } past: overview(asOf: "2026-01-31") { ${overview} } } }`, { id: client.id })
  expect(now.overview).toMatchObject({ asOf: '2026-03-10', invoices: {
    authorised: { count: 1, amountDue: { amounts: [{ amount: '60.00', currency: 'EUR' }], base: { amount: '60.00' } } },
    overdue: { count: 1, amount: { amounts: [{ amount: '60.00' }] }, invoices: { totalCount: 1, nodes: [{ number: 'F2026/0001', amountDue: { amount: '60.00' } }] } }, partiallyPaid: { count: 1 } } })
  expect(now.past.invoices).toMatchObject({ pending: { count: 1, amount: { amounts: [{ amount: '100.00' }] } }, overdue: { count: 0 }, partiallyPaid: { count: 0 } })
})

test('a page of 50 clients with all aggregates costs 4 statements, authentication included', async () => {
  const before = world.database.statements
  await us.get(`{ clients(first: 50) { nodes { legalName overview { projects { count totalHours } tasks { overdue { count } upcomingWithin(days: 7) { count } }
    purchaseOrders { total { count } } invoices { overdue { count amount { amounts { amount } } } } } } } }`)
  expect(world.database.statements - before).toBe(4)
})
