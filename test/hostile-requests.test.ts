import { readdirSync, readFileSync } from 'node:fs'
import { buildSchema, getIntrospectionQuery, introspectionFromSchema, parse } from 'graphql'
import { resolvers } from '../src/features/index.js'
import { permissionsOf, keyScopes } from '../src/model/permission.js'
import { refusalOf } from '../src/graphql/refusal.js'
import { schemaOf } from '../src/graphql/schema.js'
import { exampleFiles } from './support/example.js'
import { World, type Answer, type Json, type Tenant } from './support/world.js'

// Requests by which one valid key could hold up the server. test/faults/hostile-requests.ts measures the same on very
// many records.

let world: World
let us: Tenant

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
})
afterAll(() => world.stop())

const times = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => make(at)).join(' ')
const aliased = (count: number, selection: string) => `{ ${times(count, at => `a${at}: ${selection}`)} }`

async function expectRefused(asked: Promise<Answer>, saying: string) {
  const { status, errors } = await asked
  expect({ status, errors }).toMatchObject({
    status: 400,
    errors: [{ message: expect.stringContaining(saying), extensions: { code: 'BAD_USER_INPUT' } }],
  })
}

describe('a document', () => {
  test.each([
    ['quotation marks that are never closed', `{__typename}"${'\\"'.repeat(150_000)}`],
    ['block strings that are never closed', `{__typename}"""${'\\"""'.repeat(100_000)}`],
  ])('of %s is refused at once, whatever its length', (_name, text) => expectRefused(us.ask(text), 'Syntax Error'))

  test('has at most 10,000 lines', async () => {
    await us.get(`${'\n'.repeat(9_000)}{ viewer { name } }`)
    await expectRefused(
      us.ask(`${'\n'.repeat(400_000)}{ ${times(100, at => `unknown${at}`)} }`),
      'A document can have at most 10000 lines; write it on fewer.',
    )
  })

  test('may hold brackets in strings and comments, which do not count as nesting', async () => {
    const brackets = '{'.repeat(200)
    await us.get(`{ clients(filter: { legalName: { eq: "${brackets}" } }) { totalCount } } # ${brackets}\n`)
    await us.get(`{ clients(filter: { legalName: { eq: """${brackets} " \\""" ${brackets}""" } }) { totalCount } }`)
  })
})

describe('introspection', () => {
  test.each([
    ['many schemas', aliased(50, '__schema { types { name } }'), 'once'],
    ['two schemas', '{ __schema { types { name } } again: __schema { types { name } } }', 'once'],
    [
      'a schema in a fragment, and another',
      '{ ...Twice __schema { types { name } } } fragment Twice on Query { again: __schema { types { name } } }',
      'once',
    ],
    ['the types of a schema many times', `{ __schema ${aliased(100, 'types { name }')} }`, '20000 records'],
    [
      'very many fields of all types',
      `{ __schema { types { ${times(1500, at => `a${at}: name`)} fields { ${times(1500, at => `b${at}: name`)} } } } }`,
      'points',
    ],
    ['very many types', aliased(51, '__type(name: "Client") { name }'), '50 root fields'],
  ])('is refused for %s', (_name, query, saying) => expectRefused(us.ask(query), saying))

  const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'))
  const sorted = (introspected: Json) =>
    introspected.__schema.types
      .map(({ name, fields }: Json) => [name, fields?.map((field: Json) => field.name).sort()])
      .sort()

  test.each([
    [{}],
    [{ descriptions: false }],
    [
      {
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      },
    ],
  ])('answers the standard query with %j every time', async options => {
    const query = getIntrospectionQuery(options)
    const first = await us.get(query)
    expect(sorted(first)).toEqual(sorted(introspectionFromSchema(schema, options)))
    expect(await us.get(query.replaceAll('  ', ' '))).toEqual(first)
  })

  test('answers the standard query of older programs, and queries that people write', async () => {
    const older = getIntrospectionQuery().replace(/ofType \{\s+kind\s+name\s+\}/, 'kind')
    expect(sorted(await us.get(older))).toEqual(sorted(introspectionFromSchema(schema)))
    expect(
      (await us.get('{ __type(name: "Client") { fields { name } } viewer { name } }')).__type.fields.length,
    ).toBeGreaterThan(20)
  })

  test('costs little in every form that programs send, and much when one document repeats it', async () => {
    for (const specifiedByUrl of [true, false]) {
      const query = getIntrospectionQuery({
        descriptions: false,
        specifiedByUrl,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      })
      expect((await us.get(query)).__schema.types.length).toBeGreaterThan(100)
    }
    await expectRefused(us.ask(`{ __schema { types { fields { ${times(900, at => `a${at}: name`)} } } } }`), 'points')
  })

  test('needs a key like everything else', async () => {
    const answer = await fetch(world.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: getIntrospectionQuery() }),
    })
    expect(answer.status).toBe(401)
  })
})

