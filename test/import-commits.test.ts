import { setTimeout as sleep } from 'node:timers/promises'
import type { KeyScope } from '../src/model/permission.js'
import {
  clientsOf,
  codes,
  commit,
  create,
  fields,
  file,
  plan,
  read,
  row,
  rowsOf,
  settled,
} from './support/client-spreadsheet.js'
import { pull, pullRows } from './support/pull.js'
import { storedIn } from './support/stored.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World

beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())

describe('a commit', () => {
  const given = file(
    row('Antic SL', { 'Referència externa': 'A', Contacte: 'Rosa Pi', 'Correu del contacte': 'rosa@example.com' }),
    row('Forns Núria', {
      NIF: 'B64717838',
      'Referència externa': 'B',
      'Codi postal': '8221',
      'Correu electrònic': 'info@forns.example',
      Moneda: 'usd',
      Etiquetes: 'forn, pa',
      Web: 'forns.example',
      'Dies de pagament': '30',
      Idioma: 'català',
      Contacte: 'Núria Puig',
    }),
  )
  const fed = async (us: Tenant, table: string, query = '') =>
    (await pullRows(us, table, query))
      .map(pulled => [pulled.client_id ?? pulled.id, pulled.deleted_at !== null].join(' '))
      .sort()

  test('writes exactly the plan; the same file then skips every row; undoing restores what was there', async () => {
    const us = await world.organization()
    const old = await us.client({ legalName: 'Antic', externalId: 'A', notes: 'Nota' })
    const before = await clientsOf(us)
    const made = await plan(us, given)
    const { cursor } = await pull(us, 'clients.jsonl')
    const committed = await commit(us, made)
    expect(committed).toMatchObject({ state: 'COMMITTED', totals: { create: 1, update: 1, skip: 0, error: 0 } })
    const [changed, fresh] = await clientsOf(us)
    expect(changed).toMatchObject({
      id: old.id,
      version: 2,
      legalName: 'Antic SL',
      notes: 'Nota',
      contacts: { nodes: [{ name: 'Rosa Pi', email: 'rosa@example.com', primary: true }] },
    })
    expect(fresh).toMatchObject({
      legalName: 'Forns Núria',
      taxId: 'ESB64717838',
      externalId: 'B',
      email: 'info@forns.example',
      currency: 'USD',
      tags: ['forn', 'pa'],
      website: 'https://forns.example',
      paymentTermsDays: 30,
      language: 'CA',
      address: { line1: 'C/ Major 1', postalCode: '08221', city: 'Terrassa', country: 'ES' },
      contacts: { nodes: [{ name: 'Núria Puig', primary: true }] },
    })
    expect((await us.get('{ search(query: "forns nur") { kind } }')).search).toHaveLength(1)
    expect(await fed(us, 'clients')).toEqual([`${old.id} false`, `${fresh.id} false`])
    for (const table of ['clients', 'client-summaries'])
      expect(await fed(us, table, `cursor=${cursor}`)).toEqual([`${old.id} false`, `${fresh.id} false`])
    expect(await fed(us, 'contacts')).toHaveLength(2)
    expect(
      (await us.get(`{ activityEvents(first: 50, filter: { subjectId: { eq: "${fresh.id}" } }) { nodes { kind } } }`))
        .activityEvents.nodes,
    ).toEqual([{ kind: 'CLIENT_CREATED' }])
    expect(await plan(us, given)).toMatchObject({ totals: { create: 0, update: 0, skip: 2, error: 0 } })

    const undone = await us.do('undoImport', { id: committed.id, version: committed.version }, fields)
    expect(undone.state).toBe('UNDONE')
    const restored = await clientsOf(us)
    expect(restored).toEqual(before.map(client => ({ ...client, version: restored[0].version })))
    expect(restored[0].version).toBeGreaterThan(changed.version)
    expect((await us.get('{ search(query: "forns nur") { kind } }')).search).toEqual([])
    expect(await fed(us, 'clients', `cursor=${cursor}`)).toEqual([`${old.id} false`, `${fresh.id} true`])
    expect(await codes(us, 'undoImport', { id: undone.id, version: undone.version })).toEqual(['IMPORT_STATE'])
  })

  test('is refused while rows are wrong, unless they are skipped, and cannot be done twice', async () => {
    const us = await world.organization()
    const made = await plan(us, file(row('Bé'), row('Malament', { Moneda: 'EURO' })))
    expect(await codes(us, 'commitImport', { id: made.id, version: made.version })).toEqual(['IMPORT_HAS_ERRORS'])
    expect(await clientsOf(us)).toEqual([])
    const done = await commit(us, made, { skipErrors: true })
    expect((await clientsOf(us)).map(({ legalName }) => legalName)).toEqual(['Bé'])
    expect(await codes(us, 'commitImport', { id: done.id, version: done.version })).toEqual(['IMPORT_STATE'])
  })

  test('is refused whole when a record was changed, made or removed since the plan', async () => {
    const us = await world.organization()
    const { id } = await us.client({ legalName: 'Un', externalId: 'A' })
    const attempt = async (meanwhile: () => Promise<unknown>) => {
      const made = await plan(
        us,
        file(row('Nou', { 'Referència externa': 'N' }), row('Un bis', { 'Referència externa': 'A' })),
      )
      await meanwhile()
      const outcome = await codes(us, 'commitImport', { id: made.id, version: made.version })
      return [outcome, (await clientsOf(us)).map(({ legalName }) => legalName)]
    }
    expect(await attempt(() => us.do('updateClient', { id, version: 1, notes: 'x' }))).toEqual([
      ['IMPORT_STALE'],
      ['Un'],
    ])
    const taken = await us.client({ legalName: 'Altre', externalId: 'M' })
    expect(await attempt(() => us.do('updateClient', { id: taken.id, version: 1, externalId: 'N' }))).toEqual([
      ['IMPORT_STALE'],
      ['Un', 'Altre'],
    ])
    await us.do('deleteClient', { id: taken.id, version: 2 })
    expect(await attempt(() => us.do('deleteClient', { id, version: 2 }))).toEqual([['IMPORT_STALE'], []])
  })

  test('is not undone where one of its records was edited or used since', async () => {
    const us = await world.organization()
    const done = await commit(us, await plan(us, file(row('Un'), row('Dos'))))
    const [one, two] = await clientsOf(us)
    await us.do('updateClient', { id: two.id, version: two.version, notes: 'x' })
    const refused = await us.try('undoImport', { id: done.id, version: done.version })
    expect(refused.userErrors).toEqual([
      expect.objectContaining({ code: 'IMPORT_EDITED', message: expect.stringContaining('Dos') }),
    ])
    expect((await clientsOf(us)).map(({ id }) => id)).toEqual([one.id, two.id])
    const other = await world.organization()
    const used = await commit(other, await plan(other, file(row('Un'))))
    const [client] = await clientsOf(other)
    await other.project(client.id)
    expect(await codes(other, 'undoImport', { id: used.id, version: used.version })).toEqual(['CLIENT_IN_USE'])
    expect(await clientsOf(other)).toHaveLength(1)
  })

  test('two commits of one plan at the same time write it once', async () => {
    const us = await world.organization()
    const { id, version } = await plan(us, file(row('Un'), row('Dos')))
    const outcomes = await Promise.all(
      [1, 2].map(() =>
        us.ask('mutation($input: CommitImportInput!) { commitImport(input: $input) { userErrors { code } } }', {
          input: { id, version },
        }),
      ),
    )
    const told = outcomes.map(
      ({ data, errors }) => errors?.[0]?.extensions.code ?? data.commitImport.userErrors[0]?.code ?? 'written',
    )
    expect(told.filter(outcome => outcome === 'written')).toHaveLength(1)
    expect(await clientsOf(us)).toHaveLength(2)
  })
})

