import type { DataSource } from 'typeorm'
import { Quotes1765100000000 } from '../src/database/migrations/12-quotes.js'
import { migrations } from '../src/database/migrations/index.js'
import { dump } from './support/dump.js'
import { planned } from './support/importing.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let forns: Json
let gas: Json
let deal: Json

beforeEach(async () => {
  us = await world.organization()
  forns = await us.client({ legalName: 'Forns', externalId: 'A' })
  gas = await us.client({ legalName: 'Gas', taxId: 'B64717838', currency: 'USD' })
  deal = await us.deal(forns.id, { externalId: 'D1', title: 'Botiga' })
})
beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())

const plan = (lines: string[]) => planned(us, 'QUOTE', lines)
const told = ({ rows }: Json) =>
  rows.map(({ number, title, action, issues }: Json) =>
    [number, title, action, ...issues.map(({ code }: Json) => code)].join(' '),
  )
const commit = (made: Json, given: object = {}) =>
  us.do('commitImport', { id: made.id, version: made.version, ...given }, 'id version state')
async function moveIn(lines: string[]): Promise<Json> {
  const made = await plan(lines)
  expect([made.problem, made.totals.error, told(made).filter((text: string) => text.includes('ERROR'))]).toEqual([
    null,
    0,
    [],
  ])
  return commit(made)
}
const quotes = async (fields: string) =>
  (await us.get(`{ quotes(first: 50, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { ${fields} } } }`)).quotes
    .nodes
const codesOf = async (mutation: string, input: object) =>
  (await us.try(mutation, input)).userErrors.map(({ code }) => code)
const pick = ({ id, version }: Json) => ({ id, version })

const header =
  'Referència;Client;NIF;Pressupost;Oportunitat;Estat;Data;Vàlid fins;Acceptat el;Rebutjat el;Moneda;Tipus de canvi;Concepte;Quantitat;Preu;Descompte;IVA;Total'
const file = [
  header,
  'P1;A;;2025/7;D1;acceptat;15/11/2025;15/12/2025;01/12/2025;;;;Taules;3;0,35;;10;2.180,25',
  'P1;A;;2025/7;D1;acceptat;15/11/2025;15/12/2025;01/12/2025;;;;Cadires;2;1.000,50;10;21;',
  'P2;A;;2025/8;;enviada;01/03/2026;10/03/2026;;;;;Feina;1,5;80;;21;145,20',
  'P3;A;;2025/9;;caducado;01/02/2026;09/03/2026;;;;;Feina;1;12;;;12,00',
  'P4;;B64717838;2025/10;;rechazada;01/02/2026;;;20/02/2026;USD;0,9;Gas;10;7,5;;21;90,75',
  'P5;;B64717838;;;esborrany;;;;;;;Gas;1;20;;;',
  'P6;;B64717838;2025/11;;;02/02/2026;;;;JPY;;Gas;1;333;;10;366',
]

/** Sums the cells of the file by state and currency: tax once per rate, each rounded half-up. */
function sumsOf(lines: string[]): Record<string, Record<string, number>> {
  const states: Record<string, string> = {
    acceptat: 'ACCEPTED',
    enviada: 'SENT',
    '': 'SENT',
    caducado: 'EXPIRED',
    rechazada: 'DECLINED',
    esborrany: 'DRAFT',
  }
  const number = (text = '') => Number(text.replaceAll('.', '').replace(',', '.'))
  const round = (value: number) => Math.round(Number(value.toFixed(6)))
  const documents = new Map<string, { state: string; currency: string; nets: Map<string, number> }>()
  for (const line of lines.slice(1)) {
    const [id = '', client, , , , state = '', , , , , currency, , , quantity, price, discount, tax = ''] =
      line.split(';')
    const document = documents.get(id) ?? {
      state: states[state] ?? '',
      currency: currency || (client === 'A' ? 'EUR' : 'USD'),
      nets: new Map<string, number>(),
    }
    const minor = document.currency === 'JPY' ? 1 : 100
    document.nets.set(
      tax,
      (document.nets.get(tax) ?? 0) + round(number(quantity) * number(price) * minor * (1 - number(discount) / 100)),
    )
    documents.set(id, document)
  }
  const sums: Record<string, Record<string, number>> = {}
  for (const { state, currency, nets } of documents.values()) {
    const total = [...nets].reduce((sum, [tax, net]) => sum + net + round((net * number(tax)) / 100), 0)
    sums[state] = { ...sums[state], [currency]: (sums[state]?.[currency] ?? 0) + total }
  }
  return sums
}

