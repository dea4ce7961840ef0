import { lineOf } from './support/document-line.js'
import { figuresIn } from './support/organization-figures.js'
import { nothing, only, sumFields } from './support/sums.js'
import { Tenant, World, type Json } from './support/world.js'

// The figures of each month, with numbers worked out by hand. Today is 2026-03-10 unless a test says otherwise.

const present = new Date('2026-03-10T11:00:00Z')
let world: World
let us: Tenant
beforeAll(async () => {
  world = await World.start()
})
beforeEach(async () => {
  world.now = present
  us = await world.organization()
})
afterAll(() => world.stop())

const { overview, ofEverybody, failing } = figuresIn(() => us)

const ofClient = async (id: string, args = '', fields = `month invoiced ${sumFields}`): Promise<Json[]> =>
  (await us.get(`{ client(id: "${id}") { overviewByMonth${args} { ${fields} } } }`)).client.overviewByMonth

describe('months', () => {
  test('are the calendar months that end with that of the day, oldest first, empty ones too', async () => {
    const { id } = await us.client()
    const names = (months: Json[]) => months.map(({ month }) => month)
    const year = ['04', '05', '06', '07', '08', '09', '10', '11', '12'].map(month => `2025-${month}-01`)
    expect(names(await ofClient(id))).toEqual([...year, '2026-01-01', '2026-02-01', '2026-03-01'])
    expect(names(await ofEverybody('(months: 3, asOf: "2026-01-31")'))).toEqual([
      '2025-11-01',
      '2025-12-01',
      '2026-01-01',
    ])
    const most = names(await ofEverybody('(months: 120)'))
    expect([most.length, most[0], most.at(-1), new Set(most).size]).toEqual([120, '2016-04-01', '2026-03-01', 120])
    world.now = new Date('2026-03-31T22:30:00Z') // April in Madrid
    expect(names(await ofClient(id, '(months: 1)'))).toEqual(['2026-04-01'])
  })

  test.each([
    '(months: 0)',
    '(months: 121)',
    '(months: -1)',
    '(asOf: "2026-03-11")',
    '(asOf: "0001-03-01", months: 4)',
  ])('overviewByMonth%s is refused', async args => {
    expect(await failing(`{ organization { overviewByMonth${args} { month } } }`)).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
      path: ['organization', 'overviewByMonth'],
    })
  })

  test('reach back to the year 1', async () => {
    expect((await ofEverybody('(asOf: "0001-03-01", months: 3)')).map(({ month }) => month)).toEqual([
      '0001-01-01',
      '0001-02-01',
      '0001-03-01',
    ])
  })

  test('have the invoiced amounts, less credit notes in the month of the credit note', async () => {
    const { id } = await us.client()
    const invoice = await us.invoice(id, '', {
      authorisedOn: '2026-01-31',
      lines: [lineOf('1000', '21')],
      withholdingRate: '15',
    }) // 1060
    await us.invoice(id, '5', { authorisedOn: '2026-02-01' })
    await us.invoice(id, '', {
      authorisedOn: '2026-02-10',
      type: 'CREDIT_NOTE',
      correctsId: invoice.id,
      lines: [lineOf('100', '21')],
    }) // 121
    await us.invoice(id, '', {
      kind: 'PURCHASE',
      supplierNumber: 'S',
      issuedOn: '2026-01-05',
      authorisedOn: '2026-02-02',
      lines: [lineOf('30')],
    })
    const kinds = `month invoiced ${sumFields} purchases: invoiced(kind: PURCHASE) ${sumFields}`
    const wanted = [
      { month: '2026-01-01', invoiced: only('1060.00'), purchases: nothing },
      { month: '2026-02-01', invoiced: only('-116.00'), purchases: only('30.00') },
      { month: '2026-03-01', invoiced: nothing, purchases: nothing },
    ]
    expect(await ofClient(id, '(months: 3)', kinds)).toEqual(wanted)
    expect(await ofEverybody('(months: 3)', kinds)).toEqual(wanted)
    expect((await overview()).sales.netInvoiced).toEqual(only('944.00'))
  })

  test('count only up to the day', async () => {
    const { id } = await us.client()
    await us.invoice(id, '1', { authorisedOn: '2026-01-14' })
    await us.invoice(id, '2', { authorisedOn: '2026-01-15' })
    await us.invoice(id, '4', { authorisedOn: '2026-01-16' })
    expect(await ofClient(id, '(months: 1, asOf: "2026-01-15")')).toEqual([
      { month: '2026-01-01', invoiced: only('3.00') },
    ])
    expect(await ofClient(id, '(months: 1, asOf: "2026-01-31")')).toEqual([
      { month: '2026-01-01', invoiced: only('7.00') },
    ])
  })

  test('leave out records that were voided or reversed by the day, also in earlier months', async () => {
    const { id } = await us.client()
    const invoice = await us.invoice(id, '100', { authorisedOn: '2026-01-10' })
    await us.do('voidInvoice', { id: invoice.id, version: invoice.version, voidedOn: '2026-02-15' })
    const payment = await us.do('recordPayment', { clientId: id, amount: '30', paidOn: '2026-01-20' })
    const refund = await us.do('recordRefund', { paymentId: payment.id, amount: '10', refundedOn: '2026-01-25' })
    await us.do('reverseRefund', { id: refund.id, version: refund.version, reversedOn: '2026-02-15' })
    await us.do('reversePayment', { id: payment.id, version: payment.version, reversedOn: '2026-02-15' })
    const january = async (asOf: string) =>
      (
        await ofEverybody(
          `(months: 2, asOf: "${asOf}")`,
          `month invoiced ${sumFields} paid ${sumFields} refunded ${sumFields}`,
        )
      ).find(({ month }) => month === '2026-01-01')
    expect(await january('2026-02-14')).toEqual({
      month: '2026-01-01',
      invoiced: only('100.00'),
      paid: only('30.00'),
      refunded: only('10.00'),
    })
    expect(await january('2026-02-15')).toEqual({
      month: '2026-01-01',
      invoiced: nothing,
      paid: nothing,
      refunded: nothing,
    })
  })

  test('have payments and refunds by the day of payment, allocated or not, by kind', async () => {
    const { id } = await us.client()
    const invoice = await us.invoice(id, '100', { authorisedOn: '2026-01-10' })
    await us.do('recordPayment', { invoiceId: invoice.id, amount: '60', paidOn: '2026-02-28' })
    const payment = await us.do('recordPayment', {
      clientId: id,
      amount: '50',
      currency: 'USD',
      rate: '0.9',
      paidOn: '2026-03-01',
    })
    await us.do('recordRefund', { paymentId: payment.id, amount: '20', refundedOn: '2026-03-10' })
    await us.do('recordPayment', { clientId: id, kind: 'PURCHASE', amount: '7', paidOn: '2026-03-02' })
    const dollars = (amount: string, base: string) => ({
      amounts: [{ amount, currency: 'USD' }],
      base: { amount: base, currency: 'EUR' },
      withoutRate: 0,
    })
    expect(
      await ofClient(
        id,
        '(months: 2)',
        `paid ${sumFields} refunded ${sumFields} purchases: paid(kind: PURCHASE) ${sumFields}`,
      ),
    ).toEqual([
      { paid: only('60.00'), refunded: nothing, purchases: nothing },
      { paid: dollars('50.00', '45.00'), refunded: dollars('20.00', '18.00'), purchases: only('7.00') },
    ])
  })

  test('have no base amount where a rate is missing, and count such documents month by month', async () => {
    const { id } = await us.client()
    await us.invoice(id, '10', { authorisedOn: '2026-02-01', currency: 'USD' })
    await us.invoice(id, '20', { authorisedOn: '2026-02-02', currency: 'USD' })
    await us.invoice(id, '5', { authorisedOn: '2026-02-03' })
    await us.invoice(id, '3', { authorisedOn: '2026-03-03' })
    expect(await ofClient(id, '(months: 2)', `invoiced ${sumFields}`)).toEqual([
      {
        invoiced: {
          amounts: [
            { amount: '5.00', currency: 'EUR' },
            { amount: '30.00', currency: 'USD' },
          ],
          base: null,
          withoutRate: 2,
        },
      },
      { invoiced: only('3.00') },
    ])
  })

  test('have the time worked on their days, in hours from the sum of the minutes', async () => {
    const { id } = await us.client()
    const project = await us.project(id, { openedOn: '2026-01-01' })
    const userId = (await us.user()).id
    for (const [date, billable] of [
      ['2026-01-31', true],
      ['2026-02-01', true],
      ['2026-02-15', false],
      ['2026-02-28', true],
    ])
      await us.do('createTimeEntry', { projectId: project.id, userId, date, minutes: 10, billable })
    const wanted = [
      { minutes: 10, billableMinutes: 10, hours: '0.17' },
      { minutes: 30, billableMinutes: 20, hours: '0.50' },
      { minutes: 0, billableMinutes: 0, hours: '0.00' },
    ]
    expect(await ofClient(id, '(months: 3)', 'minutes billableMinutes hours')).toEqual(wanted)
    expect(await ofEverybody('(months: 3)', 'minutes billableMinutes hours')).toEqual(wanted)
    expect(await ofEverybody('(months: 2, asOf: "2026-02-15")', 'minutes')).toEqual([{ minutes: 10 }, { minutes: 20 }])
  })

  test('refuse a sum of credit notes that is too large, like one of invoices', async () => {
    const { id } = await us.client()
    const lines = [{ ...lineOf('9000000000'), quantity: '10000' }]
    const invoice = await us.invoice(id, '', { authorisedOn: '2026-03-01', lines })
    for (let round = 0; round < 2; round++)
      await us.invoice(id, '', { authorisedOn: '2026-03-02', type: 'CREDIT_NOTE', correctsId: invoice.id, lines })
    expect(await ofClient(id, '(months: 1)')).toEqual([{ month: '2026-03-01', invoiced: only('-90000000000000.00') }])
    await us.invoice(id, '', { authorisedOn: '2026-03-03', type: 'CREDIT_NOTE', correctsId: invoice.id, lines })
    expect(await failing(`{ client(id: "${id}") { overviewByMonth { invoiced { withoutRate } } } }`)).toMatchObject({
      extensions: { reason: 'NUMBER_TOO_LARGE' },
    })
  })
})
