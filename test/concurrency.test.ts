import { Database } from '../src/database/database.js'
import { contentOf } from './support/content.js'
import { manyOf } from './support/many-of.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
beforeAll(async () => {
  world = await World.start()
})
beforeEach(async () => {
  us = await world.organization()
})
afterAll(() => world.stop())

const day = { line1: 'C/ Major 1', city: 'Terrassa' }

async function versionOf(field: string, id: string): Promise<number> {
  return (await us.get(`query($id: ID!) { ${field}(id: $id) { version } }`, { id }))[field].version
}

test('200 changes at once are all kept, each in its own record', async () => {
  const them = await world.organization()
  const [ours, theirs, user] = [await us.client(), await them.client(), await us.user()]
  const project = await us.project(ours.id)
  const events = async () => Number((await us.get('{ activityEvents { totalCount } }')).activityEvents.totalCount)
  const before = await events()
  const made = await manyOf(200, async at => {
    if (at % 5 === 0) return us.do('createClient', { legalName: `Client ${at}`, address: day }, 'id legalName')
    if (at % 5 === 1) return us.task(ours.id, { title: `Task ${at}` }, 'id title')
    if (at % 5 === 2)
      return us.do('createTimeEntry', { projectId: project.id, userId: user.id, minutes: at + 1 }, 'id minutes')
    if (at % 5 === 3) return us.draft(ours.id, `${at}.00`, {}, 'id payable { amount } lines { unitPrice }')
    return them.do('createContact', { clientId: theirs.id, name: `Person ${at}` }, 'id name')
  })
  made.forEach((record, at) => {
    if (at % 5 === 0) expect(record.legalName).toBe(`Client ${at}`)
    if (at % 5 === 1) expect(record.title).toBe(`Task ${at}`)
    if (at % 5 === 2) expect(record.minutes).toBe(at + 1)
    if (at % 5 === 3) expect(record).toMatchObject({ payable: { amount: `${at}.00` }, lines: [{ unitPrice: `${at}` }] })
    if (at % 5 === 4) expect(record.name).toBe(`Person ${at}`)
  })
  const counts = await us.get(
    '{ clients { totalCount } tasks { totalCount } timeEntries { totalCount } invoices { totalCount } contacts { totalCount } }',
  )
  expect(counts).toEqual({
    clients: { totalCount: 41 },
    tasks: { totalCount: 40 },
    timeEntries: { totalCount: 40 },
    invoices: { totalCount: 40 },
    contacts: { totalCount: 0 },
  })
  expect((await events()) - before).toBe(160)
  const lines = await world.database.read.query<{ n: number }[]>(
    `SELECT COUNT(*) AS n FROM invoice_lines WHERE organization_id = '${us.organizationId}'`,
  )
  expect(Number(lines[0]?.n)).toBe(40)
  const { contacts } = await them.get('{ contacts(first: 100) { totalCount nodes { primary } } }')
  expect(contacts.totalCount).toBe(40)
  expect(contacts.nodes.filter(({ primary }: { primary: boolean }) => primary)).toHaveLength(1)
})

test('50 changes in one request run one after the other', async () => {
  const client = await us.client()
  const fields = Array.from(
    { length: 50 },
    (_, at) =>
      `m${at}: createTask(input: { clientId: "${client.id}", title: "T${String(at).padStart(2, '0')}" }) { task { title } userErrors { code } }`,
  )
  const data = await us.get(`mutation { ${fields.join(' ')} }`)
  expect(Object.values<Json>(data).map(({ task }) => task.title)).toEqual(
    [...Array(50).keys()].map(at => `T${String(at).padStart(2, '0')}`),
  )
  const { tasks } = await us.get('{ tasks(first: 100, orderBy: { field: CREATED_AT }) { nodes { title } } }')
  expect(tasks.nodes.map(({ title }: { title: string }) => title)).toEqual(
    [...Array(50).keys()].map(at => `T${String(at).padStart(2, '0')}`),
  )
})

