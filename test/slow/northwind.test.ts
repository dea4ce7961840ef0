import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ClientelaClient, PaymentsDocument, ReversePaymentDocument } from '@clientela/sdk'
import { compare } from '../../examples/northwind-check/compare.js'
import { Expectation } from '../../examples/northwind-check/expected.js'
import { balances, told } from '../../examples/northwind/balances.js'
import { countryCode } from '../../examples/northwind/country.js'
import { readNorthwind } from '../../examples/northwind/files.js'
import { loadNorthwind } from '../../examples/northwind/load.js'
import {
  contactCount,
  customerCount,
  days,
  northwindFolder,
  orderCount,
  paidCount,
} from '../support/northwind-folder.js'
import { World, type Tenant } from '../support/world.js'

const folder = northwindFolder()
let world: World
/** An organisation that the first test fills and the last one changes. */
let us: Tenant

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
})
afterAll(async () => {
  folder.remove()
  await world.stop()
})

const clientOf = (us: Tenant, given: typeof fetch = fetch) =>
  new ClientelaClient({ url: world.url, apiKey: us.secret, fetch: given })
const countsOf = (us: Tenant) =>
  us.get(
    '{ clients { totalCount } contacts { totalCount } purchaseOrders { totalCount } invoices { totalCount } payments { totalCount } }',
  )
const allCounts = {
  clients: { totalCount: customerCount },
  contacts: { totalCount: contactCount },
  purchaseOrders: { totalCount: orderCount },
  invoices: { totalCount: orderCount },
  payments: { totalCount: paidCount },
}

test('loads every customer and order once, and the figures of every client agree with the files', async () => {
  const northwind = await readNorthwind(folder.path)
  const told: number[] = []
  await loadNorthwind(clientOf(us), northwind, { onProgress: done => told.push(done) })
  expect(told).toEqual(Array.from({ length: customerCount + orderCount + 1 }, (_, at) => at))
  expect(await countsOf(us)).toEqual(allCounts)

  let mutations = 0
  const counting: typeof fetch = (input, init) => {
    if (typeof init?.body === 'string' && init.body.includes('mutation ')) mutations++
    return fetch(input, init)
  }
  await loadNorthwind(clientOf(us, counting), northwind)
  expect(mutations).toBe(0)
  expect(await countsOf(us)).toEqual(allCounts)

  const { compared, differences, days: done } = await compare(clientOf(us), Expectation.read(folder.path), days)
  expect(differences).toEqual([])
  expect(done).toEqual([...days, '2026-03-10'])
  expect(compared).toBe(customerCount * 9 * done.length)
})

const fourCustomers = [
  {
    legalName: 'Albatros Provisions',
    phone: '98.11.22.33',
    address: { line1: '12, quai du Vent', region: null, postalCode: '29200', city: 'Brest', country: 'FR' },
    contacts: { nodes: [{ name: 'Nils Holm', role: 'Owner' }] },
  },
  {
    legalName: 'Brúixola & Fills',
    phone: '(972) 55 01 02',
    address: { line1: 'C/ del Far, 7', region: 'Girona', postalCode: '17230', city: 'Palamós', country: 'ES' },
    contacts: { nodes: [{ name: 'Mercè Oliu', role: 'Sales Manager' }] },
  },
  {
    legalName: 'Cinder Lane Grocers',
    phone: '(113) 555-0101',
    address: { line1: '4 Cinder Lane', region: null, postalCode: 'LS1 4AB', city: 'Leeds', country: 'GB' },
    contacts: { nodes: [{ name: 'Webb, Ada', role: 'Sales Agent' }] },
  },
  {
    legalName: 'Himal Trading',
    phone: '(2) 555-7788',
    address: { line1: 'Largo do Sol, 40', region: null, postalCode: '4000', city: 'Porto', country: 'PT' },
    contacts: { nodes: [] },
  },
]

