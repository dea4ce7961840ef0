import { request } from 'node:http'
import { ApolloServer } from '@apollo/server'
import { parse } from 'graphql'
import { exampleFiles, operationsOf, recordsFor } from './support/example.js'
import { furnish, type Furniture } from './support/furnish.js'
import { World, type Json, type Tenant } from './support/world.js'

// An operation whose document Apollo has read before is answered without it. Nobody may notice.

let world: World
let us: Tenant
let ours: Furniture
let client: Json
/** How often Apollo was asked. */
let asked = 0
const { executeHTTPGraphQLRequest: answer } = ApolloServer.prototype // eslint-disable-line @typescript-eslint/unbound-method -- it is called with its server

beforeAll(async () => {
  ApolloServer.prototype.executeHTTPGraphQLRequest = function (...given) {
    asked++
    return answer.apply(this, given)
  }
  world = await World.start()
  us = await world.organization()
  ours = await furnish(us, 'client')
  client = await us.client()
})
afterAll(async () => {
  ApolloServer.prototype.executeHTTPGraphQLRequest = answer
  await world.stop()
})

interface Reply {
  status: number | undefined
  headers: string[]
  body: string
}

const usual = { accept: '*/*', 'accept-encoding': 'gzip' }

function post(body: object, headers: object = usual, { secret } = us): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      world.url,
      {
        agent: world.agent,
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}`, ...headers },
      },
      reply => {
        const parts: Buffer[] = []
        reply.on('data', (part: Buffer) => parts.push(part))
        reply.once('error', reject)
        reply.once('end', () => {
          const { statusCode: status, rawHeaders } = reply
          const dated = rawHeaders.indexOf('Date') + 1
          resolve({
            status,
            headers: rawHeaders.filter((_, at) => at !== dated),
            body: Buffer.concat(parts).toString('latin1'),
          })
        })
      },
    )
    sent.once('error', reject)
    sent.end(JSON.stringify(body))
  })
}

/** Apollo judges whatever a request has beyond its operation. */
const byApollo = (body: object, ...rest: [object?, Tenant?]) => post({ ...body, extensions: {} }, ...rest)

/** Expects the same bytes both ways. Returns the answer, and whether Apollo gave it where it need not. */
async function compare(body: object, ...rest: [object?, Tenant?]): Promise<Reply & { fromApollo: boolean }> {
  await byApollo(body, ...rest)
  const expected = await byApollo(body, ...rest)
  const before = asked
  const got = await post(body, ...rest)
  expect(got).toEqual(expected)
  return { ...got, fromApollo: asked > before }
}

const examples = exampleFiles.filter(({ text }) => operationsOf(parse(text))[0]?.operation === 'query')

test.each(examples)('the query $name has the same answer both ways', async example => {
  const variables = { ...example.variables, ...(await recordsFor(world, example, ours)) }
  expect(await compare({ query: example.text, variables })).toMatchObject({ status: 200, fromApollo: false })
})

const named = 'query One($id: ID!) { client(id: $id) { legalName } } query Two { viewer { name } }'
const page = 'query($first: Int) { clients(first: $first) { nodes { id } } }'

test.each([
  ['without variables', { query: '{ viewer { name } }' }],
  ['with null for its variables and its name', { query: '{ viewer { name } }', variables: null, operationName: null }],
  ['with a name', { query: named, operationName: 'Two' }],
  ['with more variables than it has', { query: page, variables: { first: 2, last: 3 } }],
  ['with more beside it', { query: '{ viewer { name } }', id: 1 }],
])('an operation %s is answered without Apollo', async (_name, body) => {
  expect(await compare(body)).toMatchObject({ status: 200, fromApollo: false })
})

test.each([
  ['a name that the document has not', { query: named, operationName: 'Three' }, 400],
  ['no name where one is needed', { query: named }, 400],
  ['a name that is none', { query: named, operationName: 1 }, 400],
  ['a list of variables', { query: page, variables: [] }, 400],
  ['variables as a text', { query: page, variables: '{}' }, 400],
  ['a variable of a wrong type', { query: page, variables: { first: 'x' } }, 400],
  ['no value for a variable', { query: named, operationName: 'One', variables: {} }, 400],
  ['the id of no record', { query: named, operationName: 'One', variables: { id: 'cli_x' } }, 200],
  ['a page that is too long', { query: page, variables: { first: 101 } }, 200],
  ['a record that fails beside one that does not', { query: '{ viewer { name } client(id: "x") { id } }' }, 200],
])('a request with %s is refused by Apollo', async (_name, body, status) => {
  expect(await compare(body)).toMatchObject({ status, fromApollo: true })
})

test('what a key may not do is refused by Apollo, whoever asked it before', async () => {
  const body = { query: page, variables: { first: 1 } }
  expect(await compare(body)).toMatchObject({ status: 200, fromApollo: false })
  const stranger = await world.key(us.organizationId, ['deals:read'])
  expect(await compare(body, usual, stranger)).toMatchObject({ status: 403, fromApollo: true })
})

test('an operation that would cost too much with other variables is refused by Apollo', async () => {
  const pages = (inner: string) => `(first: $first) { nodes { ${inner} } }`
  const query = `query($first: Int) { clients${pages(`projects${pages(`tasks${pages('id')}`)}`)} }`
  expect(await compare({ query, variables: { first: 2 } })).toMatchObject({ status: 200, fromApollo: false })
  expect(await compare({ query, variables: { first: 100 } })).toMatchObject({ status: 400, fromApollo: true })
})

test.each([
  [{}, 'application/json; charset=utf-8'],
  [{ accept: 'application/json' }, 'application/json; charset=utf-8'],
  [
    { accept: 'application/graphql-response+json, application/json;q=0.9' },
    'application/graphql-response+json; charset=utf-8',
  ],
  [{ accept: 'text/html, */*;q=0.1' }, 'application/json; charset=utf-8'],
])('the headers %j get the type %s both ways', async (headers, type) => {
  const reply = await compare({ query: '{ viewer { name } }' }, headers)
  expect(reply).toMatchObject({ status: 200, fromApollo: false })
  expect(reply.headers).toContain(type)
})

test.each([
  [{ accept: 'text/html' }, 406],
  [{ 'content-type': 'text/plain' }, 400],
  [{ 'content-type': 'application/json5' }, 415],
])('the headers %j are left to Apollo', async (headers, status) => {
  expect(await compare({ query: '{ viewer { name } }' }, headers)).toMatchObject({ status })
})

test('a change whose second half fails is made once', async () => {
  const query = `mutation($name: String!, $id: ID!) {
    createProject(input: { clientId: $id, name: $name }) { project { name } }
    deleteClient(input: { id: $id, version: 99 }) { client { id } }
  }`
  const { id } = await us.client()
  const change = (name: string) => ({ query, variables: { name, id } })
  for (const name of ['First', 'Second']) await byApollo(change(name))
  const before = asked
  const { body } = await post(change('Third'), {})
  expect(JSON.parse(body)).toMatchObject({
    data: null,
    errors: [{ extensions: { code: 'CONFLICT' } }],
  })
  expect(asked).toBe(before + 1)
  const { projects } = (await us.get(`{ client(id: "${id}") { projects { nodes { name } } } }`)).client
  expect(projects.nodes.map(({ name }: Json) => name).sort()).toEqual(['First', 'Second', 'Third'])
})

test('a change that succeeds is answered without Apollo', async () => {
  const query =
    'mutation($id: ID!) { createProject(input: { clientId: $id, name: "x" }) { project { name } userErrors { code } } }'
  const body = { query, variables: { id: client.id } }
  expect(await compare(body, {})).toMatchObject({ status: 200, fromApollo: false })
})