describe('a change that fails half-way leaves no row', () => {
  test.each<[string, () => Promise<Json>]>([
    [
      'a payment dated before its invoice',
      async () =>
        us.try('recordPayment', {
          invoiceId: (await us.invoice((await us.client()).id, '10')).id,
          amount: '5',
          paidOn: '2026-03-01',
        }),
    ],
    [
      'an invoice with an unknown time entry',
      async () =>
        us.ask('mutation($input: CreateInvoiceInput!) { createInvoice(input: $input) { userErrors { code } } }', {
          input: {
            clientId: (await us.client()).id,
            lines: [{ description: 'x', quantity: '1', unitPrice: '1' }],
            timeEntryIds: ['tim_01kkbpenw0e9c8f24997b8e7da'],
          },
        }),
    ],
    [
      'a new primary contact with a text that is too long',
      async () => {
        const client = await us.client()
        await us.do('createContact', { clientId: client.id, name: 'First' })
        return us.try('createContact', { clientId: client.id, name: 'x'.repeat(300), primary: true })
      },
    ],
    [
      'a reversal of a payment dated before one of its allocations',
      async () => {
        const client = await us.client()
        const payment = await us.do('recordPayment', { clientId: client.id, amount: '100', paidOn: '2026-01-01' })
        const [first, second] = [
          await us.invoice(client.id, '10', { authorisedOn: '2026-01-02' }),
          await us.invoice(client.id, '10', { authorisedOn: '2026-02-02' }),
        ]
        await us.do('allocate', { invoiceId: first.id, paymentId: payment.id, allocatedOn: '2026-01-02' })
        await us.do('allocate', { invoiceId: second.id, paymentId: payment.id, allocatedOn: '2026-02-02' })
        return us.try('reversePayment', { id: payment.id, version: payment.version, reversedOn: '2026-01-15' })
      },
    ],
    [
      'an authorisation that gives a number to a document that cannot be',
      async () => {
        const client = await us.client()
        const draft = await us.draft(client.id, '1', { dueOn: '2026-01-01' })
        const submitted = await us.do('submitInvoice', { id: draft.id, version: draft.version })
        return us.try('authoriseInvoice', { id: draft.id, version: submitted.version })
      },
    ],
  ])('%s', async (_name, attempt) => {
    const write = world.database.write.bind(world.database)
    let before = ''
    // The last transaction is the one that fails.
    world.database.write = async work => {
      before = await contentOf(world)
      return write(work)
    }
    try {
      const answer = JSON.stringify(await attempt())
      expect(answer).toMatch(/"code":"(?!SQL)[A-Z_]+"/)
    } finally {
      world.database.write = write
    }
    expect((await contentOf(world)) === before).toBe(true)
  })
})

test('of two changes to one version, one is made and the other gets a conflict with both versions', async () => {
  const client = await us.client()
  for (let version = 1; version <= 10; version++) {
    const answers = await manyOf(2, at =>
      us.ask('mutation($input: UpdateClientInput!) { updateClient(input: $input) { client { version legalName } } }', {
        input: { id: client.id, version, legalName: `${version}-${at}` },
      }),
    )
    const [made, refused] = [...answers].sort((a, b) => (a.errors?.length ?? 0) - (b.errors?.length ?? 0))
    expect(made).toMatchObject({ data: { updateClient: { client: { version: version + 1 } } } })
    expect(refused?.errors).toMatchObject([{ extensions: { code: 'CONFLICT', version: version + 1, yours: version } }])
  }
  expect(
    (await us.get('query($id: ID!) { client(id: $id) { activity { totalCount } } }', { id: client.id })).client.activity
      .totalCount,
  ).toBe(11)
})

test('a verb and a change of the same version do not both happen', async () => {
  const client = await us.client()
  const draft = await us.draft(client.id, '10')
  const send = (mutation: string, input: object) =>
    us.ask(
      `mutation($input: ${mutation === 'submitInvoice' ? 'InvoiceDayInput' : mutation === 'deleteInvoice' ? 'RecordInput' : 'UpdateInvoiceInput'}!) { ${mutation}(input: $input) { userErrors { code } } }`,
      { input: { id: draft.id, version: draft.version, ...input } },
    )
  const answers = await Promise.all([
    send('submitInvoice', {}),
    send('updateInvoice', { dueOn: '2026-05-01' }),
    send('deleteInvoice', {}),
    send('submitInvoice', {}),
  ])
  expect(answers.filter(({ errors }) => !errors)).toHaveLength(1)
  for (const { errors } of answers) if (errors) expect(['CONFLICT', 'NOT_FOUND']).toContain(errors[0]?.extensions.code)
})

