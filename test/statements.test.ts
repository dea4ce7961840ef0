import { parse, type DocumentNode } from 'graphql'
import * as sdk from '@clientela/sdk'
import { ClientelaClient } from '@clientela/sdk'
import { inBatch } from './support/mutation-batch.js'
import { World, type Json, type Tenant } from './support/world.js'

// The cost of a page does not depend on how much it shows. The numbers are the same on every database.
// The server knows the key already, as within a second of another request.

const sizes = [1, 20, 100] as const
type Size = (typeof sizes)[number]

let world: World
let us: Tenant
let api: ClientelaClient
let users: string[]
/** By size, a client that has so many of everything, and some of what hangs on it. */
const having = new Map<Size, { client: string; project: string; order: string; invoice: string }>()

const many = <T>(count: number, of: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => of(at))
/** People are many, so that no list finds all of its own among those that another has read. */
const person = (from: number, at: number) => users[(from + at) % users.length]

async function make(mutation: string, inputs: object[]): Promise<Json[]> {
  const refused = new Map<string, number>()
  const made = await inBatch(us, mutation, inputs, 'id version', refused)
  expect([...refused]).toEqual([])
  return made
}
const ids = (made: Json[]): string[] => made.map(({ id }) => id)

const line = { description: 'Feina', quantity: '1', unitPrice: '1000' }

const authorise = async (drafts: Json[]) =>
  make(
    'authoriseInvoice',
    (await make('submitInvoice', drafts)).map(made => ({ ...made, authorisedOn: '2026-01-10' })),
  )

async function projectsOf(client: string, size: Size) {
  const projects = ids(
    await make(
      'createProject',
      many(size, at => ({ clientId: client, name: `Project ${at}`, openedOn: '2026-01-01' })),
    ),
  )
  const [project = ''] = projects
  const time = await make(
    'createTimeEntry',
    [...many(size, () => project), ...projects].map((projectId, at) => ({
      projectId,
      userId: person(100, at),
      date: '2026-01-05',
      minutes: 30,
    })),
  )
  return { projects, project, time }
}

async function tasksOf(client: string, size: Size, projects: string[]) {
  const [project] = projects
  const task = (given: object, at: number) => ({
    clientId: client,
    projectId: projects[at],
    assigneeId: person(250, at),
    title: 'Task',
    openedOn: '2026-01-01',
    dueOn: '2026-02-01',
    ...given,
  })
  const states = {
    startTask: {},
    completeTask: { completedOn: '2026-02-01' },
    discardTask: { completedOn: '2026-02-01' },
  }
  await make(
    'createTask',
    many(size, at => task({ projectId: project }, at)),
  )
  for (const [verb, given] of Object.entries(states))
    await make(
      verb,
      (
        await make(
          'createTask',
          many(size, at => task({}, at)),
        )
      ).map(made => ({ ...made, ...given })),
    )
}

async function ordersOf(client: string, size: Size) {
  const order = (direction: string) =>
    many(size, at => ({
      clientId: client,
      direction,
      ...(direction === 'FROM_CLIENT' ? { number: `${size}-${at}` } : {}),
      lines: many(at === 0 ? size : 1, () => line),
    }))
  const [orders] = [
    await make('createPurchaseOrder', order('FROM_CLIENT')),
    await make('createPurchaseOrder', order('TO_CLIENT')),
  ]
  await make('openPurchaseOrder', orders)
  return orders
}

async function invoicesOf(client: string, size: Size, time: Json[]) {
  const invoices = await make(
    'createInvoice',
    many(size, at => ({
      clientId: client,
      dueOn: '2026-02-01',
      lines: many(at === 0 ? size : 1, () => line),
      timeEntryIds: at === 0 ? ids(time) : [],
    })),
  )
  await authorise(invoices)
  const [{ id: invoice }] = invoices
  return invoice
}

async function settlementsOf(client: string, size: Size, invoice: string) {
  const notes = await authorise(
    await make(
      'createInvoice',
      many(size, () => ({
        clientId: client,
        type: 'CREDIT_NOTE',
        correctsId: invoice,
        lines: [{ ...line, unitPrice: '3' }],
      })),
    ),
  )
  const payments = await make(
    'recordPayment',
    many(size, () => ({ invoiceId: invoice, amount: '2', paidOn: '2026-02-01' })),
  )
  await make(
    'allocate',
    notes
      .slice(0, Math.ceil(size / 2))
      .map(({ id }) => ({ invoiceId: invoice, creditNoteId: id, amount: '1', allocatedOn: '2026-02-01' })),
  )
  await make(
    'recordPayment',
    many(size, () => ({ clientId: client, amount: '2', paidOn: '2026-02-01' })),
  ).then(free =>
    make(
      'recordRefund',
      free.map(({ id }) => ({ paymentId: id, amount: '1' })),
    ),
  )
  expect(payments).toHaveLength(size)
}

async function dealsOf(client: string, size: Size) {
  const deals = await make(
    'createDeal',
    many(size, at => ({ clientId: client, title: `Deal ${at}`, value: '10', ownerId: person(0, at) })),
  )
  for (let left = size; left > 0; left -= 20)
    await us.do('uploadFiles', {
      subjectId: client,
      files: many(Math.min(20, left), at => new File(['x'], `f${at}.txt`)),
    })
  await make(
    'createQuote',
    deals.map(({ id: dealId }) => ({ clientId: client, dealId, lines: [line] })),
  )
}

