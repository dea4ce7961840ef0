import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import type { DataSource } from 'typeorm'
import { Database } from '../src/database/database.js'
import { migrations } from '../src/database/migrations/index.js'
import { Tenant, World } from './support/world.js'
import { entities } from '../src/model/entity-metadata.js'

let world: World
let us: Tenant

const blocks = {
  projects: 'projects { count totalHours }',
  tasks: 'tasks { overdue { count } upcomingWithin(days: 7) { count } }',
  purchaseOrders: 'purchaseOrders { total { count amount { base { amount } } } }',
  invoices: 'invoices { overdue { count amount { amounts { amount } } } unappliedCredit { withoutRate } }',
}
const page = (first: number, overview: string) =>
  `{ clients(first: ${first}) { nodes { legalName ${overview ? `overview { ${overview} }` : ''} } } }`
const yesterday = '2026-03-09'

/** The statements of a query that was asked before, so that the figures of its clients are kept. */
async function statements(query: string): Promise<string[]> {
  await us.get(query)
  await world.settled()
  const trace: string[] = []
  world.database.trace = trace
  await us.get(query)
  world.database.trace = null
  return trace
}

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  for (let at = 0; at < 100; at++) await us.client()
  const [client] = (await us.get('{ clients(first: 1) { nodes { id } } }')).clients.nodes
  await us.invoice(client.id, '10.00', { authorisedOn: '2026-01-10', dueOn: '2026-01-20' })
  await statements(page(1, '')) // the first use of the key is written once a minute
})
afterAll(() => world.stop())

test.each([1, 20, 100])('a page of %i clients with every block costs 2 statements', async first => {
  expect(await statements(page(first, Object.values(blocks).join(' ')))).toHaveLength(2)
})

test.each([1, 20, 100])('lists below a page of %i clients add one statement each', async first => {
  const query = `{ clients(first: ${first}) { nodes { contacts(first: 2) { nodes { name } } invoices(first: 2) { nodes { number lines { description } client { legalName } } } overview { invoices { overdue { count invoices(first: 1) { nodes { number } } } } } } } }`
  expect((await statements(query)).length).toBeLessThanOrEqual(7)
})

test('blocks that are not selected cost nothing', async () => {
  const tables = {
    projects: /\bFROM projects\b/,
    tasks: /\bFROM tasks\b/,
    purchaseOrders: /\bFROM purchase_orders\b/,
    invoices: /\bFROM allocations\b/,
  }
  for (const [name, block] of Object.entries(blocks)) {
    const text = (await statements(page(5, block).replace('overview', `overview(asOf: "${yesterday}")`))).join('\n')
    for (const [other, table] of Object.entries(tables))
      expect({ name, other, read: table.test(text) }).toEqual({ name, other, read: other === name })
  }
  expect(await statements(page(5, 'asOf'))).toHaveLength(1)
})

test('totalCount is counted only where it is selected, and alone reads no rows', async () => {
  expect((await statements(page(5, ''))).filter(sql => sql.includes('COUNT'))).toHaveLength(0)
  const counting = await statements('{ clients { totalCount } }')
  expect(counting).toHaveLength(1)
  expect(counting[0]).toContain('COUNT')
})

test('the migrated database is what the entities say, and migrating again changes nothing', async () => {
  expect(await world.database.drift()).toEqual([])
  expect(await world.database.migrate()).toEqual([])
  expect(await world.database.schemaState()).toBe('current')
})

test('text is compared byte by byte', async () => {
  await us.client({ legalName: 'Àgora', externalId: 'abc' })
  await us.client({ legalName: 'Agora', externalId: 'ABC' })
  const count = async (filter: string) =>
    (await us.get(`{ clients(filter: ${filter}) { totalCount } }`)).clients.totalCount
  expect(await count('{ externalId: { eq: "abc" } }')).toBe(1)
  expect(await count('{ externalId: { eq: "abc " } }')).toBe(0)
  expect(await count('{ legalName: { eq: "agora" } }')).toBe(0)
  expect(await count('{ legalName: { startsWith: "àgo" } }')).toBe(2)
})