test('numbers have no gaps when 50 invoices are authorised at once and some are refused', async () => {
  const client = await us.client()
  const submitted = await manyOf(50, async at => {
    const draft = await us.draft(client.id, '10', { dueOn: at % 5 === 4 ? '2020-01-01' : undefined, type: undefined })
    return us.do('submitInvoice', { id: draft.id, version: draft.version })
  })
  const answers = await Promise.all(
    submitted.map(({ id, version }) => us.try('authoriseInvoice', { id, version }, 'number')),
  )
  expect(answers.filter(({ userErrors }) => userErrors.length > 0)).toHaveLength(10)
  const numbers = answers.flatMap(({ record }) => (record ? [record.number as string] : [])).sort() // of an invoice
  expect(numbers).toEqual(Array.from({ length: 40 }, (_, at) => `F2026/${String(at + 1).padStart(4, '0')}`))
})

test('orders to clients that are opened at once are numbered without gaps', async () => {
  const client = await us.client()
  const orders = await manyOf(20, () =>
    us.do('createPurchaseOrder', {
      clientId: client.id,
      direction: 'TO_CLIENT',
      lines: [{ description: 'x', quantity: '1', unitPrice: '1' }],
    }),
  )
  const opened = await Promise.all(
    orders.map(({ id, version }) => us.do('openPurchaseOrder', { id, version }, 'number')),
  )
  expect(opened.map(({ number }) => number).sort()).toEqual(
    Array.from({ length: 20 }, (_, at) => `PO-${String(at + 1).padStart(5, '0')}`),
  )
})

test('payments at once never settle more than is due', async () => {
  const client = await us.client()
  const invoice = await us.invoice(client.id, '100.00')
  await manyOf(20, () => us.do('recordPayment', { invoiceId: invoice.id, amount: '15.00' }))
  const { invoice: paid, client: now } = await us.get(
    'query($invoice: ID!, $client: ID!) { invoice(id: $invoice) { amountDue { amount } allocations { nodes { amount { amount } } } } client(id: $client) { overview { invoices { unappliedCredit { amounts { amount } } paid { count } } } } }',
    { invoice: invoice.id, client: client.id },
  )
  expect(paid.amountDue.amount).toBe('0.00')
  expect(paid.allocations.nodes.reduce((sum: number, { amount }: Json) => sum + Number(amount.amount), 0)).toBe(100)
  expect(now.overview.invoices).toEqual({ unappliedCredit: { amounts: [{ amount: '200.00' }] }, paid: { count: 1 } })
})

test('allocations, refunds and reversals of one payment at once never use more than it has', async () => {
  const client = await us.client()
  const invoices = await manyOf(6, () => us.invoice(client.id, '40.00'))
  const payment = await us.do('recordPayment', { clientId: client.id, amount: '100.00' })
  await Promise.all([
    ...invoices.map(({ id }) =>
      us.ask(
        `mutation { allocate(input: { invoiceId: "${id}", paymentId: "${payment.id}", amount: "40" }) { userErrors { code } } }`,
      ),
    ),
    ...invoices.map(() =>
      us.ask(`mutation { recordRefund(input: { paymentId: "${payment.id}", amount: "30" }) { userErrors { code } } }`),
    ),
    us.ask(
      `mutation { reversePayment(input: { id: "${payment.id}", version: ${payment.version} }) { userErrors { code } } }`,
    ),
  ]).then(answers =>
    answers.forEach(({ errors }) =>
      expect(errors ?? []).toEqual(
        errors?.map(() => expect.objectContaining({ extensions: expect.objectContaining({ code: 'CONFLICT' }) })) ?? [],
      ),
    ),
  )
  const state = await us.get(
    'query($id: ID!) { payment(id: $id) { reversedOn unappliedAmount { amount } allocations { nodes { deallocatedOn amount { amount } } } refunds { nodes { amount { amount } } } } }',
    { id: payment.id },
  )
  const used = [
    ...state.payment.allocations.nodes.filter(({ deallocatedOn }: Json) => deallocatedOn === null),
    ...state.payment.refunds.nodes,
  ].reduce((sum: number, { amount }: Json) => sum + Number(amount.amount), 0)
  if (state.payment.reversedOn) expect(used).toBe(0)
  else expect([used <= 100, Number(state.payment.unappliedAmount.amount)]).toEqual([true, 100 - used])
})

