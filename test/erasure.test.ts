import { judgedFields, keptEverywhere, type JudgedFields } from '../src/features/erasure/index.js'
import { lineOf } from './support/document-line.js'
import { dump } from './support/dump.js'
import { person } from './support/person.js'
import { storedIn } from './support/stored.js'
import { erasingIn } from './support/erasing.js'
import { planned as plannedIn } from './support/importing.js'
import { World, type Json, type Tenant } from './support/world.js'
import { entities } from '../src/model/entity-metadata.js'

let world: World
let us: Tenant

beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())
beforeEach(async () => {
  us = await world.organization()
})

const { holding, version, previewOf, erase } = erasingIn(() => us)
const planned = (text: string) => plannedIn(us, 'CLIENT', new File([text], 'clients.csv'))

const overview =
  'overview { projects { count totalMinutes } tasks { open { count } } purchaseOrders { total { count } } invoices { authorised { count amount { amounts { amount } } } overdue { count } } deals { open { count } } }'

/** Every table that may tell who somebody is. */
const tablesOfPersons = [
  'activity_events',
  'client_merges',
  'clients',
  'contacts',
  'files',
  'import_rows',
  'interactions',
  'invoices',
  'saved_views',
]

/** The client of `person` after its erasure: the law keeps its invoices, and its history says that it was erased. */
const erased = {
  legalName: expect.stringMatching(/^\(erased\) /),
  taxId: null,
  email: null,
  phone: null,
  notes: null,
  tags: [],
  address: { line1: '(erased)', city: '(erased)', country: 'ES' },
  contacts: { totalCount: 0 },
  files: { totalCount: 0 },
  interactions: {
    nodes: [
      { title: null, text: '(erased)' },
      { title: '(erased)', text: '(erased)' },
    ],
  },
  invoices: {
    nodes: [{ billedParty: { legalName: 'Quetzal Puig Roca', taxId: expect.stringContaining('12345678Z') } }],
  },
  activity: { nodes: [{ kind: 'ERASURE_DONE' }] },
}

test('a client is erased from everything except what the law keeps, and no figure changes', async () => {
  const bystander = await us.client({ legalName: 'Ateneu', email: 'ateneu@example.com' })
  const { client } = await person(us)
  const before = storedIn(world)
  await planned('Nom;Adreça;Ciutat\nQuetzal Puig Roca;C/ Quetzal 1;Terrassa\n')
  await planned('Nom;Adreça;Ciutat\nUn Altre;C/ Nou 1;Terrassa\n')
  const figures = await us.get(`query($id: ID!) { client(id: $id) { ${overview} } organization { ${overview} } }`, {
    id: client.id,
  })
  const found = Object.keys(await holding(/quetzal|axolotl/i))
  expect(tablesOfPersons.filter(table => !found.includes(table))).toEqual([])

  const receipt = await erase(client.id, await version('client', client.id), { reason: 'Request 7' })
  expect(receipt).toMatchObject({
    recordType: 'Client',
    recordId: client.id,
    erasedOn: '2026-03-10',
    reason: 'Request 7',
    kept: [{ kind: 'Invoice', count: 1, what: expect.stringContaining('art. 30') }],
  })
  expect(Object.fromEntries(receipt.erased.map(({ kind, count }: Json) => [kind, count]))).toEqual({
    Contact: 1,
    Interaction: 2,
    File: 2,
    Client: 1,
    ImportPlan: 1,
    ClientMerge: 1,
    SavedView: 1,
    ActivityEvent: expect.any(Number),
  })
  expect(await holding(/quetzal|axolotl|12345678Z|600 ?123 ?456|600 ?999 ?888/i)).toEqual({ invoices: 1 })
  expect(storedIn(world)).toHaveLength(before.length - 2 + 1) // without its two files, with the spreadsheet that does not hold it
  expect(
    await us.get(`query($id: ID!) { client(id: $id) { ${overview} } organization { ${overview} } }`, { id: client.id }),
  ).toEqual(figures)
  const { client: after } = await us.get(
    'query($id: ID!) { client(id: $id) { legalName taxId email phone notes tags address { line1 city country } contacts { totalCount } files { totalCount } interactions { nodes { title text } } invoices { nodes { billedParty { legalName taxId } } } activity(first: 1) { nodes { kind } } } }',
    { id: client.id },
  )
  expect(after).toEqual(erased)
  expect((await us.get('{ search(query: "quetzal") { kind } }')).search).toEqual([])
  expect(
    (
      await us.get('query($id: ID!) { client(id: $id) { legalName email activity { nodes { after } } } }', {
        id: bystander.id,
      })
    ).client,
  ).toMatchObject({
    legalName: 'Ateneu',
    email: 'ateneu@example.com',
    activity: { nodes: [{ after: { email: 'ateneu@example.com' } }] },
  })
})