test('the connection for reading cannot write on SQLite, and foreign keys hold on both', async () => {
  if (world.database.dialect.name === 'sqlite') {
    await expect(world.database.read.query('UPDATE clients SET version = 9')).rejects.toThrow(/readonly/)
  }
  await expect(
    world.database.write(manager => manager.query("UPDATE invoices SET client_id = 'cli_00000000000000000000000000'")),
  ).rejects.toMatchObject({ code: 'IN_USE' })
})

const isSqlite = () => world.database.dialect.name === 'sqlite'

test('a view that was given back holds no state of the database', async () => {
  const open = async () => {
    const [row] = isSqlite()
      ? await world.database.read.query<{ busy: number }[]>('PRAGMA wal_checkpoint(TRUNCATE)')
      : await world.database.read.query<{ busy: number | string }[]>(
          'SELECT COUNT(*) AS busy FROM information_schema.INNODB_TRX t JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id WHERE p.DB = DATABASE()',
        )
    return Number(row?.busy)
  }
  await world.database.snapshot(async session => {
    await session.query('SELECT COUNT(*) FROM clients')
    await us.client()
    expect(await open()).toBeGreaterThan(0)
  })
  if (!isSqlite()) await sleep(200) // the server answers with what it knew 100 ms ago
  expect(await open()).toBe(0)
})
const write = (sql: string) => world.database.write(manager => manager.query(sql))

describe('the schema of the database', () => {
  test('is migrated once, and can be taken back', async () => {
    const fresh = await World.start()
    try {
      expect(await fresh.database.migrate()).toEqual([])
      const { writer } = fresh.database as unknown as { writer: DataSource } // no feature can get at it
      for (const _ of migrations) await writer.undoLastMigration()
      expect(await fresh.database.schemaState()).toBe('empty')
      await expect(fresh.database.read.query('SELECT 1 FROM clients')).rejects.toThrow(/clients/)
      expect(await fresh.database.migrate()).not.toEqual([])
      expect(await fresh.database.drift()).toEqual([])
      await (await fresh.organization()).client()
    } finally {
      await fresh.stop()
    }
  })

  test('reports its version', async () => {
    const fresh = await World.start()
    const state = async () => {
      const again = await Database.open(fresh.location)
      try {
        return await again.schemaState()
      } finally {
        await again.close()
      }
    }
    try {
      expect(await state()).toBe('current')
      await fresh.database.write(manager =>
        manager.query("INSERT INTO migrations (timestamp, name) VALUES (9, 'Later9')"),
      )
      expect(await state()).toBe('newer')
      await fresh.database.write(manager => manager.query('DELETE FROM migrations'))
      expect(await state()).toBe('empty')
    } finally {
      await fresh.stop()
    }
  })

  test('leads every index on the rows of an organisation by the organisation', async () => {
    for (const { table, fields } of entities()) {
      if (!fields.some(({ name }) => name === 'organizationId')) continue
      const columns: { name: string; column: string; position: number | string }[] = isSqlite()
        ? await world.database.read.query(
            `SELECT l.name AS name, i.name AS "column", i.seqno AS position FROM pragma_index_list('${table}') l, pragma_index_info(l.name) i WHERE l.origin = 'c'`,
          )
        : await world.database.read.query(
            `SELECT index_name AS name, column_name AS \`column\`, seq_in_index - 1 AS position FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = '${table}' AND index_name <> 'PRIMARY' AND index_name NOT LIKE 'fk_%'`,
          )
      for (const { name, column, position } of columns) {
        if (Number(position) === 0 && name !== 'uq_api_key_lookup')
          expect([name, column]).toEqual([name, 'organization_id'])
      }
    }
  })
})

