import { committed, planned, told } from './support/importing.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant

beforeAll(async () => {
  world = await World.start()
})
beforeEach(async () => {
  us = await world.organization()
})
afterAll(() => world.stop())

const clients = (fields: string): Promise<Json[]> =>
  us
    .get(`{ clients(first: 50, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { ${fields} } } }`)
    .then(({ clients: { nodes } }) => nodes)
const changed = (plan: Json, name: string) =>
  plan.rows.map(({ changes }: Json) => changes.find(({ field }: Json) => field === name)?.after ?? null)

test('countries are recognised as people write them, and the Canaries, Ceuta and Melilla count as Spain', async () => {
  const plan = await planned(us, 'CLIENT', [
    'Nom fiscal;Adreça;Població;País;NIF',
    'A;C/ 1;Las Palmas;Canarias;B35123462',
    'B;C/ 1;Ceuta;Ceuta;',
    'C;C/ 1;Bilbo;ESP;',
    'D;C/ 1;Bruxelles;Belgique;',
    'E;C/ 1;X;IC;',
    'F;C/ 1;X;;',
    'G;C/ 1;X;Narnia;',
  ])
  expect(told(plan)).toEqual([
    '2 CREATE',
    '3 CREATE',
    '4 CREATE',
    '5 CREATE',
    '6 CREATE',
    '7 CREATE',
    '8 ERROR COUNTRY_UNKNOWN@country',
  ])
  expect(changed(plan, 'country').slice(0, 6)).toEqual(['ES', 'ES', 'ES', 'BE', 'ES', 'ES'])
  await committed(us, plan, { skipErrors: true })
  for (const { id, version, address } of await clients('id version address { line1 city country }'))
    await us.do('updateClient', { id, version, address })
})

test('an unassigned column that looks like the country causes a warning in each row that it would change', async () => {
  const file = [
    'Nom fiscal;Adreça;Població;Màgia',
    'A;Weg 1;Berlin;Deutschland',
    'B;C/ 1;Vic;Espanya',
    'C;Rue 1;Paris;France',
  ]
  expect(told(await planned(us, 'CLIENT', file))).toEqual([
    '2 CREATE COUNTRY_LEFT_OUT@country',
    '3 CREATE',
    '4 CREATE COUNTRY_LEFT_OUT@country',
  ])
  expect(changed(await planned(us, 'CLIENT', file, { columns: [{ place: 4, field: 'country' }] }), 'country')).toEqual([
    'DE',
    'ES',
    'FR',
  ])
  expect(
    told(await planned(us, 'CLIENT', ['Nom fiscal;Adreça;Població;Actiu', 'A;C/ 1;Vic;SI', 'B;C/ 1;Vic;NO'])),
  ).toEqual(['2 CREATE', '3 CREATE'])
})

test('a Spanish postal code that lost its zero gets it back, and a wrong one gets a warning', async () => {
  const codes = [
    ['8001', '08001', 'POSTAL_CODE_PADDED'],
    ['8001.0', '08001', 'POSTAL_CODE_PADDED'],
    ['08001,00', '08001', 'POSTAL_CODE_PADDED'],
    ['801', '801', 'POSTAL_CODE_UNUSUAL'],
    ['0801', '0801', 'POSTAL_CODE_UNUSUAL'],
    ['53000', '53000', 'POSTAL_CODE_UNUSUAL'],
    ['00999', '00999', 'POSTAL_CODE_UNUSUAL'],
    ['08500', '08500', ''],
    ['52999', '52999', ''],
  ]
  const plan = await planned(us, 'CLIENT', [
    'Nom fiscal;Adreça;Població;Codi postal',
    ...codes.map(([code], at) => `A${at};C/ 1;Vic;"${code}"`),
  ])
  expect(changed(plan, 'postalCode')).toEqual(codes.map(([, code]) => code))
  expect(told(plan)).toEqual(codes.map(([, , issue], at) => `${at + 2} CREATE${issue ? ` ${issue}@postalCode` : ''}`))
  expect(
    told(await planned(us, 'CLIENT', ['Nom fiscal;Adreça;Població;Codi postal;País', 'A;Weg 1;Berlin;801;DE'])),
  ).toEqual(['2 CREATE'])
})

