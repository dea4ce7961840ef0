import { getNamedType, isEnumType, isInputObjectType, isObjectType, type GraphQLInputObjectType } from 'graphql'
import { fold } from '../src/lib/fold.js'
import { EveryList } from './support/every-list.js'
import { Random } from './support/random.js'
import { everyOperator, RandomFilters, subjects } from './support/random-filters.js'
import { schema } from './support/walk.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let records: EveryList

const many = <T>(count: number, of: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => of(at))

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  records = new EveryList(us)
  await records.furnish()
})
afterAll(() => world.stop())

function fieldType(order: GraphQLInputObjectType) {
  const { field } = order.getFields()
  return field && getNamedType(field.type)
}

/** Every list of the Query type with every order it takes. */
const lists = Object.values(schema.getQueryType()?.getFields() ?? {}).flatMap(field => {
  const connection = getNamedType(field.type)
  const order = field.args.find(({ name }) => name === 'orderBy')
  // The summaries are the list of clients once more: test/client-summaries.test.ts.
  if (!isObjectType(connection) || !order || field.name === 'clientSummaries') return []
  const input = getNamedType(order.type)
  const orders = isInputObjectType(input) ? fieldType(input) : undefined
  if (!isEnumType(orders)) throw new Error(`${field.name} has no orders.`)
  return orders
    .getValues()
    .flatMap(({ name }) => (['ASC', 'DESC'] as const).map(direction => [field.name, name, direction] as const))
})

const camel = (order: string) => order.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
const folded = new Set(['LEGAL_NAME', 'NAME'])

/** Orders by what is no field of the record: what to ask for, and the value in the answer. */
const worked: Record<string, [selection: string, value: (node: Json) => string | number | null]> = {
  CLIENT_NAME: ['client { legalName }', ({ client }) => fold(client.legalName)],
  OWNER_NAME: ['owner { name }', ({ owner }) => (owner ? fold(owner.name) : null)],
  ASSIGNEE_NAME: ['assignee { name }', ({ assignee }) => (assignee ? fold(assignee.name) : null)],
  'exchangeRates RATE': ['rate', ({ rate }) => Number(rate)],
  TAGS: ['tags', ({ tags }) => (tags.length > 0 ? JSON.stringify(tags) : null)],
  COUNTRY: ['address { country }', ({ address }) => address.country],
  CITY: ['address { city }', ({ address }) => address.city],
  'clients TOTAL_HOURS': [
    'overview { projects { totalHours } }',
    ({ overview }) => Number(overview.projects.totalHours),
  ],
  TOTAL_HOURS: ['totalHours', ({ totalHours }) => Number(totalHours)],
  'deals TITLE': ['title', ({ title }) => fold(title)],
  OPEN_DEALS: ['deals(filter: { category: { eq: OPEN } }) { totalCount }', ({ deals }) => deals.totalCount],
  STAGE_POSITION: ['stage { position }', ({ stage }) => stage.position],
  OVERDUE_TASKS: ['overview { tasks { overdue { count } } }', ({ overview }) => overview.tasks.overdue.count],
  LAST_ACTIVITY_AT: ['activity(first: 1) { nodes { at } }', ({ activity }) => activity.nodes[0].at],
  OPEN_TASKS: ['overview { tasks { open { count } } }', ({ overview }) => overview.tasks.open.count],
  PROJECT_COUNT: ['overview { projects { count } }', ({ overview }) => overview.projects.count],
  OPEN_ORDERS: ['overview { purchaseOrders { open { count } } }', ({ overview }) => overview.purchaseOrders.open.count],
  OVERDUE: [
    'overview { invoices { overdue { amount { knownBase { amount } } } } }',
    ({ overview }) => amountIn(overview.invoices.overdue.amount.knownBase),
  ],
  OVERDUE_INVOICES: ['overview { invoices { overdue { count } } }', ({ overview }) => overview.invoices.overdue.count],
  OVERDUE_WITHOUT_RATE: [
    'overview { invoices { overdue { amount { withoutRate } } } }',
    ({ overview }) => overview.invoices.overdue.amount.withoutRate,
  ],
  OUTSTANDING: [
    'overview { invoices { outstanding { amount { knownBase { amount } } } } }',
    ({ overview }) => amountIn(overview.invoices.outstanding.amount.knownBase),
  ],
  OUTSTANDING_INVOICES: [
    'overview { invoices { outstanding { count } } }',
    ({ overview }) => overview.invoices.outstanding.count,
  ],
  OUTSTANDING_WITHOUT_RATE: [
    'overview { invoices { outstanding { amount { withoutRate } } } }',
    ({ overview }) => overview.invoices.outstanding.amount.withoutRate,
  ],
  AMOUNT_DUE_BASE: [
    'amountDue { amount currency } rate',
    ({ amountDue, rate }) =>
      amountDue && rate ? Math.round(Number(amountDue.amount) * Number(rate) * 100) / 100 : null,
  ],
}

