import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { clientelaWith } from './support/command.js'
import { pull, rowsIn } from './support/pull.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let folder: string

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  folder = mkdtempSync(join(tmpdir(), 'clientela-export-'))
  const plain = {
    legalName: '=HYPERLINK("http://example.com";"x")',
    tradeName: "'=1+1",
    phone: '+34 93 123',
    notes: 'two\nlines; "quoted", and\ttab',
    tags: ['a', 'b c'],
    address: { line1: '-5', city: 'l’Hospitalet', postalCode: '08001' },
  }
  const clients = [
    await us.client(plain, 'id version'),
    await us.client(
      {
        legalName: 'Àlaba',
        taxId: 'B64717838',
        externalId: 'A-1',
        email: 'a@example.com',
        website: 'https://a.example',
        currency: 'USD',
        paymentTermsDays: 30,
        language: 'CA',
      },
      'id version',
    ),
    await us.client(
      { legalName: 'Zoo', externalId: '007', ownerId: (await us.user({ name: 'Marta' })).id },
      'id version',
    ),
    await us.client({ legalName: 'Bar Pi', address: { line1: 'Rua 1', city: 'Lisboa', country: 'PT' } }, 'id version'),
  ]
  for (const [at, amount] of ['100', '300', '200'].entries())
    await us.invoice(clients[at].id, amount, { currency: 'EUR', authorisedOn: '2026-02-01', dueOn: '2026-02-20' })
  await us.do('createContact', { clientId: clients[0].id, name: '@home', email: 'x@example.com' })
  await us.do('createContact', { clientId: clients[0].id, name: '-Minus', phone: '-1' })
  await us.do('archiveClient', { id: clients[3].id, version: 1 })
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await world.stop()
})

const list = async (path: string, tenant = us) => {
  const answer = await pull(tenant, `lists/${path}`)
  if (answer.error) throw new Error(JSON.stringify(answer.error))
  return answer
}
const query = (given: Record<string, unknown>) =>
  new URLSearchParams(
    Object.entries(given).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ).toString()

async function planOf(file: File, kind: string): Promise<Json> {
  const made = await us.do('createImport', { kind, file })
  await us.do('planImport', { id: made.id, version: made.version })
  for (;;) {
    const { importPlan } = await us.get(
      'query($id: ID!) { importPlan(id: $id) { state columns { header field samples } totals { create update skip error } rows(first: 20) { nodes { number title issues { code message } changes { field before after } } } } }',
      { id: made.id },
    )
    if (importPlan.state !== 'PLANNING') return importPlan
    await sleep(20)
  }
}

test.each([
  ['clients', 'csv', ''],
  ['clients', 'csv', 'spanish=true'],
  ['clients', 'xlsx', ''],
  ['contacts', 'csv', ''],
  ['contacts', 'xlsx', ''],
])('%s as %s %s import again unchanged: every row is skipped', async (name, format, more) => {
  const { bytes, headers } = await list(`${name}.${format}?${more}${name === 'clients' ? '&archived=INCLUDE' : ''}`)
  const { rows, totals, columns } = await planOf(
    new File([new Uint8Array(bytes)], `x.${format}`),
    name === 'clients' ? 'CLIENT' : 'CONTACT',
  )
  expect(rows.nodes.map(({ changes, issues }: Json) => [changes, issues])).toEqual(rows.nodes.map(() => [[], []]))
  expect(totals).toEqual({ create: 0, update: 0, skip: Number(headers.get('x-clientela-rows')), error: 0 })
  expect(totals.skip).toBe(name === 'clients' ? 4 : 2)
  const owner = columns.filter(({ header }: Json) => header === 'owner_name')
  expect(owner).toEqual(
    name === 'clients' ? [{ header: 'owner_name', field: null, samples: expect.arrayContaining(['Marta']) }] : [],
  )
})

test('an exported list of deals imports its owners by their ids, and leaves their names out', async () => {
  const them = await world.organization()
  const owner = await them.user({ name: 'Marta' })
  await them.deal((await them.client({ externalId: '1' })).id, { ownerId: owner.id })
  const { bytes } = await list('deals.csv', them)
  const fields = 'importPlan { columns { header field samples } } userErrors { message }'
  const { createImport } = await them.get(
    `mutation($file: Upload!) { createImport(input: { kind: DEAL, file: $file }) { ${fields} } }`,
    { file: new File([new Uint8Array(bytes)], 'x.csv') },
  )
  expect(createImport.importPlan.columns.filter(({ header }: Json) => header.startsWith('owner'))).toEqual([
    { header: 'owner_id', field: 'owner', samples: [owner.id] },
    { header: 'owner_name', field: null, samples: ['Marta'] },
  ])
})