test('keeps addresses with commas, leaves out what is NULL, and gives documents the days and numbers of the files', async () => {
  const { clients, invoices, purchaseOrders } = await us.get(`{
    clients(filter: { externalId: { in: ["ALBAT", "BRUIX", "CINDR", "HIMAL"] } }) { nodes { legalName phone address { line1 region postalCode city country } contacts { nodes { name role } } } }
    invoices(filter: { externalId: { in: ["501", "504", "521"] } }, orderBy: { field: NUMBER }) { nodes { number external issuedOn dueOn currency payable { amount } amountDue { amount } lines { description unitPrice quantity discount } } }
    purchaseOrders(filter: { externalId: { in: ["501", "504"] } }, orderBy: { field: NUMBER }) { nodes { number direction state orderedOn closedOn rate } }
  }`)
  expect(clients.nodes).toEqual(fourCustomers)
  expect(invoices.nodes).toMatchObject([
    {
      number: '501',
      external: true,
      issuedOn: '2025-07-01',
      dueOn: '2025-07-15',
      currency: 'USD',
      amountDue: { amount: '0.00' },
      lines: [{ description: 'Salt flakes' }],
    },
    { number: '504', issuedOn: '2025-07-19', dueOn: '2025-08-02' },
    {
      number: '521',
      payable: { amount: '0.00' },
      lines: [{ discount: '100' }, { discount: '100' }, { discount: '100' }],
    },
  ])
  expect(invoices.nodes[1].amountDue).toEqual(invoices.nodes[1].payable)
  expect(purchaseOrders.nodes).toEqual([
    {
      number: '501',
      direction: 'FROM_CLIENT',
      state: 'CLOSED',
      orderedOn: '2025-07-01',
      closedOn: '2025-07-01',
      rate: null,
    },
    { number: '504', direction: 'FROM_CLIENT', state: 'OPEN', orderedOn: '2025-07-19', closedOn: null, rate: null },
  ])
})

test.each(['request', 'answer'] as const)('goes on where it was interrupted, wherever the %s was lost', async lost => {
  const others = await world.organization()
  const northwind = await readNorthwind(folder.path)
  let runs = 1
  for (; ; runs++) {
    let left = 23 + runs
    const breaking: typeof fetch = async (input, init) => {
      if (lost === 'request' && left <= 0) throw new TypeError('the line is dead')
      const response = await fetch(input, init)
      if (left-- <= 0) throw new TypeError('the line is dead')
      return response
    }
    const failure = await loadNorthwind(clientOf(others, breaking), northwind).then(
      () => undefined,
      (error: Error) => error.message,
    )
    if (failure === undefined) break
    expect(failure).toContain('the line is dead')
  }
  expect(runs).toBeGreaterThan(5)
  expect(await countsOf(others)).toEqual(allCounts)
  const { differences } = await compare(clientOf(others), Expectation.read(folder.path), days)
  expect(differences).toEqual([])
})

test('names the order that the API refuses, and takes it up when the reason is gone', async () => {
  const others = await world.organization()
  const northwind = await readNorthwind(folder.path)
  await loadNorthwind(clientOf(others), { customers: northwind.customers, orders: [] })
  const { clients } = await others.get('{ clients(filter: { externalId: { eq: "ALBAT" } }) { nodes { id version } } }')
  const archived = await others.do('archiveClient', clients.nodes[0])
  await expect(loadNorthwind(clientOf(others), northwind)).rejects.toThrow(/^Order 501: .*archived/)
  await others.do('unarchiveClient', archived)
  await loadNorthwind(clientOf(others), northwind)
  expect(await countsOf(others)).toEqual(allCounts)
})

test('lists customers by the amount they owe, largest first', async () => {
  const northwind = await readNorthwind(folder.path)
  const expected = Expectation.read(folder.path)
  const found = await balances(clientOf(us), northwind.customers, '2025-12-31')
  const wanted = expected.customers
    .map(customer => ({
      customer,
      cents: Number(expected.figures(customer, '2025-12-31')['invoices outstanding'].cents),
    }))
    .sort((a, b) => b.cents - a.cents || (a.customer < b.customer ? -1 : 1))
  expect(
    found.map(({ externalId, outstanding }) => ({
      customer: externalId,
      cents: Math.round(Number(outstanding.amount) * 100),
    })),
  ).toEqual(wanted)
  const lines = told(found, '2025-12-31', 3).split('\n')
  expect(lines).toHaveLength(5)
  expect(lines[4]).toMatch(/^3 open invoices, 2 of them overdue\.$/)
})

