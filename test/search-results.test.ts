import { searchCondition } from '../src/database/search-condition.js'
import { Client } from '../src/features/clients/index.js'
import { keyScopes, type KeyScope } from '../src/model/permission.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())

const fields = 'kind title rank archived matched { field text } record { id } client { id }'
const search = async (tenant: Tenant, query: string, args = ''): Promise<Json[]> =>
  (await tenant.get(`query($query: String!) { search(query: $query${args}) { ${fields} } }`, { query })).search
const titles = async (tenant: Tenant, query: string, args = '') =>
  (await search(tenant, query, args)).map(({ title }) => title)
const statements = async (tenant: Tenant, query: string, selection = fields, args = '') => {
  const before = world.database.statements
  await tenant.get(`query($query: String!) { search(query: $query${args}) { ${selection} } }`, { query })
  return world.database.statements - before
}

describe('finds a client', () => {
  let us: Tenant
  let client: Json
  beforeAll(async () => {
    us = await world.organization()
    client = await us.client({
      legalName: "Col·legi Núria de l'Hospitalet, S.L.",
      tradeName: "D'Òpera «Straße» 24-7",
      taxId: 'B58378431',
      email: 'j.m.garcia@la-fusta.example',
      externalId: 'ERP/00-12',
    })
    await us.do('createContact', { clientId: client.id, name: 'Mª José Peña O’Brien', email: 'pepa@elsewhere.example' })
    await us.client({ legalName: 'Another', email: 'other@example.com' })
  })

  test.each([
    'collegi',
    'col·legi',
    'COL·LEGI',
    'Coŀlegi',
    'coll',
    'nuria',
    'NÚRIA',
    "l'hospitalet",
    'l’hospitalet',
    'L´HOSPITALET',
    'hospitalet',
    'lhospitalet',
    'hosp',
    "l'h",
    'de',
    'sl',
    's.l.',
    'S. L.',
    'opera',
    "d'opera",
    'dopera',
    'òp',
    'strasse',
    'STRASSE',
    'straße',
    '247',
    '24-7',
    '24',
    'B58378431',
    'b58378431',
    'ES B-58378431',
    'ESB58378431',
    'es-b-58.378.431',
    ' b 58378431 ',
    '58378431',
    'b5837',
    'esb58',
    'garcia',
    'j.m.garcia@la-fusta.example',
    'fusta',
    'la-fu',
    'jose',
    'pena',
    'peña',
    'obrien',
    "o'brien",
    'O`Brien',
    'ERP/00-12',
    'erp0012',
    'erp',
    '0012',
    'erp 00',
    'hospitalet collegi',
    'col nur hos',
    'pena collegi',
    'fusta 58378431',
    'collegi, (nuria)',
    'coll collegi',
  ])('by %j', async query => {
    const found = await search(us, query)
    expect(found.filter(({ kind }) => kind === 'CLIENT')).toEqual([
      expect.objectContaining({
        title: "Col·legi Núria de l'Hospitalet, S.L.",
        archived: false,
        record: { id: client.id },
        client: { id: client.id },
      }),
    ])
  })

  test.each([
    'ollegi',
    'legi',
    'uria',
    'collegix',
    'hospitalet vic',
    'b58378432',
    '8378431',
    'pepa',
    'elsewhere',
    'zz',
    'collegi another',
  ])('not by %j', async query => {
    expect((await search(us, query)).filter(({ kind }) => kind === 'CLIENT')).toEqual([])
  })

  test.each<[string, number, Json[]]>([
    ['es b58378431', 1, [{ field: 'taxId', text: 'ESB58378431' }]],
    ['B58.378.431', 1, [{ field: 'taxIdNumber', text: 'B58378431' }]],
    ['erp 0012', 1, [{ field: 'externalId', text: 'ERP/00-12' }]],
    ["col·legi nuria de l'hospitalet sl", 2, [{ field: 'legalName', text: "Col·legi Núria de l'Hospitalet, S.L." }]],
    ['collegi nu', 3, [{ field: 'legalName', text: "Col·legi Núria de l'Hospitalet, S.L." }]],
    ['opera', 4, [{ field: 'tradeName', text: "D'Òpera «Straße» 24-7" }]],
    [
      'opera collegi',
      4,
      [
        { field: 'legalName', text: "Col·legi Núria de l'Hospitalet, S.L." },
        { field: 'tradeName', text: "D'Òpera «Straße» 24-7" },
      ],
    ],
    ['fusta', 5, [{ field: 'email', text: 'j.m.garcia@la-fusta.example' }]],
    ['b583', 5, [{ field: 'taxIdNumber', text: 'B58378431' }]],
    [
      'pena jose nuria',
      5,
      [
        { field: 'legalName', text: "Col·legi Núria de l'Hospitalet, S.L." },
        { field: 'contacts.name', text: 'Mª José Peña O’Brien' },
      ],
    ],
  ])('by %j at rank %i, and names the matching texts', async (query, rank, matched) => {
    expect(await search(us, query, ', kinds: CLIENT')).toMatchObject([{ rank, matched }])
  })
})

