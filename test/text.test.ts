import type { DataSource } from 'typeorm'
import { Texts1765400000000 } from '../src/database/migrations/15-texts.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let client: Json

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  client = await us.client({ legalName: 'Ateneu' })
})
afterAll(() => world.stop())

const address = { line1: 'C/ Major 1', city: 'Vic' }
const refusedOf = async (mutation: string, input: object) => (await us.try(mutation, input)).userErrors

describe('a text of one line', () => {
  test.each([
    ['\u202eLS live', 'a character that turns the direction of text (U+202E)'],
    ['A\u200bB SL', 'an invisible character (U+200B)'],
    ['Con\nsalto SL', 'a line break'],
    ['Tab\tSL', 'a tab'],
    ['A\u3164B', 'an invisible character (U+3164)'],
  ])('%j is refused by the name of its field', async (text, flaw) => {
    // At its ends white space and what shows nothing goes, so it stands within; what turns the direction does not.
    const legalName = text.startsWith('\u202e') ? text : `x${text}x`
    expect(await refusedOf('createClient', { legalName, address })).toEqual([
      { code: 'TEXT_INVALID', message: `legalName holds ${flaw}; remove it.`, field: 'legalName' },
    ])
  })

  test.each<[string, string, (text: string) => object]>([
    ['createClient', 'tradeName', text => ({ legalName: 'x', address, tradeName: text })],
    ['createClient', 'address.line1', text => ({ legalName: 'x', address: { ...address, line1: text } })],
    ['createClient', 'address.city', text => ({ legalName: 'x', address: { ...address, city: text } })],
    ['createClient', 'address.postalCode', text => ({ legalName: 'x', address: { ...address, postalCode: text } })],
    ['createClient', 'phone', text => ({ legalName: 'x', address, phone: text })],
    ['createClient', 'externalId', text => ({ legalName: 'x', address, externalId: text })],
    ['createClient', 'tags', text => ({ legalName: 'x', address, tags: [text] })],
    ['createContact', 'name', text => ({ clientId: client.id, name: text })],
    ['createContact', 'role', text => ({ clientId: client.id, name: 'x', role: text })],
    ['createProject', 'name', text => ({ clientId: client.id, name: text })],
    ['createTask', 'title', text => ({ clientId: client.id, title: text })],
    ['createDeal', 'title', text => ({ clientId: client.id, title: text, value: '1' })],
    ['createInteraction', 'title', text => ({ subjectId: client.id, title: text, text: 'x' })],
    ['createUser', 'name', text => ({ name: text, email: 'u@example.com' })],
    ['createApiKey', 'name', text => ({ name: text, scopes: ['clients:read'] })],
  ])('%s refuses a break and an override in %s', async (mutation, field, inputOf) => {
    for (const text of ['one\ntwo', 'one\u202etwo']) {
      const answer = await us.ask(
        `mutation($input: ${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { userErrors { code field } } }`,
        { input: inputOf(text) },
      )
      expect([answer.errors, answer.data?.[mutation].userErrors]).toEqual([
        undefined,
        [{ code: 'TEXT_INVALID', field }],
      ])
    }
  })

  test('that has only invisible characters counts as missing, under the name that callers know', async () => {
    for (const text of ['\u200b', ' \u2060\ufeff ', '\u3164']) {
      expect(await refusedOf('createClient', { legalName: text, address })).toEqual([
        { code: 'REQUIRED', message: 'legalName must not be blank.', field: 'legalName' },
      ])
      expect(await refusedOf('createContact', { clientId: client.id, name: text })).toMatchObject([
        { code: 'REQUIRED', field: 'name' },
      ])
    }
    expect(await us.client({ legalName: 'Blank', tradeName: '\u200b' }, 'tradeName')).toEqual({ tradeName: null })
  })

  test('whose folded form is longer than itself, or nothing, is stored and sorted', async () => {
    expect(await us.client({ legalName: '\ufdfa'.repeat(200) }, 'legalName')).toEqual({
      legalName: '\ufdfa'.repeat(200),
    })
    expect(await us.client({ legalName: '·’' }, 'legalName')).toEqual({ legalName: '·’' })
    expect(await us.get('{ clients(first: 1, orderBy: { field: LEGAL_NAME }) { nodes { legalName } } }')).toEqual({
      clients: { nodes: [{ legalName: '·’' }] },
    })
  })

  test('keeps letters that join, faces and flags', async () => {
    for (const legalName of ['می\u200cخواهم', '👨\u200d👩\u200d👧 SL', '❤\ufe0f Flors'])
      expect(await us.client({ legalName }, 'legalName')).toEqual({ legalName })
  })
})

