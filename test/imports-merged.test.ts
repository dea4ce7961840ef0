import { setTimeout as sleep } from 'node:timers/promises'
import type { DataSource } from 'typeorm'
import { MergedIdentities1765200000000 } from '../src/database/migrations/13-merged-identities.js'
import { World, type Json, type Tenant } from './support/world.js'

// A merge frees the ids of the client that goes; the spreadsheet of whoever knew it by them comes all the same.

let world: World
let us: Tenant
let [winner, loser]: Json[] = []
beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())
beforeEach(async () => {
  us = await world.organization()
  winner = await us.client({ legalName: 'Bosc', externalId: 'B-1' })
  loser = await us.client({ legalName: 'Alba', externalId: 'A-1', taxId: 'B58378431' })
  await us.client({ legalName: 'Other', externalId: 'O-1' })
})

const merge = (from = loser, to = winner, take: object[] = []) =>
  us.do(
    'mergeClients',
    { winnerId: to.id, winnerVersion: to.version, loserId: from.id, loserVersion: from.version, take },
    'id version merges { nodes { id version } }',
  )

async function planned(...rows: [id: string, name: string, externalId: string, taxId: string][]): Promise<Json[]> {
  const file = new File(
    [
      [
        'id;Raó social;Referència externa;NIF;Adreça;Població',
        ...rows.map(cells => `${cells.join(';')};C/ Major 1;Terrassa`),
        '',
      ].join('\r\n'),
    ],
    'clients.csv',
  )
  const { id, version } = await us.do('createImport', { kind: 'CLIENT', file })
  await us.do('planImport', { id, version })
  for (;;) {
    const { importPlan } = await us.get(
      'query($id: ID!) { importPlan(id: $id) { state rows { nodes { action issues { level code field message } } } } }',
      { id },
    )
    if (importPlan.state === 'READY') return importPlan.rows.nodes
    if (importPlan.state !== 'PLANNING') throw new Error(importPlan.state)
    await sleep(20)
  }
}
const told = (rows: Json[]) =>
  rows.map(({ action, issues }) => [action, ...issues.map(({ code, field }: Json) => `${code} ${field}`)].join(' '))

test('a row that would make a merged client again gets a warning that names its successor, by external id and by tax id', async () => {
  // The winner takes the tax id of the loser unless told otherwise; of the two external ids it keeps its own.
  await merge(loser, winner, [{ field: 'TAX_ID', from: 'WINNER' }])
  const rows = await planned(
    ['', 'Alba', 'A-1', ''],
    ['', 'Alba SL', '', 'ESB58378431'],
    ['', 'Both', 'A-1', 'B-58378431'],
    ['', 'New', 'N-1', ''],
    ['', 'Bosc', 'B-1', ''],
    ['', 'Nobody', '', ''],
  )
  expect(told(rows)).toEqual([
    'CREATE CLIENT_MERGED externalId',
    'CREATE CLIENT_MERGED taxId',
    expect.stringMatching(/^ERROR .*_DUPLICATE_IN_FILE .*CLIENT_MERGED externalId/),
    'CREATE',
    'SKIP',
    'CREATE',
  ])
  const [
    {
      issues: [{ message, level }],
    },
    {
      issues: [{ message: byTaxId }],
    },
  ] = rows as [Json, Json] // as just looked
  expect(level).toBe('WARNING')
  for (const text of [`Alba (${loser.id}) had this external id`, `Bosc (${winner.id})`]) expect(message).toContain(text)
  expect(byTaxId).toContain(`Alba (${loser.id}) had this tax id`)
})

test('ids that the winner took match the winner, and a chain of merges leads to the last one', async () => {
  await merge()
  expect(told(await planned(['', 'Alba', '', 'B58378431']))).toEqual(['UPDATE'])
  const last = await us.client({ legalName: 'Cim', externalId: 'C-1' })
  await merge((await us.get('query($id: ID!) { client(id: $id) { id version } }', { id: winner.id })).client, last)
  const rows = await planned(['', 'Alba', 'A-1', ''], ['', 'Bosc', 'B-1', ''])
  expect(told(rows)).toEqual(['CREATE CLIENT_MERGED externalId', 'CREATE CLIENT_MERGED externalId'])
  for (const {
    issues: [{ message }],
  } of rows)
    expect(message).toContain(`merged into Cim (${last.id})`)
})

test('a row with the id of a merged client is refused with its successor, and one with an unknown id as before', async () => {
  await merge()
  const rows = await planned([loser.id, 'Alba', '', ''], [`${loser.id.slice(0, -4)}zzzz`, 'X', '', ''])
  expect(told(rows)).toEqual(['ERROR CLIENT_UNKNOWN id', 'ERROR CLIENT_UNKNOWN id'])
  expect(rows.map(({ issues: [{ message }] }) => message)).toEqual([
    expect.stringContaining(`was merged into Bosc (${winner.id})`),
    expect.stringContaining('leave the cell empty'),
  ])
})

test('no row is warned once the merge is undone, after an erasure, or in another organisation', async () => {
  const {
    merges: {
      nodes: [{ id: mergeId, version }],
    },
  } = await merge()
  const ours = us
  us = await world.organization()
  expect(told(await planned(['', 'Alba', 'A-1', '']))).toEqual(['CREATE'])
  us = ours
  await us.do('unmergeClients', { mergeId, version })
  expect(told(await planned(['', 'Alba', 'A-1', '']))).toEqual(['SKIP'])
  const again = await Promise.all(
    [loser, winner].map(
      async ({ id }) => (await us.get('query($id: ID!) { client(id: $id) { id version } }', { id })).client,
    ),
  )
  const merged = await merge(again[0], again[1])
  await us.do('erasePerson', { personId: winner.id, version: merged.version })
  expect(told(await planned(['', 'Alba', 'A-1', '']))).toEqual(['CREATE'])
})

test('older merges are recognised in the same way once the database is migrated', async () => {
  await merge(loser, winner, [{ field: 'TAX_ID', from: 'WINNER' }])
  const identities = () =>
    world.database.read.query('SELECT loser_external_id, loser_tax_id FROM client_merges ORDER BY id')
  const before = await identities()
  expect(before).toContainEqual({ loser_external_id: 'A-1', loser_tax_id: 'ESB58378431' })
  const { writer } = world.database as unknown as { writer: DataSource } // no feature can get at it
  const runner = writer.createQueryRunner()
  const migration = new MergedIdentities1765200000000()
  await migration.down(runner)
  await expect(identities()).rejects.toThrow(/loser_external_id/)
  await migration.up(runner)
  if (writer.options.type !== 'better-sqlite3') await runner.release()
  expect(await identities()).toEqual(before)
  expect(await world.database.drift()).toEqual([])
})