const amountIn = (money: Json) => (money ? Number(money.amount) : null)

function valueSelection(list: string, order: string): string {
  const own = worked[`${list} ${order}`] ?? worked[order]
  if (own) return own[0]
  if (order === 'CREATED_AT' || order === 'AT') return 'id'
  return order.endsWith('_BASE') ? `${camel(order)} { amount }` : camel(order)
}

function sortValue(node: Json, list: string, order: string): string | number | null {
  const own = worked[`${list} ${order}`] ?? worked[order]
  if (own) return own[1](node)
  if (order === 'CREATED_AT' || order === 'AT') return node.id
  const value = node[camel(order)]
  if (order.endsWith('_BASE')) return amountIn(value)
  return typeof value === 'string' && folded.has(order) ? fold(value) : value
}

function sorted(nodes: Json[], list: string, order: string, direction: 'ASC' | 'DESC'): string[] {
  const sign = direction === 'ASC' ? 1 : -1
  const compare = (a: string | number, b: string | number) => (a < b ? -sign : a > b ? sign : 0)
  return [...nodes]
    .sort((a, b) => {
      const [left, right] = [sortValue(a, list, order), sortValue(b, list, order)]
      if (left === null || right === null) return left === right ? compare(a.id, b.id) : left === null ? 1 : -1
      return compare(left, right) || compare(a.id, b.id)
    })
    .map(({ id }) => id)
}

test('300 random filters of every operator, kind of field and nesting find what a check of every record finds', async () => {
  const random = new Random(20260310)
  const drawn = new Set<string>()
  let telling = 0
  for (const subject of subjects) {
    const { list, filter: type, selection } = subject
    const all: Json[] = (await us.get(`{ found: ${list}) { nodes { ${selection} } } }`)).found.nodes
    const filters = new RandomFilters(random, subject, all)
    for (let round = 0; round < 15; round++) {
      const asked = many(5, () => filters.next())
      const found = await us.get(
        `query(${asked.map((_, at) => `$f${at}: ${type}`).join(', ')}) { ${asked.map((_, at) => `p${at}: ${list}, filter: $f${at}) { totalCount nodes { id } }`).join(' ')} }`,
        Object.fromEntries(asked.map(([filter], at) => [`f${at}`, filter])),
      )
      asked.forEach(([filter, fits], at) => {
        const wanted = all
          .filter(fits)
          .map(({ id }) => id)
          .sort()
        if (wanted.length > 0 && wanted.length < all.length) telling++
        expect([
          type,
          filter,
          found[`p${at}`].totalCount,
          found[`p${at}`].nodes.map(({ id }: Json) => id).sort(),
        ]).toEqual([type, filter, wanted.length, wanted])
      })
    }
    filters.drawn.forEach(each => drawn.add(each))
  }
  const nestings = ['and', 'or', 'not'].flatMap(kind => [
    kind,
    ...['and', 'or', 'not'].map(within => `${kind} in ${within}`),
  ])
  const sizes = ['and', 'or'].flatMap(kind => [0, 1, 2].map(size => `${kind} of ${size}`))
  const absent = ['TextFilter', 'IdFilter', 'DateFilter', 'DateTimeFilter', 'DecimalFilter'].map(
    kind => `not of a null ${kind}`,
  )
  expect([...everyOperator(), ...nestings, ...sizes, ...absent].filter(each => !drawn.has(each))).toEqual([])
  expect(telling).toBeGreaterThan(90)
})

