import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection } from 'mysql2/promise'
import { SqliteDatabase } from '../../src/database/libsql-driver.js'
import { Api } from './api.js'
import { startMariadb } from '../support/private-mariadb.js'
import { hold } from './fault.js'

/**
 * How long to wait before asking for views again: MariaDB looks at its transactions anew only for who has not asked for
 * a tenth of a second.
 */
export const viewsAnew = 150

/** A server in a process of its own, as it is run, with an organisation and a key for all of it. */
export class Server {
  api: Api = new Api({ url: '', apiKey: 'none' })
  url = ''
  key = ''
  private child: ChildProcess | undefined

  /** `query` asks the database server, where there is one. */
  constructor(
    readonly environment: Record<string, string>,
    readonly query: (sql: string) => Promise<unknown>,
  ) {}

  /** Begins a command. */
  begin(args: string[], environment: Record<string, string> = {}): ChildProcess {
    return spawn(process.execPath, ['dist/cli.js', ...args], {
      env: { ...process.env, NODE_OPTIONS: '', LOG_LEVEL: 'silent', ...this.environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  /** The same key on a copy of the database. */
  elsewhere(environment: Record<string, string>): Server {
    return Object.assign(new Server({ ...this.environment, ...environment }, this.query), { key: this.key })
  }

  /** How a command ends, what it prints, and what it says against it. */
  async ended(
    args: string[],
    environment: Record<string, string> = {},
  ): Promise<{ code: number; printed: string; errors: string }> {
    const child = this.begin(args, environment)
    const told = { printed: '', errors: '' }
    child.stdout?.on('data', (chunk: Buffer) => {
      told.printed += chunk.toString()
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      told.errors += chunk.toString()
    })
    const [code] = (await once(child, 'close')) as [number] // as the event has it
    return { code, ...told }
  }

  /** Returns the output of a command that succeeds, perhaps in another folder. */
  async command(args: string[], environment: Record<string, string> = {}): Promise<string> {
    const { code, printed, errors } = await this.ended(args, environment)
    hold(code === 0, `clientela ${args.join(' ')} ended with ${code}: ${errors.slice(-300)}`)
    return printed
  }

  async start() {
    if (this.environment.DATABASE_URL && !this.key) await this.command(['migrate'])
    if (!this.key) {
      await this.command(['organizations', 'create', 'Faults'])
      this.key = (
        JSON.parse(
          await this.command([
            'keys',
            'create',
            'faults',
            '--scopes',
            'clients:write,invoices:write,projects:read,orders:read,deals:read,import,export,admin',
            '--json',
          ]),
        ) as { secret: string }
      ).secret // as the command prints it
    }
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as AddressInfo // it listens
    probe.close()
    this.environment.PORT = String(port)
    this.environment.HOST = '127.0.0.1'
    this.url = `http://127.0.0.1:${port}`
    this.child = this.begin(['serve'])
    this.child.stderr?.pipe(process.stderr, { end: false })
    this.api = new Api({ url: `${this.url}/graphql`, apiKey: this.key })
    for (let tries = 0; tries < 300; tries++) {
      if (
        await fetch(`${this.url}/health`).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        return
      await sleep(100)
    }
    throw new Error('The server does not answer.')
  }

  /** Another organisation's key, from here on. */
  useKey(key: string) {
    this.key = key
    this.api = new Api({ url: `${this.url}/graphql`, apiKey: key })
  }

  /** Its exit code; null where a signal ended it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const { child } = this
    this.child = undefined
    if (!child || child.exitCode !== null) return child?.exitCode ?? null
    child.kill(signal)
    const [code] = (await once(child, 'exit')) as [number | null] // as the event has it
    return code
  }

  /**
   * Whether somebody still reads in a view of the database: a transaction of MariaDB; of SQLite, what was written since
   * cannot leave the log.
   */
  async isViewed(): Promise<boolean> {
    if (this.environment.DATABASE_URL) {
      const [row] = (await this.query('SELECT COUNT(*) AS n FROM information_schema.INNODB_TRX')) as { n: number }[] // as selected
      return Number(row?.n) > 0
    }
    await this.createClient('Seen by no view')
    const database = new SqliteDatabase(join(this.environment.DATA_DIR ?? '', 'clientela.sqlite'), { timeout: 0 })
    try {
      const [row] = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all() as { busy: number }[] // as SQLite answers
      return row?.busy === 1
    } finally {
      database.close()
    }
  }

  createClient(legalName: string): Promise<{ id: string }> {
    return this.api.do(
      'createClient',
      { legalName, address: { line1: 'C/ Major 1', city: 'Terrassa' } },
      'CreateClientInput',
      'client',
      'id',
    )
  }

  /** The most memory that it takes meanwhile beyond what it took before, in bytes. */
  async memoryOf<T>(work: () => Promise<T>): Promise<{ result: T; memory: number }> {
    const before = this.memory()
    let most = before
    const timer = setInterval(() => {
      most = Math.max(most, this.memory())
    }, 50)
    try {
      return { result: await work(), memory: most - before }
    } finally {
      clearInterval(timer)
    }
  }

  private memory(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.child?.pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  }
}

/** What others wait for meanwhile. */
export async function meanwhile<T>(
  server: Server,
  work: () => Promise<T>,
): Promise<{ result: T; took: number; reads: number[]; writes: number[]; memory: number }> {
  const reads: number[] = []
  const writes: number[] = []
  let isOn = true
  const again = async (times: number[], pause: number, ask: () => Promise<unknown>) => {
    while (isOn) {
      const start = performance.now()
      await ask()
      times.push(performance.now() - start)
      await sleep(pause)
    }
  }
  const others = Promise.all([
    again(reads, 50, () => server.api.ask('{ clients(first: 10) { nodes { id legalName } } }')),
    again(writes, 200, () => server.createClient('Meanwhile')),
  ])
  const start = performance.now()
  try {
    const { result, memory } = await server.memoryOf(work)
    return { result, memory, took: performance.now() - start, reads, writes }
  } finally {
    isOn = false
    await others
  }
}

export const high = (times: readonly number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0

export async function onDatabase(
  name: string,
  folder: string,
  work: (server: Server) => Promise<string>,
  environment: Record<string, string> = {},
): Promise<string> {
  const mariadb = name === 'MariaDB' ? await startMariadb() : undefined
  const database = `clientela_faults_${process.pid}_${Date.now()}`
  const on = async (statement: string) => {
    if (!mariadb) return
    const connection = await createConnection(mariadb.url.replace(/^mariadb:/, 'mysql:'))
    const [rows] = await connection.query(statement).finally(() => connection.end())
    return rows
  }
  await on(`CREATE DATABASE ${database}`)
  const server = new Server(
    { DATA_DIR: folder, DATABASE_URL: mariadb ? new URL(`/${database}`, mariadb.url).href : '', ...environment },
    on,
  )
  try {
    await server.start()
    return await work(server)
  } finally {
    await server.stop('SIGKILL')
    await on(`DROP DATABASE ${database}`)
    await mariadb?.stop()
  }
}
