import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { World, type Tenant } from './support/world.js'

let world: World
let us: Tenant

const seconds = 2
const slow = '{ tasks { nodes { title } } }'

beforeAll(async () => {
  world = await World.start({ operationSeconds: seconds })
  us = await world.organization()
  const { id } = await us.client({ legalName: 'Forn Núria' })
  await us.task(id)
  // Tasks that take a statement minutes to read.
  const minutes =
    world.database.dialect.name === 'sqlite'
      ? '(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000000000) SELECT COUNT(*) FROM n) > 0'
      : 'SLEEP(120) = 0'
  await world.database.write(async manager => {
    await manager.query('ALTER TABLE tasks RENAME TO kept_tasks')
    await manager.query(`CREATE VIEW tasks AS SELECT k.* FROM kept_tasks k WHERE ${minutes}`)
  })
})
afterAll(() => world.stop())

/** How long each of some requests takes, one after another, while something else goes on. */
async function othersDuring(work: Promise<unknown>, query: string): Promise<number[]> {
  const times: number[] = []
  let isOn = true
  void work.finally(() => {
    isOn = false
  })
  while (isOn) {
    const start = performance.now()
    await us.get(query)
    times.push(performance.now() - start)
    await sleep(20)
  }
  return times
}

/** Asks, and goes before there is an answer. */
async function askAndLeave(query: string) {
  const sent = request(world.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${us.secret}`, 'content-type': 'application/json' },
  })
  sent.on('error', () => undefined) // that nobody answers
  sent.end(JSON.stringify({ query }))
  await sleep(300)
  sent.destroy()
}

test('an operation that takes too long is ended with the reason, and others are answered meanwhile', async () => {
  const long = us.ask(slow)
  const times = await othersDuring(long, '{ clients { nodes { legalName } totalCount } }')
  expect(await long).toMatchObject({
    errors: [
      {
        message: expect.stringContaining(`longer than ${seconds} s`),
        extensions: { code: 'BAD_USER_INPUT', reason: 'OPERATION_TOO_LONG', seconds },
      },
    ],
  })
  expect(times.length).toBeGreaterThan(3)
})

test('many long operations at once do not keep others waiting, and all are ended', async () => {
  const long = Promise.all(
    Array.from({ length: 6 }, () =>
      us.ask(`{ ${Array.from({ length: 3 }, (_, at) => `t${at}: tasks(first: ${at + 1}) { totalCount }`).join(' ')} }`),
    ),
  )
  const times = await othersDuring(long, '{ clients { nodes { legalName } totalCount } }')
  for (const { errors } of await long) expect(errors?.[0]?.extensions.reason).toBe('OPERATION_TOO_LONG')
  expect(times.length).toBeGreaterThan(3)
})

test('the time of a change does not count, and a change that was made is reported', async () => {
  const { clients } = await us.get('{ clients { nodes { id } } }')
  expect(await us.project(clients.nodes[0].id, {}, 'name client { legalName }')).toEqual({
    name: expect.any(String),
    client: { legalName: 'Forn Núria' },
  })
})

test('an export whose statement takes too long is ended', async () => {
  const response = await fetch(new URL('/export/v1/lists/tasks.jsonl', world.url), {
    headers: { authorization: `Bearer ${us.secret}` },
  })
  expect([response.status, await response.json()]).toEqual([
    400,
    {
      errors: [
        { message: expect.any(String), extensions: { code: 'BAD_USER_INPUT', reason: 'OPERATION_TOO_LONG', seconds } },
      ],
    },
  ])
})

test('a statement is ended when its caller leaves', async () => {
  for (let times = 0; times < 3; times++) await askAndLeave(slow)
  const start = performance.now()
  await us.get('{ projects { nodes { name code } } }')
  expect(performance.now() - start).toBeLessThan(seconds * 1000)
  if (world.database.dialect.name === 'sqlite') return
  const running = () =>
    world.database.read.query<{ INFO: string | null }[]>(
      "SELECT INFO FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID() AND COMMAND <> 'Sleep'",
    )
  // The database ends a statement a moment after it is told to; left alone, they would run for longer than this.
  let found = await running()
  while (found.length > 0 && performance.now() - start < seconds * 1000) found = await running()
  expect(found).toEqual([])
})
