import { lineOf } from './support/document-line.js'
import { manyOf } from './support/many-of.js'
import { quotingIn } from './support/quoting.js'
import { pick, recordsIn, today } from './support/record.js'
import { World, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let client: { id: string; version: number }

beforeAll(async () => {
  world = await World.start()
})
beforeEach(async () => {
  us = await world.organization()
  client = await us.client()
})
afterAll(() => world.stop())

const { verb, codeOf, events } = recordsIn(() => us)
const { sent, accepted, read } = quotingIn(
  () => us,
  () => client,
)
const line = lineOf('10')

describe('a quote', () => {
  test('has the sums of its lines, and shows them by rate', async () => {
    const deal = await us.deal(client.id)
    const quote = await us.do(
      'createQuote',
      {
        clientId: client.id,
        dealId: deal.id,
        validUntil: '2026-03-31',
        currency: 'USD',
        rate: '0.9',
        externalId: 'E',
        lines: [
          ...Array(3).fill({ description: 'Peça', quantity: '1', unitPrice: '0.35', taxRate: '10' }),
          { description: 'Disseny', quantity: '2', unitPrice: '100', discount: '12.5', taxRate: '21' },
        ],
      },
      'state number series currency rate net { amount currency } netBase { amount currency } tax { amount } total { amount } totalBase { amount } deal { id } client { id } lines { position description net { amount } } taxes { rate base { amount } amount { amount } } sentOn externalId',
    )
    expect(quote).toMatchObject({
      state: 'DRAFT',
      number: null,
      series: 'Q',
      currency: 'USD',
      net: { amount: '176.05', currency: 'USD' },
      netBase: { amount: '158.45', currency: 'EUR' },
      tax: { amount: '36.86' },
      total: { amount: '212.91' },
      totalBase: { amount: '191.62' },
      deal: { id: deal.id },
      client: { id: client.id },
      lines: [
        { position: 1 },
        { position: 2 },
        { position: 3 },
        { position: 4, description: 'Disseny', net: { amount: '175.00' } },
      ],
      taxes: [
        { rate: '10', base: { amount: '1.05' }, amount: { amount: '0.11' } },
        { rate: '21', base: { amount: '175.00' }, amount: { amount: '36.75' } },
      ],
      sentOn: null,
      externalId: 'E',
    })
  })

  test('takes a deal of its own client only', async () => {
    const foreign = await us.deal((await us.client()).id)
    expect(await codeOf('createQuote', { clientId: client.id, dealId: foreign.id })).toBe('DEAL_OF_ANOTHER_CLIENT')
    expect(await codeOf('updateQuote', { ...pick(await us.quote(client.id, '1')), dealId: foreign.id })).toBe(
      'DEAL_OF_ANOTHER_CLIENT',
    )
  })

  test('changes as a draft, and its history has its lines', async () => {
    const fields = 'id version total { amount } validUntil dealId lines { description }'
    const draft = await us.quote(client.id, '10', { validUntil: '2026-04-01' })
    const changed = await verb(
      'updateQuote',
      draft,
      { lines: [{ ...line, description: 'Nova', taxRate: '21' }], validUntil: null },
      fields,
    )
    expect(changed).toMatchObject({ total: { amount: '12.10' }, validUntil: null, lines: [{ description: 'Nova' }] })
    const yen = await verb('updateQuote', changed, { currency: 'JPY' }, fields)
    expect(yen).toMatchObject({ total: { amount: '12' }, lines: [{ description: 'Nova' }] })
    const history = await events(draft.id)
    expect(history.map(({ kind }) => kind)).toEqual(['QUOTE_CHANGED', 'QUOTE_CHANGED', 'QUOTE_CREATED'])
    expect(history[1]).toMatchObject({
      before: { lines: [{ description: 'Feina', quantity: '1.0000' }] },
      after: { lines: [{ description: 'Nova', taxRate: '21.0000' }] },
    })
    await verb('deleteQuote', yen)
    expect((await events(draft.id))[0]).toMatchObject({
      kind: 'QUOTE_DELETED',
      before: { lines: [{ description: 'Nova' }] },
      after: null,
    })
    const [row] = await world.database.read.query<{ n: number }[]>(
      `SELECT COUNT(*) AS n FROM quote_lines WHERE quote_id = '${draft.id}'`,
    )
    expect(Number(row?.n)).toBe(0)
  })

  test('keeps its client, and fixes the base currency', async () => {
    await us.quote(client.id, '1')
    expect(await codeOf('deleteClient', pick(client))).toBe('CLIENT_IN_USE')
    expect(await codeOf('updateOrganization', { version: 1, baseCurrency: 'USD' })).toBe('BASE_CURRENCY_FIXED')
  })

  test('cannot be created or invoiced for an archived client, but an open one goes on', async () => {
    const [draft, waiting, ready] = [await us.quote(client.id, '1'), await sent(), await accepted()]
    await verb('archiveClient', client)
    expect(await codeOf('createQuote', { clientId: client.id })).toBe('CLIENT_ARCHIVED')
    expect(await codeOf('invoiceQuote', pick(ready))).toBe('CLIENT_ARCHIVED')
    expect(await read(ready.id, 'state invoiceId')).toEqual({ state: 'ACCEPTED', invoiceId: null })
    await verb('sendQuote', draft)
    await verb('acceptQuote', waiting)
  })

  test('is listed with its client, its deal and its state', async () => {
    const deal = await us.deal(client.id)
    const first = await us.quote(client.id, '1', { dealId: deal.id })
    const second = await sent()
    const found = await us.get(
      'query($client: ID!, $deal: ID!) { client(id: $client) { quotes(orderBy: { field: CREATED_AT }) { totalCount nodes { id } } drafts: quotes(filter: { state: { eq: DRAFT } }) { nodes { id } } } deal(id: $deal) { quotes { nodes { id } } } quotes(filter: { number: { eq: "Q2026/0001" } }) { nodes { id } } }',
      { client: client.id, deal: deal.id },
    )
    expect(found).toEqual({
      client: {
        quotes: { totalCount: 2, nodes: [{ id: first.id }, { id: second.id }] },
        drafts: { nodes: [{ id: first.id }] },
      },
      deal: { quotes: { nodes: [{ id: first.id }] } },
      quotes: { nodes: [{ id: second.id }] },
    })
  })
})

describe('invoicing', () => {
  const invoiceOf = (id: string) =>
    read(
      id,
      'state version invoice { id version state kind type clientId currency rate net { amount } tax { amount } payable { amount } payableBase { amount } lines { position description quantity unitPrice discount taxRate net { amount } } quote { id } }',
    )

  test.each([
    ['EUR', undefined],
    ['USD', '0.9131'],
    ['JPY', '0.0061'],
    ['KWD', undefined],
  ])('copies its lines, currency and rate: %s at %s', async (currency, rate) => {
    const lines = [
      { description: 'Fusta', quantity: '1.2345', unitPrice: '7.654321', discount: '12.3456', taxRate: '21' },
      { description: 'Exempt', quantity: '3', unitPrice: '9' },
      { description: 'Zero', quantity: '1', unitPrice: '1', taxRate: '0' },
    ]
    const quote = await accepted({ currency, rate, lines })
    await verb('invoiceQuote', quote)
    const fields =
      'net { amount } tax { amount } total { amount } totalBase { amount } rate lines { position description quantity unitPrice discount taxRate net { amount } }'
    const { total, totalBase, ...same } = await read(quote.id, fields)
    expect((await invoiceOf(quote.id)).invoice).toMatchObject({
      ...same,
      payable: total,
      payableBase: totalBase,
      currency,
      state: 'DRAFT',
      kind: 'SALE',
      type: 'INVOICE',
      clientId: client.id,
      quote: { id: quote.id },
    })
  })

  test('happens once, however often it is requested, also with an old version', async () => {
    const quote = await accepted()
    const first = await verb('invoiceQuote', quote, {}, 'id version state invoiceId')
    expect(first).toMatchObject({ state: 'INVOICED', version: quote.version + 1 })
    expect(await verb('invoiceQuote', quote, {}, 'id version state invoiceId')).toEqual(first)
    expect(await verb('invoiceQuote', first, {}, 'id version state invoiceId')).toEqual(first)
    expect((await us.get('{ invoices { totalCount } }')).invoices.totalCount).toBe(1)
    expect((await events(quote.id)).map(({ kind }) => kind)).toEqual([
      'QUOTE_INVOICED',
      'QUOTE_ACCEPTED',
      'QUOTE_SENT',
      'QUOTE_CREATED',
    ])
    expect((await events(first.invoiceId)).map(({ kind }) => kind)).toEqual(['INVOICE_CREATED'])
    const stale = await us.ask(
      `mutation { invoiceQuote(input: { id: "${(await accepted()).id}", version: 1 }) { userErrors { code } } }`,
    )
    expect(stale.errors?.[0]?.extensions.code).toBe('CONFLICT')
  })

  test('happens once when asked many times at once', async () => {
    for (let round = 0; round < 5; round++) {
      const quote = await accepted()
      const answers = await manyOf(8, () => us.do('invoiceQuote', pick(quote), 'invoiceId version'))
      expect(answers).toEqual(Array(8).fill(answers[0]))
    }
    expect(
      await us.get('{ invoices { totalCount } quotes(filter: { state: { in: [INVOICED] } }) { totalCount } }'),
    ).toEqual({ invoices: { totalCount: 5 }, quotes: { totalCount: 5 } })
  })

  test('needs writing of invoices and reading of deals', async () => {
    const quote = await accepted()
    const query = `mutation { invoiceQuote(input: { id: "${quote.id}", version: ${quote.version} }) { userErrors { code } } }`
    for (const [held, missing] of [
      [['deals:write', 'invoices:read'], ['invoices:write']],
      [['invoices:write'], ['deals:read']],
      [['clients:write'], ['invoices:write', 'deals:read']],
    ] as const) {
      const answer = await (await world.key(us.organizationId, held)).ask(query)
      expect(answer).toMatchObject({
        status: 403,
        errors: [{ extensions: { code: 'FORBIDDEN', missing, fields: ['invoiceQuote'] } }],
      })
    }
    expect(
      (await (await world.key(us.organizationId, ['deals:read', 'invoices:write'])).get(query)).invoiceQuote,
    ).toEqual({ userErrors: [] })
  })

  test('is taken back when the draft is deleted, and can be done again', async () => {
    const quote = await accepted()
    await verb('invoiceQuote', quote)
    const { invoice } = await invoiceOf(quote.id)
    const billing = await world.key(us.organizationId, ['invoices:write'])
    await billing.do('deleteInvoice', pick(invoice))
    const released = await invoiceOf(quote.id)
    expect(released).toMatchObject({ state: 'ACCEPTED', invoice: null })
    expect((await events(quote.id))[0]).toMatchObject({
      kind: 'QUOTE_RELEASED',
      on: today,
      before: { state: 'INVOICED', invoiceId: invoice.id },
      after: { state: 'ACCEPTED', invoiceId: null },
    })
    await verb('invoiceQuote', { id: quote.id, version: released.version })
    expect((await invoiceOf(quote.id)).invoice.id).not.toBe(invoice.id)
  })

  test('is taken back when the invoice is voided, on the day of that, and not when it is credited', async () => {
    const quote = await accepted()
    await verb('invoiceQuote', quote)
    const { invoice } = await invoiceOf(quote.id)
    const authorised = await verb('authoriseInvoice', await verb('submitInvoice', invoice), {
      authorisedOn: '2026-03-06',
    })
    const note = await us.draft(client.id, '100', { type: 'CREDIT_NOTE', correctsId: invoice.id })
    const credit = await verb('authoriseInvoice', await verb('submitInvoice', note))
    await us.do('allocate', { invoiceId: invoice.id, creditNoteId: credit.id })
    expect(await codeOf('voidInvoice', pick(authorised))).toBe('ALLOCATIONS_STAND')
    expect((await invoiceOf(quote.id)).state).toBe('INVOICED')
    await verb('deallocate', (await us.get('{ allocations { nodes { id version } } }')).allocations.nodes[0])
    await verb('voidInvoice', credit)
    expect((await invoiceOf(quote.id)).state).toBe('INVOICED')
    await verb('voidInvoice', authorised, { voidedOn: today })
    expect((await events(quote.id))[0]).toMatchObject({ kind: 'QUOTE_RELEASED', on: today })
    const again = await verb(
      'invoiceQuote',
      { id: quote.id, version: (await invoiceOf(quote.id)).version },
      {},
      'invoice { quote { id } } invoiceId',
    )
    expect(again.invoice.quote.id).toBe(quote.id)
    expect(
      (await us.get('query($id: ID!) { invoice(id: $id) { state quote { id } } }', { id: invoice.id })).invoice,
    ).toEqual({ state: 'VOIDED', quote: null })
  })

  test('agrees with a simultaneous voiding or deletion: quote and invoice fit together', async () => {
    for (let round = 0; round < 6; round++) {
      const quote = await accepted()
      await verb('invoiceQuote', quote)
      const { invoice } = await invoiceOf(quote.id)
      const answers = await Promise.all([
        us.ask(`mutation { deleteInvoice(input: { id: "${invoice.id}", version: 1 }) { userErrors { code } } }`),
        ...[1, 2, 3].map(() =>
          us.ask(
            `mutation { invoiceQuote(input: { id: "${quote.id}", version: ${quote.version + 2} }) { quote { state } userErrors { code } } }`,
          ),
        ),
      ])
      expect(JSON.stringify(answers)).not.toMatch(/INTERNAL_SERVER_ERROR|SERVICE_UNAVAILABLE|"userErrors":\[\{/)
      const now = await invoiceOf(quote.id)
      expect([now.state, now.invoice?.quote.id ?? null]).toEqual(
        now.invoice ? ['INVOICED', quote.id] : ['ACCEPTED', null],
      )
      expect(now.invoice?.id).not.toBe(invoice.id)
    }
  })

  test('an invoice of its own has no quote', async () => {
    const draft = await us.draft(client.id, '1', {}, 'quote { id }')
    expect(draft).toEqual({ quote: null })
    expect(await codeOf('invoiceQuote', pick(await sent()))).toBe('QUOTE_SENT')
  })
})

test('a list of clients with their deals and quotes, and of invoices with theirs, costs the same few statements', async () => {
  const count = async (first: number) => {
    const before = world.database.statements
    await us.get(
      `{ clients(first: ${first}) { nodes { deals(first: 2) { nodes { stage { name } quotes(first: 2) { nodes { state lines { description } taxes { rate } invoice { number } } } } } quotes(first: 2, filter: { state: { in: [SENT, INVOICED] } }) { nodes { deal { title } } } invoices(first: 2) { nodes { quote { number } } } } } }`,
    )
    return world.database.statements - before
  }
  const clients = [client, await us.client(), await us.client(), await us.client(), await us.client()]
  for (const { id } of clients) {
    const deal = await us.deal(id)
    for (let at = 0; at < 2; at++) {
      const ready = await verb('acceptQuote', await verb('sendQuote', await us.quote(id, '1', { dealId: deal.id })))
      await verb('invoiceQuote', ready)
    }
  }
  await us.get('{ __typename }')
  await new Promise(resolve => setTimeout(resolve, 100)) // the first use of the key is written once a minute
  expect(await count(5)).toBe(await count(2))
})
