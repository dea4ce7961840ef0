import { isInputObjectType, isObjectType, getNamedType } from 'graphql'
import { schema } from './support/walk.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let colleague: Tenant
let reader: Tenant

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  colleague = await world.key(us.organizationId, ['clients:write', 'invoices:read'])
  reader = await world.key(us.organizationId, ['clients:read'])
  for (const legalName of ['Ateneu', 'Bòbila', 'Cal Ros', 'Bar Nou'])
    await us.client({ legalName, tags: legalName.startsWith('B') ? ['b'] : [] })
})
afterAll(() => world.stop())

const names = ({ clients }: Json) => clients.nodes.map(({ legalName }: Json) => legalName)
const listed =
  'query($id: ID!, $filter: ClientFilter, $orderBy: ClientOrder) { clients(savedViewId: $id, filter: $filter, orderBy: $orderBy) { totalCount nodes { legalName } } }'
const view = (given: object, tenant = us) =>
  tenant.do(
    'createSavedView',
    { list: 'CLIENTS', name: 'View', ...given },
    'id version name filter orderBy columns shared mine authorName',
  )

test('a view lists, orders and counts as its filter and order do', async () => {
  const saved = await view({
    name: ' Those with B ',
    filter: { tags: { has: 'b' } },
    orderBy: { field: 'LEGAL_NAME', direction: 'DESC' },
    columns: ['legalName', 'overview.invoices.overdue.count'],
  })
  expect(saved).toMatchObject({
    name: 'Those with B',
    filter: { tags: { has: 'b' } },
    orderBy: { field: 'LEGAL_NAME', direction: 'DESC' },
    columns: ['legalName', 'overview.invoices.overdue.count'],
    shared: false,
    mine: true,
    authorName: 'test',
  })
  const shown = await us.get(listed, { id: saved.id })
  expect([names(shown), shown.clients.totalCount]).toEqual([['Bòbila', 'Bar Nou'], 2])
  expect(
    names(
      await us.get(
        'query($f: ClientFilter, $o: ClientOrder) { clients(filter: $f, orderBy: $o) { nodes { legalName } } }',
        { f: saved.filter, o: saved.orderBy },
      ),
    ),
  ).toEqual(['Bòbila', 'Bar Nou'])
})

test('a further filter narrows a view, and an order of the request overrides its own', async () => {
  const saved = await view({
    filter: { legalName: { startsWith: 'b' } },
    orderBy: { field: 'LEGAL_NAME', direction: 'DESC' },
  })
  expect(names(await us.get(listed, { id: saved.id, orderBy: { field: 'LEGAL_NAME', direction: 'ASC' } }))).toEqual([
    'Bar Nou',
    'Bòbila',
  ])
  expect(names(await us.get(listed, { id: saved.id, filter: { legalName: { contains: 'ou' } } }))).toEqual(['Bar Nou'])
})

test('only its author sees a private view; everybody who may read its list sees a shared one', async () => {
  const mine = await view({ name: 'mine' })
  const shared = await view({ name: 'shared', shared: true })
  const seen = async (tenant: Tenant) =>
    (await tenant.get('{ savedViews(first: 100) { nodes { name } } }')).savedViews.nodes.map(({ name }: Json) => name)
  expect(await seen(us)).toEqual(expect.arrayContaining(['mine', 'shared']))
  expect(await seen(colleague)).toContain('shared')
  expect(await seen(colleague)).not.toContain('mine')
  const none = await world.key(us.organizationId, ['projects:read'])
  expect(await seen(none)).toEqual([])
  for (const [tenant, id] of [
    [colleague, mine.id],
    [none, shared.id],
  ] as const) {
    expect((await tenant.get('query($id: ID!) { node(id: $id) { id } }', { id })).node).toBeNull()
    expect(
      (await tenant.ask('query($id: ID!) { savedView(id: $id) { id } }', { id })).errors?.[0]?.extensions.code,
    ).toBe('NOT_FOUND')
  }
  expect((await colleague.ask(listed, { id: mine.id })).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
  expect(names(await colleague.get(listed, { id: shared.id }))).toHaveLength(4)
})

test('its author may change and delete a view, and an admin a shared one', async () => {
  const theirs = await view({ name: 'theirs', shared: true }, colleague)
  const change = (tenant: Tenant, input: object) => tenant.try('updateSavedView', input, 'id version name')
  expect((await change(reader, { id: theirs.id, version: 1, name: 'x' })).userErrors).toMatchObject([
    { code: 'VIEW_OF_ANOTHER', message: expect.stringContaining('test') },
  ])
  expect((await change(colleague, { id: theirs.id, version: 1, name: 'better' })).record).toMatchObject({
    name: 'better',
    version: 2,
  })
  expect((await change(us, { id: theirs.id, version: 2, name: 'best' })).record).toMatchObject({ name: 'best' })
  const hidden = await view({ name: 'hidden' }, colleague)
  const answer = await us.ask(
    'mutation($input: RecordInput!) { deleteSavedView(input: $input) { userErrors { code } } }',
    { input: { id: hidden.id, version: 1 } },
  )
  expect(answer.errors?.[0]?.extensions.code).toBe('NOT_FOUND')
  expect(
    await change(colleague, { id: theirs.id, version: 1, name: 'late' }).catch((error: Error) => error.message),
  ).toContain('version 3, you sent 1')
  await colleague.do('deleteSavedView', { id: theirs.id, version: 3 })
  await colleague.do('deleteSavedView', { id: hidden.id, version: 1 })
  expect((await us.get('query($id: ID!) { node(id: $id) { id } }', { id: theirs.id })).node).toBeNull()
})

test('a view neither keeps nor shows fields that its caller may not read', async () => {
  const byFigure = { filter: { or: [{ overdue: { gt: '1000' } }, { not: { legalName: { eq: 'x' } } }] }, shared: true }
  const refused = await reader.ask(
    'mutation($input: CreateSavedViewInput!) { createSavedView(input: $input) { userErrors { code } } }',
    { input: { list: 'CLIENTS', name: 'x', ...byFigure } },
  )
  expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missing: ['invoices:read'] })
  const byOrder = await reader.ask(
    'mutation($input: CreateSavedViewInput!) { createSavedView(input: $input) { userErrors { code } } }',
    { input: { list: 'CLIENTS', name: 'x', orderBy: { field: 'OUTSTANDING' } } },
  )
  expect(byOrder.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missing: ['invoices:read'] })
  const ofOthers = await reader.ask(
    'mutation($input: CreateSavedViewInput!) { createSavedView(input: $input) { userErrors { code } } }',
    { input: { list: 'INVOICES', name: 'x' } },
  )
  expect(ofOthers.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missing: ['invoices:read'] })
  for (const given of [byFigure, { orderBy: { field: 'OVERDUE', direction: 'ASC' }, shared: true }]) {
    const saved = await view(given)
    expect((await reader.ask(listed, { id: saved.id })).errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      missing: ['invoices:read'],
    })
    expect(names(await colleague.get(listed, { id: saved.id })).length).toBeGreaterThan(0)
  }
})