test('a cell that a person changes in an export is the only change of the import, for every kind of record', async () => {
  const { text } = await list('clients.csv?columns=id,legal_name,notes')
  const plan = await planOf(new File([text.replace('Zoo', 'Zoo Nou')], 'x.csv'), 'CLIENT')
  expect(plan.totals).toEqual({ create: 0, update: 1, skip: 2, error: 0 })
  const strange = await planOf(new File(['id,legal_name\r\ncli_01kkbpenw0ex29n6t3srrhcrhq,X\r\n'], 'x.csv'), 'CLIENT')
  expect(strange.rows.nodes[0].issues).toMatchObject([{ code: 'CLIENT_UNKNOWN' }])
  const both = await planOf(
    new File(
      [
        text
          .split('\r\n')
          .slice(0, 2)
          .join('\r\n')
          .replace('notes', 'externalId')
          .replace(/"two[^]*"/, 'A-1'),
      ],
      'x.csv',
    ),
    'CLIENT',
  )
  expect(both.rows.nodes[0].issues).toMatchObject([{ code: 'IDENTITY_CONFLICT' }])
})

test('CSV for people has no cell that a spreadsheet would run; telephones and negative numbers stay as they are', async () => {
  const { text } = await list('clients.csv?columns=legal_name,trade_name,phone,address_line1')
  expect(text.split('\r\n')).toEqual([
    'legal_name,trade_name,phone,address_line1',
    '"\'=HYPERLINK(""http://example.com"";""x"")",\'\'=1+1,+34 93 123,-5',
    'Àlaba,,,C/ Major 1',
    'Zoo,,,C/ Major 1',
    '',
  ])
  const { text: spanish } = await list(
    'clients.csv?columns=legal_name,sales_overdue_amount_base&spanish=true&filter={"legalName":{"startsWith":"z"}}',
  )
  expect(spanish).toBe('\ufefflegal_name;sales_overdue_amount_base\r\nZoo;200,00\r\n')
})

test('an exported list equals the list of GraphQL: filtered, ordered, by a saved view, on a past day', async () => {
  const cases: [string, object, string][] = [
    [
      'filter: { overdue: { gt: "150" } }, orderBy: { field: OVERDUE, direction: DESC }',
      { filter: { overdue: { gt: '150' } }, orderBy: { field: 'OVERDUE', direction: 'DESC' } },
      '',
    ],
    [
      'orderBy: { field: LEGAL_NAME, direction: DESC }, archived: INCLUDE',
      { orderBy: { field: 'LEGAL_NAME', direction: 'DESC' }, archived: 'INCLUDE' },
      '',
    ],
    ['archived: ONLY', { archived: 'ONLY' }, ''],
    [
      'asOf: "2026-02-10", filter: { overdue: { gt: "1" } }',
      { asOf: '2026-02-10', filter: { overdue: { gt: '1' } } },
      '',
    ],
  ]
  const view = await us.do('createSavedView', {
    list: 'CLIENTS',
    name: 'Owing',
    shared: true,
    filter: { overdue: { gt: '150' } },
    orderBy: { field: 'OVERDUE', direction: 'ASC' },
  })
  cases.push([`savedViewId: "${view.id}"`, { savedViewId: view.id }, ''])
  for (const [graphql, given] of cases) {
    const { clients } = await us.get(
      `{ clients(first: 100, ${graphql}) { totalCount nodes { id legalName overview { asOf invoices { overdue { amount { base { amount } } } } } } } }`,
    )
    const answer = await list(
      `clients.jsonl?${query({ ...given, columns: 'id,legal_name,as_of,sales_overdue_amount_base' })}`,
    )
    const wanted = clients.nodes.map(({ id, legalName, overview }: Json) => ({
      id,
      legal_name: legalName,
      as_of: overview.asOf,
      sales_overdue_amount_base: overview.invoices.overdue.amount.base.amount,
    }))
    expect([graphql, rowsIn(answer), answer.headers.get('x-clientela-rows')]).toEqual([
      graphql,
      wanted,
      String(clients.totalCount),
    ])
  }
})