/** The quotes of the file, as they are to be found. */
const movedIn = () => [
  {
    externalId: 'P1',
    number: '2025/7',
    series: null,
    state: 'ACCEPTED',
    sentOn: '2025-11-15',
    validUntil: '2025-12-15',
    acceptedOn: '2025-12-01',
    declinedOn: null,
    currency: 'EUR',
    dealId: deal.id,
    clientId: forns.id,
    total: { amount: '2180.25' },
    lines: [
      { position: 1, description: 'Taules', quantity: '3', unitPrice: '0.35', discount: '0', taxRate: '10' },
      { position: 2, description: 'Cadires', quantity: '2', unitPrice: '1000.5', discount: '10', taxRate: '21' },
    ],
  },
  { externalId: 'P2', number: '2025/8', state: 'SENT' },
  { externalId: 'P3', number: '2025/9', state: 'EXPIRED' },
  {
    externalId: 'P4',
    number: '2025/10',
    state: 'DECLINED',
    declinedOn: '2026-02-20',
    rate: '0.9',
    clientId: gas.id,
    dealId: null,
  },
  { externalId: 'P5', number: null, series: 'Q', state: 'DRAFT', sentOn: null, currency: 'USD' },
  { externalId: 'P6', number: '2025/11', series: null, state: 'SENT', currency: 'JPY', rate: null },
]

test('a business imports its quotes, and its figures equal those of its file', async () => {
  const made = await plan(file)
  expect(made.columns.filter(({ field }: Json) => field === null)).toEqual([])
  expect([made.totals, told(made)]).toEqual([
    { create: 7, update: 0, skip: 0, error: 0, warning: 2 },
    [
      '2 2025/7 CREATE',
      '3 2025/7 CREATE',
      '4 2025/8 CREATE',
      '5 2025/9 CREATE',
      '6 2025/10 CREATE',
      '7 P5 CREATE RATE_MISSING',
      '8 2025/11 CREATE RATE_MISSING',
    ],
  ])
  expect(await quotes('id')).toEqual([])
  await commit(made)
  expect(
    await quotes(
      'externalId number series state sentOn validUntil acceptedOn declinedOn currency rate dealId clientId total { amount } lines { position description quantity unitPrice discount taxRate }',
    ),
  ).toMatchObject(movedIn())
  const { organization } = await us.get(
    '{ organization { overview { quotes { byState { state count amount { amounts { amount currency } } } } } } }',
  )
  const expected = sumsOf(file)
  const found = Object.fromEntries(
    organization.overview.quotes.byState
      .filter(({ count }: Json) => count > 0)
      .map(({ state, amount }: Json) => [
        state,
        Object.fromEntries(
          amount.amounts.map(({ amount: value, currency }: Json) => [currency, Number(value.replace('.', ''))]),
        ),
      ]),
  )
  expect(found).toEqual(expected)
  expect(Object.keys(expected).sort()).toEqual(['ACCEPTED', 'DECLINED', 'DRAFT', 'EXPIRED', 'SENT'])

  const [accepted] = await quotes('id')
  const { quote } = await us.get('query($id: ID!) { quote(id: $id) { activity(first: 5) { nodes { kind on } } } }', {
    id: accepted.id,
  })
  expect(quote.activity.nodes).toEqual([
    { kind: 'QUOTE_ACCEPTED', on: '2025-12-01' },
    { kind: 'QUOTE_SENT', on: '2025-11-15' },
    { kind: 'QUOTE_CREATED', on: '2026-03-10' },
  ])
  expect((await us.get('{ search(query: "2025/10") { kind title } }')).search).toContainEqual({
    kind: 'QUOTE',
    title: '2025/10',
  })
})