/** A client that has so many of everything. */
async function clientWith(size: Size) {
  const [{ id: client }] = await make('createClient', [
    { legalName: `Client of ${size}`, address: { line1: 'x', city: 'x' }, ownerId: person(0, size) },
  ])
  await make(
    'createContact',
    many(size, at => ({ clientId: client, name: `Contact ${at}`, primary: at === 0 })),
  )
  const { projects, project, time } = await projectsOf(client, size)
  await tasksOf(client, size, projects)
  const orders = await ordersOf(client, size)
  const invoice = await invoicesOf(client, size, time)
  await settlementsOf(client, size, invoice)
  await dealsOf(client, size)
  having.set(size, { client, project, order: orders[0].id, invoice })
}

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  api = new ClientelaClient({ url: world.url, apiKey: us.secret })
  users = ids(
    await make(
      'createUser',
      many(400, at => ({ name: `User ${at}`, email: `u${at}@example.com` })),
    ),
  )
  for (const size of sizes) await clientWith(size)
  const others = ids(
    await make(
      'createClient',
      many(100, at => ({ legalName: `Other ${at}`, address: { line1: 'x', city: 'x' }, ownerId: person(0, at) })),
    ),
  )
  await make(
    'createContact',
    others.map(clientId => ({ clientId, name: 'Contact', primary: true })),
  )
  await api.request(sdk.OrganizationDocument) // the first use of a key is written once a minute
}, 240_000)
afterAll(() => world.stop())

async function cost(document: DocumentNode, variables: object): Promise<number> {
  await api.request(document, variables) // figures that nobody has asked for yet are kept behind the answer
  await world.settled()
  const before = world.database.statements
  await api.request(document, variables)
  return world.database.statements - before
}

const page = (size: Size) => ({ id: having.get(size)?.client, first: size })
const overdueFirst = parse(
  'query ($first: Int!) { clients(first: $first, filter: { openTasks: { gte: 0 } }, orderBy: { field: OVERDUE, direction: DESC }) { nodes { legalName overview { invoices { overdue { count } } } } } }',
)
const pages: [name: string, document: DocumentNode, variables: (size: Size) => object, statements: number][] = [
  ['the list of clients', sdk.ClientListPageDocument, first => ({ first }), 4],
  ['the list of clients by overdue amounts', overdueFirst, first => ({ first }), 1],
  ['the summaries of clients', sdk.ClientSummariesDocument, first => ({ first, count: true }), 3],
  ['the page of a client', sdk.ClientPageDocument, page, 12],
  ['its contacts', sdk.ClientContactsTabDocument, page, 5],
  ['its projects', sdk.ClientProjectsTabDocument, page, 10],
  ['its time', sdk.ClientTimeTabDocument, page, 7],
  ['its tasks', sdk.ClientTasksBoardDocument, page, 14],
  ['its orders', sdk.ClientOrdersTabDocument, page, 5],
  ['its invoices', sdk.ClientInvoicesTabDocument, page, 7],
  ['its overdue invoices', sdk.ClientInvoicesTabDocument, size => ({ ...page(size), bucket: 'OVERDUE' }), 6],
  ['its payments', sdk.ClientPaymentsTabDocument, page, 8],
  ['its deals and quotes', sdk.ClientDealsTabDocument, page, 9],
  ['its files', sdk.ClientFilesDocument, page, 3],
  ['its history', sdk.ClientActivityTabDocument, page, 5],
  ['a project', sdk.ProjectPageDocument, size => ({ id: having.get(size)?.project, first: size }), 9],
  ['an order', sdk.PurchaseOrderPageDocument, size => ({ id: having.get(size)?.order }), 3],
  ['an invoice', sdk.InvoicePageDocument, size => ({ id: having.get(size)?.invoice }), 15],
  ['the settings', sdk.SettingsPageDocument, first => ({ first }), 5],
  ['a choice of clients', sdk.ClientPickerDocument, first => ({ first }), 1],
  ['a choice of projects', sdk.ProjectPickerDocument, size => ({ clientId: having.get(size)?.client, first: size }), 2],
  ['a choice of contacts', sdk.ContactPickerDocument, size => ({ clientId: having.get(size)?.client, first: size }), 2],
  ['a choice of people', sdk.UserPickerDocument, first => ({ first }), 1],
]

test.each(pages)(
  '%s costs the same with 1, 20 and 100 of everything',
  async (_name, document, variables, statements) => {
    const costs: number[] = []
    for (const size of sizes) costs.push(await cost(document, variables(size)))
    expect(costs).toEqual([statements, statements, statements])
  },
)

test.each<[mutation: string, statements: number, input: () => object]>([
  [
    'createClient',
    6,
    () => ({ legalName: 'New', email: 'new@example.com', tags: ['lead'], address: { line1: 'x', city: 'x' } }),
  ],
  ['createInvoice', 7, () => ({ clientId: having.get(1)?.client, lines: [line] })],
])('%s takes %i statements, with the end of its transaction', async (mutation, statements, input) => {
  await us.do(mutation, input())
  await world.settled()
  const before = world.database.statements
  await us.do(mutation, input())
  expect(world.database.statements - before).toBe(statements)
})