test('neither quotation marks nor line breaks hide a plan or a view from an erasure', async () => {
  const client = await us.client({ legalName: 'Bar "El Nan"', notes: 'Obre tard\nEl Nan paga' })
  await us.do('createSavedView', { list: 'CLIENTS', name: 'Theirs', filter: { legalName: { eq: 'Bar "El Nan"' } } })
  const others = Array.from({ length: 20 }, (_, at) => `Altre ${at};C/ Nou 1;Olot;`).join('\n') // more than a plan's samples
  await planned(`Nom;Adreça;Ciutat;Notes\n${others}\n"Bar ""El Nan""";C/ Vell 1;Olot;\n`)
  await planned(`Nom;Adreça;Ciutat;Notes\n${others}\nUn Bar;C/ Vell 1;Olot;"Obre tard\nEl Nan paga"\n`)
  const whole = await previewOf(client.id)
  expect(Object.fromEntries(whole.erases.map(({ kind, count }: Json) => [kind, count]))).toMatchObject({
    ImportPlan: 2,
    SavedView: 1,
  })
  expect((await erase(client.id, 1)).erased).toEqual(whole.erases)
  expect(await holding(/el nan/i)).toEqual({})
})

test('names of the client are replaced in the texts of its projects, tasks, time, deals and payments', async () => {
  const client = await us.client({ legalName: 'Quetzal Puig' })
  const user = await us.user()
  const project = await us.project(client.id, { name: 'Web de Quetzal Puig' })
  await us.project(client.id, { name: 'Altres feines de Quetzal Puigdemont' }) // another word
  const lines = [{ description: 'Web de Quetzal Puig', quantity: '1', unitPrice: '1' }]
  await us.do('createQuote', { clientId: client.id, lines })
  await us.task(client.id, { title: 'Trucar a QUETZAL PUIG' })
  await us.do('createTimeEntry', {
    projectId: project.id,
    userId: user.id,
    minutes: 30,
    note: 'Reunió\namb Quetzal Puig',
  })
  await us.deal(client.id, { title: 'Quetzal Puig: botiga', value: '10' })
  await us.do('recordPayment', { clientId: client.id, amount: '7', reference: 'TRF QUETZAL PUIG' })
  const whole = await previewOf(client.id)
  const { erased, kept } = await erase(client.id, 1)
  expect([erased, kept]).toEqual([whole.erases, whole.keeps])
  expect(kept).toEqual([{ kind: 'QuoteLine', count: 1, what: expect.stringContaining('Lines of documents stay') }])
  const counts = Object.fromEntries(erased.map(({ kind, count }: Json) => [kind, count]))
  expect(counts).toMatchObject({ Project: 1, Task: 1, TimeEntry: 1, Deal: 1, Payment: 1 })
  expect(await holding(/quetzal puig\b/i)).toEqual({ quote_lines: 1 })
  expect((await us.get('{ search(query: "quetzal") { kind } }')).search).toEqual([{ kind: 'PROJECT' }])
  expect(
    await us.get(`{ projects { nodes { name } } tasks { nodes { title } } timeEntries { nodes { note minutes } }
    deals { nodes { title } } payments { nodes { reference amount { amount } } } }`),
  ).toEqual({
    projects: {
      nodes: expect.arrayContaining([{ name: 'Web de (erased)' }, { name: 'Altres feines de Quetzal Puigdemont' }]),
    },
    tasks: { nodes: [{ title: 'Trucar a (erased)' }] },
    timeEntries: { nodes: [{ note: 'Reunió\namb (erased)', minutes: 30 }] },
    deals: { nodes: [{ title: '(erased): botiga' }] },
    payments: { nodes: [{ reference: 'TRF (erased)', amount: { amount: '7.00' } }] },
  })
})

