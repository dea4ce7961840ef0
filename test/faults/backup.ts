import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Random } from '../support/random.js'
import { withDatabaseTools } from '../support/database-tools.js'
import { hold, megabytes, seconds, type Fault } from './fault.js'
import { high, onDatabase, type Server } from './server.js'

const limits = { read: 250, write: 1000 }
const rounds = 3
const kills = 8

/**
 * Writes clients and files, and deletes every other file, until it is told to end; notes what was acknowledged, and
 * what it took.
 */
class Writers {
  readonly acknowledged: string[] = []
  readonly writes: number[] = []
  readonly reads: number[] = []
  private isOn = true
  private readonly running: Promise<unknown>

  constructor(private readonly server: Server) {
    this.running = Promise.all([this.write(), this.write(), this.read()])
    this.running.catch(() => undefined) // end() throws it
  }

  async end() {
    this.isOn = false
    await this.running
  }

  private async write() {
    const { api } = this.server
    while (this.isOn) {
      const { id } = await timed(this.writes, () => this.server.createClient(`Client ${this.acknowledged.length}`))
      this.acknowledged.push(id)
      const made = async () => {
        const [file] = await api.do<{ id: string; version: number }[]>(
          'uploadFiles',
          { subjectId: id, files: [null] },
          'UploadFilesInput',
          'files',
          'id version',
          { path: 'variables.input.files.0', blob: new Blob([id.repeat(200)]), name: 'x.txt' },
        )
        if (!file) throw new Error('No file was made.')
        return file
      }
      this.acknowledged.push((await made()).id)
      const deleted = await made()
      await api.do('deleteFile', { id: deleted.id, version: deleted.version }, 'RecordInput', 'file', 'id')
    }
  }

  private async read() {
    for (; this.isOn; await sleep(20))
      await timed(this.reads, () => this.server.api.ask('{ clients(first: 10) { nodes { id legalName } } }'))
  }
}

async function timed<T>(times: number[], work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  times.push(performance.now() - start)
  return result
}

/** An empty place to restore to: a folder, and a database where there are any. */
async function emptyPlace(server: Server, folder: string, name: string): Promise<Record<string, string>> {
  const url = server.environment.DATABASE_URL
  if (!url) return { DATA_DIR: join(folder, name) }
  const database = `${new URL(url).pathname.slice(1)}_${name}`
  await server.query(`CREATE DATABASE ${database} COLLATE utf8mb4_general_ci`)
  return { DATA_DIR: join(folder, name), DATABASE_URL: new URL(`/${database}`, url).href }
}

const removePlace = async (server: Server, { DATABASE_URL: url }: Record<string, string>) => {
  if (url) await server.query(`DROP DATABASE ${new URL(url).pathname.slice(1)}`)
}

/** Returns the answer of a restored server: the ids of all clients and files. */
async function idsIn(server: Server, place: Record<string, string>): Promise<Set<string>> {
  const restored = server.elsewhere(place)
  await restored.start()
  try {
    const ids = new Set<string>()
    for (let after: string | null = null; ;) {
      const { clients }: Page = await restored.api.ask<Page>(
        'query($after: String) { clients(first: 100, after: $after) { nodes { id files(first: 20) { nodes { id } } } pageInfo { hasNextPage endCursor } } }',
        { after },
      )
      for (const { id, files } of clients.nodes)
        for (const each of [id, ...files.nodes.map(file => file.id)]) ids.add(each)
      if (!clients.pageInfo.hasNextPage) return ids
      after = clients.pageInfo.endCursor
    }
  } finally {
    await restored.stop()
  }
}

interface Page {
  clients: {
    nodes: { id: string; files: { nodes: { id: string }[] } }[]
    pageInfo: { hasNextPage: boolean; endCursor: string | null }
  }
}

