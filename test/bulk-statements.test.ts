import { setTimeout as sleep } from 'node:timers/promises'
import { keepAll } from '../src/features/figures/index.js'
import { pull } from './support/pull.js'
import { World, type Tenant } from './support/world.js'

// The cost of reading and writing many rows grows with pages and batches, never with rows.

const sizes = [1000, 2000, 3000] as const
type Size = (typeof sizes)[number]

let world: World
const tenants = new Map<Size, Tenant>()
const costs: Record<string, number[]> = { planning: [], committing: [] }
const polling = '{ importPlans(first: 1) { nodes { id version state } } }'

function tenantOf(size: Size): Tenant {
  const found = tenants.get(size)
  if (!found) throw new Error(`Nobody has ${size} clients.`)
  return found
}

/** How many statements a piece of work takes. */
async function cost(work: () => Promise<unknown>): Promise<number> {
  const before = world.database.statements
  await work()
  return world.database.statements - before
}

beforeAll(async () => {
  world = await World.start()
  for (const size of sizes) {
    const us = await world.organization()
    tenants.set(size, us)
    await us.get(polling) // the first use of a key is written once a minute, behind the answer
    await sleep(200)
    const look = await cost(() => us.get(polling))
    const rows = Array.from(
      { length: size },
      (_, at) =>
        `C${String(at).padStart(5, '0')};Client ${String(at).padStart(5, '0')};C/ Major 1;Terrassa;Pol ${String(at).padStart(5, '0')}`,
    )
    const file = new File(
      [['Referència externa;Raó social;Adreça;Població;Contacte', ...rows, ''].join('\r\n')],
      'clients.csv',
    )
    const { id, version } = await us.do('createImport', { kind: 'CLIENT', file })
    let looks = 0
    const planning = await cost(async () => {
      await us.do('planImport', { id, version })
      for (let state = 'PLANNING'; state === 'PLANNING'; looks++) {
        await sleep(20)
        state = (await us.get(polling)).importPlans.nodes[0].state
      }
    })
    costs.planning?.push(planning - looks * look)
    const { version: planned } = (await us.get(polling)).importPlans.nodes[0]
    costs.committing?.push(await cost(() => us.do('commitImport', { id, version: planned })))
    await keepAll(await world.contextOf(us.organizationId), () => undefined) // else they are kept while others are read
  }
}, 120_000)
afterAll(() => world.stop())

/** Told of three sizes, each a thousand rows more than the one before. */
function growth(found: readonly number[]): number {
  const [first = 0, second = 0, third = 0] = found
  expect([found, third - second]).toEqual([found, second - first])
  return second - first
}

test.each([
  ['planning', 50],
  ['committing', 110],
])('%s an import takes a constant number of statements for each thousand rows', (name, most) => {
  expect(growth(costs[name] ?? [])).toBeLessThanOrEqual(most)
})

// Lists and tables are read in pages of 1,000: of tables the ids first, then what belongs to them. Of figures those that
// are kept are read first, then the others; here all are kept.
test.each([
  ['lists/clients.csv', 1],
  [
    'lists/clients.csv?columns=id,legal_name,sales_overdue_amount_base,tasks_open_count&orderBy={"field":"LEGAL_NAME"}',
    3,
  ],
  ['clients.csv', 2],
  ['contacts.csv', 2],
  ['client-summaries.csv', 3],
])('%s takes few more statements for each thousand rows', async (path, more) => {
  const found: number[] = []
  for (const size of sizes) {
    found.push(
      await cost(async () => {
        const { text, error } = await pull(tenantOf(size), path)
        expect([error, text.split('\r\n').length]).toEqual([undefined, size + 2]) // its headers, and nothing behind the last line
      }),
    )
  }
  expect(growth(found)).toBe(more)
})
