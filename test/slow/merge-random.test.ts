import fc from 'fast-check'
import { resolvers } from '../../src/features/index.js'
import { schemaOf } from '../../src/graphql/schema.js'
import { verify } from '../../src/verify/verify.js'
import { dump } from '../support/dump.js'
import { everybody, Oracle } from '../support/oracle.js'
import { dayInZone } from '../support/oracle-day.js'
import { readBooks } from '../support/oracle-rows.js'
import { figuresIn, overviewsOfAll, overviewsOfEverybody } from '../support/overview-query.js'
import { randomOrganization, type RandomOrganization } from '../support/random-organization.js'
import { World, type Json, type Tenant } from '../support/world.js'

// SEED and ORGANIZATIONS choose others, as in overview-random.test.ts.
const seed = Number(process.env.SEED ?? 20260310)
const numRuns = Number(process.env.ORGANIZATIONS ?? 24)

let world: World
const schema = await schemaOf(resolvers)
let merges = 0
let refusals = 0

beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())

async function clientsOf(us: Tenant): Promise<Json[]> {
  return (await us.get('{ clients(first: 100, archived: INCLUDE) { nodes { id version } } }')).clients.nodes
}

/** Gives each client tags, notes, an e-mail address and a telephone, or not, of few different ones. */
async function fill(us: Tenant, seedOf: number) {
  for (const [at, { id, version }] of (await clientsOf(us)).entries()) {
    const draw = (of: number) => (seedOf + at * 7) % of
    await us.do('updateClient', {
      id,
      version,
      tags: ['a', 'b', 'c'].slice(draw(3)),
      notes: draw(5) === 0 ? null : `note ${draw(4)}`,
      email: draw(4) === 0 ? null : `m${draw(3)}@example.com`,
      phone: draw(3) === 0 ? null : ['937 800 123', '+34 937800123', '600 111 222'][draw(7) % 3],
    })
  }
}

/** Every figure of every client and of the organisation, as its recomputation from raw rows says, twice over. */
async function holdFigures({ us, setting }: RandomOrganization) {
  const today = dayInZone(setting.zone, world.now)
  const oracle = new Oracle(await readBooks(world, us.organizationId), today)
  const days = [...new Set([today, ...setting.busyDays.filter(day => day <= today).slice(-3, -2)])]
  const answered = await overviewsOfAll(us, days)
  const whole = await overviewsOfEverybody(us, days)
  for (const asOf of days) {
    for (const { id } of await clientsOf(us))
      expect([id, asOf, answered.get(`${id} ${asOf}`)]).toEqual([id, asOf, figuresIn(oracle.overview(id, asOf))])
    expect(whole.get(asOf)).toEqual(figuresIn(oracle.overview(everybody, asOf)))
  }
  expect(await verify(world.database, await world.facts(us.organizationId), { schema, now: world.now })).toEqual([])
}

/** The choices of a merge for the fields and the contact of the loser. */
function choices(first: number, second: number, chooses: boolean) {
  const keepContact = [undefined, true, false][(first + second) % 3]
  const take = chooses
    ? ['LEGAL_NAME', 'ADDRESS', 'PAYMENT_TERMS_DAYS', 'CURRENCY']
        .map(field => ({ field, from: 'LOSER' }))
        .concat(
          first % 2
            ? [
                { field: 'TAGS', from: 'BOTH' },
                { field: 'EMAIL', from: 'LOSER' },
              ]
            : [{ field: 'NOTES', from: 'WINNER' }],
        )
    : []
  return { take, keepContact }
}

async function lastMergeOf(us: Tenant, loser: string) {
  const {
    nodes: [{ id, version }],
  } = (
    await us.get('query($id: String!) { clientMerges(filter: { loserId: { eq: $id } }) { nodes { id version } } }', {
      id: loser,
    })
  ).clientMerges
  return { mergeId: id, version }
}

test('a merge of random clients keeps every figure right, and undoing merges from the last to the first restores each state', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(1_000_000),
      fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.boolean()), { minLength: 1, maxLength: 3 }),
      async (organization, steps) => {
        const made = await randomOrganization(world, organization)
        const { us } = made
        while ((await clientsOf(us)).length < 3) await us.client()
        await fill(us, organization)
        const states: { loser: string; before: Record<string, string[]> }[] = []
        for (const [first, second, chooses] of steps) {
          const clients = await clientsOf(us)
          const [winner, loser] = [clients[first % clients.length], clients[second % clients.length]]
          if (winner.id === loser.id) continue
          const before = await dump(world, us.organizationId)
          const { userErrors } = await us.try('mergeClients', {
            winnerId: winner.id,
            winnerVersion: winner.version,
            loserId: loser.id,
            loserVersion: loser.version,
            ...choices(first, second, chooses),
          })
          if (userErrors.length > 0) {
            expect(userErrors).toMatchObject([{ code: 'CLIENT_ARCHIVED' }])
            refusals++
            continue
          }
          merges++
          states.push({ loser: loser.id, before })
          await holdFigures(made)
        }
        for (const { loser, before } of states.reverse()) {
          await us.do('unmergeClients', await lastMergeOf(us, loser))
          expect(await dump(world, us.organizationId)).toEqual(before)
        }
        await holdFigures(made)
      },
    ),
    { seed, numRuns, endOnFailure: true },
  )
  expect(merges).toBeGreaterThanOrEqual(numRuns / 2)
}, 300_000)

test('some of those merges are refused, because the client that would stay is archived', () => {
  if (numRuns >= 24) expect(refusals).toBeGreaterThan(0)
})
