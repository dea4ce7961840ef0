import type { WriteScope } from '../../src/database/scope/write-scope.js'
import { Client, Contact } from '../../src/features/clients/index.js'
import { Project } from '../../src/features/projects/index.js'
import { Random } from '../../src/demo/random.js'
import { World, type Json, type Tenant } from '../support/world.js'

// Every spelling with the words it is found by, written down: the comparison knows nothing of how words are made.
interface Token {
  text: string
  plain: string
  words: string[]
}
const token = (text: string, plain = text.toLowerCase(), words = [plain]): Token => ({ text, plain, words })
const common = [
  token('Serveis'),
  token('Servei'),
  token('Fills'),
  token('Roca'),
  token('Rocamora'),
  token('S.L.', 'sl'),
  token('SA'),
  token('i'),
  token('Núria', 'nuria'),
  token('Col·legi', 'collegi'),
  token("l'Hospitalet", 'hospitalet', ['hospitalet', 'lhospitalet']),
  token("d'Òpera", 'opera', ['opera', 'dopera']),
  token('Straße', 'strasse'),
]
// Two that never meet in one record, each in many.
const apart = [token('Blau'), token('Verd')]
const rare = Array.from({ length: 30 }, (_, at) => token(`Zeta${at}`))

interface Expected {
  kind: string
  id: string
  archived: boolean
  title: string
  names: string[]
  words: string[]
  codes: string[]
  named: boolean
}

const random = new Random(20260310)
const expected: Expected[] = []
let world: World
let us: Tenant

const about = () => ({ version: 1, createdAt: world.now, updatedAt: world.now })

interface Named {
  ordinal: string
  legal: Token[]
  trade: Token[]
  contacts: Token[][]
  mail: string[]
}

/** A client, and what it should be found by. */
function clientOf(scope: WriteScope, { ordinal, legal, trade, contacts, mail }: Named) {
  const [externalId, taxIdNumber] = [
    random.chance(0.3) ? `X-${Number(ordinal)}` : null,
    random.chance(0.5) ? ordinal : null,
  ]
  const client = scope.make(Client, {
    ...about(),
    tags: [],
    addressLine1: 'x',
    city: 'x',
    country: 'ES',
    taxIdCountry: taxIdNumber && 'PT',
    taxIdNumber,
    externalId,
    tradeName: textOf(trade) || null,
    email: mail.length > 0 ? `${mail.join('@')}.example` : null,
    archivedAt: random.chance(0.2) ? world.now : null,
  })
  client.setLegalName(textOf(legal))
  const codes = [...(externalId ? [`x${Number(ordinal)}`] : []), ...(taxIdNumber ? [ordinal, `pt${ordinal}`] : [])]
  const names = [...legal, ...trade].flatMap(({ words }) => words)
  expected.push({
    kind: 'CLIENT',
    id: client.id,
    archived: client.archivedAt !== null,
    title: plainOf(legal),
    named: true,
    names,
    codes,
    words: [
      ...names,
      ...codes,
      ...(externalId ? ['x', String(Number(ordinal))] : []),
      ...mail,
      ...(mail.length > 0 ? ['example'] : []),
      ...contacts.flat().flatMap(({ words }) => words),
    ],
  })
  return client
}

/** A contact of a client, and what it should be found by. */
function contactOf(scope: WriteScope, client: Client, person: Token[]) {
  const contact = scope.make(Contact, {
    ...about(),
    clientId: client.id,
    name: textOf(person),
    nameFolded: 'x',
    primary: true,
  })
  expected.push({
    kind: 'CONTACT',
    id: contact.id,
    archived: false,
    title: plainOf(person),
    named: false,
    names: [],
    codes: [],
    words: person.flatMap(({ words }) => words),
  })
  return contact
}

/** A project of a client, and what it should be found by. */
function projectOf(scope: WriteScope, client: Client, ordinal: string, name: Token[]) {
  const project = scope.make(Project, {
    ...about(),
    clientId: client.id,
    name: textOf(name),
    nameFolded: 'x',
    code: `P${ordinal}`,
    state: 'ACTIVE',
    openedOn: '2026-01-01',
    billable: true,
    archivedAt: random.chance(0.2) ? world.now : null,
  })
  const words = name.flatMap(each => each.words)
  expected.push({
    kind: 'PROJECT',
    id: project.id,
    archived: project.archivedAt !== null,
    title: plainOf(name),
    named: true,
    names: words,
    codes: [`p${ordinal}`],
    words: [...words, `p${ordinal}`, ordinal],
  })
  return project
}

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  const context = await world.contextOf(us.organizationId)
  for (let round = 0; round < 6; round++) {
    await context.mutate(['clients:write', 'projects:write'], async scope => {
      const rows: (Client | Contact | Project)[] = []
      for (let at = 0; at < 700; at++) {
        const ordinal = String(round * 700 + at).padStart(8, '0')
        const colour = random.pick(apart)
        const naming = (most: number) => [
          ...tokens(random.whole(1, most)),
          ...(random.chance(0.45) ? [colour] : []),
          ...(random.chance(0.03) ? [random.pick(rare)] : []),
        ]
        const [legal, trade, contacts] = [
          naming(3),
          random.chance(0.3) ? naming(2) : [],
          random.chance(0.5) ? [naming(2)] : [],
        ]
        const mail = random.chance(0.4)
          ? [
              random.pick(['info', 'roca', 'blau', 'nuria']).replace('blau', colour.plain),
              random.pick(['serveis', 'mail']),
            ]
          : []
        const client = clientOf(scope, { ordinal, legal, trade, contacts, mail })
        rows.push(client, ...contacts.map(person => contactOf(scope, client, person)))
        if (at % 10 === 0) rows.push(projectOf(scope, client, ordinal, naming(2)))
      }
      await scope.insertWithHistory(rows, [])
    })
  }
}, 120_000)
afterAll(() => world.stop())

