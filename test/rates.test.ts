import { type KeyScope } from '../src/model/permission.js'
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

const keep = (day: string, rate: string, currency = 'USD', fields?: string) =>
  us.do('createExchangeRate', { currency, day, rate }, fields)
const codes = (payload: Json) => payload.userErrors.map(({ code }: Json) => code)
const warned = (payload: Json) => payload.warnings.map(({ code }: Json) => code)
const report = async (mutation: string, input: object, fields: string, by = us): Promise<Json> =>
  (
    await by.get(
      `mutation($input: ${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { ${fields} userErrors { code message field } warnings { code } } }`,
      { input },
    )
  )[mutation]
const setRate = (record: Json, rate: string, by = us) =>
  report(
    'setRate',
    { id: record.id, version: record.version, rate },
    `document { id ... on Invoice { version rate netBase { amount } payableBase { amount } } ... on Payment { version rate amountBase { amount } } ... on PurchaseOrder { rate totalBase { amount } } ... on Quote { rate totalBase { amount } } ... on Deal { rate valueBase { amount } } }`,
    by,
  )
const fillRates = (by = us, input: object = {}) => report('fillRates', input, 'filled withoutRate more', by)
const line = { description: 'Feina', quantity: '1', unitPrice: '100' }
const dollars = { currency: 'USD' }

describe('kept exchange rates', () => {
  test('are made, changed, listed and deleted, and have a history', async () => {
    const rate = await keep('2026-03-09', '0.9131234567', 'USD', 'id version currency day rate')
    expect(rate).toMatchObject({ version: 1, currency: 'USD', day: '2026-03-09', rate: '0.9131234567' })
    await keep('2026-03-06', '0.92')
    await keep('2026-03-09', '1.17', 'GBP')
    const changed = await us.do(
      'updateExchangeRate',
      { id: rate.id, version: 1, rate: '0.914' },
      'version rate activity { nodes { summary } }',
    )
    expect(changed).toMatchObject({ version: 2, rate: '0.914' })
    const found = async (args: string) =>
      (await us.get(`{ exchangeRates(${args}) { totalCount nodes { currency day rate } } }`)).exchangeRates.nodes.map(
        ({ currency, day }: Json) => `${currency} ${day}`,
      )
    expect(await found('first: 5')).toEqual(['GBP 2026-03-09', 'USD 2026-03-09', 'USD 2026-03-06'])
    expect(await found('filter: { currency: { eq: "USD" }, day: { lt: "2026-03-09" } }')).toEqual(['USD 2026-03-06'])
    expect(await found('filter: { rate: { gt: "0.914" } }, orderBy: { field: RATE, direction: ASC }')).toEqual([
      'USD 2026-03-06',
      'GBP 2026-03-09',
    ])
    const { exchangeRate } = await us.get(
      'query($id: ID!) { exchangeRate(id: $id) { activity { nodes { summary } } } }',
      { id: rate.id },
    )
    expect(exchangeRate.activity.nodes.map(({ summary }: Json) => summary)).toEqual([
      'Exchange rate USD of 2026-03-09 changed: rate',
      'Exchange rate USD of 2026-03-09 created',
    ])
    await us.do('deleteExchangeRate', { id: rate.id, version: 2 })
    expect(await found('filter: { currency: { eq: "USD" } }')).toEqual(['USD 2026-03-06'])
  })

  test('are refused where they are none', async () => {
    await keep('2026-03-09', '0.91')
    const wrong = async (given: object) =>
      codes(await us.try('createExchangeRate', { currency: 'USD', day: '2026-03-08', rate: '1', ...given }))
    expect(await wrong({ day: '2026-03-09' })).toEqual(['RATE_TAKEN'])
    expect(await wrong({ day: '2026-03-11' })).toEqual(['DATE_FUTURE'])
    expect(await wrong({ rate: '0' })).toEqual(['RATE_INVALID'])
    expect(await wrong({ currency: 'EUR' })).toEqual(['RATE_INVALID'])
    const { organization } = await us.get('{ organization { version } }')
    expect(codes(await us.try('updateOrganization', { version: organization.version, baseCurrency: 'USD' }))).toEqual([
      'BASE_CURRENCY_FIXED',
    ])
  })

  test('are kept many at once, and again without effect', async () => {
    await keep('2026-03-09', '0.91')
    const rates = [
      { currency: 'USD', day: '2026-03-09', rate: '0.92' },
      { currency: 'USD', day: '2026-03-08', rate: '0.9' },
      { currency: 'GBP', day: '2026-03-08', rate: '1.2' },
    ]
    const save = (some: object[]) => report('saveExchangeRates', { rates: some }, 'created changed unchanged')
    expect(await save(rates)).toMatchObject({ created: 2, changed: 1, unchanged: 0, userErrors: [] })
    expect(await save(rates)).toMatchObject({ created: 0, changed: 0, unchanged: 3, userErrors: [] })
    expect(await save([rates[0] ?? {}, { currency: 'JPY', day: '2026-03-08', rate: '-1' }])).toMatchObject({
      created: 0,
      userErrors: [{ code: 'RATE_INVALID', field: 'rates.1.rate' }],
    })
    expect(await save([{ ...rates[0], rate: '1' }, rates[0] ?? {}])).toMatchObject({
      userErrors: [{ code: 'RATE_TWICE' }],
    })
    expect((await us.get('{ exchangeRates { totalCount } }')).exchangeRates.totalCount).toBe(3)
  })

  test('are read by every key, written by admin alone, and those of nobody else', async () => {
    const rate = await keep('2026-03-09', '0.91')
    for (const scopes of [['deals:read'], ['invoices:write'], ['orders:read']] satisfies KeyScope[][]) {
      const key = await world.key(us.organizationId, scopes)
      expect((await key.get('{ exchangeRates { totalCount } }')).exchangeRates.totalCount).toBe(1)
      expect(
        (
          await key.ask(
            'mutation { createExchangeRate(input: { currency: "USD", day: "2026-03-01", rate: "1" }) { userErrors { code } } }',
          )
        ).errors?.[0]?.extensions.code,
      ).toBe('FORBIDDEN')
    }
    const others = await world.organization()
    expect((await others.get('{ exchangeRates { totalCount } }')).exchangeRates.totalCount).toBe(0)
    const theirs = await others.client()
    expect(await others.draft(theirs.id, '5', dollars, 'rate')).toEqual({ rate: null })
    expect(
      (await others.ask('query($id: ID!) { exchangeRate(id: $id) { rate } }', { id: rate.id })).errors?.[0]?.extensions
        .code,
    ).toBe('NOT_FOUND')
  })
})

