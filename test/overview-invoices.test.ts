import { overviewOf, plainFields } from './support/overview-query.js'
import { lineOf } from './support/document-line.js'
import { codesOf } from './support/record.js'
import { nothing, only } from './support/sums.js'
import { Tenant, World, type Json } from './support/world.js'

// Each rule of the overview with numbers worked out by hand. Today is 2026-03-10 unless a test says otherwise.

const present = new Date('2026-03-10T11:00:00Z')
let world: World
let us: Tenant
let client: Json
beforeAll(async () => {
  world = await World.start()
})
beforeEach(async () => {
  world.now = present
  us = await world.organization()
  client = await us.client()
})
afterAll(() => world.stop())

const overview = (asOf?: string): Promise<Json> => overviewOf(us, client.id, asOf, plainFields)
const sales = async (asOf?: string): Promise<Json> => (await overview(asOf)).sales

describe('overdue', () => {
  test('an invoice due on the day is pending, and overdue the day after', async () => {
    await us.invoice(client.id, '100', { authorisedOn: '2026-01-10', dueOn: '2026-02-09' })
    expect(await sales('2026-02-09')).toMatchObject({
      pending: { count: 1, amount: only('100.00') },
      overdue: { count: 0, amount: nothing },
    })
    expect(await sales('2026-02-10')).toMatchObject({
      pending: { count: 0, amount: nothing },
      overdue: { count: 1, amount: only('100.00') },
      overdueByAge: { days1To30: { count: 1 } },
    })
  })

  test('the lists beside the counts keep to the same day and rules', async () => {
    const due = await us.invoice(client.id, '100', { authorisedOn: '2026-01-10', dueOn: '2026-03-10' })
    const late = await us.invoice(client.id, '100', { authorisedOn: '2026-01-10', dueOn: '2026-03-09' })
    const gone = await us.invoice(client.id, '100', { authorisedOn: '2026-01-10' })
    await us.do('voidInvoice', { id: gone.id, version: gone.version })
    const list = '{ invoices(orderBy: { field: CREATED_AT }) { totalCount nodes { id amountDue { amount } } } }'
    const { client: found } = await us.get(
      `query($id: ID!) { client(id: $id) { overview { invoices { pending ${list} overdue ${list} authorised ${list} voided ${list} } } } }`,
      { id: client.id },
    )
    const listed = (...invoices: Json[]) => ({
      invoices: {
        totalCount: invoices.length,
        nodes: invoices.map(({ id }) => ({ id, amountDue: id === gone.id ? null : { amount: '100.00' } })),
      },
    })
    expect(found.overview.invoices).toEqual({
      pending: listed(due),
      overdue: listed(late),
      authorised: listed(due, late),
      voided: listed(gone),
    })
  })

  test('an invoice without due date never becomes overdue', async () => {
    await us.invoice(client.id, '100', { authorisedOn: '2020-01-01' })
    expect(await sales()).toMatchObject({ pending: { count: 1 }, overdue: { count: 0 } })
  })

  test('the ages end at 30, 60 and 90 days', async () => {
    const due = {
      1: '2026-03-09',
      30: '2026-02-08',
      31: '2026-02-07',
      60: '2026-01-09',
      61: '2026-01-08',
      90: '2025-12-10',
      91: '2025-12-09',
    }
    const amounts = { 1: '1', 30: '2', 31: '4', 60: '8', 61: '16', 90: '32', 91: '64' }
    for (const [days, dueOn] of Object.entries(due))
      await us.invoice(client.id, amounts[Number(days) as keyof typeof amounts], { authorisedOn: '2025-12-01', dueOn }) // keys of both
    expect(await sales()).toMatchObject({
      overdue: { count: 7, amount: only('127.00') },
      overdueByAge: {
        days1To30: { count: 2, amount: only('3.00') },
        days31To60: { count: 2, amount: only('12.00') },
        days61To90: { count: 2, amount: only('48.00') },
        daysOver90: { count: 1, amount: only('64.00') },
      },
    })
  })

  test('the overdue amount of last month can be reproduced, and includes later entries dated in it', async () => {
    const invoice = await us.invoice(client.id, '100', { authorisedOn: '2026-01-10', dueOn: '2026-02-01' })
    const february = await overview('2026-02-28')
    expect(february.sales).toMatchObject({ overdue: { count: 1, amount: only('100.00') } })
    await us.do('recordPayment', { invoiceId: invoice.id, amount: '60', paidOn: '2026-03-01' })
    await us.invoice(client.id, '5', { authorisedOn: '2026-03-02' })
    expect(await overview('2026-02-28')).toEqual(february)
    await us.do('recordPayment', { invoiceId: invoice.id, amount: '15', paidOn: '2026-02-28' })
    expect(await sales('2026-02-28')).toMatchObject({
      overdue: { count: 1, amount: only('85.00') },
      partiallyPaid: { count: 1 },
    })
    expect(await sales()).toMatchObject({ overdue: { count: 1, amount: only('25.00') } })
  })
})