test('texts of several lines keep their breaks and tabs, and refuse other control characters', async () => {
  const text = 'one\r\n\ttwo'
  expect(await us.client({ legalName: 'Lines', notes: `  ${text}\n` }, 'notes')).toEqual({ notes: text })
  expect(await us.do('createInteraction', { subjectId: client.id, text }, 'text')).toEqual({ text })
  expect(
    (
      await us.draft(
        client.id,
        '1',
        { lines: [{ description: text, quantity: '1', unitPrice: '1' }] },
        'lines { description }',
      )
    ).lines,
  ).toEqual([{ description: text }])
  expect(await refusedOf('createClient', { legalName: 'x', address, notes: 'a\u001bb' })).toMatchObject([
    { code: 'TEXT_INVALID', field: 'notes' },
  ])
})

test('every text is stored and compared in NFC and trimmed', async () => {
  const [decomposed, composed] = ['Cafe\u0301', 'Caf\u00e9']
  const made = await us.client(
    {
      legalName: `\ufeff ${decomposed} \u200b`,
      tags: [`${decomposed} `],
      externalId: ` ${decomposed}`,
      notes: `${decomposed}\n\n`,
    },
    'id legalName tags externalId notes',
  )
  expect(made).toMatchObject({ legalName: composed, tags: [composed], externalId: composed, notes: composed })
  for (const given of [decomposed, composed, ` ${decomposed} `]) {
    expect(await refusedOf('createClient', { legalName: 'x', address, externalId: given })).toMatchObject([
      { code: 'EXTERNAL_ID_TAKEN' },
    ])
    if (given !== given.trim()) continue // a filter asks for its text as it stands
    const filters = [
      `externalId: { eq: $t }`,
      `externalId: { in: [$t] }`,
      `tags: { has: $t }`,
      `legalName: { contains: $t }`,
      'externalId: { startsWith: $t }',
    ]
    for (const filter of filters) {
      const { clients } = await us.get(`query($t: String!) { clients(filter: { ${filter} }) { nodes { id } } }`, {
        t: given,
      })
      expect([given, filter, clients.nodes]).toEqual([given, filter, [{ id: made.id }]])
    }
  }
})

describe('an e-mail address', () => {
  test('may have letters beyond ASCII and an international domain, wherever the API takes one', async () => {
    for (const email of ['josé@example.com', 'info@käse.example']) {
      expect(await us.client({ legalName: 'Mail', email: ` ${email.normalize('NFD')}\u200b` }, 'email')).toEqual({
        email,
      })
      expect(await us.do('createContact', { clientId: client.id, name: 'Mail', email }, 'email')).toEqual({ email })
      expect(await us.do('createUser', { name: 'Mail', email }, 'name')).toEqual({ name: 'Mail' })
      expect(
        (await us.get('query($q: String!) { clients(filter: { email: { eq: $q } }) { totalCount } }', { q: email }))
          .clients.totalCount,
      ).toBe(1)
    }
  })

  test('of 900 kB is refused without repeating it in any error', async () => {
    const long = 'x'.repeat(900_000)
    const asked: [string, Record<string, unknown>][] = [
      [
        'mutation($v: EmailAddress) { createClient(input: { legalName: "x", address: { line1: "x", city: "x" }, email: $v }) { client { id } } }',
        { v: long },
      ],
      [
        'mutation($v: URL) { createClient(input: { legalName: "x", address: { line1: "x", city: "x" }, website: $v }) { client { id } } }',
        { v: long },
      ],
      ['query($v: Int) { clients(first: $v) { totalCount } }', { v: long }],
      ['query($v: DateTime) { clients(filter: { createdAt: { gt: $v } }) { totalCount } }', { v: long }],
      ['query($v: ClientOrder) { clients(orderBy: $v) { totalCount } }', { v: { field: long } }],
      ['query($v: ID!) { client(id: $v) { id } }', { v: long }],
      [`{ clients { ${long} } }`, {}],
      [`{ clients(orderBy: { field: ${long} }) { totalCount } }`, {}],
      [`{ clients(first: "${long}") { totalCount } }`, {}],
    ]
    for (const [query, variables] of asked) {
      const { errors, ...rest } = await us.ask(query, variables)
      expect([query.slice(0, 80), errors?.[0]?.extensions.code, rest.data?.client ?? null]).toEqual([
        query.slice(0, 80),
        'BAD_USER_INPUT',
        null,
      ])
      expect(JSON.stringify(errors).length).toBeLessThan(10_000)
    }
    const { createApiKey } = await us.get(
      'mutation($v: String!) { createApiKey(input: { name: "x", scopes: [$v] }) { userErrors { message } } }',
      { v: long },
    )
    expect(createApiKey.userErrors[0].message).toMatch(/^There is no scope "x{40}…"; there are/)
  })
})

test('a web address holds no user name or password, and an error does not repeat them', async () => {
  for (const website of ['https://ana:secret@example.com', 'https://ana@example.com']) {
    const { errors } = await us.ask(
      'mutation($v: URL) { createClient(input: { legalName: "x", address: { line1: "x", city: "x" }, website: $v }) { client { id } } }',
      { v: website },
    )
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('leave out what stands before the @'),
      extensions: { code: 'BAD_USER_INPUT' },
    })
  }
  expect(await us.client({ legalName: 'Web', website: 'https://example.com/@ana' }, 'website')).toEqual({
    website: 'https://example.com/@ana',
  })
})

