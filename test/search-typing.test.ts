import { Client, Contact } from '../src/features/clients/index.js'
import { Random } from './support/random.js'
import { World, type Json, type Tenant } from './support/world.js'

// Names as they are written, the words by which they are found, and the text that is compared with a whole query. They
// are written down, since the comparison must not know how words are made.
interface Token {
  text: string
  plain: string
  words: string[]
}
const token = (text: string, plain: string, words = plain.split(' ')): Token => ({ text, plain, words })
const names = [
  token('Coca-Cola', 'coca cola', ['coca', 'cola', 'cocacola']),
  token('Cola', 'cola'),
  token('Col·legi', 'collegi'),
  token('Coŀlegi', 'collegi'),
  token('Col.legi', 'collegi', ['collegi', 'legi']),
  token('Col-legi', 'collegi', ['collegi', 'legi']),
  token('Legítim', 'legitim'),
  token('l’Hospitalet', 'hospitalet', ['hospitalet', 'lhospitalet']),
  token("L'HOSPITALET", 'hospitalet', ['hospitalet', 'lhospitalet']),
  token("O'Brien", 'obrien', ['obrien', 'brien']),
  token('Brie', 'brie'),
  token('Sant-Just-Desvern', 'sant just desvern', ['sant', 'just', 'desvern', 'santjustdesvern', 'justdesvern']),
  token('S.L.', 'sl'),
  token('Àngels', 'angels'),
]
/** Texts that people type, and their possible readings. */
const typed: [text: string, ways: string[]][] = [
  ['cocacola', ['cocacola']],
  ['Coca-Cola', ['coca cola', 'cocacola']],
  ['coca cola', ['coca cola']],
  ['col.legi', ['collegi', 'col legi']],
  ['COL-LEGI', ['collegi', 'col legi']],
  ['col·legi', ['collegi']],
  ['collegi', ['collegi']],
  ['hospitalet', ['hospitalet']],
  ["l'hospitalet", ['hospitalet', 'lhospitalet']],
  ['lhospitalet', ['lhospitalet']],
  ['l hospitalet', ['l hospitalet']],
  ['obrien', ['obrien']],
  ["o'brien", ['obrien', 'o brien']],
  ['o brien', ['o brien']],
  ['sant just', ['sant just']],
  ['santjust', ['santjust']],
  ['just-desvern', ['just desvern', 'justdesvern']],
  ['justdes', ['justdes']],
  ['s.l.', ['sl']],
  ['legi', ['legi']],
  ['angels', ['angels']],
  ['zzz', ['zzz']],
]
const beside = ['', '', '', 'co', 'hosp', 'sl', 'l', 'sant']

interface Expected {
  kind: string
  id: string
  title: string
  names: string[]
  words: string[]
  digits: string[]
  named: boolean
}
const expected: Expected[] = []
const random = new Random(20260311)
let world: World
let us: Tenant