const tokens = (count: number) => Array.from({ length: count }, () => random.pick(common))
const textOf = (some: Token[]) => some.map(({ text }) => text).join(' ')
const plainOf = (some: Token[]) => some.map(({ plain }) => plain).join(' ')

/** The whole order by a plain look at every record. */
function wantedFor(words: string[], kinds: string[] | null): Expected[] {
  const name = words.join(' ')
  const code = words.join('')
  const begins = (all: string[]) => words.every(word => all.some(each => each.startsWith(word)))
  const rankOf = ({ title, names, words: all, codes, named }: Expected) => {
    if (codes.includes(code)) return 1
    if (named && title === name) return 2
    if (named && title.startsWith(name)) return 3
    if (begins(names) && named) return 4
    return begins(all) ? 5 : 0
  }
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  return expected
    .filter(each => !kinds || kinds.includes(each.kind))
    .map(each => ({ ...each, rank: rankOf(each) }))
    .filter(({ rank }) => rank > 0)
    .sort(
      (a, b) =>
        Number(a.archived) - Number(b.archived) || a.rank - b.rank || compare(a.title, b.title) || compare(a.id, b.id),
    )
}

/** A query as somebody types it, with the words it asks for. */
function query(): { text: string; words: string[] } {
  const kind = random.next()
  if (kind < 0.08) {
    const code = random.pick(random.pick(expected.filter(({ codes }) => codes.length > 0)).codes)
    const beginning = random.chance(0.6) ? code : code.slice(0, random.whole(2, code.length))
    return { text: beginning.toUpperCase(), words: [beginning] }
  }
  if (kind < 0.14) {
    const [colour, other] = random.shuffled(apart)
    const words = [
      ...(colour ? [colour.plain] : []),
      ...(other ? [other.plain.slice(0, random.whole(1, 4))] : []),
      ...(random.chance(0.5) ? ['sl'] : []),
    ]
    return { text: words.join(' '), words }
  }
  const words = Array.from({ length: random.pick([1, 1, 1, 2, 2, 2, 3, 4]) }, () => {
    const word = random.chance(0.06)
      ? random.pick(['info', 'mail', 'example', 'zzz'])
      : random.pick(random.pick(random.chance(0.1) ? rare : random.chance(0.1) ? apart : common).words)
    return random.chance(0.4) ? word : word.slice(0, random.whole(1, word.length))
  })
  return words.join('').length < 2
    ? query()
    : {
        text: words.map(word => (random.chance(0.2) ? word.toUpperCase() : word)).join(random.pick([' ', '  ', ', '])),
        words,
      }
}

test('500 random queries of rare and common words find exactly the first of all matches, in their order', async () => {
  expect(expected.length).toBeGreaterThan(6000)
  const ways = new Set<string>()
  for (let round = 0; round < 25; round++) {
    const asked = Array.from({ length: 20 }, () => ({
      ...query(),
      first: random.pick([1, 3, 10, 100]),
      kinds: random.chance(0.3) ? random.some(['CLIENT', 'CONTACT', 'PROJECT'], random.whole(1, 2)) : null,
    }))
    const data: Json = await us.get(
      `query(${asked.map((_, at) => `$q${at}: String!, $f${at}: Int!, $k${at}: [SearchKind!]`).join(', ')}) { ${asked.map((_, at) => `s${at}: search(query: $q${at}, first: $f${at}, kinds: $k${at}) { rank archived record { id } }`).join(' ')} }`,
      Object.fromEntries(
        asked.flatMap(({ text, first, kinds }, at) => [
          [`q${at}`, text],
          [`f${at}`, first],
          [`k${at}`, kinds],
        ]),
      ),
    )
    asked.forEach(({ text, words, first, kinds }, at) => {
      const all = wantedFor(words, kinds)
      const found = data[`s${at}`].map(({ rank, archived, record }: Json) => [rank, archived, record.id])
      expect([text, kinds, first, found]).toEqual([
        text,
        kinds,
        first,
        (all as (Expected & { rank: number })[]).slice(0, first).map(({ rank, archived, id }) => [rank, archived, id]),
      ]) // wantedFor ranks them
      ways.add(
        `${words.length > 1 ? 'several words' : 'one word'}, ${all.length === 0 ? 'none' : all.length > 2000 ? 'very many' : all.length > 100 ? 'many' : 'few'} found`,
      )
    })
  }
  expect([...ways].sort()).toEqual(
    ['one word', 'several words'].flatMap(words =>
      ['few', 'many', 'none', 'very many'].map(found => `${words}, ${found} found`),
    ),
  )
}, 120_000)