test('every list can be exported in every format', async () => {
  const { paths } = rowsIn(await pull(us, 'openapi.json'))[0]
  const names = Object.keys(paths).flatMap(path => /^\/export\/v1\/lists\/(.*)\.\{format\}$/.exec(path)?.[1] ?? [])
  expect(names).toEqual(
    expect.arrayContaining([
      'clients',
      'contacts',
      'projects',
      'time-entries',
      'tasks',
      'purchase-orders',
      'invoices',
      'payments',
      'deals',
      'quotes',
      'interactions',
      'files',
      'users',
    ]),
  )
  for (const name of names)
    for (const format of ['csv', 'xlsx', 'jsonl', 'parquet'])
      expect([name, format, (await pull(us, `lists/${name}.${format}`)).status]).toEqual([name, format, 200])
})

test('a wrong request is refused with the reason', async () => {
  const told = async (path: string, tenant = us) => {
    const { error } = await pull(tenant, `lists/${path}`)
    return [error?.status, error?.message ?? '']
  }
  expect(await told('horses.csv')).toEqual([404, expect.stringContaining('clients, ')])
  expect(await told('clients.pdf')).toEqual([404, expect.stringContaining('csv')])
  expect(await told('clients.csv?filter=x')).toEqual([400, expect.stringContaining('filter is not JSON')])
  expect(await told('clients.csv?filter={"horse":{"eq":"x"}}')).toEqual([400, expect.stringContaining('horse')])
  expect(await told('clients.csv?orderBy={"field":"HORSE"}')).toEqual([400, expect.stringContaining('HORSE')])
  expect(await told('clients.csv?columns=horse')).toEqual([400, expect.stringContaining('horse')])
  expect(await told('clients.csv?archived=maybe')).toEqual([400, expect.stringContaining('EXCLUDE')])
  expect(await told('clients.csv?spanish=si')).toEqual([400, expect.stringContaining('spanish')])
  expect(await told('clients.csv?cursor=x')).toEqual([400, expect.stringContaining('cursor')])
  expect(await told('clients.csv?asOf=2027-01-01')).toEqual([400, expect.stringContaining('future')])
  const reader = await world.key(us.organizationId, ['clients:read', 'export'])
  expect(await told('clients.csv', await world.key(us.organizationId, ['clients:read']))).toEqual([
    403,
    expect.stringContaining('export'),
  ])
  expect(await told('clients.csv?columns=sales_overdue_amount_base', reader)).toEqual([
    403,
    expect.stringContaining('invoices:read'),
  ])
  expect(await told('clients.csv?filter={"overdue":{"gt":"1"}}', reader)).toEqual([
    403,
    expect.stringContaining('invoices:read'),
  ])
  expect(await told('clients.csv?orderBy={"field":"OVERDUE"}', reader)).toEqual([
    403,
    expect.stringContaining('invoices:read'),
  ])
  expect(await told('invoices.csv', reader)).toEqual([403, expect.stringContaining('invoices:read')])
})

test('the command writes a list to a file, whole or not at all', async () => {
  const out = join(folder, 'clients.csv')
  const run = (...args: string[]) =>
    clientelaWith({ CLIENTELA_URL: world.url, CLIENTELA_API_KEY: us.secret }, world, 'export', ...args)
  const made = await run(
    'clients',
    '--out',
    out,
    '--columns',
    'legal_name,sales_overdue_amount_base',
    '--order-by',
    'OVERDUE:DESC',
    '--spanish',
  )
  expect([made.code, made.stdout, made.stderr]).toEqual([0, `3 rows in ${out}.\n`, ''])
  expect(readFileSync(out, 'utf8')).toBe(
    '\ufefflegal_name;sales_overdue_amount_base\r\nÀlaba;300,00\r\nZoo;200,00\r\n"\'=HYPERLINK(""http://example.com"";""x"")";100,00\r\n',
  )
  const wrong = await run('clients', '--out', out, '--filter', '{"horse":1}')
  expect([wrong.code, wrong.stderr.includes('horse')]).toEqual([1, true])
  expect(readdirSync(folder)).toEqual(['clients.csv'])
})
