import iconv from 'iconv-lite'
import { planned, rowsTold, tableFile, valuesOf } from './support/importing.js'
import { pull } from './support/pull.js'
import { World, type Tenant } from './support/world.js'
import { xlsx } from './support/xlsx.js'

let world: World
let us: Tenant

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  await us.client({ legalName: 'Forns', externalId: 'K1' })
})
afterAll(() => world.stop())

const payments = (...amounts: string[]) =>
  planned(
    us,
    'PAYMENT',
    tableFile([
      'externalId;Código cliente;Importe;Fecha de cobro',
      ...amounts.map((amount, at) => `P${at};K1;${amount};14/03/2025`),
    ]),
  )
const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
const workbook = (rows: string[][], formats: string[] = []) =>
  tableFile(
    xlsx({
      sheets: [
        {
          name: 'A',
          rows: rows
            .map(cells => `<row>${cells.map(cell => (cell.startsWith('<c') ? cell : text(cell))).join('')}</row>`)
            .join(''),
        },
      ],
      formats,
    }),
    'table.xlsx',
  )

describe('a file whose cells tabs divide', () => {
  const rows = ['Raó social\tNIF\tAdreça\tPoblació', 'Forn u\t\tC/ Nou 1\tVic', 'Forn dos\t\tC/ Nou 2\tVic']
  test.each<[string, Buffer, object]>([
    ['is recognised', Buffer.from(rows.join('\r\n')), {}],
    ['is read where that is said', Buffer.from(rows.join('\r\n')), { delimiter: 'TAB' }],
    ['is read in UTF-16, as Excel writes «Unicode text»', Buffer.from(`\ufeff${rows.join('\r\n')}`, 'utf16le'), {}],
  ])('%s', async (_what, bytes, given) => {
    const plan = await planned(us, 'CLIENT', tableFile(bytes, 'table.txt'), {}, given)
    expect(plan).toMatchObject({ state: 'READY', delimiterName: 'TAB', headerRow: 1, totals: { create: 2, error: 0 } })
  })

  test('keeps its tab when it is planned again with another header row', async () => {
    const { id, version } = await us.do('createImport', { kind: 'CLIENT', file: tableFile(['x\ty\tz', ...rows]) })
    expect(await us.do('planImport', { id, version, headerRow: 2 }, 'delimiterName headerRow')).toEqual({
      delimiterName: 'TAB',
      headerRow: 2,
    })
  })
})

test('euro signs in Windows-1252 are not taken for letters of old programs', async () => {
  const lines = [
    'Código cliente;Importe;Fecha de cobro;externalId',
    ...Array.from({ length: 6 }, (_, at) => `K1;4.711,98 €;14/03/2025;E${at}`),
  ]
  const plan = await planned(us, 'PAYMENT', tableFile(iconv.encode(lines.join('\r\n'), 'windows-1252')))
  expect([plan.encoding, rowsTold(plan)]).toEqual(['WINDOWS_1252', [2, 3, 4, 5, 6, 7].map(row => `${row} CREATE`)])
})

