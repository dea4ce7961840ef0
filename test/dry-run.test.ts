import { World, type Tenant } from './support/world.js' // first: it loads the features in their order
import { DryRunScope } from '../src/database/scope/dry-run.js'
import { DryRunRows } from '../src/database/scope/dry-run-rows.js'
import type { WriteScope } from '../src/database/scope/write-scope.js'
import { DealStage } from '../src/features/deals/index.js'
import { UserError } from '../src/lib/user-error.js'

// A dry run meets what earlier rows of the file made. Rules over all rows of a kind, such as those of a pipeline, see it too.

let world: World
let us: Tenant
beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
})
afterAll(() => world.stop())

/** Runs work with a scope that writes nothing and remembers stages from one attempt to the next. */
async function inMemory(work: (dryRun: DryRunScope) => Promise<void>) {
  const context = await world.contextOf(us.organizationId)
  await context.mutate('deals:write', scope => work(DryRunScope.of(scope, new DryRunRows(), [], [DealStage])))
}
const namesOf = async (scope: WriteScope) => (await scope.takeWhere(DealStage)).map(({ name }) => name)
const stored = async (): Promise<string[]> => {
  const { dealStages } = await us.get('{ dealStages(first: 50) { nodes { id name } } }')
  const stages = dealStages.nodes as { id: string; name: string }[] // as asked for
  return stages.sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ name }) => name)
}
const add = (scope: WriteScope, name: string) =>
  scope.add(scope.make(DealStage, { name, category: 'OPEN', position: 99 }))

test('a list of all rows has those that were made and changed in memory, each once', async () => {
  const before = await stored()
  await inMemory(async scope => {
    await scope.attempt(async () => {
      const [first] = await scope.takeWhere(DealStage)
      if (first) await scope.change(Object.assign(first, { name: 'Renamed' }))
      await add(scope, 'Made')
      expect(await namesOf(scope)).toEqual(['Renamed', ...before.slice(1), 'Made'])
    })
    await scope.attempt(async () => {
      await add(scope, 'Made later')
      expect(await namesOf(scope)).toEqual(['Renamed', ...before.slice(1), 'Made', 'Made later'])
    })
  })
  expect(await stored()).toEqual(before)
})

test('a list of all rows has nothing of an attempt that was refused', async () => {
  const before = await stored()
  await inMemory(async scope => {
    const refused = scope.attempt(async () => {
      await add(scope, 'Refused')
      throw new UserError('NAME_TAKEN', 'Another stage has this name.')
    })
    await expect(refused).rejects.toThrow('Another stage')
    await scope.attempt(async () => {
      expect(await namesOf(scope)).toEqual(before)
    })
  })
})
