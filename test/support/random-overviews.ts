import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { resolvers } from '../../src/features/index.js'
import { schemaOf } from '../../src/graphql/schema.js'
import { verify } from '../../src/verify/verify.js'
import { dayInZone } from './oracle-day.js'
import { everybody, Oracle } from './oracle.js'
import { wrongColumns } from './oracle-columns.js'
import { wrongRates } from './oracle-rates.js'
import { readBooks } from './oracle-rows.js'
import { brokenRules, brokenSums, brokenTimelines } from './oracle-rules.js'
import { awkwardCases, awkwardRates } from './awkward-cases.js'
import { listByFigures } from './list-by-figures.js'
import {
  figuresIn,
  listsIn,
  listsOfAll,
  listsOfEverybody,
  monthsOfAll,
  overviewOf,
  overviewsOfAll,
  overviewsOfEverybody,
} from './overview-query.js'
import { randomOrganization } from './random-organization.js'
import { World, type Json, type Tenant } from './world.js'

const schema = await schemaOf(resolvers)
const perTest = 20
const daysAsked = 5

interface Share {
  /** Seeds from the first on. */
  firstSeed: number
  organizations: number
  /**
   * SHA-256 of all overviews of these organisations, without ids: SQLite and MariaDB must both give these bytes. After
   * a change of the generator (random-*.ts), of the query (overview-query.ts) or of a figure's meaning, run the test on
   * both databases. Copy the value that it reports as received; both must report the same.
   */
  digest: string
  /**
   * Whether they keep exchange rates and give rates late; then the awkward cases are those of rates, and `clientela
   * verify` looks as well.
   */
  keptRates?: boolean
  /** Whether they are too few to meet every awkward case, which the larger shares of test/slow/ do. */
  few?: boolean
}

/** The tests of some random organisations: a file for each share, so that both cores work. */
export function holdRandomOrganizations(share: Share) {
  // SEED=123 begins at another seed, ORGANIZATIONS=1 takes fewer organisations: together they repeat a failure.
  // ORGANIZATIONS=1000 npm test -- test/slow/overview-random.test.ts takes more.
  const firstSeed = Number(process.env.SEED ?? share.firstSeed)
  const organizations = Number(process.env.ORGANIZATIONS ?? share.organizations)
  const isWhole = firstSeed === share.firstSeed && organizations === share.organizations

  /** Two servers with a clock and a database each, so that one works while the other waits for its database. */
  let worlds: World[]
  const digests = new Map<number, string>()
  const met = new Map<string, number>()

  beforeAll(async () => {
    worlds = [await World.start(), await World.start()]
  })
  afterAll(async () => {
    for (const world of worlds) await world.stop()
  })

  const ranges = Array.from({ length: Math.ceil(organizations / perTest) }, (_, at) => {
    const from = firstSeed + at * perTest
    return { from, to: Math.min(from + perTest, firstSeed + organizations) - 1 }
  })

  test.each(ranges)(
    'every figure of random organisations, seeds $from to $to, equals its recomputation from raw rows',
    async ({ from, to }) => {
      let next = from
      await Promise.all(
        worlds.map(async world => {
          while (next <= to) {
            const seed = next++
            try {
              const { digest, cases } = await check(world, seed, share.keptRates ?? false)
              digests.set(seed, digest)
              for (const [name, times] of Object.entries(cases)) met.set(name, (met.get(name) ?? 0) + times)
            } catch (error) {
              throw ofSeed(seed, error)
            }
          }
        }),
      )
    },
    300_000,
  )

  test('SQLite and MariaDB agree to the byte', () => {
    if (!isWhole) return // the digest is of the whole share
    const all = createHash('sha256')
    for (const seed of [...digests.keys()].sort((a, b) => a - b)) all.update(digests.get(seed) ?? '')
    expect(all.digest('hex')).toBe(share.digest)
  })

  if (share.few) return
  test('the random organisations meet every awkward case', () => {
    if (!isWhole) return // fewer of them need not
    expect([...met].filter(([, times]) => times < (share.keptRates ? 1 : 2))).toEqual([])
  })
}

/** The error, with how to repeat it. */
function ofSeed(seed: number, error: unknown): unknown {
  if (error instanceof Error)
    error.message = `Organisation of seed ${seed} (repeat it alone: SEED=${seed} ORGANIZATIONS=1): ${error.message}`
  return error
}