test('erasing a contact leaves its client and the other contacts as they are', async () => {
  const { client, contact } = await person(us)
  await us.do('createContact', { clientId: client.id, name: 'Ocell Blau', email: 'ocell@example.com' })
  const receipt = await erase(contact.id, 1)
  expect(receipt).toMatchObject({ recordType: 'Contact', kept: [] })
  expect(Object.fromEntries(receipt.erased.map(({ kind, count }: Json) => [kind, count]))).toMatchObject({
    Contact: 1,
    Interaction: 1,
  })
  expect(await holding(/axolotl@|Axolotl Mas|600 ?999 ?888/i)).toEqual({})
  const { client: after } = await us.get(
    'query($id: ID!) { client(id: $id) { legalName email contacts { nodes { name primary } } interactions { nodes { title text } } files { totalCount } } }',
    { id: client.id },
  )
  expect(after).toMatchObject({
    legalName: 'Quetzal Puig Roca',
    contacts: { nodes: [{ name: 'Ocell Blau', primary: true }] },
    files: { totalCount: 2 },
  })
  expect(after.interactions.nodes[1]).toEqual({
    title: 'Quetzal called',
    text: '(erased) ((erased)) wants (erased) called back',
  })
  expect(
    (
      await us.get('{ activityEvents(first: 100, filter: { subjectType: { eq: "Contact" } }) { nodes { after } } }')
    ).activityEvents.nodes.map(({ after: values }: Json) => values?.name ?? null),
  ).toEqual(expect.arrayContaining(['Ocell Blau', '(erased)']))
})

test('a preview equals the later erasure, and changes nothing', async () => {
  const { client, contact } = await person(us)
  const plan = await planned('Nom;Adreça;Ciutat\nQuetzal Puig Roca;C/ Quetzal 1;Terrassa\n')
  expect(plan.state).toBe('READY')
  const before = await dump(world, us.organizationId, [])
  const [whole, alone] = [await previewOf(client.id), await previewOf(contact.id)]
  expect(await dump(world, us.organizationId, [])).toEqual(before)
  expect(alone).toMatchObject({ recordType: 'Contact', recordId: contact.id, version: 1, keeps: [], open: [] })
  expect(alone.erases.map(({ kind }: Json) => kind)).toEqual(['Contact', 'Interaction', 'ActivityEvent'])
  expect(whole).toMatchObject({
    recordType: 'Client',
    recordId: client.id,
    keeps: [{ kind: 'Invoice', count: 1, what: expect.stringContaining('art. 30') }],
  })
  const receipt = await erase(client.id, whole.version)
  expect(receipt.erased).toEqual(whole.erases)
  expect(receipt.kept).toEqual(whole.keeps)
  expect(whole.erases.find(({ kind }: Json) => kind === 'ActivityEvent').count).toBeGreaterThan(3)
})

const refused = async (personId: string, tenant = us) =>
  (
    await tenant.get(
      'mutation($input: ErasePersonInput!) { erasePerson(input: $input) { erasure { id } userErrors { code field message } } }',
      { input: { personId, version: 1 } },
    )
  ).erasePerson