test('a void and a payment of one invoice do not both stand', async () => {
  const client = await us.client()
  for (let round = 0; round < 5; round++) {
    const invoice = await us.invoice(client.id, '10.00')
    await Promise.all([
      us.ask(
        `mutation { voidInvoice(input: { id: "${invoice.id}", version: ${invoice.version} }) { userErrors { code } } }`,
      ),
      us.ask(`mutation { recordPayment(input: { invoiceId: "${invoice.id}", amount: "10" }) { userErrors { code } } }`),
    ])
    const { invoice: now } = await us.get('query($id: ID!) { invoice(id: $id) { state allocations { totalCount } } }', {
      id: invoice.id,
    })
    expect([now.state, now.allocations.totalCount]).toEqual(now.state === 'VOIDED' ? ['VOIDED', 0] : ['AUTHORISED', 1])
  }
})

test('a client with contacts made, promoted and deleted at once keeps exactly one primary', async () => {
  const client = await us.client()
  const contacts = await manyOf(8, at =>
    us.do('createContact', { clientId: client.id, name: `C${at}`, primary: at % 2 === 0 }),
  )
  await Promise.all(
    contacts.map(async ({ id }, at) => {
      const version = await versionOf('contact', id)
      return at % 2 === 0
        ? us.ask(`mutation { deleteContact(input: { id: "${id}", version: ${version} }) { userErrors { code } } }`)
        : us.ask(
            `mutation { updateContact(input: { id: "${id}", version: ${version}, primary: true }) { userErrors { code } } }`,
          )
    }),
  )
  const { contacts: left } = await us.get('{ contacts { nodes { primary } } }')
  expect(left.nodes.filter(({ primary }: Json) => primary)).toHaveLength(1)
})

test('of two simultaneous creations with one tax id, external id or project code, one succeeds and the other is refused', async () => {
  const outcome = async (work: (at: number) => Promise<{ userErrors: { code: string }[] }>) =>
    (await manyOf(4, work)).map(({ userErrors }) => userErrors[0]?.code ?? 'made').sort()
  const client = await us.client()
  const codes = (code: string) => [code, code, code, 'made'].sort()
  expect(
    await outcome(at => us.try('createClient', { legalName: `A${at}`, address: day, taxId: 'B58378431' })),
  ).toEqual(codes('TAX_ID_TAKEN'))
  expect(await outcome(at => us.try('createClient', { legalName: `B${at}`, address: day, externalId: 'E1' }))).toEqual(
    codes('EXTERNAL_ID_TAKEN'),
  )
  expect(await outcome(at => us.try('createProject', { clientId: client.id, name: `P${at}`, code: 'P' }))).toEqual(
    codes('CODE_TAKEN'),
  )
})