/** Throws where a figure is wrong; returns the digest of all overviews and how often each awkward case occurred. */
async function check(world: World, seed: number, keptRates: boolean) {
  const { us, setting, random, clients, refused, givenRates } = await randomOrganization(world, seed, keptRates)
  const today = dayInZone(setting.zone, world.now)
  const days = setting.asked(daysAsked)
  const books = await readBooks(world, us.organizationId)
  const oracle = new Oracle(books, today)
  expect({
    wrong: [...wrongColumns(books), ...wrongRates(books, givenRates)],
    broken: brokenTimelines(books, today),
  }).toEqual({ wrong: [], broken: [] })
  if (keptRates)
    expect(
      await verify(world.database, await world.facts(us.organizationId), {
        schema,
        now: world.now,
        days: [],
      }),
    ).toEqual([])

  const digest = createHash('sha256')
  const answered = await overviewsOfAll(us, days)
  for (const client of clients) {
    for (const asOf of days) {
      const answer = answered.get(`${client} ${asOf}`)
      same({ client, asOf, overview: answer }, { client, asOf, overview: figuresIn(oracle.overview(client, asOf)) })
      const broken = brokenRules(answer, asOf === today)
      if (broken.length > 0) throw new Error(`The overview of ${client} on ${asOf} breaks: ${broken.join('; ')}`)
      digest.update(JSON.stringify(answer, (name, value: unknown) => (name === 'knownBase' ? undefined : value))) // which came later, and which the oracle tells
    }
  }

  // The same for a client alone, for today without naming the day.
  const asOf = random.pick(days)
  const alone = random.pick(clients)
  same(
    { alone, overview: await overviewOf(us, alone, asOf === today ? undefined : asOf) },
    { alone, overview: answered.get(`${alone} ${asOf}`) },
  )

  const byFigures = await listByFigures(us, oracle, clients, random.pick(days), setting.baseCurrency, random)
  same(byFigures.found, byFigures.wanted)

  const listed = random.chance(0.5) ? today : random.pick(days)
  const lists = await listsOfAll(us, listed, random.pick([1, 2, 3, 20]))
  for (const client of clients)
    same(
      { client, asOf: listed, lists: lists.get(client) },
      { client, asOf: listed, lists: listsIn(oracle.overview(client, listed)) },
    )

  await checkWhole({ us, oracle, clients, days, today, listed, answered })
  const wholeLists = await listsOfEverybody(us, listed, random.pick([5, 20, 100]))
  same({ asOf: listed, lists: wholeLists }, { asOf: listed, lists: listsIn(oracle.overview(everybody, listed)) })
  return {
    digest: digest.digest('hex'),
    cases: keptRates ? awkwardRates(books, refused) : awkwardCases(books, refused),
  }
}

interface Whole {
  us: Tenant
  oracle: Oracle
  clients: string[]
  days: string[]
  today: string
  listed: string
  answered: Map<string, Json>
}

/** The organisation as a whole, and the months of everybody: from before the first event, and of fewer. */
async function checkWhole({ us, oracle, clients, days, today, listed, answered }: Whole) {
  const whole = await overviewsOfEverybody(us, days)
  const [everyMonth, fewMonths] = [await monthsOfAll(us, days, 13), await monthsOfAll(us, [listed], 2)]
  for (const asOf of days) {
    const answer = whole.get(asOf)
    same({ asOf, overview: answer }, { asOf, overview: figuresIn(oracle.overview(everybody, asOf)) })
    for (const whose of [everybody, ...clients])
      same(
        { whose, asOf, months: everyMonth.get(`${whose} ${asOf}`) },
        { whose, asOf, months: oracle.months(whose, asOf, 13) },
      )
    const broken = [
      ...brokenRules(answer, asOf === today),
      ...brokenSums(
        everyMonth.get(`${everybody} ${asOf}`),
        answer,
        clients.map(client => answered.get(`${client} ${asOf}`)),
      ),
    ]
    if (broken.length > 0) throw new Error(`The overview of the organisation on ${asOf} breaks: ${broken.join('; ')}`)
  }
  for (const whose of [everybody, ...clients])
    same(
      { whose, listed, months: fewMonths.get(`${whose} ${listed}`) },
      { whose, listed, months: oracle.months(whose, listed, 2) },
    )
}

/** Jest's comparison is for reading a difference; finding none is faster this way. */
function same(found: object, expected: object) {
  if (!isDeepStrictEqual(found, expected)) expect(found).toEqual(expected)
}
