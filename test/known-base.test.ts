import { World, type Json, type Tenant } from './support/world.js'
import { pullRows } from './support/pull.js'

let world: World
let us: Tenant
let debtor: Json, nothing: Json, small: Json
beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  debtor = await us.client({ legalName: 'Deutor' })
  nothing = await us.client({ legalName: 'Res' })
  small = await us.client({ legalName: 'Poc' })
  const dates = { authorisedOn: '2026-02-01', dueOn: '2026-02-20' }
  await us.invoice(debtor.id, '49793', { ...dates, currency: 'USD', rate: '0.9' })
  await us.invoice(debtor.id, '10', { ...dates, currency: 'USD' })
  await us.invoice(small.id, '5', dates)
})
afterAll(() => world.stop())

const sum = '{ amounts { amount currency } base { amount } knownBase { amount currency } withoutRate }'
const names = async (args: string): Promise<string[]> =>
  (await us.get(`{ clients(${args}) { nodes { legalName } } }`)).clients.nodes.map(({ legalName }: Json) => legalName)

describe('where one document has no rate', () => {
  test('clients are ordered by the known part of the amount due, in both directions and on past days', async () => {
    expect(await names('orderBy: { field: OVERDUE, direction: DESC }')).toEqual(['Deutor', 'Poc', 'Res'])
    expect(await names('orderBy: { field: OUTSTANDING, direction: ASC }')).toEqual(['Res', 'Poc', 'Deutor'])
    expect(await names('asOf: "2026-03-01", orderBy: { field: OVERDUE, direction: DESC }')).toEqual([
      'Deutor',
      'Poc',
      'Res',
    ])
  })

  test('a filter by what is overdue finds who owes, by what is known', async () => {
    expect(await names('filter: { overdue: { gt: "0" } }, orderBy: { field: LEGAL_NAME }')).toEqual(['Deutor', 'Poc'])
    expect(await names('filter: { overdue: { eq: "44813.70" } }')).toEqual(['Deutor'])
    expect(await names('filter: { overdue: { isNull: true } }')).toEqual([])
  })

  test('the number of sales, and of those without a rate, are filters and orders of their own', async () => {
    expect(await names('filter: { overdueWithoutRate: { gt: 0 } }')).toEqual(['Deutor'])
    expect(
      await names(
        'filter: { outstandingWithoutRate: { eq: 1 }, outstandingInvoices: { eq: 2 }, overdueInvoices: { gte: 2 } }',
      ),
    ).toEqual(['Deutor'])
    for (const field of [
      'OVERDUE_WITHOUT_RATE',
      'OUTSTANDING_WITHOUT_RATE',
      'OVERDUE_INVOICES',
      'OUTSTANDING_INVOICES',
    ]) {
      expect((await names(`orderBy: { field: ${field}, direction: DESC }`))[0]).toBe('Deutor')
    }
  })

  test('open tasks, projects and open orders of clients are filtered and ordered by their number', async () => {
    await us.task(nothing.id)
    await us.project(nothing.id)
    const order = await us.do('createPurchaseOrder', {
      clientId: nothing.id,
      number: '1',
      lines: [{ description: 'Feina', quantity: '1', unitPrice: '1' }],
    })
    await us.do('openPurchaseOrder', { id: order.id, version: order.version })
    for (const [field, name] of [
      ['openTasks', 'OPEN_TASKS'],
      ['projectCount', 'PROJECT_COUNT'],
      ['openOrders', 'OPEN_ORDERS'],
    ]) {
      expect(await names(`filter: { ${field}: { eq: 1 } }`)).toEqual(['Res'])
      expect((await names(`orderBy: { field: ${name}, direction: DESC }`))[0]).toBe('Res')
    }
  })

  test('the base amount stays empty, and the known base is the sum of documents with a rate', async () => {
    const { client, organization } = await us.get(
      `query($id: ID!) { client(id: $id) { overview { invoices { overdue { amount ${sum} } overdueByAge { days1To30 { amount ${sum} } } netInvoiced ${sum} } } overviewByMonth(months: 2) { invoiced ${sum} } } organization { overview { invoices { outstanding { amount ${sum} } } } } }`,
      { id: debtor.id },
    )
    const debt = {
      amounts: [{ amount: '49803.00', currency: 'USD' }],
      base: null,
      knownBase: { amount: '44813.70', currency: 'EUR' },
      withoutRate: 1,
    }
    expect(client.overview.invoices).toEqual({
      overdue: { amount: debt },
      overdueByAge: { days1To30: { amount: debt } },
      netInvoiced: debt,
    })
    expect(client.overviewByMonth[0].invoiced).toEqual(debt)
    expect(organization.overview.invoices.outstanding.amount).toMatchObject({
      base: null,
      knownBase: { amount: '44818.70' },
      withoutRate: 1,
    })
  })

  test('values of deals and quotes, weighted values and the board have a known base', async () => {
    await us.deal(small.id, { value: '100', probability: 25 })
    await us.deal(small.id, { value: '7', currency: 'USD' })
    await us.quote(small.id, '80')
    await us.quote(small.id, '9', { currency: 'USD' })
    const { client, dealBoard } = await us.get(
      `query($id: ID!) { client(id: $id) { overview { deals { open { value ${sum} } weightedValue ${sum} } quotes { byState { state amount ${sum} } } } } dealBoard { value ${sum} weightedValue ${sum} } }`,
      { id: small.id },
    )
    expect(client.overview.deals.open.value).toMatchObject({
      base: null,
      knownBase: { amount: '100.00' },
      withoutRate: 1,
    })
    expect(client.overview.deals.weightedValue).toMatchObject({
      base: null,
      knownBase: { amount: '25.00' },
      withoutRate: 1,
    })
    expect(client.overview.quotes.byState[0].amount).toMatchObject({
      base: null,
      knownBase: { amount: '80.00' },
      withoutRate: 1,
    })
    expect(dealBoard[0].weightedValue).toMatchObject({ base: null, knownBase: { amount: '25.00' }, withoutRate: 1 })
  })

  test('the sum over a column of the feed includes documents with a rate', async () => {
    const rows = await pullRows(us, 'client-summaries')
    const total = (column: string) => rows.reduce((sum, row) => sum + Number(row[column] ?? 0), 0)
    expect(total('sales_overdue_amount_base')).toBe(5)
    expect(total('sales_overdue_amount_known_base')).toBe(44818.7)
    const { clientSummaries } = await us.get(
      '{ clientSummaries(orderBy: { field: OVERDUE, direction: DESC }) { nodes { legalName salesOverdueAmountBase salesOverdueAmountKnownBase salesOverdueAmountWithoutRate } } }',
    )
    expect(clientSummaries.nodes[0]).toEqual({
      legalName: 'Deutor',
      salesOverdueAmountBase: null,
      salesOverdueAmountKnownBase: '44813.70',
      salesOverdueAmountWithoutRate: 1,
    })
  })
})
