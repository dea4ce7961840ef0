import { Client } from '../src/features/clients/index.js'
import { Random } from './support/random.js'
import { contextOf, findOrganization } from '../src/system.js'
import { World } from './support/world.js'

test('bench', async () => {
  const world = await World.start()
  const us = await world.organization()
  const context = contextOf(world.database, await findOrganization(world.database, us.organizationId), () => world.now)
  const random = new Random(1)
  const n = Number(process.env.N ?? 100_000)
  for (let from = 0; from < n; from += 10_000) {
    await context.mutate('clients:write', async scope => {
      const rows = []
      for (let at = from; at < from + 10_000; at++) {
        const client = scope.make(Client, { version: 1, createdAt: world.now, updatedAt: world.now, tags: [], addressLine1: 'x', city: 'x', country: 'ES', postalCode: `0${8000 + at % 300}`,
          phone: random.chance(0.9) ? `9${random.integer(10000000, 10000000 + n * 4)}` : null, email: random.chance(0.9) ? `info@d${random.integer(0, n)}.example` : null })
        client.setLegalName(`Client ${random.integer(0, n * 3)}, S.L.`)
        rows.push(client)
      }
      await scope.load(rows, [])
    })
  }
  const time = async (what: string, query: string, variables = {}) => {
    const times = []
    let size = 0
    for (let i = 0; i < 5; i++) { const t = performance.now(); const d = await us.get(query, variables); times.push(Math.round(performance.now() - t)); size = JSON.stringify(d).length }
    console.log(world.database.dialect.name, what, times.join(' '), 'ms', size)
  }
  await time('clientDuplicates', '{ clientDuplicates(first: 100) { score reasons client { legalName } other { legalName } } }')
  await time('clientDuplicates all', '{ clientDuplicates(first: 100, minimumScore: 1) { score } }')
  await time('page of 100', '{ clients(first: 100) { nodes { likelyDuplicates { score other { legalName } } } } }')
  const { clients } = await us.get('{ clients(first: 1) { nodes { id } } }')
  await time('filter by id', 'query($id: ID!) { clients(filter: { id: { eq: $id } }) { nodes { id } } }', { id: clients.nodes[0].id })
  await time('projects of', 'query($id: ID!) { projects(filter: { clientId: { eq: $id } }) { nodes { id } } }', { id: clients.nodes[0].id })
  // a merge of a client with many tasks
  const [a, b] = [await us.client(), await us.client()]
  const stamp = world.now.toISOString().replace('T', ' ').replace('Z', '')
  for (let from = 0; from < 20; from++) await world.database.write(async m => {
    const rows = Array.from({ length: 1000 }, (_, at) => `('tsk_${String(from * 1000 + at).padStart(26, '0')}', 1, '${stamp}', '${stamp}', '${us.organizationId}', '${b.id}', 't', 'TODO', '2026-01-01')`)
    await m.query(`INSERT INTO tasks (id, version, created_at, updated_at, organization_id, client_id, title, state, opened_on) VALUES ${rows.join(',')}`)
  })
  let t = performance.now()
  await us.do('mergeClients', { winnerId: a.id, winnerVersion: 1, loserId: b.id, loserVersion: 1 })
  console.log(world.database.dialect.name, 'merge with 20,000 tasks', Math.round(performance.now() - t), 'ms')
  t = performance.now()
  const { clientMerges } = await us.get('{ clientMerges { nodes { id version } } }')
  await us.do('unmergeClients', { mergeId: clientMerges.nodes[0].id, version: clientMerges.nodes[0].version })
  console.log(world.database.dialect.name, 'unmerge', Math.round(performance.now() - t), 'ms')
  await world.stop()
}, 600_000)
