import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant

const eventFields =
  'id kind on summary subjectType subjectId subjectName itemId clientId clientName actorType actorId before after changes { field label before after }'
const eventsOf = async (subjectId: string, tenant = us): Promise<Json[]> =>
  (
    await tenant.get(
      `query($id: String!) { activityEvents(first: 100, filter: { subjectId: { eq: $id } }) { nodes { ${eventFields} } } }`,
      { id: subjectId },
    )
  ).activityEvents.nodes
/** The changes of the last event of a record, as `field: before → after`. */
const lastWords = async (id: string) => wordsOf((await eventsOf(id))[0])
const wordsOf = ({ changes }: Json): string[] =>
  changes.map(({ field, before, after }: Json) => `${field}: ${before ?? '–'} → ${after ?? '–'}`)
const summaries = async (id: string) => (await eventsOf(id)).map(({ summary }) => summary).reverse()
const step = async (mutation: string, record: Json, given: object = {}) =>
  us.do(mutation, { id: record.id, version: record.version, ...given })

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
})
afterAll(() => world.stop())

describe('the words of a change', () => {
  const ateneu = async () =>
    us.client({
      legalName: 'Ateneu',
      ownerId: (await us.user({ name: 'Marta Roca' })).id,
      tags: ['nou', 'coop'],
      paymentTermsDays: 30,
      language: 'CA',
    })

  const renamed = async (client: Json) =>
    step('updateClient', client, {
      legalName: 'Ateneu Popular',
      ownerId: (await us.user({ name: 'Joan Vila' })).id,
      tags: [],
      paymentTermsDays: 0,
      language: 'ES',
      taxId: 'B58378431',
      email: 'hola@ateneu.example',
      website: 'https://ateneu.example/',
      notes: 'Dos\nratlles',
      currency: 'USD',
      address: { line1: 'C/ Nou 2', line2: 'Baixos', city: 'Terrassa', postalCode: '08221' },
      externalId: 'ERP-1',
    })

  test('of a client: names of people, tags, numbers, choices and addresses', async () => {
    const client = await ateneu()
    expect(await lastWords(client.id)).toEqual([
      'legalName: – → Ateneu',
      'addressLine1: – → C/ Major 1',
      'city: – → Terrassa',
      'country: – → ES',
      'paymentTermsDays: – → 30',
      'tags: – → coop, nou',
      'ownerId: – → Marta Roca',
      'language: – → CA',
    ])
    await renamed(client)
    expect(await lastWords(client.id)).toEqual([
      'externalId: – → ERP-1',
      'legalName: Ateneu → Ateneu Popular',
      'taxIdCountry: – → ES',
      'taxIdNumber: – → B58378431',
      'addressLine1: C/ Major 1 → C/ Nou 2',
      'addressLine2: – → Baixos',
      'postalCode: – → 08221',
      'email: – → hola@ateneu.example',
      'website: – → https://ateneu.example/',
      'currency: – → USD',
      'paymentTermsDays: 30 → 0',
      'tags: coop, nou → –',
      'notes: – → Dos\nratlles',
      'ownerId: Marta Roca → Joan Vila',
      'language: CA → ES',
    ])
    const [event] = await eventsOf(client.id)
    expect(event.changes.map(({ label }: Json) => label)).toEqual([
      'external id',
      'legal name',
      'tax id country',
      'tax id number',
      'address line 1',
      'address line 2',
      'postal code',
      'email',
      'website',
      'currency',
      'payment terms days',
      'tags',
      'notes',
      'owner',
      'language',
    ])
  })

  test('of a client that is archived and deleted: the instant in the time zone of the organisation, and all that is gone', async () => {
    const client = await ateneu()
    const joan = await us.user({ name: 'Joan Vila' })
    const changed = await step('updateClient', client, { legalName: 'Ateneu Popular', ownerId: joan.id })
    const archived = await step('archiveClient', changed)
    expect(await lastWords(client.id)).toEqual(['archivedAt: – → 2026-03-10 12:00'])
    await step('deleteClient', archived)
    const [deleted] = await eventsOf(client.id)
    expect(wordsOf(deleted)).toEqual(
      expect.arrayContaining([
        'legalName: Ateneu Popular → –',
        'ownerId: Joan Vila → –',
        'archivedAt: 2026-03-10 12:00 → –',
      ]),
    )
    expect(await summaries(client.id)).toEqual([
      'Client Ateneu created',
      expect.stringMatching(/^Client Ateneu Popular changed: .*legal name.*owner/),
      'Client Ateneu Popular archived',
      'Client Ateneu Popular deleted',
    ])
  })

  test('of contacts: flags, and what they belong to', async () => {
    const client = await us.client({ legalName: 'Bòbila' })
    const contact = await us.do('createContact', { clientId: client.id, name: 'Laia Puig', role: 'Compres' })
    expect(await lastWords(contact.id)).toEqual([
      'clientId: – → Bòbila',
      'name: – → Laia Puig',
      'role: – → Compres',
      'primary: – → yes',
    ])
    await us.do('createContact', { clientId: client.id, name: 'Ot Mas', primary: true })
    expect(await lastWords(contact.id)).toEqual(['primary: yes → no'])
  })

  test('of projects and tasks: days, states, and what they belong to', async () => {
    const client = await us.client({ legalName: 'Bòbila' })
    const user = await us.user({ name: 'Pol Serra' })
    const project = await us.project(client.id, { name: 'Web', code: 'W1', openedOn: '2026-01-10' })
    await step('activateProject', project)
    expect(await lastWords(project.id)).toEqual(['state: DRAFT → ACTIVE'])
    expect(await summaries(project.id)).toEqual(['Project Web created', 'Project Web activated'])

    const task = await us.task(client.id, {
      title: 'Maqueta',
      projectId: project.id,
      assigneeId: user.id,
      dueOn: '2026-03-20',
    })
    expect(await lastWords(task.id)).toEqual([
      'clientId: – → Bòbila',
      'projectId: – → Web',
      'title: – → Maqueta',
      'assigneeId: – → Pol Serra',
      'state: – → TODO',
      'openedOn: – → 2026-03-10',
      'dueOn: – → 2026-03-20',
    ])
    const done = await step('completeTask', task)
    expect(await lastWords(task.id)).toEqual(['state: TODO → DONE', 'completedOn: – → 2026-03-10'])
    await step('updateTask', done, { projectId: null, dueOn: '2026-03-21' })
    expect(await lastWords(task.id)).toEqual(['projectId: Web → –', 'dueOn: 2026-03-20 → 2026-03-21'])
    expect(await summaries(task.id)).toEqual([
      'Task Maqueta created',
      'Task Maqueta completed',
      'Task Maqueta changed: project, due on',
    ])
  })

  test('of time: minutes, flags, and what they belong to', async () => {
    const client = await us.client({ legalName: 'Bòbila' })
    const user = await us.user({ name: 'Pol Serra' })
    const project = await us.project(client.id, { name: 'Web' })
    const entry = await us.do('createTimeEntry', {
      projectId: project.id,
      userId: user.id,
      minutes: 90,
      note: 'Reunió',
    })
    expect(await lastWords(entry.id)).toEqual([
      'projectId: – → Web',
      'clientId: – → Bòbila',
      'userId: – → Pol Serra',
      'date: – → 2026-03-10',
      'minutes: – → 90',
      'billable: – → yes',
      'note: – → Reunió',
    ])
    await step('updateTimeEntry', entry, { minutes: 100, billable: false })
    expect(await lastWords(entry.id)).toEqual(['minutes: 90 → 100', 'billable: yes → no'])
    expect(await summaries(entry.id)).toEqual([
      'Time entry 90 minutes on 2026-03-10 created',
      'Time entry 100 minutes on 2026-03-10 changed: minutes, billable',
    ])
  })

  const lines = [
    { description: 'Consultoria', quantity: '2', unitPrice: '60', taxRate: '21' },
    { description: 'Cable', quantity: '1.25', unitPrice: '0.351275', discount: '12.5', taxRate: '0' },
    { description: 'Dietes', quantity: '1', unitPrice: '30' },
  ]
  const draftOf = async (legalName: string) =>
    us.do('createInvoice', { clientId: (await us.client({ legalName })).id, lines, withholdingRate: '15' })

  test('of invoices: amounts with their currency, and lines as people write them', async () => {
    const draft = await draftOf('Cal Ros')
    expect(await lastWords(draft.id)).toEqual([
      'clientId: – → Cal Ros',
      'currency: – → EUR',
      'rate: – → 1',
      'net: – → 150.38 EUR',
      'tax: – → 25.20 EUR',
      'kind: – → SALE',
      'type: – → INVOICE',
      'state: – → DRAFT',
      'series: – → F',
      'external: – → no',
      'withholdingRate: – → 15',
      'withholding: – → 22.56 EUR',
      'payable: – → 153.02 EUR',
      'lines: – → 2 × Consultoria at 60.00 EUR, tax 21 %\n1.25 × Cable at 0.351275 EUR, 12.5 % off, tax 0 %\n1 × Dietes at 30.00 EUR',
    ])
    await step('updateInvoice', draft, { lines: [lines[0]], withholdingRate: null, dueOn: '2026-04-01' })
    expect(await lastWords(draft.id)).toEqual(
      [
        'net: 150.38 EUR → 120.00 EUR',
        'tax: 25.20 EUR → 25.20 EUR',
        'dueOn: – → 2026-04-01',
        'withholdingRate: 15 → –',
        'withholding: 22.56 EUR → 0.00 EUR',
        'payable: 153.02 EUR → 145.20 EUR',
        'lines: 2 × Consultoria at 60.00 EUR, tax 21 %\n1.25 × Cable at 0.351275 EUR, 12.5 % off, tax 0 %\n1 × Dietes at 30.00 EUR → 2 × Consultoria at 60.00 EUR, tax 21 %',
      ].filter(words => words !== 'tax: 25.20 EUR → 25.20 EUR'),
    )
  })

  test('of invoices in another currency: its decimals, its rate, and the lines that alone tell', async () => {
    const draft = await draftOf('Cal Ros')
    const changed = await step('updateInvoice', draft, {
      lines: [lines[0]],
      withholdingRate: null,
      dueOn: '2026-04-01',
    })
    const abroad = await step('updateInvoice', changed, { currency: 'JPY', rate: '0.0061' })
    expect(await lastWords(draft.id)).toEqual([
      'currency: EUR → JPY',
      'rate: 1 → 0.0061',
      'net: 120.00 EUR → 120 JPY',
      'tax: 25.20 EUR → 25 JPY',
      'withholding: 0.00 EUR → 0 JPY',
      'payable: 145.20 EUR → 145 JPY',
    ])
    const worded = await step('updateInvoice', abroad, { lines: [{ ...lines[0], description: 'Consulting' }] })
    expect(await lastWords(draft.id)).toEqual([
      'lines: 2 × Consultoria at 60 JPY, tax 21 % → 2 × Consulting at 60 JPY, tax 21 %',
    ]) // the same amounts, so that only the lines tell
    await step('authoriseInvoice', await step('submitInvoice', worded), { authorisedOn: '2026-03-09' })
    expect(await lastWords(draft.id)).toEqual([
      'state: SUBMITTED → AUTHORISED',
      'number: – → F2026/0001',
      'issuedOn: – → 2026-03-09',
      'authorisedOn: – → 2026-03-09',
    ])
    expect(await summaries(draft.id)).toEqual([
      'Invoice 153.02 EUR created',
      'Invoice 145.20 EUR changed: net, due on, withholding rate, withholding, payable, lines',
      'Invoice 145 JPY changed: currency, rate, net, tax, withholding, payable',
      'Invoice 145 JPY changed: lines',
      'Invoice 145 JPY submitted',
      'Invoice F2026/0001 authorised',
    ])
  })

  test('of orders: amounts with the decimals of their currency, and lines as people write them', async () => {
    const client = await us.client({ legalName: 'Cal Ros' })
    const order = await us.do('createPurchaseOrder', {
      clientId: client.id,
      number: 'PC-7',
      currency: 'KWD',
      lines: [{ description: 'Oli', quantity: '3', unitPrice: '1.5' }],
    })
    expect(await lastWords(order.id)).toEqual([
      'clientId: – → Cal Ros',
      'currency: – → KWD',
      'net: – → 4.500 KWD',
      'tax: – → 0.000 KWD',
      'total: – → 4.500 KWD',
      'direction: – → FROM_CLIENT',
      'number: – → PC-7',
      'state: – → DRAFT',
      'lines: – → 3 × Oli at 1.500 KWD',
    ])
    const opened = await step('openPurchaseOrder', order)
    await step('partiallyReceivePurchaseOrder', opened)
    expect(await summaries(order.id)).toEqual([
      'Purchase order PC-7 created',
      'Purchase order PC-7 opened',
      'Purchase order PC-7 partially received',
    ])
  })

  test('of money: what was paid, allocated and refunded, each by what people call it', async () => {
    const client = await us.client({ legalName: 'Dipòsits' })
    const invoice = await us.invoice(client.id, '100', { authorisedOn: '2026-03-01', series: 'M' })
    const payment = await us.do('recordPayment', {
      invoiceId: invoice.id,
      amount: '130',
      paidOn: '2026-03-02',
      method: 'transferència',
    })
    expect(await lastWords(payment.id)).toEqual([
      'clientId: – → Dipòsits',
      'kind: – → SALE',
      'currency: – → EUR',
      'amount: – → 130.00 EUR',
      'rate: – → 1',
      'paidOn: – → 2026-03-02',
      'method: – → transferència',
    ])
    expect(await summaries(payment.id)).toEqual(['Payment 130.00 EUR on 2026-03-02 recorded'])
    const { allocations } = await us
      .get('query($id: ID!) { payment(id: $id) { allocations { nodes { id version } } } }', { id: payment.id })
      .then(({ payment: found }) => found)
    const [allocation] = allocations.nodes
    expect(await lastWords(allocation.id)).toEqual([
      'clientId: – → Dipòsits',
      'kind: – → SALE',
      'currency: – → EUR',
      'amount: – → 100.00 EUR',
      'invoiceId: – → M2026/0001',
      'paymentId: – → 130.00 EUR on 2026-03-02',
      'allocatedOn: – → 2026-03-02',
    ])
    const refund = await us.do('recordRefund', { paymentId: payment.id, amount: '30' })
    expect(await summaries(refund.id)).toEqual(['Refund 30.00 EUR on 2026-03-10 recorded'])
    const note = await us.do('createInvoice', {
      clientId: client.id,
      type: 'CREDIT_NOTE',
      correctsId: invoice.id,
      lines: [{ description: 'x', quantity: '1', unitPrice: '1' }],
    })
    expect(await lastWords(note.id)).toContain('correctsId: – → M2026/0001')
  })

  test('of billed time: entry by entry', async () => {
    const client = await us.client()
    const user = await us.user()
    const project = await us.project(client.id)
    const entries = [
      await us.do('createTimeEntry', { projectId: project.id, userId: user.id, minutes: 90 }),
      await us.do('createTimeEntry', { projectId: project.id, userId: user.id, minutes: 30, date: '2026-03-10' }),
    ]
    const draft = await us.draft(client.id, '10')
    await step('updateInvoice', draft, { timeEntryIds: entries.map(({ id }) => id) })
    expect(await lastWords(draft.id)).toEqual(['timeEntryIds: – → 90 minutes on 2026-03-10, 30 minutes on 2026-03-10'])
  })

  test('of people, keys and the organisation', async () => {
    const user = await us.user({ name: 'Núria', email: 'nuria@example.com' })
    await step('updateUser', user, { name: 'Núria Coll' })
    expect(await lastWords(user.id)).toEqual(['name: Núria → Núria Coll'])
    expect(await summaries(user.id)).toEqual(['User Núria created', 'User Núria Coll changed: name'])
    const {
      createApiKey: { apiKey },
    } = await us.get('mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id version } } }', {
      input: { name: 'Web', scopes: ['invoices:read', 'clients:read'], expiresAt: '2026-07-01T10:30:00Z' },
    })
    expect(await lastWords(apiKey.id)).toEqual(
      expect.arrayContaining([
        'name: – → Web',
        'scopes: – → clients:read, invoices:read',
        'expiresAt: – → 2026-07-01 12:30',
      ]),
    )
    await step('revokeApiKey', apiKey)
    expect(await summaries(apiKey.id)).toEqual(['Api key Web created', 'Api key Web revoked'])
    const other = await world.organization()
    const { organization } = await other.get('{ organization { id version } }')
    await other.do('updateOrganization', { version: organization.version, name: 'Nova', timeZone: 'Europe/London' })
    const { organization: told } = await other.get(
      '{ organization { activity { nodes { summary changes { field before after } } } } }',
    )
    expect(told.activity.nodes[0]).toEqual({
      summary: 'Organization Nova changed: name, time zone',
      changes: [
        { field: 'name', before: 'Prova', after: 'Nova' },
        { field: 'timeZone', before: 'Europe/Madrid', after: 'Europe/London' },
      ],
    })
  })

  test('show the id of a record that is gone, and the current name of one that was renamed', async () => {
    const client = await us.client({ legalName: 'Abans' })
    const project = await us.project(client.id, { name: 'Efímer' })
    const task = await us.task(client.id, { projectId: project.id })
    await step('updateTask', task, { projectId: null })
    await step('updateClient', client, { legalName: 'Després' })
    expect(await lastWords(task.id)).toEqual(['projectId: Efímer → –'])
    await step('deleteProject', project)
    expect(await lastWords(task.id)).toEqual([`projectId: ${project.id} → –`])
    const [event] = (await eventsOf(task.id)).slice(-1)
    expect(wordsOf(event)[0]).toBe('clientId: – → Després')
    expect(event.clientName).toBe('Després')
    expect(await summaries(project.id)).toEqual(['Project Efímer created', 'Project Efímer deleted'])
  })

  test('of an event older than the currency beside an amount is the bare amount, and than the name of its subject, the name it has now', async () => {
    const client = await us.client({ legalName: 'Vell' })
    const draft = await us.draft(client.id, '10', {}, 'id version')
    await step('updateInvoice', draft, { lines: [{ description: 'Feina', quantity: '2', unitPrice: '10' }] })
    const [event] = await eventsOf(draft.id)
    const without = ({ currency: _, ...rest }: Json) => JSON.stringify(rest)
    const quoted = world.database.dialect.name === 'sqlite' ? '"' : '`'
    await world.database.write(manager =>
      manager.query(
        `UPDATE activity_events SET subject_name = NULL, ${quoted}before${quoted} = ?, ${quoted}after${quoted} = ? WHERE id = ?`,
        [without(event.before), without(event.after), event.id],
      ),
    )
    const [old] = await eventsOf(draft.id)
    expect(wordsOf(old)).toEqual([
      'net: 10.00 → 20.00',
      'payable: 10.00 → 20.00',
      'lines: 1 × Feina at 10 → 2 × Feina at 10',
    ])
    expect(old).toMatchObject({ subjectName: '20.00 EUR', summary: 'Invoice 20.00 EUR changed: net, payable, lines' })
    await step('deleteInvoice', { id: draft.id, version: 2 })
    expect((await eventsOf(draft.id))[1]).toMatchObject({
      subjectName: null,
      summary: 'Invoice changed: net, payable, lines',
    })
  })
})
