import { addKept } from '../src/features/figures/added-figures.js'
import { readOfAll } from '../src/features/figures/kept-organization.js'
import { blocks } from '../src/features/figures/registry.js'
import type { ReadScope } from '../src/database/scope/write-scope.js'
import { forgetFigures, holding, listOrderedBy } from './support/kept-figures.js'
import { daysPass, keptStory } from './support/kept-story.js'
import { pull } from './support/pull.js'
import { World, type Json } from './support/world.js'

// Kept figures, live figures and those of the oracle are the same after everything that can happen. More organisations
// and more days are in test/slow/figures-kept.test.ts.

let world: World
beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())

test.each([
  { seed: 7001, keptRates: false },
  { seed: 7002, keptRates: true },
])(
  'after every step of organisation $seed, and on the days that follow',
  async ({ seed, keptRates }) => {
    const { us, compared, look } = await keptStory(world, seed, keptRates)
    await daysPass(us, 10, look)
    expect(compared.steps).toBeGreaterThan(30)
    expect(compared.rows).toBeGreaterThan(compared.steps) // most were kept before the step
  },
  240_000,
)

test('a client with a sum that is too large has the same error and the same other figures whenever somebody asks', async () => {
  const us = await world.organization()
  const { id } = await us.client()
  const day = (days: number) => new Date(world.now.getTime() + days * 86_400_000).toISOString().slice(0, 10)
  const lines = [{ description: 'Feina', quantity: '10000', unitPrice: '6000000000' }]
  for (const dueOn of [day(5), day(-5)]) await us.invoice(id, '', { lines, authorisedOn: day(-9), dueOn })
  await us.task(id)
  const ask = (figures: string) =>
    us.ask(`query($id: ID!) { client(id: $id) { overview { ${figures} tasks { open { count } } } } }`, { id })
  for (let turn = 0; turn < 3; turn++) {
    expect((await ask('invoices { outstanding { count } }')).errors).toMatchObject([
      {
        path: ['client', 'overview', 'invoices'],
        extensions: { code: 'BAD_USER_INPUT', reason: 'NUMBER_TOO_LARGE' },
      },
    ])
    expect((await ask('purchases: invoices(kind: PURCHASE) { outstanding { count } }')).data.client.overview).toEqual({
      purchases: { outstanding: { count: 0 } },
      tasks: { open: { count: 1 } },
    })
    await world.settled()
  }
})

test.each(['client-summaries.jsonl', 'client-currency-summaries.csv', 'lists/clients.csv?columns=sales_overdue_count'])(
  'the figures that %s worked out are kept',
  async path => {
    const us = await world.organization()
    const clients = await Promise.all([1, 2, 3].map(() => us.client()))
    await us.invoice(clients[0]?.id, '10')
    await forgetFigures(us)
    const worked = await pull(us, path)
    await world.settled()
    expect(await holding(us)).toEqual(clients.map(({ id }) => id).sort())
    const kept = await pull(us, path)
    expect([worked.status, kept.text]).toEqual([200, worked.text])
  },
)

test('figures of the organisation that are added up are of one moment', async () => {
  const us = await world.organization()
  const { id } = await us.client()
  await us.task(id)
  await us.get(listOrderedBy('OPEN_TASKS', 'DESC'))
  await world.settled()
  const own = await world.contextOf(us.organizationId)
  let isChanged = false
  const changeBefore = async (sql: string) => {
    if (isChanged || !sql.includes('FROM deals d')) return
    isChanged = true
    await us.task(id)
    await us.deal(id)
  }
  // Its reads fall before and after a change.
  const late = Object.create(own) as typeof own // with one method of its own
  late.read = (permission, work) =>
    own.read(permission, scope => {
      const rows: ReadScope['rows'] = async (sql, parameters) => {
        await changeBefore(sql)
        return scope.rows(sql, parameters)
      }
      return work(Object.create(scope, { rows: { value: rows } }) as ReadScope) // with one method of its own
    })
  const names = ['tasks', 'deals']
  const read = names.flatMap(name => blocks[name] ?? [])
  const sources = read.flatMap(({ sourcesToday }) => sourcesToday)
  const figures = await readOfAll(late, { names, sources, permissions: ['projects:read', 'deals:read'] })
  expect(isChanged).toBe(true)
  const frame = { clientId: null, asOf: '2026-03-10', isToday: true, baseCurrency: 'EUR' }
  const fields: Json[] = read.map(({ sections: [section] }) => section && figures.fieldsOf(section, frame))
  expect(fields.map(({ open }) => open.count)).toEqual([2, 1])
})

test('figures that are added up batch by batch are of one moment although nothing follows the last whole batch', async () => {
  const us = await world.organization()
  const made = [await us.client(), await us.client(), await us.client()]
  await us.get(listOrderedBy('OPEN_TASKS', 'DESC'))
  await world.settled()
  const [last] = made.sort((one, other) => (one.id < other.id ? 1 : -1))
  const own = await world.contextOf(us.organizationId)
  const read = ['tasks'].flatMap(name => blocks[name] ?? [])
  const frame = { clientId: null, asOf: '2026-03-10', isToday: true, baseCurrency: 'EUR' }
  const added = (change: () => Promise<unknown>) =>
    own.read(['projects:read'], scope => {
      const rows: ReadScope['rows'] = async (sql, parameters) => {
        if (parameters?.after) await change()
        return scope.rows(sql, parameters)
      }
      return addKept(Object.create(scope, { rows: { value: rows } }) as ReadScope, read, frame, 2) // with one method of its own
    })
  expect(await added(async () => undefined)).toBeDefined()
  expect(await added(() => us.do('deleteClient', { id: last?.id, version: last?.version }))).toBeUndefined()
})
