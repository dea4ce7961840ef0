import { World, type Tenant } from './support/world.js'

let world: World
let us: Tenant

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
})
afterAll(() => world.stop())

/** The longest time, in milliseconds, for which nobody else was served meanwhile. */
async function heldUpDuring(work: () => Promise<unknown>): Promise<number> {
  let [last, longest] = [performance.now(), 0]
  const look = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  const timer = setInterval(look, 5)
  await work()
  look()
  clearInterval(timer)
  return longest
}

test('a list that was always brief and then takes long holds up others once', async () => {
  if (world.database.dialect.name !== 'sqlite') return // the server of a database reads beside us
  const list = () => us.get('{ projects { nodes { name } } }')
  for (let times = 0; times < 120; times++) await list() // a busy machine may keep a statement from being brief for a while
  const second =
    '(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT COUNT(*) FROM n) > 0'
  await us.project((await us.client()).id)
  await world.database.write(async session => {
    await session.query('ALTER TABLE projects RENAME TO kept_projects')
    await session.query(`CREATE VIEW projects AS SELECT k.* FROM kept_projects k WHERE ${second}`)
  })
  const first = await heldUpDuring(list)
  expect(await heldUpDuring(list)).toBeLessThan(Math.max(200, first / 2))
})
