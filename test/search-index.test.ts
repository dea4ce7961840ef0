import type { DataSource } from 'typeorm'
import { Search1764400000001 } from '../src/database/migrations/5-search.js'
import { Client } from '../src/features/clients/index.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())

const fields = 'kind title rank archived matched { field text } record { id } client { id }'
const search = async (tenant: Tenant, query: string, args = ''): Promise<Json[]> =>
  (await tenant.get(`query($query: String!) { search(query: $query${args}) { ${fields} } }`, { query })).search
const titles = async (tenant: Tenant, query: string, args = '') =>
  (await search(tenant, query, args)).map(({ title }) => title)

describe('the index follows', () => {
  let us: Tenant
  beforeEach(async () => {
    us = await world.organization()
  })
  const at = ({ id, version }: Json) => ({ id, version })

  test('names, tax ids, e-mail addresses and external ids that change', async () => {
    let client = await us.client({
      legalName: 'Primer Nom',
      tradeName: 'Botiga',
      taxId: 'B58378431',
      email: 'vell@example.com',
      externalId: 'X1',
    })
    client = await us.do('updateClient', {
      ...at(client),
      legalName: 'Segon Nom',
      tradeName: null,
      taxId: 'A58818501',
      email: 'nou@example.com',
      externalId: 'X2',
    })
    for (const query of ['primer', 'botiga', 'B58378431', 'esb583', 'vell', 'x1'])
      expect([query, await titles(us, query)]).toEqual([query, []])
    for (const query of ['segon', 'nom', 'A58818501', 'nou', 'x2', 'nom nou'])
      expect([query, await titles(us, query)]).toEqual([query, ['Segon Nom']])
    await us.do('updateClient', { ...at(client), taxId: null, phone: '93' })
    expect(await titles(us, 'A58818501')).toEqual([])
    expect((await search(us, 'segon'))[0].rank).toBe(3)
  })

  test('contacts that come, change and go', async () => {
    const client = await us.client({ legalName: 'Casa' })
    let contact = await us.do('createContact', { clientId: client.id, name: 'Pau Vila' })
    const second = await us.do('createContact', { clientId: client.id, name: 'Pau Serra' })
    expect(await titles(us, 'pau')).toEqual(['Casa', 'Pau Serra', 'Pau Vila'])
    contact = await us.do('updateContact', { ...at(contact), name: 'Pol Vila' })
    expect(await titles(us, 'pau vila')).toEqual(['Casa']) // by two people of its own
    expect(await titles(us, 'pol')).toEqual(['Casa', 'Pol Vila'])
    await us.do('deleteContact', at(contact))
    expect(await titles(us, 'pol')).toEqual([])
    expect(await titles(us, 'pau')).toEqual(['Casa', 'Pau Serra'])
    await us.do('deleteContact', { ...at(second), version: 2 }) // it became the primary one
    expect(await titles(us, 'pau')).toEqual([])
    await us.do('deleteClient', { ...at(client), version: 1 })
    expect(await titles(us, 'casa')).toEqual([])
  })

  test('records that are archived, brought back and deleted', async () => {
    let client = await us.client({ legalName: 'Far' })
    let project = await us.project(client.id, { name: 'Far nou' })
    client = await us.do('archiveClient', at(client))
    expect((await search(us, 'far')).map(({ title, archived }) => [title, archived])).toEqual([
      ['Far nou', false],
      ['Far', true],
    ])
    project = await us.do('archiveProject', at(project))
    client = await us.do('unarchiveClient', at(client))
    expect((await search(us, 'far')).map(({ title, archived }) => [title, archived])).toEqual([
      ['Far', false],
      ['Far nou', true],
    ])
    await us.do('deleteProject', at(project))
    await us.do('deleteClient', at(client))
    expect(await search(us, 'far')).toEqual([])
    const left = await world.database.read.query(
      `SELECT word FROM search_words WHERE organization_id = '${us.organizationId}' UNION SELECT id FROM search_entries WHERE organization_id = '${us.organizationId}'`,
    )
    expect(left).toEqual([])
  })

  test('numbers from the moment a document has one', async () => {
    const client = await us.client()
    const draft = await us.draft(client.id, '1')
    expect(await titles(us, 'f2026')).toEqual([])
    const submitted = await us.do('submitInvoice', at(draft))
    const invoice = await us.do('authoriseInvoice', at(submitted), 'id version number')
    expect(await titles(us, 'f2026')).toEqual([invoice.number])
    await us.do('voidInvoice', at(invoice))
    expect(await titles(us, 'f2026')).toEqual([invoice.number])
    const another = await us.draft(client.id, '1', { externalId: 'gone' })
    await us.do('deleteInvoice', at(another))
    expect(await titles(us, 'gone')).toEqual([])
  })

  test('no change that was refused', async () => {
    const client = await us.client({ legalName: 'Estable', taxId: 'B58378431' })
    await us.try('createClient', { legalName: 'Rebutjat', address: { line1: 'x', city: 'x' }, taxId: 'B58378431' })
    await us.ask('mutation($input: UpdateClientInput!) { updateClient(input: $input) { client { id } } }', {
      input: { id: client.id, version: 9, legalName: 'Rebutjat' },
    })
    expect(await titles(us, 'rebutjat')).toEqual([])
    expect(await titles(us, 'estable')).toEqual(['Estable'])
  })
})