test('the same file again changes nothing, and one that differs is refused, field by field', async () => {
  await moveIn(file)
  expect((await plan(file)).totals).toMatchObject({ create: 0, update: 0, skip: 7, error: 0 })
  const other = await plan([
    header,
    'P2;A;;2025/8b;D1;enviada;01/03/2026;10/03/2026;;;;;Feina;1,5;80;;21;',
    'P4;;B64717838;2025/10;;rechazada;01/02/2026;;;20/02/2026;USD;0,9;Gas;10;7,6;;21;',
  ])
  expect(told(other)).toEqual(['2 2025/8b ERROR RECORD_DIFFERS', '3 2025/10 ERROR RECORD_DIFFERS'])
  expect(other.rows.map(({ issues }: Json) => issues[0].message)).toEqual([
    'This quote is there already with number 2025/8, deal empty; change it in Clientela: an import of these only makes new ones.',
    'This quote is there already with lines Gas · 10 · 7.5 · 0 · 21; change it in Clientela: an import of these only makes new ones.',
  ])
  const [, open] = await quotes('id version')
  await us.do('acceptQuote', pick(open))
  expect(told(await plan([header, file[3] ?? '']))).toEqual(['2 2025/8 ERROR RECORD_DIFFERS'])
})

const row = (id: string, given: Record<string, string> = {}) => {
  const cells: Record<string, string> = {
    Referència: id,
    Client: 'A',
    Pressupost: `N-${id}`,
    Data: '01/02/2026',
    Concepte: 'x',
    Preu: '10',
    ...given,
  }
  return header
    .split(';')
    .map(name => cells[name] ?? '')
    .join(';')
}

test('each wrong row names its error before anything is written', async () => {
  await us.deal(gas.id, { externalId: 'D2' })
  const held = await us.do('sendQuote', pick(await us.quote(forns.id, '1')), 'number')
  const wrong: [given: Record<string, string>, code: string][] = [
    [{ Client: 'Z' }, 'CLIENT_UNKNOWN'],
    [{ Client: '' }, 'CLIENT_REQUIRED'],
    [{ Oportunitat: 'D9' }, 'DEAL_UNKNOWN'],
    [{ Oportunitat: 'D2' }, 'DEAL_OF_ANOTHER_CLIENT'],
    [{ Estat: 'dormint' }, 'CHOICE_UNKNOWN'],
    [{ Estat: 'facturat' }, 'QUOTE_INVOICED'],
    [{ Estat: 'caducat' }, 'DATE_REQUIRED'],
    [{ Pressupost: '' }, 'NUMBER_REQUIRED'],
    [{ Data: '' }, 'DATE_REQUIRED'],
    [{ Estat: 'acceptat' }, 'DATE_REQUIRED'],
    [{ Estat: 'rebutjat', 'Acceptat el': '02/02/2026' }, 'STATE_MISSING'],
    [{ 'Acceptat el': '02/02/2026' }, 'STATE_MISSING'],
    [{ Estat: 'esborrany' }, 'STATE_MISSING'],
    [{ Data: '11/03/2026' }, 'DATE_FUTURE'],
    [{ 'Vàlid fins': '31/01/2026' }, 'VALIDITY_BEFORE_SENDING'],
    [{ Estat: 'acceptat', 'Acceptat el': '31/01/2026' }, 'DATE_TOO_EARLY'],
    [{ Estat: 'rebutjat', 'Rebutjat el': '11/03/2026' }, 'DATE_FUTURE'],
    [{ Pressupost: held.number }, 'NUMBER_TAKEN'],
    [{ Total: '11' }, 'TOTAL_DIFFERS'],
    [{ Concepte: '' }, 'DESCRIPTION_REQUIRED'],
    [{ Preu: '' }, 'PRICE_REQUIRED'],
    [{ Preu: '1,234' }, 'AMOUNT_AMBIGUOUS'],
    [{ Pressupost: 'N-right' }, 'NUMBER_DUPLICATE_IN_FILE'],
  ]
  const made = await plan([
    header,
    row('right'),
    ...wrong.map(([given], at) => row(`W${at}`, given)),
    row('late', { Estat: 'acceptat', 'Vàlid fins': '10/02/2026', 'Acceptat el': '11/02/2026' }),
    row('right'),
  ])
  const codes = made.rows.map(({ action, issues }: Json) => [action, ...issues.map(({ code }: Json) => code)].join(' '))
  expect(codes).toEqual([
    'CREATE',
    ...wrong.map(([, code]) => `ERROR ${code}`),
    'CREATE QUOTE_EXPIRED',
    'ERROR EXTERNAL_ID_DUPLICATE_IN_FILE NUMBER_DUPLICATE_IN_FILE',
  ])
  const { userErrors, warnings } = await us.try('commitImport', {
    id: made.id,
    version: made.version,
    skipErrors: true,
  })
  expect([userErrors, warnings, (await quotes('number')).map(({ number }: Json) => number)]).toEqual([
    [],
    [],
    [held.number, 'N-right', 'N-late'],
  ])
})