test('filters by computed fields find what a check of every client finds', async () => {
  const fields =
    'id tags ownerId owner { name } taxId archivedAt address { country } open: deals(filter: { category: { eq: OPEN } }) { totalCount } activity(first: 1) { nodes { at } }'
  const all: Json[] = (await us.get(`{ clients(first: 50, archived: INCLUDE) { nodes { ${fields} } } }`)).clients.nodes
  const last = ({ activity }: Json): string => activity.nodes[0].at
  const middle = all.map(last).sort()[Math.floor(all.length / 2)] ?? ''
  const cases: [filter: object, fits: (client: Json) => boolean][] = [
    [{ openDeals: { gt: 2 } }, ({ open }) => open.totalCount > 2],
    [{ openDeals: { eq: 0 } }, ({ open }) => open.totalCount === 0],
    [{ lastActivityAt: { gt: middle } }, client => last(client) > middle],
    [
      { lastActivityAt: { lte: middle }, openDeals: { gte: 1 } },
      client => last(client) <= middle && client.open.totalCount >= 1,
    ],
    [{ taxIdPresent: false }, ({ taxId }) => taxId === null],
    [{ not: { taxIdPresent: false } }, ({ taxId }) => taxId !== null],
    [{ tags: { has: 't1' } }, ({ tags }) => tags.includes('t1')],
    [{ tags: { hasAny: ['t0', 't3'] } }, ({ tags }) => tags.includes('t0') || tags.includes('t3')],
    [{ tags: { hasAll: ['t1', 't2'] } }, ({ tags }) => tags.includes('t1') && tags.includes('t2')],
    [{ tags: { isEmpty: true } }, ({ tags }) => tags.length === 0],
    [{ tags: { has: ',' } }, () => false],
    [{ ownerName: { startsWith: 'Z' } }, ({ owner }) => owner !== null && fold(owner.name).startsWith('z')],
    [{ ownerName: { isNull: true } }, ({ owner }) => owner === null],
    [{ country: { eq: 'FR' } }, ({ address }) => address.country === 'FR'],
    [{ archivedAt: { isNull: false } }, ({ archivedAt }) => archivedAt !== null],
    [
      { or: [{ archivedAt: { isNull: false } }, { and: [{ tags: { isEmpty: true } }, { openDeals: { lt: 3 } }] }] },
      ({ archivedAt, tags, open }) => archivedAt !== null || (tags.length === 0 && open.totalCount < 3),
    ],
  ]
  for (const [filter, fits] of cases) {
    const { clients: found } = await us.get(
      'query($filter: ClientFilter) { clients(first: 50, archived: INCLUDE, filter: $filter) { totalCount nodes { id } } }',
      { filter },
    )
    const wanted = all
      .filter(fits)
      .map(({ id }) => id)
      .sort()
    expect([filter, found.totalCount, found.nodes.map(({ id }: Json) => id).sort()]).toEqual([
      filter,
      wanted.length,
      wanted,
    ])
  }
  expect(cases.filter(([, fits]) => all.some(fits) && !all.every(fits)).length).toBeGreaterThan(12)
})

