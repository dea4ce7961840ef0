import iconv from 'iconv-lite'
import { planned, rowsTold, tableFile, valuesOf } from './support/importing.js'
import { World, type Json, type Tenant } from './support/world.js'
import { xlsx } from './support/xlsx.js'

let world: World
let us: Tenant

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  await us.client({ legalName: 'Forns', externalId: 'K1' })
})
afterAll(() => world.stop())

const columns = async (id: string): Promise<Json> =>
  (await us.get('query($id: ID!) { importPlan(id: $id) { columnsLeftOut columns { header field fields } } }', { id }))
    .importPlan

test('a name in several columns is joined in its order, and every column that is not imported is named', async () => {
  const plan = await planned(
    us,
    'CONTACT',
    tableFile([
      'Código cliente;Segundo apellido;Apellidos;Nombre;Color;;Fax',
      'K1;Soler;Vidal ;Marta;blau;x;',
      'K1;;Mas;Pau;;;',
    ]),
  )
  expect([rowsTold(plan), valuesOf(plan, 'name')]).toEqual([
    ['2 CREATE', '3 CREATE'],
    ['Marta Vidal Soler', 'Pau Mas'],
  ])
  expect((await columns(plan.id)).columnsLeftOut).toEqual(['Color', 'F', 'Fax'])
})

test('a person beside a company becomes its contact, with the e-mail address and telephone of the row', async () => {
  const plan = await planned(
    us,
    'CLIENT',
    tableFile([
      'First Name;Last Name;Company;Email;Phone;Street;City',
      'Marta;Vidal;Fusteria SL;marta@example.com;600111222;C/ 1;Vic',
      ';;Gas SL;gas@example.com;;C/ 2;Vic',
    ]),
  )
  expect(rowsTold(plan)).toEqual(['2 CREATE', '3 CREATE'])
  expect(['legalName', 'contactName', 'contactEmail', 'email'].map(field => valuesOf(plan, field))).toEqual([
    ['Fusteria SL', 'Gas SL'],
    ['Marta Vidal', undefined],
    ['marta@example.com', undefined],
    ['marta@example.com', 'gas@example.com'],
  ])
  expect((await columns(plan.id)).columns.map(({ fields }: Json) => fields)).toEqual([
    ['contactName'],
    ['contactName'],
    ['legalName'],
    ['email', 'contactEmail'],
    ['phone', 'contactPhone'],
    ['addressLine1'],
    ['city'],
  ])
})

test('a caller lets one column feed two fields, and several make up a name; a mapping keeps it', async () => {
  const lines = ['A;B;C;D', 'Marta;Vidal;C/ 1;Vic']
  const { id, version } = await us.do('createImport', { kind: 'CLIENT', file: tableFile(lines) })
  const given = [
    { place: 1, field: 'legalName' },
    { place: 2, field: 'legalName' },
    { place: 2, field: 'tradeName' },
    { place: 3, field: 'addressLine1' },
    { place: 4, field: 'city' },
    { place: 4, field: 'region' },
  ]
  const twice = await us.try('planImport', { id, version, columns: [...given, { place: 3, field: 'city' }] })
  expect(twice.userErrors.map(({ code }) => code)).toEqual(['FIELD_TWICE'])
  await us.do('planImport', { id, version, columns: given })
  const { name } = await us.do('keepImportMapping', { importId: id, name: 'Two' }, 'id name')
  const {
    nodes: [mapping],
  } = (await us.get('{ importMappings { nodes { id columns { header field } } } }')).importMappings
  expect([name, mapping.columns.filter(({ header }: Json) => header === 'D').map(({ field }: Json) => field)]).toEqual([
    'Two',
    ['city', 'region'],
  ])
  const plan = await planned(us, 'CLIENT', tableFile(lines), { mappingId: mapping.id })
  expect(['legalName', 'tradeName', 'city', 'region'].map(field => valuesOf(plan, field)[0])).toEqual([
    'Marta Vidal',
    'Vidal',
    'Vic',
    'Vic',
  ])
})

