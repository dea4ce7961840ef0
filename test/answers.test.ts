import { World, type Tenant } from './support/world.js'

let world: World
let us: Tenant
beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
})
afterAll(() => world.stop())

const at = (path: string, init?: RequestInit) => fetch(new URL(path, world.url), init)

test('no answer is kept by anybody, and none is taken for what it does not say it is', async () => {
  const key = { 'x-api-key': us.secret }
  const post = (body: string, headers: Record<string, string> = {}) => at('/graphql', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
  const answers: Record<string, Response> = {
    data: await post('{"query":"{ viewer { name } }"}', key),
    refused: await post('{"query":"{ nothing }"}', key),
    malformed: await post('{', key),
    stranger: await post('{"query":"{ viewer { name } }"}'),
    get: await at('/graphql?query={viewer{name}}', { headers: key }),
    health: await at('/health'),
    nothing: await at('/nothing'),
    address: await at('/%zz'),
    manifest: await at('/export/v1/manifest.json', { headers: key }),
    table: await at('/export/v1/users.csv', { headers: key }),
    unreadable: await at('/export/v1/users.csv'),
    file: await at('/files/none'),
  }
  for (const [name, { headers }] of Object.entries(answers)) {
    expect([name, headers.get('x-content-type-options'), headers.get('cache-control')]).toEqual([name, 'nosniff', expect.stringContaining('no-store')])
  }
  expect(Object.values(answers).map(({ status }) => status)).toEqual([200, 400, 400, 401, expect.any(Number), 200, 404, 400, 200, 200, 401, 404])
})

test('what a list is asked for wrongly is explained by what is wrong', async () => {
  const ask = async (query: string) => (await (await at(`/export/v1/lists/clients.csv?${query}`, { headers: { 'x-api-key': us.secret } })).json()) as { errors: { message: string }[] } // as our errors are
  expect((await ask('orderBy=LEGAL_NAME')).errors[0]?.message).toBe('orderBy is not JSON as the list takes it in GraphQL, such as {"field":"CREATED_AT","direction":"DESC"}.')
  expect((await ask('filter=legalName')).errors[0]?.message).toBe('filter is not JSON as the list takes it in GraphQL, such as {"legalName":{"startsWith":"A"}}.')
})

test('what is needed more than once is named once', async () => {
  const importer = await world.key(us.organizationId, ['import'])
  const file = new File(['Nom\nx\n'], 'x.csv')
  const told = await importer.ask('mutation($input: CreateImportInput!) { createImport(input: $input) { userErrors { code } } }', { input: { kind: 'CLIENT', file } })
  expect(told.errors?.[0]?.message).toBe('This needs clients:read and clients:write, which the key does not have.')
  const exporter = await world.key(us.organizationId, ['export', 'clients:read'])
  const address = `/export/v1/lists/clients.csv?filter=${encodeURIComponent('{"overdue":{"gt":"0"}}')}&orderBy=${encodeURIComponent('{"field":"OVERDUE"}')}`
  expect(await (await at(address, { headers: { 'x-api-key': exporter.secret } })).json()).toMatchObject({ errors: [{ message: 'This needs invoices:read, which the key does not have.' }] })
})
