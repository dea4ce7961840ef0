import { getNamedType, isEnumType, isObjectType, type GraphQLObjectType } from 'graphql'
import { furnish } from './support/furnish.js'
import { plus } from './support/oracle-day.js'
import { overviewsOfAll } from './support/overview-query.js'
import { pull, pullRows } from './support/pull.js'
import { randomOrganization } from './support/random-organization.js'
import { schema } from './support/walk.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
beforeAll(async () => {
  world = await World.start()
})
afterEach(() => {
  world.now = new Date('2026-03-10T11:00:00Z')
})
afterAll(() => world.stop())

const type = schema.getType('ClientSummary') as GraphQLObjectType // as the schema has it
const fields = Object.values(type.getFields()).filter(({ name }) => name !== 'client')
const everything = fields
  .map(field => (isObjectType(getNamedType(field.type)) ? `${field.name} { amount currency }` : field.name))
  .join(' ')
const isSums = (name: string) => isObjectType(getNamedType(type.getFields()[name]?.type as never)) // a field of it

async function summariesOf(us: Tenant, asOf?: string): Promise<Json[]> {
  const all: Json[] = []
  for (let after: string | null = null; ;) {
    const { clientSummaries: page }: Json = await us.get(
      `query($after: String, $asOf: Date) { clientSummaries(first: 2, after: $after, asOf: $asOf, archived: INCLUDE, orderBy: { field: CREATED_AT }) { nodes { ${everything} } pageInfo { hasNextPage endCursor } } }`,
      { after, asOf },
    )
    all.push(...page.nodes)
    if (!page.pageInfo.hasNextPage) return all
    after = page.pageInfo.endCursor
  }
}