test('a conflict since the plan refuses the whole import', async () => {
  const line = (id: string, number: string) => `${id};A;;${number};;;01/02/2026;;;;;;x;1;1;;;`
  const made = await plan([header, line('a', 'free'), line('b', 'Q2026/0001')])
  expect(made.totals).toMatchObject({ create: 2, error: 0 })
  await us.do('sendQuote', pick(await us.quote(forns.id, '1')))
  expect(await codesOf('commitImport', { id: made.id, version: made.version })).toEqual(['NUMBER_TAKEN'])
  expect(await quotes('number')).toEqual([{ number: 'Q2026/0001' }])
  const archived = await plan([header, line('a', 'free')])
  await us.do('archiveClient', { id: forns.id, version: 1 })
  const { userErrors } = await us.try('commitImport', { id: archived.id, version: archived.version })
  expect(userErrors).toEqual([
    expect.objectContaining({ code: 'IMPORT_REFUSED', message: expect.stringContaining('Row 2: ') }),
  ])
})

describe('a number of another system', () => {
  const line = (number: string) => `${number};A;;${number};;;01/03/2026;;;;;;x;1;1;;;`
  const send = async (given: object = {}) =>
    us.try('sendQuote', { ...pick(await us.quote(forns.id, '1', given)), sentOn: '2026-03-01' }, 'number series')

  test('uses up none of our numbers, and ours are never given twice', async () => {
    expect((await send()).record).toEqual({ number: 'Q2026/0001', series: 'Q' })
    await moveIn([header, line('Q2026/0003'), line('1999')])
    expect((await send()).record).toEqual({ number: 'Q2026/0002', series: 'Q' })
    expect((await send()).userErrors).toEqual([
      {
        code: 'NUMBER_TAKEN',
        message: 'Another quote has this number; give another number or series.',
        field: 'number',
      },
    ])
    expect((await send({ series: 'P' })).record).toEqual({ number: 'P2026/0001', series: 'P' })
  })

  test('can be given by hand as well, changed in a draft, and leaves no gap', async () => {
    expect(await codesOf('createQuote', { clientId: forns.id, externalNumber: 'X1', series: 'P' })).toEqual([
      'SERIES_GIVEN',
    ])
    let quote = await us.quote(forns.id, '1', { externalNumber: ' X1 ' }, 'id version number series')
    expect(quote).toMatchObject({ number: 'X1', series: null })
    expect(await codesOf('createQuote', { clientId: forns.id, externalNumber: 'X1' })).toEqual(['NUMBER_TAKEN'])
    expect(await codesOf('updateQuote', { ...pick(quote), series: 'P' })).toEqual(['SERIES_GIVEN'])
    quote = await us.do(
      'updateQuote',
      { ...pick(quote), series: null, externalNumber: 'X2' },
      'id version number series',
    )
    expect(quote).toMatchObject({ number: 'X2', series: null })
    quote = await us.do(
      'updateQuote',
      { ...pick(quote), externalNumber: null, series: 'P' },
      'id version number series',
    )
    expect(quote).toMatchObject({ number: null, series: 'P' })
    quote = await us.do('updateQuote', { ...pick(quote), externalNumber: 'X3' })
    quote = await us.do('returnQuoteToDraft', pick(await us.do('sendQuote', pick(quote))), 'id version number state')
    expect(quote).toMatchObject({ number: 'X3', state: 'DRAFT' })
    await us.do('deleteQuote', pick(quote))
    const ours = await us.do('returnQuoteToDraft', pick(await us.do('sendQuote', pick(await us.quote(forns.id, '1')))))
    expect(await codesOf('updateQuote', { ...pick(ours), externalNumber: 'X4' })).toEqual(['NUMBER_GIVEN'])
    expect(await codesOf('deleteQuote', pick(ours))).toEqual(['QUOTE_NUMBERED'])
  })
})

