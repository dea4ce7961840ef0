import { resolvers } from '../src/features/index.js'
import { schemaOf } from '../src/graphql/schema.js'
import { forgetFigures, listOrderedBy } from './support/kept-figures.js'
import { inBatch } from './support/mutation-batch.js'
import { total, type Item } from './support/oracle-money.js'
import { figureFields } from './support/overview-query.js'
import { Random } from './support/random.js'
import { unasked } from './support/unasked.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let clients: string[]
let rows: { deals: Json[]; quotes: Json[] }

const sum = '{ amounts { amount currency } base { amount currency } knownBase { amount currency } withoutRate }'
const blocksWith = (list: (name: string) => string) => {
  const group = `{ count value ${sum} ${list('deals')} }`
  return `deals { open ${group} won ${group} lost ${group} weightedValue ${sum} } quotes { byState { state count amount ${sum} ${list('quotes')} } }`
}
const blocks = blocksWith(name => `${name}(first: 60) { totalCount nodes { id } }`)
const everybody = `{ organization { overview { ${blocks} } } clients(first: 10, archived: INCLUDE) { nodes { id overview { ${blocks} } } } }`

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  const random = new Random(20261125)
  const make = (mutation: string, inputs: object[], fields?: string) =>
    inBatch(us, mutation, inputs, fields ?? 'id version', new Map())
  clients = (
    await make(
      'createClient',
      Array.from({ length: 7 }, (_, at) => ({ legalName: `Client ${at}`, address: { line1: 'x', city: 'x' } })),
    )
  ).map(({ id }: Json) => id)
  const priced = () => {
    const currency = random.pick(['EUR', 'EUR', 'USD', 'JPY'])
    return {
      clientId: random.pick(clients.slice(0, 6)),
      currency,
      rate: currency !== 'EUR' && random.chance(0.7) ? random.pick(['0.9', '0.0061', '1.23456']) : undefined,
    }
  }
  const { nodes: stages } = (await us.get('{ dealStages { nodes { id } } }')).dealStages
  await make(
    'createDeal',
    Array.from({ length: 60 }, (_, at) => ({
      ...priced(),
      title: `Deal ${at}`,
      value: String(random.integer(0, 99)),
      probability: random.integer(0, 100),
      stageId: random.pick<Json>(stages).id,
    })),
  )
  const quotes = await make(
    'createQuote',
    Array.from({ length: 40 }, () => ({
      ...priced(),
      validUntil: random.pick([null, '2026-03-09', '2026-03-10', '2026-03-11']),
      lines: [{ description: 'x', quantity: '1', unitPrice: String(random.integer(1, 99)), taxRate: '21' }],
    })),
  )
  const some = (chance: number, records: Json[]) =>
    records.filter(() => random.chance(chance)).map(({ id, version }) => ({ id, version }))
  const sent = await make(
    'sendQuote',
    some(0.8, quotes).map(each => ({ ...each, sentOn: '2026-03-01' })),
  )
  const accepted = await make('acceptQuote', some(0.4, sent))
  await make(
    'declineQuote',
    some(
      0.2,
      sent.filter(({ id }: Json) => !accepted.some((each: Json) => each.id === id)),
    ),
  )
  await make('invoiceQuote', some(0.5, accepted))
  await us.do('archiveClient', { id: clients[0], version: 1 })
  rows = {
    deals: await world.database.read.query('SELECT * FROM deals'),
    quotes: await world.database.read.query('SELECT * FROM quotes'),
  }
})
afterAll(() => world.stop())

const big = (value: Json) => BigInt(value)
const item = (row: Json, column: string): Item => ({
  currency: row.currency,
  minor: big(row[column]),
  base: row[`${column}_base`] === null ? null : big(row[`${column}_base`]),
})
const listed = (some: Json[]) => ({ totalCount: some.length, nodes: some.map(({ id }) => id).sort() })

/** Rounded once, half-up, from the sum of value × probability. */
function weighted(open: Json[]) {
  const hundredths = open.map(row => {
    const { currency, minor, base } = item(row, 'value')
    return { currency, minor: minor * big(row.probability), base: base === null ? null : base * big(row.probability) }
  })
  const round = (exact: bigint) => (exact + 50n) / 100n
  const currencies = [...new Set(hundredths.map(({ currency }) => currency))].map(currency => ({
    currency,
    minor: round(hundredths.filter(each => each.currency === currency).reduce((all, { minor }) => all + minor, 0n)),
    base: 0n,
  }))
  const withoutRate = hundredths.filter(({ base }) => base === null).length
  const base = round(hundredths.reduce((all, each) => all + (each.base ?? 0n), 0n))
  const { amounts } = total(currencies, 'EUR')
  const knownBase = { amount: `${base / 100n}.${String(base % 100n).padStart(2, '0')}`, currency: 'EUR' }
  return { amounts, base: withoutRate > 0 ? null : knownBase, knownBase, withoutRate }
}

