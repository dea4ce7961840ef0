import { documentsIn } from './support/client-documents.js'
import { lineOf } from './support/document-line.js'
import { pick, recordsIn, today, type Row } from './support/record.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let client: { id: string; version: number }
let user: { id: string; version: number }

beforeAll(async () => {
  world = await World.start()
})
beforeEach(async () => {
  us = await world.organization()
  client = await us.client()
  user = await us.user()
})
afterAll(() => world.stop())

const { verb, codeOf, events } = recordsIn(() => us)
const { order, payment } = documentsIn(
  () => us,
  () => client,
)
const line = lineOf('10')

const opened = async (orderedOn = '2026-03-05') => verb('openPurchaseOrder', await order(), { orderedOn })
const submitted = async (given: object = {}) => verb('submitInvoice', await us.draft(client.id, '100', given))

interface Verb {
  name: string
  mutation: string
  /** The field of the day. */
  on: string
  begin: () => Promise<Row>
  /** The day before which it cannot happen. */
  earliest?: string
  kind: string
  /** What a second time is told. */
  again: string
  changed: object
}

const task = (given: object = {}) => us.task(client.id, { openedOn: '2026-03-05', ...given })
const project = (given: object = {}) => us.project(client.id, { openedOn: '2026-03-05', ...given })

const verbs: Omit<Verb, 'name'>[] = [
  {
    mutation: 'activateProject',
    on: 'on',
    begin: project,
    earliest: '2026-03-05',
    kind: 'PROJECT_ACTIVATED',
    again: 'PROJECT_ACTIVE',
    changed: { state: 'ACTIVE' },
  },
  {
    mutation: 'windUpProject',
    on: 'on',
    begin: async () => verb('activateProject', await project()),
    earliest: '2026-03-05',
    kind: 'PROJECT_WOUND_UP',
    again: 'PROJECT_PROCESSING',
    changed: { state: 'PROCESSING' },
  },
  {
    mutation: 'closeProject',
    on: 'closedOn',
    begin: project,
    earliest: '2026-03-05',
    kind: 'PROJECT_CLOSED',
    again: 'PROJECT_CLOSED',
    changed: { state: 'CLOSED', closedOn: today },
  },
  {
    mutation: 'startTask',
    on: 'on',
    begin: task,
    earliest: '2026-03-05',
    kind: 'TASK_STARTED',
    again: 'TASK_IN_PROGRESS',
    changed: { state: 'IN_PROGRESS' },
  },
  {
    mutation: 'completeTask',
    on: 'completedOn',
    begin: task,
    earliest: '2026-03-05',
    kind: 'TASK_COMPLETED',
    again: 'TASK_DONE',
    changed: { state: 'DONE', completedOn: today },
  },
  {
    mutation: 'discardTask',
    on: 'completedOn',
    begin: task,
    earliest: '2026-03-05',
    kind: 'TASK_DISCARDED',
    again: 'TASK_DISCARDED',
    changed: { state: 'DISCARDED', completedOn: today },
  },
  {
    mutation: 'reopenTask',
    on: 'on',
    begin: async () => verb('completeTask', await task(), { completedOn: '2026-03-06' }),
    earliest: '2026-03-06',
    kind: 'TASK_REOPENED',
    again: 'TASK_TODO',
    changed: { state: 'TODO', completedOn: null },
  },
  {
    mutation: 'openPurchaseOrder',
    on: 'orderedOn',
    begin: order,
    kind: 'PURCHASE_ORDER_OPENED',
    again: 'PURCHASE_ORDER_OPEN',
    changed: { state: 'OPEN', orderedOn: today },
  },
  {
    mutation: 'receivePurchaseOrder',
    on: 'receivedOn',
    begin: opened,
    earliest: '2026-03-05',
    kind: 'PURCHASE_ORDER_RECEIVED',
    again: 'PURCHASE_ORDER_RECEIVED',
    changed: { state: 'RECEIVED', receivedOn: today },
  },
  {
    mutation: 'receivePurchaseOrder',
    on: 'receivedOn',
    begin: async () => verb('partiallyReceivePurchaseOrder', await opened(), { receivedOn: '2026-03-06' }),
    earliest: '2026-03-06',
    kind: 'PURCHASE_ORDER_RECEIVED',
    again: 'PURCHASE_ORDER_RECEIVED',
    changed: { receivedOn: today },
  },
  {
    mutation: 'closePurchaseOrder',
    on: 'closedOn',
    begin: opened,
    earliest: '2026-03-05',
    kind: 'PURCHASE_ORDER_CLOSED',
    again: 'PURCHASE_ORDER_CLOSED',
    changed: { state: 'CLOSED', closedOn: today },
  },
  {
    mutation: 'cancelPurchaseOrder',
    on: 'cancelledOn',
    begin: opened,
    earliest: '2026-03-05',
    kind: 'PURCHASE_ORDER_CANCELLED',
    again: 'PURCHASE_ORDER_CANCELLED',
    changed: { state: 'CANCELLED', cancelledOn: today },
  },
  {
    mutation: 'submitInvoice',
    on: 'on',
    begin: () => us.draft(client.id, '10'),
    kind: 'INVOICE_SUBMITTED',
    again: 'INVOICE_SUBMITTED',
    changed: { state: 'SUBMITTED' },
  },
  {
    mutation: 'returnInvoiceToDraft',
    on: 'on',
    begin: submitted,
    kind: 'INVOICE_RETURNED',
    again: 'INVOICE_DRAFT',
    changed: { state: 'DRAFT' },
  },
  {
    mutation: 'authoriseInvoice',
    on: 'authorisedOn',
    begin: submitted,
    kind: 'INVOICE_AUTHORISED',
    again: 'INVOICE_AUTHORISED',
    changed: { state: 'AUTHORISED', authorisedOn: today, issuedOn: today, number: 'F2026/0001' },
  },
  {
    mutation: 'voidInvoice',
    on: 'voidedOn',
    begin: () => us.invoice(client.id, '10', { authorisedOn: '2026-03-05' }),
    earliest: '2026-03-05',
    kind: 'INVOICE_VOIDED',
    again: 'INVOICE_VOIDED',
    changed: { state: 'VOIDED', voidedOn: today },
  },
  {
    mutation: 'reversePayment',
    on: 'reversedOn',
    begin: payment,
    earliest: '2026-03-05',
    kind: 'PAYMENT_REVERSED',
    again: 'PAYMENT_REVERSED',
    changed: { reversedOn: today },
  },
  {
    mutation: 'reverseRefund',
    on: 'reversedOn',
    begin: async () => us.do('recordRefund', { paymentId: (await payment()).id, refundedOn: '2026-03-06' }),
    earliest: '2026-03-06',
    kind: 'REFUND_REVERSED',
    again: 'REFUND_REVERSED',
    changed: { reversedOn: today },
  },
  {
    mutation: 'deallocate',
    on: 'deallocatedOn',
    earliest: '2026-03-06',
    kind: 'ALLOCATION_ENDED',
    again: 'ALLOCATION_ENDED',
    changed: { deallocatedOn: today },
    begin: async () =>
      us.do('allocate', {
        paymentId: (await payment()).id,
        invoiceId: (await us.invoice(client.id, '10', { authorisedOn: '2026-03-05' })).id,
        allocatedOn: '2026-03-06',
      }),
  },
]

