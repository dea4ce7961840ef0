import { answeredFigures, compareInOneView, compareThreeWays, listOrderedBy } from '../support/kept-figures.js'
import { daysPass, keptStory } from '../support/kept-story.js'
import { World, type Json, type Tenant } from '../support/world.js'

// SEED=123 begins at another seed. ORGANIZATIONS=12 ROUNDS=1000 is what a change of kept figures should pass.
const firstSeed = Number(process.env.SEED ?? 7100)
const organizations = Number(process.env.ORGANIZATIONS ?? 4)
const rounds = Number(process.env.ROUNDS ?? 300)

let world: World
beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())

test.each(Array.from({ length: organizations }, (_, at) => firstSeed + at))(
  'kept figures of organisation %i are right after every step, and on each of the 100 days that follow',
  async seed => {
    const { us, look } = await keptStory(world, seed, seed % 2 === 0)
    await daysPass(us, 100, look)
  },
  600_000,
)

test('they are right when the time zone, the clock or the base currency goes somewhere else', async () => {
  world.now = new Date('2026-03-10T10:30:00Z')
  const us = await world.organization({ timeZone: 'Pacific/Kiritimati' })
  const client = await us.client()
  const user = await us.user()
  const project = await us.project(client.id)
  await us.do('createTimeEntry', { projectId: project.id, userId: user.id, minutes: 30 })
  await us.task(client.id, { dueOn: '2026-03-11' })
  await us.task(client.id, { dueOn: '2026-03-10' })
  await us.invoice(client.id, '10', { dueOn: '2026-03-11' })
  await us.do('recordPayment', { clientId: client.id, amount: '3' })
  await compareThreeWays(us)
  const settle = async (given: object) => {
    const { organization } = await us.get('{ organization { version } }')
    await us.do('updateOrganization', { version: organization.version, ...given })
    await compareThreeWays(us)
  }
  await settle({ timeZone: 'Pacific/Honolulu' })
  await settle({ timeZone: 'Pacific/Kiritimati' })
  for (const days of [-2, 1, 1, 1, -3, 4]) {
    world.now = new Date(world.now.getTime() + days * 86_400_000)
    await compareThreeWays(us)
  }
  const empty = await world.organization()
  await empty.client()
  await compareThreeWays(empty)
  const { organization } = await empty.get('{ organization { version } }')
  await empty.do('updateOrganization', { version: organization.version, baseCurrency: 'JPY' })
  await compareThreeWays(empty)
}, 60_000)

test('no row says that it holds when it does not, while two write and one reads', async () => {
  const us = await world.organization()
  const clients = await Promise.all([1, 2, 3].map(() => us.client()))
  const tasks: Json[] = await Promise.all(clients.map(({ id }) => us.task(id)))
  for (let round = 0; round < rounds; round++) {
    const at = round % clients.length
    const { id } = clients[at]
    await Promise.all([payAndTakeBack(us, id, round), moveTask(us, tasks, at), look(us, round)])
    await compareInOneView(us)
  }
}, 1_800_000)

/** Two commits in turn: money comes, and goes back. */
async function payAndTakeBack(us: Tenant, clientId: string, round: number) {
  const payment = await us.do('recordPayment', { clientId, amount: String(1 + (round % 7)) })
  if (round % 2 === 0) await us.do('reversePayment', { id: payment.id, version: payment.version })
}

async function moveTask(us: Tenant, tasks: Json[], at: number) {
  const { id } = tasks[at]
  const { state, version } = (
    await us.get('query($id: ID!) { node(id: $id) { ... on Task { state version } } }', { id })
  ).node
  const verb = state === 'TODO' ? 'startTask' : state === 'IN_PROGRESS' ? 'completeTask' : 'reopenTask'
  await us.do(verb, { id, version })
}

/** Keeping begins some milliseconds after a read, so it falls between the writes of later rounds. */
async function look(us: Tenant, round: number) {
  await us.get(
    '{ clients { nodes { overview { tasks { open { count } } invoices { unappliedCredit { withoutRate } } } } } }',
  )
  if (round % 2 === 0) await us.get(listOrderedBy('OPEN_TASKS', 'DESC')) // brings all rows up to date meanwhile
  if (round % 3 === 0) await answeredFigures(us) // those of everybody, too
  if (round % 5 === 0) await us.world.settled()
}
