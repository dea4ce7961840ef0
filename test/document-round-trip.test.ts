import { furnish } from './support/furnish.js'
import { importKinds } from '../src/features/imports/registry.js'
import { planned } from './support/importing.js'
import { pull } from './support/pull.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  await furnish(us, 'Ünïq')
  const client = await us.client({ externalId: 'C' })
  const verb = (mutation: string, { id, version }: Json, given: object = {}) =>
    us.do(mutation, { id, version, ...given })
  const order = async () =>
    verb(
      'openPurchaseOrder',
      await us.do('createPurchaseOrder', {
        clientId: client.id,
        direction: 'TO_CLIENT',
        lines: [{ description: 'x', quantity: '1', unitPrice: '1' }],
      }),
      { orderedOn: '2026-03-01' },
    )
  await verb('cancelPurchaseOrder', await order(), { cancelledOn: '2026-03-02' })
  const received = await us.do('receivePurchaseOrder', { ...(await order()), receivedOn: '2026-03-03' })
  await verb('closePurchaseOrder', received, { closedOn: '2026-03-04' })
  await us.do('receivePurchaseOrder', { ...(await order()), receivedOn: '2026-03-05' })
  await us.do('partiallyReceivePurchaseOrder', { ...(await order()), receivedOn: '2026-03-05' })
  await us.quote(client.id, '12.345', { currency: 'KWD', rate: '1.084', externalId: '7', externalNumber: 'X' })
  await us.deal(client.id, { value: '12.345', currency: 'KWD', rate: '1.084' })
  await us.project(client.id, { code: 'Q', externalId: 'Q', billable: false })
})
afterAll(() => world.stop())

const lists: [list: string, format: string, kind: string][] = [
  ['clients', 'csv', 'CLIENT'],
  ['contacts', 'csv', 'CONTACT'],
  ['exchange-rates', 'csv', 'EXCHANGE_RATE'],
  ['projects', 'csv', 'PROJECT'],
  ['tasks', 'csv', 'TASK'],
  ['time-entries', 'csv', 'TIME_ENTRY'],
  ['purchase-orders', 'csv', 'PURCHASE_ORDER'],
  ['invoices', 'csv', 'INVOICE'],
  ['payments', 'csv', 'PAYMENT'],
  ['allocations', 'csv', 'ALLOCATION'],
  ['deals', 'csv', 'DEAL'],
  ['quotes', 'csv', 'QUOTE'],
  ['quotes', 'xlsx', 'QUOTE'],
]

test('every kind of import reads a list that is exported', () => {
  const missing = importKinds().filter(kind => !lists.some(([, , each]) => each === kind))
  expect(missing.map(kind => `No list above is of ${kind}: add the one that has its records.`)).toEqual([])
})

test.each(lists)('%s as %s import again unchanged: every row is skipped', async (list, format, kind) => {
  const { bytes, headers } = await pull(us, `lists/${list}.${format}`)
  const { rows, totals } = await planned(us, kind, new File([new Uint8Array(bytes)], `x.${format}`))
  expect(rows.filter(({ action }: Json) => action !== 'SKIP')).toEqual([])
  expect(totals).toMatchObject({ create: 0, update: 0, skip: Number(headers.get('x-clientela-rows')), error: 0 })
  expect(totals.skip).toBeGreaterThan(0)
})

describe('a row that names its record by the id it has here', () => {
  const read = async (kind: string, lines: string[]) => {
    const { rows, columns } = await planned(us, kind, lines)
    return [
      columns.map(({ field }: Json) => field),
      rows.map(({ action, issues }: Json) =>
        [action, ...issues.map(({ code, field }: Json) => `${code} ${field}`)].join(' '),
      ),
    ]
  }

  test('matches that record alone, and reports the cells that a person changed', async () => {
    const [one, other] = [await us.client(), await us.client()]
    const stranger = await (await world.organization()).client()
    const quote = await us.quote(one.id, '10', { externalId: 'E1', externalNumber: 'E-1' })
    await us.quote(one.id, '10', { externalId: 'E2' })
    const unknown = `${quote.id.slice(0, -6)}000000`
    expect(
      await read('QUOTE', [
        'id,external_id,client_id,number,total',
        `${quote.id},E1,${one.id},E-1,10.00`,
        `${quote.id},,${one.id},E-1,10`,
        `${quote.id},E2,${one.id},E-1,10`,
        `${quote.id},E3,${one.id},,`,
        `${quote.id},E1,${other.id},E-1,10`,
        `${quote.id},,${one.id},E-2,11`,
        `${unknown},,${one.id},,`,
        `${quote.id},,${stranger.id},,`,
        `,E4,${one.id},E-4,`,
      ]),
    ).toEqual([
      ['id', 'externalId', 'clientId', 'number', 'total'],
      [
        'SKIP',
        'ERROR NUMBER_DUPLICATE_IN_FILE number',
        'ERROR IDENTITY_CONFLICT externalId',
        'ERROR IDENTITY_CONFLICT externalId',
        'ERROR RECORD_DIFFERS clientId',
        'ERROR RECORD_DIFFERS number',
        'ERROR RECORD_UNKNOWN id',
        'ERROR CLIENT_UNKNOWN clientId',
        'ERROR DATE_REQUIRED sentOn DESCRIPTION_REQUIRED description',
      ],
    ])
  })

  test('is distinguished from a row with an id of another system', async () => {
    const { id } = await us.client({ externalId: 'K' })
    expect(await read('PROJECT', ['id;Client ID;Nom', `P-1;K;Web`, `${id};K;Web`])).toEqual([
      ['externalId', 'clientExternalId', 'name'],
      ['CREATE', 'CREATE'],
    ])
  })
})