test('e-mail addresses are extracted from a cell; the first one counts, and the others go to the notes', async () => {
  const written: [text: string, email: string | null, notes: string | null, code: string][] = [
    ['marta@x.example', 'marta@x.example', null, ''],
    ['a@x.example, b@x.example', 'a@x.example', 'Nota\nb@x.example', 'EMAILS_SEVERAL'],
    ['a@x.example; b@x.example', 'a@x.example', 'b@x.example', 'EMAILS_SEVERAL'],
    ['a@x.example / b@x.example', 'a@x.example', 'b@x.example', 'EMAILS_SEVERAL'],
    ['Marta Vidal <marta@x.example>', 'marta@x.example', null, ''],
    ['mailto:marta@x.example', 'marta@x.example', null, ''],
    ['marta@x.example.', 'marta@x.example', null, ''],
    ['josé@example.com', 'josé@example.com', null, ''],
    ['info@käse.example', 'info@käse.example', null, ''],
    ['a/b@x.example', 'a/b@x.example', null, ''],
    ['A <a@x.example>; B <b@x.example>', 'a@x.example', 'b@x.example', 'EMAILS_SEVERAL'],
    ['a@x.example i c', null, null, 'EMAIL_INVALID'],
    ['res', null, null, 'EMAIL_INVALID'],
  ]
  const plan = await planned(us, 'CLIENT', [
    'Nom fiscal;Adreça;Població;Correu electrònic;Notes',
    ...written.map(([text], at) => `N${at};C/ 1;Vic;"${text}";${at === 1 ? 'Nota' : ''}`),
  ])
  expect(changed(plan, 'email')).toEqual(written.map(([, email]) => email))
  expect(changed(plan, 'notes')).toEqual(written.map(([, , notes]) => notes))
  expect(plan.rows.map(({ issues }: Json) => issues.map(({ code }: Json) => code).join())).toEqual(
    written.map(([, , , code]) => code),
  )
  await committed(us, plan, { skipErrors: true })
  const again = await planned(us, 'CLIENT', [
    'id;Correu electrònic',
    `${(await clients('id'))[1].id};"a@x.example, c@x.example"`,
  ])
  expect(changed(again, 'notes')).toEqual(['Nota\nb@x.example\nc@x.example'])
})

test('no address is lost that stands outside the brackets around another one', async () => {
  const written: [string, string | null, string | null][] = [
    ['Marta <marta@x.example>; admin@x.example', 'marta@x.example', 'admin@x.example'],
    ['info@x.example, Marta <marta@x.example>', 'info@x.example', 'marta@x.example'],
    ['info@x.example / Marta <marta@x.example> | b@x.example', 'info@x.example', 'marta@x.example\nb@x.example'],
    ['Vidal, Marta <marta@x.example>', 'marta@x.example', null],
    ['<a@x.example; b@x.example>', 'a@x.example', 'b@x.example'],
    ["'marta@x.example' <marta@x.example>", 'marta@x.example', null],
    ['Marta <res>; a@x.example', null, null],
    ['Marta <>', null, null],
  ]
  const plan = await planned(us, 'CLIENT', [
    'Nom fiscal;Adreça;Població;Correu electrònic',
    ...written.map(([text], at) => `N${at};C/ 1;Vic;"${text}"`),
  ])
  expect(
    plan.rows.map((_row: Json, at: number) => [
      written[at]?.[0],
      changed(plan, 'email')[at],
      changed(plan, 'notes')[at],
    ]),
  ).toEqual(written)
  expect(told(plan).map(row => row.slice(2))).toEqual([
    ...[3, 3, 3, 0, 3, 0].map(several => `CREATE${several ? ' EMAILS_SEVERAL@email' : ''}`),
    'ERROR EMAIL_INVALID@email',
    'ERROR EMAIL_INVALID@email',
  ])
})

