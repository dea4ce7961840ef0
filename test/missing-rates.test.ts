import { lineOf } from './support/document-line.js'
import { dollars, ratesIn, report, warned } from './support/exchange-rates.js'
import { codesOf } from './support/record.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let client: Json
beforeAll(async () => {
  world = await World.start()
})
beforeEach(async () => {
  world.now = new Date('2026-03-10T11:00:00Z')
  us = await world.organization()
  client = await us.client()
})
afterAll(() => world.stop())

const { keep, fillRates } = ratesIn(() => us)
const line = lineOf('100')

const setRate = (record: Json, rate: string, by = us) =>
  report(
    by,
    'setRate',
    { id: record.id, version: record.version, rate },
    `document { id ... on Invoice { version rate netBase { amount } payableBase { amount } } ... on Payment { version rate amountBase { amount } } ... on PurchaseOrder { rate totalBase { amount } } ... on Quote { rate totalBase { amount } } ... on Deal { rate valueBase { amount } } }`,
  )

describe('without a rate', () => {
  test('a document warns when it is made, authorised, ordered, sent or recorded', async () => {
    const invoice = await us.try('createInvoice', { clientId: client.id, ...dollars, lines: [line] })
    expect([warned(invoice), invoice.warnings[0]?.field]).toEqual([['RATE_MISSING'], 'rate'])
    const submitted = await us.try('submitInvoice', { id: invoice.record.id, version: 1 })
    expect(warned(submitted)).toEqual([])
    expect(warned(await us.try('authoriseInvoice', { id: invoice.record.id, version: 2 }))).toEqual(['RATE_MISSING'])
    const order = await us.try('createPurchaseOrder', { clientId: client.id, number: '1', ...dollars, lines: [line] })
    expect([warned(order), warned(await us.try('openPurchaseOrder', { id: order.record.id, version: 1 }))]).toEqual([
      ['RATE_MISSING'],
      ['RATE_MISSING'],
    ])
    const quote = await us.try('createQuote', { clientId: client.id, ...dollars, lines: [line] })
    expect([warned(quote), warned(await us.try('sendQuote', { id: quote.record.id, version: 1 }))]).toEqual([
      ['RATE_MISSING'],
      ['RATE_MISSING'],
    ])
    expect(
      warned(await us.try('createDeal', { clientId: client.id, title: 'Tracte', value: '1', ...dollars })),
    ).toEqual(['RATE_MISSING'])
    expect(warned(await us.try('recordPayment', { clientId: client.id, ...dollars, amount: '1' }))).toEqual([
      'RATE_MISSING',
    ])
    expect(warned(await us.try('recordPayment', { clientId: client.id, amount: '1' }))).toEqual([])
  })

  test('documents without a rate are listed by kind, and filled in one step as far as rates are kept', async () => {
    const invoice = await us.invoice(client.id, '100', { ...dollars, authorisedOn: '2026-02-01' })
    await us.invoice(client.id, '100', { ...dollars, authorisedOn: '2026-03-01' })
    await us.invoice(client.id, '100', { ...dollars, rate: '0.5' })
    const payment = await us.do('recordPayment', { invoiceId: invoice.id, amount: '40', paidOn: '2026-02-02' })
    await us.quote(client.id, '100', dollars)
    await us.deal(client.id, { ...dollars, value: '10' })
    const order = await us.do('createPurchaseOrder', { clientId: client.id, number: '1', ...dollars, lines: [line] })
    await us.do('openPurchaseOrder', { id: order.id, version: order.version, orderedOn: '2026-02-03' })
    const lists = ['invoices', 'payments', 'purchaseOrders', 'quotes', 'deals']
    const lacking = async () => {
      const found = await us.get(
        `{ ${lists.map(name => `${name}(filter: { withoutRate: true }) { totalCount }`).join(' ')} }`,
      )
      return lists.map(name => found[name].totalCount)
    }
    expect(await lacking()).toEqual([2, 1, 1, 1, 1])
    expect(await fillRates()).toMatchObject({ filled: 0, withoutRate: 6, more: false })
    await keep('2026-02-01', '0.8')
    await keep('2026-03-09', '0.9')
    expect(await fillRates(us, { most: 2 })).toMatchObject({ filled: 2, withoutRate: 4, more: true })
    expect(await fillRates()).toMatchObject({ filled: 3, withoutRate: 1, more: false, userErrors: [] })
    expect(await lacking()).toEqual([1, 0, 0, 0, 0])
    const found = await us.get(
      'query($invoice: ID!, $payment: ID!, $order: ID!) { invoice(id: $invoice) { rate payableBase { amount } } payment(id: $payment) { rate amountBase { amount } allocations { nodes { invoiceBase { amount } creditBase { amount } } } } purchaseOrder(id: $order) { rate totalBase { amount } } }',
      { invoice: invoice.id, payment: payment.id, order: order.id },
    )
    expect(found).toEqual({
      invoice: { rate: '0.8', payableBase: { amount: '80.00' } },
      purchaseOrder: { rate: '0.8', totalBase: { amount: '80.00' } },
      payment: {
        rate: '0.8',
        amountBase: { amount: '32.00' },
        allocations: { nodes: [{ invoiceBase: { amount: '32.00' }, creditBase: { amount: '32.00' } }] },
      },
    })
    expect(
      (
        await us.get(
          '{ organization { overview { invoices { outstanding { count amount { knownBase { amount } withoutRate } invoices(filter: { withoutRate: true }) { totalCount } } } } } }',
        )
      ).organization.overview.invoices.outstanding,
    ).toEqual({ count: 3, amount: { knownBase: { amount: '98.00' }, withoutRate: 1 }, invoices: { totalCount: 1 } })
  })

  test('fillRates fills documents that its key may write, and reports only those', async () => {
    await us.draft(client.id, '1', dollars)
    await us.deal(client.id, { ...dollars, value: '10' })
    await keep('2026-03-09', '0.9')
    expect(await fillRates(await world.key(us.organizationId, ['deals:write', 'invoices:read']))).toMatchObject({
      filled: 1,
      withoutRate: 0,
    })
    expect(await fillRates(await world.key(us.organizationId, ['invoices:read']))).toMatchObject({
      filled: 0,
      withoutRate: 0,
    })
    expect(await fillRates(await world.key(us.organizationId, ['invoices:write']))).toMatchObject({
      filled: 1,
      withoutRate: 0,
    })
  })
})