describe('every change of state', () => {
  test.each(verbs.map(each => [`${each.mutation} (${each.kind})`, each] as const))(
    '%s keeps its rules and writes one event',
    async (_name, { mutation, on, begin, earliest, kind, again, changed }) => {
      const row = await begin()
      const before = await events(row.id)
      const stale = await us.ask(
        `mutation { ${mutation}(input: { id: "${row.id}", version: ${row.version + 1} }) { userErrors { code } } }`,
      )
      expect(stale.errors?.[0]?.extensions).toEqual({ code: 'CONFLICT', version: row.version, yours: row.version + 1 })
      expect(await codeOf(mutation, { ...pick(row), [on]: '2026-03-11' })).toBe('DATE_FUTURE')
      if (earliest) expect(await codeOf(mutation, { ...pick(row), [on]: previous(earliest) })).toBe('DATE_TOO_EARLY')
      expect(await events(row.id)).toEqual(before)

      const done = await verb(mutation, row)
      expect(done.version).toBe(row.version + 1)
      const [event, ...rest] = await events(row.id)
      expect(rest).toEqual(before)
      expect(event).toMatchObject({
        kind,
        on: today,
        actorName: 'test',
        actorType: 'KEY',
        at: world.now.toISOString(),
        clientId: client.id,
        after: changed,
      })
      expect(Object.keys(event.before)).toEqual(Object.keys(event.after))
      expect(await codeOf(mutation, { ...pick(row), version: done.version })).toBe(again)
    },
  )

  test.each(verbs.filter(({ earliest }) => earliest).map(each => [`${each.mutation} (${each.kind})`, each] as const))(
    '%s takes a day of its own',
    async (_name, { mutation, on, begin, earliest, kind }) => {
      const row = await begin()
      await verb(mutation, row, { [on]: earliest })
      expect((await events(row.id))[0]).toMatchObject({ kind, on: earliest })
    },
  )
})

const previous = (day: string) => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)