describe('a large commit, which others do not wait for', () => {
  const many = 520
  const large = (tenant: Tenant) =>
    plan(
      tenant,
      file(
        ...Array.from({ length: many }, (_, at) =>
          row(`Client ${at}`, { 'Referència externa': `L${at}`, Contacte: at % 2 ? '' : `Persona ${at}` }),
        ),
      ),
    )
  const of = async (tenant: Tenant) =>
    await tenant.get(
      '{ clients(filter: { externalId: { startsWith: "L" } }) { totalCount } contacts { totalCount } activityEvents(filter: { kind: { eq: "CLIENT_CREATED" } }) { totalCount } }',
    )
  const counted = (clients: number, contacts: number, events: number) => ({
    clients: { totalCount: clients },
    contacts: { totalCount: contacts },
    activityEvents: { totalCount: events },
  })

  test('writes exactly the plan, with its history, search words and feed positions, and can be undone', async () => {
    const us = await world.organization()
    const before = await us.client({ legalName: 'Abans' })
    const done = await commit(us, await large(us))
    expect(done).toMatchObject({ state: 'COMMITTED', totals: { create: many, error: 0 } })
    expect(await of(us)).toEqual(counted(many, many / 2, many + 1))
    expect((await us.get('{ search(query: "persona 518") { kind title } }')).search).toEqual(
      expect.arrayContaining([{ kind: 'CLIENT', title: 'Client 518' }]),
    )
    const fed = (await pullRows(us, 'client-summaries')).map(({ client_id }) => client_id)
    expect(fed).toHaveLength(many + 1)
    expect(fed).toContain(before.id)
    expect(new Set(fed).size).toBe(many + 1)
    const { cursor } = await pull(us, 'clients.jsonl')
    const after = await us.client({ legalName: 'Després' })
    expect((await pullRows(us, 'clients', `cursor=${cursor}`)).map(({ id }) => id)).toEqual([after.id])
    expect((await large(us)).totals).toMatchObject({ create: 0, skip: many })
    await us.do('undoImport', { id: done.id, version: done.version })
    expect(await of(us)).toMatchObject({ clients: { totalCount: 0 }, contacts: { totalCount: 0 } })
  })

  test('writes nothing where somebody makes one of its clients meanwhile, and can then be planned again', async () => {
    const us = await world.organization()
    const { id, version } = await large(us)
    let other: Promise<Json> | undefined
    let inserts = 0
    world.database.onStatement = sql => {
      // By then the database has the first rows, L0 among them.
      if (/INSERT INTO .clients./.test(sql) && ++inserts === 2)
        other = us.ask(
          'mutation($input: CreateClientInput!) { createClient(input: $input) { client { id } userErrors { code } } }',
          { input: { legalName: 'Altre', externalId: 'L0', address: { line1: 'x', city: 'x' } } },
        )
    }
    const outcome = await us.ask(
      'mutation($input: CommitImportInput!) { commitImport(input: $input) { userErrors { code } } }',
      { input: { id, version } },
    )
    world.database.onStatement = null
    const { createClient } = (await other).data
    const counts = await of(us)
    if (outcome.errors) {
      expect(outcome.errors[0]?.extensions.code).toBe('CONFLICT')
      expect([createClient.userErrors, counts]).toEqual([[], counted(1, 0, 1)])
      expect(await codes(us, 'commitImport', { id, version })).toEqual(['IMPORT_STALE'])
      const again = await plan(us, file(row('Nou')))
      expect((await commit(us, again)).state).toBe('COMMITTED')
    } else {
      expect([outcome.data.commitImport.userErrors, createClient.userErrors]).toEqual([
        [],
        [{ code: 'EXTERNAL_ID_TAKEN' }],
      ])
      expect(counts).toEqual(counted(many, many / 2, many))
    }
  })

  test('lets others write while it is prepared', async () => {
    const us = await world.organization()
    const { id, version } = await large(us)
    const order: string[] = []
    let other: Promise<unknown> | undefined
    world.database.onStatement = sql => {
      if (/INSERT INTO .clients./.test(sql)) other ??= us.client({ legalName: 'Altre' }).then(() => order.push('other'))
    }
    await us.do('commitImport', { id, version }).then(() => order.push('import'))
    world.database.onStatement = null
    await other
    expect(order).toEqual(['other', 'import'])
  })
})

