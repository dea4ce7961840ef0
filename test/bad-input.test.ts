import {
  ask,
  BAD,
  client,
  createClient,
  createInvoice,
  expectRefused,
  invoice,
  mutate,
  pay,
  send,
  startWorld,
  us,
  user,
  type Case,
} from './support/refusals.js'

startWorld()

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

test('stores letters of every script as they are sent', async () => {
  const legalName = "Ñandú 🦊 شركة L'Hospitalet ﬁ e\u0301 —\u00a0«x»"
  const made = await us.client({ legalName, notes: 'a\tb\r\nc' }, 'id version legalName notes')
  expect(made).toMatchObject({ legalName: legalName.normalize('NFC'), notes: 'a\tb\r\nc' })
  await us.do('deleteClient', { id: made.id, version: made.version })
})