describe('a document in a foreign currency', () => {
  test('takes the last rate kept at or before its day and at most 7 days old', async () => {
    for (const [day, rate] of [
      ['2026-02-01', '0.8'],
      ['2026-02-20', '0.9'],
      ['2026-02-23', '0.95'],
    ] as const)
      await keep(day, rate)
    const on = async (authorisedOn: string) =>
      us.invoice(client.id, '100', { ...dollars, authorisedOn }, 'rate payableBase { amount } netBase { amount }')
    expect(await on('2026-02-01')).toEqual({
      rate: '0.8',
      payableBase: { amount: '80.00' },
      netBase: { amount: '80.00' },
    })
    expect((await on('2026-02-08')).rate).toBe('0.8')
    expect(await on('2026-02-09')).toEqual({ rate: null, payableBase: null, netBase: null })
    expect((await on('2026-02-22')).rate).toBe('0.9')
    expect((await on('2026-02-23')).rate).toBe('0.95')
    expect(
      (await us.invoice(client.id, '100', { currency: 'GBP', authorisedOn: '2026-02-23' }, 'rate')).rate,
    ).toBeNull()
    expect((await us.invoice(client.id, '100', { authorisedOn: '2026-02-23' }, 'rate')).rate).toBe('1')
  })

  test('keeps a rate that was given with it, and gives up one that it took when its day moves', async () => {
    await keep('2026-03-08', '0.9')
    const [taken, given] = [
      await us.draft(client.id, '100', dollars, 'id version rate payableBase { amount }'),
      await us.draft(client.id, '100', { ...dollars, rate: '0.5' }, 'id version rate'),
    ]
    expect([taken.rate, taken.payableBase.amount, given.rate]).toEqual(['0.9', '90.00', '0.5'])
    world.now = new Date('2026-03-12T11:00:00Z')
    await keep('2026-03-12', '0.7')
    const authorised = async (draft: Json, authorisedOn: string) => {
      const { version } = await us.do('submitInvoice', { id: draft.id, version: draft.version })
      return us.do('authoriseInvoice', { id: draft.id, version, authorisedOn }, 'rate payableBase { amount } version')
    }
    const changed = await us.do(
      'updateInvoice',
      { id: given.id, version: given.version, lines: [{ ...line, unitPrice: '10' }] },
      'id version rate payableBase { amount }',
    )
    expect(changed).toMatchObject({ rate: '0.5', payableBase: { amount: '5.00' } })
    expect(await authorised(changed, '2026-03-12')).toMatchObject({ rate: '0.5', payableBase: { amount: '5.00' } })
    expect(await authorised(taken, '2026-03-12')).toMatchObject({ rate: '0.7', payableBase: { amount: '70.00' } })
    const late = await us.draft(client.id, '100', dollars)
    world.now = new Date('2026-03-21T11:00:00Z')
    const { version } = await us.do('submitInvoice', { id: late.id, version: late.version })
    const payload = await us.try('authoriseInvoice', { id: late.id, version }, 'rate payableBase { amount }')
    expect([payload.record, warned(payload)]).toEqual([{ rate: null, payableBase: null }, ['RATE_MISSING']])
  })

  test('changed to another currency takes the rate of that one', async () => {
    await keep('2026-03-10', '0.9')
    await keep('2026-03-10', '1.2', 'GBP')
    const draft = await us.draft(client.id, '100', { ...dollars, rate: '0.5' })
    const pounds = await us.do(
      'updateInvoice',
      { id: draft.id, version: draft.version, currency: 'GBP' },
      'id version rate payableBase { amount }',
    )
    expect(pounds).toMatchObject({ rate: '1.2', payableBase: { amount: '120.00' } })
    const cleared = await us.do(
      'updateInvoice',
      { id: draft.id, version: pounds.version, currency: 'USD', rate: null },
      'id version rate',
    )
    expect(cleared.rate).toBe('0.9')
    expect(
      (await us.do('updateInvoice', { id: draft.id, version: cleared.version, currency: 'EUR' }, 'rate')).rate,
    ).toBe('1')
  })

  test('of a supplier goes by the date on it; orders, quotes, deals and payments by their days', async () => {
    for (const [day, rate] of [
      ['2026-02-10', '0.8'],
      ['2026-03-10', '0.9'],
    ] as const)
      await keep(day, rate)
    expect(
      (
        await us.draft(
          client.id,
          '1',
          { ...dollars, kind: 'PURCHASE', supplierNumber: '7', issuedOn: '2026-02-12' },
          'rate',
        )
      ).rate,
    ).toBe('0.8')
    const order = await us.do(
      'createPurchaseOrder',
      { clientId: client.id, number: '1', ...dollars, lines: [line] },
      'id version rate',
    )
    expect(order.rate).toBe('0.9')
    expect(
      await us.do(
        'openPurchaseOrder',
        { id: order.id, version: order.version, orderedOn: '2026-02-11' },
        'rate totalBase { amount }',
      ),
    ).toEqual({ rate: '0.8', totalBase: { amount: '80.00' } })
    const quote = await us.quote(client.id, '100', dollars, 'id version rate')
    expect(quote.rate).toBe('0.9')
    expect(
      await us.do(
        'sendQuote',
        { id: quote.id, version: quote.version, sentOn: '2026-02-10' },
        'rate totalBase { amount }',
      ),
    ).toEqual({ rate: '0.8', totalBase: { amount: '80.00' } })
    expect(await us.deal(client.id, { ...dollars, value: '100' }, 'rate valueBase { amount }')).toEqual({
      rate: '0.9',
      valueBase: { amount: '90.00' },
    })
    const payment = await us.do(
      'recordPayment',
      { clientId: client.id, ...dollars, amount: '100', paidOn: '2026-02-17' },
      'rate amountBase { amount }',
    )
    expect(payment).toEqual({ rate: '0.8', amountBase: { amount: '80.00' } })
  })

  test('that was quoted is invoiced at the rate of its own day, or at the one given with the quote', async () => {
    for (const [day, rate] of [
      ['2026-02-10', '0.8'],
      ['2026-03-10', '0.9'],
    ] as const)
      await keep(day, rate)
    const invoiced = async (given: object) => {
      const quote = await us.quote(client.id, '100', { ...dollars, ...given })
      const sent = await us.do('sendQuote', { id: quote.id, version: quote.version, sentOn: '2026-02-10' })
      const accepted = await us.do('acceptQuote', { id: quote.id, version: sent.version })
      return (await us.do('invoiceQuote', { id: quote.id, version: accepted.version }, 'invoice { rate }')).invoice.rate
    }
    expect([await invoiced({}), await invoiced({ rate: '0.5' })]).toEqual(['0.9', '0.5'])
  })
})

