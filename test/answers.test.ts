import { getIntrospectionQuery } from 'graphql'
import { World, type Tenant } from './support/world.js'

let world: World
let us: Tenant
beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
})
afterAll(() => world.stop())

const at = (path: string, init?: RequestInit) => fetch(new URL(path, world.url), init)

test('no answer may be cached, and browsers may not guess another content type', async () => {
  const key = { 'x-api-key': us.secret }
  const post = (body: string, headers: Record<string, string> = {}) =>
    at('/graphql', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
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
    expect([name, headers.get('x-content-type-options'), headers.get('cache-control')]).toEqual([
      name,
      'nosniff',
      expect.stringContaining('no-store'),
    ])
  }
  expect(Object.values(answers).map(({ status }) => status)).toEqual([
    200,
    400,
    400,
    401,
    expect.any(Number),
    200,
    404,
    400,
    200,
    200,
    401,
    404,
  ])
})

test('a long answer to a query is compressed where the caller asks for it, and says the same', async () => {
  const ask = async (query: string, encoding: string) => {
    const { headers, ...answer } = await at('/graphql', {
      method: 'POST',
      headers: { 'x-api-key': us.secret, 'content-type': 'application/json', 'accept-encoding': encoding },
      body: JSON.stringify({ query }),
    }).then(async response => ({ headers: response.headers, text: await response.text() }))
    return {
      ...answer,
      encoding: headers.get('content-encoding'),
      vary: headers.get('vary'),
      bytes: Number(headers.get('content-length')),
    }
  }
  const standard = getIntrospectionQuery()
  for (const query of ['{ __schema { types { name } } }', standard, standard]) {
    const plain = await ask(query, 'identity')
    expect(plain).toMatchObject({ encoding: null, vary: 'Accept-Encoding', bytes: Buffer.byteLength(plain.text) })
    expect(JSON.parse(plain.text)).toMatchObject({ data: { __schema: { types: expect.anything() } } })
    for (const encoding of ['gzip', 'br, gzip;q=0.5']) {
      const zipped = await ask(query, encoding)
      expect(zipped).toMatchObject({ encoding: 'gzip', vary: 'Accept-Encoding', text: plain.text })
      expect(zipped.bytes).toBeLessThan(plain.bytes / 2)
    }
    expect((await ask(query, 'br, gzip;q=0')).encoding).toBeNull()
  }
  expect(await ask('{ viewer { name } }', 'gzip')).toMatchObject({ encoding: null, vary: null })
})

test('the answer of a mutation is not compressed, since it may hold a secret beside text of the caller', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `a${index}: name`).join(' ')
  const answer = await at('/graphql', {
    method: 'POST',
    headers: { 'x-api-key': us.secret, 'content-type': 'application/json', 'accept-encoding': 'gzip' },
    body: JSON.stringify({
      query: `mutation { createUser(input: { name: "Long and longer", email: "long@example.com" }) { user { ${names} } } }`,
    }),
  })
  expect((await answer.text()).length).toBeGreaterThan(2000)
  expect(answer.headers.get('content-encoding')).toBeNull()
})

test('a wrong argument of a list is refused with the reason', async () => {
  const ask = async (query: string) =>
    (await (await at(`/export/v1/lists/clients.csv?${query}`, { headers: { 'x-api-key': us.secret } })).json()) as {
      errors: { message: string }[]
    } // as our errors are
  expect((await ask('orderBy=LEGAL_NAME')).errors[0]?.message).toBe(
    'orderBy is not JSON as the list takes it in GraphQL, such as {"field":"CREATED_AT","direction":"DESC"}.',
  )
  expect((await ask('filter=legalName')).errors[0]?.message).toBe(
    'filter is not JSON as the list takes it in GraphQL, such as {"legalName":{"startsWith":"A"}}.',
  )
})

test('an error names a missing permission once, however many fields need it', async () => {
  const importer = await world.key(us.organizationId, ['import'])
  const file = new File(['Nom\nx\n'], 'x.csv')
  const told = await importer.ask(
    'mutation($input: CreateImportInput!) { createImport(input: $input) { userErrors { code } } }',
    { input: { kind: 'CLIENT', file } },
  )
  expect(told.errors?.[0]?.message).toBe('This needs clients:read and clients:write, which the key does not have.')
  const exporter = await world.key(us.organizationId, ['export', 'clients:read'])
  const address = `/export/v1/lists/clients.csv?filter=${encodeURIComponent('{"overdue":{"gt":"0"}}')}&orderBy=${encodeURIComponent('{"field":"OVERDUE"}')}`
  expect(await (await at(address, { headers: { 'x-api-key': exporter.secret } })).json()).toMatchObject({
    errors: [{ message: 'This needs invoices:read, which the key does not have.' }],
  })
})

test('HEAD answers as GET does, without a body and without reading one', async () => {
  for (let client = 0; client < 3; client++) await us.client()
  const key = { 'x-api-key': us.secret }
  const both = (path: string, headers: Record<string, string> = key) =>
    Promise.all(
      ['GET', 'HEAD'].map(async method => {
        const answer = await at(path, { method, headers })
        return { status: answer.status, text: await answer.text(), headers: Object.fromEntries(answer.headers) }
      }),
    )
  const transport = ['date', 'connection', 'keep-alive', 'transfer-encoding']
  const { createImport } = await us.get(
    'mutation($input: CreateImportInput!) { createImport(input: $input) { importPlan { id version } } }',
    { input: { kind: 'CLIENT', file: new File(['Nom\n\n,x\n'], 'x.csv') } },
  )
  await us.do('planImport', createImport.importPlan)
  const planned = async () =>
    (await us.get(`{ importPlan(id: "${createImport.importPlan.id}") { state failedRowsUrl } }`)).importPlan
  while ((await planned()).state === 'PLANNING') await new Promise(resolve => setTimeout(resolve, 50))
  const { failedRowsUrl } = await planned()
  const filter = encodeURIComponent('{"legalName":{"startsWith":"Client"}}')
  const paths = [
    '/export/v1/manifest.json',
    '/export/v1/openapi.json',
    '/export/v1/clients.csv',
    '/export/v1/clients.parquet',
    '/export/v1/lists/clients.csv',
    `/export/v1/lists/clients.xlsx?filter=${filter}`,
    '/export/v1/lists/none.csv',
    '/export/v1/clients.csv?columns=none',
    String(failedRowsUrl),
  ]
  for (const path of paths) {
    const [get, head] = await both(path)
    for (const name of transport) {
      delete get?.headers[name]
      delete head?.headers[name]
    }
    delete get?.headers['content-encoding'] // packed only where there is something to pack
    expect([path, head?.status, head?.text]).toEqual([path, get?.status, ''])
    expect([path, head?.headers]).toEqual([path, get?.headers])
  }
  const [list] = await both('/export/v1/lists/clients.csv')
  expect(list?.headers['x-clientela-rows']).toBe('3')
  expect((await both('/export/v1/manifest.json'))[1]?.headers['content-length']).toMatch(/^\d{4,}$/)
  expect((await both('/export/v1/clients.csv', {})).map(({ status }) => status)).toEqual([401, 401])

  const trace: string[] = []
  world.database.trace = trace
  for (const path of ['/export/v1/clients.csv', '/export/v1/lists/clients.csv'])
    await at(path, { method: 'HEAD', headers: key })
  world.database.trace = null
  expect(trace.filter(statement => /legal_name|legalName/.test(statement))).toEqual([])
})