test('knows countries by their English names, never by a withdrawn code', () => {
  expect(['UK', 'USA', 'Germany', 'Yemen', 'russia', 'Côte d’Ivoire', 'Atlantis'].map(countryCode)).toEqual([
    'GB',
    'US',
    'DE',
    'YE',
    'RU',
    'CI',
    undefined,
  ])
})

test.each([
  ['customers.csv', 'customerID,companyName\nAAAAA,Aaa\n', 'customers.csv, line 2: there is no column contactName.'],
  [
    'order-details.csv',
    'orderID,productID,unitPrice,quantity,discount\n501,9,1,1,0\n',
    'order-details.csv, line 2: products.csv has no product 9.',
  ],
  [
    'order-details.csv',
    'orderID,productID,unitPrice,quantity,discount\n501,1,1,1,5 %\n',
    'order-details.csv, line 2: 5 % is no fraction such as 0.15.',
  ],
  [
    'orders.csv',
    'orderID,customerID,orderDate,shippedDate\n1,ALBAT,2025-01-01,NULL\n2,ALBAT,01/02/2025,NULL\n',
    'orders.csv, line 3: orderDate is 01/02/2025, which is no date such as 1996-07-04.',
  ],
  [
    'orders.csv',
    'orderID,customerID,orderDate,shippedDate\n1,NOONE,2025-01-01,NULL\n',
    'orders.csv, line 2: customers.csv has no customer NOONE.',
  ],
])('refuses a wrong %s before anything is sent, and says where', async (name, text, message) => {
  const wrong = northwindFolder()
  wrong.write(name, text)
  await expect(readNorthwind(wrong.path)).rejects.toThrow(message)
  wrong.remove()
})

const compiledExample = (name: string) => fileURLToPath(new URL(`../../examples/${name}.js`, import.meta.url))

describe('on the command line', () => {
  const run = (program: string, folderPath: string, environment: NodeJS.ProcessEnv) =>
    promisify(execFile)(process.execPath, [compiledExample(program), folderPath], {
      env: { PATH: process.env.PATH, ...environment },
    }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    )

  test('loads, checks, and reports errors that a person can fix', async () => {
    const environment = { CLIENTELA_URL: world.url, CLIENTELA_API_KEY: us.secret }
    expect(await run('northwind', folder.path, environment)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('12 customers and 40 orders are loaded'),
    })
    // Its usual days lie before the first order; the count shows that they were compared.
    expect(await run('northwind-check', folder.path, environment)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^864 figures on 1996-07-03, .*: all equal\.\n$/),
    })

    expect(await run('northwind', folder.path, {})).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Set CLIENTELA_API_KEY/),
    })
    expect(await run('northwind', '/nowhere', environment)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^\/nowhere\/products\.csv cannot be read/),
    })
    expect(
      await run('northwind', folder.path, { ...environment, CLIENTELA_URL: 'http://127.0.0.1:9/graphql' }),
    ).toMatchObject({ code: 1, stderr: expect.stringMatching(/No answer from .*\nIs the server running\?/) })
    const empty = await world.organization()
    expect(
      await run('northwind-check', folder.path, { ...environment, CLIENTELA_API_KEY: empty.secret }),
    ).toMatchObject({ code: 1, stdout: expect.stringContaining('ALBAT: there is no such client') })
  })
})

test('the check reports each difference with its client and day', async () => {
  const api = clientOf(us)
  const { payments } = await api.request(PaymentsDocument, { first: 1, filter: { externalId: { eq: '501' } } })
  const payment = payments.nodes[0]
  if (!payment) throw new Error('The first order is not paid.')
  await api.mutate(ReversePaymentDocument, {
    input: { id: payment.id, version: payment.version, reversedOn: '2026-01-31' },
  })
  const { differences } = await compare(api, Expectation.read(folder.path), ['2026-01-30', '2026-01-31'])
  expect(differences.map(text => text.replace(/: the files.*/, ''))).toEqual(
    ['2026-01-31', '2026-03-10'].flatMap(day =>
      ['invoices overdue', 'invoices paid', 'invoices outstanding', 'invoices due'].map(
        name => `ALBAT on ${day}, ${name}`,
      ),
    ),
  )
  expect(differences.at(-2)).toMatch(/the files say \d+: .*, the API says \d+: .* USD$/)
})
