import { World, type Json, type Tenant } from './support/world.js'
import { Random } from './support/random.js'

let world: World
let us: Tenant

beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())
beforeEach(async () => {
  us = await world.organization()
})

const address = (postalCode?: string) => ({ line1: 'C/ Major 1', city: 'Terrassa', postalCode })
const pairs = async (args = '', tenant = us): Promise<Json[]> =>
  (await tenant.get(`{ clientDuplicates${args} { score reasons client { id } other { id } } }`)).clientDuplicates
const one = async (id: string): Promise<Json[]> =>
  (
    await us.get(
      'query($id: ID!) { client(id: $id) { likelyDuplicates { score reasons client { id } other { legalName } } } }',
      { id },
    )
  ).client.likelyDuplicates

describe('likely duplicates', () => {
  test('share a name but for its legal form, a telephone number, a domain of their own or a number of a tax id', async () => {
    const roca = await us.client({
      legalName: 'Fusteria Roca, S.L.',
      phone: '+34 93 123 45 67',
      email: 'info@roca.example',
      address: address('08221'),
    })
    await us.client({
      legalName: 'FUSTERÍA ROCA SLU',
      phone: '931234567',
      email: 'roca@gmail.com',
      address: address('08221'),
    })
    await us.client({ legalName: 'Roca i Fills', phone: '0034 931 23 45 67', email: 'comandes@ROCA.example' })
    await us.client({ legalName: 'Bosc', email: 'bosc@gmail.com', address: address('08221') })
    expect(await one(roca.id)).toEqual([
      {
        score: 100,
        reasons: ['NAME', 'PHONE', 'POSTAL_CODE'],
        client: { id: roca.id },
        other: { legalName: 'FUSTERÍA ROCA SLU' },
      },
      { score: 60, reasons: ['PHONE', 'EMAIL_DOMAIN'], client: { id: roca.id }, other: { legalName: 'Roca i Fills' } },
    ])
    const all = await pairs()
    expect(all.map(({ score }) => score)).toEqual([100, 60])
    expect(await pairs('(minimumScore: 30)')).toHaveLength(3)
    expect(await pairs('(first: 1, minimumScore: 30)')).toEqual(all.slice(0, 1))
    await us.client({ legalName: 'Portugal', taxId: '501442600', taxIdCountry: 'PT' })
    await us.client({ legalName: 'Andorra', taxId: '501442600', taxIdCountry: 'AD' })
    expect((await pairs())[1]).toMatchObject({ score: 70, reasons: ['TAX_ID'] })
  })

  test('stay dismissed, follow changes, and end with a merge; pairs of archived clients are left out', async () => {
    const [a, b, c] = [
      await us.client({ legalName: 'Roca' }),
      await us.client({ legalName: 'Roca SL' }),
      await us.client({ legalName: 'Roca SA' }),
    ]
    expect(await pairs()).toHaveLength(3)
    const told = await us.do(
      'dismissDuplicate',
      { clientId: b.id, otherId: a.id },
      'id version activity(first: 1) { nodes { summary } }',
    )
    expect(told).toMatchObject({ id: b.id, activity: { nodes: [{ summary: 'Client Roca SL told apart' }] } })
    expect((await us.try('dismissDuplicate', { clientId: a.id, otherId: b.id })).userErrors).toMatchObject([
      { code: 'DUPLICATE_DISMISSED' },
    ])
    expect((await us.try('dismissDuplicate', { clientId: a.id, otherId: a.id })).userErrors).toMatchObject([
      { code: 'DUPLICATE_OF_ITSELF' },
    ])
    expect((await pairs()).map(({ client, other }) => [client.id, other.id])).toEqual([
      [a.id, c.id],
      [b.id, c.id],
    ])
    await us.do('mergeClients', { winnerId: a.id, winnerVersion: 1, loserId: c.id, loserVersion: 1 })
    expect(await pairs()).toEqual([])
    const { client } = await us.get('query($id: ID!) { client(id: $id) { merges { nodes { id version } } } }', {
      id: a.id,
    })
    await us.do('unmergeClients', { mergeId: client.merges.nodes[0].id, version: 1 })
    expect(await pairs()).toHaveLength(2)
    const renamed = await us.do('updateClient', { id: b.id, version: told.version, legalName: 'Pi' })
    expect(await pairs()).toHaveLength(1)
    await us.do('archiveClient', {
      id: c.id,
      version: (await us.get(`{ client(id: "${c.id}") { version } }`)).client.version,
    })
    expect(await pairs()).toHaveLength(1)
    await us.do('archiveClient', {
      id: a.id,
      version: (await us.get(`{ client(id: "${a.id}") { version } }`)).client.version,
    })
    expect(await pairs()).toEqual([])
    expect(renamed.version).toBe(told.version + 1)
  })

  const random = new Random(20260310)
  const names = ['Roca', 'Bosc', 'Pi', 'Serra', 'Vila Nova'].map((plain, at) => ({
    key: at,
    spelled: [plain, `${plain}, S.L.`, `${plain.toUpperCase()} SA`, `${plain} GmbH`],
  }))
  const phones = [
    ['93 123 45 67', '+34931234567'],
    ['972 00 11 22', '(972) 001122'],
    ['600 11 22 33', '0034600112233'],
  ]
  const mails = [['a@roca.example', 'b@Roca.example'], ['x@bosc.example'], ['a@gmail.com', 'b@gmail.com']]
  interface Made {
    id: string
    name: number
    phone: number | null
    domain: number | null
    postalCode: string | null
    archived: boolean
  }

  /** One of sixty clients, some of which share a name, a telephone or a domain. */
  async function madeClient(at: number): Promise<Made> {
    const name = random.pick(names)
    // Some names that only one client has.
    const [legalName, nameKey] = random.chance(0.6)
      ? [`Sol ${String.fromCharCode(97 + (at % 26))}${at}`, 100 + at]
      : [random.pick(name.spelled), name.key]
    const phone = random.chance(0.4) ? random.integer(0, 2) : null
    const mail = random.chance(0.4) ? random.integer(0, 2) : null
    const postalCode = random.pick([null, '08001', '17001', '25001'])
    const client = await us.client({
      legalName,
      phone: phone === null ? null : random.pick(phones[phone] ?? []),
      email: mail === null ? null : random.pick(mails[mail] ?? []),
      address: address(postalCode ?? undefined),
    })
    const archived = random.chance(0.2)
    if (archived) await us.do('archiveClient', client)
    return { id: client.id, name: nameKey, phone, domain: mail === 2 ? null : mail, postalCode, archived }
  }

  /** Looks at every pair, and returns those that share something. */
  function pairsOf(made: Made[]) {
    const few = (of: (client: Made) => number | null, value: number | null) =>
      value !== null && made.filter(each => of(each) === value).length <= 20
    return made.flatMap((a, at) =>
      made.slice(at + 1).flatMap(b => {
        const shared: [string, number, boolean][] = [
          ['NAME', 60, a.name === b.name && few(({ name }) => name, a.name)],
          ['PHONE', 35, a.phone === b.phone && few(({ phone }) => phone, a.phone)],
          ['EMAIL_DOMAIN', 25, a.domain === b.domain && few(({ domain }) => domain, a.domain)],
        ]
        const found = shared.filter(([, , isShared]) => isShared)
        if (found.length === 0 || (a.archived && b.archived)) return []
        const near = a.postalCode !== null && a.postalCode === b.postalCode
        const score = Math.min(
          100,
          found.reduce((sum, [, points]) => sum + points, near ? 15 : 0),
        )
        return [
          {
            score,
            reasons: [...found.map(([reason]) => reason), ...(near ? ['POSTAL_CODE'] : [])],
            pair: [a.id, b.id].sort(),
          },
        ]
      }),
    )
  }

  test('equal those that a comparison of every pair finds, in a random organisation', async () => {
    const made: Made[] = []
    for (let at = 0; at < 60; at++) made.push(await madeClient(at))
    const expected = pairsOf(made)
    const bySize = <T extends { score: number; pair: string[] }>(list: T[]) =>
      [...list].sort((a, b) => b.score - a.score || (a.pair.join() < b.pair.join() ? -1 : 1))
    for (const minimumScore of [1, 50, 75]) {
      const found = (await pairs(`(first: 100, minimumScore: ${minimumScore})`)).map(
        ({ score, reasons, client, other }) => ({ score, reasons, pair: [client.id, other.id] }),
      )
      const wanted = bySize(expected.filter(({ score }) => score >= minimumScore))
      expect(found.map(({ score }) => score)).toEqual(wanted.slice(0, 100).map(({ score }) => score))
      for (const each of found) expect(wanted).toContainEqual(each)
      if (wanted.length <= 100) expect(bySize(found)).toEqual(wanted)
    }
    expect(expected.length).toBeGreaterThan(40)
    const { clients } = await us.get(
      '{ clients(first: 100, archived: INCLUDE) { nodes { id likelyDuplicates(minimumScore: 1) { score client { id } other { id } } } } }',
    )
    for (const { id, likelyDuplicates } of clients.nodes) {
      const own = expected
        .filter(({ pair }) => pair.includes(id))
        .map(({ score }) => score)
        .sort((a, b) => b - a)
      expect([id, likelyDuplicates.map(({ score }: Json) => score)]).toEqual([id, own.slice(0, 10)])
    }
  })

  test('cost one statement for a page of clients, and one with their records for the organisation', async () => {
    for (let at = 0; at < 30; at++) await us.client({ legalName: `Roca ${at % 5} SL` })
    await us.get('{ organization { id } }')
    const cost = async (query: string) => {
      const before = world.database.statements
      await us.get(query)
      return world.database.statements - before
    }
    for (const first of [1, 20, 30])
      expect(
        await cost(`{ clients(first: ${first}) { nodes { likelyDuplicates { score other { legalName } } } } }`),
      ).toBe(3)
    for (const first of [1, 20])
      expect(await cost(`{ clientDuplicates(first: ${first}) { client { legalName } other { legalName } } }`)).toBe(2)
  })

  test('are refused a score or a number out of range', async () => {
    for (const args of ['(first: 0)', '(first: 101)', '(minimumScore: 0)', '(minimumScore: 101)'])
      expect((await us.ask(`{ clientDuplicates${args} { score } }`)).errors?.[0]?.extensions.code).toBe(
        'BAD_USER_INPUT',
      )
  })
})