test('a time entry billed on several invoices at once lands on one, and a simultaneous change is refused or comes first', async () => {
  const [client, user] = [await us.client(), await us.user()]
  const project = await us.project(client.id)
  const entry = await us.do('createTimeEntry', { projectId: project.id, userId: user.id, minutes: 60 })
  const answers = await Promise.all([
    ...[1, 2, 3, 4].map(() => us.try('createInvoice', { clientId: client.id, timeEntryIds: [entry.id] })),
    us.try('updateTimeEntry', { id: entry.id, version: entry.version, minutes: 30 }),
  ])
  const billed = answers.slice(0, 4)
  expect(billed.filter(({ record }) => record)).toHaveLength(1)
  expect(billed.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(
    Array(3).fill('TIME_ENTRY_BILLED'),
  )
  expect(
    await world.database.read.query(`SELECT id FROM billed_time WHERE time_entry_id = '${entry.id}'`),
  ).toHaveLength(1)
})

test('a client is not deleted while a document for it is being made', async () => {
  for (let round = 0; round < 8; round++) {
    const client = await us.client()
    const [deleted, made] = await Promise.all([
      us.ask(
        `mutation { deleteClient(input: { id: "${client.id}", version: 1 }) { client { id } userErrors { code } } }`,
      ),
      us.ask(
        `mutation { createProject(input: { clientId: "${client.id}", name: "x" }) { project { id } userErrors { code } } }`,
      ),
    ])
    const outcome = [
      deleted.data?.deleteClient?.client ? 'deleted' : 'kept',
      made.data?.createProject?.project ? 'made' : 'not made',
    ]
    expect([
      ['deleted', 'not made'],
      ['kept', 'made'],
    ]).toContainEqual(outcome)
    expect(JSON.stringify([deleted, made])).not.toContain('INTERNAL_SERVER_ERROR')
  }
})

test('reads during writes see whole changes', async () => {
  const client = await us.client()
  let writing = true
  const writes = (async () => {
    for (let at = 0; at < 15; at++)
      await us.do('recordPayment', { invoiceId: (await us.invoice(client.id, '10.00')).id, amount: '10.00' })
    writing = false
  })()
  let reads = 0
  while (writing) {
    const { client: now } = await us.get(
      'query($id: ID!) { client(id: $id) { overview { invoices { authorised { count } pending { count } overdue { count } paid { count } outstanding { count } unappliedCredit { amounts { amount } } } } } }',
      { id: client.id },
    )
    const { authorised, pending, overdue, paid, outstanding, unappliedCredit } = now.overview.invoices
    expect(authorised.count).toBe(pending.count + overdue.count + paid.count)
    expect(outstanding.count).toBe(pending.count + overdue.count)
    expect(unappliedCredit.amounts).toEqual([])
    reads++
  }
  await writes
  expect(reads).toBeGreaterThan(10)
})

test('interleaved transactions stay apart: failed ones leave nothing, the others everything', async () => {
  const { database } = world
  const pause = () => new Promise(resolve => setTimeout(resolve, Math.random() * 5))
  const insert = (at: number, part: string) =>
    `INSERT INTO migrations (timestamp, name) VALUES (${at}, 'test ${part} ${at}')`
  await Promise.allSettled(
    Array.from({ length: 20 }, (_, at) =>
      database.write(async manager => {
        await manager.query(insert(at, 'first'))
        await pause()
        if (at % 3 === 0) throw new Error('half-way')
        await manager.query(insert(at, 'second'))
        await pause()
      }),
    ),
  )
  const rows = await database.read.query<{ name: string }[]>("SELECT name FROM migrations WHERE name LIKE 'test %'")
  await database.write(manager => manager.query("DELETE FROM migrations WHERE name LIKE 'test %'"))
  const kept = [...Array(20).keys()].filter(at => at % 3 !== 0)
  expect(rows.map(({ name }) => name).sort()).toEqual(
    kept.flatMap(at => [`test first ${at}`, `test second ${at}`]).sort(),
  )
})

test('a change waits while another program writes to the same database', async () => {
  const client = await us.client()
  const other = await Database.open(world.location)
  try {
    const held = other.write(async manager => {
      await manager.query(`UPDATE clients SET notes = 'theirs' WHERE id = '${client.id}'`)
      await new Promise(resolve => setTimeout(resolve, 300))
    })
    await new Promise(resolve => setTimeout(resolve, 50))
    const made = await Promise.all([
      us.do('updateClient', { id: client.id, version: 1, phone: '1' }, 'notes phone'),
      us.task(client.id),
      us.task(client.id),
    ])
    expect(made[0]).toEqual({ notes: 'theirs', phone: '1' })
    await held
  } finally {
    await other.close()
  }
})