describe('imports are kept', () => {
  test('for keys with the scope and the permission of their records, and never for another organisation', async () => {
    const us = await world.organization()
    const made = await plan(us, file(row('Un')))
    const key = (scopes: KeyScope[]) => world.key(us.organizationId, scopes)
    const ask = async (tenant: Tenant) => {
      const { data, errors } = await tenant.ask(
        'query($id: ID!) { importPlan(id: $id) { id } importPlans { totalCount } }',
        { id: made.id },
      )
      return errors?.[0]?.extensions.code ?? data.importPlans.totalCount
    }
    expect(await ask(us)).toBe(1)
    expect(await ask(await key(['clients:read', 'import']))).toBe(1)
    expect(await ask(await key(['clients:read']))).toBe('FORBIDDEN')
    expect(await ask(await key(['deals:read', 'import']))).toBe('NOT_FOUND')
    expect(await ask(await world.organization())).toBe('NOT_FOUND')
    const attempt = async (tenant: Tenant, mutation: string, input: object, type = 'RecordInput') => {
      const { data, errors } = await tenant.ask(
        `mutation($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } } }`,
        { input },
      )
      return errors?.[0]?.extensions.code ?? data[mutation].userErrors[0]?.code ?? 'done'
    }
    const { id, version } = made
    const before = storedIn(world)
    const others = [
      await key(['clients:read', 'import']),
      await key(['clients:write']),
      await key(['deals:write', 'import']),
    ]
    for (const other of others) {
      expect(
        await attempt(other, 'createImport', { kind: 'CLIENT', file: file(row('Dos')) }, 'CreateImportInput'),
      ).toBe('FORBIDDEN')
      for (const kind of ['Plan', 'Commit'])
        expect(await attempt(other, `${kind.toLowerCase()}Import`, { id, version }, `${kind}ImportInput`)).toMatch(
          /^(FORBIDDEN|NOT_FOUND)$/,
        )
      for (const mutation of ['cancelImport', 'undoImport', 'deleteImport'])
        expect(await attempt(other, mutation, { id, version })).toBe('FORBIDDEN')
      expect(await attempt(other, 'keepImportMapping', { importId: id, name: 'x' }, 'KeepImportMappingInput')).toBe(
        'FORBIDDEN',
      )
    }
    expect(storedIn(world)).toEqual(before)
    expect(await read(us, id)).toEqual(made)
    const seller = await key(['clients:write', 'import'])
    expect(await attempt(seller, 'undoImport', { id, version })).toBe('FORBIDDEN') // needs admin as well
    expect(await attempt(seller, 'commitImport', { id, version }, 'CommitImportInput')).toBe('done')
  })

  test('for a week, then gone with their file; or until they are deleted', async () => {
    const us = await world.organization()
    const before = storedIn(world)
    const first = await plan(us, file(row('Un')))
    const second = await plan(us, file(row('Dos')))
    await us.do('deleteImport', { id: second.id, version: second.version })
    expect(storedIn(world)).toHaveLength(before.length + 1)
    const start = world.now
    world.now = new Date(start.getTime() + 8 * 86_400_000)
    const third = await plan(us, file(row('Tres')))
    expect((await us.get('{ importPlans { nodes { id } } }')).importPlans.nodes.map(({ id }: Json) => id)).toEqual([
      third.id,
    ])
    expect(storedIn(world)).toHaveLength(before.length + 1)
    expect(await us.ask('query($id: ID!) { importPlan(id: $id) { id } }', { id: first.id })).toMatchObject({
      errors: [{ extensions: { code: 'NOT_FOUND' } }],
    })
    expect(
      await world.database.read.query(`SELECT id FROM import_rows WHERE plan_id IN ('${first.id}', '${second.id}')`),
    ).toEqual([])
    world.now = start
  })

  test('a cancelled plan has no rows and can be planned again', async () => {
    const us = await world.organization()
    const { id, version } = await create(us, file(...Array.from({ length: 3000 }, (_, at) => row(`Client ${at}`))))
    const planning = await us.do('planImport', { id, version }, fields)
    let cancelled: Json
    for (let current = planning; !cancelled;) {
      const { data, errors } = await us.ask(
        `mutation($input: RecordInput!) { cancelImport(input: $input) { importPlan { ${fields} } userErrors { code } } }`,
        { input: { id, version: current.version } },
      )
      if (errors) current = await read(us, id)
      else cancelled = data.cancelImport.importPlan ?? 'too late'
    }
    expect(cancelled).toMatchObject({ state: 'CANCELLED', totals: null, progress: { rows: 0 } })
    await sleep(100)
    expect(await rowsOf(us, id)).toEqual([])
    await us.do('planImport', { id, version: cancelled.version })
    const done = await settled(us, id)
    expect(done).toMatchObject({ state: 'READY', totals: { create: 3000 }, progress: { rows: 3000 } })
    expect(Math.abs(done.progress.about - 3000)).toBeLessThan(100) // by the size of the file
  })
})
