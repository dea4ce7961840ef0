import { setTimeout as sleep } from 'node:timers/promises'
import type { KeyScope } from '../src/model/permission.js'
import { pull, pullRows } from './support/pull.js'
import { storedIn } from './support/stored.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World

beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())

const fields =
  'id version state format encoding delimiterName sheet sheets headerRow problem columns { letters header field samples } totals { create update skip error warning } progress { rows about }'
const csv = (text: string, name = 'clients.csv') => new File([text], name, { type: 'text/csv' })
const create = (tenant: Tenant, file: File, given: object = {}): Promise<Json> =>
  tenant.do('createImport', { kind: 'CLIENT', file, ...given }, fields)
const read = async (tenant: Tenant, id: string): Promise<Json> =>
  (await tenant.get(`query($id: ID!) { importPlan(id: $id) { ${fields} } }`, { id })).importPlan

async function settled(tenant: Tenant, id: string): Promise<Json> {
  for (let tries = 0; tries < 400; tries++) {
    const plan = await read(tenant, id)
    if (plan.state !== 'PLANNING') return plan
    await sleep(25)
  }
  throw new Error('The plan is not made in time.')
}

/** Uploads, plans and waits. */
async function plan(tenant: Tenant, file: File, given: object = {}, planning: object = {}): Promise<Json> {
  const { id, version } = await create(tenant, file, given)
  await tenant.do('planImport', { id, version, ...planning })
  return settled(tenant, id)
}

async function rowsOf(tenant: Tenant, id: string, filter = '{}'): Promise<Json[]> {
  const { importPlan } = await tenant.get(
    `query($id: ID!) { importPlan(id: $id) { rows(first: 100, filter: ${filter}) { nodes { number title action recordId changes { field before after } issues { level code field column value message } } } } }`,
    { id },
  )
  return importPlan.rows.nodes
}

const told = (rows: Json[]) =>
  rows.map(({ number, title, action, issues }) =>
    [number, title, action, ...issues.map(({ code }: Json) => code)].join(' '),
  )
const commit = (tenant: Tenant, { id, version }: Json, given: object = {}) =>
  tenant.do('commitImport', { id, version, ...given }, fields)
const codes = async (tenant: Tenant, mutation: string, input: object) =>
  (await tenant.try(mutation, input)).userErrors.map(({ code }) => code)
const clientsOf = async (tenant: Tenant): Promise<Json[]> =>
  (
    await tenant.get(
      '{ clients(first: 100, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { id version legalName tradeName taxId externalId email phone website currency paymentTermsDays tags notes language address { line1 line2 postalCode city region country } contacts { nodes { name role email phone primary } } } } }',
    )
  ).clients.nodes

const header =
  'Raó social;NIF;Adreça;Codi postal;Població;País;Correu electrònic;Referència externa;Moneda;Etiquetes;Web;Dies de pagament;Idioma;Contacte;Correu del contacte'
const line = (cells: Partial<Record<string, string>>) =>
  header
    .split(';')
    .map(name => cells[name] ?? '')
    .join(';')
const row = (name: string, given: Partial<Record<string, string>> = {}) =>
  line({ 'Raó social': name, Adreça: 'C/ Major 1', Població: 'Terrassa', ...given })
const file = (...lines: string[]) => csv([header, ...lines, ''].join('\r\n'))