test.each([
  'contacts(first: 2, orderBy: { field: NAME, direction: DESC })',
  'projects(last: 3)',
  'timeEntries(first: 2)',
  'tasks(first: 2, orderBy: { field: DUE_ON, direction: DESC })',
  'tasks(last: 2, bucket: OVERDUE)',
  'purchaseOrders(first: 3, orderBy: { field: TOTAL_BASE })',
  'invoices(last: 2, filter: { state: { eq: AUTHORISED } })',
  'payments(first: 1)',
  'activity(last: 3)',
  'interactions(first: 2)',
  'files(first: 2, orderBy: { field: NAME, direction: DESC })',
  'deals(first: 2, orderBy: { field: TITLE, direction: DESC })',
  'quotes(last: 2, filter: { state: { in: [EXPIRED, DRAFT] } })',
])('%s of many clients at once are those of each alone', async list => {
  const selection = `list: ${list} { totalCount nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`
  const together = (await us.get(`{ clients(first: 50) { nodes { id ${selection} } } }`)).clients.nodes
  for (const { id, list: found } of together)
    expect([id, found]).toEqual([
      id,
      (await us.get(`query($id: ID!) { client(id: $id) { ${selection} } }`, { id })).client.list,
    ])
  expect(together.some((client: Json) => client.list.totalCount > 1)).toBe(true)
})

test('the pages of a walk keep the day of the first, also past midnight', async () => {
  const tenant = await world.organization()
  const before = world.now
  world.now = new Date('2026-03-10T22:30:00Z') // half past eleven at night in Madrid
  try {
    const client = await tenant.client()
    for (const dueOn of ['2026-03-07', '2026-03-08', '2026-03-09', '2026-03-10', '2026-03-10'])
      await tenant.task(client.id, { dueOn, openedOn: '2026-03-01' })
    const page = async (after?: string) =>
      (
        await tenant.get(
          'query($after: String) { tasks(first: 2, after: $after, bucket: OVERDUE) { totalCount nodes { dueOn } pageInfo { endCursor hasNextPage } } }',
          { after },
        )
      ).tasks
    const first = await page()
    expect(first).toMatchObject({
      totalCount: 3,
      nodes: [{ dueOn: '2026-03-07' }, { dueOn: '2026-03-08' }],
      pageInfo: { hasNextPage: true },
    })
    world.now = new Date('2026-03-10T23:30:00Z')
    expect(await page(first.pageInfo.endCursor)).toMatchObject({
      totalCount: 3,
      nodes: [{ dueOn: '2026-03-09' }],
      pageInfo: { hasNextPage: false },
    })
    expect((await page()).totalCount).toBe(5)
  } finally {
    world.now = before
  }
})

describe('a list walked page by page while rows are added is the whole list, in its order', () => {
  test.each(lists)('%s by %s %s', async (list, order, direction) => {
    // The history grows with every other list: that of the keys will do.
    const only =
      list === 'activityEvents'
        ? ', filter: { subjectType: { eq: "ApiKey" } }'
        : list === 'clients'
          ? ', archived: INCLUDE'
          : ''
    const page = async (args: string): Promise<Json> =>
      (
        await us.get(
          `{ ${list}(${args}${only}, orderBy: { field: ${order}, direction: ${direction} }) { totalCount nodes { id ${valueSelection(list, order)} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
        )
      )[list]
    const whole = await page('first: 100')
    expect(whole.nodes.length).toBeGreaterThan(5)
    const wanted = sorted(whole.nodes, list, order, direction)
    expect(whole.nodes.map(({ id }: Json) => id)).toEqual(wanted)
    expect(whole.pageInfo).toMatchObject({ hasPreviousPage: false, hasNextPage: whole.totalCount > 100 })

    const known = new Set(wanted)
    for (const way of ['forwards', 'backwards'] as const) {
      const walked: string[] = []
      let args = way === 'forwards' ? 'first: 9' : 'last: 9'
      for (let pages = 0; pages < 60; pages++) {
        const { nodes, pageInfo } = await page(args)
        const ids = nodes.map(({ id }: Json) => id)
        walked.splice(way === 'forwards' ? walked.length : 0, 0, ...ids)
        if (!(way === 'forwards' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) break
        args =
          way === 'forwards' ? `first: 9, after: "${pageInfo.endCursor}"` : `last: 9, before: "${pageInfo.startCursor}"`
        if (pages === 0 && way === 'forwards') await records.add(list)
      }
      expect(new Set(walked).size).toBe(walked.length)
      expect(walked.filter(id => known.has(id))).toEqual(wanted)
    }
  })
})