test('«VAT %», or «VAT» over rates or amounts, is the rate of tax, and over tax ids the tax id', async () => {
  await us.client({ externalId: 'K2', taxId: 'B64717838' })
  const fields = async (vat: string, ...cells: string[]) => {
    const plan = await planned(
      us,
      'INVOICE',
      tableFile([
        `Código cliente;Número;Fecha;Concepto;Base;${vat}`,
        ...cells.map((cell, at) => `K2;V-${at};14/03/2025;x;500,00;${cell}`),
      ]),
    )
    return [plan.columns[5].field, ...new Set(rowsTold(plan).map(row => row.slice(2)))]
  }
  expect(await fields('VAT %', '21', '10')).toEqual(['taxRate', 'CREATE'])
  expect(await fields('VAT', '21', '', '0')).toEqual(['taxRate', 'CREATE'])
  expect(await fields('VAT (%)', '21,00')).toEqual(['taxRate', 'CREATE'])
  expect(await fields('VAT', '21%')).toEqual(['taxRate', 'CREATE'])
  expect(await fields('VAT', '105,00', '50,00')).toEqual(['taxRate', 'CREATE TAX_READ_AS_AMOUNT'])
  expect(await fields('VAT', 'B64717838', '')).toEqual(['clientTaxId', 'CREATE'])
})

test('a name under Cliente is not an unknown id where the tax id beside it finds the client', async () => {
  const tenant = await world.organization()
  await tenant.client({ legalName: 'Forns', externalId: 'F', taxId: 'B64717838' })
  await tenant.client({ legalName: 'Gas', externalId: 'G' })
  const rows = ['Forns SL;B64717838', 'F;B64717838', 'G;B64717838', 'Forns SL;B58378431', 'Forns SL;', 'G;']
  const told = async (header: string) =>
    rowsTold(
      await planned(
        tenant,
        'PAYMENT',
        tableFile([`externalId;${header};NIF;Importe;Fecha`, ...rows.map((row, at) => `P${at};${row};5;14/03/2025`)]),
      ),
    ).map(row => row.slice(2))
  for (const header of ['Cliente', 'Proveedor:'])
    expect(await told(header)).toEqual([
      'CREATE',
      'CREATE',
      'ERROR IDENTITY_CONFLICT',
      'ERROR CLIENT_UNKNOWN',
      'ERROR CLIENT_UNKNOWN',
      'CREATE',
    ])
  expect((await told('Código cliente'))[0]).toBe('ERROR CLIENT_UNKNOWN')
})

test('the table is found behind a sheet of instructions and below a title', async () => {
  const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
  const rows = (...lines: string[]) => lines.map(line => `<row>${line.split(';').map(text).join('')}</row>`).join('')
  const file = tableFile(
    xlsx({
      sheets: [
        { name: 'Old', rows: rows('Nombre fiscal;Dirección;Población', 'x;y;z'), state: 'hidden' },
        { name: 'Instrucciones', rows: rows('Rellene la hoja de clientes', 'Notas') },
        {
          name: 'Clientes',
          rows: rows('Clientes a 31/12/2025', 'Nombre fiscal;NIF;Dirección;Población', 'Empresa;;C/ 1;Ciudad'),
        },
      ],
    }),
    'table.xlsx',
  )
  const plan = await planned(us, 'CLIENT', file)
  expect([plan.sheet, plan.headerRow, plan.sheets, rowsTold(plan)]).toEqual([
    'Clientes',
    2,
    ['Instrucciones', 'Clientes', 'Old'],
    ['3 CREATE'],
  ])
  expect(await planned(us, 'CLIENT', file, {}, { sheet: 'Old' })).toMatchObject({
    sheet: 'Old',
    headerRow: 1,
    totals: { create: 1 },
  })
})

test('encodings of old programs and Macs are recognised by their letters, and misread texts get a warning', async () => {
  const lines = 'Nombre fiscal;Dirección;Población\r\nCañón Ibáñez SL;C/ Peñón 1;Logroño\r\n'
  for (const [encoding, charset] of [
    ['CP850', 'cp850'],
    ['MAC_ROMAN', 'macintosh'],
    ['WINDOWS_1252', 'windows-1252'],
  ] as const) {
    const plan = await planned(us, 'CLIENT', tableFile(iconv.encode(lines, charset)))
    expect([plan.encoding, rowsTold(plan), valuesOf(plan, 'legalName')]).toEqual([
      encoding,
      ['2 CREATE'],
      ['Cañón Ibáñez SL'],
    ])
  }
  const wrong = await planned(us, 'CLIENT', tableFile(iconv.encode(lines, 'cp850')), {}, { encoding: 'WINDOWS_1252' })
  expect(wrong.rows[0].issues.map(({ code, field }: Json) => [code, field])).toContainEqual([
    'ENCODING_DOUBTFUL',
    'legalName',
  ])
})
