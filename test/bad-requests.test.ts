import { ask, BAD, client, expectRefused, send, startWorld, us, type Case } from './support/refusals.js'

startWorld()

const times = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ')
const nested = (depth: number, open: string, inner: string, close: string) =>
  open.repeat(depth) + inner + close.repeat(depth)

describe('requests', () => {
  const bomb = (leaf: string, levels: number) =>
    `query { ...F0 } ${times(levels, at => `fragment F${at} on Query { ...F${at + 1} ...F${at + 1} }`)} fragment F${levels} on Query { ${leaf} }`
  const cases: Case[] = [
    ['a body that is no JSON', () => send('{'), BAD],
    ['an empty body', () => send(''), BAD],
    ['a batch', () => send('[{"query":"{ __typename }"}]'), BAD],
    ...[
      'null',
      '1',
      '"x"',
      '{}',
      '{"query":1}',
      '{"query":null}',
      '{"query":""}',
      '{"query":"{ __typename }","variables":1}',
      '{"query":"{ __typename }","variables":[1]}',
      '{"query":"{ __typename }","operationName":1}',
      '{"query":"{ __typename }","operationName":"x"}',
      '{"query":"{ __typename }","extensions":1}',
    ].map((body): Case => [`the body ${body}`, () => send(body), BAD]),
    ...[undefined, null, '', 'x', 'constructor'].map((operationName): Case => [
      `two operations and the name ${JSON.stringify(operationName)}`,
      () =>
        send(
          JSON.stringify({
            query: `mutation A { createUser(input: { name: "x", email: "x@example.com" }) { user { id } } } mutation B { deleteClient(input: { id: "${client.id}", version: 1 }) { client { id } } }`,
            operationName,
          }),
        ),
      BAD,
    ]),
    ['__proto__ in a body', () => send('{"query":"{ __typename }","__proto__":{"x":1}}'), BAD],
    ['a body that is no UTF-8 JSON', () => send(new Uint8Array([0xff, 0xfe, 0x00])), BAD],
    ['a body nested beyond any stack', () => send(nested(400_000, '[', '', ']')), BAD],
    ['another type of content', () => send('query { __typename }', { 'content-type': 'text/plain' }), BAD],
    ['a form', () => send('query=x', { 'content-type': 'application/x-www-form-urlencoded' }), BAD],
    ['an upload', () => send('x', { 'content-type': 'multipart/form-data; boundary=x' }), BAD],
    [
      'a mutation by GET',
      () =>
        send('', {
          method: 'GET',
          path: `?query=${encodeURIComponent('mutation { deleteTask(input: { id: "x", version: 1 }) { task { id } } }')}`,
        }),
      BAD,
    ],
    ['GET without a query', () => send('', { method: 'GET' }), BAD],
    ['a wrong path', () => send('{}', { path: '/x' }), 'NOT_FOUND'],
    ['a wrong method', () => send('{}', { method: 'PUT' }), /NOT_FOUND|BAD_USER_INPUT/],
    [
      'a wrong key',
      () => send('{"query":"{ __typename }"}', { authorization: `Bearer ck_${'0'.repeat(52)}` }),
      'UNAUTHENTICATED',
    ],
    ['a query that is none', () => ask('hello'), BAD],
    ['an unknown field', () => ask('{ secrets { id } }'), BAD],
    ['an unknown argument', () => ask('{ clients(where: 1) { totalCount } }'), BAD],
    ['a fragment that spreads itself', () => ask('{ ...F } fragment F on Query { ...F }'), BAD],
    ['an undefined variable', () => ask('{ client(id: $id) { id } }'), BAD],
    ['a missing variable', () => ask('query($id: ID!) { client(id: $id) { id } }'), BAD],
    ['a subscription', () => ask('subscription { clients { id } }'), BAD],
    ['an unknown directive', () => ask('{ clients @defer { totalCount } }'), BAD],
    ['10,000 aliases', () => ask(`{ ${times(10_000, at => `a${at}: __typename`)} }`), BAD],
    ['51 root fields', () => ask(`{ ${times(51, at => `a${at}: users { totalCount }`)} }`), BAD],
    ['too many fields', () => ask(`{ clients { nodes { ${times(3000, at => `a${at}: id b${at}: version`)} } } }`), BAD],
    [
      'a query nested too deep',
      () => ask(nested(20, '{ clients { nodes { contacts { nodes { client ', '{ id }', ' } } } } }')),
      BAD,
    ],
    ['fields nested beyond any stack', () => ask(nested(9000, '{a', '', '}')), BAD],
    [
      'values nested beyond any stack',
      () => ask(`{ clients(filter: ${nested(3000, '{ not: ', '{}', '}')}) { totalCount } }`),
      BAD,
    ],
    [
      'lists nested beyond any stack',
      () => ask(`{ clients(filter: { or: ${nested(4000, '[', '', ']')} }) { totalCount } }`),
      BAD,
    ],
    ['a bomb of fragments', () => ask(bomb('users { totalCount }', 30)), BAD],
    ['a bomb of fragments without fields', () => ask(bomb('__typename', 30)), BAD],
    ['a field repeated 9,000 times', () => ask(`{ clients { nodes { ${'id '.repeat(9000)} } } }`), BAD],
    ['a field with a selection repeated 1,500 times', () => ask(`{ ${'organization { name } '.repeat(1500)} }`), BAD],
    ['a bomb of inline fragments', () => ask(`{ ${nested(2000, '... { ', '__typename', ' }')} }`), BAD],
    [
      'introspection nested beyond reason',
      () => ask(`{ __schema { types ${nested(8, '{ fields { type ', '{ name }', ' } }')} } }`),
      BAD,
    ],
    [
      'pages multiplied beyond reason',
      () =>
        ask(
          '{ clients(first: 100) { nodes { projects(first: 100) { nodes { tasks(first: 100) { nodes { id } } } } } } }',
        ),
      BAD,
    ],
    [
      'pages multiplied by last',
      () =>
        ask(
          '{ clients(first: null, last: 100) { nodes { projects(first: null, last: 100) { nodes { tasks(first: null, last: 100) { nodes { id } } } } } } }',
        ),
      BAD,
    ],
    [
      'pages multiplied by the default of a variable',
      () =>
        ask(
          'query($n: Int = 100) { clients(first: $n) { nodes { projects(first: $n) { nodes { tasks(first: $n) { nodes { id } } } } } } }',
        ),
      BAD,
    ],
    ['a wrong type for a variable', () => ask('query($id: Int!) { client(id: $id) { id } }', { id: 1 }), BAD],
    [
      'a wrong value for a variable, a thousand times',
      () => ask('query($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Array(1000).fill({}) }),
      BAD,
    ],
  ]
  test.each(cases)('refuses %s', async (_name, request, code) => expectRefused(request, code), 10_000)
})

describe('pages, orders and filters', () => {
  const clients = (args: string, variables?: object, declared = '') =>
    ask(`query${declared} { clients(${args}) { totalCount nodes { id } } }`, variables)
  const cursor = (...parts: unknown[]) => JSON.stringify(Buffer.from(JSON.stringify(parts)).toString('base64url'))
  const huge = Buffer.from(`["legalName ASC",1e400,"x",null]`).toString('base64url')
  const filter = (given: unknown) =>
    ask('query($filter: ClientFilter) { clients(filter: $filter) { totalCount } }', { filter: given })
  const cases: Case[] = [
    ...[
      'first: 0',
      'first: -1',
      'first: 101',
      'last: 0',
      'last: -1',
      'last: 101',
      'first: 1, last: 1',
      'first: 2147483648',
      'first: 1.5',
      'first: "1"',
    ].map((args): Case => [args, () => clients(args), BAD]),
    ...[
      '""',
      '"x"',
      '"bnVsbA"',
      '"e30"',
      '"W10"',
      '"4pii"',
      cursor('updatedAt ASC', 'x', 'y', null),
      cursor('legalName DESC', 'x', 'y', null),
      cursor('legalName ASC', { a: 1 }, 'y', null),
      cursor('legalName ASC', 'x', 'y', '2099-01-01'),
      cursor('legalName ASC', 'x\0', 'y', null),
    ].map((text): Case => [`the cursor ${text}`, () => clients(`after: ${text}`), BAD]),
    [
      'a cursor of a past day in a list of today',
      () =>
        ask(
          `{ invoices(asOf: "2026-01-01", after: ${cursor('issuedOn DESC', '2026-01-01', 'x', '2026-01-02')}) { totalCount nodes { id } } }`,
        ),
      BAD,
    ],
    [
      'a cursor of a future day',
      () => ask(`{ invoices(after: ${cursor('issuedOn DESC', '2026-01-01', 'x', '2099-01-02')}) { nodes { id } } }`),
      BAD,
    ],
    ...['x', '', '0000', '2026-02-30'].map((day): Case => [
      `a cursor of the day «${day}»`,
      () =>
        ask(
          `{ invoices(bucket: OVERDUE_1_30, after: ${cursor('issuedOn DESC', '2026-01-01', 'x', day)}) { nodes { id } } }`,
        ),
      BAD,
    ]),
    ['a cursor with an infinite value', () => clients(`after: "${huge}"`), BAD],
    ['an unknown order', () => clients('orderBy: { field: SECRET }'), BAD],
    ['an unknown filter field', () => clients('filter: { secret: { eq: "x" } }'), BAD],
    ['an unknown operator', () => clients('filter: { legalName: { like: "x" } }'), BAD],
    ['an unknown filter field in a variable', () => filter({ organizationId: { eq: 'x' } }), BAD],
    [
      '__proto__ in a variable',
      () =>
        send(
          '{"query":"query($filter: ClientFilter) { clients(filter: $filter) { totalCount } }","variables":{"filter":{"__proto__":{"id":{"eq":"x"}}}}}',
        ),
      BAD,
    ],
    ['constructor in a variable', () => filter({ constructor: { eq: 'x' } }), BAD],
    ['a filter by a NUL', () => filter({ legalName: { eq: 'a\0b' } }), BAD],
    ['too many conditions', () => filter({ or: Array(60).fill({ city: { eq: 'x' } }) }), BAD],
    ['too many conditions without values', () => filter({ or: Array(5000).fill({ email: { isNull: true } }) }), BAD],
    ['too many empty conditions', () => filter({ or: Array(5000).fill({}) }), BAD],
    ['too many values', () => filter({ city: { in: Array(201).fill('x') } }), BAD],
    ['a filter nested too deep', () => filter(JSON.parse(nested(8, '{"not":', '{}', '}'))), BAD],
    [
      'a filter nested beyond any stack',
      () =>
        send(
          `{"query":"query($filter: ClientFilter) { clients(filter: $filter) { totalCount } }","variables":{"filter":${nested(100_000, '{"not":', '{}', '}')}}}`,
        ),
      BAD,
    ],
    ['a list for one value', () => filter({ legalName: { eq: ['a', 'b'] } }), BAD],
    ['an unknown enum value', () => ask('{ invoices(bucket: EVERYTHING) { totalCount } }'), BAD],
    ['a day that is none', () => ask('{ invoices(asOf: "2026-02-30") { totalCount } }'), BAD],
    ['a day in the future', () => ask('{ invoices(asOf: "2026-03-11") { totalCount } }'), BAD],
    [
      'a bucket without a past on a past day',
      () => ask('{ invoices(asOf: "2026-03-09", bucket: DRAFT) { totalCount } }'),
      BAD,
    ],
    [
      'a group of a group',
      () => ask('{ clients { nodes { overview { tasks { open { tasks(bucket: DUE) { totalCount } } } } } } }'),
      BAD,
    ],
    [
      'an outlook of no days',
      () => ask('{ clients { nodes { overview { tasks { upcomingWithin(days: 0) { count } } } } } }'),
      BAD,
    ],
    [
      'an outlook beyond the calendar',
      () => ask('{ clients { nodes { overview { tasks { upcomingWithin(days: 2000000000) { count } } } } } }'),
      BAD,
    ],
  ]
  test.each(cases)('refuses %s', async (_name, request, code) => expectRefused(request, code))

  test.each(['%', '_', '\\', "'", '"', '100% d', "d'obra", '"nova"'])(
    'finds the literal text %s by a filter',
    async text => {
      const count = async (wanted: string) =>
        (
          await us.get('query($text: String!) { projects(filter: { name: { contains: $text } }) { totalCount } }', {
            text: wanted,
          })
        ).projects.totalCount
      expect(await count(text)).toBe(1)
      expect(await count(`${text}zzz`)).toBe(0)
    },
  )

  test.each(['\ud800', '🦊', 'שלום', ':organization', '?', '$1', "'; DROP TABLE clients; --", '${x}'])(
    'answers with an empty list where a filter with «%s» matches nothing',
    async text => {
      const data = await us.get(
        'query($text: String!) { clients(filter: { legalName: { eq: $text }, city: { contains: $text }, email: { startsWith: $text } }) { totalCount } }',
        { text },
      )
      expect(data).toEqual({ clients: { totalCount: 0 } })
    },
  )
})
