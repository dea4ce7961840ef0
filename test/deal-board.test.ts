import { dealGroups, weightScale } from '../src/features/deals/index.js'
import { moneySum } from '../src/model/money.js'
import { moveDeal, pipelineOf, stageOf } from './support/pipeline.js'
import type { Row } from './support/record.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let client: { id: string; version: number }
let stages: Json[]

beforeAll(async () => {
  world = await World.start()
})
beforeEach(async () => {
  us = await world.organization()
  client = await us.client()
  stages = await pipelineOf(us)
})
afterAll(() => world.stop())

const stage = (category: string, at?: number) => stageOf(stages, category, at)
const move = (deal: Row, to: Row, given?: object, fields?: string) => moveDeal(us, deal, to, given, fields)

/** Half-up, of whole hundredths, by another way than the server's. */
const hundredth = (sum: bigint) => (sum % 100n >= 50n ? sum / 100n + 1n : sum / 100n)
const decimals: Record<string, number> = { JPY: 0, KWD: 3 }
const written = (minor: bigint, currency: string) => {
  const places = decimals[currency] ?? 2
  const digits = minor.toString().padStart(places + 1, '0')
  return { amount: places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`, currency }
}

/** Value and weighted value of raw rows. */
function sumsOf(rows: Json[]) {
  const [value, weighted] = [new Map<string, bigint>(), new Map<string, bigint>()]
  let [base, weightedBase, withoutRate] = [0n, 0n, 0]
  for (const row of rows) {
    const amount = BigInt(row.value)
    value.set(row.currency, (value.get(row.currency) ?? 0n) + amount)
    weighted.set(row.currency, (weighted.get(row.currency) ?? 0n) + amount * BigInt(row.probability))
    if (row.value_base === null) withoutRate++
    base += BigInt(row.value_base ?? 0)
    weightedBase += BigInt(row.value_base ?? 0) * BigInt(row.probability)
  }
  const told = (sums: Map<string, bigint>, inBase: bigint) => ({
    amounts: [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, sum]) => written(sum, currency)),
    base: withoutRate ? null : written(inBase, 'EUR'),
    knownBase: written(inBase, 'EUR'),
    withoutRate,
  })
  return {
    count: rows.length,
    value: told(value, base),
    weightedValue: told(
      new Map([...weighted].map(([currency, sum]) => [currency, hundredth(sum)])),
      hundredth(weightedBase),
    ),
  }
}

const sum = '{ amounts { amount currency } base { amount currency } knownBase { amount currency } withoutRate }'
const board = (more = '', args = '') =>
  `dealBoard${args} { stage { id name category } count value ${sum} weightedValue ${sum} ${more} }`
const rawDeals = (where = ''): Promise<Json[]> =>
  world.database.read.query(`SELECT * FROM deals WHERE organization_id = '${us.organizationId}' ${where}`)

/** Deals of many currencies, some without rate, with ties and odds that make halves. */
async function manyDeals(clients: string[]) {
  const currencies = ['EUR', 'USD', 'JPY', 'KWD', 'EUR', 'GBP']
  const rates: Record<string, string> = { USD: '0.9131', JPY: '0.0061', KWD: '3.0175' }
  for (let at = 0; at < 60; at++) {
    const currency = currencies[at % 6] ?? 'EUR'
    await us.deal(clients[at % clients.length] ?? '', {
      title: `T${at % 7}`,
      currency,
      rate: at % 11 === 3 ? undefined : rates[currency],
      value:
        currency === 'JPY' ? String(101 * (at % 9)) : `${(at * 37) % 50}.${String((at * 13) % 100).padStart(2, '0')}`,
      probability: [0, 1, 33, 50, 50, 99, 100][at % 7],
      stageId: stages[(at * 5) % 6].id,
    })
  }
}

describe('the board', () => {
  test('shows every stage in its order, with sums that are those of its raw rows', async () => {
    const clients = [client.id, (await us.client()).id, (await us.client()).id]
    await manyDeals(clients)
    await us.do('reorderDealStages', { stageIds: [3, 5, 0, 1, 4, 2].map(at => stages[at].id) })
    const filters: [object | undefined, string][] = [
      [undefined, ''],
      [{ clientId: { eq: clients[1] } }, `AND client_id = '${clients[1]}'`],
      [{ probability: { gt: 40 }, currency: { eq: 'EUR' } }, "AND probability > 40 AND currency = 'EUR'"],
      [{ title: { eq: 'none' } }, 'AND 1 = 0'],
    ]
    for (const [filter, where] of filters) {
      const { dealBoard } = await us.get(
        `query($filter: DealFilter) { ${board('deals(first: 100) { totalCount nodes { id stageId } }', '(filter: $filter)')} }`,
        { filter },
      )
      expect(dealBoard.map((column: Json) => column.stage.id)).toEqual([3, 5, 0, 1, 4, 2].map(at => stages[at].id))
      const raw = await rawDeals(where)
      for (const {
        stage: { id, category },
        deals,
        ...figures
      } of dealBoard) {
        const rows = raw.filter(row => row.stage_id === id)
        expect({ id, ...figures }).toEqual({
          id,
          ...sumsOf(rows),
          ...(category === 'OPEN' ? {} : { weightedValue: null }),
        })
        expect(deals.nodes.map((deal: Json) => deal.id).sort()).toEqual(rows.map(row => row.id).sort())
        expect(deals.totalCount).toBe(figures.count)
      }
    }
  })

  test('rounds a weighted sum once, half-up, in each currency and in base', async () => {
    for (const probability of [49, 49, 1, 1]) await us.deal(client.id, { value: '0.01', probability }) // 0.49 + 0.49 + 0.01 + 0.01 cents
    await us.deal(client.id, { value: '0.5', currency: 'USD', rate: '0.01', probability: 49 }) // 24.5 cents of a dollar; half a cent, which is 1 in base, at 49 %
    const [column] = (await us.get(`{ ${board()} }`)).dealBoard
    expect(column.weightedValue).toEqual({
      amounts: [
        { amount: '0.01', currency: 'EUR' },
        { amount: '0.25', currency: 'USD' },
      ],
      base: { amount: '0.01', currency: 'EUR' },
      knownBase: { amount: '0.01', currency: 'EUR' },
      withoutRate: 0,
    })
    expect(column.value).toEqual({
      amounts: [
        { amount: '0.04', currency: 'EUR' },
        { amount: '0.50', currency: 'USD' },
      ],
      base: { amount: '0.05', currency: 'EUR' },
      knownBase: { amount: '0.05', currency: 'EUR' },
      withoutRate: 0,
    })
  })

  test('stays exact where value × probability exceeds 2^53, and refuses sums that are too large', async () => {
    await us.deal(client.id, { value: '90071992547409.90', probability: 99 })
    await us.deal(client.id, { value: '0.01', probability: 51 })
    const [column] = (await us.get(`{ ${board()} }`)).dealBoard
    expect(column).toMatchObject({
      value: { amounts: [{ amount: '90071992547409.91' }] },
      weightedValue: { amounts: [{ amount: '89171272621935.81' }], base: { amount: '89171272621935.81' } },
    })
    await us.deal(client.id, { value: '0.01', probability: 0 })
    const refused = { errors: [{ extensions: { code: 'BAD_USER_INPUT', reason: 'NUMBER_TOO_LARGE' } }] }
    expect(await us.ask(`{ ${board()} }`)).toMatchObject(refused)
    const deal = `createDeal(input: { clientId: "${client.id}", title: "x", value: "90071992547409.91", probability: 100 }) { userErrors { code } }`
    for (let round = 0; round < 3; round++)
      await us.get(`mutation { ${Array.from({ length: 50 }, (_, at) => `d${at}: ${deal}`).join(' ')} }`)
    expect(await us.ask(`{ ${board()} }`)).toMatchObject(refused) // beyond 2^63, where SQLite's own sums end
  })

  test('pages and orders its deals, which a filter of their own narrows', async () => {
    for (const [at, value] of ['5', '1', '4', '2', '3'].entries()) await us.deal(client.id, { title: `T${at}`, value })
    const deals = (args: string) =>
      `deals(${args}) { totalCount nodes { value { amount } } pageInfo { endCursor hasNextPage } }`
    const first = (await us.get(`{ ${board(deals('first: 2, orderBy: { field: VALUE_BASE, direction: DESC }'))} }`))
      .dealBoard[0].deals
    expect(first).toMatchObject({
      totalCount: 5,
      nodes: [{ value: { amount: '5.00' } }, { value: { amount: '4.00' } }],
      pageInfo: { hasNextPage: true },
    })
    const next = (
      await us.get(
        `{ ${board(deals(`first: 2, after: "${first.pageInfo.endCursor}", orderBy: { field: VALUE_BASE, direction: DESC }`))} }`,
      )
    ).dealBoard[0].deals
    expect(next.nodes).toEqual([{ value: { amount: '3.00' } }, { value: { amount: '2.00' } }])
    const narrowed = (
      await us.get(
        `{ ${board(deals('filter: { title: { eq: "T0" } }'), '(filter: { title: { in: ["T0", "T1"] } })')} }`,
      )
    ).dealBoard[0]
    expect(narrowed).toMatchObject({ count: 2, deals: { totalCount: 1 } })
  })

  test('costs the same few statements, whatever the number of stages and deals', async () => {
    const count = async () => {
      await us.ask('{ __typename }')
      const before = world.database.statements
      await us.get(
        `{ ${board('deals(first: 3) { totalCount nodes { id client { legalName } owner { name } stage { name } quotes(first: 2) { nodes { number } } } }')} }`,
      )
      return world.database.statements - before
    }
    const user = await us.user()
    await us.deal(client.id, { ownerId: user.id })
    await us.deal(client.id, { ownerId: user.id, stageId: stages[1].id })
    await us.get('{ __typename }')
    await new Promise(resolve => setTimeout(resolve, 100)) // the first use of the key is written once a minute
    const few = await count()
    for (let at = 0; at < 20; at++) await us.do('createDealStage', { name: `S${at}`, category: 'OPEN' })
    stages = await pipelineOf(us)
    const clients = [client.id, (await us.client()).id]
    for (let at = 0; at < 60; at++)
      await us.deal(clients[at % 2] ?? '', { stageId: stages[at % stages.length].id, ownerId: user.id })
    expect(await count()).toBe(few)
    expect(few).toBeLessThanOrEqual(8)
  })
})

test('reads the figures of many clients in one statement, equal to their raw rows by category', async () => {
  const clients = [client.id, (await us.client()).id, (await us.client()).id, (await us.client()).id]
  await manyDeals(clients.slice(0, 3))
  const context = await world.contextOf(us.organizationId)
  const before = world.database.statements
  const groups = await context.read('deals:read', scope =>
    dealGroups(scope, 'clientId', { sql: 't.clientId IN (:...clients)', parameters: { clients } }),
  )
  expect(world.database.statements - before).toBe(1)
  const raw = await rawDeals()
  for (const id of clients) {
    for (const category of ['OPEN', 'WON', 'LOST']) {
      const ours = groups.filter(group => group.of === id && group.category === category)
      const found = {
        count: ours.reduce((total, { count }) => total + count, 0),
        value: moneySum(
          ours.map(({ value }) => value),
          'EUR',
        ),
        weightedValue: moneySum(
          ours.map(({ weighted }) => weighted),
          'EUR',
          weightScale,
        ),
      }
      expect([id, category, found]).toEqual([
        id,
        category,
        sumsOf(raw.filter(row => row.client_id === id && row.category === category)),
      ])
    }
  }
  expect(groups.some(({ of }) => of === clients[3])).toBe(false)
})

test('clients are listed by their open deals, by those who may read deals', async () => {
  const [busy, idle] = [await us.client(), await us.client()]
  for (const { id } of [client, busy, busy]) await us.deal(id)
  await move(await us.deal(idle.id), stage('LOST'))
  const list =
    '{ clients(filter: { openDeals: { lt: 2 } }, orderBy: { field: OPEN_DEALS, direction: DESC }) { totalCount nodes { id } } }'
  expect((await us.get(list)).clients).toEqual({ totalCount: 2, nodes: [{ id: client.id }, { id: idle.id }] })
  const blind = await (await world.key(us.organizationId, ['clients:read'])).ask(list)
  expect(blind.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missing: ['deals:read'] })
  expect(
    (await us.ask('{ clients(asOf: "2026-01-01", filter: { openDeals: { gt: 0 } }) { totalCount } }')).errors?.[0]
      ?.message,
  ).toContain('no past days')
})

test('a board filtered by the name of a client is for those who may read clients', async () => {
  await us.deal(client.id, { value: '5' })
  const query = `{ ${board('', '(filter: { clientName: { startsWith: "client" } })')} }`
  expect((await us.get(query)).dealBoard[0].count).toBe(1)
  const blind = await (await world.key(us.organizationId, ['deals:read'])).ask(query)
  expect(blind.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missing: ['clients:read'] })
})

test('an operation counts the deals of every stage of a board among the records it asks for', async () => {
  const answer = await us.ask(`{ ${board('deals(first: 100) { nodes { quotes(first: 10) { nodes { id } } } }')} }`)
  expect(answer).toMatchObject({
    status: 400,
    errors: [{ message: expect.stringContaining('more than 20000 records') }],
  })
})