describe('invoices', () => {
  test('an invoice of zero is paid from the first day', async () => {
    await us.invoice(client.id, '0', { authorisedOn: '2026-03-01', dueOn: '2026-03-01' })
    expect(await sales()).toMatchObject({
      authorised: { count: 1, amount: only('0.00'), amountDue: only('0.00') },
      paid: { count: 1, amount: only('0.00') },
      outstanding: { count: 0 },
      partiallyPaid: { count: 0 },
    })
    expect(await sales('2026-02-28')).toMatchObject({ authorised: { count: 0 }, paid: { count: 0 } })
  })

  test('three lines of 0.35 at 10 % come to 1.05 net, 0.11 of tax and 1.16 to pay', async () => {
    await us.invoice(client.id, '', { lines: [lineOf('0.35', '10'), lineOf('0.35', '10'), lineOf('0.35', '10')] })
    expect(await sales()).toMatchObject({
      netRevenue: only('1.05'),
      netInvoiced: only('1.16'),
      pending: { amount: only('1.16') },
    })
  })

  test('drafts and submitted invoices are counted apart, and only for today', async () => {
    await us.draft(client.id, '7')
    const submitted = await us.draft(client.id, '8')
    await us.do('submitInvoice', { id: submitted.id, version: submitted.version })
    expect(await sales()).toMatchObject({
      draft: { count: 1, amount: only('7.00') },
      awaitingApproval: { count: 1, amount: only('8.00') },
      authorised: { count: 0 },
      netInvoiced: nothing,
    })
    expect(await sales('2026-03-09')).toMatchObject({ draft: null, awaitingApproval: null })
  })

  test('a part payment lowers the amount due, and the invoice is partially paid only between nothing and all', async () => {
    const invoice = await us.invoice(client.id, '100', { authorisedOn: '2026-01-10' })
    await us.do('recordPayment', { invoiceId: invoice.id, amount: '99.99', paidOn: '2026-01-11' })
    await us.do('recordPayment', { invoiceId: invoice.id, amount: '0.01', paidOn: '2026-01-12' })
    expect(await sales('2026-01-10')).toMatchObject({
      pending: { amount: only('100.00') },
      partiallyPaid: { count: 0 },
    })
    expect(await sales('2026-01-11')).toMatchObject({ pending: { amount: only('0.01') }, partiallyPaid: { count: 1 } })
    expect(await sales('2026-01-12')).toMatchObject({
      pending: { count: 0, amount: nothing },
      partiallyPaid: { count: 0 },
      paid: { count: 1, amount: only('100.00') },
      authorised: { amount: only('100.00'), amountDue: only('0.00') },
    })
  })

  test('a reversed payment counts until the day before its reversal', async () => {
    const invoice = await us.invoice(client.id, '100', { authorisedOn: '2026-01-10', dueOn: '2026-01-31' })
    const payment = await us.do('recordPayment', { invoiceId: invoice.id, amount: '100', paidOn: '2026-02-01' })
    await us.do('reversePayment', { id: payment.id, version: payment.version, reversedOn: '2026-02-20' })
    expect(await sales('2026-01-31')).toMatchObject({ pending: { count: 1 }, paid: { count: 0 } })
    expect(await sales('2026-02-19')).toMatchObject({ overdue: { count: 0 }, paid: { count: 1 } })
    expect(await sales('2026-02-20')).toMatchObject({
      overdue: { count: 1, amount: only('100.00') },
      paid: { count: 0 },
      unappliedCredit: nothing,
    })
  })

  test('a voided invoice counts as authorised until the day before, and as voided from then on', async () => {
    const invoice = await us.invoice(client.id, '100', { authorisedOn: '2026-01-10' })
    await us.do('voidInvoice', {
      id: invoice.id,
      version: (await us.get(`{ invoice(id: "${invoice.id}") { version } }`)).invoice.version,
      voidedOn: '2026-02-15',
    })
    expect(await sales('2026-02-14')).toMatchObject({
      authorised: { count: 1 },
      pending: { count: 1 },
      voided: { count: 0 },
      netInvoiced: only('100.00'),
    })
    expect(await sales('2026-02-15')).toMatchObject({
      authorised: { count: 0 },
      pending: { count: 0 },
      voided: { count: 1 },
      netInvoiced: nothing,
      outstanding: { amount: nothing },
    })
  })

  test('a purchase counts only in the totals of purchases', async () => {
    const purchase = await us.invoice(client.id, '', {
      kind: 'PURCHASE',
      supplierNumber: 'S-1',
      issuedOn: '2026-02-01',
      authorisedOn: '2026-02-10',
      dueOn: '2026-03-01',
      lines: [lineOf('100', '21')],
    })
    await us.do('recordPayment', { invoiceId: purchase.id, amount: '21', paidOn: '2026-02-11' })
    await us.do('recordPayment', { clientId: client.id, kind: 'PURCHASE', amount: '3' })
    expect(await overview()).toMatchObject({
      sales: { authorised: { count: 0 }, unappliedCredit: nothing },
      purchases: {
        authorised: { count: 1, amount: only('121.00') },
        overdue: { count: 1, amount: only('100.00') },
        unappliedCredit: only('3.00'),
        netRevenue: only('100.00'),
        netBalance: only('97.00'),
      },
    })
    expect((await overview('2026-02-09')).purchases.authorised.count).toBe(0)
  })
})