/** A telephone as somebody types it, with the digits that people dial, at home and from abroad. */
function phoneOf(country: string): { text: string; digits: string[] } {
  const end = String(random.integer(0, 9999)).padStart(4, '0')
  const grouped = (digits: string) => digits.replace(/(\d{3})(?=\d{2})/g, random.pick(['$1', '$1 ', '$1-', '$1.']))
  if (country === 'FR') {
    const own = `6123${random.pick(['4', '5'])}${end}`.slice(0, 9)
    return random.pick([
      { text: `0${own}`, digits: [`0${own}`, own, `33${own}`] },
      { text: `+33 ${grouped(own)}`, digits: [`0${own}`, own, `33${own}`] },
    ])
  }
  const own = `93780${end}`
  return {
    text: random.pick([grouped(own), `+34 ${grouped(own)}`, `0034${own}`, `tel. ${own}`]),
    digits: [own, `34${own}`],
  }
}

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  const context = await world.contextOf(us.organizationId)
  await context.mutate('clients:write', async scope => {
    const about = { version: 1, createdAt: world.now, updatedAt: world.now }
    const clients: Client[] = []
    const contacts: Contact[] = []
    for (let at = 0; at < 400; at++) {
      const country = random.pick(['ES', 'ES', 'FR'])
      const pick = () => Array.from({ length: random.integer(1, 3) }, () => random.pick(names))
      const [legal, person] = [pick(), random.chance(0.4) ? pick() : []]
      const [phone, personal] = [
        random.chance(0.5) ? phoneOf(country) : undefined,
        person.length > 0 && random.chance(0.7) ? phoneOf(country) : undefined,
      ]
      const client = scope.make(Client, {
        ...about,
        tags: [],
        addressLine1: 'x',
        city: 'x',
        country,
        phone: phone?.text ?? null,
      })
      client.setLegalName(legal.map(({ text }) => text).join(' '))
      clients.push(client)
      const words = legal.flatMap(each => each.words)
      expected.push({
        kind: 'CLIENT',
        id: client.id,
        title: legal.map(({ plain }) => plain).join(' '),
        names: words,
        words: [...words, ...person.flatMap(each => each.words)],
        digits: [...(phone?.digits ?? []), ...(personal?.digits ?? [])],
        named: true,
      })
      if (person.length === 0) continue
      const contact = scope.make(Contact, {
        ...about,
        clientId: client.id,
        name: person.map(({ text }) => text).join(' '),
        nameFolded: 'x',
        primary: true,
        phone: personal?.text ?? null,
      })
      contacts.push(contact)
      expected.push({
        kind: 'CONTACT',
        id: contact.id,
        title: person.map(({ plain }) => plain).join(' '),
        names: [],
        words: person.flatMap(each => each.words),
        digits: personal?.digits ?? [],
        named: false,
      })
    }
    await scope.insertWithHistory([...clients, ...contacts], [])
  })
}, 120_000)
afterAll(() => world.stop())

interface Asked {
  text: string
  ways: string[][]
  phone?: { digits: string; others: string[] }
}

function question(): Asked {
  const more = random.pick(beside)
  if (random.chance(0.4)) {
    const { digits } = random.pick(expected.filter(each => each.digits.length > 0))
    const wanted = random.pick(digits)
    const begun = wanted.slice(0, random.integer(6, wanted.length))
    const spaced = random.pick([
      begun,
      begun.replace(/^(\d{2,3})/, '$1 '),
      begun.replace(/^(\d\d)(\d{3})/, '$1.$2-'),
      ...(begun.startsWith('3') ? [`+${begun}`, `00${begun}`] : []),
    ])
    const words = spaced.match(/\d+/g) ?? []
    return {
      text: `${spaced}${more && ` ${more}`}`,
      ways: [[...words, ...(more ? [more] : [])]],
      phone: { digits: begun, others: more ? [more] : [] },
    }
  }
  const [text, ways] = random.pick(typed)
  return { text: `${text}${more && ` ${more}`}`, ways: ways.map(way => [...way.split(' '), ...(more ? [more] : [])]) }
}

/** Every record that is found, in the order of results, by a plain look at each. */
function wantedFor({ ways, phone }: Asked): [rank: number, id: string][] {
  const has = (held: string[], words: string[]) => words.every(word => held.some(each => each.startsWith(word)))
  const rankOf = ({ title, names: own, words, digits, named }: Expected) => {
    const ranks = ways.map(way => {
      const name = way.join(' ')
      if (named && title === name) return 2
      if (named && title.startsWith(name)) return 3
      if (named && has(own, way)) return 4
      return has(words, way) ? 5 : 9
    })
    if (phone && digits.some(each => each.startsWith(phone.digits)) && has(words, phone.others)) ranks.push(5)
    return Math.min(...ranks)
  }
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  return expected
    .map(each => ({ ...each, rank: rankOf(each) }))
    .filter(({ rank }) => rank < 9)
    .sort((a, b) => a.rank - b.rank || compare(a.title, b.title) || compare(a.id, b.id))
    .map(({ rank, id }) => [rank, id])
}