/** All that the index holds, in an order of its own. */
const indexRows = async (where = '') =>
  JSON.stringify([
    await world.database.read.query(`SELECT * FROM search_entries ${where} ORDER BY id`),
    await world.database.read.query(`SELECT * FROM search_words ${where} ORDER BY entry_id, weight, word`),
  ])

test('an existing database gets its index when it is migrated, the same that its records would have made', async () => {
  const us = await world.organization()
  const client = await us.client({ legalName: "L'Illa", taxId: 'B58378431' })
  for (const name of ['Pau', 'Núria Vila']) await us.do('createContact', { clientId: client.id, name })
  await us.project(client.id, { name: 'Obra', code: 'O1' })
  await us.invoice(client.id, '1')
  for (let at = 0; at < 60; at++) await us.client({ externalId: `E${at}` })
  const before = await indexRows()
  const { writer } = world.database as unknown as { writer: DataSource } // no feature can get at it
  const migration = new Search1764400000001()
  const runner = writer.createQueryRunner()
  try {
    await migration.down(runner)
    await migration.up(runner)
  } finally {
    if (world.database.dialect.name !== 'sqlite') await runner.release()
  }
  expect((await indexRows()) === before).toBe(true)
  expect(await world.database.drift()).toEqual([])
  expect(await titles(us, 'illa')).toEqual(["L'Illa"])
})

test('the index can be built again from the records', async () => {
  const us = await world.organization()
  const [from, to] = [await us.client({ legalName: 'From' }), await us.client({ legalName: 'To' })]
  await us.do('createContact', { clientId: from.id, name: 'Roser Mas' })
  const facts = await world.facts(us.organizationId)
  await world.system.contextOf(facts).mutate('clients:write', async scope => {
    // As a merge moves what hangs on a client: by one statement.
    await scope.rows(
      `UPDATE contacts SET client_id = :to WHERE organization_id = :organization AND client_id = :from`,
      { from: from.id, to: to.id },
    )
    scope.reindex(Client, [from.id, to.id])
  })
  expect(await titles(us, 'roser', ', kinds: CLIENT')).toEqual(['To'])
})

test('a record with a very long list of contacts can still be changed and found', async () => {
  const us = await world.organization()
  const client = await us.client({ legalName: 'Gran' })
  const facts = await world.facts(us.organizationId)
  const { Contact } = await import('../src/features/clients/index.js')
  await world.system.contextOf(facts).mutate('clients:write', async scope => {
    const about = { clientId: client.id, version: 1, createdAt: world.now, updatedAt: world.now, primary: false }
    await scope.insertWithHistory(
      Array.from({ length: 800 }, (_, at) =>
        scope.make(Contact, { ...about, name: `${'w'.repeat(90)} n${at} ${'ü'.repeat(60)}${at}`, nameFolded: 'w' }),
      ),
      [],
    )
  })
  await us.do('updateClient', { id: client.id, version: 1, tradeName: 'Immens' })
  expect(await titles(us, 'immens')).toEqual(['Gran'])
  expect(await titles(us, 'n7 gran', ', kinds: CLIENT')).toEqual(['Gran'])
})