describe('what is stored', () => {
  test('is limited by the database as well as by the API', async () => {
    const long = 'x'.repeat(300)
    if (isSqlite()) return
    await expect(write(`UPDATE clients SET legal_name = '${long}'`)).rejects.toThrow(/too long/)
    await expect(write("UPDATE projects SET opened_on = '2026-02-30'")).resolves.toBeDefined() // no rows
    await expect(write("INSERT INTO migrations (timestamp, name) VALUES ('x', 'x')")).rejects.toThrow(
      /Incorrect|truncated/,
    )
  })

  test('cannot refer to a missing record', async () => {
    const client = await us.client()
    const contact = await us.do('createContact', { clientId: client.id, name: 'Pau' })
    await expect(write(`DELETE FROM clients WHERE id = '${client.id}'`)).rejects.toMatchObject({ code: 'IN_USE' })
    await expect(write(`UPDATE contacts SET client_id = 'cli_0' WHERE id = '${contact.id}'`)).rejects.toMatchObject({
      code: 'IN_USE',
    })
  })

  test('is exact up to 2^53', async () => {
    const rich = await world.organization()
    const client = await rich.client()
    const payment = await rich.do(
      'recordPayment',
      { clientId: client.id, amount: '90071992547409.91' },
      'id amount { amount }',
    )
    expect(payment.amount.amount).toBe('90071992547409.91')
    expect(
      (
        await rich.get('query($id: ID!) { payment(id: $id) { amount { amount } unappliedAmount { amount } } }', {
          id: payment.id,
        })
      ).payment,
    ).toEqual({ amount: { amount: '90071992547409.91' }, unappliedAmount: { amount: '90071992547409.91' } })
    const overview = () =>
      rich.ask(
        'query($id: ID!) { client(id: $id) { overview { invoices { unappliedCredit { amounts { amount } } } } } }',
        { id: client.id },
      )
    expect((await overview()).data.client.overview.invoices.unappliedCredit.amounts).toEqual([
      { amount: '90071992547409.91' },
    ])
    await rich.do('recordPayment', { clientId: client.id, amount: '0.01' })
    expect((await overview()).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', reason: 'NUMBER_TOO_LARGE' } },
    ])
    for (let round = 0; round < 22; round++) {
      const input = `input: { clientId: "${client.id}", amount: "90071992547409.91" }`
      await rich.get(
        `mutation { ${Array.from({ length: 50 }, (_, at) => `p${at}: recordPayment(${input}) { userErrors { code } }`).join(' ')} }`,
      )
    }
    expect((await overview()).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', reason: 'NUMBER_TOO_LARGE' } },
    ]) // beyond 2^63, where SQLite's own sums end
  })
})

test('simultaneous statements in one view each return their own rows', async () => {
  const numbers = Array.from({ length: 200 }, (_, at) => at)
  const table =
    'WITH RECURSIVE n(v) AS (SELECT 0 UNION ALL SELECT v + 1 FROM n WHERE v < 300) SELECT COUNT(*) AS found FROM n WHERE v < ?'
  const found = await world.database.snapshot(manager =>
    Promise.all(numbers.map(number => manager.query<{ found: number | string }[]>(table, [number]))),
  )
  expect(found.map(rows => Number(rows[0]?.found))).toEqual(numbers)
})

test('a transaction that fails keeps nothing, and the next one runs', async () => {
  const insert = "INSERT INTO migrations (timestamp, name) VALUES (1, 'lost')"
  await expect(
    world.database.write(async manager => {
      await manager.query(insert)
      throw new Error('half-way')
    }),
  ).rejects.toThrow('half-way')
  expect(await world.database.read.query("SELECT name FROM migrations WHERE name = 'lost'")).toEqual([])
  await us.client()
})