/** The next test leaves this due, in two currencies and both directions. */
const allDue = [
  {
    kind: 'Invoice',
    count: 2,
    what: 'sales invoices not paid in full',
    isDue: true,
    amount: {
      amounts: [
        { amount: '600.00', currency: 'EUR' },
        { amount: '30.00', currency: 'USD' },
      ],
      base: { amount: '615.00' },
    },
  },
  {
    kind: 'Invoice',
    count: 1,
    what: 'purchase invoices not paid in full',
    isDue: true,
    amount: { amounts: [{ amount: '50.00', currency: 'EUR' }], base: { amount: '50.00' } },
  },
  {
    kind: 'Credit',
    count: 1,
    what: 'payments and credit notes of sales not used up',
    isDue: true,
    amount: { amounts: [{ amount: '7.00', currency: 'EUR' }], base: { amount: '7.00' } },
  },
]

test('a person is not erased while something is due in either direction, unless despiteDue is given', async () => {
  const client = await us.client({ legalName: 'Quetzal Puig' })
  const due = async () => (await previewOf(client.id)).open.filter(({ isDue }: Json) => isDue)
  expect(await due()).toEqual([])
  const sale = await us.invoice(client.id, '1000', { authorisedOn: '2026-02-01' })
  await us.invoice(client.id, '30', { authorisedOn: '2026-02-01', currency: 'USD', rate: '0.5' })
  await us.do('recordPayment', { invoiceId: sale.id, amount: '400' })
  await us.invoice(client.id, '50', {
    kind: 'PURCHASE',
    supplierNumber: 'S',
    issuedOn: '2026-02-01',
    authorisedOn: '2026-02-01',
  })
  await us.do('recordPayment', { clientId: client.id, amount: '7' })
  await us.deal(client.id, { value: '10' })
  expect(await due()).toEqual(allDue)
  expect((await previewOf(client.id)).open.filter(({ isDue }: Json) => !isDue)).toEqual([
    {
      kind: 'Deal',
      count: 1,
      what: 'open deals',
      isDue: false,
      amount: { amounts: [{ amount: '10.00', currency: 'EUR' }], base: { amount: '10.00' } },
    },
  ])
  expect(await refused(client.id)).toEqual({
    erasure: null,
    userErrors: [
      {
        code: 'STILL_DUE',
        field: 'despiteDue',
        message:
          'Something is still due: 2 sales invoices not paid in full (600.00 EUR, 30.00 USD); 1 purchase invoices not paid in full (50.00 EUR); 1 payments and credit notes of sales not used up (7.00 EUR). Settle it first, or give despiteDue to erase the person anyway.',
      },
    ],
  })

  const blind = await world.key(us.organizationId, ['admin', 'clients:write'])
  expect((await refused(client.id, blind)).userErrors).toEqual([
    {
      code: 'STILL_DUE',
      field: 'despiteDue',
      message:
        'Something is still due: invoices or credit, which a key with invoices:read can read. Settle it first, or give despiteDue to erase the person anyway.',
    },
  ])
  expect((await previewOf(client.id, blind)).open).toEqual([])
  expect((await us.get(`{ client(id: "${client.id}") { legalName } }`)).client.legalName).toBe('Quetzal Puig')
  for (const held of [['clients:write'], ['admin']] as const) {
    const told = await (
      await world.key(us.organizationId, held)
    ).ask(`{ erasurePreview(personId: "${client.id}") { recordId } }`)
    expect(told.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  }
  expect(await erase(client.id, 1)).toMatchObject({ recordId: client.id })
})

test('an invoice that awaits approval is open, but nothing is due yet', async () => {
  const client = await us.client()
  await us.do('submitInvoice', await us.draft(client.id, '50000'))
  const purchase = { kind: 'PURCHASE', supplierNumber: 'S', issuedOn: '2026-02-01' }
  await us.do('submitInvoice', await us.draft(client.id, '20', purchase))
  await us.draft(client.id, '3')
  const worth = (amount: string) => ({ amounts: [{ amount, currency: 'EUR' }], base: { amount } })
  expect((await previewOf(client.id)).open).toEqual([
    { kind: 'Invoice', count: 1, what: 'sales invoices awaiting approval', isDue: false, amount: worth('50000.00') },
    { kind: 'Invoice', count: 1, what: 'purchase invoices awaiting approval', isDue: false, amount: worth('20.00') },
  ])
  expect(await erase(client.id, 1, { despiteDue: false })).toMatchObject({ recordId: client.id })
})

test('the preview names what is due first, then documents, offers and tasks', async () => {
  const { id } = await us.client()
  await us.task(id)
  await us.do('createDeal', { clientId: id, title: 'Offer', value: '5' })
  await us.do('sendQuote', await us.quote(id, '1'))
  const lines = [lineOf('10')]
  await us.do('openPurchaseOrder', await us.do('createPurchaseOrder', { clientId: id, number: 'PO-1', lines }))
  await us.do('submitInvoice', await us.draft(id, '3'))
  await us.do('recordPayment', { clientId: id, amount: '7' })
  await us.invoice(id, '10')
  expect((await previewOf(id)).open.map(({ what }: Json) => what)).toEqual([
    'sales invoices not paid in full',
    'payments and credit notes of sales not used up',
    'sales invoices awaiting approval',
    'open orders from the client',
    'quotes sent or accepted',
    'open deals',
    'open tasks',
  ])
})

test('erasing is refused for other records, another version and a missing permission, and then changes nothing', async () => {
  const { client } = await person(us)
  const before = await dump(world, us.organizationId, [])
  const project = await us.get('{ projects { nodes { id version } } }')
  expect(
    (await us.try('erasePerson', { personId: project.projects.nodes[0].id, version: 1 })).userErrors,
  ).toMatchObject([{ code: 'PERSON_INVALID', field: 'personId' }])
  const ask = (tenant: Tenant, input: object) =>
    tenant.ask('mutation($input: ErasePersonInput!) { erasePerson(input: $input) { userErrors { code } } }', { input })
  expect((await ask(us, { personId: client.id, version: 99 })).errors?.[0]?.extensions.code).toBe('CONFLICT')
  expect(
    (await ask(await world.organization(), { personId: client.id, version: 1 })).errors?.[0]?.extensions.code,
  ).toBe('NOT_FOUND')
  expect(
    (await ask(await world.key(us.organizationId, ['clients:write']), { personId: client.id, version: 1 })).errors?.[0]
      ?.extensions.code,
  ).toBe('FORBIDDEN')
  // A caller who asks to erase a merged client saw another record than the one that answers for it now.
  const { clientMerges } = await us.get('{ clientMerges { nodes { loserId } } }')
  expect(
    (
      await us.try('erasePerson', {
        personId: clientMerges.nodes[0].loserId,
        version: await version('client', client.id),
      })
    ).userErrors,
  ).toMatchObject([{ code: 'MERGED', field: 'personId' }])
  expect({ ...(await dump(world, us.organizationId, [])), api_keys: null }).toEqual({
    ...before,
    api_keys: null,
    activity_events: expect.any(Array),
    record_changes: expect.any(Array),
  })
})

test('every field of the records of a person stands in one list: personal, or kept', () => {
  const told = Object.entries<JudgedFields>(judgedFields).flatMap(([type, { noted: _beside, ...lists }]) => {
    const listed = Object.values(lists).flat()
    const fields = (entities().find(({ name }) => name === type)?.fields ?? [])
      .map(({ name }) => name)
      .filter(name => !keptEverywhere.includes(name))
    return [
      ...fields
        .filter(name => listed.filter(each => each === name).length !== 1)
        .map(name => `${type}.${name}: say once in src/features/erasure/personal.ts whether it is personal or kept`),
      ...listed
        .filter(name => !fields.includes(name))
        .map(name => `${type}.${name} is no field: take it out of src/features/erasure/personal.ts`),
    ]
  })
  expect(told).toEqual([])
})