describe('a rate that is there', () => {
  const kinds = ['Invoice', 'PurchaseOrder', 'Quote'] as const
  const made = async (given: object) =>
    Promise.all([
      us.draft(client.id, '100', given, 'id version rate'),
      us.do('createPurchaseOrder', { clientId: client.id, number: '1', ...given, lines: [line] }, 'id version rate'),
      us.quote(client.id, '100', given, 'id version rate'),
    ])
  const changed = (records: Json[], given: object) =>
    Promise.all(
      records.map(({ id, version }, at) => us.do(`update${kinds[at]}`, { id, version, ...given }, 'id version rate')),
    )
  const rates = (records: Json[]) => records.map(({ rate }) => rate)
  const deleteKept = async () => {
    const { nodes } = (await us.get('{ exchangeRates { nodes { id version } } }')).exchangeRates
    for (const { id, version } of nodes) await us.do('deleteExchangeRate', { id, version })
  }

  test('stays when its currency is sent along, and goes when another one is', async () => {
    await keep('2026-03-10', '0.9')
    const own = await made({ ...dollars, rate: '0.5' })
    const same = await changed(own, dollars)
    expect(rates(same)).toEqual(['0.5', '0.5', '0.5'])
    expect(rates(await changed(same, { currency: 'GBP' }))).toEqual([null, null, null])
  })

  test('stays with a draft that took it, whatever became of it where it is kept', async () => {
    const kept = await keep('2026-03-10', '0.9')
    const taken = await made(dollars)
    await us.do('updateExchangeRate', { id: kept.id, version: kept.version, rate: '0.7' })
    const mended = await changed(taken, { lines: [{ ...line, unitPrice: '10' }] })
    expect(rates(mended)).toEqual(['0.9', '0.9', '0.9'])
    await deleteKept()
    const [invoice, order, quote] = await changed(mended, dollars)
    const { version } = await us.do('submitInvoice', { id: invoice?.id, version: invoice?.version })
    expect(await us.do('authoriseInvoice', { id: invoice?.id, version }, 'rate payableBase { amount }')).toEqual({
      rate: '0.9',
      payableBase: { amount: '9.00' },
    })
    expect(await us.do('openPurchaseOrder', { id: order?.id, version: order?.version }, 'rate')).toEqual({
      rate: '0.9',
    })
    expect(await us.do('sendQuote', { id: quote?.id, version: quote?.version }, 'rate')).toEqual({ rate: '0.9' })
  })

  test("stays with a supplier's invoice until the date on it changes", async () => {
    for (const [day, rate] of [
      ['2026-02-20', '0.8'],
      ['2026-03-01', '0.9'],
    ] as const)
      await keep(day, rate)
    const fields = 'id version rate'
    const purchase = (supplierNumber: string) =>
      us.draft(client.id, '1', { ...dollars, kind: 'PURCHASE', supplierNumber, issuedOn: '2026-03-03' }, fields)
    const [first, second] = [await purchase('1'), await purchase('2')]
    await keep('2026-03-02', '0.7')
    const edited = await us.do(
      'updateInvoice',
      { id: first.id, version: first.version, issuedOn: '2026-03-03', dueOn: '2026-04-01' },
      fields,
    )
    expect([first.rate, edited.rate]).toEqual(['0.9', '0.9'])
    const { version } = await us.do('submitInvoice', { id: first.id, version: edited.version })
    expect(await us.do('authoriseInvoice', { id: first.id, version }, 'rate')).toEqual({ rate: '0.9' })
    const moved = await us.do(
      'updateInvoice',
      { id: second.id, version: second.version, issuedOn: '2026-03-04' },
      fields,
    )
    expect(moved.rate).toBe('0.7')
    const earlier = await us.do(
      'updateInvoice',
      { id: second.id, version: moved.version, issuedOn: '2026-02-22' },
      fields,
    )
    expect(earlier.rate).toBe('0.8')
    expect(
      (await us.do('updateInvoice', { id: second.id, version: earlier.version, issuedOn: '2026-02-01' }, fields)).rate,
    ).toBeNull()
  })

  test('is not replaced by fillRates, though it was set while that ran', async () => {
    const [given, pounds, lacking] = [
      await us.draft(client.id, '100', dollars),
      await us.draft(client.id, '100', dollars),
      await us.draft(client.id, '100', dollars),
    ]
    await keep('2026-03-10', '0.9')
    let filling: Promise<Json[]> = Promise.resolve([])
    await world.database.write(async manager => {
      await manager.query(`UPDATE invoices SET rate = 5000000000, version = 2 WHERE id = '${given.id}'`)
      await manager.query(`UPDATE invoices SET currency = 'GBP', version = 2 WHERE id = '${pounds.id}'`)
      filling = Promise.all([fillRates()]) // on MariaDB it reads what was, and then waits; on SQLite it waits before
      await new Promise(resolve => setTimeout(resolve, 500))
    })
    const [filled] = await filling
    expect(filled).toMatchObject({ filled: 1, withoutRate: 1, userErrors: [] })
    expect(await fillRates()).toMatchObject({ filled: 0, withoutRate: 1, more: false })
    const { nodes } = await us.get('query($ids: [ID!]!) { nodes(ids: $ids) { ... on Invoice { currency rate } } }', {
      ids: [given.id, pounds.id, lacking.id],
    })
    expect(nodes).toEqual([
      { currency: 'USD', rate: '0.5' },
      { currency: 'GBP', rate: null },
      { currency: 'USD', rate: '0.9' },
    ])
  })
})

