import { setTimeout as sleep } from 'node:timers/promises'
import { endAbandonedPlans } from '../src/features/imports/index.js'
import { System } from '../src/request/system.js'
import { World, type Json, type Tenant } from './support/world.js'

// A server that is killed while it plans cannot say so: another one, or itself when it starts again, does.

const present = new Date('2026-03-10T11:00:00Z')
const selection = 'id version state problem totals { create } progress { rows }'
let world: World
let us: Tenant
let plan: Json
beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())

const read = async (): Promise<Json> =>
  (await us.get(`query($id: ID!) { importPlan(id: $id) { ${selection} } }`, { id: plan.id })).importPlan
const aServerStarts = () => endAbandonedPlans(new System(world.database, { clock: () => world.now, name: 'server' }))
const isAlone = () => world.database.dialect.name === 'sqlite'

async function settled(): Promise<Json> {
  for (let tries = 0; tries < 400; tries++) {
    const now = await read()
    if (now.state !== 'PLANNING') return now
    await sleep(25)
  }
  throw new Error('The plan is not made in time.')
}

/** Makes a plan whose server was killed after some of its rows. */
async function killed() {
  await world.database.write(manager =>
    manager.query(`UPDATE import_plans SET state = 'PLANNING', planned_at = NULL WHERE id = '${plan.id}'`),
  )
}

beforeEach(async () => {
  world.now = present
  us = await world.organization()
  const rows = Array.from({ length: 600 }, (_, at) => `Client ${at};C/ Major 1;Terrassa`)
  plan = await us.do(
    'createImport',
    { kind: 'CLIENT', file: new File([['Raó social;Adreça;Població', ...rows, ''].join('\r\n')], 'clients.csv') },
    selection,
  )
  await us.do('planImport', { id: plan.id, version: plan.version })
})

test('a plan whose server was killed becomes FAILED, and can be planned again', async () => {
  await settled()
  await killed()
  world.now = new Date(present.getTime() + 61_000)
  await aServerStarts()
  const failed = await read()
  expect(failed).toMatchObject({
    state: 'FAILED',
    problem: expect.stringContaining('plan again'),
    totals: null,
    progress: { rows: 600 },
  })
  expect(
    await us.get(
      '{ importPlans(filter: { state: { eq: FAILED } }) { totalCount } activityEvents(first: 1, filter: { subjectType: { eq: "ImportPlan" } }) { nodes { summary actorName } } }',
    ),
  ).toEqual({
    importPlans: { totalCount: 1 },
    activityEvents: { nodes: [{ summary: expect.stringMatching(/fail/i), actorName: 'server' }] },
  })
  await us.do('planImport', { id: plan.id, version: failed.version })
  const again = await settled()
  expect(again).toMatchObject({ state: 'READY', problem: null, totals: { create: 600 }, progress: { rows: 600 } })
  expect(await us.do('commitImport', { id: plan.id, version: again.version }, 'state')).toEqual({ state: 'COMMITTED' })
})

test('other servers notice it after a minute of silence; the only server of an embedded database notices it when it starts', async () => {
  await settled()
  await killed()
  world.now = new Date(present.getTime() + 59_000)
  await aServerStarts()
  expect((await read()).state).toBe(isAlone() ? 'FAILED' : 'PLANNING')
  world.now = new Date(present.getTime() + 60_000)
  await aServerStarts()
  expect((await read()).state).toBe('FAILED')
})

test('a plan that another server still works on is left alone, however often it is checked', async () => {
  if (isAlone()) return // no other server is let in
  // Each batch takes it almost a minute.
  world.database.onStatement = sql => {
    if (sql.startsWith('UPDATE `import_plans`')) world.now = new Date(world.now.getTime() + 50_000)
  }
  while ((await read()).state === 'PLANNING') await aServerStarts()
  world.database.onStatement = null
  expect(await read()).toMatchObject({ state: 'READY', totals: { create: 600 } })
  expect(world.now.getTime() - present.getTime()).toBeGreaterThan(120_000)
})

test('a finished plan stays as it is', async () => {
  const done = await settled()
  world.now = new Date(present.getTime() + 3_600_000)
  await aServerStarts()
  expect(await read()).toEqual(done)
})
