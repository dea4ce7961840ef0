import { inBatch } from './support/mutation-batch.js'
import { Random } from './support/random.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
})
afterAll(() => world.stop())

const search = async (query: string, more = '', tenant = us): Promise<Json[]> =>
  (
    await tenant.get(
      `query($query: String!) { search(query: $query${more}) { kind title archived rank record { id } matched { field text } } }`,
      { query },
    )
  ).search
const titles = async (query: string, more = '', tenant = us) =>
  (await search(query, more, tenant)).map(({ title }) => title)
const address = { line1: 'C/ Major 1', city: 'Terrassa' }

describe('clients', () => {
  beforeAll(async () => {
    await us.client({
      legalName: "Col·legi de l'Hospitalet, S.L.",
      taxId: 'ES B-58378431',
      email: 'info@escola-nova.example',
      externalId: 'ERP-00012',
    })
    const other = await us.client({ legalName: 'Àngels Müller Straße', tradeName: 'Forn de pa', taxId: '12345678Z' })
    await us.do('createContact', { clientId: other.id, name: 'Núria d’Olot' })
  })

  test.each([
    'collegi',
    'COL·LEGI',
    'col',
    'hospitalet',
    "l'hospitalet",
    'lhospitalet',
    'l’Hospitalet',
    'hosp col',
    'b58378431',
    'ES B-58378431',
    'esb58378431',
    'b-58.378.431',
    '58378431',
    '58378',
    'erp-00012',
    'ERP 00012',
    'escola',
    'nova info',
    'info@escola-nova.example',
    "col·legi de l'hospitalet sl",
  ])('«%s» finds the first', async query => {
    expect((await titles(query, ', kinds: [CLIENT]'))[0]).toBe("Col·legi de l'Hospitalet, S.L.")
  })

  test.each([
    'angels',
    'muller',
    'strasse',
    'straße',
    'forn',
    'pa de forn',
    '12345678z',
    'nuria',
    'olot',
    "d'olot nuria",
    'muller nuria',
  ])('«%s» finds the second', async query => {
    expect(await titles(query, ', kinds: [CLIENT]')).toEqual(['Àngels Müller Straße'])
  })

  test.each(['ollegi', 'ospitalet', 'collegi forn', 'nou', '%%', '__', "' OR 1=1"])(
    '«%s» finds nothing',
    async query => {
      const { data, errors } = await us.ask(
        'query($query: String!) { search(query: $query, kinds: [CLIENT]) { title } }',
        { query },
      )
      if (errors) expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT')
      else expect(data.search).toEqual([])
    },
  )

  test('names the texts by which it was found, also those of a contact', async () => {
    expect((await search('muller nuria', ', kinds: [CLIENT]'))[0]).toMatchObject({
      kind: 'CLIENT',
      rank: 5,
      archived: false,
      matched: [
        { field: 'legalName', text: 'Àngels Müller Straße' },
        { field: 'contacts.name', text: 'Núria d’Olot' },
      ],
    })
    expect((await search('b58378431'))[0]).toMatchObject({ rank: 1, matched: [{ text: 'B58378431' }] })
  })

  test('finds the same as a filter of the list, with its count', async () => {
    const found = await us
      .get(
        '{ one: clients(filter: { search: "hospitalet" }) { totalCount nodes { legalName } } none: clients(filter: { not: { search: "o" }, search: "collegi forn" }) { totalCount } }',
      )
      .catch((error: Error) => error.message)
    expect(found).toMatch(/2 to 100 characters/)
    expect(
      await us.get(
        '{ one: clients(filter: { search: "hospitalet" }) { totalCount nodes { legalName } } rest: clients(filter: { not: { search: "hospitalet" }, or: [{ search: "forn" }, { search: "erp-00012" }] }) { totalCount nodes { legalName } } }',
      ),
    ).toEqual({
      one: { totalCount: 1, nodes: [{ legalName: "Col·legi de l'Hospitalet, S.L." }] },
      rest: { totalCount: 1, nodes: [{ legalName: 'Àngels Müller Straße' }] },
    })
  })
})