test('an import can be undone with its lines, unless somebody worked with a quote or it became an invoice', async () => {
  await us.do('sendQuote', pick(await us.quote(forns.id, '1')))
  const rows = () =>
    dump(world, us.organizationId, [
      'activity_events',
      'record_changes',
      'import_plans',
      'import_rows',
      'import_writes',
    ])
  const before = await rows()
  const made = await moveIn(file)
  expect(await rows()).not.toEqual(before)
  await us.do('undoImport', pick(made))
  expect(await rows()).toEqual(before)

  const again = await moveIn(file)
  const accepted = (await quotes('id version number state')).find(({ number }: Json) => number === '2025/7')
  const { invoiceId } = await us.do('invoiceQuote', pick(accepted), 'invoiceId')
  expect(await codesOf('undoImport', pick(again))).toEqual(['IMPORT_EDITED'])
  await us.do('deleteInvoice', { id: invoiceId, version: 1 })
  expect(await codesOf('undoImport', pick(again))).toEqual(['IMPORT_EDITED'])
})

test('a deal that quotes were imported for stays until they are taken back', async () => {
  const made = await moveIn([header, file[1] ?? '', file[2] ?? ''])
  expect(await codesOf('deleteDeal', pick(deal))).toEqual(['DEAL_IN_USE'])
  await us.do('undoImport', pick(made))
  expect(await codesOf('deleteDeal', pick(deal))).toEqual([])
})

test('a key needs to write deals and to read clients', async () => {
  const attempt = async (scopes: Parameters<World['key']>[1]) => {
    const key = await world.key(us.organizationId, scopes)
    const { data, errors } = await key.ask(
      'mutation($input: CreateImportInput!) { createImport(input: $input) { importPlan { id } userErrors { code } } }',
      { input: { kind: 'QUOTE', file: new File(['Número\n1\n'], 'x.csv') } },
    )
    return errors?.[0]?.extensions.code ?? data.createImport.userErrors[0]?.code ?? 'done'
  }
  expect([
    await attempt(['clients:write', 'deals:read', 'import']),
    await attempt(['deals:write', 'import']),
    await attempt(['deals:write', 'clients:read', 'import']),
  ]).toEqual(['FORBIDDEN', 'FORBIDDEN', 'done'])
})

test('older quotes keep their series when the database is migrated', async () => {
  const old = await World.start()
  try {
    const { writer } = old.database as unknown as { writer: DataSource } // no feature can get at it
    const tenant = await old.organization()
    const client = await tenant.client()
    const ids = [
      await tenant.quote(client.id, '1'),
      await tenant.quote(client.id, '1', { series: 'P' }),
      await tenant.quote(client.id, '1', { externalNumber: 'X' }),
    ].map(({ id }) => id)
    const read = async () =>
      (
        await tenant.get(
          'query($ids: [ID!]!) { nodes(ids: $ids) { ... on Quote { number series lines { description } } } }',
          { ids },
        )
      ).nodes
    const there = await read()
    for (let left = migrations.length; left > migrations.indexOf(Quotes1765100000000); left--)
      await writer.undoLastMigration()
    await old.database.migrate()
    expect(await old.database.drift()).toEqual([])
    expect(await read()).toEqual([there[0], there[1], { ...there[2], series: 'Q' }])
  } finally {
    await old.stop()
  }
})