describe('without a rate', () => {
  test('it warns when it is made and when it is authorised, ordered, sent or recorded', async () => {
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

  test('it is listed by kind, and filled in one step as far as rates are kept', async () => {
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

  test('fillRates fills what its key may write, and says of that alone', async () => {
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

  test('gives an authorised invoice, and what settles it, what they would have had from the beginning', async () => {
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

  test('converts what was taken of a payment, refunds too, and of a credit note', async () => {
    const end = async (late: boolean) => {
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
    const late = await end(true)
    expect(late).toEqual(await end(false))
    expect(late.payment).toMatchObject({
      amountBase: { amount: '0.33' },
      refunds: { nodes: [{ creditBase: { amount: '0.12' } }] },
      allocations: { nodes: [{ creditBase: { amount: '0.12' } }, { creditBase: { amount: '0.21' } }] },
    })
  })

  test('stands in the history of the document and of what was converted with it', async () => {
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

  test('is refused where there is a rate, for a version of before, and to those who may not write it', async () => {
    const invoice = await us.invoice(client.id, '100', { ...dollars, rate: '0.9' })
    expect(await setRate(invoice, '0.8')).toMatchObject({
      document: null,
      userErrors: [{ code: 'RATE_PRESENT', field: 'rate' }],
    })
    expect(codes(await setRate(await us.invoice(client.id, '100'), '1'))).toEqual(['RATE_PRESENT'])
    const lacking = await us.invoice(client.id, '100', dollars)
    expect(codes(await setRate(lacking, '0'))).toEqual(['RATE_INVALID'])
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
        'setRate',
        { id: lacking.id, version: lacking.version, rate: '0.8' },
        'document { ... on Invoice { rate } }',
        await world.key(us.organizationId, ['invoices:write']),
      ),
    ).toMatchObject({ userErrors: [], document: { rate: '0.8' } })
  })

  test('gives orders, quotes, deals and drafts theirs; a draft keeps it when its day moves', async () => {
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