describe('a number', () => {
  test('is read by its column: one unambiguous cell decides for all', async () => {
    expect(valuesOf(await payments('2.500', '1.234,50', '2,500', '7'), 'amount')).toEqual([
      '2500',
      '1234.5',
      '2.5',
      '7',
    ])
    expect(valuesOf(await payments('2.500', '1234.50', '2,500'), 'amount')).toEqual(['2.5', '1234.5', '2500'])
    expect(valuesOf(await payments('2.500', '1.234.567'), 'amount')).toEqual(['2500', '1234567'])
  })

  test('is ambiguous where no cell of its column decides, or cells contradict each other', async () => {
    expect(rowsTold(await payments('2.500', '100', '12'))).toEqual(['2 ERROR AMOUNT_AMBIGUOUS', '3 CREATE', '4 CREATE'])
    expect(rowsTold(await payments('2.500', '1,5', '1.5'))).toEqual([
      '2 ERROR AMOUNT_AMBIGUOUS',
      '3 CREATE',
      '4 CREATE',
    ])
  })

  test('has groups of three figures, or is refused', async () => {
    expect(rowsTold(await payments('1.234.56', '1,234,56', '12.34,5', '12 34', '1.234.567'))).toEqual(
      [2, 3, 4, 5].map(row => `${row} ERROR AMOUNT_INVALID`).concat('6 CREATE'),
    )
  })

  test('is refused, if too long, in a sentence that quotes its beginning', async () => {
    const plan = await payments(`1.${'0'.repeat(20_000)}1`, `1${'.000'.repeat(8_000)}`)
    expect(rowsTold(plan)).toEqual(['2 ERROR AMOUNT_INVALID', '3 ERROR AMOUNT_INVALID'])
    expect(plan.rows[0].issues[0].message.length).toBeLessThan(200)
  })

  test('of a workbook is exact, and a text of a workbook is read as in CSV', async () => {
    const plan = await planned(
      us,
      'PAYMENT',
      workbook([
        ['externalId', 'Código cliente', 'Importe', 'Fecha de cobro'],
        ['M1', 'K1', '2.500', '14/03/2025'],
        ['M2', 'K1', '<c><v>2.5</v></c>', '14/03/2025'],
        ['M3', 'K1', '<c t="n"><v>1234.56</v></c>', '14/03/2025'],
        ['M4', 'K1', '<c t="e"><v>#N/A</v></c>', '14/03/2025'],
      ]),
    )
    expect(rowsTold(plan)).toEqual(['2 ERROR AMOUNT_AMBIGUOUS', '3 CREATE', '4 CREATE', '5 ERROR CELL_ERROR'])
    expect(valuesOf(plan, 'amount').slice(1, 3)).toEqual(['2.5', '1234.56'])
  })

  test('that is shown in percent is multiplied by a hundred where its field is a percentage', async () => {
    const plan = await planned(
      us,
      'INVOICE',
      workbook(
        [
          ['externalId', 'Código cliente', 'Número', 'Fecha', 'Concepto', 'Precio', 'IVA', 'IRPF', 'Descuento'],
          [
            'I1',
            'K1',
            'I-1',
            '14/03/2025',
            'x',
            '<c s="1"><v>0.21</v></c>',
            '<c s="1"><v>0.21</v></c>',
            '<c s="2"><v>0.15</v></c>',
            '<c s="2"><v>0.055</v></c>',
          ],
          ['I2', 'K1', 'I-2', '14/03/2025', 'x', '<c><v>100</v></c>', '<c><v>21</v></c>', '15%', '0'],
        ],
        ['0%', '0.00 %'],
      ),
    )
    expect(rowsTold(plan)).toEqual(['2 CREATE', '3 CREATE'])
    expect([valuesOf(plan, 'lines'), valuesOf(plan, 'withholdingRate')]).toEqual([
      ['x · 1 · 0.21 · 5.5 · 21', 'x · 1 · 100 · 0 · 21'],
      ['15', '15'],
    ])
  })

  test('of a workbook comes back in its failed rows so that it reads the same', async () => {
    const header = ['externalId', 'Código cliente', 'Número', 'Fecha', 'Concepto', 'Precio', 'IVA']
    const failed = await planned(
      us,
      'INVOICE',
      workbook(
        [header, ['I1', 'NO', 'I-1', '14/03/2025', 'x', '<c><v>1.234</v></c>', '<c s="1"><v>0.21</v></c>']],
        ['0%'],
      ),
    )
    expect(rowsTold(failed)).toEqual(['2 ERROR CLIENT_UNKNOWN'])
    await us.client({ externalId: 'NO' })
    const { importPlan } = await us.get('query($id: ID!) { importPlan(id: $id) { failedRowsUrl } }', { id: failed.id })
    const bytes = await (await fetch(world.url.replace('/graphql', importPlan.failedRowsUrl))).arrayBuffer()
    const mended = await planned(us, 'INVOICE', tableFile(new Uint8Array(bytes), 'table.xlsx'))
    expect([rowsTold(mended), valuesOf(mended, 'lines')]).toEqual([['2 CREATE'], ['x · 1 · 1.234 · 0 · 21']])
  })

  test('with three decimals that an export wrote is read as it was written, in Spanish too, and with its ids left out', async () => {
    const tenant = await world.organization()
    const client = await tenant.client({ externalId: 'K1' })
    for (const quantity of ['1.234', '2.500'])
      await tenant
        .do(
          'createPurchaseOrder',
          {
            clientId: client.id,
            number: quantity,
            externalId: quantity,
            currency: 'KWD',
            lines: [{ description: 'Oli', quantity, unitPrice: '1.125', taxRate: '0' }],
          },
          'id version',
        )
        .then(order => tenant.do('openPurchaseOrder', { ...order, orderedOn: '2026-03-01' }))
    for (const query of ['', '?spanish=true']) {
      const { bytes, headers } = await pull(tenant, `lists/purchase-orders.csv${query}`)
      const plan = await planned(tenant, 'PURCHASE_ORDER', tableFile(new Uint8Array(bytes)))
      expect([plan.delimiterName, plan.totals]).toEqual([
        query ? 'SEMICOLON' : 'COMMA',
        { create: 0, update: 0, skip: Number(headers.get('x-clientela-rows')), error: 0, warning: 0 },
      ])
    }
  })
})

