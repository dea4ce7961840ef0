import { openAsBlob } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { formats } from '../../src/lib/table/write.js'
import { Copy, pullRows } from '../support/pull.js'
import { Random } from '../support/random.js'
import { hold, megabytes, seconds, type Fault } from './fault.js'
import { high, meanwhile, onDatabase, type Server } from './server.js'

const count = 100_000
const limits = {
  plan: 60_000,
  commit: 60_000,
  memory: 200 * 2 ** 20,
  read: 200,
  write: 5000,
  list: 3000,
  abandoned: 80_000,
}
const letters = 'TRWAGMYFPDXBNJZSQVHLCKE'
const selection = 'id version state problem totals { create update skip error }'

interface Plan {
  id: string
  version: number
  state: string
  problem: string | null
  totals: { create: number } | null
}

/** Uploads a file and begins to plan it. */
async function begin(server: Server, path: string): Promise<Plan> {
  const made = await server.api.do<Plan>(
    'createImport',
    { kind: 'CLIENT', file: null },
    'CreateImportInput',
    'importPlan',
    selection,
    { path: 'variables.input.file', blob: await openAsBlob(path), name: path },
  )
  return replan(server, made)
}

const replan = (server: Server, { id, version }: Plan) =>
  server.api.do<Plan>('planImport', { id, version }, 'PlanImportInput', 'importPlan', selection)

async function settled(server: Server, id: string): Promise<Plan> {
  for (;;) {
    const { importPlan } = await server.api.ask<{ importPlan: Plan }>(
      `query($id: ID!) { importPlan(id: $id) { ${selection} } }`,
      { id },
    )
    if (importPlan.state !== 'PLANNING') return importPlan
    await sleep(100)
  }
}

const plan = async (server: Server, path: string) => settled(server, (await begin(server, path)).id)

const commit = (server: Server, { id, version }: Plan) =>
  server.api.do<Plan>('commitImport', { id, version }, 'CommitImportInput', 'importPlan', selection)

const clientsOf = async (server: Server) =>
  (
    await server.api.ask<{ clients: { totalCount: number } }>(
      '{ clients(filter: { externalId: { startsWith: "R" } }) { totalCount } }',
    )
  ).clients.totalCount

const header = [
  'Raó social',
  'NIF',
  'Adreça',
  'Codi postal',
  'Població',
  'País',
  'Correu electrònic',
  'Telèfon',
  'Referència externa',
  'Moneda',
  'Etiquetes',
  'Contacte',
]

async function spreadsheet(folder: string, format: 'csv' | 'xlsx', rows: number, seed: number): Promise<string> {
  const random = new Random(seed)
  const words = [
    'Forns',
    'Gas',
    'Tallers',
    'Construccions',
    'Fills de',
    'Associació',
    'Ateneu',
    'Bar',
    'Casa',
    'Llibreria',
  ]
  async function* pages() {
    for (let from = 0; from < rows; from += 1000) {
      yield Array.from({ length: Math.min(1000, rows - from) }, (_, row) => {
        const at = from + row
        const number = 10_000_000 + at * 7
        return [
          `${random.pick(words)} ${random.pick(words)} ${at}`,
          at % 3 ? `${number}${letters[number % 23]}` : '',
          `C/ Major ${at}`,
          `08${random.integer(100, 999)}`,
          'Terrassa',
          'Espanya',
          `c${at}@example.com`,
          `93${random.integer(1_000_000, 9_999_999)}`,
          `R${at}`,
          'EUR',
          `a, b${at % 50}`,
          at % 4 ? '' : `Persona ${at}`,
        ]
      })
    }
  }
  const path = join(folder, `clients.${format}`)
  await writeFile(
    path,
    formats[format].write(
      header.map(name => ({ name, type: 'text', nullable: false, description: '' })),
      pages(),
      { title: 'Clients' },
    ),
  )
  return path
}