async function liveBackup(server: Server, folder: string): Promise<string> {
  const tools = server.environment.DATABASE_URL ? await withDatabaseTools() : {}
  const writers = new Writers(server)
  const figures: string[] = []
  try {
    for (let round = 0; round < rounds; round++) {
      await sleep(1500)
      writers.reads.length = writers.writes.length = 0
      const before = [...writers.acknowledged]
      const start = performance.now()
      const report = JSON.parse(await server.command(['backup', join(folder, `backup-${round}`), '--json'], tools)) as {
        missing: string[]
        files: { count: number }
        database: { size: number }
      } // as the command prints it
      const took = performance.now() - start
      const [read, write] = [high(writers.reads, 0.99), high(writers.writes, 0.99)]
      const place = await emptyPlace(server, folder, `restored_${round}`)
      await server.command(['restore', join(folder, `backup-${round}`)], { ...tools, ...place })
      await server.command(['verify'], place)
      await server.command(['files', 'check'], place)
      const ids = await idsIn(server, place)
      const lost = before.filter(id => !ids.has(id))
      await removePlace(server, place)
      hold(
        lost.length === 0 && report.missing.length === 0,
        `${lost.length} of ${before.length} acknowledged records are not in the backup, ${report.missing.length} files are missing.`,
      )
      figures.push(
        `${before.length} records before it, ${report.files.count} files and ${megabytes(report.database.size)} in ${seconds(took)}, reads p99 ${Math.round(read)} ms, writes p99 ${Math.round(write)} ms`,
      )
      hold(read <= limits.read && write <= limits.write, figures.join('; '))
    }
  } finally {
    await writers.end()
  }
  return `none lost, verify and files check clean: ${figures.join('; ')}`
}

/**
 * A place is restored to again and again, and each restore killed at another moment: there is the one state or the
 * other.
 */
async function killedRestore(server: Server, folder: string, seed: number): Promise<string> {
  const random = new Random(seed)
  const tools = server.environment.DATABASE_URL ? await withDatabaseTools() : {}
  for (let at = 0; at < 200; at++) await server.createClient(`Client ${at}`)
  await server.command(['backup', join(folder, 'first')], tools)
  for (let at = 0; at < 100; at++) await server.createClient(`Later ${at}`)
  await server.command(['backup', join(folder, 'second')], tools)
  const place = await emptyPlace(server, folder, 'place')
  mkdirSync(place.DATA_DIR ?? '', { mode: 0o700 })
  await server.command(['restore', join(folder, 'first')], { ...tools, ...place })
  const states: string[] = []
  for (let round = 0; round < kills; round++) {
    const after = random.integer(300, 1500)
    const child = server.begin(['restore', join(folder, round % 2 ? 'first' : 'second'), '--replace'], {
      ...tools,
      ...place,
    })
    const ended = once(child, 'exit')
    const killed = await Promise.race([sleep(after).then(() => child.kill('SIGKILL')), ended.then(() => false)])
    await ended
    await sleep(300) // the tools end as well
    const { code, printed, errors } = await server.ended(['organizations', 'list', '--json'], place)
    const told = printed + errors
    if (code === 0) {
      const count = (await idsIn(server, place)).size
      hold(count === 200 || count === 300, `Killed after ${after} ms it left ${count} clients.`)
      states.push(`${killed ? `${after} ms` : 'whole'}: ${count}`)
    } else {
      hold(told.includes('partly restored') || told.includes('is empty'), `Killed after ${after} ms: ${told}`)
      states.push(`${after} ms: refused`)
      hold(Boolean(server.environment.DATABASE_URL), `SQLite was left in pieces after ${after} ms.`)
      await server.command(['restore', join(folder, 'first'), '--replace'], { ...tools, ...place })
      hold((await idsIn(server, place)).size === 200, 'A restore after that did not bring back all.')
    }
    hold((statSync(place.DATA_DIR ?? '').mode & 0o777) === 0o700, 'Others can read the folder.')
  }
  await removePlace(server, place)
  return states.join(', ')
}

export const backups: Fault[] = ['SQLite', 'MariaDB'].flatMap((database): Fault[] => [
  {
    name: `A backup made under writes, on ${database}`,
    run: folder => onDatabase(database, join(folder, 'data'), server => liveBackup(server, folder)),
  },
  {
    name: `A restore that is killed, on ${database}`,
    run: (folder, seed) => onDatabase(database, join(folder, 'data'), server => killedRestore(server, folder, seed)),
  },
])
