import { setTimeout as sleep } from 'node:timers/promises'
import { World } from './support/world.js'

// Many slow changes of one organisation, and one of another.

let world: World
beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())

const client = (legalName: string) => ({ legalName, address: { line1: 'C/ Major 1', city: 'Terrassa' } })

test('thirty slow changes of one organisation do not hold up another one', async () => {
  const isServer = world.database.dialect.name !== 'sqlite'
  const [many, other] = [await world.organization(), await world.organization()]
  await many.do('createClient', client('First'))
  let done = 0
  const slow: Promise<unknown>[] = []
  let prompt: Promise<number> | undefined // how many of the slow ones were done before it
  await world.database.write(async session => {
    // Every change of an organisation waits for its position. On SQLite this transaction itself is what they wait for.
    if (isServer)
      await session.query("SELECT position FROM record_changes WHERE organization_id = ? AND kind = '' FOR UPDATE", [
        many.organizationId,
      ])
    for (let at = 0; at < 30; at++) slow.push(many.do('createClient', client(`Slow ${at}`)).then(() => done++))
    await sleep(500)
    prompt = other.do('createClient', client('Prompt')).then(() => done)
    if (isServer) expect(await Promise.race([prompt, sleep(5000, 'it waits', { ref: false })])).toBe(0)
    else await sleep(200)
  })
  expect(await prompt).toBeLessThan(6)
  await Promise.all(slow)
  expect((await many.get('{ clients { totalCount } }')).clients.totalCount).toBe(31)
})
