import { World, type Tenant } from './support/world.js' // first: it loads the features in their order
import { DryRunScope } from '../src/database/scope/dry-run.js'
import { DryRunRows } from '../src/database/scope/dry-run-rows.js'
import type { WriteScope } from '../src/database/scope/write-scope.js'
import { Contact } from '../src/features/clients/index.js'
import { DealStage } from '../src/features/deals/index.js'
import type { AnyDescription, AnyRecord, AnyValues } from '../src/features/imports/description.js'
import type { ImportAction } from '../src/features/imports/import-row.js'
import { descriptionOf } from '../src/features/imports/registry.js'
import { RowDryRun } from '../src/features/imports/row-dry-run.js'
import { RowReader } from '../src/features/imports/row-reader.js'
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

test('a list of all rows includes those made and changed in memory, each once', async () => {
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

test('a list of all rows leaves out the rows of a refused attempt', async () => {
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

describe('a row that names its record by the id it has here', () => {
  /** The codes of what a plan says of such a row, in a kind whose command refuses everything. */
  async function planned(action: ImportAction): Promise<string[]> {
    const client = await us.client()
    const { id } = await us.do('createContact', { clientId: client.id, name: 'Rosa' })
    const refusing: AnyDescription = {
      ...descriptionOf('CONTACT'),
      dryRun: () => Promise.reject(new UserError('NAME_TAKEN', 'Another contact has this name.', 'name')),
    }
    const row = new RowReader<AnyRecord, AnyValues>(2, new Map(), false, 'Europe/Madrid')
    row.values.ownId = id
    const context = await world.contextOf(us.organizationId)
    await context.mutate('clients:write', async scope => {
      row.record = await scope.get(Contact, id)
      await new RowDryRun(scope, [row], refusing, new DryRunRows()).row(row, action)
    })
    return row.issues.map(({ code, field }) => `${code} ${field}`)
  }

  test('is refused where the command would refuse its change', async () => {
    expect(await planned('UPDATE')).toEqual(['NAME_TAKEN name'])
  })

  test('needs no command where it changes nothing', async () => {
    expect(await planned('SKIP')).toEqual([])
  })
})