describe('finds', () => {
  test('people, projects and documents, and leads to their client', async () => {
    const us = await world.organization()
    const client = await us.client({ legalName: 'Ateneu' })
    const { id: contact } = await us.do('createContact', {
      clientId: client.id,
      name: 'Marta Roca',
      email: 'mroca@ateneu.example',
    })
    const { id: project } = await us.project(client.id, { name: 'Web nova', code: 'W-17' })
    const { id: order } = await us.do('createPurchaseOrder', { clientId: client.id, number: 'PO 2026/77' })
    const { id: invoice } = await us.invoice(client.id, '10')
    const draft = await us.draft(client.id, '5', { externalId: 'IMPORT-9' })
    await us.draft(client.id, '5')
    const found = async (query: string) =>
      (await search(us, query)).map(({ kind, title, rank, record, client: { id } }) => [
        kind,
        title,
        rank,
        record.id,
        id,
      ])
    expect(await found('roca marta')).toEqual([
      ['CLIENT', 'Ateneu', 5, client.id, client.id],
      ['CONTACT', 'Marta Roca', 5, contact, client.id],
    ])
    expect(await found('mroca@ateneu.example')).toEqual([['CONTACT', 'Marta Roca', 5, contact, client.id]])
    expect(await found('web')).toEqual([['PROJECT', 'Web nova', 3, project, client.id]])
    expect(await found('w17')).toEqual([['PROJECT', 'Web nova', 1, project, client.id]])
    expect(await found('po2026/77')).toEqual([['PURCHASE_ORDER', 'PO 2026/77', 1, order, client.id]])
    expect(await found('77 po')).toEqual([['PURCHASE_ORDER', 'PO 2026/77', 5, order, client.id]])
    expect(await found('F2026/0001')).toEqual([['INVOICE', 'F2026/0001', 1, invoice, client.id]])
    expect(await found('0001')).toEqual([['INVOICE', 'F2026/0001', 5, invoice, client.id]])
    expect(await found('import 9')).toEqual([['INVOICE', 'IMPORT-9', 1, draft.id, client.id]])
    expect(
      await us.get(
        '{ search(query: "web") { record { ... on Project { name client { legalName } } ... on Client { legalName } } } }',
      ),
    ).toEqual({ search: [{ record: { name: 'Web nova', client: { legalName: 'Ateneu' } } }] })
  })

  test('the kinds that are asked for, as many as are asked for', async () => {
    const us = await world.organization()
    const client = await us.client({ legalName: 'Pont' })
    for (let at = 0; at < 12; at++) await us.project(client.id, { name: `Pont ${String(at).padStart(2, '0')}` })
    expect((await search(us, 'pont')).map(({ kind }) => kind)).toEqual(['CLIENT', ...Array(9).fill('PROJECT')])
    expect(await titles(us, 'pont', ', first: 100')).toHaveLength(13)
    expect(await titles(us, 'pont', ', kinds: [PROJECT], first: 2')).toEqual(['Pont 00', 'Pont 01'])
    expect(await titles(us, 'pont', ', kinds: [INVOICE, CLIENT]')).toEqual(['Pont'])
  })

  test('the best first: codes, the name, its beginning, words of names, the rest; archived ones behind', async () => {
    const us = await world.organization()
    const add = (legalName: string, given: object = {}) => us.client({ legalName, ...given })
    const byContact = await add('A de Vila')
    await us.do('createContact', { clientId: byContact.id, name: 'Roc Sala' })
    await add('B per correu', { email: 'roc@b.example' })
    await add('Zoo', { externalId: 'roc' })
    await add("L'Avi, Roc")
    await add('Cal Rocamora')
    await add('Yes', { tradeName: 'Can Roc' })
    await add('Rocafort')
    await add('Roc i Fills')
    await add('Roc')
    const old = await add('Roc')
    await us.do('archiveClient', { id: old.id, version: 1 })
    const ranked = [
      'Zoo',
      'Roc',
      'Roc i Fills',
      'Rocafort',
      "L'Avi, Roc",
      'Cal Rocamora',
      'Yes',
      'A de Vila',
      'B per correu',
      'Roc Sala',
      'Roc',
    ]
    expect(await titles(us, 'roc', ', first: 20')).toEqual(ranked)
    expect((await search(us, 'roc', ', first: 20')).map(({ rank, archived }) => (archived ? -rank : rank))).toEqual([
      1, 2, 3, 3, 4, 4, 4, 5, 5, 5, -2,
    ])
    for (let first = 1; first < 11; first++)
      expect(await titles(us, 'roc', `, first: ${first}`)).toEqual(ranked.slice(0, first))
  })
})

