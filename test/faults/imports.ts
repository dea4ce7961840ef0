import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openAsBlob, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection } from 'mysql2/promise'
import { formats } from '../../src/lib/table/write.js'
import { Api } from '../../src/remote/api.js'
import { startMariadb } from '../support/private-mariadb.js'
import { Random } from '../support/random.js'
import { hold, megabytes, seconds, type Fault } from './fault.js'

const count = 100_000
const limits = { plan: 60_000, commit: 60_000, memory: 200 * 2 ** 20, read: 200, write: 5000, abandoned: 80_000 }
const letters = 'TRWAGMYFPDXBNJZSQVHLCKE'
const selection = 'id version state problem totals { create update skip error }'

interface Plan {
  id: string
  version: number
  state: string
  problem: string | null
  totals: { create: number } | null
}

/** A server in a process of its own, as it is run, with an organisation and a key for all of it. */
class Server {
  api: Api = new Api({ url: '', apiKey: 'none' })
  private child: ChildProcess | undefined
  private key = ''

  constructor(private readonly environment: Record<string, string>) {}

  private run(...args: string[]): ChildProcess {
    return spawn(process.execPath, ['dist/cli.js', ...args], { env: { ...process.env, NODE_OPTIONS: '', LOG_LEVEL: 'silent', ...this.environment }, stdio: ['ignore', 'pipe', 'inherit'] })
  }

  private async told(...args: string[]): Promise<string> {
    const child = this.run(...args)
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => { text += chunk.toString() })
    const [code] = (await once(child, 'close')) as [number] // as the event has it
    hold(code === 0, `clientela ${args.join(' ')} ended with ${code}.`)
    return text
  }

  async start() {
    if (this.environment.DATABASE_URL && !this.key) await this.told('migrate')
    if (!this.key) {
      await this.told('organizations', 'create', 'Faults')
      this.key = (JSON.parse(await this.told('keys', 'create', 'faults', '--scopes', 'clients:write,import,admin', '--json')) as { secret: string }).secret // as the command prints it
    }
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as AddressInfo // it listens
    probe.close()
    this.environment.PORT = String(port)
    this.environment.HOST = '127.0.0.1'
    this.child = this.run('serve')
    this.api = new Api({ url: `http://127.0.0.1:${port}/graphql`, apiKey: this.key })
    for (let tries = 0; tries < 300; tries++) {
      if (await fetch(`http://127.0.0.1:${port}/health`).then(({ ok }) => ok, () => false)) return
      await sleep(100)
    }
    throw new Error('The server does not answer.')
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM') {
    const { child } = this
    this.child = undefined
    if (!child || child.exitCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }

  memory(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.child?.pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  }

  async plan(path: string): Promise<Plan> {
    return this.settled((await this.begin(path)).id)
  }

  /** Uploads a file and begins to plan it. */
  async begin(path: string): Promise<Plan> {
    const made = await this.api.do<Plan>('createImport', { kind: 'CLIENT', file: null }, 'CreateImportInput', 'importPlan', selection, { path: 'variables.input.file', blob: await openAsBlob(path), name: path })
    return this.replan(made)
  }

  replan({ id, version }: Plan): Promise<Plan> {
    return this.api.do('planImport', { id, version }, 'PlanImportInput', 'importPlan', selection)
  }

  async settled(id: string): Promise<Plan> {
    for (;;) {
      const { importPlan } = await this.api.ask<{ importPlan: Plan }>(`query($id: ID!) { importPlan(id: $id) { ${selection} } }`, { id })
      if (importPlan.state !== 'PLANNING') return importPlan
      await sleep(100)
    }
  }

  commit({ id, version }: Plan): Promise<Plan> {
    return this.api.do('commitImport', { id, version }, 'CommitImportInput', 'importPlan', selection)
  }

  async clients(): Promise<number> {
    return (await this.api.ask<{ clients: { totalCount: number } }>('{ clients(filter: { externalId: { startsWith: "R" } }) { totalCount } }')).clients.totalCount
  }
}

const header = ['Raó social', 'NIF', 'Adreça', 'Codi postal', 'Població', 'País', 'Correu electrònic', 'Telèfon', 'Referència externa', 'Moneda', 'Etiquetes', 'Contacte']

async function spreadsheet(folder: string, format: 'csv' | 'xlsx', rows: number, seed: number): Promise<string> {
  const random = new Random(seed)
  const words = ['Forns', 'Gas', 'Tallers', 'Construccions', 'Fills de', 'Associació', 'Ateneu', 'Bar', 'Casa', 'Llibreria']
  async function* pages() {
    for (let from = 0; from < rows; from += 1000) {
      yield Array.from({ length: Math.min(1000, rows - from) }, (_, row) => {
        const at = from + row
        const number = 10_000_000 + at * 7
        return [
          `${random.pick(words)} ${random.pick(words)} ${at}`, at % 3 ? `${number}${letters[number % 23]}` : '', `C/ Major ${at}`, `08${random.integer(100, 999)}`, 'Terrassa', 'Espanya', `c${at}@example.com`, `93${random.integer(1_000_000, 9_999_999)}`, `R${at}`, 'EUR', `a, b${at % 50}`, at % 4 ? '' : `Persona ${at}`,
        ]
      })
    }
  }
  const path = join(folder, `clients.${format}`)
  await writeFile(path, formats[format].write(header.map(name => ({ name, type: 'text', nullable: false, description: '' })), pages(), { title: 'Clients' }))
  return path
}

