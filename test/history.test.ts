import { getNamedType, isObjectType } from 'graphql'
import type { DataSource } from 'typeorm'
import { migrations } from '../src/database/migrations/index.js'
import { keyScopes } from '../src/model/permission.js'
import { furnish } from './support/furnish.js'
import { schema } from './support/walk.js'
import { World, type Json, type Tenant } from './support/world.js'
import { entities } from '../src/model/entity-metadata.js';

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
  test('of a client: names of people, tags, numbers, choices, addresses, and instants in the time zone of the organisation', async () => {
    const [marta, joan] = [await us.user({ name: 'Marta Roca' }), await us.user({ name: 'Joan Vila' })]
    const client = await us.client({
      legalName: 'Ateneu',
      ownerId: marta.id,
      tags: ['nou', 'coop'],
      paymentTermsDays: 30,
      language: 'CA',
    })
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
    const changed = await step('updateClient', client, {
      legalName: 'Ateneu Popular',
      ownerId: joan.id,
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

  test('of contacts, projects, tasks and time: flags, days, states, and what they belong to', async () => {
    const client = await us.client({ legalName: 'Bòbila' })
    const user = await us.user({ name: 'Pol Serra' })
    const contact = await us.do('createContact', { clientId: client.id, name: 'Laia Puig', role: 'Compres' })
    expect(await lastWords(contact.id)).toEqual([
      'clientId: – → Bòbila',
      'name: – → Laia Puig',
      'role: – → Compres',
      'primary: – → yes',
    ])
    await us.do('createContact', { clientId: client.id, name: 'Ot Mas', primary: true })
    expect(await lastWords(contact.id)).toEqual(['primary: yes → no'])

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

  test('of documents: amounts with their currency, rates, and lines as people write them', async () => {
    const client = await us.client({ legalName: 'Cal Ros' })
    const lines = [
      { description: 'Consultoria', quantity: '2', unitPrice: '60', taxRate: '21' },
      { description: 'Cable', quantity: '1.25', unitPrice: '0.351275', discount: '12.5', taxRate: '0' },
      { description: 'Dietes', quantity: '1', unitPrice: '30' },
    ]
    const draft = await us.do('createInvoice', { clientId: client.id, lines, withholdingRate: '15' })
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
    const changed = await step('updateInvoice', draft, {
      lines: [lines[0]],
      withholdingRate: null,
      dueOn: '2026-04-01',
    })
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

  test('is the id where a record is gone, and the name it has now where it was renamed', async () => {
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

test('a database from before there were interactions keeps its history, and reads it', async () => {
  const old = await World.start()
  try {
    const { writer } = old.database as unknown as { writer: DataSource } // no feature can get at it
    const tenant = await old.organization()
    const client = await tenant.client({ legalName: 'Ateneu' })
    await tenant.do('updateClient', { id: client.id, version: 1, phone: '93 000 00 00' })
    for (let left = migrations.length; left > 1; left--) await writer.undoLastMigration()
    await old.database.migrate()
    expect(await old.database.drift()).toEqual([])
    const {
      client: { activity },
    } = await tenant.get(
      'query($id: ID!) { client(id: $id) { activity { nodes { summary subjectName itemId changes { field after } } } } }',
      { id: client.id },
    )
    expect(activity.nodes).toMatchObject([
      {
        summary: 'Client Ateneu changed: phone',
        subjectName: 'Ateneu',
        itemId: null,
        changes: [{ field: 'phone', after: '93 000 00 00' }],
      },
      { summary: 'Client Ateneu created' },
    ])
    await tenant.do('createInteraction', { subjectId: client.id, text: 'x' })
  } finally {
    await old.stop()
  }
})

describe('over an organisation with every kind of record', () => {
  let all: Tenant
  let byType: Record<string, string>
  let events: Json[]
  /** The rows of every table, by id, read past the API. */
  const rows = new Map<string, Json>()

  beforeAll(async () => {
    all = await world.organization()
    byType = (await furnish(all, 'canary')).byType
    for (const { table } of entities())
      for (const row of await world.database.read.query<Json[]>(`SELECT * FROM ${table}`)) rows.set(row.id, row)
    events = []
    for (let after: string | null = null; ;) {
      const { activityEvents }: Json = await all.get(
        `query($after: String) { activityEvents(first: 100, after: $after) { nodes { ${eventFields} } pageInfo { endCursor hasNextPage } } }`,
        { after },
      )
      events.push(...activityEvents.nodes)
      if (!activityEvents.pageInfo.hasNextPage) break
      after = activityEvents.pageInfo.endCursor
    }
  })

  const decimals: Record<string, number> = { JPY: 0, KWD: 3 }
  const amount = (minor: Json, currency: string) =>
    `${(Number(minor) / 10 ** (decimals[currency] ?? 2)).toFixed(decimals[currency] ?? 2)} ${currency}`
  /** What people call a raw row: written down here by kind, apart from the code that is tested. */
  const called = (row: Json): string => {
    const kinds: Record<string, () => string> = {
      org: () => row.name,
      usr: () => row.name,
      key: () => row.name,
      cli: () => row.legal_name,
      con: () => row.name,
      prj: () => row.name,
      tsk: () => row.title,
      exr: () => `${row.currency} of ${String(row.day).slice(0, 10)}`,
      tim: () => `${row.minutes} minutes on ${row.date}`,
      por: () => row.number ?? amount(row.total, row.currency),
      inv: () => row.number ?? amount(row.payable, row.currency),
      pay: () => `${amount(row.amount, row.currency)} on ${row.paid_on}`,
      alc: () => `${amount(row.amount, row.currency)} on ${row.allocated_on}`,
      rfd: () => `${amount(row.amount, row.currency)} on ${row.refunded_on}`,
      int: () => row.title ?? row.text,
      mrg: () => row.legal_name,
      viw: () => row.name,
      imp: () => row.file_name,
      era: () => `${row.record_type.toLowerCase()} on ${String(row.erased_on).slice(0, 10)}`,
      quo: () => row.number ?? amount(row.total, row.currency),
    }
    return kinds[String(row.id).slice(0, 3)]?.() ?? row.number ?? row.title ?? row.name
  }
  const amounts = new Set(['net', 'tax', 'withholding', 'payable', 'total', 'amount', 'value'])
  const plain = (text: string) => text.replace(/\.?0+$/, '')
  function expected(field: string, values: Json): string | null {
    const value = values?.[field] ?? null
    if (value === null || (Array.isArray(value) && value.length === 0)) return null
    if (field === 'lines')
      return value
        .map(
          (line: Json) =>
            `${plain(line.quantity)} × ${line.description} at ${Number(line.unitPrice).toFixed(2)} ${values.currency}${Number(line.discount) ? `, ${plain(line.discount)} % off` : ''}${line.taxRate === null ? '' : `, tax ${plain(line.taxRate)} %`}`,
        )
        .join('\n')
    if (Array.isArray(value))
      return value.map((each: string) => (rows.has(each) ? called(rows.get(each)) : each)).join(', ')
    if (amounts.has(field)) return `${value} ${values.currency}`
    if (field === 'rate' || field === 'withholdingRate') return plain(value)
    if (field.endsWith('At')) return '2026-03-10 12:00' // the moment of this test, in Madrid
    if (typeof value === 'object') return JSON.stringify(value)
    return rows.has(value) ? called(rows.get(value)) : ({ true: 'yes', false: 'no' }[String(value)] ?? String(value))
  }

  test('every event tells exactly what differs, in the words that its raw values make', () => {
    expect(new Set(events.map(({ subjectType }) => subjectType))).toEqual(
      new Set(Object.keys(byType).filter(type => !['ActivityEvent', 'Interaction', 'File'].includes(type))),
    )
    for (const { kind, before, after, changes } of events) {
      const fields = Object.keys({ ...before, ...after }).filter(
        field => JSON.stringify(before?.[field] ?? null) !== JSON.stringify(after?.[field] ?? null),
      )
      const wanted = fields
        .map(field => ({ field, before: expected(field, before), after: expected(field, after) }))
        .filter(change => change.before !== null || change.after !== null)
      const told = changes.map(({ field, before: was, after: is }: Json) => ({ field, before: was, after: is }))
      const byField = (list: Json[]) => [...list].sort((a, b) => (a.field < b.field ? -1 : 1))
      expect([kind, byField(told)]).toEqual([kind, byField(wanted)])
    }
  })

  test('the last event of every record names it as it is, and every line is plain English', () => {
    const seen = new Set<string>()
    for (const { subjectId, subjectName, summary, itemId } of events) {
      if (!itemId && !seen.has(subjectId) && rows.has(subjectId))
        expect([subjectId, subjectName]).toEqual([subjectId, called(rows.get(subjectId))])
      seen.add(subjectId)
      expect(summary).toMatch(/^[A-Z][a-z]+ /)
      expect(summary).not.toMatch(/_|null|undefined/)
    }
  })

  test('every kind of record has its history, which is what the raw rows say', async () => {
    const node = schema.getType('Node')
    const kinds = Object.values(schema.getTypeMap())
      .filter(type => isObjectType(type) && type.getInterfaces().some(each => each === node))
      .map(({ name }) => name)
      .filter(name => name !== 'ActivityEvent')
    expect(kinds.sort()).toEqual(
      entities()
        .filter(({ part, name }) => !part && name !== 'ActivityEvent')
        .map(({ name }) => name)
        .sort(),
    )
    for (const kind of kinds) {
      const type = schema.getType(kind)
      const field = isObjectType(type) ? type.getFields().activity : undefined
      expect([kind, field && getNamedType(field.type).name]).toEqual([kind, 'ActivityEventConnection'])
      const id = byType[kind] ?? ''
      const {
        node: { activity },
      } = await all.get(
        `query($id: ID!) { node(id: $id) { ... on ${kind} { activity(first: 100) { totalCount nodes { id } } } } }`,
        { id },
      )
      const column = { Client: 'client_id', Interaction: 'item_id', File: 'item_id' }[kind] ?? 'subject_id'
      const raw: Json[] = await world.database.read.query(
        `SELECT id FROM activity_events WHERE ${column} = ? ORDER BY id DESC`,
        [id],
      )
      expect([kind, activity.totalCount, activity.nodes]).toEqual([
        kind,
        raw.length,
        raw.slice(0, 100).map(row => ({ id: row.id })),
      ])
      expect(raw.length).toBeGreaterThan(0)
    }
  })

  const areas: Record<string, string[]> = {
    clients: ['Client', 'Contact', 'ClientMerge'],
    projects: ['Project', 'TimeEntry', 'Task'],
    orders: ['PurchaseOrder'],
    invoices: ['Invoice', 'Payment', 'Allocation', 'Refund'],
    deals: ['Deal', 'DealStage', 'Quote'],
    admin: ['ApiKey', 'SavedView', 'Erasure'],
    member: ['Organization', 'User', 'ExchangeRate'],
    import: ['ImportPlan', 'ImportMapping'],
  }
  test.each(keyScopes)('with %s alone, words name only what that key may read', async scope => {
    const key = await world.key(all.organizationId, [scope])
    const readable = new Set([scope.split(':')[0] ?? '', 'member'].flatMap(area => areas[area] ?? []))
    const { activityEvents } = await key.get(`{ activityEvents(first: 100) { nodes { ${eventFields} } } }`)
    let hidden = 0
    const allowed = (id: string) => {
      const kind = entities().find(({ prefix }) => id.startsWith(`${prefix}_`))?.name ?? ''
      if (!readable.has(kind)) hidden++
      return readable.has(kind) ? called(rows.get(id)) : id
    }
    for (const event of activityEvents.nodes) {
      expect(readable.has(event.subjectType)).toBe(true)
      for (const { field, before, after } of event.changes) {
        if (!/Ids?$/.test(field) || field === 'externalId') continue
        const words = (values: Json) =>
          values?.[field] == null ? null : [values[field]].flat().map(allowed).join(', ')
        expect([event.kind, field, before, after]).toEqual([event.kind, field, words(event.before), words(event.after)])
      }
      expect(event.clientName).toBe(event.clientId && readable.has('Client') ? called(rows.get(event.clientId)) : null)
    }
    if (/projects|orders|invoices/.test(scope)) expect(hidden).toBeGreaterThan(0)
  })
})

describe('a history is read page by page, newest first', () => {
  let tenant: Tenant
  let second: Tenant
  let client: Json
  let project: Json
  beforeAll(async () => {
    tenant = await world.organization()
    second = await world.key(tenant.organizationId, ['clients:write', 'projects:write'])
    client = await tenant.client()
    project = await tenant.project(client.id)
    for (let at = 1; at <= 30; at++) {
      const by = at % 3 === 0 ? second : tenant
      const { version } = await by.do('updateProject', { id: project.id, version: project.version, name: `v${at}` })
      project.version = version
      if (at % 10 === 0) await by.do('createInteraction', { subjectId: project.id, kind: 'CALL', text: `call ${at}` })
    }
  })

  const walk = async (filter: object | undefined, first: number): Promise<Json[]> => {
    const found: Json[] = []
    for (let after: string | null = null; ;) {
      const {
        project: { activity },
      }: Json = await tenant.get(
        'query($id: ID!, $filter: ActivityEventFilter, $first: Int, $after: String) { project(id: $id) { activity(filter: $filter, first: $first, after: $after) { totalCount nodes { id kind actorId actorType } pageInfo { endCursor hasNextPage } } } }',
        { id: project.id, filter, first, after },
      )
      found.push(...activity.nodes)
      if (!activity.pageInfo.hasNextPage)
        return found.concat(activity.totalCount === found.length ? [] : ['a wrong count'])
      after = activity.pageInfo.endCursor
    }
  }

  test('whole, and filtered by kind and by actor', async () => {
    const whole = await walk(undefined, 7)
    expect(whole.map(({ id }) => id)).toEqual(
      [...whole]
        .map(({ id }) => id)
        .sort()
        .reverse(),
    )
    expect(whole).toHaveLength(34)
    const actors = [...new Set(whole.map(({ actorId }) => actorId))]
    expect(actors).toHaveLength(2)
    const filters: [object, (event: Json) => boolean][] = [
      [{ kind: { eq: 'CALL_LOGGED' } }, ({ kind }) => kind === 'CALL_LOGGED'],
      [{ kind: { startsWith: 'PROJECT_' } }, ({ kind }) => kind.startsWith('PROJECT_')],
      [{ actorId: { eq: actors[0] } }, ({ actorId }) => actorId === actors[0]],
      [
        { actorId: { eq: actors[1] }, kind: { in: ['PROJECT_CHANGED', 'CALL_LOGGED'] } },
        ({ actorId, kind }) => actorId === actors[1] && kind !== 'PROJECT_CREATED',
      ],
      [{ actorType: { eq: 'SYSTEM' } }, () => false],
    ]
    for (const [filter, holds] of filters)
      for (const first of [3, 100]) expect(await walk(filter, first)).toEqual(whole.filter(holds))
  })
})

describe('statements', () => {
  let tenant: Tenant
  beforeAll(async () => {
    tenant = await world.organization()
    const users = [await tenant.user(), await tenant.user(), await tenant.user()]
    for (let at = 0; at < 100; at++) {
      const client = await tenant.client({ ownerId: users[at % 3].id })
      await tenant.task(client.id, { assigneeId: users[(at + 1) % 3].id })
      await tenant.do('createInteraction', { subjectId: client.id, text: `n${at}` })
    }
    await tenant.get('{ organization { id } }')
  })

  const count = async (query: string) => {
    const trace: string[] = []
    world.database.trace = trace
    await tenant.get(query)
    world.database.trace = null
    return trace.length
  }

  test.each([3, 20, 100])(
    'a page of %i events with all their words costs one for each kind of record named',
    async first => {
      expect(
        await count(
          `{ activityEvents(first: ${first}) { nodes { summary subjectName clientName changes { field label before after } } } }`,
        ),
      ).toBe(4) // the key, the page, clients, people
    },
  )

  test.each([1, 20, 100])(
    'the histories of %i clients, with their words and what people wrote, cost as many as that of one',
    async first => {
      expect(
        await count(
          `{ clients(first: ${first}) { nodes { activity(first: 4) { nodes { summary subjectName changes { before after } } } interactions(first: 2) { nodes { text subjectName contacts { name } activity(first: 2) { nodes { summary changes { after } } } } } } } }`,
        ),
      ).toBeLessThanOrEqual(8)
    },
  )

  test.each([1, 20, 100])('the histories of %i tasks cost one', async first => {
    expect(await count(`{ tasks(first: ${first}) { nodes { activity(first: 3) { nodes { kind } } } } }`)).toBe(3)
  })
})