test('the best come first: codes, the name, its beginning, other words of names, the rest; archived ones behind', async () => {
  const own = await world.organization()
  const add = (given: object) => own.client({ address, ...given })
  await add({ legalName: 'Zeta', externalId: 'vila' })
  await add({ legalName: 'Vila' })
  await add({ legalName: 'Vilanova' })
  await add({ legalName: 'Can Vila' })
  await add({ legalName: 'Alfa', tradeName: 'Vilar' })
  await add({ legalName: 'Omega', email: 'vila@example.com' })
  const archived = await add({ legalName: 'Vila Vella' })
  await own.do('archiveClient', { id: archived.id, version: 1 })
  const found = await search('vila', ', kinds: [CLIENT]', own)
  expect(found.map(({ title, rank, archived: gone }) => [title, rank, gone])).toEqual([
    ['Zeta', 1, false],
    ['Vila', 2, false],
    ['Vilanova', 3, false],
    ['Alfa', 4, false],
    ['Can Vila', 4, false],
    ['Omega', 5, false],
    ['Vila Vella', 3, true],
  ])
  expect(await titles('vila', ', kinds: [CLIENT], first: 3', own)).toEqual(['Zeta', 'Vila', 'Vilanova'])
})

test('changed records are found only by their new words, and deleted ones no more', async () => {
  const own = await world.organization()
  const client = await own.client({ legalName: 'Abans', taxId: '12345678Z', externalId: 'E-1' })
  const contact = await own.do('createContact', { clientId: client.id, name: 'Pere' })
  await own.do('updateClient', { id: client.id, version: 1, legalName: 'Després', taxId: null, externalId: 'E-2' })
  const finds = async (query: string) => (await search(query, '', own)).map(({ kind }) => kind)
  for (const old of ['abans', '12345678z', 'e-1']) expect([old, await finds(old)]).toEqual([old, []])
  for (const now of ['despres', 'e-2']) expect([now, await finds(now)]).toEqual([now, ['CLIENT']])
  await own.do('updateContact', { id: contact.id, version: 1, name: 'Pau' })
  expect(await finds('pere')).toEqual([])
  expect((await finds('pau')).sort()).toEqual(['CLIENT', 'CONTACT'])
  await own.do('deleteContact', { id: contact.id, version: 2 })
  expect(await finds('pau')).toEqual([])
  await own.do('deleteClient', { id: client.id, version: 2 })
  expect(await finds('despres')).toEqual([])
  const refused = await own.try('createClient', { legalName: ' ', address })
  expect(refused.userErrors).toHaveLength(1)
})

test('documents are found by their numbers, deals and projects by their names, each by its permission', async () => {
  const own = await world.organization()
  const client = await own.client({ legalName: 'Trobada' })
  await own.project(client.id, { name: 'Trobada web', code: 'TW-1' })
  await own.deal(client.id, { title: 'Trobada anual' })
  const invoice = await own.invoice(client.id, '10')
  await own.do('createPurchaseOrder', { clientId: client.id, number: 'F2026-77' })
  const quote = await own.quote(client.id, '10')
  const sent = await own.do('sendQuote', { id: quote.id, version: quote.version }, 'number')
  expect((await search('trobada', '', own)).map(({ kind, title }) => `${kind} ${title}`)).toEqual([
    'CLIENT Trobada',
    'DEAL Trobada anual',
    'PROJECT Trobada web',
  ])
  expect((await search(invoice.number, '', own)).map(({ kind, title, rank }) => [kind, title, rank])).toEqual([
    ['INVOICE', invoice.number, 1],
  ])
  expect((await search(sent.number, '', own))[0]).toMatchObject({ kind: 'QUOTE', title: sent.number })
  expect((await search('f2026', '', own)).map(({ kind }) => kind).sort()).toEqual(['INVOICE', 'PURCHASE_ORDER'])
  expect((await search('tw-1', '', own))[0]).toMatchObject({ kind: 'PROJECT', rank: 1 })
  const reader = await world.key(own.organizationId, ['projects:read'])
  expect((await search('trobada', '', reader)).map(({ kind }) => kind)).toEqual(['PROJECT'])
  expect(
    (await reader.ask('{ search(query: "trobada", kinds: [PROJECT, INVOICE]) { title } }')).errors?.[0]?.extensions,
  ).toMatchObject({ code: 'FORBIDDEN', missing: ['invoices:read'], fields: ['search.kinds'] })
  expect(
    (await reader.ask('{ search(query: "trobada") { client { legalName } } }')).errors?.[0]?.extensions,
  ).toMatchObject({ code: 'FORBIDDEN', missing: ['clients:read'] })
  expect(await titles('trobada', '', await world.organization())).toEqual([])
})

