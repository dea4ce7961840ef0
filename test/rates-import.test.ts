import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clientelaWith } from './support/command.js'
import { planned, rowsTold } from './support/importing.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
const folder = mkdtempSync(join(tmpdir(), 'clientela-rates-'))
const file = join(folder, 'eurofxref-hist.csv')
beforeAll(async () => {
  world = await World.start()
})
beforeEach(async () => {
  us = await world.organization()
})
afterAll(async () => {
  await world.stop()
  rmSync(folder, { recursive: true })
})

const kept = async () =>
  (
    await us.get('{ exchangeRates(orderBy: { field: DAY, direction: ASC }) { nodes { currency day rate } } }')
  ).exchangeRates.nodes.map(({ currency, day, rate }: Json) => `${currency} ${day} ${rate}`)
const command = async (...args: string[]) => {
  const { code, stdout, stderr } = await clientelaWith(
    { CLIENTELA_URL: world.url, CLIENTELA_API_KEY: us.secret },
    world,
    'rates',
    ...args,
    '--json',
  )
  return { code, report: JSON.parse(stdout || '{}'), stderr }
}

test('the reference file of the European Central Bank is kept, a second time without effect, and documents without a rate take it', async () => {
  const client = await us.client()
  const invoice = await us.invoice(client.id, '100', { currency: 'USD', authorisedOn: '2026-03-07' })
  writeFileSync(file, 'Date,USD,JPY,CYP,\n2026-03-09,1.25,160,N/A,\n2026-03-06,1.6,N/A,N/A,\n2026-02-27,2,100,N/A,\n')
  expect(await command('import', file, '--since', '2026-03-01')).toMatchObject({
    code: 0,
    report: { created: 3, changed: 0, unchanged: 0 },
  })
  expect((await kept()).sort()).toEqual(['JPY 2026-03-09 0.00625', 'USD 2026-03-06 0.625', 'USD 2026-03-09 0.8'])
  expect((await command('import', file)).report).toEqual({ created: 2, changed: 0, unchanged: 3 })
  expect((await command('fill')).report).toEqual({ filled: 1, withoutRate: 0 })
  expect(
    (await us.get('query($id: ID!) { invoice(id: $id) { rate payableBase { amount } } }', { id: invoice.id })).invoice,
  ).toEqual({ rate: '0.625', payableBase: { amount: '62.50' } })
  writeFileSync(file, 'Name,City\nForns,Terrassa\n')
  expect(await command('import', file)).toMatchObject({
    code: 1,
    report: { error: { code: 'REFERENCE_FILE_INVALID' } },
  })
})

test('a spreadsheet of currencies, days and rates makes and changes them, and can be undone', async () => {
  await us.do('createExchangeRate', { currency: 'USD', day: '2026-03-06', rate: '0.9' })
  await us.do('createExchangeRate', { currency: 'GBP', day: '2026-03-06', rate: '1.17' })
  const text =
    'Moneda;Fecha;Tipo de cambio\nUSD;06/03/2026;0,91\nGBP;06/03/2026;1,17\nJPY;05/03/2026;0,0061234567\nUSD;06/03/2026;0,92\nEUR;06/03/2026;1\nUSD;11/03/2026;0,9\nUSD;01/03/2026;0\n'
  const plan = await planned(us, 'EXCHANGE_RATE', new File([text], 'rates.csv'))
  expect(rowsTold(plan)).toEqual([
    '2 UPDATE',
    '3 SKIP',
    '4 CREATE',
    '5 ERROR RATE_DUPLICATE_IN_FILE',
    '6 ERROR RATE_INVALID',
    '7 ERROR DATE_FUTURE',
    '8 ERROR RATE_INVALID',
  ])
  const committed = await us.do('commitImport', { id: plan.id, version: plan.version, skipErrors: true })
  expect(await kept()).toEqual(
    expect.arrayContaining(['JPY 2026-03-05 0.0061234567', 'USD 2026-03-06 0.91', 'GBP 2026-03-06 1.17']),
  )
  await us.do('undoImport', { id: plan.id, version: committed.version })
  expect((await kept()).sort()).toEqual(['GBP 2026-03-06 1.17', 'USD 2026-03-06 0.9'])
})

test('imported documents take the kept rates of their days, and the plan warns of those without one', async () => {
  await us.client({ externalId: 'C1' })
  await us.do('createExchangeRate', { currency: 'USD', day: '2026-03-02', rate: '0.9' })
  const text =
    'Id;Client external id;Number;Date;Currency;Description;Quantity;Unit price\nI1;C1;1;2026-03-03;USD;x;1;100\nI2;C1;2;2026-01-03;USD;x;1;100\n'
  const plan = await planned(us, 'INVOICE', new File([text], 'invoices.csv'))
  expect(rowsTold(plan)).toEqual(['2 CREATE', '3 CREATE RATE_MISSING'])
  expect((await us.try('commitImport', { id: plan.id, version: plan.version })).warnings).toEqual([])
  const { invoices } = await us.get('{ invoices(orderBy: { field: NUMBER, direction: ASC }) { nodes { rate } } }')
  expect(invoices.nodes).toEqual([{ rate: '0.9' }, { rate: null }])
})