const whole = (database: string, format: 'csv' | 'xlsx'): Fault => ({
  name: `Import of ${count} clients, ${format.toUpperCase()}, on ${database}`,
  run: (folder, seed) =>
    onDatabase(database, folder, async server => {
      const path = await spreadsheet(folder, format, count, seed)
      const planned = await meanwhile(server, () => plan(server, path))
      hold(planned.result.totals?.create === count, `It plans ${JSON.stringify(planned.result)}.`)
      const committed = await meanwhile(server, () => commit(server, planned.result))
      hold((await clientsOf(server)) === count, 'Not every client is there.')
      const start = performance.now()
      await server.api.ask('{ clients(orderBy: { field: OVERDUE, direction: DESC }) { nodes { id } } }', {})
      const listed = performance.now() - start
      hold(listed <= limits.list, `The first list by a figure takes ${seconds(listed)}.`)
      const figures = [planned, committed]
        .map(
          ({ took, reads, writes, memory }, at) =>
            `${at === 0 ? 'planned' : 'committed'} in ${seconds(took)}, memory up by ${megabytes(memory)}, reads p99 ${Math.round(high(reads, 0.99))} ms, writes at most ${Math.round(high(writes, 1))} ms`,
        )
        .join('; ')
      hold(
        planned.took <= limits.plan && committed.took <= limits.commit,
        `${figures}: longer than ${seconds(limits.plan)}`,
      )
      const over = [planned, committed].flatMap(({ reads, writes, memory }) => [
        ...(high(reads, 0.99) > limits.read ? [`reads over ${limits.read} ms`] : []),
        ...(high(writes, 1) > limits.write ? [`writes over ${limits.write} ms`] : []),
        ...(memory > limits.memory ? [`memory over ${megabytes(limits.memory)}`] : []),
      ])
      hold(over.length === 0, `${figures}: ${[...new Set(over)].join(', ')}`)
      return figures
    }),
})

const pulled = (database: string): Fault => ({
  name: `Incremental pulls while ${count} clients are committed, on ${database}`,
  run: (folder, seed) =>
    onDatabase(database, folder, async server => {
      const planned = await plan(server, await spreadsheet(folder, 'csv', count, seed))
      const puller = { world: { url: `${server.url}/graphql` }, secret: server.key }
      const copy = new Copy(puller, 'clients', ['id'])
      let [pulls, taken] = [0, 0]
      const pull = async () => {
        taken += (await copy.pull()).length
        pulls++
      }
      const committed = await meanwhile(server, async () => {
        let isOn = true
        const pulling = (async () => {
          for (; isOn; await sleep(500)) await pull()
        })()
        await commit(server, planned).finally(() => {
          isOn = false
        })
        await pulling
      })
      await pull()
      const whole = await pullRows(puller, 'clients')
      const same =
        copy.rows.size === whole.length && whole.every(row => isDeepStrictEqual(copy.rows.get(String(row.id)), row))
      hold(
        same && whole.length > count,
        `The copy has ${copy.rows.size} rows, the table ${whole.length}; they ${same ? 'agree' : 'differ'}.`,
      )
      hold(taken === copy.rows.size, `${taken} rows came for ${copy.rows.size} clients, of which none was changed.`)
      return `${pulls} pulls in the ${seconds(committed.took)} of the commit, ${committed.writes.length} clients made meanwhile; each of ${copy.rows.size} rows came once`
    }),
})

const killedPlan = (database: string): Fault => ({
  name: `A server killed while it plans, on ${database}`,
  run: (folder, seed) =>
    onDatabase(database, folder, async server => {
      const rows = 20_000
      const { id } = await begin(server, await spreadsheet(folder, 'csv', rows, seed))
      await sleep(500)
      await server.stop('SIGKILL')
      await server.start()
      const start = performance.now()
      const failed = await settled(server, id)
      const took = performance.now() - start
      hold(failed.state === 'FAILED' && failed.problem !== null, `The plan is ${failed.state}: it should have failed.`)
      hold(took <= limits.abandoned, `The plan failed after ${seconds(took)}.`)
      const again = await settled(server, (await replan(server, failed)).id)
      hold(again.totals?.create === rows, `Planned again it is ${JSON.stringify(again)}.`)
      return `failed after ${seconds(took)}, then planned`
    }),
})

const killedCommit = (database: string): Fault => ({
  name: `A server killed while it commits, on ${database}`,
  run: (folder, seed) =>
    onDatabase(database, folder, async server => {
      const random = new Random(seed)
      const rows = 5000
      const planned = await plan(server, await spreadsheet(folder, 'csv', rows, seed))
      const kills: string[] = []
      for (let times = 0; times < 4; times++) {
        const after = random.integer(50, 1200)
        const committing = commit(server, planned).catch(() => undefined)
        await sleep(after)
        await server.stop('SIGKILL')
        await committing
        await server.start()
        const there = await clientsOf(server)
        kills.push(`${after} ms: ${there}`)
        hold(there === 0 || there === rows, `Killed after ${after} ms it left ${there} of ${rows} clients.`)
        if (there === rows) return `all rows or none (${kills.join(', ')})`
      }
      const again = await commit(server, await settled(server, planned.id))
      hold(again.state === 'COMMITTED' && (await clientsOf(server)) === rows, 'The plan could not be committed again.')
      return `all rows or none (${kills.join(', ')}), then committed`
    }),
})

export const imports: Fault[] = ['SQLite', 'MariaDB'].flatMap(database => [
  whole(database, 'csv'),
  whole(database, 'xlsx'),
  pulled(database),
  killedPlan(database),
  killedCommit(database),
])