test.each([
  ['x', /2 to 100/],
  [' a ', /2 to 100/],
  ['x'.repeat(101), /2 to 100/],
  ['··', /letters or figures/],
  ['a b c d e f g h i j k', /10 words/],
])('refuses to look for «%s»', async (query, message) => {
  expect((await us.ask('query($q: String!) { search(query: $q) { title } }', { q: query })).errors?.[0]).toMatchObject({
    message: expect.stringMatching(message),
    extensions: { code: 'BAD_USER_INPUT' },
  })
})

const wordsOf = (text: string | null) => (text ?? '').split(/[^a-z0-9]+/).filter(each => each !== '')

function rank(row: Json, query: string): number | null {
  const wanted = query.split(' ')
  const all = (words: string[]) => wanted.every(each => words.some(one => one.startsWith(each)))
  const names = [...wordsOf(row.legalName), ...wordsOf(row.tradeName)]
  if (row.externalId === query.replaceAll(' ', '')) return 1
  if (row.legalName === query) return 2
  if (row.legalName.startsWith(query)) return 3
  if (all(names)) return 4
  const figures = (row.externalId ?? '').replace(/\D/g, '')
  return all([...names, ...wordsOf(row.externalId), figures]) ? 5 : null
}

test('the first of many random names equal those of a comparison of all, in the same order', async () => {
  const own = await world.organization()
  const random = new Random(7)
  const syllables = ['vi', 'la', 'can', 'roc', 'a', 'mar', 'vil', 'cano']
  const word = () => Array.from({ length: random.integer(1, 2) }, () => random.pick(syllables)).join('')
  const name = () => Array.from({ length: random.integer(1, 3) }, word).join(' ')
  const made = Array.from({ length: 700 }, (_, at) => ({
    legalName: name(),
    tradeName: random.chance(0.3) ? name() : undefined,
    externalId: random.chance(0.1) ? `${word()}${at}` : undefined,
    address,
  }))
  const rows: Json[] = await inBatch(own, 'createClient', made, 'id version legalName tradeName externalId', new Map())
  const gone = rows.filter(() => random.chance(0.1))
  await inBatch(
    own,
    'archiveClient',
    gone.map(({ id }) => ({ id, version: 1 })),
    'id',
    new Map(),
  )
  const archived = new Set(gone.map(({ id }) => id))

  const bytes = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  let several = 0
  for (let round = 0; round < 60; round++) {
    const query = Array.from({ length: random.integer(1, 3) }, word)
      .join(' ')
      .slice(0, random.integer(2, 9))
      .trim()
    if (query.length < 2) continue
    const first = random.pick([1, 3, 10, 100])
    const wanted = rows
      .flatMap(row => {
        const at = rank(row, query)
        return at === null ? [] : [{ row, at }]
      })
      .sort(
        (a, b) =>
          Number(archived.has(a.row.id)) - Number(archived.has(b.row.id)) ||
          a.at - b.at ||
          bytes(a.row.legalName, b.row.legalName) ||
          bytes(a.row.id, b.row.id),
      )
    const before = world.database.statements
    const { search: found } = await own.get(
      'query($q: String!, $first: Int!) { search(query: $q, first: $first, kinds: [CLIENT]) { record { id } rank archived } }',
      { q: query, first },
    )
    expect(world.database.statements - before).toBeLessThanOrEqual(6) // five of the search at the most, the records
    expect([query, found.map(({ record, rank: at, archived: is }: Json) => [record.id, at, is])]).toEqual([
      query,
      wanted.slice(0, first).map(({ row, at }) => [row.id, at, archived.has(row.id)]),
    ])
    if (wanted.length > first) several++
  }
  expect(several).toBeGreaterThan(20)
}, 120_000)