describe('setRate', () => {
  const allocationFields = 'id allocations { nodes { amount { amount } invoiceBase { amount } creditBase { amount } } }'

  test('gives an authorised invoice and its allocations the base amounts that they would have had from the beginning', async () => {
    const tell = async (late: boolean) => {
      const invoice = await us.invoice(client.id, '0.10', {
        ...dollars,
        authorisedOn: '2026-03-01',
        ...(late ? {} : { rate: '0.5' }),
      })
      for (const [amount, paidOn] of [
        ['0.03', '2026-03-02'],
        ['0.03', '2026-03-03'],
        ['0.04', '2026-03-04'],
      ])
        await us.do('recordPayment', { invoiceId: invoice.id, amount, paidOn, rate: '0.7' })
      const payload = late ? await setRate(invoice, '0.5') : null
      if (payload)
        expect(payload).toMatchObject({
          userErrors: [],
          document: { rate: '0.5', netBase: { amount: '0.05' }, payableBase: { amount: '0.05' } },
        })
      return (
        await us.get(
          `query($id: ID!) { invoice(id: $id) { rate payableBase { amount } ${allocationFields.slice(3)} } }`,
          { id: invoice.id },
        )
      ).invoice
    }
    const [late, early] = [await tell(true), await tell(false)]
    expect(late).toEqual(early)
    expect(late.allocations.nodes.map(({ invoiceBase }: Json) => invoiceBase.amount).sort()).toEqual([
      '0.01',
      '0.02',
      '0.02',
    ])
    expect(
      (
        await us.get(
          'query($id: ID!) { client(id: $id) { overview { invoices { authorised { amountDue { base { amount } withoutRate } } } } } }',
          { id: client.id },
        )
      ).client.overview.invoices.authorised.amountDue,
    ).toEqual({ base: { amount: '0.00' }, withoutRate: 0 })
  })

  /** Gives a payment and a credit note their rate late or from the beginning, and returns what then stands in base. */
  const taken = async (late: boolean) => {
    const rate = late ? {} : { rate: '0.333' }
    const invoice = await us.invoice(client.id, '100', { ...dollars, rate: '0.9', authorisedOn: '2026-02-01' })
    const payment = await us.do('recordPayment', {
      clientId: client.id,
      ...dollars,
      amount: '1.00',
      paidOn: '2026-02-02',
      ...rate,
    })
    const first = await us.do('allocate', {
      invoiceId: invoice.id,
      paymentId: payment.id,
      amount: '0.35',
      allocatedOn: '2026-02-03',
    })
    await us.do('recordRefund', { paymentId: payment.id, amount: '0.35', refundedOn: '2026-02-04' })
    await us.do('deallocate', { id: first.id, version: first.version, deallocatedOn: '2026-02-05' })
    await us.do('allocate', {
      invoiceId: invoice.id,
      paymentId: payment.id,
      amount: '0.65',
      allocatedOn: '2026-02-06',
    })
    const note = await us.invoice(client.id, '0.10', {
      ...dollars,
      type: 'CREDIT_NOTE',
      correctsId: invoice.id,
      authorisedOn: '2026-02-07',
      ...rate,
    })
    await us.do('allocate', {
      invoiceId: invoice.id,
      creditNoteId: note.id,
      amount: '0.05',
      allocatedOn: '2026-02-08',
    })
    await us.do('allocate', {
      invoiceId: invoice.id,
      creditNoteId: note.id,
      amount: '0.05',
      allocatedOn: '2026-02-08',
    })
    if (late)
      for (const record of [payment, note]) expect(await setRate(record, '0.333')).toMatchObject({ userErrors: [] })
    const parts =
      'allocations(orderBy: { field: CREATED_AT, direction: ASC }) { nodes { invoiceBase { amount } creditBase { amount } } } refunds { nodes { creditBase { amount } } }'
    return us.get(
      `query($payment: ID!, $note: ID!) { payment(id: $payment) { amountBase { amount } ${parts} } invoice(id: $note) { payableBase { amount } ${parts} } }`,
      { payment: payment.id, note: note.id },
    )
  }

  test('converts the allocations and refunds of a payment and of a credit note', async () => {
    const late = await taken(true)
    expect(late).toEqual(await taken(false))
    expect(late.payment).toMatchObject({
      amountBase: { amount: '0.33' },
      refunds: { nodes: [{ creditBase: { amount: '0.12' } }] },
      allocations: { nodes: [{ creditBase: { amount: '0.12' } }, { creditBase: { amount: '0.21' } }] },
    })
  })

  test('stands in the history of the document and of its converted allocations and refunds', async () => {
    const invoice = await us.invoice(client.id, '100', { ...dollars, authorisedOn: '2026-03-01' })
    await us.do('recordPayment', { invoiceId: invoice.id, amount: '40', rate: '0.9' })
    await setRate(invoice, '0.8')
    const { client: found } = await us.get(
      'query($id: ID!) { client(id: $id) { activity(first: 2) { nodes { kind summary actorName changes { field before after } } } } }',
      { id: client.id },
    )
    expect(found.activity.nodes).toMatchObject([
      {
        kind: 'INVOICE_RATE_SET',
        summary: 'Invoice F2026/0001 rate set',
        actorName: 'test',
        changes: [{ field: 'rate', before: null, after: '0.8' }],
      },
      { kind: 'ALLOCATION_CONVERTED' },
    ])
  })

  test('is refused where there is a rate, for an old version, and to keys that may not write the document', async () => {
    const invoice = await us.invoice(client.id, '100', { ...dollars, rate: '0.9' })
    expect(await setRate(invoice, '0.8')).toMatchObject({
      document: null,
      userErrors: [{ code: 'RATE_PRESENT', field: 'rate' }],
    })
    expect(codesOf(await setRate(await us.invoice(client.id, '100'), '1'))).toEqual(['RATE_PRESENT'])
    const lacking = await us.invoice(client.id, '100', dollars)
    expect(codesOf(await setRate(lacking, '0'))).toEqual(['RATE_INVALID'])
    const input = (given: object) => ({ input: { id: lacking.id, version: lacking.version, rate: '0.8', ...given } })
    const ask = (by: Tenant, variables: object) =>
      by.ask('mutation($input: SetRateInput!) { setRate(input: $input) { userErrors { code } } }', { ...variables })
    expect((await ask(us, input({ version: 1 }))).errors?.[0]?.extensions.code).toBe('CONFLICT')
    expect((await ask(us, input({ id: client.id }))).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    expect(
      (await ask(await world.key(us.organizationId, ['invoices:read', 'deals:write']), input({}))).errors?.[0]
        ?.extensions.code,
    ).toBe('FORBIDDEN')
    expect((await ask(await world.organization(), input({}))).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    expect(
      await report(
        await world.key(us.organizationId, ['invoices:write']),
        'setRate',
        { id: lacking.id, version: lacking.version, rate: '0.8' },
        'document { ... on Invoice { rate } }',
      ),
    ).toMatchObject({ userErrors: [], document: { rate: '0.8' } })
  })

  test('gives a rate to orders, quotes, deals and drafts; a draft keeps it when its day moves', async () => {
    const order = await us.do('createPurchaseOrder', { clientId: client.id, number: '1', ...dollars, lines: [line] })
    expect((await setRate(order, '0.8')).document).toMatchObject({ rate: '0.8', totalBase: { amount: '80.00' } })
    expect((await setRate(await us.quote(client.id, '100', dollars), '0.8')).document).toMatchObject({
      totalBase: { amount: '80.00' },
    })
    expect((await setRate(await us.deal(client.id, { ...dollars, value: '100' }), '0.8')).document).toMatchObject({
      valueBase: { amount: '80.00' },
    })
    const draft = await us.draft(client.id, '100', dollars)
    const { document } = await setRate(draft, '0.8')
    await keep('2026-03-10', '0.9')
    const submitted = await us.do('submitInvoice', { id: draft.id, version: document.version })
    expect((await us.do('authoriseInvoice', { id: draft.id, version: submitted.version }, 'rate')).rate).toBe('0.8')
  })
})
