import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildSchema, Kind, parse, validate } from 'graphql'
import * as sdk from '@clientela/sdk'
import { ClientelaClient, type TypedDocumentNode } from '@clientela/sdk'
import { address, documents, notingClients, operationOf, thrownBy, unnamed } from './support/sdk.js'
import { World, type Tenant } from './support/world.js'

const { clientOf } = notingClients()
let world: World
let us: Tenant
let api: ClientelaClient

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  api = clientOf(us)
})
afterAll(() => world.stop())

const schema = buildSchema(readFileSync(new URL('../schema/schema.graphql', import.meta.url), 'utf8'))

describe('every operation', () => {
  test('is valid, and every mutation of the schema and every list has one', () => {
    expect(
      documents.flatMap(([name, document]) => validate(schema, document).map(({ message }) => `${name}: ${message}`)),
    ).toEqual([])
    const fieldsOf = (kind: string) =>
      new Set(
        documents.flatMap(([, document]) => {
          const operation = operationOf(document)
          return operation?.operation === kind
            ? operation.selectionSet.selections.flatMap(node => (node.kind === Kind.FIELD ? [node.name.value] : []))
            : []
        }),
      )
    expect([...fieldsOf('mutation')].sort()).toEqual(Object.keys(schema.getMutationType()?.getFields() ?? {}).sort())
    // A record of any kind is asked for with fragments of the caller's own.
    expect(
      Object.keys(schema.getQueryType()?.getFields() ?? {})
        .filter(name => !fieldsOf('query').has(name))
        .sort(),
    ).toEqual(['node', 'nodes'])
  })

  test('is named by a file of tests, which sends all that it names', () => {
    expect(unnamed()).toEqual([])
  })
})

describe('pages', () => {
  test('walk a list to its end, in its order, with pages of any size', async () => {
    const others = await world.organization()
    const names = ['Alba', 'Bosc', 'Cim', 'Dic', 'Erm', 'Font', 'Golf']
    for (const legalName of names) await others.client({ legalName })
    for (const first of [1, 3, 7, 100]) {
      const sizes: number[] = []
      const found: string[] = []
      for await (const { nodes } of clientOf(others).pages(
        sdk.ClientsDocument,
        { first, orderBy: { field: 'LEGAL_NAME', direction: 'DESC' } },
        data => data.clients,
      )) {
        sizes.push(nodes.length)
        found.push(...nodes.map(({ legalName }) => legalName))
      }
      expect(found).toEqual(names.toReversed())
      expect(sizes).toHaveLength(Math.ceil(7 / first))
    }
  })

  test('end at once for an empty or a missing list', async () => {
    const others = clientOf(await world.organization())
    const walked = async (pages: AsyncIterable<{ nodes: readonly unknown[] }>) => {
      const sizes: number[] = []
      for await (const { nodes } of pages) sizes.push(nodes.length)
      return sizes
    }
    expect(await walked(others.pages(sdk.InvoicesDocument, {}, data => data.invoices))).toEqual([0])
    expect(await walked(others.pages(sdk.ClientsDocument, {}, () => null))).toEqual([])
  })
})

describe('errors', () => {
  const unknown = 'cli_00000000000000000000000000'

  test('of the API carry its code, its extensions and the status', async () => {
    expect(await thrownBy(api.request(sdk.ClientDocument, { id: unknown }))).toMatchObject({
      name: 'ClientelaError',
      code: 'NOT_FOUND',
      status: 200,
      message: expect.stringContaining(unknown),
    })
    expect(await thrownBy(api.request(sdk.ClientsDocument, { first: 101 }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      errors: [{ path: ['clients'] }],
    })
    const stranger = new ClientelaClient({ url: world.url, apiKey: 'nobody' })
    expect(await thrownBy(stranger.request(sdk.OrganizationDocument))).toMatchObject({
      code: 'UNAUTHENTICATED',
      status: 401,
    })
    const reader = clientOf(await world.key(us.organizationId, ['clients:read']))
    const forbidden = await thrownBy(reader.request(sdk.InvoicesDocument))
    expect(forbidden).toMatchObject({ code: 'FORBIDDEN', extensions: { missing: ['invoices:read'] } })
    const { id } = await us.client()
    const conflict = await thrownBy(api.mutate(sdk.UpdateClientDocument, { input: { id, version: 7, tradeName: 'X' } }))
    expect(conflict).toMatchObject({ code: 'CONFLICT', extensions: { version: 1, yours: 7 } })
  })

  test('of a refused change are thrown by mutate and returned by request', async () => {
    const input = { legalName: 'Error', address, taxId: '12345678A' }
    const refused = await thrownBy(api.mutate(sdk.CreateClientDocument, { input }))
    expect(refused).toMatchObject({
      code: 'TAX_ID_CHECK_CHARACTER',
      errors: [],
      refusals: [{ code: 'TAX_ID_CHECK_CHARACTER', field: 'taxId' }],
    })
    expect(refused.message).toBe(refused.refusals[0]?.message)
    const { createClient } = await api.request(sdk.CreateClientDocument, { input })
    expect(createClient).toMatchObject({ client: null, userErrors: refused.refusals })
  })

  describe('of what is no API', () => {
    let server: Server
    let answer: { status: number; body: string | null }
    const other = () =>
      new ClientelaClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, apiKey: 'k' }) // it listens on a port
    beforeAll(done => {
      server = createServer((_request, response) => {
        if (answer.body === null) return // it never comes
        // 299 stands for a connection that breaks before the answer is whole.
        response
          .writeHead(answer.status, { 'content-length': answer.body.length + (answer.status === 299 ? 10 : 0) })
          .write(answer.body)
        if (answer.status === 299) setImmediate(() => response.destroy())
        else response.end()
      }).listen(0, '127.0.0.1', done)
    })
    afterAll(() => {
      server.closeAllConnections()
      server.close()
    })

    test.each([
      ['INVALID_ANSWER', 502, '<html>Bad gateway</html>'],
      ['INVALID_ANSWER', 200, ''],
      ['INVALID_ANSWER', 200, '[1]'],
      ['INVALID_ANSWER', 200, '{"status":"ok"}'],
      ['INVALID_ANSWER', 200, '{"data":null}'],
      ['NETWORK_ERROR', 299, '{"data":'],
    ])('%s is the code of an answer %s with the text %j', async (code, status, body) => {
      answer = { status, body }
      const error = await thrownBy(other().request(sdk.OrganizationDocument))
      expect(error).toMatchObject({ code, status })
      expect(error.message).toContain('http://127.0.0.1')
    })

    test('an unreachable server is reported with its address', async () => {
      const nowhere = new ClientelaClient({ url: 'http://127.0.0.1:9/graphql', apiKey: 'k' })
      expect(await thrownBy(nowhere.request(sdk.OrganizationDocument))).toMatchObject({
        code: 'NETWORK_ERROR',
        status: undefined,
        message: expect.stringMatching(/^No answer from http:\/\/127\.0\.0\.1:9\/graphql: /),
      })
    })

    test('an aborted request throws the reason of its signal', async () => {
      answer = { status: 200, body: null }
      const reason = new Error('enough')
      const control = new AbortController()
      setTimeout(() => control.abort(reason), 20)
      await expect(other().request(sdk.ClientsDocument, {}, { signal: control.signal })).rejects.toBe(reason)
    })
  })
})

test('a document of the caller’s own is sent like the generated ones', async () => {
  const own = parse('query Own { organization { country } }') as TypedDocumentNode<
    { organization: { country: string } },
    Record<string, never>
  > // as a generator would say
  expect((await api.request(own)).organization.country).toBe('ES')
})