describe('credit', () => {
  test('the amount paid above the amount due becomes unapplied credit', async () => {
    const invoice = await us.invoice(client.id, '100', { authorisedOn: '2026-03-01' })
    await us.do('recordPayment', { invoiceId: invoice.id, amount: '130' })
    expect(await sales()).toMatchObject({
      paid: { count: 1 },
      outstanding: { count: 0, amount: nothing },
      unappliedCredit: only('30.00'),
      netBalance: only('-30.00'),
    })
  })

  test('credit in a currency in which nothing is owed lowers the balance in its own currency', async () => {
    await us.invoice(client.id, '100', { authorisedOn: '2026-02-01' })
    await us.do('recordPayment', {
      clientId: client.id,
      amount: '30',
      currency: 'USD',
      rate: '0.9',
      paidOn: '2026-02-05',
    })
    const balance = {
      amounts: [
        { amount: '100.00', currency: 'EUR' },
        { amount: '-30.00', currency: 'USD' },
      ],
      base: { amount: '73.00', currency: 'EUR' },
      withoutRate: 0,
    }
    expect((await sales('2026-02-04')).netBalance).toEqual(only('100.00'))
    expect((await sales()).netBalance).toEqual(balance)
    expect(
      (
        await us.get(
          `{ organization { overview { invoices { netBalance { amounts { amount currency } base { amount currency } withoutRate } } } } }`,
        )
      ).organization.overview.invoices.netBalance,
    ).toEqual(balance)
  })

  test('a refund uses up credit until it is reversed', async () => {
    const payment = await us.do('recordPayment', { clientId: client.id, amount: '30', paidOn: '2026-02-01' })
    const refund = await us.do('recordRefund', { paymentId: payment.id, amount: '30', refundedOn: '2026-02-05' })
    await us.do('reverseRefund', { id: refund.id, version: refund.version, reversedOn: '2026-02-08' })
    expect([
      (await sales('2026-02-04')).unappliedCredit,
      (await sales('2026-02-05')).unappliedCredit,
      (await sales('2026-02-08')).unappliedCredit,
    ]).toEqual([only('30.00'), nothing, only('30.00')])
  })

  test('a credit note lowers the invoiced amount, and is credit until it is allocated', async () => {
    const invoice = await us.invoice(client.id, '', {
      authorisedOn: '2026-02-01',
      lines: [lineOf('1000', '21')],
      withholdingRate: '15',
    })
    const note = await us.invoice(client.id, '', {
      authorisedOn: '2026-02-10',
      type: 'CREDIT_NOTE',
      correctsId: invoice.id,
      lines: [lineOf('100', '21')],
    })
    // 1000 + 210 − 150 = 1060; the note 100 + 21 = 121
    expect(await sales('2026-02-10')).toMatchObject({
      authorised: { count: 1, amount: only('1060.00') },
      netInvoiced: only('939.00'),
      netRevenue: only('900.00'),
      unappliedCredit: only('121.00'),
      netBalance: only('939.00'),
    })
    await us.do('allocate', { invoiceId: invoice.id, creditNoteId: note.id, allocatedOn: '2026-02-20' })
    expect(await sales('2026-02-20')).toMatchObject({
      pending: { amount: only('939.00') },
      unappliedCredit: nothing,
      netBalance: only('939.00'),
      netInvoiced: only('939.00'),
    })
  })

  test('allocations never exceed the amount due, or the credit, on any day', async () => {
    const invoice = await us.invoice(client.id, '100', { authorisedOn: '2026-02-01' })
    const payment = await us.do('recordPayment', { clientId: client.id, amount: '150', paidOn: '2026-02-01' })
    expect(
      codesOf(await us.try('allocate', { invoiceId: invoice.id, paymentId: payment.id, amount: '100.01' })),
    ).toEqual(['ALLOCATION_EXCEEDS_DUE'])
    await us.do('allocate', { invoiceId: invoice.id, paymentId: payment.id, amount: '100', allocatedOn: '2026-03-05' })
    // Nothing is taken in February yet, but in March nothing would be left of it.
    expect(
      codesOf(
        await us.try('allocate', {
          invoiceId: invoice.id,
          paymentId: payment.id,
          amount: '1',
          allocatedOn: '2026-02-02',
        }),
      ),
    ).toEqual(['ALLOCATION_EXCEEDS_DUE'])
    expect(
      codesOf(await us.try('recordRefund', { paymentId: payment.id, amount: '50.01', refundedOn: '2026-02-02' })),
    ).toEqual(['REFUND_EXCEEDS_CREDIT'])
  })
})
