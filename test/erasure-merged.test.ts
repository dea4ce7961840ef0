import { erasingIn } from './support/erasing.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant

beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())
beforeEach(async () => {
  us = await world.organization()
})

const { holding, version, previewOf, erase } = erasingIn(() => us)

test('what a merge joined and the contact that it made are erased with the client, and the merge can still be undone', async () => {
  const [winner, loser] = [
    await us.client({ legalName: 'Tapir Vila', notes: 'Tapir owes us', tags: ['vip'], email: 'tapir@example.com' }),
    await us.client({
      legalName: 'Okapi Font',
      notes: 'Okapi pays cash',
      tags: ['coop'],
      email: 'okapi@example.com',
      phone: '600 777 666',
    }),
  ]
  await us.do('mergeClients', {
    winnerId: winner.id,
    winnerVersion: winner.version,
    loserId: loser.id,
    loserVersion: loser.version,
  })
  await erase(winner.id, await version('client', winner.id))
  expect(await holding(/tapir|okapi|600 777 666/i)).toEqual({})
  const {
    nodes: [merge],
  } = (
    await us.get('query($id: String!) { clientMerges(filter: { loserId: { eq: $id } }) { nodes { id version } } }', {
      id: loser.id,
    })
  ).clientMerges
  expect(
    await us.do('unmergeClients', { mergeId: merge.id, version: merge.version }, 'id notes contacts { totalCount }'),
  ).toEqual({ id: loser.id, notes: '(erased)', contacts: { totalCount: 0 } })
})

const mergeOf = async (loserId: string): Promise<Json> => {
  const found =
    'query($id: String!) { clientMerges(filter: { loserId: { eq: $id } }) { nodes { mergeId: id version } } }'
  return (await us.get(found, { id: loserId })).clientMerges.nodes[0]
}

test('a merge that was undone leaves nothing of an erased client with the other one, which keeps its own', async () => {
  const mine = { notes: 'Tapir owes us', email: 'tapir@example.com', phone: '600 555 444' }
  const other = await us.client({ legalName: 'Tapir Vila', ...mine })
  const client = await us.client({
    legalName: 'Okapi Font',
    taxId: '12345678Z',
    notes: 'Okapi pays cash',
    email: 'okapi@example.com',
    phone: '600 777 666',
    website: 'https://okapi.example',
    address: { line1: 'C/ Okapi 1', city: 'Olot' },
  })
  const take = [{ field: 'ADDRESS', from: 'LOSER' }]
  await us.do('mergeClients', { winnerId: other.id, winnerVersion: 1, loserId: client.id, loserVersion: 1, take })
  await us.do('createContact', { clientId: other.id, name: 'Ocell Blau', email: 'ocell@example.com' })
  await us.do('unmergeClients', await mergeOf(client.id))
  const left = async () => (await holding(/okapi|12345678Z|600 777 666|olot/i)).activity_events
  expect(await left()).toBeGreaterThan(6)

  const whole = await previewOf(client.id)
  expect((await erase(client.id, whole.version)).erased).toEqual(whole.erases)
  expect(await left()).toBeUndefined()
  const told = await us.get(
    `query($id: ID!) { client(id: $id) { legalName notes email phone address { line1 city }
    activity(first: 100) { nodes { kind before after } } } }`,
    { id: other.id },
  )
  expect(told.client).toMatchObject({
    legalName: 'Tapir Vila',
    ...mine,
    address: { line1: 'C/ Major 1', city: 'Terrassa' },
  })
  const of = (kind: string) => told.client.activity.nodes.filter((event: Json) => event.kind === kind)
  const own = { notes: 'Tapir owes us', addressLine1: 'C/ Major 1' }
  const [address, gone] = [{ addressLine1: '(erased)', city: '(erased)' }, '(erased)']
  const taken = { ...address, notes: `Tapir owes us\n\n${gone}`, mergedClient: gone, taxIdNumber: gone, website: gone }
  expect(of('CLIENT_MERGED')).toMatchObject([{ before: own, after: taken }])
  expect(of('CLIENT_UNMERGED')).toMatchObject([{ before: taken, after: own }])
  expect(of('CLIENT_CREATED')).toMatchObject([{ after: { legalName: 'Tapir Vila', ...mine } }])
  const made = of('CONTACT_CREATED').map(({ after: { name, email, phone } }: Json) => [name, email, phone])
  expect(made).toEqual([
    ['Ocell Blau', 'ocell@example.com', undefined],
    ['(erased)', '(erased)', '(erased)'],
  ])
})

test('data that came by two successive merges is erased from both histories after they were undone', async () => {
  const first = await us.client({ legalName: 'Okapi Font', phone: '600 777 666', notes: 'Okapi pays cash' })
  const [middle, last] = [await us.client({ legalName: 'Tapir Vila' }), await us.client({ legalName: 'Ateneu' })]
  const merge = async ({ id: winnerId }: Json, { id: loserId }: Json) =>
    us.do('mergeClients', {
      winnerId,
      winnerVersion: await version('client', winnerId),
      loserId,
      loserVersion: await version('client', loserId),
    })
  await merge(middle, first)
  await merge(last, middle)
  await us.do('unmergeClients', await mergeOf(middle.id))
  await us.do('unmergeClients', await mergeOf(first.id))
  await erase(first.id, await version('client', first.id))
  expect(await holding(/okapi|600 777 666/i)).toEqual({})
  expect((await holding(/tapir vila/i)).activity_events).toBeGreaterThan(1)
})

test('a client whose merge was undone and made again, in either direction, is erased completely', async () => {
  for (const isTurned of [false, true]) {
    const pair = [
      await us.client({ legalName: 'Tapir Vila' }),
      await us.client({ legalName: 'Okapi Font', phone: '600 777 666' }),
    ]
    const merge = async ([winner, loser]: Json[]) =>
      us.do('mergeClients', {
        winnerId: winner.id,
        winnerVersion: await version('client', winner.id),
        loserId: loser.id,
        loserVersion: await version('client', loser.id),
      })
    await merge(pair)
    await us.do('unmergeClients', await mergeOf(pair[1].id))
    const [winner] = isTurned ? pair.reverse() : pair
    await merge(pair)
    const whole = await previewOf(winner.id)
    expect((await erase(winner.id, whole.version)).erased).toEqual(whole.erases)
    expect(await holding(/okapi|tapir|600 777 666/i)).toEqual({})
  }
})

test('the contact that a merge made is also erased from what undoing keeps, and the rest stays', async () => {
  const winner = await us.client({ legalName: 'Tapir Vila', email: 'tapir@example.com' })
  const loser = await us.client({ legalName: 'Òkapi Font', notes: 'Pays cash', email: 'okapi@example.net' })
  const merged = { winnerId: winner.id, winnerVersion: 1, loserId: loser.id, loserVersion: 1 }
  const {
    contacts: {
      nodes: [contact],
    },
  } = await us.do('mergeClients', merged, 'contacts { nodes { id } }')
  const alone = await previewOf(contact.id)
  expect((await erase(contact.id, 1)).erased).toEqual(alone.erases)
  expect(await holding(/[oò]kapi/i)).toEqual({})
  const back = await us.do('unmergeClients', await mergeOf(loser.id), 'legalName notes email address { line1 }')
  expect(back).toEqual({ legalName: '(erased)', notes: 'Pays cash', email: null, address: { line1: 'C/ Major 1' } })
})
