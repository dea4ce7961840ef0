import { documentsIn } from './support/client-documents.js'
import { lineOf } from './support/document-line.js'
import { pick, recordsIn } from './support/record.js'
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

test('the base currency is fixed once a document exists, and free before', async () => {
  const change = async (baseCurrency: string) =>
    codeOf('updateOrganization', {
      version: (await us.get('{ organization { version } }')).organization.version,
      baseCurrency,
    })
  expect(await change('USD')).toBe('made')
  await us.task(client.id)
  expect(await change('EUR')).toBe('made')
  const draft = await us.draft(client.id, '1')
  expect(await change('USD')).toBe('BASE_CURRENCY_FIXED')
  expect(await change('EUR')).toBe('made')
  await verb('deleteInvoice', draft)
  await payment()
  expect(await change('USD')).toBe('BASE_CURRENCY_FIXED')
})

test('a client with contacts has exactly one primary', async () => {
  const contact = (name: string, primary?: boolean) => us.do('createContact', { clientId: client.id, name, primary })
  const primaries = async () =>
    (await us.get('{ contacts(orderBy: { field: CREATED_AT }) { nodes { name primary } } }')).contacts.nodes.flatMap(
      ({ name, primary }: Json) => (primary ? [name] : []),
    )
  const first = await contact('first')
  const second = await contact('second')
  expect(await primaries()).toEqual(['first'])
  await contact('third', true)
  expect(await primaries()).toEqual(['third'])
  await verb('updateContact', second, { primary: true })
  expect(await primaries()).toEqual(['second'])
  expect(await codeOf('updateContact', { id: second.id, version: second.version + 1, primary: false })).toBe(
    'CONTACT_PRIMARY',
  )
  await verb('deleteContact', { id: second.id, version: second.version + 1 })
  expect(await primaries()).toEqual(['first'])
  await verb('deleteContact', {
    id: first.id,
    version: (await us.get('query($id: ID!) { contact(id: $id) { version } }', { id: first.id })).contact.version,
  })
  expect(await primaries()).toEqual(['third'])
})

test('a tax id that is taken names the client that has it, archived or not', async () => {
  const holder = await us.client({ legalName: 'Forn Pla', taxId: 'B58378431' })
  const { userErrors } = await us.try('createClient', {
    legalName: 'x',
    address: { line1: 'x', city: 'x' },
    taxId: 'es b-58.378.431',
  })
  expect(userErrors).toEqual([{ code: 'TAX_ID_TAKEN', message: expect.stringContaining('Forn Pla'), field: 'taxId' }])
  await verb('archiveClient', holder)
  expect((await us.try('updateClient', { ...pick(client), taxId: 'B58378431' })).userErrors[0]?.message).toContain(
    holder.id,
  )
  await verb('updateClient', { id: holder.id, version: 2 }, { taxId: 'B58378431' })
  await verb('updateClient', { id: holder.id, version: 2 }, { taxId: null })
  await verb('updateClient', client, { taxId: 'B58378431' })
})