describe('the cost of an operation', () => {
  test.each([
    ['counts of the history', 'activityEvents { totalCount }'],
    ['counts of clients', 'clients { totalCount }'],
    ['filters by figures', 'clients(first: 1, filter: { overdue: { gt: "0" } }) { nodes { id } }'],
    ['orders by figures', 'clients(first: 1, orderBy: { field: LAST_ACTIVITY_AT }) { nodes { id } }'],
    ['overviews of the organisation', 'organization { overview { invoices { overdue { count } } } }'],
    ['its tasks alone', 'organization { overview { tasks { open { count } } } }'],
    ['months of the organisation', 'organization { overviewByMonth(months: 2) { minutes } }'],
    ['likely duplicates', 'clientDuplicates(first: 1) { score }'],
    ['buckets', 'invoices(first: 1, bucket: OVERDUE) { nodes { id } }'],
  ])('refuses 50 %s', async (_name, selection) => {
    await us.get(`{ ${selection} }`)
    const answer = await us.ask(aliased(50, selection))
    await expectRefused(Promise.resolve(answer), 'points, and one may cost at most 2000')
    expect(answer.errors?.[0]?.extensions.cost).toBeGreaterThan(2000)
    expect(answer.errors?.[0]?.extensions.budget).toBe(2000)
  })

  test('names the most expensive fields in the error, and says what to do', async () => {
    const { errors } = await us.ask(
      `{ ${times(50, at => `a${at}: clients { totalCount }`)} viewer { name } }`.replace(
        'a49: clients { totalCount }',
        '',
      ),
    )
    expect(errors?.[0]?.message).toMatch(
      /^This operation costs \d+ points, and one may cost at most 2000\. Most of it is for clients\.totalCount 2451, .* Ask for less at once/,
    )
  })

  test('counts variables, what they hold included', async () => {
    const query = `query ($by: ClientFilter) { ${times(45, at => `a${at}: clients(first: 1, filter: $by) { nodes { id } }`)} }`
    await us.get(query, { by: { legalName: { eq: 'x' } } })
    await expectRefused(us.ask(query, { by: { or: [{ not: { overdue: { gt: '0' } } }] } }), 'points')
  })

  test('counts the values of all records of all pages', () =>
    expectRefused(
      us.ask(
        `{ clients(first: 100) { nodes { tasks(first: 100) { nodes { ${times(3000, at => `a${at}: title`)} } } } } }`,
      ),
      'points',
    ))

  test('counts the values that are sent to changes', () => {
    const query = `mutation ($input: CreateInvoiceInput!) { ${times(20, at => `a${at}: createInvoice(input: $input) { invoice { id } }`)} }`
    return expectRefused(
      us.ask(query, { input: { clientId: 'x', lines: Array(250).fill({ description: 'Feina' }) } }),
      'points',
    )
  })

  test('counts values in inputs wherever a variable is used', () => {
    const query = `query ($by: ClientFilter) { ${times(40, at => `a${at}: clients(filter: $by) { nodes { id } }`)} }`
    return expectRefused(us.ask(query, { by: { or: Array(1000).fill({ city: { eq: 'x' } }) } }), '20000 values')
  })

  test.each([
    ['empty objects', '$list: [ClientFilter!]', 'filter: { or: [{ or: $list }] }', {}],
    ['empty lists', '$list: [ClientFilter!]', 'filter: { or: [{ or: $list }] }', []],
    ['nothing', '$list: [ClientFilter!]', 'filter: { or: [{ or: $list }] }', null],
    ['texts', '$list: [String!]', 'filter: { city: { in: $list } }', ''],
    ['choices', '$list: [Language!]', 'filter: { language: { in: $list } }', ''],
  ])('counts every item of a list: of %s', (_what, variable, argument, item) =>
    expectRefused(
      us.ask(`query (${variable}) { clients(first: 1, ${argument}) { nodes { id } } }`, {
        list: Array(30_000).fill(item),
      }),
      '20000 values',
    ),
  )

  test('of a change counts them as well', () =>
    expectRefused(
      us.ask(
        'mutation ($list: [LineInput!]) { createInvoice(input: { clientId: "x", lines: $list }) { invoice { id } } }',
        { list: Array(30_000).fill({}) },
      ),
      '20000 values',
    ))

  test('counts the values of lines, as many as there are', async () => {
    const client = await us.client()
    const input = {
      clientId: client.id,
      lines: Array(300).fill({ description: 'Feina', quantity: '1', unitPrice: '1' }),
    }
    for (let made = 0; made < 3; made++) await us.do('createInvoice', input)
    const query = (fields: number) =>
      `{ client(id: "${client.id}") { invoices(first: 3) { nodes { lines { ${times(fields, at => `a${at}: description`)} } } } } }`
    expect((await us.get(query(10))).client.invoices.nodes[0].lines).toHaveLength(300)
    const { errors } = await us.ask(query(2000))
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('points'),
      extensions: { code: 'BAD_USER_INPUT', budget: 2000 },
    })
  })

  test('refuses an answer that repeats a long text very often', async () => {
    const client = await us.client()
    const { id } = await us.do('createInteraction', { subjectId: client.id, kind: 'NOTE', text: 'x'.repeat(10_000) })
    const query = (count: number) =>
      `{ nodes(ids: [${times(100, () => `"${id}"`)}]) { ... on Interaction { ${times(count, at => `a${at}: text`)} } } }`
    await us.get(query(2))
    await expectRefused(us.ask(query(30)), 'The answer has more than 20000000 letters')
  })

  test('includes the filter and order of a saved view, which are known only while the operation runs', async () => {
    const figures = Array(9).fill({ overdue: { gt: '0' } })
    const { id } = await us.do(
      'createSavedView',
      { list: 'CLIENTS', name: 'Dear', filter: { or: figures }, orderBy: { field: 'OUTSTANDING', direction: 'DESC' } },
      'id',
    )
    await us.get(`{ clients(savedViewId: "${id}") { nodes { id } } }`)
    const { errors } = await us.ask(aliased(6, `clients(savedViewId: "${id}") { nodes { id } }`))
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('points'),
      extensions: { code: 'BAD_USER_INPUT', budget: 2000 },
    })
  })

  test('is within the budget for every operation of the SDK, of the examples and of the README, with pages of 100', async () => {
    const refuse = refusalOf(await schemaOf(resolvers))
    const held = permissionsOf(keyScopes)
    const folder = 'schema/operations'
    const operations = readdirSync(folder)
      .map(name => readFileSync(`${folder}/${name}`, 'utf8'))
      .join('\n')
    const blocks = [...readFileSync('README.md', 'utf8').split('```graphql\n').slice(1)].map(text =>
      text.slice(0, text.indexOf('```')),
    )
    const examples = exampleFiles.map(({ text }) => text)
    const documents = [operations, ...examples, ...blocks].map(text => parse(text))
    const variables = {
      first: 100,
      months: 12,
      ids: Array(100).fill('cli_x'),
      input: {},
      filter: { overdue: { gt: '0' }, search: 'roca' },
      orderBy: { field: 'OVERDUE' },
    }
    const costs = documents.flatMap(document =>
      document.definitions.flatMap(node =>
        node.kind === 'OperationDefinition' ? [refuse(document, node, variables, held).cost] : [],
      ),
    )
    expect(costs.length).toBeGreaterThan(100)
    expect(Math.max(...costs)).toBeLessThanOrEqual(2000)
  })

  test('is listed among the limits of a key', async () => {
    expect((await us.get('{ viewer { limits { cost } } }')).viewer.limits.cost).toBe(2000)
  })
})

test('answers a document in the same way the first time, the second time, and once it is compiled', async () => {
  await us.client({ legalName: 'Alike', taxId: 'B58378431' })
  const query = `query Alike($first: Int, $withCity: Boolean!) { clients(first: $first) { nodes { id ...Name address @include(if: $withCity) { city } likelyDuplicates(minimumScore: 0) { score } } } invoice(id: "no") { id } }
    fragment Name on Client { legalName taxId overview { tasks { open { count } } } }`
  const answers: Answer[] = []
  for (let time = 0; time < 4; time++) answers.push(await us.ask(query, { first: 3, withCity: time !== 4 }))
  expect(answers[0]?.errors).toHaveLength(2)
  for (const answer of answers) expect(answer).toEqual(answers[0])
})