/** What others wait for meanwhile. */
async function meanwhile<T>(server: Server, work: () => Promise<T>): Promise<{ result: T; took: number; reads: number[]; writes: number[]; memory: number }> {
  const before = server.memory()
  const reads: number[] = []
  const writes: number[] = []
  let [isOn, most] = [true, before]
  const again = async (times: number[], pause: number, ask: () => Promise<unknown>) => {
    while (isOn) {
      const start = performance.now()
      await ask()
      times.push(performance.now() - start)
      await sleep(pause)
    }
  }
  const timer = setInterval(() => { most = Math.max(most, server.memory()) }, 50)
  const others = [
    again(reads, 50, () => server.api.ask('{ clients(first: 10) { nodes { id legalName } } }')),
    again(writes, 200, () => server.api.do('createClient', { legalName: 'Meanwhile', address: { line1: 'x', city: 'x' } }, 'CreateClientInput', 'client', 'id')),
  ]
  const start = performance.now()
  const result = await work()
  const took = performance.now() - start
  isOn = false
  await Promise.all(others)
  clearInterval(timer)
  return { result, took, reads, writes, memory: most - before }
}

const high = (times: readonly number[], share: number) => times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0

async function onDatabase(name: string, folder: string, work: (server: Server) => Promise<string>): Promise<string> {
  const mariadb = name === 'MariaDB' ? await startMariadb() : undefined
  const database = `clientela_faults_${process.pid}_${Date.now()}`
  const on = async (statement: string) => {
    if (!mariadb) return
    const connection = await createConnection(mariadb.url.replace(/^mariadb:/, 'mysql:'))
    await connection.query(statement).finally(() => connection.end())
  }
  await on(`CREATE DATABASE ${database}`)
  const server = new Server({ DATA_DIR: folder, DATABASE_URL: mariadb ? new URL(`/${database}`, mariadb.url).href : '' })
  try {
    await server.start()
    return await work(server)
  } finally {
    await server.stop('SIGKILL')
    await on(`DROP DATABASE ${database}`)
    await mariadb?.stop()
  }
}

export const imports: Fault[] = ['SQLite', 'MariaDB'].flatMap((database): Fault[] => [
  ...(['csv', 'xlsx'] as const).map((format): Fault => ({
    name: `Import of ${count} clients, ${format.toUpperCase()}, on ${database}`,
    run: (folder, seed) => onDatabase(database, folder, async server => {
      const path = await spreadsheet(folder, format, count, seed)
      const planned = await meanwhile(server, () => server.plan(path))
      hold(planned.result.totals?.create === count, `It plans ${JSON.stringify(planned.result)}.`)
      const committed = await meanwhile(server, () => server.commit(planned.result))
      hold((await server.clients()) === count, 'Not every client is there.')
      const figures = [planned, committed].map(({ took, reads, writes, memory }, at) => `${at === 0 ? 'planned' : 'committed'} in ${seconds(took)}, memory up by ${megabytes(memory)}, reads p99 ${Math.round(high(reads, 0.99))} ms, writes at most ${Math.round(high(writes, 1))} ms`).join('; ')
      hold(planned.took <= limits.plan && committed.took <= limits.commit, `${figures}: longer than ${seconds(limits.plan)}`)
      const over = [planned, committed].flatMap(({ reads, writes, memory }) => [
        ...(high(reads, 0.99) > limits.read ? [`reads over ${limits.read} ms`] : []), ...(high(writes, 1) > limits.write ? [`writes over ${limits.write} ms`] : []), ...(memory > limits.memory ? [`memory over ${megabytes(limits.memory)}`] : []),
      ])
      hold(over.length === 0, `${figures}: ${[...new Set(over)].join(', ')}`)
      return figures
    }),
  })),
  {
    name: `A server killed while it plans, on ${database}`,
    run: (folder, seed) => onDatabase(database, folder, async server => {
      const rows = 20_000
      const { id } = await server.begin(await spreadsheet(folder, 'csv', rows, seed))
      await sleep(500)
      await server.stop('SIGKILL')
      await server.start()
      const start = performance.now()
      const plan = await server.settled(id)
      const took = performance.now() - start
      hold(plan.state === 'FAILED' && plan.problem !== null, `The plan is ${plan.state}: it should have failed.`)
      hold(took <= limits.abandoned, `The plan was told to have failed after ${seconds(took)}.`)
      const again = await server.settled((await server.replan(plan)).id)
      hold(again.totals?.create === rows, `Planned again it is ${JSON.stringify(again)}.`)
      return `told after ${seconds(took)}, then planned`
    }),
  },
  {
    name: `A server killed while it commits, on ${database}`,
    run: (folder, seed) => onDatabase(database, folder, async server => {
      const random = new Random(seed)
      const rows = 5000
      const plan = await server.plan(await spreadsheet(folder, 'csv', rows, seed))
      const kills: string[] = []
      for (let times = 0; times < 4; times++) {
        const after = random.integer(50, 1200)
        const commit = server.commit(plan).catch(() => undefined)
        await sleep(after)
        await server.stop('SIGKILL')
        await commit
        await server.start()
        const there = await server.clients()
        kills.push(`${after} ms: ${there}`)
        hold(there === 0 || there === rows, `Killed after ${after} ms it left ${there} of ${rows} clients.`)
        if (there === rows) return `all rows or none (${kills.join(', ')})`
      }
      const again = await server.commit(await server.settled(plan.id))
      hold(again.state === 'COMMITTED' && (await server.clients()) === rows, 'The plan could not be committed again.')
      return `all rows or none (${kills.join(', ')}), then committed`
    }),
  },
])
