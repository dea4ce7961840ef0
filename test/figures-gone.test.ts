import { listOrderedBy, liveAnswer } from './support/kept-figures.js'
import { World, type Json, type Tenant } from './support/world.js'

// What cannot be kept does not stay so.

let world: World
let us: Tenant
let client: Json
beforeAll(async () => {
  world = await World.start()
})
beforeEach(async () => {
  world.now = new Date('2026-03-10T10:30:00Z')
  us = await world.organization()
  client = await us.client()
})
afterAll(() => world.stop())

const list = listOrderedBy('OPEN_TASKS', 'DESC')

/** Has all figures kept, by a list that needs them. */
async function kept() {
  await us.get(list)
  await world.settled()
}

const setShape = (shape: number) =>
  world.database.write(session =>
    session.run('UPDATE client_figures SET shape = ? WHERE client_id = ?', [shape, client.id]),
  )

/** Whether the list is answered from kept rows; it is the same list. */
async function isOfKeptRows(): Promise<boolean> {
  const trace: string[] = []
  world.database.trace = trace
  const answer = await us.get(list)
  world.database.trace = null
  expect(answer).toEqual(await liveAnswer(us, list))
  await world.settled()
  return trace.filter(sql => sql.includes('clients t')).every(sql => sql.includes('client_figures k'))
}

test('figures that could not be kept are tried again on the next day', async () => {
  await us.task(client.id)
  await kept()
  await setShape(-1)
  expect(await isOfKeptRows()).toBe(false)
  expect(await isOfKeptRows()).toBe(false)
  world.now = new Date('2026-03-11T10:30:00Z')
  await us.get(list)
  await world.settled()
  expect(await isOfKeptRows()).toBe(true)
})

test('figures that were too large to keep are kept when the client changed', async () => {
  const lines = [{ description: 'Feina', quantity: '10000', unitPrice: '6000000000' }]
  const [first] = [await us.invoice(client.id, '', { lines }), await us.invoice(client.id, '', { lines })]
  await kept()
  expect(await isOfKeptRows()).toBe(false)
  await us.do('voidInvoice', { id: first.id, version: first.version })
  await kept()
  expect(await isOfKeptRows()).toBe(true)
})