describe('only what a key may read', () => {
  let us: Tenant
  beforeAll(async () => {
    us = await world.organization()
    const client = await us.client({ legalName: 'Secret' })
    await us.do('createContact', { clientId: client.id, name: 'Secret Person' })
    await us.project(client.id, { name: 'Secret Work' })
    await us.do('createPurchaseOrder', { clientId: client.id, number: 'SECRET-1' })
    await us.draft(client.id, '1', { externalId: 'SECRET-2' })
  })
  const kindsOf: Record<string, string[]> = {
    clients: ['CLIENT', 'CONTACT'],
    projects: ['PROJECT'],
    orders: ['PURCHASE_ORDER'],
    invoices: ['INVOICE'],
  }

  test.each(keyScopes)('with %s is found without kinds', async scope => {
    const tenant = await world.key(us.organizationId, [scope])
    const { search: found } = await tenant.get(
      '{ search(query: "secret", first: 50) { kind title matched { text } record { id } } }',
    )
    expect(found.map(({ kind }: Json) => kind).sort()).toEqual(kindsOf[scope.split(':')[0] ?? ''] ?? [])
  })

  test.each<[string, KeyScope[], string[], string[]]>([
    ['search(query: "secret", kinds: [INVOICE]) { title }', ['clients:read'], ['invoices:read'], ['search.kinds']],
    ['search(query: "secret", kinds: PROJECT) { title }', ['clients:read'], ['projects:read'], ['search.kinds']],
    [
      'search(query: "secret", kinds: [CLIENT, CONTACT, PURCHASE_ORDER]) { title }',
      ['projects:read'],
      ['clients:read', 'orders:read'],
      ['search.kinds'],
    ],
    ['search(query: "secret") { client { id } }', ['projects:read'], ['clients:read'], ['search.client']],
    [
      'search(query: "secret") { record { ... on Invoice { number } } }',
      ['clients:read'],
      ['invoices:read'],
      ['search.record'],
    ],
  ])('%s is refused whole with %s', async (selection, held, missing, named) => {
    const tenant = await world.key(us.organizationId, held)
    await tenant.ask('{ __typename }')
    const { data, errors, status } = await tenant.ask(`{ ${selection} }`)
    expect([status, data ?? null, errors]).toMatchObject([
      403,
      null,
      [{ extensions: { code: 'FORBIDDEN', missing, fields: named } }],
    ])
    expect(errors).toHaveLength(1)
  })

  test('is refused also where the kinds come in a variable, or from its default', async () => {
    const tenant = await world.key(us.organizationId, ['clients:read'])
    const given = await tenant.ask(
      'query($kinds: [SearchKind!]) { search(query: "secret", kinds: $kinds) { title } }',
      { kinds: ['CLIENT', 'INVOICE'] },
    )
    const byDefault = await tenant.ask(
      'query($kinds: [SearchKind!] = [INVOICE]) { search(query: "secret", kinds: $kinds) { title } }',
    )
    for (const { errors } of [given, byDefault])
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', fields: ['search.kinds'] } }])
  })

  test('and nothing of another organisation', async () => {
    const them = await world.organization()
    for (const query of ['secret', 'secret 1', 'secret person']) expect(await search(them, query)).toEqual([])
    await them.client({ legalName: 'Secret' })
    expect(await titles(them, 'secret')).toEqual(['Secret'])
    expect(await titles(us, 'secret', ', first: 50')).toHaveLength(5)
  })
})