describe('numbers', () => {
  const authorise = async (given: object, authorisedOn?: string) => {
    const sent = await verb(
      'submitInvoice',
      await us.do('createInvoice', { clientId: client.id, lines: [line], ...given }),
    )
    return us.try('authoriseInvoice', { ...pick(sent), authorisedOn }, 'id version number issuedOn dueOn external')
  }
  const numberOf = async (given: object, on?: string) => {
    const { record, userErrors } = await authorise(given, on)
    return userErrors[0]?.code ?? record.number
  }

  test('run in each series and year, in the order of their dates', async () => {
    expect(await numberOf({}, '2025-12-30')).toBe('F2025/0001')
    expect(await numberOf({}, '2025-12-29')).toBe('DATE_BEFORE_SERIES')
    expect(await numberOf({}, '2025-12-30')).toBe('F2025/0002')
    expect(await numberOf({}, '2026-01-02')).toBe('F2026/0001')
    expect(await numberOf({}, '2025-12-31')).toBe('DATE_BEFORE_SERIES')
    expect(await numberOf({ series: 'WEB' }, '2025-12-31')).toBe('WEB2025/0001')
    const { record } = await authorise({})
    expect(record.number).toBe('F2026/0002')
    await verb('voidInvoice', record)
    expect(await numberOf({})).toBe('F2026/0003')
    expect(await numberOf({ type: 'CREDIT_NOTE', correctsId: (await us.invoice(client.id, '10')).id })).toBe(
      'R2026/0001',
    )
    expect(await numberOf({ series: 'R' })).toBe('SERIES_TAKEN')
  })

  test('of another system are kept as given, need no order, and are unique', async () => {
    expect(await numberOf({ externalNumber: ' A-9 ' }, '2026-03-01')).toBe('A-9')
    expect(await numberOf({ externalNumber: 'A-8' }, '2025-03-01')).toBe('A-8')
    expect(await numberOf({}, '2025-01-01')).toBe('F2025/0001')
    expect(await codeOf('createInvoice', { clientId: client.id, externalNumber: 'A-9' })).toBe('NUMBER_TAKEN')
    expect(await codeOf('createInvoice', { clientId: client.id, externalNumber: 'A-7', series: 'X' })).toBe(
      'SERIES_GIVEN',
    )
    expect(await codeOf('createInvoice', { clientId: client.id, series: 'X1' })).toBe('SERIES_INVALID')
  })

  test('of a supplier are unique for that supplier, and can be entered again after a void', async () => {
    const purchase = (given: object = {}) => ({
      clientId: client.id,
      kind: 'PURCHASE',
      supplierNumber: 'S-1',
      issuedOn: '2026-03-01',
      lines: [line],
      ...given,
    })
    expect(await codeOf('createInvoice', purchase({ supplierNumber: undefined, series: 'F' }))).toBe('FIELD_OF_SALE')
    expect(await codeOf('createInvoice', { clientId: client.id, supplierNumber: 'S-1' })).toBe('FIELD_OF_PURCHASE')
    const bare = await us.do('createInvoice', purchase({ supplierNumber: undefined }))
    expect(await codeOf('submitInvoice', pick(bare))).toBe('NUMBER_REQUIRED')
    expect(
      await codeOf(
        'submitInvoice',
        pick(await us.do('createInvoice', purchase({ supplierNumber: 'S-0', issuedOn: undefined }))),
      ),
    ).toBe('DATE_REQUIRED')
    const { record } = await authorise(purchase())
    expect(record).toMatchObject({ number: 'S-1', issuedOn: '2026-03-01' })
    expect(await codeOf('createInvoice', purchase())).toBe('NUMBER_TAKEN')
    await us.do('createInvoice', { ...purchase(), clientId: (await us.client()).id })
    await verb('voidInvoice', record)
    expect(await numberOf(purchase())).toBe('S-1')
    expect((await authorise(purchase({ supplierNumber: 'S-2' }), '2026-02-28')).userErrors[0]?.code).toBe(
      'DATE_TOO_EARLY',
    )
  })

  test('of an order come from the client or from our series, by its direction', async () => {
    expect(await codeOf('createPurchaseOrder', { clientId: client.id, lines: [line] })).toBe('NUMBER_REQUIRED')
    expect(
      await codeOf('createPurchaseOrder', { clientId: client.id, direction: 'TO_CLIENT', number: 'x', lines: [line] }),
    ).toBe('NUMBER_GIVEN')
    await order({ number: '7' })
    expect(await codeOf('createPurchaseOrder', { clientId: client.id, number: '7', lines: [line] })).toBe(
      'NUMBER_TAKEN',
    )
    expect(await codeOf('openPurchaseOrder', pick(await order({ lines: [] })))).toBe('LINES_REQUIRED')
  })
})