/** A name of the schema for a name of a column, spelled out here again. */
const camel = (column: string) =>
  column
    .split('_')
    .map((part, at) => (at === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('')

test('every column of the table over HTTP is a field with the same values, today and on a past day', async () => {
  const furnished = await world.organization()
  await furnish(furnished, 'canary')
  await compare(furnished, ['2026-03-10', '2026-01-05'])
  for (const seed of [31, 32]) {
    const { us, setting } = await randomOrganization(world, seed)
    await compare(us, [setting.today, plus(setting.today, -40)])
  }
})

async function compare(us: Tenant, days: string[]) {
  for (const asOf of days) {
    const rows = await pullRows(us, 'client-summaries', `asOf=${asOf}`)
    const byCurrency = await pullRows(us, 'client-currency-summaries', `asOf=${asOf}`)
    const summaries = await summariesOf(us, asOf)
    expect(summaries.map(({ clientId }) => clientId).sort()).toEqual(rows.map(({ client_id: id }) => id).sort())
    expect(rows.length).toBeGreaterThan(2)
    for (const summary of summaries) {
      const row = rows.find(({ client_id: id }) => id === summary.clientId)
      const told = Object.fromEntries(
        Object.entries<Json>(row)
          .filter(([name]) => name !== 'deleted_at')
          .map(([name, value]) => [camel(name), value]),
      )
      const { sums, ...flat } = Object.entries<Json>(summary).reduce<Record<string, Json>>(
        (all, [name, value]) =>
          isSums(name) ? { ...all, sums: { ...all.sums, [name]: value } } : { ...all, [name]: value },
        { sums: {} },
      )
      expect({ ...flat, tags: flat.tags.join(', ') }).toEqual(told)
      const currencies = byCurrency.filter(({ client_id: id }) => id === summary.clientId)
      for (const [name, amounts] of Object.entries<Json>(sums)) {
        const wanted = currencies.flatMap(each => {
          const amount = Object.entries<Json>(each).find(([column]) => camel(column) === name)?.[1]
          return amount && /[1-9]/.test(amount) ? [{ amount, currency: each.currency }] : []
        })
        expect([name, amounts?.filter(({ amount }: Json) => /[1-9]/.test(amount)) ?? []]).toEqual([name, wanted])
      }
      expect(Object.keys(sums).length).toBeGreaterThan(40)
    }
  }
}

test('the figures are those of the overviews of the same clients', async () => {
  const { us, setting } = await randomOrganization(world, 32)
  const overviews = await overviewsOfAll(us, [setting.today])
  /** Returns the value that a field of a summary shows of an overview; its blocks have the names of the oracle. */
  const shown = (summary: Json, overview: Json) => {
    const seen: string[] = []
    const walk = (value: Json, name: string) => {
      if (value !== null && typeof value === 'object' && 'withoutRate' in value) {
        expect([
          name,
          summary[name],
          summary[`${name}Base`],
          summary[`${name}KnownBase`],
          summary[`${name}WithoutRate`],
        ]).toEqual([name, value.amounts, value.base?.amount ?? null, value.knownBase.amount, value.withoutRate])
        seen.push(name)
      } else if (Array.isArray(value))
        value.forEach(({ state, count }) => {
          walk(count, `${name}${camel(`_${state.toLowerCase()}`)}Count`)
        })
      else if (value !== null && typeof value === 'object')
        Object.entries(value).forEach(([key, inner]) => {
          walk(inner, name ? name + key.charAt(0).toUpperCase() + key.slice(1) : key)
        })
      else {
        expect([name, summary[name]]).toEqual([name, value])
        seen.push(name)
      }
    }
    const {
      asOf,
      tasks: { within: _, ...tasks },
      ordersFrom: ordersFromClient,
      ordersTo: ordersToClient,
      ...others
    } = overview
    walk({ asOf, ...others, tasks, ordersFromClient, ordersToClient }, '')
    return seen
  }
  const summaries = await summariesOf(us)
  for (const summary of summaries)
    expect(shown(summary, overviews.get(`${summary.clientId} ${setting.today}`)).length).toBeGreaterThan(90)
  expect(summaries.filter(({ salesOverdueCount }) => salesOverdueCount > 0).length).toBeGreaterThan(0)
})

describe('the list', () => {
  let us: Tenant
  beforeAll(async () => {
    us = await world.organization()
    for (let at = 0; at < 9; at++) {
      const client = await us.client({ legalName: `${'CABACABAC'[at]} ${at}`, tags: at % 2 ? ['vip'] : [] })
      for (let day = 0; day < at % 4; day++)
        await us.task(client.id, { dueOn: `2026-03-0${3 + day}`, openedOn: '2026-03-01' })
      if (at % 3 === 0) await us.invoice(client.id, String(at + 1), { dueOn: '2026-03-01', authorisedOn: '2026-02-01' })
      if (at === 8) await us.do('archiveClient', { id: client.id, version: 1 })
    }
  })

  const idsOf = async (args: string, variables?: Record<string, unknown>, head = '') => {
    const found = await us.get(
      `query${head} { clients(${args}) { totalCount nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } clientSummaries(${args}) { totalCount nodes { clientId } edges { cursor node { legalName client { id legalName } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
      variables,
    )
    const [clients, summaries] = [found.clients, found.clientSummaries]
    expect({
      ...summaries,
      nodes: summaries.nodes.map(({ clientId: id }: Json) => ({ id })),
      edges: summaries.edges.map(({ cursor }: Json) => ({ cursor })),
    }).toEqual(clients)
    expect(summaries.edges.map(({ node }: Json) => [node.client.id, node.client.legalName])).toEqual(
      summaries.edges.map(({ node }: Json, at: number) => [clients.nodes[at].id, node.legalName]),
    )
    return clients
  }

  test('is that of the clients, in every order and for every page, filter and view', async () => {
    const orders = schema.getType('ClientOrderField')
    if (!isEnumType(orders)) throw new Error('There are no orders.')
    for (const { name } of orders.getValues())
      for (const direction of ['ASC', 'DESC'])
        expect((await idsOf(`first: 4, orderBy: { field: ${name}, direction: ${direction} }`)).nodes).toHaveLength(4)
    const { pageInfo } = await idsOf('last: 3')
    expect((await idsOf(`last: 3, before: "${pageInfo.startCursor}"`)).nodes).toHaveLength(3)
    expect((await idsOf('archived: ONLY')).totalCount).toBe(1)
    expect(
      (await idsOf('filter: { overdueTasks: { gt: 1 }, overdue: { gt: "3" } }, asOf: "2026-03-06"')).totalCount,
    ).toBe(2)
    const view = await us.do('createSavedView', {
      list: 'CLIENTS',
      name: 'VIP',
      filter: { tags: { has: 'vip' } },
      orderBy: { field: 'OVERDUE', direction: 'DESC' },
    })
    expect((await idsOf('savedViewId: $id', { id: view.id }, '($id: ID!)')).totalCount).toBe(4)
  })

  test('keeps its day on the pages that follow, and refuses one that lies in the future', async () => {
    const first = (
      await us.get(
        '{ clientSummaries(first: 2, asOf: "2026-03-04") { nodes { asOf tasksOverdueCount dealsOpenCount } pageInfo { endCursor } } }',
      )
    ).clientSummaries
    expect(first.nodes.map(({ asOf, dealsOpenCount }: Json) => [asOf, dealsOpenCount])).toEqual([
      ['2026-03-04', null],
      ['2026-03-04', null],
    ])
    const next = (
      await us.get(
        'query($after: String) { clientSummaries(first: 2, after: $after) { nodes { asOf client { overview { asOf } } } } }',
        { after: first.pageInfo.endCursor },
      )
    ).clientSummaries
    expect(next.nodes).toEqual([0, 1].map(() => ({ asOf: '2026-03-04', client: { overview: { asOf: '2026-03-04' } } })))
    expect((await us.ask('{ clientSummaries(asOf: "2026-03-11") { nodes { asOf } } }')).errors?.[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
    })
  })

  test('reads the figures of all rows in one statement, and none where none are selected', async () => {
    const cost = async (query: string) => {
      await us.get(query) // figures that nobody has asked for yet are kept behind the answer
      await world.settled()
      const before = world.database.statements
      await us.get(query)
      return world.database.statements - before
    }
    const fragment = 'fragment F on ClientSummary { tasksOpenCount more: salesOverdueAmountBase }'
    const [bare, one, both, twice, edges] = [
      await cost('{ clientSummaries { nodes { clientId legalName } totalCount } }'),
      await cost('{ clientSummaries { nodes { tasksOpenCount } totalCount } }'),
      await cost(`{ clientSummaries { nodes { ...F } totalCount } } ${fragment}`),
      await cost(`{ clientSummaries { nodes { ...F } edges { node { ...F } } totalCount } } ${fragment}`),
      await cost(`{ clientSummaries { edges { node { ...F } } totalCount } } ${fragment}`),
    ]
    expect([one, both, twice, edges]).toEqual([1, 1, 1, 1].map(more => Number(bare) + more))
    expect(
      (
        await us.get(
          `{ clientSummaries(first: 1, orderBy: { field: OVERDUE, direction: DESC }) { edges { node { ...F } } } } ${fragment}`,
        )
      ).clientSummaries.edges,
    ).toEqual([{ node: { tasksOpenCount: 2, more: '7.00' } }])
  })

  test('a key reads the figures that it may read, and is told which others it lacks permission for', async () => {
    const tenant = await world.key(us.organizationId, ['clients:read', 'projects:read'])
    expect(
      (await tenant.get('{ clientSummaries(first: 1) { nodes { clientId projectsCount tasksOpenCount } } }'))
        .clientSummaries.nodes,
    ).toHaveLength(1)
    const before = world.database.statements
    const { errors, data } = await tenant.ask(
      '{ clientSummaries { nodes { legalName salesOverdueCount dealsOpenCount } edges { node { due: salesOverdueAmountBase } } } }',
    )
    expect([data ?? null, errors]).toEqual([
      null,
      [
        expect.objectContaining({
          extensions: expect.objectContaining({
            code: 'FORBIDDEN',
            missing: ['invoices:read', 'deals:read'],
            fields: [
              'clientSummaries.nodes.salesOverdueCount',
              'clientSummaries.nodes.dealsOpenCount',
              'clientSummaries.edges.node.salesOverdueAmountBase',
            ],
          }),
        }),
      ],
    ])
    expect(world.database.statements - before).toBeLessThanOrEqual(2) // who it is, and that its key was used
    // A table over HTTP is pulled whole, which takes one permission more.
    expect((await pull(tenant, 'client-summaries.csv?columns=client_id')).error).toMatchObject({
      message: expect.stringContaining('export'),
    })
  })
})