test('a postal code and a tax id without prefix take the country of the existing client, where the file names none', async () => {
  for (const [externalId, taxId] of [
    ['BE1', undefined],
    ['BE2', 'BE0456973433'],
  ])
    await us.client({ externalId, taxId, address: { line1: 'Rue 1', city: 'Bruxelles', country: 'BE' } })
  const { id } = (await clients('id externalId')).find(({ externalId }) => externalId === 'BE1') ?? {}
  const byCode = await planned(us, 'CLIENT', ['Codi client;Codi postal;NIF', 'BE1;1000;0468561072', 'BE2;8001;'])
  expect([told(byCode), changed(byCode, 'postalCode'), changed(byCode, 'taxId')]).toEqual([
    ['2 UPDATE', '3 UPDATE'],
    ['1000', '8001'],
    ['BE0468561072', null],
  ])
  await committed(us, byCode)
  const byTaxId = await planned(us, 'CLIENT', ['NIF;Codi postal;País', 'BE0456973433;1050;', 'BE 0468.561.072;8001;ES'])
  expect(changed(byTaxId, 'postalCode')).toEqual(['1050', '08001'])
  const byId = await planned(us, 'CLIENT', [
    'id;Nom fiscal;Adreça;Població;NIF;Codi postal',
    `${id};A;Rue 1;Bruxelles;0468561072;1060`,
    ';B;C/ 1;Vic;B64717838;8001',
  ])
  expect([told(byId), changed(byId, 'postalCode')]).toEqual([
    ['2 UPDATE', '3 CREATE POSTAL_CODE_PADDED@postalCode'],
    ['1060', '08001'],
  ])
  expect(
    told(await planned(us, 'PAYMENT', ['externalId;Codi client;NIF;Import;Data', 'P1;BE1;0468561072;5;14/03/2025'])),
  ).toEqual(['2 CREATE'])
})

test('an amount with the sign of another currency than its document is an error', async () => {
  await us.client({ externalId: 'K' })
  await us.client({ externalId: 'U', currency: 'USD' })
  const payments = await planned(us, 'PAYMENT', [
    'externalId;Codi client;Import;Data;Moneda',
    'S1;K;$ 99.90;14/03/2025;',
    'S2;K;£45.00;14/03/2025;',
    'S3;K;"4.711,98 €";14/03/2025;',
    'S4;U;$ 99.90;14/03/2025;',
    'S5;U;99.90 €;14/03/2025;',
    'S6;K;99.90 USD;14/03/2025;USD',
    'S7;K;EUR 5,00;14/03/2025;',
  ])
  expect(told(payments).map(row => row.replace(' RATE_MISSING', ''))).toEqual([
    '2 ERROR CURRENCY_DIFFERS@amount',
    '3 ERROR CURRENCY_DIFFERS@amount',
    '4 CREATE',
    expect.stringMatching(/^5 CREATE/),
    expect.stringMatching(/^6 ERROR CURRENCY_DIFFERS@amount/),
    expect.stringMatching(/^7 CREATE/),
    '8 CREATE',
  ])
  const invoices = await planned(us, 'INVOICE', [
    'Codi client;Número;Data;Concepte;Preu',
    'K;1;14/03/2025;x;1 €',
    'K;1;14/03/2025;y;$ 2',
  ])
  expect(told(invoices)).toEqual(['2 ERROR LINE_WRONG', '3 ERROR CURRENCY_DIFFERS@unitPrice'])
})