test('an error value is refused in any cell, and a number that Excel shortened in cells that identify', async () => {
  const plan = await planned(
    us,
    'CLIENT',
    tableFile([
      'Código cliente;Nombre fiscal;NIF;Dirección;Población;Teléfono;Notas',
      'E1;#N/A;;C/ 1;Vic;;',
      'E2;Forn;;C/ 1;Vic;;#¡REF!',
      '4,30001E+11;Forn;;C/ 1;Vic;;',
      'E3;Forn;1,2E+07;C/ 1;Vic;;',
      'E4;Forn;;C/ 1;Vic;3,4938E+10;',
      'E5;Forn #1;;C/ 1;Vic;;# 4',
    ]),
  )
  expect(rowsTold(plan).map(told => told.replace(' LEGAL_NAME_REQUIRED', ''))).toEqual([
    '2 ERROR CELL_ERROR',
    '3 ERROR CELL_ERROR',
    '4 ERROR NUMBER_SHORTENED',
    '5 ERROR NUMBER_SHORTENED',
    '6 CREATE NUMBER_SHORTENED',
    '7 CREATE',
  ])
})

test('invisible characters are removed from a text of one line, with a warning, and the lines of notes stay', async () => {
  const plan = await planned(
    us,
    'CLIENT',
    tableFile([
      'Nombre fiscal;Dirección;Población;Notas',
      '"Con\nsalto\u200b SL";C/ 1;Vic;"u\ndos"',
      'LS \u202elive;\u00a0C/ 1\u200b;Vic;',
      'A\u200d\u200cB; C/ 1;Vic;',
    ]),
  )
  expect(rowsTold(plan)).toEqual(['2 CREATE CLEANED', '3 CREATE CLEANED TRIMMED', '4 CREATE CLEANED TRIMMED'])
  expect([valuesOf(plan, 'legalName').slice(0, 2), valuesOf(plan, 'notes')[0]]).toEqual([
    ['Con salto SL', 'LS live'],
    'u\ndos',
  ])
})

test("days, hours and terms are read as people write them; an instant becomes the day in the organisation's time zone", async () => {
  await us.do('createUser', { name: 'Rosa Pi', email: 'rosa@example.com' })
  const {
    nodes: [client],
  } = (await us.get('{ clients(first: 1) { nodes { id } } }')).clients
  await us.project(client.id, { code: 'WEB', openedOn: '2025-01-01' })
  const times = await planned(
    us,
    'TIME_ENTRY',
    tableFile([
      'externalId;Proyecto;Usuario;Fecha;Horas',
      ...['0,33', '1:30', '1h 30m', '0,5', '1,51'].map(
        (hours, at) => `H${at};WEB;Rosa Pi;2025-03-13T23:00:00Z;${hours}`,
      ),
      'H9;WEB;Rosa Pi;2025-03-13T23:00:00;8',
    ]),
  )
  expect(rowsTold(times)).toEqual(['2 CREATE', '3 CREATE', '4 CREATE', '5 CREATE', '6 ERROR HOURS_INVALID', '7 CREATE'])
  expect([valuesOf(times, 'minutes').slice(0, 4), valuesOf(times, 'date')[0], valuesOf(times, 'date')[5]]).toEqual([
    ['20', '90', '90', '30'],
    '2025-03-14',
    '2025-03-13',
  ])
  const terms = await planned(
    us,
    'CLIENT',
    tableFile(['Nombre fiscal;Dirección;Población;Plazo de pago', 'Sol;C/ 1;Vic;60 días']),
  )
  expect(valuesOf(terms, 'paymentTermsDays')).toEqual(['60'])
})