test('the history shows shared views to an admin, and private ones to nobody', async () => {
  const quiet = await view({ name: 'quiet' })
  await us.do('updateSavedView', { id: quiet.id, version: 1, name: 'quieter' })
  await us.do('deleteSavedView', { id: quiet.id, version: 2 })
  const loud = await view({ name: 'loud', shared: true })
  const events = async (tenant: Tenant, id: string) =>
    (
      await tenant.get('query($f: ActivityEventFilter) { activityEvents(filter: $f) { nodes { kind } } }', {
        f: { subjectId: { eq: id } },
      })
    ).activityEvents.nodes
  expect(await events(us, quiet.id)).toEqual([])
  expect(await events(us, loud.id)).toEqual([{ kind: 'SAVED_VIEW_CREATED' }])
  expect(await events(colleague, loud.id)).toEqual([])
})

test.each([
  ['a field that the list has not', { filter: { nonsense: { eq: 'x' } } }, /filter.*nonsense/s],
  ['a value of the wrong kind', { filter: { overdue: { gt: 'much' } } }, /filter\.overdue\.gt.*decimal/s],
  ['an order that the list has not', { orderBy: { field: 'NONSENSE' } }, /orderBy\.field/],
  ['a filter that is no object', { filter: 'x' }, /filter/],
  ['a column with a space', { columns: ['legal name'] }, 'COLUMN_INVALID'],
  ['a column twice', { columns: ['legalName', 'legalName'] }, 'COLUMN_TWICE'],
  ['more than 100 columns', { columns: Array.from({ length: 101 }, (_, at) => `c${at}`) }, 'COLUMNS_TOO_MANY'],
  ['a blank name', { name: '  ' }, 'REQUIRED'],
  [
    'a filter without end',
    { filter: { legalName: { in: Array.from({ length: 190 }, (_, at) => `${at}`.padEnd(150, 'x')) } } },
    'VIEW_TOO_LARGE',
  ],
])('refuses %s', async (_what, given, problem) => {
  const { data, errors } = await us.ask(
    'mutation($input: CreateSavedViewInput!) { createSavedView(input: $input) { userErrors { code } } }',
    { input: { list: 'CLIENTS', name: 'x', ...given } },
  )
  if (typeof problem === 'string') expect(data.createSavedView.userErrors).toEqual([{ code: problem }])
  else
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(problem),
      extensions: { code: 'BAD_USER_INPUT' },
    })
})

test('a view of one list does not show another', async () => {
  const saved = await view({ shared: true })
  const { errors } = await us.ask('query($id: ID!) { projects(savedViewId: $id) { totalCount } }', { id: saved.id })
  expect(errors?.[0]).toMatchObject({
    message: expect.stringContaining('CLIENTS'),
    extensions: { code: 'BAD_USER_INPUT' },
  })
})

test('instants and days of a kept filter mean what they meant', async () => {
  const before = world.now.toISOString()
  const saved = await view({ filter: { createdAt: { lte: before }, archivedAt: { isNull: true } } })
  world.now = new Date(world.now.getTime() + 60_000)
  await us.client({ legalName: 'Later' })
  expect(names(await us.get(listed, { id: saved.id }))).not.toContain('Later')
  expect(names(await us.get(listed, { id: saved.id }))).toContain('Ateneu')
})

test('every main list can have views', () => {
  const values = schema.getType('SavedViewList')
  const names = values && 'getValues' in values ? values.getValues().map(({ name }) => name) : []
  const lists = Object.values(schema.getQueryType()?.getFields() ?? {})
    .filter(
      ({ args, type }) =>
        isObjectType(getNamedType(type)) &&
        args.some(({ name, type: of }) => name === 'filter' && isInputObjectType(getNamedType(of))) &&
        args.some(({ name }) => name === 'savedViewId'),
    )
    .map(({ name }) => name)
  const upper = (name: string) => name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()
  const settings = [
    'apiKeys',
    'users',
    'savedViews',
    'activityEvents',
    'allocations',
    'refunds',
    'dealStages',
    'importPlans',
    'importMappings',
    'clientMerges',
    'erasures',
    'exchangeRates',
  ]
  lists.splice(lists.indexOf('clientSummaries'), 1) // takes the views of clients
  expect(
    lists
      .filter(name => !settings.includes(name))
      .map(upper)
      .sort(),
  ).toEqual([...names].sort())
})