describe('a spreadsheet is recognised', () => {
  test('with its encoding, delimiter, header row and columns; what is recognised can be overridden', async () => {
    const us = await world.organization()
    const text = `Llistat de clients;;\r\n\r\nRaó social;Adreça;POBLACIO;Color\r\nForns Núria;"C/ Major; 1";Terrassa;blau\r\n`
    const bytes = Buffer.from(text, 'latin1')
    const made = await create(us, new File([bytes], '..\\llista.csv'))
    expect(made).toMatchObject({
      state: 'RECOGNISED',
      format: 'CSV',
      encoding: 'WINDOWS_1252',
      delimiterName: 'SEMICOLON',
      sheet: null,
      sheets: [],
      headerRow: 3,
      totals: null,
      problem: null,
    })
    expect(made.columns).toEqual([
      { letters: 'A', header: 'Raó social', field: 'legalName', samples: ['Forns Núria'] },
      { letters: 'B', header: 'Adreça', field: 'addressLine1', samples: ['C/ Major; 1'] },
      { letters: 'C', header: 'POBLACIO', field: 'city', samples: ['Terrassa'] },
      { letters: 'D', header: 'Color', field: null, samples: ['blau'] },
    ])
    const planned = await us.do(
      'planImport',
      {
        id: made.id,
        version: made.version,
        columns: [
          { place: 4, field: 'tags' },
          { place: 3, field: 'city' },
        ],
      },
      fields,
    )
    expect(planned.columns[3]).toMatchObject({ header: 'Color', field: 'tags' })
    expect(told(await rowsOf(us, (await settled(us, made.id)).id))).toEqual(['4 Forns Núria CREATE'])
    expect((await rowsOf(us, made.id))[0].changes).toContainEqual({ field: 'tags', before: null, after: 'blau' })
  })

  test.each([
    ['an empty file', csv(''), 'FILE_EMPTY'],
    [
      'a picture',
      new File([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')], 'clients.xlsx'),
      'FILE_NOT_A_TABLE',
    ],
    ['an open quotation mark', csv('Nom;Adreça\r\n"Forns;C/ Major\r\n'), 'FILE_DAMAGED'],
  ])('%s is refused with a sentence, and nothing is kept of it', async (_what, given, code) => {
    const us = await world.organization()
    const before = storedIn(world)
    const { userErrors } = await us.try('createImport', { kind: 'CLIENT', file: given })
    expect(userErrors.map(error => error.code)).toEqual([code])
    expect(storedIn(world)).toEqual(before)
    expect((await us.get('{ importPlans { totalCount } }')).importPlans.totalCount).toBe(0)
  })

  test('columns that no field fits are refused, as are fields twice, of no name, and columns that are not there', async () => {
    const us = await world.organization()
    const { id, version } = await create(us, csv('Gat;Gos\r\na;b\r\n'))
    const attempt = (columns: object[]) => codes(us, 'planImport', { id, version, columns })
    expect(await attempt([])).toEqual(['COLUMNS_UNKNOWN'])
    expect(
      await attempt([
        { place: 1, field: 'city' },
        { place: 2, field: 'city' },
      ]),
    ).toEqual(['FIELD_TWICE'])
    expect(await attempt([{ place: 1, field: '__proto__' }])).toEqual(['FIELD_UNKNOWN'])
    expect(await attempt([{ place: 3, field: 'city' }])).toEqual(['COLUMN_UNKNOWN'])
    expect(await codes(us, 'planImport', { id, version, headerRow: 9 })).toEqual(['HEADER_ROW_INVALID'])
  })

  test('a mapping is kept under a name and used for the next file', async () => {
    const us = await world.organization()
    const first = await create(us, csv('X1;X2;X3\r\nForns;C/ Major 1;Terrassa\r\n'))
    await us.do('planImport', {
      id: first.id,
      version: first.version,
      columns: [
        { place: 1, field: 'legalName' },
        { place: 2, field: 'addressLine1' },
        { place: 3, field: 'city' },
      ],
    })
    await settled(us, first.id)
    const mapping = await us.do(
      'keepImportMapping',
      { importId: first.id, name: ' El vell programa ' },
      'id version name columns { header field }',
    )
    expect(mapping).toMatchObject({
      name: 'El vell programa',
      columns: [
        { header: 'X1', field: 'legalName' },
        { header: 'X2', field: 'addressLine1' },
        { header: 'X3', field: 'city' },
      ],
    })
    const second = await plan(us, csv('X3;x1;X2\r\nSabadell;Gas;C/ Nou 2\r\n'), {}, { mappingId: mapping.id })
    expect((await rowsOf(us, second.id))[0].changes).toEqual(
      expect.arrayContaining([
        { field: 'city', before: null, after: 'Sabadell' },
        { field: 'legalName', before: null, after: 'Gas' },
      ]),
    )
    await us.do('deleteImportMapping', { id: mapping.id, version: mapping.version })
    expect((await us.get('{ importMappings { totalCount } }')).importMappings.totalCount).toBe(0)
  })
})

describe('a plan', () => {
  test('tells of each row what becomes of it and why, counts blank rows, and writes nothing', async () => {
    const us = await world.organization()
    const made = await plan(
      us,
      file(
        row('Forns Puigdemont, S.L.', {
          NIF: 'B64717838',
          'Referència externa': 'F-1',
          'Codi postal': '8221',
          País: 'Espanya',
          Etiquetes: 'forn, majorista',
        }),
        row('Associació', { NIF: 'g 58378431x', 'Referència externa': 'F-2' }),
        ';'.repeat(14),
        row('Muñoz', { 'Correu electrònic': 'nuria@example' }),
        row('Sirvent', { NIF: '1234567L' }),
        row('', { 'Referència externa': 'F-3' }),
        line({ 'Raó social': 'Sense adreça' }),
        row('Forns un altre cop', { NIF: 'ES B-64717838' }),
        row('Duplicat', { 'Referència externa': 'F-1' }),
        row('Ref de fila errònia', { 'Referència externa': 'F-2' }),
        row('Bad', { Moneda: 'EURO' }),
        row('Lluny', { País: 'Atlàntida' }),
        row('Müller GmbH', { NIF: 'DE136695976', País: 'Deutschland', 'Codi postal': '10115' }),
        row('  Espais  ', { Web: 'example.com' }),
        row('Tard', { 'Dies de pagament': '400' }),
        row('Parla', { Idioma: 'klingon' }),
      ),
    )
    expect(made).toMatchObject({
      state: 'READY',
      totals: { create: 5, update: 0, skip: 0, error: 10, warning: 3 },
      progress: { rows: 15, about: expect.any(Number) },
    })
    expect(told(await rowsOf(us, made.id))).toEqual([
      '2 Forns Puigdemont, S.L. CREATE POSTAL_CODE_PADDED',
      '3 Associació ERROR TAX_ID_LENGTH',
      '5 Muñoz ERROR EMAIL_INVALID',
      '6 Sirvent CREATE TAX_ID_PADDED',
      '7  ERROR LEGAL_NAME_REQUIRED',
      '8 Sense adreça ERROR ADDRESS_REQUIRED',
      '9 Forns un altre cop ERROR TAX_ID_DUPLICATE_IN_FILE',
      '10 Duplicat ERROR EXTERNAL_ID_DUPLICATE_IN_FILE',
      '11 Ref de fila errònia CREATE',
      '12 Bad ERROR CURRENCY_UNKNOWN',
      '13 Lluny ERROR COUNTRY_UNKNOWN',
      '14 Müller GmbH CREATE',
      '15 Espais CREATE TRIMMED WEBSITE_COMPLETED',
      '16 Tard ERROR PAYMENT_TERMS_INVALID',
      '17 Parla ERROR LANGUAGE_UNKNOWN',
    ])
    const [bad] = await rowsOf(us, made.id, '{ number: { eq: 12 } }')
    expect(bad.issues).toEqual([
      {
        level: 'ERROR',
        code: 'CURRENCY_UNKNOWN',
        field: 'currency',
        column: 'Moneda',
        value: 'EURO',
        message: 'EURO is not an ISO 4217 currency code such as EUR.',
      },
    ])
    expect(await clientsOf(us)).toEqual([])
  })

  test('matches by external id, then by tax id, and never takes one client for another', async () => {
    const us = await world.organization()
    const one = await us.client({ legalName: 'U', externalId: 'A', taxId: 'B64717838' }, 'id version')
    const two = await us.client({ legalName: 'Dos', taxId: 'A58818501' }, 'id version')
    await us.client({ legalName: 'Tres', address: { line1: 'C/ Nou 1', city: 'Girona', postalCode: '17001' } })
    const made = await plan(
      us,
      file(
        row('Un', { 'Referència externa': 'A' }),
        row('Dos', { NIF: 'A58818501', 'Referència externa': 'B' }),
        row('Mal', { 'Referència externa': 'A', NIF: 'A58818501' }),
        row('Mal', { 'Referència externa': 'C', NIF: 'B64717838' }),
        row('TRÉS', { 'Codi postal': '17001' }),
      ),
    )
    const rows = await rowsOf(us, made.id)
    expect(told(rows)).toEqual([
      '2 Un UPDATE',
      '3 Dos UPDATE',
      '4 Mal ERROR IDENTITY_CONFLICT',
      '5 Mal ERROR IDENTITY_CONFLICT',
      '6 TRÉS CREATE CLIENT_ALIKE',
    ])
    expect(rows.map(({ recordId }) => recordId)).toEqual([one.id, two.id, null, null, null])
    expect(rows[0].changes).toEqual([{ field: 'legalName', before: 'U', after: 'Un' }])
    expect(rows[1].changes).toEqual([{ field: 'externalId', before: null, after: 'B' }])
  })

  test('leaves a value where the cell is blank, unless blanks clear; a text such as NULL counts as blank when asked', async () => {
    const us = await world.organization()
    await us.client({
      legalName: 'Un',
      externalId: 'A',
      email: 'a@example.com',
      tags: ['x'],
      address: { line1: 'C/ Major 1', city: 'Terrassa', postalCode: '08221' },
    })
    const same = file(row('Un', { 'Referència externa': 'A', 'Correu electrònic': 'NULL' }))
    expect(await plan(us, same, {}, { emptyText: 'NULL' })).toMatchObject({ totals: { skip: 1, error: 0 } })
    expect(await plan(us, same)).toMatchObject({ totals: { skip: 0, error: 1 } })
    const clearing = await plan(us, same, {}, { emptyText: 'NULL', clearBlanks: true })
    expect((await rowsOf(us, clearing.id))[0].changes).toEqual([
      { field: 'postalCode', before: '08221', after: null },
      { field: 'email', before: 'a@example.com', after: null },
      { field: 'tags', before: 'x', after: null },
    ])
    await commit(us, clearing)
    expect((await clientsOf(us))[0]).toMatchObject({
      legalName: 'Un',
      email: null,
      tags: [],
      address: { postalCode: null, city: 'Terrassa' },
      externalId: 'A',
    })
  })

  test('puts together what a comma in a file without quotation marks tore apart, and says so', async () => {
    const us = await world.organization()
    const made = await plan(
      us,
      csv('Name,Address,City\r\nForns,Gran Via, 1,Terrassa\r\nGas,C/ Nou 2,Girona\r\nMal,a,b,c\r\n'),
    )
    const rows = await rowsOf(us, made.id)
    expect(told(rows)).toEqual(['2 Forns CREATE CELLS_JOINED', '3 Gas CREATE', '4  ERROR CELLS_TOO_MANY'])
    expect(rows[0].changes).toContainEqual({ field: 'addressLine1', before: null, after: 'Gran Via, 1' })
  })
})

describe('a commit', () => {
  test('writes exactly the plan; the same file then skips every row; undoing restores what was there', async () => {
    const us = await world.organization()
    const old = await us.client({ legalName: 'Antic', externalId: 'A', notes: 'Nota' })
    const before = await clientsOf(us)
    const given = file(
      row('Antic SL', { 'Referència externa': 'A', Contacte: 'Rosa Pi', 'Correu del contacte': 'rosa@example.com' }),
      row('Forns Núria', {
        NIF: 'B64717838',
        'Referència externa': 'B',
        'Codi postal': '8221',
        'Correu electrònic': 'info@forns.example',
        Moneda: 'usd',
        Etiquetes: 'forn, pa',
        Web: 'forns.example',
        'Dies de pagament': '30',
        Idioma: 'català',
        Contacte: 'Núria Puig',
      }),
    )
    const made = await plan(us, given)
    const { cursor } = await pull(us, 'clients.jsonl')
    const committed = await commit(us, made)
    expect(committed).toMatchObject({ state: 'COMMITTED', totals: { create: 1, update: 1, skip: 0, error: 0 } })
    const [changed, fresh] = await clientsOf(us)
    expect(changed).toMatchObject({
      id: old.id,
      version: 2,
      legalName: 'Antic SL',
      notes: 'Nota',
      contacts: { nodes: [{ name: 'Rosa Pi', email: 'rosa@example.com', primary: true }] },
    })
    expect(fresh).toMatchObject({
      legalName: 'Forns Núria',
      taxId: 'ESB64717838',
      externalId: 'B',
      email: 'info@forns.example',
      currency: 'USD',
      tags: ['forn', 'pa'],
      website: 'https://forns.example',
      paymentTermsDays: 30,
      language: 'CA',
      address: { line1: 'C/ Major 1', postalCode: '08221', city: 'Terrassa', country: 'ES' },
      contacts: { nodes: [{ name: 'Núria Puig', primary: true }] },
    })
    expect((await us.get('{ search(query: "forns nur") { kind } }')).search).toHaveLength(1)
    const fed = async (table: string, query = '') =>
      (await pullRows(us, table, query))
        .map(pulled => [pulled.client_id ?? pulled.id, pulled.deleted_at !== null].join(' '))
        .sort()
    expect(await fed('clients')).toEqual([`${old.id} false`, `${fresh.id} false`])
    for (const table of ['clients', 'client-summaries'])
      expect(await fed(table, `cursor=${cursor}`)).toEqual([`${old.id} false`, `${fresh.id} false`])
    expect(await fed('contacts')).toHaveLength(2)
    expect(
      (await us.get(`{ activityEvents(first: 50, filter: { subjectId: { eq: "${fresh.id}" } }) { nodes { kind } } }`))
        .activityEvents.nodes,
    ).toEqual([{ kind: 'CLIENT_CREATED' }])
    expect(await plan(us, given)).toMatchObject({ totals: { create: 0, update: 0, skip: 2, error: 0 } })

    const undone = await us.do('undoImport', { id: committed.id, version: committed.version }, fields)
    expect(undone.state).toBe('UNDONE')
    const restored = await clientsOf(us)
    expect(restored).toEqual(before.map(client => ({ ...client, version: restored[0].version })))
    expect(restored[0].version).toBeGreaterThan(changed.version)
    expect((await us.get('{ search(query: "forns nur") { kind } }')).search).toEqual([])
    expect(await fed('clients', `cursor=${cursor}`)).toEqual([`${old.id} false`, `${fresh.id} true`])
    expect(await codes(us, 'undoImport', { id: undone.id, version: undone.version })).toEqual(['IMPORT_STATE'])
  })

  test('is refused while rows are wrong unless they are to be left out, and cannot be done twice', async () => {
    const us = await world.organization()
    const made = await plan(us, file(row('Bé'), row('Malament', { Moneda: 'EURO' })))
    expect(await codes(us, 'commitImport', { id: made.id, version: made.version })).toEqual(['IMPORT_HAS_ERRORS'])
    expect(await clientsOf(us)).toEqual([])
    const done = await commit(us, made, { skipErrors: true })
    expect((await clientsOf(us)).map(({ legalName }) => legalName)).toEqual(['Bé'])
    expect(await codes(us, 'commitImport', { id: done.id, version: done.version })).toEqual(['IMPORT_STATE'])
  })

  test('is refused whole when a record was changed, made or removed since the plan', async () => {
    const us = await world.organization()
    const { id } = await us.client({ legalName: 'Un', externalId: 'A' })
    const attempt = async (meanwhile: () => Promise<unknown>) => {
      const made = await plan(
        us,
        file(row('Nou', { 'Referència externa': 'N' }), row('Un bis', { 'Referència externa': 'A' })),
      )
      await meanwhile()
      const outcome = await codes(us, 'commitImport', { id: made.id, version: made.version })
      return [outcome, (await clientsOf(us)).map(({ legalName }) => legalName)]
    }
    expect(await attempt(() => us.do('updateClient', { id, version: 1, notes: 'x' }))).toEqual([
      ['IMPORT_STALE'],
      ['Un'],
    ])
    const taken = await us.client({ legalName: 'Altre', externalId: 'M' })
    expect(await attempt(() => us.do('updateClient', { id: taken.id, version: 1, externalId: 'N' }))).toEqual([
      ['IMPORT_STALE'],
      ['Un', 'Altre'],
    ])
    await us.do('deleteClient', { id: taken.id, version: 2 })
    expect(await attempt(() => us.do('deleteClient', { id, version: 2 }))).toEqual([['IMPORT_STALE'], []])
  })

  test('is not undone where one of its records was edited or used since', async () => {
    const us = await world.organization()
    const done = await commit(us, await plan(us, file(row('Un'), row('Dos'))))
    const [one, two] = await clientsOf(us)
    await us.do('updateClient', { id: two.id, version: two.version, notes: 'x' })
    const refused = await us.try('undoImport', { id: done.id, version: done.version })
    expect(refused.userErrors).toEqual([
      expect.objectContaining({ code: 'IMPORT_EDITED', message: expect.stringContaining('Dos') }),
    ])
    expect((await clientsOf(us)).map(({ id }) => id)).toEqual([one.id, two.id])
    const other = await world.organization()
    const used = await commit(other, await plan(other, file(row('Un'))))
    const [client] = await clientsOf(other)
    await other.project(client.id)
    expect(await codes(other, 'undoImport', { id: used.id, version: used.version })).toEqual(['CLIENT_IN_USE'])
    expect(await clientsOf(other)).toHaveLength(1)
  })

  test('two commits of one plan at the same time write it once', async () => {
    const us = await world.organization()
    const { id, version } = await plan(us, file(row('Un'), row('Dos')))
    const outcomes = await Promise.all(
      [1, 2].map(() =>
        us.ask('mutation($input: CommitImportInput!) { commitImport(input: $input) { userErrors { code } } }', {
          input: { id, version },
        }),
      ),
    )
    const told = outcomes.map(
      ({ data, errors }) => errors?.[0]?.extensions.code ?? data.commitImport.userErrors[0]?.code ?? 'written',
    )
    expect(told.filter(outcome => outcome === 'written')).toHaveLength(1)
    expect(await clientsOf(us)).toHaveLength(2)
  })
})

describe('a large commit, which others do not wait for', () => {
  const many = 520
  const large = (tenant: Tenant) =>
    plan(
      tenant,
      file(
        ...Array.from({ length: many }, (_, at) =>
          row(`Client ${at}`, { 'Referència externa': `L${at}`, Contacte: at % 2 ? '' : `Persona ${at}` }),
        ),
      ),
    )
  const of = async (tenant: Tenant) =>
    await tenant.get(
      '{ clients(filter: { externalId: { startsWith: "L" } }) { totalCount } contacts { totalCount } activityEvents(filter: { kind: { eq: "CLIENT_CREATED" } }) { totalCount } }',
    )
  const counted = (clients: number, contacts: number, events: number) => ({
    clients: { totalCount: clients },
    contacts: { totalCount: contacts },
    activityEvents: { totalCount: events },
  })

  test('writes exactly the plan, with its history, its words and its place in the feeds; it can be undone', async () => {
    const us = await world.organization()
    const before = await us.client({ legalName: 'Abans' })
    const done = await commit(us, await large(us))
    expect(done).toMatchObject({ state: 'COMMITTED', totals: { create: many, error: 0 } })
    expect(await of(us)).toEqual(counted(many, many / 2, many + 1))
    expect((await us.get('{ search(query: "persona 518") { kind title } }')).search).toEqual(
      expect.arrayContaining([{ kind: 'CLIENT', title: 'Client 518' }]),
    )
    const fed = (await pullRows(us, 'client-summaries')).map(({ client_id }) => client_id)
    expect(fed).toHaveLength(many + 1)
    expect(fed).toContain(before.id)
    expect(new Set(fed).size).toBe(many + 1)
    const { cursor } = await pull(us, 'clients.jsonl')
    const after = await us.client({ legalName: 'Després' })
    expect((await pullRows(us, 'clients', `cursor=${cursor}`)).map(({ id }) => id)).toEqual([after.id])
    expect((await large(us)).totals).toMatchObject({ create: 0, skip: many })
    await us.do('undoImport', { id: done.id, version: done.version })
    expect(await of(us)).toMatchObject({ clients: { totalCount: 0 }, contacts: { totalCount: 0 } })
  })

  test('is whole or nothing where somebody makes one of its clients meanwhile, and can then be planned again', async () => {
    const us = await world.organization()
    const { id, version } = await large(us)
    let other: Promise<Json> | undefined
    world.database.onStatement = sql => {
      if (/INSERT INTO .clients./.test(sql))
        other ??= us.ask(
          'mutation($input: CreateClientInput!) { createClient(input: $input) { client { id } userErrors { code } } }',
          { input: { legalName: 'Altre', externalId: 'L0', address: { line1: 'x', city: 'x' } } },
        )
    }
    const outcome = await us.ask(
      'mutation($input: CommitImportInput!) { commitImport(input: $input) { userErrors { code } } }',
      { input: { id, version } },
    )
    world.database.onStatement = null
    const { createClient } = (await other).data
    const counts = await of(us)
    if (outcome.errors) {
      expect(outcome.errors[0]?.extensions.code).toBe('CONFLICT')
      expect([createClient.userErrors, counts]).toEqual([[], counted(1, 0, 1)])
      expect(await codes(us, 'commitImport', { id, version })).toEqual(['IMPORT_STALE'])
      const again = await plan(us, file(row('Nou')))
      expect((await commit(us, again)).state).toBe('COMMITTED')
    } else {
      expect([outcome.data.commitImport.userErrors, createClient.userErrors]).toEqual([
        [],
        [{ code: 'EXTERNAL_ID_TAKEN' }],
      ])
      expect(counts).toEqual(counted(many, many / 2, many))
    }
  })

  test('lets others write while it is prepared', async () => {
    const us = await world.organization()
    const { id, version } = await large(us)
    const order: string[] = []
    let other: Promise<unknown> | undefined
    world.database.onStatement = sql => {
      if (/INSERT INTO .clients./.test(sql)) other ??= us.client({ legalName: 'Altre' }).then(() => order.push('other'))
    }
    await us.do('commitImport', { id, version }).then(() => order.push('import'))
    world.database.onStatement = null
    await other
    expect(order).toEqual(['other', 'import'])
  })
})

describe('the rows that are wrong', () => {
  const urlOf = async (tenant: Tenant, id: string, expiresIn = 300): Promise<URL | null> => {
    const { importPlan } = await tenant.get(
      'query($id: ID!, $in: Int!) { importPlan(id: $id) { failedRowsUrl(expiresIn: $in) } }',
      { id, in: expiresIn },
    )
    return importPlan.failedRowsUrl === null ? null : new URL(importPlan.failedRowsUrl, world.url)
  }
  const get = (url: URL | null) => fetch(url ?? world.url)

  test.each([
    ['utf8', '\ufeff'],
    ['latin1', ''],
    ['utf16le', '\ufeff'],
  ] as const)('come back as a file in %s that says why, to mend and import again', async (encoding, mark) => {
    const us = await world.organization()
    const wrong = [
      row('"Núria; ""la de dalt"""', { Moneda: 'EURO', Etiquetes: "'=1+1" }),
      row('Sense', { País: 'Atlàntida', 'Dies de pagament': '400' }),
    ]
    const made = await plan(
      us,
      new File([Buffer.from(mark + [header, row('Bé'), '', ...wrong].join('\n'), encoding)], 'els meus clients.csv'),
    )
    expect(made.totals).toMatchObject({ create: 1, error: 2 })
    const answer = await get(await urlOf(us, made.id))
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="els meus clients-errors.csv"; filename*=UTF-8''els%20meus%20clients-errors.csv`,
    )
    const told = Buffer.from(await answer.arrayBuffer()).toString(encoding)
    expect(told).toBe(
      mark +
        [
          `${header};Error`,
          `${wrong[0]};EURO is not an ISO 4217 currency code such as EUR.`,
          `${wrong[1]};"Atlàntida is no country; write its name in Catalan, Spanish, English or its own language, or its code, such as ES. 400 is not a number of days from 0 to 365."`,
          '',
        ].join('\r\n'),
    )
    const again = await plan(
      us,
      new File(
        [
          Buffer.from(
            told.replace(';EURO;', ';EUR;').replace(';Atlàntida;', ';França;').replace(';400;', ';40;'),
            encoding,
          ),
        ],
        'x.csv',
      ),
    )
    expect(again.totals).toMatchObject({ create: 2, error: 0 })
    await commit(us, again)
    expect((await clientsOf(us)).map(({ legalName, tags }) => [legalName, tags])).toEqual([
      ['Núria; "la de dalt"', ['=1+1']],
      ['Sense', []],
    ])
  })

  test('keep the cells beyond the headers, and are as wrong until somebody mends them', async () => {
    const us = await world.organization()
    const fileOf = async (made: Json) => (await get(await urlOf(us, made.id))).text()
    const lines =
      'Nom fiscal,Adreça,Població,Moneda\r\nForns,C/ Nou 1,Vic,EUR\r\nGas,C/ Nou,2,Vic,EUR\r\nSol,Gran Via, 1,Vic,EURO\r\nMar,C/ 1,Vic,EURO\r\n'
    const made = await plan(us, csv(lines))
    const expected = [
      '2 Forns CREATE',
      '3  ERROR CELLS_TOO_MANY',
      '4 Sol ERROR CURRENCY_UNKNOWN CELLS_JOINED',
      '5 Mar ERROR CURRENCY_UNKNOWN',
    ]
    expect(told(await rowsOf(us, made.id))).toEqual(expected)
    const wrong = await fileOf(made)
    expect(wrong).toMatch(
      /^\ufeff?Nom fiscal,Adreça,Població,Moneda,,Error\r\nGas,C\/ Nou,2,Vic,EUR,The row has more .*\r\nSol,Gran Via, 1,Vic,EURO,EURO is .*\r\nMar,C\/ 1,Vic,EURO,,EURO is .*\r\n$/,
    )
    const again = await plan(us, csv(wrong))
    expect(told(await rowsOf(us, again.id)).map(row => row.slice(2))).toEqual(
      expected.slice(1).map(row => row.slice(2)),
    )
    expect(await fileOf(again)).toBe(wrong)
    const mends: [string, string][] = [
      ['C/ Nou,2,Vic,EUR,', '"C/ Nou,2",Vic,EUR,'],
      ['C/ Nou,2,Vic,EUR,', '"C/ Nou,2",Vic,EUR,,'],
      ['C/ Nou,2,Vic,EUR,', '"C/ Nou,2",Vic,EUR\r\n'],
    ]
    for (const [from, to] of mends) {
      const mended = await plan(
        us,
        csv(
          wrong
            .replaceAll('EURO,', 'EUR,')
            .replace(from, to)
            .replace(/\r\nThe row has.*?\r\n/, '\r\n'),
        ),
      )
      const rows = await rowsOf(us, mended.id)
      expect(told(rows)).toEqual(['2 Gas CREATE', '3 Sol CREATE CELLS_JOINED', '4 Mar CREATE'])
      expect(rows.map(({ changes }) => changes.find(({ field }: Json) => field === 'addressLine1').after)).toEqual([
        'C/ Nou,2',
        'Gran Via, 1',
        'C/ 1',
      ])
    }
  })

  test('are read by a link alone, until it expires; there is none where nothing is wrong', async () => {
    const us = await world.organization()
    expect(await urlOf(us, (await plan(us, file(row('Bé')))).id)).toBeNull()
    const made = await plan(us, file(row('Mal', { Moneda: 'EURO' })))
    const url = await urlOf(us, made.id, 1)
    expect((await get(url)).status).toBe(200)
    expect((await fetch(String(url).replace('/imports/', '/files/'))).status).toBe(404)
    expect((await fetch(`${String(url)}x`)).status).toBe(404)
    const start = world.now
    world.now = new Date(start.getTime() + 2000)
    expect((await get(url)).status).toBe(403)
    world.now = start
    const other = await urlOf(us, made.id)
    await us.do('deleteImport', { id: made.id, version: made.version })
    expect((await get(other)).status).toBe(404)
  })
})

describe('contacts as a sheet of their own', () => {
  const people = (...lines: string[]) =>
    csv(['Client;NIF;Codi contacte;Nom;Càrrec;Correu', ...lines, ''].join('\n'), 'contactes.csv')

  test('are matched to clients by external id or tax id, and to people by external id, e-mail, then name', async () => {
    const us = await world.organization()
    const a = await us.client({ legalName: 'A', externalId: 'A' })
    await us.client({ legalName: 'B', taxId: 'B64717838' })
    await us.do('createContact', { clientId: a.id, name: 'Rosa Pi', email: 'rosa@example.com' })
    const given = people(
      'A;;C1;Rosa Pi i Mas;Gerent;ROSA@example.com',
      ';B64717838;;Joan;;',
      'A;B64717838;;Mal;;',
      'Z;;;Ningú;;',
      ';;;Sol;;',
      'A;;C1;Doble;;',
    )
    const made = await plan(us, given, { kind: 'CONTACT' })
    const rows = await rowsOf(us, made.id)
    expect(told(rows)).toEqual([
      '2 Rosa Pi i Mas UPDATE',
      '3 Joan CREATE',
      '4 Mal ERROR IDENTITY_CONFLICT',
      '5 Ningú ERROR CLIENT_UNKNOWN',
      '6 Sol ERROR CLIENT_REQUIRED',
      '7 Doble ERROR EXTERNAL_ID_DUPLICATE_IN_FILE',
    ])
    const done = await commit(us, made, { skipErrors: true })
    expect((await clientsOf(us)).map(({ contacts }) => contacts.nodes)).toEqual([
      [{ name: 'Rosa Pi i Mas', role: 'Gerent', email: 'ROSA@example.com', phone: null, primary: true }],
      [{ name: 'Joan', role: null, email: null, phone: null, primary: true }],
    ])
    expect(await plan(us, given, { kind: 'CONTACT' })).toMatchObject({ totals: { skip: 2, error: 4 } })
    await us.do('undoImport', { id: done.id, version: done.version })
    expect((await clientsOf(us)).map(({ contacts }) => contacts.nodes.map(({ name }: Json) => name))).toEqual([
      ['Rosa Pi'],
      [],
    ])
  })
})

describe('imports are kept', () => {
  test('for those with the scope and the permission of what they hold; another organisation sees none', async () => {
    const us = await world.organization()
    const made = await plan(us, file(row('Un')))
    const key = (scopes: KeyScope[]) => world.key(us.organizationId, scopes)
    const ask = async (tenant: Tenant) => {
      const { data, errors } = await tenant.ask(
        'query($id: ID!) { importPlan(id: $id) { id } importPlans { totalCount } }',
        { id: made.id },
      )
      return errors?.[0]?.extensions.code ?? data.importPlans.totalCount
    }
    expect(await ask(us)).toBe(1)
    expect(await ask(await key(['clients:read', 'import']))).toBe(1)
    expect(await ask(await key(['clients:read']))).toBe('FORBIDDEN')
    expect(await ask(await key(['deals:read', 'import']))).toBe('NOT_FOUND')
    expect(await ask(await world.organization())).toBe('NOT_FOUND')
    const attempt = async (tenant: Tenant, mutation: string, input: object, type = 'RecordInput') => {
      const { data, errors } = await tenant.ask(
        `mutation($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } } }`,
        { input },
      )
      return errors?.[0]?.extensions.code ?? data[mutation].userErrors[0]?.code ?? 'done'
    }
    const { id, version } = made
    const before = storedIn(world)
    const others = [
      await key(['clients:read', 'import']),
      await key(['clients:write']),
      await key(['deals:write', 'import']),
    ]
    for (const other of others) {
      expect(
        await attempt(other, 'createImport', { kind: 'CLIENT', file: file(row('Dos')) }, 'CreateImportInput'),
      ).toBe('FORBIDDEN')
      for (const kind of ['Plan', 'Commit'])
        expect(await attempt(other, `${kind.toLowerCase()}Import`, { id, version }, `${kind}ImportInput`)).toMatch(
          /^(FORBIDDEN|NOT_FOUND)$/,
        )
      for (const mutation of ['cancelImport', 'undoImport', 'deleteImport'])
        expect(await attempt(other, mutation, { id, version })).toBe('FORBIDDEN')
      expect(await attempt(other, 'keepImportMapping', { importId: id, name: 'x' }, 'KeepImportMappingInput')).toBe(
        'FORBIDDEN',
      )
    }
    expect(storedIn(world)).toEqual(before)
    expect(await read(us, id)).toEqual(made)
    const seller = await key(['clients:write', 'import'])
    expect(await attempt(seller, 'undoImport', { id, version })).toBe('FORBIDDEN') // needs admin as well
    expect(await attempt(seller, 'commitImport', { id, version }, 'CommitImportInput')).toBe('done')
  })

  test('for a week, then gone with their file; or until they are deleted', async () => {
    const us = await world.organization()
    const before = storedIn(world)
    const first = await plan(us, file(row('Un')))
    const second = await plan(us, file(row('Dos')))
    await us.do('deleteImport', { id: second.id, version: second.version })
    expect(storedIn(world)).toHaveLength(before.length + 1)
    const start = world.now
    world.now = new Date(start.getTime() + 8 * 86_400_000)
    const third = await plan(us, file(row('Tres')))
    expect((await us.get('{ importPlans { nodes { id } } }')).importPlans.nodes.map(({ id }: Json) => id)).toEqual([
      third.id,
    ])
    expect(storedIn(world)).toHaveLength(before.length + 1)
    expect(await us.ask('query($id: ID!) { importPlan(id: $id) { id } }', { id: first.id })).toMatchObject({
      errors: [{ extensions: { code: 'NOT_FOUND' } }],
    })
    expect(
      await world.database.read.query(`SELECT id FROM import_rows WHERE plan_id IN ('${first.id}', '${second.id}')`),
    ).toEqual([])
    world.now = start
  })

  test('a plan that is cancelled holds nothing and can be planned again', async () => {
    const us = await world.organization()
    const { id, version } = await create(us, file(...Array.from({ length: 3000 }, (_, at) => row(`Client ${at}`))))
    const planning = await us.do('planImport', { id, version }, fields)
    let cancelled: Json
    for (let current = planning; !cancelled;) {
      const { data, errors } = await us.ask(
        `mutation($input: RecordInput!) { cancelImport(input: $input) { importPlan { ${fields} } userErrors { code } } }`,
        { input: { id, version: current.version } },
      )
      if (errors) current = await read(us, id)
      else cancelled = data.cancelImport.importPlan ?? 'too late'
    }
    expect(cancelled).toMatchObject({ state: 'CANCELLED', totals: null, progress: { rows: 0 } })
    await sleep(100)
    expect(await rowsOf(us, id)).toEqual([])
    await us.do('planImport', { id, version: cancelled.version })
    const done = await settled(us, id)
    expect(done).toMatchObject({ state: 'READY', totals: { create: 3000 }, progress: { rows: 3000 } })
    expect(Math.abs(done.progress.about - 3000)).toBeLessThan(100) // by the size of the file
  })
})
