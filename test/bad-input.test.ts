import { contentOf } from './support/furnish.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let client: { id: string; version: number }
let invoice: { id: string; version: number }
let user: { id: string; version: number }

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  client = await us.client({ taxId: 'B58378431' })
  user = await us.user()
  await us.project(client.id, { name: '100% d\'obra _ \\ "nova"', code: 'P1' })
  invoice = await us.invoice(client.id, '100.00')
})
afterAll(() => world.stop())

/** What every refusal has in common: a clear error with a code, nothing written, and the server goes on. */
async function expectRefused(request: () => Promise<{ status: number; body: string }>, code: string | RegExp) {
  const before = await contentOf(world)
  const answer = await request()
  const { data, errors = [] } = JSON.parse(answer.body) as {
    data?: Record<string, Json>
    errors?: { message: string; extensions: { code: string; reason?: string } }[]
  } // GraphQL over HTTP
  const userErrors = Object.values(data ?? {}).flatMap(
    payload => (payload?.userErrors as { code: string; message: string }[] | undefined) ?? [],
  ) // of a payload
  const told = [
    ...errors.map(error => `${error.extensions.code}${error.extensions.reason ? ` ${error.extensions.reason}` : ''}`),
    ...userErrors.map(error => error.code),
  ]
  expect([answer.status < 500, told.length > 0]).toEqual([true, true])
  for (const each of told) expect(each).toMatch(code)
  for (const { message } of [...errors, ...userErrors]) {
    expect(message).toMatch(/^.{10,700}$/su)
    expect(message).not.toMatch(/SQL|sqlite|undefined|Maximum call|at .*\.[jt]s/i)
  }
  expect(await us.get('{ organization { name } }')).toEqual({ organization: { name: 'Prova' } })
  expect((await contentOf(world)) === before).toBe(true)
}

