import { overviewOf, plainFields } from './support/overview-query.js'
import { Tenant, World, type Json } from './support/world.js'

// Each rule of domain.md with numbers worked out by hand. Today is 2026-03-10 unless a test says otherwise.

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

/** A sum of one document or several in one currency, which is the base currency. */
const only = (amount: string, currency = 'EUR') => ({
  amounts: [{ amount, currency }],
  base: { amount, currency },
  withoutRate: 0,
})
const nothing = { amounts: [], base: { amount: '0.00', currency: 'EUR' }, withoutRate: 0 }
const line = (unitPrice: string, taxRate?: string) => ({ description: 'Feina', quantity: '1', unitPrice, taxRate })
const codes = (payload: Json) => payload.userErrors.map(({ code }: Json) => code)

describe('overdue', () => {
  test('what is due on the day is pending; the day after it is overdue', async () => {
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

  test('the overdue of last month can be reproduced, and follows what is typed later with a date in it', async () => {
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
    await us.invoice(client.id, '', { lines: [line('0.35', '10'), line('0.35', '10'), line('0.35', '10')] })
    expect(await sales()).toMatchObject({
      netRevenue: only('1.05'),
      netInvoiced: only('1.16'),
      pending: { amount: only('1.16') },
    })
  })

  test('drafts and submitted ones stand apart, today only', async () => {
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

  test('a part payment is due less, and partially paid only between nothing and all', async () => {
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

  test('a purchase is in the totals of purchases alone', async () => {
    const purchase = await us.invoice(client.id, '', {
      kind: 'PURCHASE',
      supplierNumber: 'S-1',
      issuedOn: '2026-02-01',
      authorisedOn: '2026-02-10',
      dueOn: '2026-03-01',
      lines: [line('100', '21')],
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
  test('what is paid above the amount due becomes unapplied credit', async () => {
    const invoice = await us.invoice(client.id, '100', { authorisedOn: '2026-03-01' })
    await us.do('recordPayment', { invoiceId: invoice.id, amount: '130' })
    expect(await sales()).toMatchObject({
      paid: { count: 1 },
      outstanding: { count: 0, amount: nothing },
      unappliedCredit: only('30.00'),
      netBalance: only('-30.00'),
    })
  })

  test('in a currency in which nothing is owed is taken off the balance in its own currency', async () => {
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

  test('a credit note lowers what is invoiced, and is credit until it is allocated', async () => {
    const invoice = await us.invoice(client.id, '', {
      authorisedOn: '2026-02-01',
      lines: [line('1000', '21')],
      withholdingRate: '15',
    })
    const note = await us.invoice(client.id, '', {
      authorisedOn: '2026-02-10',
      type: 'CREDIT_NOTE',
      correctsId: invoice.id,
      lines: [line('100', '21')],
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

  test('no more is allocated than is due, or than there is, on any day', async () => {
    const invoice = await us.invoice(client.id, '100', { authorisedOn: '2026-02-01' })
    const payment = await us.do('recordPayment', { clientId: client.id, amount: '150', paidOn: '2026-02-01' })
    expect(codes(await us.try('allocate', { invoiceId: invoice.id, paymentId: payment.id, amount: '100.01' }))).toEqual(
      ['ALLOCATION_EXCEEDS_DUE'],
    )
    await us.do('allocate', { invoiceId: invoice.id, paymentId: payment.id, amount: '100', allocatedOn: '2026-03-05' })
    // Nothing is taken in February yet, but in March nothing would be left of it.
    expect(
      codes(
        await us.try('allocate', {
          invoiceId: invoice.id,
          paymentId: payment.id,
          amount: '1',
          allocatedOn: '2026-02-02',
        }),
      ),
    ).toEqual(['ALLOCATION_EXCEEDS_DUE'])
    expect(
      codes(await us.try('recordRefund', { paymentId: payment.id, amount: '50.01', refundedOn: '2026-02-02' })),
    ).toEqual(['REFUND_EXCEEDS_CREDIT'])
  })
})

describe('money', () => {
  test('currencies are never added; base adds what each document is worth', async () => {
    await us.invoice(client.id, '100', { currency: 'EUR' })
    await us.invoice(client.id, '50', { currency: 'USD', rate: '0.9' })
    await us.invoice(client.id, '1000', { currency: 'JPY', rate: '0.0061' })
    expect((await sales()).outstanding.amount).toEqual({
      amounts: [
        { amount: '100.00', currency: 'EUR' },
        { amount: '1000', currency: 'JPY' },
        { amount: '50.00', currency: 'USD' },
      ],
      base: { amount: '151.10', currency: 'EUR' },
      withoutRate: 0,
    })
  })

  test('where a rate is missing there is no base, and it says of how many', async () => {
    const invoice = await us.invoice(client.id, '50', { currency: 'USD' })
    await us.invoice(client.id, '60', { currency: 'USD' })
    await us.invoice(client.id, '10')
    const amounts = [
      { amount: '10.00', currency: 'EUR' },
      { amount: '110.00', currency: 'USD' },
    ]
    expect((await sales()).outstanding.amount).toEqual({ amounts, base: null, withoutRate: 2 })
    await us.do('recordPayment', { invoiceId: invoice.id, amount: '50' })
    // What is paid needs no rate to be due nothing.
    expect((await sales()).authorised).toMatchObject({
      amount: { base: null, withoutRate: 2 },
      amountDue: { amounts: [{ amount: '10.00' }, { amount: '60.00' }], base: null, withoutRate: 1 },
    })
  })

  test('the payment that settles an invoice takes the rest in base', async () => {
    const invoice = await us.invoice(client.id, '0.10', { authorisedOn: '2026-03-01', currency: 'USD', rate: '0.5' }) // 0.05 in base
    for (const [amount, paidOn] of [
      ['0.03', '2026-03-02'],
      ['0.03', '2026-03-03'],
      ['0.04', '2026-03-04'],
    ])
      await us.do('recordPayment', { invoiceId: invoice.id, amount, paidOn, rate: '0.5' })
    const due = async (asOf: string) => (await sales(asOf)).authorised.amountDue
    const dollars = (amount: string, base: string) => ({
      amounts: [{ amount, currency: 'USD' }],
      base: { amount: base, currency: 'EUR' },
      withoutRate: 0,
    })
    expect([
      await due('2026-03-01'),
      await due('2026-03-02'),
      await due('2026-03-03'),
      await due('2026-03-04'),
    ]).toEqual([dollars('0.10', '0.05'), dollars('0.07', '0.03'), dollars('0.04', '0.01'), dollars('0.00', '0.00')])
  })

  test('small payments typed in any order never take more than there is in base', async () => {
    const invoice = await us.invoice(client.id, '0.09', { authorisedOn: '2026-02-01', currency: 'USD', rate: '0.5' }) // 0.05 in base, and each cent rounds up to 0.01
    for (const paidOn of ['2026-02-10', '2026-02-10', '2026-02-10', '2026-02-10', '2026-02-10', '2026-02-01'])
      await us.do('recordPayment', { invoiceId: invoice.id, amount: '0.01', paidOn, rate: '0.5' })
    expect((await sales()).outstanding.amount).toEqual({
      amounts: [{ amount: '0.03', currency: 'USD' }],
      base: { amount: '0.00', currency: 'EUR' },
      withoutRate: 0,
    })
  })

  test('nothing due is nothing due in base, also on days between corrections', async () => {
    const invoice = await us.invoice(client.id, '0.06', { authorisedOn: '2026-02-01', currency: 'USD', rate: '0.5' })
    const pay = (paidOn: string) =>
      us.do(
        'recordPayment',
        { invoiceId: invoice.id, amount: '0.03', paidOn, rate: '0.5' },
        'allocations { nodes { id version } }',
      )
    const end = (
      {
        allocations: {
          nodes: [{ id, version }],
        },
      }: Json,
      deallocatedOn: string,
    ) => us.do('deallocate', { id, version, deallocatedOn })
    const [first, second] = [await pay('2026-02-01'), await pay('2026-02-01')] // 0.02 and the rest, 0.01
    await end(first, '2026-02-03')
    await end(second, '2026-02-05')
    await pay('2026-02-05') // 0.02
    await pay('2026-02-03') // the rest of what is left from the 5th on, 0.01; on the 3rd it stands beside another 0.01
    expect((await sales('2026-02-03')).authorised.amountDue).toEqual({
      amounts: [{ amount: '0.00', currency: 'USD' }],
      base: { amount: '0.00', currency: 'EUR' },
      withoutRate: 0,
    })
  })

  test('yen have no decimals and dinars three, each line rounded half-up', async () => {
    await us.invoice(client.id, '999.5', { currency: 'JPY', rate: '0.01' })
    await us.invoice(client.id, '1.2345', { currency: 'KWD', rate: '3' })
    expect((await sales()).pending.amount).toEqual({
      amounts: [
        { amount: '1000', currency: 'JPY' },
        { amount: '1.235', currency: 'KWD' },
      ],
      base: { amount: '13.71', currency: 'EUR' },
      withoutRate: 0,
    })
  })

  test('base amounts have the decimals of the base currency', async () => {
    us = await world.organization({ baseCurrency: 'JPY' })
    client = await us.client()
    await us.invoice(client.id, '10', { currency: 'EUR', rate: '160.55' }) // 1605.5
    expect((await sales()).pending.amount).toEqual({
      amounts: [{ amount: '10.00', currency: 'EUR' }],
      base: { amount: '1606', currency: 'JPY' },
      withoutRate: 0,
    })
  })
})

describe('the day', () => {
  test('a figure of the future is refused', async () => {
    const { errors } = await us.ask(`{ client(id: "${client.id}") { overview(asOf: "2026-03-11") { asOf } } }`)
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
  })

  test.each([
    {
      timeZone: 'Pacific/Apia',
      before: '2026-03-10T10:59:59.999Z',
      after: '2026-03-10T11:00:00.000Z',
      days: ['2026-03-10', '2026-03-11'],
    },
    {
      timeZone: 'America/St_Johns',
      before: '2026-03-11T02:29:59.999Z',
      after: '2026-03-11T02:30:00.000Z',
      days: ['2026-03-10', '2026-03-11'],
    },
    {
      timeZone: 'Europe/Madrid',
      before: '2026-03-10T22:59:59.999Z',
      after: '2026-03-10T23:00:00.000Z',
      days: ['2026-03-10', '2026-03-11'],
    },
    {
      timeZone: 'Pacific/Apia',
      before: '2011-12-30T09:59:59.999Z',
      after: '2011-12-30T10:00:00.000Z',
      days: ['2011-12-29', '2011-12-31'],
    }, // it went without the 30th
  ])('in $timeZone the day turns at $after', async ({ timeZone, before, after, days: [first, second] }) => {
    world.now = new Date(before)
    us = await world.organization({ timeZone })
    client = await us.client()
    await us.invoice(client.id, '100', { dueOn: first })
    await us.task(client.id, { dueOn: first })
    expect(await overview()).toMatchObject({
      asOf: first,
      sales: { pending: { count: 1 }, overdue: { count: 0 } },
      tasks: { due: { count: 1 }, overdue: { count: 0 } },
    })
    world.now = new Date(after)
    expect(await overview()).toMatchObject({
      asOf: second,
      sales: { pending: { count: 0 }, overdue: { count: 1 } },
      tasks: { due: { count: 0 }, overdue: { count: 1 } },
    })
  })

  test('an invoice typed today for a day of the past is in the figures of that day', async () => {
    await us.invoice(client.id, '100', { authorisedOn: '2025-12-31' })
    expect([(await sales('2025-12-30')).authorised.count, (await sales('2025-12-31')).authorised.count]).toEqual([0, 1])
  })
})

describe('tasks', () => {
  test('open tasks fall into four groups by their due date', async () => {
    for (const dueOn of ['2026-03-09', '2026-03-10', '2026-03-11', '2026-03-17', '2026-03-18', null])
      await us.task(client.id, { dueOn, openedOn: '2026-03-01' })
    expect((await overview()).tasks).toEqual({
      overdue: { count: 1 },
      due: { count: 1 },
      upcoming: { count: 3 },
      unscheduled: { count: 1 },
      open: { count: 6 },
      within: { count: 2 },
    }) // within 7 days
    expect((await overview('2026-02-28')).tasks.open.count).toBe(0)
  })

  test('a task on a client and on its project counts once', async () => {
    const project = await us.project(client.id)
    await us.task(client.id, { projectId: project.id })
    expect((await overview()).tasks).toMatchObject({ unscheduled: { count: 1 }, open: { count: 1 } })
  })

  test('a completed task is open until the day before; a reopened one counts as never completed', async () => {
    const task = await us.task(client.id, { openedOn: '2026-01-10' })
    const done = await us.do('completeTask', { id: task.id, version: task.version, completedOn: '2026-02-01' })
    const open = async () => [
      (await overview('2026-01-31')).tasks.open.count,
      (await overview('2026-02-05')).tasks.open.count,
      (await overview()).tasks.open.count,
    ]
    expect(await open()).toEqual([1, 0, 0])
    await us.do('reopenTask', { id: task.id, version: done.version, on: '2026-03-01' })
    expect(await open()).toEqual([1, 1, 1])
  })
})

describe('orders', () => {
  test('orders count by direction from the day they are ordered, apart from drafts and cancelled ones', async () => {
    const order = (price: string, given: object) =>
      us.do('createPurchaseOrder', { clientId: client.id, lines: [line(price, '21')], ...given })
    const act = (mutation: string, { id, version }: Json, given: object) => us.do(mutation, { id, version, ...given })
    await order('1', { number: 'draft' })
    await act('openPurchaseOrder', await order('100', { number: 'open' }), { orderedOn: '2026-02-01' })
    await act(
      'closePurchaseOrder',
      await act('openPurchaseOrder', await order('200', { number: 'closed' }), { orderedOn: '2026-02-01' }),
      { closedOn: '2026-02-20' },
    )
    await act(
      'cancelPurchaseOrder',
      await act('openPurchaseOrder', await order('400', { number: 'cancelled' }), { orderedOn: '2026-02-01' }),
      { cancelledOn: '2026-02-10' },
    )
    await act('openPurchaseOrder', await order('10', { direction: 'TO_CLIENT' }), { orderedOn: '2026-02-15' })
    const { ordersFrom, ordersTo } = await overview()
    expect(ordersFrom).toMatchObject({
      total: { count: 2, amount: only('363.00') },
      closed: { count: 1, amount: only('242.00') },
      open: { count: 1, amount: only('121.00') },
    })
    expect(Object.fromEntries(ordersFrom.byState.map(({ state, count }: Json) => [state, count]))).toEqual({
      DRAFT: 1,
      OPEN: 1,
      PARTIALLY_RECEIVED: 0,
      RECEIVED: 0,
      CLOSED: 1,
      CANCELLED: 1,
    })
    expect(ordersTo).toMatchObject({
      total: { count: 1, amount: only('12.10') },
      closed: { count: 0, amount: nothing },
      open: { count: 1 },
    })
    expect(await overview('2026-02-09')).toMatchObject({
      ordersFrom: {
        total: { count: 3, amount: only('847.00') },
        closed: { count: 0 },
        open: { count: 3 },
        byState: null,
      },
      ordersTo: { total: { count: 0 } },
    })
    expect((await overview('2026-02-20')).ordersFrom).toMatchObject({ total: { count: 2 }, closed: { count: 1 } })
  })

  test('orders in two currencies are not added', async () => {
    for (const given of [{ number: '1' }, { number: '2', currency: 'USD', rate: '0.9' }]) {
      const { id, version } = await us.do('createPurchaseOrder', {
        clientId: client.id,
        lines: [line('100')],
        ...given,
      })
      await us.do('openPurchaseOrder', { id, version })
    }
    expect((await overview()).ordersFrom.open).toEqual({
      count: 2,
      amount: {
        amounts: [
          { amount: '100.00', currency: 'EUR' },
          { amount: '100.00', currency: 'USD' },
        ],
        base: { amount: '190.00', currency: 'EUR' },
        withoutRate: 0,
      },
    })
  })
})

describe('projects and time', () => {
  test('hours come from the sum of the minutes, not from rounded hours', async () => {
    const project = await us.project(client.id, { openedOn: '2026-01-01' })
    const user = await us.user()
    for (const billable of [true, true, false])
      await us.do('createTimeEntry', {
        projectId: project.id,
        userId: user.id,
        date: '2026-02-01',
        minutes: 10,
        billable,
      })
    expect((await overview()).projects).toMatchObject({
      count: 1,
      totalMinutes: 30,
      totalHours: '0.50',
      billableMinutes: 20,
      invoicedMinutes: 0,
    }) // not 3 × 0.17
    expect((await overview('2026-01-31')).projects).toMatchObject({
      count: 1,
      totalMinutes: 0,
      totalHours: '0.00',
      byState: null,
    })
  })

  test('minutes are invoiced while an invoice stands: until it is voided, and again from the next one', async () => {
    const project = await us.project(client.id, { openedOn: '2026-01-01' })
    const entry = await us.do('createTimeEntry', {
      projectId: project.id,
      userId: (await us.user()).id,
      date: '2026-01-05',
      minutes: 90,
    })
    const first = await us.invoice(client.id, '100', { timeEntryIds: [entry.id], authorisedOn: '2026-01-10' })
    expect(
      codes(await us.try('createInvoice', { clientId: client.id, timeEntryIds: [entry.id], lines: [line('1')] })),
    ).toEqual(['TIME_ENTRY_BILLED'])
    await us.do('voidInvoice', { id: first.id, version: first.version, voidedOn: '2026-01-20' })
    await us.invoice(client.id, '100', { timeEntryIds: [entry.id], authorisedOn: '2026-02-01' })
    const minutes = await Promise.all(
      ['2026-01-09', '2026-01-10', '2026-01-19', '2026-01-20', '2026-01-31', '2026-02-01', '2026-03-10'].map(
        async day => (await overview(day)).projects.invoicedMinutes,
      ),
    )
    expect(minutes).toEqual([0, 90, 90, 0, 0, 90, 90])
  })

  test('are invoiced for the organisation as for its clients together: not by a draft, and not by a voided invoice', async () => {
    const user = await us.user()
    const other = await us.client()
    const entries: Json = {}
    for (const [name, { id }, minutes] of [
      ['kept', client, 1],
      ['voided', client, 2],
      ['drafted', client, 4],
      ['loose', client, 8],
      ['theirs', other, 16],
    ]) {
      const project = await us.project(id, { openedOn: '2026-01-01' })
      entries[name] = (
        await us.do('createTimeEntry', { projectId: project.id, userId: user.id, date: '2026-01-05', minutes })
      ).id
    }
    await us.invoice(client.id, '100', { timeEntryIds: [entries.kept], authorisedOn: '2026-01-10' })
    const voided = await us.invoice(client.id, '100', { timeEntryIds: [entries.voided], authorisedOn: '2026-01-10' })
    await us.invoice(other.id, '100', { timeEntryIds: [entries.theirs], authorisedOn: '2026-01-15' })
    await us.draft(client.id, '100', { timeEntryIds: [entries.drafted] })
    await us.do('voidInvoice', { id: voided.id, version: voided.version, voidedOn: '2026-01-20' })
    const minutesOn = async (day: string) => {
      const { clients, organization } = await us.get(
        `{ clients { nodes { overview(asOf: "${day}") { projects { invoicedMinutes } } } } organization { overview(asOf: "${day}") { projects { invoicedMinutes } } } }`,
      )
      const apart = clients.nodes
        .map(({ overview: { projects } }: Json) => projects.invoicedMinutes)
        .sort((a: number, b: number) => a - b)
      return [...apart, organization.overview.projects.invoicedMinutes]
    }
    expect(await minutesOn('2026-01-09')).toEqual([0, 0, 0])
    expect(await minutesOn('2026-01-10')).toEqual([0, 3, 3])
    expect(await minutesOn('2026-01-15')).toEqual([3, 16, 19])
    expect(await minutesOn('2026-01-20')).toEqual([1, 16, 17])
    expect(await minutesOn('2026-03-10')).toEqual([1, 16, 17])
  })
})

test('an archived client takes nothing new, can be paid, and its overview computes', async () => {
  const invoice = await us.invoice(client.id, '100', { authorisedOn: '2026-03-01' })
  await us.do('archiveClient', { id: client.id, version: client.version })
  expect(codes(await us.try('createInvoice', { clientId: client.id, lines: [line('1')] }))).toEqual(['CLIENT_ARCHIVED'])
  await us.do('recordPayment', { invoiceId: invoice.id, amount: '40' })
  expect(await sales()).toMatchObject({ authorised: { count: 1 }, pending: { count: 1, amount: only('60.00') } })
  const { clients } = await us.get(
    '{ clients(archived: ONLY) { nodes { id overview { invoices { pending { count } } } } } }',
  )
  expect(clients.nodes).toEqual([{ id: client.id, overview: { invoices: { pending: { count: 1 } } } }])
})
