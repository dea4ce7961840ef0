import { QuoteState } from '../src/features/deals/index.js'
import { lineOf } from './support/document-line.js'
import { manyOf } from './support/many-of.js'
import { quotingIn } from './support/quoting.js'
import { pick, recordsIn, today, type Row } from './support/record.js'
import { World, type Json, type Tenant } from './support/world.js'

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

describe('numbers', () => {
  test('are given when a quote is sent, without gaps, and kept when it is sent again', async () => {
    const first = await us.quote(client.id, '1')
    const number = async (quote: Row, sentOn?: string) =>
      verb('sendQuote', quote, { sentOn }, 'id version number sentOn')
    expect(await number(await us.quote(client.id, '1'), '2025-12-30')).toMatchObject({ number: 'Q2025/0001' })
    const sentFirst = await number(first, '2026-02-10')
    expect(sentFirst).toMatchObject({ number: 'Q2026/0001', sentOn: '2026-02-10' })
    expect(await number(await us.quote(client.id, '1'), '2026-02-01')).toMatchObject({ number: 'Q2026/0002' }) // typed late: quotes need no order of dates
    const back = await verb('returnQuoteToDraft', sentFirst, { on: '2026-02-11' }, 'id version number state sentOn')
    expect(back).toMatchObject({ number: 'Q2026/0001', state: 'DRAFT', sentOn: null })
    expect(await codeOf('deleteQuote', pick(back))).toBe('QUOTE_NUMBERED')
    expect(await codeOf('updateQuote', { ...pick(back), series: 'WEB' })).toBe('NUMBER_GIVEN')
    expect(
      await number(await verb('updateQuote', back, { series: 'Q', lines: [line, line] }), '2026-03-01'),
    ).toMatchObject({ number: 'Q2026/0001', sentOn: '2026-03-01' })
    expect(await number(await us.quote(client.id, '1'))).toMatchObject({ number: 'Q2026/0003' })
    expect(await codeOf('sendQuote', { ...pick(await us.quote(client.id, '1')), sentOn: '2025-12-31' })).toBe(
      'DATE_BEFORE_SERIES',
    )
  })

  test('run in a series of their own, which no invoice shares', async () => {
    expect(await verb('sendQuote', await us.quote(client.id, '1', { series: 'WEB' }), {}, 'number series')).toEqual({
      number: 'WEB2026/0001',
      series: 'WEB',
    })
    expect(await codeOf('createQuote', { clientId: client.id, series: 'W1' })).toBe('SERIES_INVALID')
    await us.invoice(client.id, '1', { series: 'Q' })
    const blocked = await us.quote(client.id, '1')
    expect(await codeOf('sendQuote', pick(blocked))).toBe('SERIES_TAKEN')
    await verb('sendQuote', await verb('updateQuote', blocked, { series: 'PRE' }))
  })

  test('have no gaps when many quotes are sent at once and some are refused', async () => {
    const quotes = await manyOf(30, at =>
      us.quote(client.id, '1', { validUntil: at % 5 === 4 ? '2020-01-01' : undefined }),
    )
    const answers = await Promise.all(quotes.map(quote => us.try('sendQuote', pick(quote), 'number')))
    expect(answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(
      Array(6).fill('VALIDITY_BEFORE_SENDING'),
    )
    expect(answers.flatMap(({ record }) => (record ? [record.number as string] : [])).sort()).toEqual(
      [...Array(24).keys()].map(at => `Q2026/${String(at + 1).padStart(4, '0')}`),
    ) // of a quote
  })
})

describe('every change of state', () => {
  const verbs: {
    mutation: string
    on: string
    begin: () => Promise<Row>
    earliest?: string
    kind: string
    again: string
    changed: object
    shown: string
  }[] = [
    {
      mutation: 'sendQuote',
      on: 'sentOn',
      begin: () => us.quote(client.id, '10'),
      kind: 'QUOTE_SENT',
      again: 'QUOTE_SENT',
      changed: { state: 'SENT', number: 'Q2026/0001', sentOn: today },
      shown: 'SENT',
    },
    {
      mutation: 'returnQuoteToDraft',
      on: 'on',
      begin: sent,
      earliest: '2026-03-01',
      kind: 'QUOTE_RETURNED',
      again: 'QUOTE_DRAFT',
      changed: { state: 'DRAFT', sentOn: null },
      shown: 'DRAFT',
    },
    {
      mutation: 'acceptQuote',
      on: 'acceptedOn',
      begin: sent,
      earliest: '2026-03-01',
      kind: 'QUOTE_ACCEPTED',
      again: 'QUOTE_ACCEPTED',
      changed: { state: 'ACCEPTED', acceptedOn: today },
      shown: 'ACCEPTED',
    },
    {
      mutation: 'declineQuote',
      on: 'declinedOn',
      begin: sent,
      earliest: '2026-03-01',
      kind: 'QUOTE_DECLINED',
      again: 'QUOTE_DECLINED',
      changed: { state: 'DECLINED', declinedOn: today },
      shown: 'DECLINED',
    },
  ]

  test.each(verbs.map(each => [each.mutation, each] as const))(
    '%s keeps its rules and writes one event',
    async (mutation, { on, begin, earliest, kind, again, changed, shown }) => {
      const quote = await begin()
      const before = await events(quote.id)
      const stale = await us.ask(
        `mutation { ${mutation}(input: { id: "${quote.id}", version: ${quote.version + 1} }) { userErrors { code } } }`,
      )
      expect(stale.errors?.[0]?.extensions).toEqual({
        code: 'CONFLICT',
        version: quote.version,
        yours: quote.version + 1,
      })
      expect(await codeOf(mutation, { ...pick(quote), [on]: '2026-03-11' })).toBe('DATE_FUTURE')
      if (earliest) expect(await codeOf(mutation, { ...pick(quote), [on]: '2026-02-28' })).toBe('DATE_TOO_EARLY')
      expect(await events(quote.id)).toEqual(before)
      const done = await verb(mutation, quote, {}, 'id version state')
      expect(done).toMatchObject({ version: quote.version + 1, state: shown })
      const [event, ...rest] = await events(quote.id)
      expect(rest).toEqual(before)
      expect(event).toMatchObject({ kind, on: today, clientId: client.id, after: changed })
      expect(await codeOf(mutation, pick(done))).toBe(again)
    },
  )

  test('begins only in an allowed state: an answered quote is final, and only a draft can be changed or deleted', async () => {
    const states = {
      DRAFT: await us.quote(client.id, '1'),
      SENT: await sent(),
      ACCEPTED: await accepted(),
      DECLINED: await verb('declineQuote', await sent()),
      INVOICED: await verb('invoiceQuote', await accepted()),
    }
    const allowed: Record<string, string[]> = {
      sendQuote: ['DRAFT'],
      updateQuote: ['DRAFT'],
      returnQuoteToDraft: ['SENT'],
      acceptQuote: ['SENT'],
      declineQuote: ['SENT'],
      deleteQuote: ['DRAFT'],
      invoiceQuote: ['ACCEPTED', 'INVOICED'],
    }
    for (const [mutation, from] of Object.entries(allowed)) {
      for (const [state, quote] of Object.entries(states))
        if (!from.includes(state))
          expect([mutation, state, await codeOf(mutation, pick(quote))]).toEqual([mutation, state, `QUOTE_${state}`])
    }
  })

  test('sends only a quote with a line and a validity that is not over', async () => {
    expect(await codeOf('sendQuote', pick(await us.do('createQuote', { clientId: client.id })))).toBe('LINES_REQUIRED')
    const quote = await us.quote(client.id, '1', { validUntil: '2026-02-28' })
    expect(await codeOf('sendQuote', { ...pick(quote), sentOn: '2026-03-01' })).toBe('VALIDITY_BEFORE_SENDING')
    await verb('sendQuote', quote, { sentOn: '2026-02-28' })
  })
})

describe('expiry', () => {
  test('begins the day after the last valid one, in the time zone of the organisation', async () => {
    const quote = await sent({ validUntil: today })
    const state = async () => (await read(quote.id, 'state')).state
    expect(await state()).toBe('SENT')
    const now = world.now
    try {
      world.now = new Date('2026-03-10T22:59:00Z') // a minute to midnight in Madrid
      expect(await state()).toBe('SENT')
      world.now = new Date('2026-03-10T23:00:00Z')
      expect(await state()).toBe('EXPIRED')
      expect(
        await us.get(
          '{ quotes(filter: { state: { in: [SENT] } }) { totalCount } expired: quotes(filter: { state: { in: [EXPIRED] } }) { nodes { state } } }',
        ),
      ).toEqual({ quotes: { totalCount: 0 }, expired: { nodes: [{ state: 'EXPIRED' }] } })
    } finally {
      world.now = now
    }
    const [row] = await world.database.read.query<{ state: string }[]>(
      `SELECT state FROM quotes WHERE id = '${quote.id}'`,
    )
    expect(row?.state).toBe('SENT')
  })

  test('leaves a quote open to a late answer, and accepting it gives a warning', async () => {
    const late = await sent({ validUntil: '2026-03-05' })
    const payload = await us.try('acceptQuote', pick(late), 'state')
    expect(payload).toMatchObject({
      record: { state: 'ACCEPTED' },
      userErrors: [],
      warnings: [{ code: 'QUOTE_EXPIRED', field: 'acceptedOn' }],
    })
    const typedLate = await us.try(
      'acceptQuote',
      { ...pick(await sent({ validUntil: '2026-03-05' })), acceptedOn: '2026-03-05' },
      'state',
    )
    expect(typedLate).toMatchObject({ record: { state: 'ACCEPTED' }, warnings: [] })
    expect(await us.try('declineQuote', pick(await sent({ validUntil: '2026-03-05' })), 'state')).toMatchObject({
      record: { state: 'DECLINED' },
      warnings: [],
    })
    const longer = await verb('returnQuoteToDraft', await sent({ validUntil: '2026-03-05' }))
    expect(
      await verb('sendQuote', await verb('updateQuote', longer, { validUntil: '2026-04-05' }), {}, 'state'),
    ).toEqual({ state: 'SENT' })
  })

  test('is filtered as it is shown, for any choice of states', async () => {
    const validities = [null, '2026-03-08', '2026-03-09', '2026-03-10', '2026-03-11']
    for (const validUntil of validities) {
      await us.quote(client.id, '1', { validUntil })
      await sent({ validUntil })
      await verb('acceptQuote', await sent({ validUntil }))
      await verb('declineQuote', await sent({ validUntil }))
      await verb('invoiceQuote', await verb('acceptQuote', await sent({ validUntil })))
    }
    const states = Object.keys(QuoteState)
    const every: Json[] = (await us.get('{ quotes(first: 100) { nodes { id state validUntil } } }')).quotes.nodes
    expect(
      every
        .filter(({ state }) => state === 'EXPIRED')
        .map(({ validUntil }) => validUntil)
        .sort(),
    ).toEqual(['2026-03-08', '2026-03-09'])
    const subsets = Array.from({ length: 2 ** states.length }, (_, bits) =>
      states.filter((_state, at) => bits & (1 << at)),
    )
    for (let from = 0; from < subsets.length; from += 16) {
      const part = subsets.slice(from, from + 16)
      const found = await us.get(
        `{ ${part.map((subset, at) => `q${at}: quotes(first: 100, filter: { state: { in: [${subset.join(' ')}] } }) { totalCount nodes { id } }`).join(' ')} }`,
      )
      part.forEach((subset, at) => {
        const wanted = every
          .filter(({ state }) => subset.includes(state))
          .map(({ id }) => id)
          .sort()
        expect([subset, found[`q${at}`].totalCount, found[`q${at}`].nodes.map(({ id }: Json) => id).sort()]).toEqual([
          subset,
          wanted.length,
          wanted,
        ])
      })
    }
    for (const state of states) {
      const { eq, not, notIn } = await us.get(
        `{ eq: quotes(first: 100, filter: { state: { eq: ${state} } }) { nodes { state } totalCount } not: quotes(filter: { not: { state: { eq: ${state} } } }) { totalCount } notIn: quotes(filter: { state: { notIn: [${state}] } }) { totalCount } }`,
      )
      expect(eq.nodes.every((quote: Json) => quote.state === state)).toBe(true)
      expect([not.totalCount, notIn.totalCount]).toEqual([25 - eq.totalCount, 25 - eq.totalCount])
    }
    const ordered: Json[] = (await us.get('{ quotes(first: 100, orderBy: { field: STATE }) { nodes { state } } }'))
      .quotes.nodes
    expect(ordered.map(({ state }) => state)).toEqual(every.map(({ state }) => state).sort())
  })

  test('does not begin between two pages of a walk', async () => {
    for (let at = 0; at < 4; at++) await sent({ validUntil: today })
    const page = (after?: string) =>
      us.get(
        'query($after: String) { quotes(first: 3, after: $after, filter: { state: { in: [SENT] } }) { totalCount nodes { state } pageInfo { endCursor } } }',
        { after },
      )
    const now = world.now
    try {
      world.now = new Date('2026-03-10T22:59:00Z')
      const first = (await page()).quotes
      world.now = new Date('2026-03-10T23:01:00Z')
      expect((await page(first.pageInfo.endCursor)).quotes).toMatchObject({ totalCount: 4, nodes: [{ state: 'SENT' }] })
      expect((await page()).quotes.totalCount).toBe(0)
    } finally {
      world.now = now
    }
  })
})