test('300 random queries, typed as people type names and telephones, find exactly the first of all matches, and lists the same clients', async () => {
  let [byPhone, byWords] = [0, 0]
  for (let round = 0; round < 15; round++) {
    const asked = Array.from({ length: 20 }, () => ({ ...question(), first: random.pick([1, 5, 100]) }))
    const data: Json = await us.get(
      `query(${asked.map((_, at) => `$q${at}: String!, $f${at}: Int!`).join(', ')}) { ${asked.map((_, at) => `s${at}: search(query: $q${at}, first: $f${at}) { rank record { id } matched { text } }`).join(' ')}
        ${asked
          .slice(0, 5)
          .map((_, at) => `c${at}: clients(filter: { search: $q${at} }) { totalCount }`)
          .join(' ')} }`,
      Object.fromEntries(
        asked.flatMap(({ text, first }, at) => [
          [`q${at}`, text],
          [`f${at}`, first],
        ]),
      ),
    )
    for (const [at, question] of asked.entries()) {
      const all = wantedFor(question)
      expect([question.text, data[`s${at}`].map(({ rank, record }: Json) => [rank, record.id])]).toEqual([
        question.text,
        all.slice(0, question.first),
      ])
      for (const { matched } of data[`s${at}`])
        expect([question.text, matched.length > 0]).toEqual([question.text, true])
      if (at < 5)
        expect([question.text, data[`c${at}`].totalCount]).toEqual([
          question.text,
          all.filter(([, id]) => id.startsWith('cli')).length,
        ])
      if (all.length === 0) continue
      if (question.phone) byPhone++
      else byWords++
    }
  }
  expect(byPhone).toBeGreaterThan(60)
  expect(byWords).toBeGreaterThan(100)
}, 120_000)

describe('telephones', () => {
  let own: Tenant
  let client: Json
  let contact: Json
  beforeAll(async () => {
    own = await world.organization()
    client = await own.client({ legalName: 'Ateneu', phone: '937 800 123' })
    contact = await own.do('createContact', { clientId: client.id, name: 'Pau', phone: '06 12 34 56 78' })
  })
  const found = async (query: string, tenant = own): Promise<string[]> =>
    (
      await tenant.get('query($q: String!) { search(query: $q) { title rank matched { field text } } }', { q: query })
    ).search.map(
      ({ title, rank, matched }: Json) =>
        `${title} ${rank} ${matched.map(({ field, text }: Json) => `${field} ${text}`).join(', ')}`,
    )

  test('are found by six digits and more, and named as the match', async () => {
    const ateneu = ['Ateneu 5 phone 937 800 123']
    for (const query of ['937800', '937 800 123', '+34937800123', '0034 937 800 123', '34 937800', '(937) 80.01-23'])
      expect([query, await found(query)]).toEqual([query, ateneu])
    expect(await found('aten 937800')).toEqual(['Ateneu 5 phone 937 800 123, legalName Ateneu'])
    for (const query of ['93780', '800123', '34937', 'x 93780', 'roca 937800123', '937800124'])
      expect([query, await found(query)]).toEqual([query, []])
    expect(await found('0612345678')).toEqual(['Ateneu 5 contacts.phone 06 12 34 56 78', 'Pau 5 phone 06 12 34 56 78'])
    expect(await found('33612345')).toEqual([])
  })

  test('follow the country of the address, those of contacts too', async () => {
    const moved = await own.do('updateClient', {
      id: client.id,
      version: client.version,
      address: { line1: '1 rue', city: 'Lyon', country: 'FR' },
    })
    expect(await found('+33 612345')).toEqual(['Ateneu 5 contacts.phone 06 12 34 56 78', 'Pau 5 phone 06 12 34 56 78'])
    expect(await found('34937800')).toEqual([])
    const back = await own.do('updateClient', {
      id: client.id,
      version: moved.version,
      address: { line1: 'C/ 1', city: 'Vic' },
      phone: '600 111 222',
    })
    expect([await found('33612345'), await found('937800123'), await found('34600111')]).toEqual([
      [],
      [],
      ['Ateneu 5 phone 600 111 222'],
    ])
    await own.do('deleteContact', contact)
    expect(await found('0612345678')).toEqual([])
    await own.do('deleteClient', back)
    expect(
      await world.database.read.query(`SELECT word FROM search_words WHERE organization_id = '${own.organizationId}'`),
    ).toEqual([])
  })

  test('are found only by who may read the record', async () => {
    const other = await world.organization()
    await other.client({ legalName: 'Secret', phone: '937 800 999' })
    expect(await found('937800999', other)).toHaveLength(1)
    expect(await found('937800999', await world.key(other.organizationId, ['projects:read']))).toEqual([])
    expect(await found('937800999', await world.organization())).toEqual([])
  })
})
