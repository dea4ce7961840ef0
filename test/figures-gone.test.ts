import { setTimeout as sleep } from 'node:timers/promises'
import { ChangeLog } from '../src/database/effects/change-log.js'
import { Client } from '../src/features/clients/index.js'
import { keepAll } from '../src/features/figures/index.js'
import { metadataOf } from '../src/model/entity-metadata.js'
import { planned } from './support/importing.js'
import { listOrderedBy, liveAnswer } from './support/kept-figures.js'
import { mergingIn } from './support/merging.js'
import { World, type Json, type Tenant } from './support/world.js'

// Kept figures go with their client, and what cannot be kept does not stay so.

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

/** Clients with a row of kept figures, after a list that has all of them kept. */
async function kept(): Promise<string[]> {
  await us.get(list)
  await world.settled()
  return stored()
}

async function stored(): Promise<string[]> {
  const rows: { id: string }[] = await world.database.read.query(
    'SELECT client_id AS id FROM client_figures WHERE organization_id = ? ORDER BY client_id',
    [us.organizationId],
  )
  return rows.map(({ id }) => id)
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

const deleteClient = () => us.do('deleteClient', { id: client.id, version: client.version })

test('the figures of a client that is deleted go with it', async () => {
  const other = await us.client()
  expect(await kept()).toEqual([client.id, other.id])
  await deleteClient()
  expect(await stored()).toEqual([other.id])
})

test('the figures of a client that is merged into another go, and come back with it', async () => {
  const winner = await us.client()
  await us.task(client.id)
  expect(await kept()).toEqual([client.id, winner.id])
  const { merge, unmerge } = mergingIn(() => us)
  await merge(winner.id, client.id)
  expect(await stored()).toEqual([winner.id])
  expect(await kept()).toEqual([winner.id])
  await us.do('unmergeClients', await unmerge(client.id))
  expect(await isOfKeptRows()).toBe(true)
  expect(await stored()).toEqual([client.id, winner.id])
})

test('the figures of clients whose import is undone go with them', async () => {
  const lines = ['Referència;Raó social;Adreça;Població', 'C-1;Un;C/ Major 1;Terrassa', 'C-2;Dos;C/ Major 2;Terrassa']
  const plan = await planned(us, 'CLIENT', lines)
  const { version } = await us.do('commitImport', { id: plan.id, version: plan.version })
  expect(await kept()).toHaveLength(3)
  await us.do('undoImport', { id: plan.id, version })
  expect(await stored()).toEqual([client.id])
})

test('figures that were worked out before their client went are not stored after it', async () => {
  const other = await us.client()
  const own = await world.contextOf(us.organizationId)
  const late = Object.create(own) as typeof own // with one method of its own
  let isGone = false
  late.mutate = async (...given) => {
    if (!isGone) await deleteClient()
    isGone = true
    return own.mutate(...given)
  }
  await keepAll(late, () => undefined)
  expect(isGone).toBe(true)
  expect(await stored()).toEqual([other.id])
})

test('figures that are stored while their client goes wait for the end of it, and then are not', async () => {
  const other = await us.client()
  const own = await world.contextOf(us.organizationId)
  let keeping: Promise<void> | undefined
  await world.database.write(async session => {
    const log = new ChangeLog()
    log.note(metadataOf(Client), client.id, true)
    const { dialect } = world.database
    const { access } = own
    await log.finish({ session, dialect, access, now: world.now, isStaged: false, list: () => Promise.resolve([]) })
    await session.run('DELETE FROM clients WHERE id = ?', [client.id])
    keeping = keepAll(own, () => undefined)
    await sleep(300) // by then it would have stored, and this transaction removed nothing
  })
  await keeping
  expect(await stored()).toEqual([other.id])
})

test('lists are read from kept rows again when the client whose figures could not be kept is gone', async () => {
  await us.client()
  await kept()
  await setShape(-1)
  expect(await isOfKeptRows()).toBe(false)
  await deleteClient()
  expect(await isOfKeptRows()).toBe(true)
})

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