async function send(
  body: string | Uint8Array<ArrayBuffer>,
  { method = 'POST', path = '', ...headers }: Record<string, string> = {},
) {
  const response = await fetch(world.url + path, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${us.secret}`, ...headers },
    ...(method === 'GET' ? {} : { body }),
  })
  return { status: response.status, body: await response.text() }
}

const ask = (query: string, variables?: object) => send(JSON.stringify({ query, variables }))
const BAD = /^BAD_USER_INPUT/

const mutate = (name: string, given: object) => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
  return ask(`mutation($input: ${type}!) { ${name}(input: $input) { userErrors { code message field } } }`, {
    input: given,
  })
}
const createClient = (given: object) =>
  mutate('createClient', { legalName: 'x', address: { line1: 'x', city: 'x' }, ...given })
const createInvoice = (line: object, given: object = {}) =>
  mutate('createInvoice', {
    clientId: client.id,
    lines: [{ description: 'x', quantity: '1', unitPrice: '1', ...line }],
    ...given,
  })
const pay = (amount: unknown, given: object = {}) => mutate('recordPayment', { clientId: client.id, amount, ...given })

type Case = [name: string, request: () => Promise<{ status: number; body: string }>, code: string | RegExp]
const times = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ')
const nested = (depth: number, open: string, inner: string, close: string) =>
  open.repeat(depth) + inner + close.repeat(depth)

describe('ids', () => {
  const cases: Case[] = [
    ['an empty id', () => ask('{ client(id: "") { id } }'), BAD],
    ['a malformed id', () => ask('{ client(id: "1") { id } }'), BAD],
    ['an id with quotes and SQL', () => ask('{ client(id: "x\' OR 1=1 --") { id } }'), BAD],
    ['an id of another kind', () => ask(`{ client(id: "${user.id}") { id } }`), BAD],
    ['a malformed id of a node', () => ask('{ node(id: "constructor") { id } }'), BAD],
    ['a malformed id among others', () => ask(`{ nodes(ids: ["${client.id}", "x"]) { id } }`), BAD],
    [
      'too many ids',
      () => ask('query($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Array(101).fill(client.id) }),
      BAD,
    ],
    ['an id with NUL', () => ask('query($id: ID!) { client(id: $id) { id } }', { id: `${client.id}\0` }), BAD],
    ['an id that does not exist', () => ask(`{ client(id: "${client.id.slice(0, -2)}zz") { id } }`), 'NOT_FOUND'],
    ['a link to a malformed id', () => mutate('createProject', { clientId: 'x', name: 'x' }), BAD],
    [
      'a link to an id of another kind',
      () => mutate('createProject', { clientId: user.id, name: 'x' }),
      /NOT_FOUND|BAD_USER_INPUT/,
    ],
    ['an owner of another kind', () => createClient({ ownerId: client.id }), 'NOT_FOUND'],
    [
      'a list of malformed ids',
      () => createInvoice({}, { timeEntryIds: ['x', '\0'] }),
      /NOT_FOUND|BAD_USER_INPUT|TEXT_INVALID/,
    ],
    ['a version that is no number', () => mutate('updateClient', { id: client.id, version: '1' }), BAD],
    ['a version beyond 32 bits', () => mutate('updateClient', { id: client.id, version: 2 ** 31 }), BAD],
    ['a stale version', () => mutate('updateClient', { id: client.id, version: 0, legalName: 'y' }), 'CONFLICT'],
  ]
  test.each(cases)('refuses %s', async (_name, request, code) => expectRefused(request, code))
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

  test.each(['%', '_', '\\', "'", '"', '100% d', "d'obra", '"nova"'])('takes %s in a filter for itself', async text => {
    const count = async (wanted: string) =>
      (
        await us.get('query($text: String!) { projects(filter: { name: { contains: $text } }) { totalCount } }', {
          text: wanted,
        })
      ).projects.totalCount
    expect(await count(text)).toBe(1)
    expect(await count(`${text}zzz`)).toBe(0)
  })

  test.each(['\ud800', '🦊', 'שלום', ':organization', '?', '$1', "'; DROP TABLE clients; --", '${x}'])(
    'finds nothing by «%s», and says so',
    async text => {
      const data = await us.get(
        'query($text: String!) { clients(filter: { legalName: { eq: $text }, city: { contains: $text }, email: { startsWith: $text } }) { totalCount } }',
        { text },
      )
      expect(data).toEqual({ clients: { totalCount: 0 } })
    },
  )
})

describe('amounts, dates and texts', () => {
  const cases: Case[] = [
    ['three decimals of a euro', () => pay('1.005'), 'DECIMAL_TOO_PRECISE'],
    ['a decimal of a yen', () => pay('1.5', { currency: 'JPY' }), 'DECIMAL_TOO_PRECISE'],
    ['four decimals of a dinar', () => pay('1.0005', { currency: 'KWD' }), 'DECIMAL_TOO_PRECISE'],
    ['a currency that does not exist', () => pay('1', { currency: 'ABC' }), BAD],
    ['a currency in small letters', () => pay('1', { currency: 'eur' }), BAD],
    ...[
      '',
      ' ',
      'x',
      '1,5',
      '1e3',
      '+1',
      '.5',
      '5.',
      '0x10',
      '１',
      '1'.repeat(61),
      'NaN',
      'Infinity',
      1,
      1.5,
      null,
      true,
      ['1'],
    ].map((amount): Case => [`the amount ${JSON.stringify(amount)}`, () => pay(amount), BAD]),
    ['no amount', () => pay('0'), 'AMOUNT_INVALID'],
    ['a negative amount', () => pay('-5'), 'AMOUNT_INVALID'],
    ['an amount of 2^53 + 1', () => pay('90071992547409.93'), 'NUMBER_TOO_LARGE'],
    [
      'a number of 1e400',
      () =>
        send(
          `{"query":"mutation($a: Decimal!) { recordPayment(input: { clientId: \\"${client.id}\\", amount: $a }) { userErrors { code } } }","variables":{"a":1e400}}`,
        ),
      BAD,
    ],
    [
      'an amount beyond 2^53 in base',
      () => pay('9007199254740.00', { currency: 'USD', rate: '1000' }),
      'NUMBER_TOO_LARGE',
    ],
    ['a rate of nothing', () => pay('1', { currency: 'USD', rate: '0' }), 'RATE_INVALID'],
    ['a negative rate', () => pay('1', { currency: 'USD', rate: '-1' }), 'RATE_INVALID'],
    ['a rate of 11 decimals', () => pay('1', { currency: 'USD', rate: '1.00000000001' }), BAD],
    ['another rate than 1 in the base currency', () => pay('1', { currency: 'EUR', rate: '1.1' }), 'RATE_INVALID'],
    ['a rate beyond 2^53', () => pay('1', { currency: 'USD', rate: '9999999999.9' }), 'NUMBER_TOO_LARGE'],
    ['a quantity of nothing', () => createInvoice({ quantity: '0' }), 'QUANTITY_INVALID'],
    ['a negative quantity', () => createInvoice({ quantity: '-1' }), 'QUANTITY_INVALID'],
    ['a quantity of 5 decimals', () => createInvoice({ quantity: '1.00001' }), 'DECIMAL_TOO_PRECISE'],
    ['a negative price', () => createInvoice({ unitPrice: '-0.01' }), 'PRICE_INVALID'],
    ['a price of 7 decimals', () => createInvoice({ unitPrice: '0.0000001' }), 'DECIMAL_TOO_PRECISE'],
    ['a discount of 101', () => createInvoice({ discount: '101' }), 'DISCOUNT_INVALID'],
    ['a negative discount', () => createInvoice({ discount: '-1' }), 'DISCOUNT_INVALID'],
    ['a tax of 101', () => createInvoice({ taxRate: '101' }), 'TAX_RATE_INVALID'],
    ['a withholding of 101', () => createInvoice({}, { withholdingRate: '101' }), 'WITHHOLDING_INVALID'],
    [
      'a line beyond 2^53',
      () => createInvoice({ quantity: '900719925474', unitPrice: '9007199254' }),
      'NUMBER_TOO_LARGE',
    ],
    [
      'a sum beyond 2^53',
      () =>
        createInvoice(
          {},
          {
            lines: Array(2)
              .fill({ description: 'x', quantity: '1', unitPrice: '9007199254.00' })
              .concat({ description: 'x', quantity: '99999', unitPrice: '900719925' }),
          },
        ),
      'NUMBER_TOO_LARGE',
    ],
    [
      '501 lines',
      () => createInvoice({}, { lines: Array(501).fill({ description: 'x', quantity: '1', unitPrice: '1' }) }),
      'LINES_TOO_MANY',
    ],
    ['1,001 time entries', () => createInvoice({}, { timeEntryIds: Array(1001).fill(client.id) }), 'TIME_TOO_MUCH'],
    ...[
      '2026-02-30',
      '2026-13-01',
      '2025-02-29',
      '0000-01-01',
      '2026-1-1',
      '10/03/2026',
      '2026-03-10T00:00:00Z',
      '',
      'today',
      '٢٠٢٦-03-10',
      20260310,
    ].map((day): Case => [`the date ${JSON.stringify(day)}`, () => pay('1', { paidOn: day }), BAD]),
    ['a date in the future', () => pay('1', { paidOn: '2026-03-11' }), 'DATE_FUTURE'],
    [
      'a date before what it acts on',
      () => pay('1', { clientId: undefined, invoiceId: invoice.id, paidOn: '2026-03-09' }),
      'DATE_TOO_EARLY',
    ],
    [
      'an instant beyond the year 9999',
      () => mutate('createApiKey', { name: 'x', scopes: ['admin'], expiresAt: '9999-12-31T23:59:59-14:00' }),
      /BAD_USER_INPUT|DATE/,
    ],
    [
      'a scope that does not exist',
      () => mutate('createApiKey', { name: 'x', scopes: ['constructor'] }),
      'SCOPE_UNKNOWN',
    ],
    ['NUL', () => createClient({ legalName: 'a\0b' }), 'TEXT_INVALID'],
    ['a lone surrogate', () => createClient({ legalName: 'a\ud800b' }), 'TEXT_INVALID'],
    ['a control character', () => createClient({ notes: 'a\u001bb' }), 'TEXT_INVALID'],
    ['NUL in a tag', () => createClient({ tags: ['a\0b'] }), /TEXT_INVALID|TAGS_INVALID/],
    ['a lone surrogate in a tag', () => createClient({ tags: ['\udc00'] }), /TEXT_INVALID|TAGS_INVALID/],
    ['NUL in a tax id', () => createClient({ taxId: '1234\x005678Z' }), /^TAX_ID|TEXT_INVALID/],
    ['a blank name', () => createClient({ legalName: ' \t ' }), 'REQUIRED'],
    ['a name of nothing but format characters', () => createClient({ legalName: '\u200b' }), 'REQUIRED'],
    ['a name of 201 characters', () => createClient({ legalName: 'x'.repeat(201) }), 'TEXT_TOO_LONG'],
    ['notes of 10,001 characters', () => createClient({ notes: 'x'.repeat(10_001) }), 'TEXT_TOO_LONG'],
    ['a text of 10 MB', () => createClient({ notes: 'x'.repeat(10_000_000) }), BAD],
    ['51 tags', () => createClient({ tags: Array.from({ length: 51 }, (_, at) => String(at)) }), 'TAGS_INVALID'],
    ['a country that does not exist', () => createClient({ address: { line1: 'x', city: 'x', country: 'ZZ' } }), BAD],
    ['a country in small letters', () => createClient({ address: { line1: 'x', city: 'x', country: 'es' } }), BAD],
    ['an e-mail address that is none', () => createClient({ email: 'x' }), BAD],
    ['a web address that is a script', () => createClient({ website: 'javascript:alert(1)' }), BAD],
    ['a tax id that is wrong', () => createClient({ taxId: '12345678A' }), 'TAX_ID_CHECK_CHARACTER'],
    ['payment terms of 366 days', () => createClient({ paymentTermsDays: 366 }), 'PAYMENT_TERMS_INVALID'],
    ['an unknown field of an input', () => createClient({ organizationId: 'x' }), BAD],
    ['an input that lacks what is required', () => mutate('createClient', { legalName: 'x' }), BAD],
    ['null for what is required', () => createClient({ legalName: null }), BAD],
    ['an input that is no object', () => mutate('createClient', []), BAD],
    ['a unique value that is taken', () => createClient({ taxId: 'ES B-58378431' }), 'TAX_ID_TAKEN'],
  ]
  test.each(cases)('refuses %s', async (_name, request, code) => expectRefused(request, code))
})

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

test('takes every kind of letter for what it is', async () => {
  const legalName = "Ñandú 🦊 شركة L'Hospitalet ﬁ e\u0301 —\u00a0«x»"
  const made = await us.client({ legalName, notes: 'a\tb\r\nc' }, 'id version legalName notes')
  expect(made).toMatchObject({ legalName: legalName.normalize('NFC'), notes: 'a\tb\r\nc' })
  await us.do('deleteClient', { id: made.id, version: made.version })
})