test('an overview in two places of a query is read once, and overviews of two days twice', async () => {
  const twice =
    '{ clients(first: 1) { nodes { overview { projects { count } } ...More } } } fragment More on Client { overview { ... on ClientOverview { tasks { open { count } } } } }'
  expect(await statements(twice)).toHaveLength(1)
  expect((await us.get(twice)).clients.nodes[0].overview).toEqual({
    projects: { count: 0 },
    tasks: { open: { count: 0 } },
  })
  expect(
    await statements(
      page(20, 'invoices { paid { count } } } then: overview(asOf: "2026-01-01") { invoices { paid { count } }'),
    ),
  ).toHaveLength(2)
})

test('every statement on a table of an organisation is bound to the organisation', async () => {
  const owned = entities()
    .filter(({ fields }) => fields.some(({ name }) => name === 'organizationId'))
    .map(({ table }) => table)
    .concat('client_figures')
  const sent = await statements(
    `{ clients { totalCount nodes { overview { ${Object.values(blocks).join(' ')} } tasks { nodes { client { legalName } } } } } activityEvents { totalCount nodes { id } } }`,
  )
  for (const sql of sent)
    expect([
      owned.some(table => new RegExp(`(FROM|JOIN) [\`"]?${table}\\b`).test(sql)),
      sql.includes('organization_id'),
    ]).toEqual([true, true])
})

test('every connection to a server database has the same strict session, including the first', async () => {
  if (world.database.dialect.name === 'sqlite') return // it has one connection, and no such settings
  const settings =
    'SELECT SLEEP(0.01), CONNECTION_ID() AS id, @@SESSION.tx_isolation AS level, @@SESSION.time_zone AS zone, @@SESSION.sql_mode AS mode, @@SESSION.autocommit AS commits'
  const { database } = world
  for (const [commits, ask] of [
    [1, () => database.read.query(settings)],
    [0, (at: number) => database.write(session => session.query(settings), { party: `org_${at % 3}` })],
  ] as const) {
    const rows = (await Promise.all(Array.from({ length: 60 }, (_, at) => ask(at)))).flat()
    expect(new Set(rows.map(({ id }) => id)).size).toBeGreaterThan(5)
    for (const row of rows)
      expect({ ...row, strict: row.mode.includes('STRICT_ALL_TABLES') }).toMatchObject({
        level: 'READ-COMMITTED',
        zone: '+00:00',
        strict: true,
        commits,
      })
  }
})

test('what could not be rolled back is not kept by the changes that follow', async () => {
  world.database.onStatement = sql => {
    if (sql === 'ROLLBACK') throw new Error('It did not arrive.')
  }
  const half = world.database.write(async session => {
    await session.run("UPDATE organizations SET name = 'Half' WHERE id = ?", [us.organizationId])
    throw new Error('Refused.')
  })
  await expect(half).rejects.toThrow('Refused.')
  world.database.onStatement = null
  for (let others = 0; others < 12; others++) await world.database.write(session => session.query('SELECT 1'))
  expect((await us.get('{ organization { name } }')).organization.name).toBe('Prova')
})

test.each([
  ['others and COMMIT', 'First', 'Third', ''],
  ['others', 'First', 'Third', 'SELECT 1'],
  ['nothing', '', '', 'SELECT 1'],
])(
  'when the database refuses a change that goes with %s, nothing is kept and the error names the change alone',
  async (_, before, after, sql) => {
    const rename = 'UPDATE organizations SET name = ? WHERE id = ?'
    const insert = 'INSERT INTO organizations (id) VALUES (?)'
    const refused = world.database.write(async session => {
      if (before) await session.put(rename, [before, us.organizationId])
      await session.put(insert, [us.organizationId])
      if (after) await session.put(rename, [after, us.organizationId])
      if (sql) await session.query(sql)
    })
    const error: unknown = await refused.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      message: expect.not.stringContaining('QueryFailedError'),
      query: insert,
      parameters: [us.organizationId],
    })
    expect(inspect(error)).not.toMatch(/First|Third|SELECT/)
    expect((await us.get('{ organization { name } }')).organization.name).toBe('Prova')
  },
)
