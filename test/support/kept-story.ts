import { compareThreeWays } from './kept-figures.js'
import { planned } from './importing.js'
import { mergingIn } from './merging.js'
import { randomOrganization } from './random-organization.js'
import { World, type Tenant } from './world.js'

// What happens to random organisations whose figures are kept. After each step every figure is read three ways.

/** What was compared: steps, days, and rows that had been kept before the step. */
export interface Compared {
  steps: number
  rows: number
}

/** A random organisation, and then what its story does not have: imports, merges, an erasure and what takes them back. */
export async function keptStory(world: World, seed: number, keptRates: boolean) {
  const compared: Compared = { steps: 0, rows: 0 }
  const look = async (us: Tenant) => {
    const { said } = await compareThreeWays(us)
    compared.steps++
    compared.rows += said
  }
  const { us, clients } = await randomOrganization(world, seed, keptRates, made => look(made.us))
  const [winner = '', loser] = clients
  const { merge, unmerge } = mergingIn(() => us)
  if (loser) {
    const { winnerId, loserId } = await openBoth(us, winner, loser)
    const { userErrors } = await us.try('mergeClients', await mergingIn(() => us).versions(winnerId, loserId))
    await look(us)
    if (userErrors.length === 0) {
      await us.try('unmergeClients', await unmerge(loserId))
      await look(us)
    }
  }
  await importAndUndo(us, () => look(us))
  const person = await us.client({ legalName: 'Persona' })
  await us.task(person.id)
  await look(us)
  await us.get(
    'mutation($input: ErasePersonInput!) { erasePerson(input: $input) { erasure { id } userErrors { code } } }',
    { input: { personId: person.id, version: person.version } },
  )
  await look(us)
  const [kept, gone] = [await us.client(), await us.client()]
  await us.task(gone.id, { dueOn: '2026-01-01' })
  await look(us)
  await merge(kept.id, gone.id)
  await look(us)
  await us.do('unmergeClients', await unmerge(gone.id))
  await look(us)
  return { us, compared, look }
}

/** Archived clients merge only into archived ones. */
async function openBoth(us: Tenant, winnerId: string, loserId: string) {
  const { one } = mergingIn(() => us)
  for (const id of [winnerId, loserId]) await us.try('unarchiveClient', await one(id, 'id version'))
  return { winnerId, loserId }
}

async function importAndUndo(us: Tenant, look: () => Promise<void>) {
  const day = us.world.now.toISOString().slice(0, 10).split('-').reverse().join('/')
  const clients = await planned(us, 'CLIENT', [
    'Referència;Raó social;Adreça;Població',
    'I-1;Importat;C/ Major 1;Terrassa',
    'I-2;Un altre;C/ Major 2;Terrassa',
  ])
  const made = await us.do('commitImport', { id: clients.id, version: clients.version })
  await look()
  const tasks = await planned(us, 'TASK', [
    'Referència;Client;Tasca;Data d’inici;Venciment;Estat',
    `T1;I-1;Una;01/02/2024;${day};pendent`,
    `T2;I-2;Dues;01/02/2024;;pendent`,
  ])
  const written = await us.do('commitImport', { id: tasks.id, version: tasks.version })
  await look()
  await us.do('undoImport', { id: tasks.id, version: written.version })
  await look()
  await us.do('undoImport', { id: clients.id, version: made.version })
  await look()
}

/** Moves the clock day by day over documents that nobody changes. */
export async function daysPass(us: Tenant, days: number, look: (us: Tenant) => Promise<void>) {
  const { world } = us
  for (let day = 0; day < days; day++) {
    world.now = new Date(world.now.getTime() + 86_400_000)
    await look(us)
  }
}