const textsAndIndex = async () =>
  JSON.stringify([
    await world.database.read.query('SELECT * FROM search_entries ORDER BY id'),
    await world.database.read.query('SELECT * FROM search_words ORDER BY entry_id, weight, word'),
    await world.database.read.query('SELECT * FROM clients ORDER BY id'),
    await world.database.read.query('SELECT * FROM contacts ORDER BY id'),
    await world.database.read.query('SELECT * FROM interactions ORDER BY id'),
  ])

test('a migration brings existing texts and search entries into this form, and a second one changes nothing', async () => {
  const own = await world.organization()
  const [first, second] = [
    await own.client({ legalName: 'Old', externalId: 'Caf\u00e9', phone: '937 800 123' }),
    await own.client({ legalName: 'Fine', externalId: 'other', tags: ['a', 'b'] }),
  ]
  const contact = await own.do('createContact', { clientId: first.id, name: 'Pau', phone: '600 111 222' })
  await own.do('createInteraction', { subjectId: first.id, text: 'kept\n\tas it is' })
  const project = await own.project(first.id, { name: 'Web' })
  const { writer } = world.database as unknown as { writer: DataSource } // no feature can get at it
  const migration = new Texts1765400000000()
  const runner = writer.createQueryRunner()
  const set = (table: string, column: string, text: string, id: string) =>
    runner.query(`UPDATE ${table} SET ${column} = ? WHERE id = ?`, [text, id])
  try {
    await migration.down(runner)
    await set('clients', 'legal_name', '\ufeff\u202eCol.legi\tCafe\u0301 ', first.id)
    await set('clients', 'legal_name_folded', 'col.legi cafe', first.id)
    await set('clients', 'tags', JSON.stringify(['z\u200b', 'Cafe\u0301']), second.id)
    await set('clients', 'external_id', 'Cafe\u0301', second.id) // composed it is the first one's
    await set('clients', 'notes', 'one\n\ttwo\u200b', second.id)
    await set('projects', 'name', 'Web\n nova', project.id)
    await migration.up(runner)
    const once = await textsAndIndex()
    await migration.up(runner)
    expect((await textsAndIndex()) === once).toBe(true)
  } finally {
    if (world.database.dialect.name !== 'sqlite') await runner.release()
  }
  expect(await world.database.drift()).toEqual([])
  const found = async (query: string) =>
    (await own.get('query($q: String!) { search(query: $q) { title } }', { q: query })).search.map(
      ({ title }: Json) => title,
    )
  expect([
    await found('collegi'),
    await found('+34 937800'),
    await found('34600111222'),
    await found('web nova'),
  ]).toEqual([['Col.legi Caf\u00e9'], ['Col.legi Caf\u00e9'], ['Col.legi Caf\u00e9', 'Pau'], ['Web  nova']])
  expect(
    (await own.get('{ clients(orderBy: { field: LEGAL_NAME }) { nodes { legalName externalId tags notes } } }')).clients
      .nodes,
  ).toEqual([
    { legalName: 'Col.legi Caf\u00e9', externalId: 'Caf\u00e9', tags: [], notes: null },
    { legalName: 'Fine', externalId: 'Cafe\u0301', tags: ['Caf\u00e9', 'z'], notes: 'one\n\ttwo' },
  ])
  expect(
    (await own.get('{ clients(filter: { legalName: { startsWith: "col·legi caf" } }) { totalCount } }')).clients
      .totalCount,
  ).toBe(1)
  await own.do('updateContact', { id: contact.id, version: contact.version, role: 'x' })
})

test('an import refuses a web address with a password without repeating it, and cuts what else it quotes', async () => {
  const rows = ['x;C/ 1;Vic;https://ana:secret@example.com;', `y;C/ 1;Vic;;${'e'.repeat(30_000)}`]
  const made = await us.do('createImport', {
    kind: 'CLIENT',
    file: new File([`Nom;Adreça;Ciutat;Web;E-mail\n${rows.join('\n')}\n`], 'clients.csv'),
  })
  await us.do('planImport', { id: made.id, version: made.version })
  const read = async (): Promise<Json> =>
    (
      await us.get('query($id: ID!) { importPlan(id: $id) { state rows { nodes { issues { code message } } } } }', {
        id: made.id,
      })
    ).importPlan
  while ((await read()).state === 'PLANNING')
    await new Promise(resolve => {
      setTimeout(resolve, 20)
    })
  const [web, mail] = (await read()).rows.nodes.map(({ issues }: Json) => issues[0])
  expect(web).toEqual({
    code: 'WEBSITE_INVALID',
    message: 'The web address holds a user name or a password; leave out what stands before the @.',
  })
  expect(mail).toMatchObject({ code: 'EMAIL_INVALID' })
  expect(mail.message.length).toBeLessThan(200)
})