test('the day of a change is that of the organisation, in any time zone of the server', async () => {
  const apia = await world.organization({ timeZone: 'Pacific/Apia' }) // 13 hours ahead: the 11th
  const johns = await world.organization({ timeZone: 'America/St_Johns' })
  const at = async (tenant: Tenant) => (await tenant.task((await tenant.client()).id, {}, 'openedOn')).openedOn
  const now = world.now
  world.now = new Date('2026-03-10T01:00:00Z')
  try {
    expect([await at(apia), await at(johns)]).toEqual(['2026-03-10', '2026-03-09'])
  } finally {
    world.now = now
  }
  expect(await at(apia)).toBe('2026-03-11')
})

test('every creation, change and removal writes one event, with the values before and after', async () => {
  const made = await us.do('createProject', { clientId: client.id, name: 'Web' })
  const changed = await verb('updateProject', made, { name: 'Web nova', code: 'W' })
  const same = await verb('updateProject', changed, { name: ' Web nova ' })
  expect(same.version).toBe(changed.version)
  const archived = await verb('archiveProject', changed)
  const back = await verb('unarchiveProject', archived)
  await verb('deleteProject', back)
  expect((await events(made.id)).map(({ kind, before, after }) => ({ kind, before, after }))).toEqual([
    {
      kind: 'PROJECT_DELETED',
      before: { clientId: client.id, name: 'Web nova', code: 'W', state: 'DRAFT', openedOn: today, billable: true },
      after: null,
    },
    { kind: 'PROJECT_UNARCHIVED', before: { archivedAt: world.now.toISOString() }, after: { archivedAt: null } },
    { kind: 'PROJECT_ARCHIVED', before: { archivedAt: null }, after: { archivedAt: world.now.toISOString() } },
    { kind: 'PROJECT_CHANGED', before: { name: 'Web', code: null }, after: { name: 'Web nova', code: 'W' } },
    {
      kind: 'PROJECT_CREATED',
      before: null,
      after: { clientId: client.id, name: 'Web', state: 'DRAFT', openedOn: today, billable: true },
    },
  ])
})

test('the history of a client has the events of all its records, newest first', async () => {
  await us.task(client.id)
  await us.do('createContact', { clientId: client.id, name: 'Pau' })
  const {
    client: { activity },
  } = await us.get('query($id: ID!) { client(id: $id) { activity { nodes { kind } } } }', { id: client.id })
  expect(activity.nodes.map(({ kind }: Json) => kind)).toEqual(['CONTACT_CREATED', 'TASK_CREATED', 'CLIENT_CREATED'])
})

describe('an archived client', () => {
  test('takes no new records, and says so', async () => {
    const running = await us.project(client.id)
    await verb('archiveClient', client)
    for (const [mutation, input] of [
      ['createProject', { name: 'x' }],
      ['createTask', { title: 'x' }],
      ['createPurchaseOrder', { number: 'x', lines: [line] }],
      ['createInvoice', { lines: [line] }],
      ['createInvoice', { kind: 'PURCHASE', lines: [line] }],
    ] as const)
      expect([mutation, await codeOf(mutation, { clientId: client.id, ...input })]).toEqual([
        mutation,
        'CLIENT_ARCHIVED',
      ])
    expect(await codeOf('createTimeEntry', { projectId: running.id, userId: user.id, minutes: 5 })).toBe(
      'CLIENT_ARCHIVED',
    )
  })

  test('still takes payments, allocations, refunds, credit notes, voids and completions', async () => {
    const [paid, credited, voided, todo, ordered] = [
      await us.invoice(client.id, '100'),
      await us.invoice(client.id, '100'),
      await us.invoice(client.id, '100'),
      await us.task(client.id),
      await opened(),
    ]
    const { version } = await verb('archiveClient', client)
    const paying = await us.do('recordPayment', { invoiceId: paid.id, amount: '120' })
    await us.do('allocate', { invoiceId: credited.id, paymentId: paying.id })
    const note = await us.do('createInvoice', {
      clientId: client.id,
      type: 'CREDIT_NOTE',
      correctsId: credited.id,
      lines: [line],
    })
    const issued = await verb('authoriseInvoice', await verb('submitInvoice', note))
    await us.do('allocate', { invoiceId: credited.id, creditNoteId: issued.id, amount: '5' })
    await us.do('recordRefund', { creditNoteId: issued.id })
    await verb('voidInvoice', voided)
    await verb('completeTask', todo)
    await verb('closePurchaseOrder', ordered)
    expect(
      await us.get(
        'query($id: ID!) { clients { totalCount } all: clients(archived: INCLUDE) { totalCount } only: clients(archived: ONLY) { nodes { id } } client(id: $id) { overview { invoices { authorised { count } } } } }',
        { id: client.id },
      ),
    ).toEqual({
      clients: { totalCount: 0 },
      all: { totalCount: 1 },
      only: { nodes: [{ id: client.id }] },
      client: { overview: { invoices: { authorised: { count: 2 } } } },
    })
    expect(await codeOf('archiveClient', { id: client.id, version })).toBe('ALREADY_ARCHIVED')
    await verb('unarchiveClient', { id: client.id, version })
    await us.project(client.id)
  })
})