function expected(clientId: string | null) {
  const own = (all: Json[]) => all.filter(row => clientId === null || row.client_id === clientId)
  const stateOf = ({ state, valid_until: until }: Json) =>
    state === 'SENT' && until !== null && String(until).slice(0, 10) < '2026-03-10' ? 'EXPIRED' : state
  const deals = (category: string) => {
    const some = own(rows.deals).filter(row => row.category === category)
    return {
      count: some.length,
      value: total(
        some.map(row => item(row, 'value')),
        'EUR',
      ),
      deals: listed(some),
    }
  }
  return {
    deals: {
      open: deals('OPEN'),
      won: deals('WON'),
      lost: deals('LOST'),
      weightedValue: weighted(own(rows.deals).filter(row => row.category === 'OPEN')),
    },
    quotes: {
      byState: ['DRAFT', 'SENT', 'EXPIRED', 'ACCEPTED', 'DECLINED', 'INVOICED'].map(state => {
        const some = own(rows.quotes).filter(row => stateOf(row) === state)
        return {
          state,
          count: some.length,
          amount: total(
            some.map(row => item(row, 'total')),
            'EUR',
          ),
          quotes: listed(some),
        }
      }),
    },
  }
}

/** Lists in the order of ids: their own order is tested elsewhere. */
const sorted = (told: Json): Json =>
  JSON.parse(JSON.stringify(told), (name, value: Json) =>
    name === 'nodes' ? value.map(({ id }: Json) => id).sort() : value,
  )

test('every figure is recomputed: those of deals and quotes here, all others by the oracle', async () => {
  const schema = await schemaOf(resolvers)
  const others = `{ clients { nodes { overview ${figureFields} } } }`
  expect(unasked(schema, others, 'overview', 'ClientOverview')).toEqual(['overview.deals', 'overview.quotes'])
  const here = unasked(schema, everybody, 'overview', 'ClientOverview')
  expect(here.filter(path => /[.](deals|quotes)\b/.test(path))).toEqual([])
})

test('the deals and quotes of every client, and of all, equal their recomputation from raw rows, counts, sums and lists', async () => {
  const told = await us.get(everybody.replaceAll('nodes { id overview', 'all: nodes { id overview'))
  expect(told.clients.all).toHaveLength(7)
  for (const { id, overview } of told.clients.all) expect([id, sorted(overview)]).toEqual([id, expected(id)])
  expect(sorted(told.organization.overview)).toEqual(expected(null))
  const { byState } = told.organization.overview.quotes
  expect(byState.every(({ count }: Json) => count > 0)).toBe(true)
})

test('the weighted value of all is rounded once, also where what is kept of each client is added up', async () => {
  const them = await world.organization()
  for (const client of [await them.client(), await them.client()])
    await them.deal(client.id, { value: '0.01', probability: 50 }) // each half a cent
  const ask = `{ organization { overview { tasks { open { count } } deals { weightedValue ${sum} } } } clients { nodes { overview { deals { weightedValue { knownBase { amount } } } } } } }`
  await them.get(ask)
  await them.get(listOrderedBy('OPEN_DEALS', 'DESC'))
  await forgetFigures(them, ['organization_figures'])
  const trace: string[] = []
  world.database.trace = trace
  const { organization, clients } = await them.get(ask)
  world.database.trace = null
  expect(trace.filter(sql => sql.includes('FROM tasks'))).toEqual([])
  expect(organization.overview.deals.weightedValue.knownBase.amount).toBe('0.01')
  expect(clients.nodes.map(({ overview }: Json) => overview.deals.weightedValue.knownBase.amount)).toEqual([
    '0.01',
    '0.01',
  ])
})

test('deals and quotes have no dated past: both are null on another day', async () => {
  const { organization, client } = await us.get(
    'query($id: ID!) { organization { overview(asOf: "2026-03-09") { asOf deals { open { count } } quotes { byState { count } } } } client(id: $id) { overview(asOf: "2026-03-09") { deals { weightedValue { withoutRate } } quotes { byState { count } } } } }',
    { id: clients[1] },
  )
  expect(organization.overview).toEqual({ asOf: '2026-03-09', deals: null, quotes: null })
  expect(client.overview).toEqual({ deals: null, quotes: null })
})

test('a page of clients with deals and quotes costs the same at 1 and 7 clients, and a key without deals:read is refused', async () => {
  const cost = async (first: number) => {
    const query = `{ clients(first: ${first}) { nodes { overview { ${blocksWith(() => '')} } } } }`
    await us.get(query)
    await world.settled()
    const before = world.database.statements
    await us.get(query)
    return world.database.statements - before
  }
  expect([await cost(1), await cost(7)]).toEqual([1, 1])
  const reader = await world.key(us.organizationId, ['clients:read'])
  expect(
    (await reader.ask('{ organization { overview { deals { open { count } } } } }')).errors?.[0]?.extensions,
  ).toMatchObject({ code: 'FORBIDDEN', missing: ['deals:read'] })
})
