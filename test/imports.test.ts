import {
  clientsOf,
  codes,
  commit,
  create,
  csv,
  fields,
  file,
  header,
  line,
  plan,
  row,
  rowsOf,
  settled,
  told,
} from './support/client-spreadsheet.js'
import { storedIn } from './support/stored.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World

beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())

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
  ])('%s is refused with a sentence, and nothing of it is stored', async (_what, given, code) => {
    const us = await world.organization()
    const before = storedIn(world)
    const { userErrors } = await us.try('createImport', { kind: 'CLIENT', file: given })
    expect(userErrors.map(error => error.code)).toEqual([code])
    expect(storedIn(world)).toEqual(before)
    expect((await us.get('{ importPlans { totalCount } }')).importPlans.totalCount).toBe(0)
  })

  test('a file without known columns is refused, and so are repeated fields, unknown fields and missing columns', async () => {
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
  const awkward = file(
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
  )

  test('says what becomes of each row and why, counts blank rows, and writes nothing', async () => {
    const us = await world.organization()
    const made = await plan(us, awkward)
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

  test('joins texts that a comma split in a file without quotation marks, with a warning', async () => {
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
  ] as const)('come back as a file in %s with a column of reasons, to fix and import again', async (encoding, mark) => {
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

  test('keep the cells beyond the headers, and stay wrong until somebody fixes them', async () => {
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
    const fixes: [string, string][] = [
      ['C/ Nou,2,Vic,EUR,', '"C/ Nou,2",Vic,EUR,'],
      ['C/ Nou,2,Vic,EUR,', '"C/ Nou,2",Vic,EUR,,'],
      ['C/ Nou,2,Vic,EUR,', '"C/ Nou,2",Vic,EUR\r\n'],
    ]
    for (const [from, to] of fixes) {
      const fixed = await plan(
        us,
        csv(
          wrong
            .replaceAll('EURO,', 'EUR,')
            .replace(from, to)
            .replace(/\r\nThe row has.*?\r\n/, '\r\n'),
        ),
      )
      const rows = await rowsOf(us, fixed.id)
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