test('an update of a draft replaces all lines, clears what is null and keeps what is left out', async () => {
  const fields =
    'id version currency rate dueOn net { amount } tax { amount } payable { amount } withholding { amount } lines { description quantity } externalId'
  const draft = await us.do(
    'createInvoice',
    {
      clientId: client.id,
      dueOn: '2026-04-01',
      externalId: 'X',
      lines: [line, { ...line, quantity: '2', taxRate: '21' }],
    },
    fields,
  )
  expect(draft).toMatchObject({
    currency: 'EUR',
    rate: '1',
    net: { amount: '30.00' },
    tax: { amount: '4.20' },
    payable: { amount: '34.20' },
  })
  const taxed = await us.do('updateInvoice', { ...pick(draft), withholdingRate: '15' }, fields)
  expect(taxed).toMatchObject({
    withholding: { amount: '4.50' },
    payable: { amount: '29.70' },
    dueOn: '2026-04-01',
    lines: [{ quantity: '1' }, { quantity: '2' }],
  })
  const replaced = await us.do(
    'updateInvoice',
    { ...pick(taxed), lines: [{ ...line, description: 'Nova' }], dueOn: null, externalId: null },
    fields,
  )
  expect(replaced).toMatchObject({
    payable: { amount: '8.50' },
    dueOn: null,
    externalId: null,
    lines: [{ description: 'Nova' }],
  })
  const yen = await us.do('updateInvoice', { ...pick(replaced), currency: 'JPY', withholdingRate: null }, fields)
  expect(yen).toMatchObject({
    currency: 'JPY',
    rate: null,
    payable: { amount: '10' },
    lines: [{ description: 'Nova' }],
  })
  expect((await events(draft.id))[1]).toMatchObject({
    before: { lines: [{ quantity: '1.0000' }, { quantity: '2.0000' }] },
    after: { lines: [{ description: 'Nova' }] },
  })
  const [row] = await world.database.read.query<{ n: number }[]>(
    `SELECT COUNT(*) AS n FROM invoice_lines WHERE invoice_id = '${draft.id}'`,
  )
  expect(Number(row?.n)).toBe(1)
})

test('null clears optional fields, and is refused for required ones', async () => {
  const full = await us.client({ tags: ['a'], notes: 'n', email: 'a@example.com', taxId: '12345678Z' })
  const cleared = await us.do(
    'updateClient',
    { ...pick(full), tags: null, notes: null, email: null, taxId: null },
    'tags notes email taxId',
  )
  expect(cleared).toEqual({ tags: [], notes: null, email: null, taxId: null })
  expect(await codeOf('updateClient', { id: full.id, version: 2, legalName: null })).toBe('REQUIRED')
  expect(await codeOf('updateClient', { id: full.id, version: 2, address: null })).toBe('REQUIRED')
  const entry = await us.do('createTimeEntry', {
    projectId: (await us.project(client.id)).id,
    userId: user.id,
    minutes: 5,
  })
  expect(await codeOf('updateTimeEntry', { ...pick(entry), minutes: null })).toBe('REQUIRED')
  expect(await codeOf('updateTimeEntry', { ...pick(entry), date: null })).toBe('REQUIRED')
  const draft = await us.draft(client.id, '5', { timeEntryIds: [entry.id] })
  const unbilled = await us.do('updateInvoice', { ...pick(draft), timeEntryIds: null }, 'timeEntries { id }')
  expect(unbilled.timeEntries).toEqual([])
})

test('both sides of an allocation are of one client, kind and currency, and neither is exceeded', async () => {
  const [invoice, dollars, other] = [
    await us.invoice(client.id, '100'),
    await us.invoice(client.id, '100', { currency: 'USD' }),
    await us.client(),
  ]
  const paying = await payment({ amount: '60' })
  const tried = (invoiceId: string, paymentId: string, given: object = {}) =>
    codeOf('allocate', { invoiceId, paymentId, ...given })
  expect(await tried(dollars.id, paying.id)).toBe('ALLOCATION_MISMATCH')
  expect(await tried(invoice.id, (await payment({ clientId: other.id })).id)).toBe('ALLOCATION_MISMATCH')
  expect(await tried(invoice.id, (await payment({ kind: 'PURCHASE' })).id)).toBe('ALLOCATION_MISMATCH')
  expect(await tried(invoice.id, paying.id, { amount: '60.01' })).toBe('ALLOCATION_EXCEEDS_CREDIT')
  expect(await tried(invoice.id, paying.id, { amount: '100.01' })).toBe('ALLOCATION_EXCEEDS_DUE')
  expect(await tried(invoice.id, paying.id, { allocatedOn: '2026-03-09' })).toBe('DATE_TOO_EARLY')
  expect(await codeOf('allocate', { invoiceId: invoice.id })).toBe('CREDIT_REQUIRED')
  expect(await tried(invoice.id, paying.id)).toBe('made')
  expect(await tried(invoice.id, paying.id)).toBe('ALLOCATION_EXCEEDS_CREDIT')
  expect(await tried((await us.draft(client.id, '5')).id, paying.id)).toBe('INVOICE_DRAFT')
})