test('amounts in a column IVA are read as rates, and a rate that no country has gets a warning', async () => {
  await us.client({ externalId: 'K' })
  const header = 'Codi client;Número;Data;Concepte;Base;IVA'
  const amounts = await planned(us, 'INVOICE', [
    header,
    'K;W-1;14/03/2025;x;435,93;91,55',
    'K;W-3;14/03/2025;x;100,00;4,00',
    'K;W-4;14/03/2025;x;100,00;0',
    'K;W-2;14/03/2025;x;47,62;10,00',
  ])
  expect(told(amounts)).toEqual([
    '2 CREATE TAX_READ_AS_AMOUNT@taxRate',
    '3 CREATE TAX_READ_AS_AMOUNT@taxRate',
    '4 CREATE',
    '5 CREATE TAX_READ_AS_AMOUNT@taxRate',
  ])
  await committed(us, amounts)
  expect(
    (
      await us.get(
        '{ invoices(first: 9, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { tax { amount } payable { amount } } } }',
      )
    ).invoices.nodes.map(({ tax, payable }: Json) => [tax.amount, payable.amount]),
  ).toEqual([
    ['91.55', '527.48'],
    ['4.00', '104.00'],
    ['0.00', '100.00'],
    ['10.00', '57.62'],
  ])
  expect(
    told(
      await planned(us, 'INVOICE', [
        header,
        'K;V-1;14/03/2025;x;435,93;91,55',
        'K;V-2;14/03/2025;x;50;10',
        'K;V-3;14/03/2025;x;50;21',
        'K;V-4;14/03/2025;x;50;5,5',
      ]),
    ),
  ).toEqual(['2 CREATE TAX_RATE_UNUSUAL@taxRate', '3 CREATE', '4 CREATE', '5 CREATE'])
})

test('withheld amounts are read as rates of the net, and an unusual rate gets a warning', async () => {
  await us.client({ externalId: 'K' })
  const header = 'Codi client;Número;Data;Concepte;Base;IVA;Retención'
  const row = (number: string, base: string, withheld: string) => `K;${number};14/03/2025;x;${base};21;${withheld}`
  const lines = [
    header,
    row('W-1', '435,93', '65,39'),
    row('W-2', '200,00', '2,00'),
    row('W-3', '60,00', '15'),
    row('W-3', '40,00', '15'),
    row('W-4', '50,00', '0'),
  ]
  const amounts = await planned(us, 'INVOICE', lines)
  const read = 'CREATE WITHHOLDING_READ_AS_AMOUNT@withholdingRate'
  expect(told(amounts)).toEqual([`2 ${read}`, `3 ${read}`, `4 ${read}`, '5 CREATE', '6 CREATE'])
  expect(changed(amounts, 'withholdingRate').filter(Boolean)).toEqual(['15', '1', '15', '0'])
  await committed(us, amounts)
  expect(told(await planned(us, 'INVOICE', lines)).map(each => each.slice(0, 6))).toEqual([
    '2 SKIP',
    '3 SKIP',
    '4 SKIP',
    '5 SKIP',
    '6 SKIP',
  ])
  const rates = await planned(us, 'INVOICE', [
    header,
    row('V-1', '435,93', '15'),
    row('V-2', '200,00', '2'),
    row('V-3', '435,93', '65,39'),
    row('V-4', '435,93', '65,4'),
    row('V-5', '1', '24'),
  ])
  expect(told(rates)).toEqual([
    '2 CREATE',
    '3 CREATE',
    `4 ${read}`,
    '5 CREATE WITHHOLDING_UNUSUAL@withholdingRate',
    '6 CREATE',
  ])
  expect(changed(rates, 'withholdingRate')).toEqual(['15', '2', '15', '65.4', '24'])
})

test('ids of another organisation are reported once for the file', async () => {
  const [one, two] = [await us.client(), await us.client()]
  const other = await world.organization()
  const file = ['id;Nom fiscal;Adreça;Població', `${one.id};A;C/ 1;Vic`, `${two.id};B;C/ 1;Vic`]
  const plan = await planned(other, 'CLIENT', file)
  expect(plan).toMatchObject({
    state: 'READY',
    totals: { error: 2 },
    problem: expect.stringMatching(/^All 2 ids in the column id are unknown here.*--map "id="\.$/),
  })
  expect(await planned(other, 'CLIENT', file, { columns: [{ place: 1, field: null }] })).toMatchObject({
    problem: null,
    totals: { create: 2 },
  })
  expect(await planned(us, 'CLIENT', file)).toMatchObject({ problem: null, totals: { error: 0 } })
})
