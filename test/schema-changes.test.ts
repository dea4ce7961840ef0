import {
  breakingChanges,
  dangerousChanges,
  entryFor,
  releasedText,
  releaseOf,
  undatedDeprecations,
  unnamedChanges,
} from './support/schema-changes.js'

const released = `
  directive @cost(weight: Int, extra: Int) repeatable on FIELD | QUERY
  interface Named { name: String }
  interface Dated { on: String }
  union Subject = Client | Contact
  type Query { clients(first: Int, filter: ClientFilter): [Client!]! client(id: ID!): Client subject: Subject }
  type Client implements Named & Dated { name: String email: String on: String }
  type Contact { name: String state: State }
  input ClientFilter { name: String city: String }
  enum State { OPEN CLOSED }
`
const changed = (...replacements: [from: string, to: string][]) =>
  breakingChanges(
    released,
    replacements.reduce((text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`There is no «${from}».`)
      return text.replaceAll(from, to)
    }, released),
  )

test('the schema as it was released breaks nothing', () => {
  expect(changed()).toEqual([])
})

test.each<[what: string, from: string, to: string, ...coordinates: string[]]>([
  ['a removed field', 'email: String ', '', 'Client.email'],
  ['a removed field of an input', 'city: String ', '', 'ClientFilter.city'],
  ['another type of a field', 'email: String', 'email: Int', 'Client.email'],
  ['a required field of an input', 'city: String', 'city: String country: String!', 'ClientFilter.country'],
  ['a new required argument', 'first: Int', 'first: Int order: String!', 'Query.clients(order:)'],
  ['a removed argument', 'first: Int, ', '', 'Query.clients(first:)'],
  ['another type of an argument', 'id: ID!', 'id: [ID!]!', 'Query.client(id:)'],
  ['a removed value of an enum', 'CLOSED', '', 'State.CLOSED'],
  ['a renamed type', 'Contact', 'Person', 'Contact', 'Subject'],
  ['a renamed type that inputs use', 'ClientFilter', 'ClientCondition', 'ClientFilter', 'Query.clients(filter:)'],
  ['another kind of type', 'union Subject = Client | Contact', 'scalar Subject', 'Subject'],
  ['a removed member of a union', '= Client | Contact', '= Client', 'Subject'],
  ['a removed interface', 'Named & Dated', 'Named', 'Client'],
  ['a removed directive', 'directive @cost(weight: Int, extra: Int) repeatable on FIELD | QUERY', '', '@cost'],
  ['a removed argument of a directive', ', extra: Int', '', '@cost(extra:)'],
  ['a required argument of a directive', 'extra: Int', 'extra: Int by: ID!', '@cost(by:)'],
  ['a directive that cannot be repeated any more', ' repeatable', '', '@cost'],
  ['a place where a directive cannot stand any more', ' | QUERY', '', '@cost'],
])('%s breaks programs', (_what, from, to, ...coordinates) => {
  expect(changed([from, to]).map(({ coordinate }) => coordinate)).toEqual(coordinates)
})

test('additions break nothing; changes that may surprise a program are reported', () => {
  const current = released
    .replace('OPEN', 'OPEN WAITING')
    .replace('email: String', 'email: String phone: String')
    .replace('first: Int', 'first: Int last: Int')
  expect(breakingChanges(released, current)).toEqual([])
  expect(dangerousChanges(released, current)).toEqual([
    'An optional arg last on Query.clients was added.',
    'WAITING was added to enum type State.',
  ])
})

describe('a breaking change is announced', () => {
  const changes = changed(['email: String ', ''], ['first: Int, ', ''])
  const changelog = (news: string) => `# Changelog\n\n${news}\n## 0.1.0\n- \`Client.email\` is new.\n`
  const unnamed = (news: string) =>
    unnamedChanges(changes, changelog(news), '0.1.0').map(({ coordinate }) => coordinate)

  test('by its name in backticks, above the release it is compared with', () => {
    expect(unnamed('')).toEqual(['Client.email', 'Query.clients(first:)'])
    expect(unnamed('## Unreleased\n- `Client.email` is gone; ask its contacts.\n')).toEqual(['Query.clients(first:)'])
    expect(unnamed('## 0.2.0\n- `Client.email` and `Query.clients(first:)` are gone.\n')).toEqual([])
    expect(unnamed('## Unreleased\n- Client.email and `Query.clients` are gone.\n')).toEqual([
      'Client.email',
      'Query.clients(first:)',
    ])
  })

  test('by the line that the error message asks for', () => {
    expect(changes.map(entryFor)).toEqual([
      '- Breaking: `Client.email`. Client.email was removed.',
      '- Breaking: `Query.clients(first:)`. Query.clients arg first was removed.',
    ])
    expect(unnamed(`## Unreleased\n${changes.map(entryFor).join('\n')}\n`)).toEqual([])
  })

  test('in a changelog that has the release', () => {
    expect(() => unnamedChanges(changes, changelog(''), '0.1')).toThrow('CHANGELOG.md has no section «## 0.1»')
    expect(() => unnamedChanges(changes, changelog(''), '0.1.1')).toThrow('CHANGELOG.md has no section «## 0.1.1»')
  })
})

test('a kept schema says which release it is of', () => {
  expect(releaseOf(releasedText('1.2.3', released))).toBe('1.2.3')
  expect(releaseOf(releasedText('2.0.0-rc.1', released))).toBe('2.0.0-rc.1')
  expect(() => releaseOf(released)).toThrow('does not begin with the release')
})

test('a deprecation says what to do, and until when', () => {
  const deprecated = (reason: string) =>
    undatedDeprecations(
      `type Query { a(b: Int @deprecated(reason: "${reason}")): Int c: E } enum E { D F @deprecated(reason: "${reason}") }`,
    )
  expect(deprecated('Use c. It stays until 2027-01-31.')).toEqual([])
  for (const reason of ['Use c.', 'until 2027-01-31', 'Use c. until 2027-02-30', 'Use c until soon']) {
    expect(deprecated(reason)).toEqual([
      expect.stringMatching(/^Query\.a\.b is deprecated with the reason «.*»: say what to do/),
      expect.stringMatching(/^E\.F is deprecated/),
    ])
  }
  expect(undatedDeprecations('type Query { a: Int @deprecated }')).toEqual([
    expect.stringContaining('Query.a is deprecated'),
  ])
})
