import { type KeyScope } from '../src/model/permission.js'
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

  test('are refused where they are invalid', async () => {
    await keep('2026-03-09', '0.91')
    const wrong = async (given: object) =>
      codesOf(await us.try('createExchangeRate', { currency: 'USD', day: '2026-03-08', rate: '1', ...given }))
    expect(await wrong({ day: '2026-03-09' })).toEqual(['RATE_TAKEN'])
    expect(await wrong({ day: '2026-03-11' })).toEqual(['DATE_FUTURE'])
    expect(await wrong({ rate: '0' })).toEqual(['RATE_INVALID'])
    expect(await wrong({ currency: 'EUR' })).toEqual(['RATE_INVALID'])
    const { organization } = await us.get('{ organization { version } }')
    expect(codesOf(await us.try('updateOrganization', { version: organization.version, baseCurrency: 'USD' }))).toEqual(
      ['BASE_CURRENCY_FIXED'],
    )
  })

  test('are kept many at once, and a second time without effect', async () => {
    await keep('2026-03-09', '0.91')
    const rates = [
      { currency: 'USD', day: '2026-03-09', rate: '0.92' },
      { currency: 'USD', day: '2026-03-08', rate: '0.9' },
      { currency: 'GBP', day: '2026-03-08', rate: '1.2' },
    ]
    const save = (some: object[]) => report(us, 'saveExchangeRates', { rates: some }, 'created changed unchanged')
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

  test('are read by every key, written only by admin, and never shared between organisations', async () => {
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

  test('keeps a rate that was given with it, and takes another kept rate when its day moves', async () => {
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

  test('takes the rate of its new currency when its currency is changed', async () => {
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

  test("takes the rate of the supplier's date for a purchase, and of their own days for orders, quotes, deals and payments", async () => {
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

  test('is invoiced from a quote at the rate of its own day, or at the rate given with the quote', async () => {
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

  test('stays with a draft that took it when the kept rate is changed or deleted', async () => {
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