describe('what hangs on something keeps it', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a contact', () => us.do('createContact', { clientId: client.id, name: 'x' })],
    ['a project', () => us.project(client.id)],
    ['a task', () => us.task(client.id)],
    ['an order', () => order()],
    ['an invoice', () => us.draft(client.id, '1')],
    ['a payment', () => payment()],
  ])('a client with %s is not deleted', async (_name, hang) => {
    await hang()
    expect(await codeOf('deleteClient', pick(client))).toBe('CLIENT_IN_USE')
  })

  test('a client without records can be deleted, and its tax id is free again', async () => {
    const bare = await us.client({ taxId: '12345678Z' })
    await verb('deleteClient', bare)
    await us.client({ taxId: '12345678Z' })
    expect(
      (await us.ask('query($id: ID!) { client(id: $id) { id } }', { id: bare.id })).errors?.[0]?.extensions.code,
    ).toBe('NOT_FOUND')
  })

  test('a project with time or tasks cannot be deleted, nor can time on an invoice', async () => {
    const [timed, tasked] = [await us.project(client.id), await us.project(client.id)]
    const entry = await us.do('createTimeEntry', { projectId: timed.id, userId: user.id, minutes: 60 })
    await us.task(client.id, { projectId: tasked.id })
    expect([await codeOf('deleteProject', pick(timed)), await codeOf('deleteProject', pick(tasked))]).toEqual([
      'PROJECT_IN_USE',
      'PROJECT_IN_USE',
    ])
    const invoice = await us.draft(client.id, '10', { timeEntryIds: [entry.id] })
    expect([
      await codeOf('deleteTimeEntry', pick(entry)),
      await codeOf('updateTimeEntry', { ...pick(entry), minutes: 5 }),
    ]).toEqual(['TIME_ENTRY_BILLED', 'TIME_ENTRY_BILLED'])
    await verb('deleteInvoice', invoice)
    await verb('deleteTimeEntry', entry)
  })

  test('only drafts are changed or deleted', async () => {
    const sent = await submitted()
    const invoice = await us.invoice(client.id, '1')
    const ordered = await opened()
    expect([
      await codeOf('updateInvoice', { ...pick(sent), dueOn: '2026-05-01' }),
      await codeOf('deleteInvoice', pick(sent)),
      await codeOf('updateInvoice', { ...pick(invoice), lines: [] }),
      await codeOf('deleteInvoice', pick(invoice)),
    ]).toEqual(['INVOICE_SUBMITTED', 'INVOICE_SUBMITTED', 'INVOICE_AUTHORISED', 'INVOICE_AUTHORISED'])
    expect([
      await codeOf('updatePurchaseOrder', { ...pick(ordered), expectedOn: today }),
      await codeOf('deletePurchaseOrder', pick(ordered)),
    ]).toEqual(['PURCHASE_ORDER_OPEN', 'PURCHASE_ORDER_OPEN'])
  })

  test('an invoice is not voided while something settles it, nor a credit note while a refund drew on it', async () => {
    const invoice = await us.invoice(client.id, '100')
    const paying = await us.do('recordPayment', { invoiceId: invoice.id, amount: '100' })
    expect(await codeOf('voidInvoice', pick(invoice))).toBe('ALLOCATIONS_STAND')
    const refund = await us.do('recordRefund', { paymentId: (await payment()).id })
    expect(await codeOf('recordRefund', { paymentId: paying.id })).toBe('REFUND_EXCEEDS_CREDIT')
    await verb('reversePayment', paying)
    await verb('voidInvoice', invoice)
    await verb('reverseRefund', refund)
    const corrected = await us.invoice(client.id, '100')
    const note = await verb(
      'authoriseInvoice',
      await verb('submitInvoice', await us.draft(client.id, '20', { type: 'CREDIT_NOTE', correctsId: corrected.id })),
    )
    const back = await us.do('recordRefund', { creditNoteId: note.id, amount: '5' })
    expect(await codeOf('voidInvoice', pick(note))).toBe('REFUNDS_STAND')
    await verb('reverseRefund', back)
    await verb('voidInvoice', note)
  })

  test('a payment is not reversed while a refund drew on it', async () => {
    const paying = await payment()
    await us.do('recordRefund', { paymentId: paying.id, amount: '1' })
    expect(await codeOf('reversePayment', pick(paying))).toBe('REFUNDS_STAND')
  })
})