test.each<[string, string, RegExp]>([
  ['', '', /2 to 100 characters/],
  ['a', '', /has 1/],
  ['  a  ', '', /has 1/],
  ['x'.repeat(101), '', /has 101/],
  ['··—', '', /at least 2 letters/],
  ["l'", '', /at least 2 letters/],
  ['a b c d e f g h i j k', '', /at most 10 words; this one has 11/],
  ['abc', ', first: 0', /between 1 and 100/],
  ['abc', ', first: 101', /between 1 and 100/],
  ['abc', ', kinds: []', /at least one/],
])('refuses the query %j%s and says why', async (query, args, message) => {
  const us = await world.organization()
  const { errors } = await us.ask(`query($query: String!) { search(query: $query${args}) { title } }`, { query })
  expect(errors).toMatchObject([{ message: expect.stringMatching(message), extensions: { code: 'BAD_USER_INPUT' } }])
})

test.each([
  '100%',
  'a_b',
  "x' OR 1=1 --",
  '\\',
  'a\\"b',
  '(((',
  '*',
  'a:organization',
  '\u{1f98a}\u{1f98a}x1',
  'ñ'.repeat(100),
  'ﷺ'.repeat(99),
])('takes %j for text', async query => {
  const us = await world.organization()
  await us.client({ legalName: `${query.slice(0, 20)} SL` })
  const { data, errors } = await us.ask('query($query: String!) { search(query: $query) { title } }', { query })
  if (errors) expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  else expect(data.search.length).toBeLessThan(2)
})

test('costs the same few statements for one result and for many', async () => {
  const us = await world.organization()
  const clients = []
  for (let at = 0; at < 30; at++) clients.push(await us.client({ legalName: `Molts ${at}` }))
  for (const { id } of clients) await us.do('createContact', { clientId: id, name: 'Gemma Font' })
  await us.get('{ __typename }')
  const one = await statements(us, 'gemma', fields, ', kinds: CLIENT, first: 1')
  expect(await statements(us, 'gemma', fields, ', kinds: CLIENT, first: 30')).toBe(one)
  expect(one).toBe(4) // where its words are rare, the matches, the clients, their contacts
  expect(await statements(us, 'molts', 'kind title record { id } client { id }', ', first: 30')).toBe(3)
  expect(await statements(us, 'zzzz')).toBe(2)
  expect(await statements(us, 'gemma', fields, ', first: 60')).toBe(one + 1) // and the contacts
})

test('as a condition, finds the clients that the search finds', async () => {
  const us = await world.organization()
  const names = ['Roca Fills', 'Roca SL', 'Can Roca', "L'Esquirol", 'Bosc']
  for (const legalName of names) await us.client({ legalName, externalId: legalName.slice(0, 6) })
  const them = await world.organization()
  await them.client({ legalName: 'Roca' })
  const facts = await world.facts(us.organizationId)
  const list = (...queries: string[]) =>
    world.system
      .contextOf(facts)
      .read('clients:read', async scope =>
        (await scope.list(Client, ...queries.map((query, at) => searchCondition(Client, query, `s${at}x`)))).map(
          ({ legalName }) => legalName,
        ),
      )
  expect(await list('roca')).toEqual(['Roca Fills', 'Roca SL', 'Can Roca'])
  expect(await list('fi roca')).toEqual(['Roca Fills'])
  expect(await list('roca', 'sl')).toEqual(['Roca SL'])
  expect(await list('esquirol')).toEqual(["L'Esquirol"])
  expect(await list('can-ro')).toEqual(['Can Roca'])
  expect(await list('zzz')).toEqual([])
})
