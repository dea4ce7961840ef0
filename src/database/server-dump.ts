import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { syncFile } from '../lib/private-path.js'
import { UserError } from '../lib/user-error.js'
import { addressOf, dialectOf, type DatabaseLocation } from './data-source.js'

/** The last line of a complete dump. */
const ending = '-- Dump completed'
const needed =
  'Install it (on Debian and Ubuntu: apt-get install mariadb-client; elsewhere the package of your MariaDB or MySQL client) and run this again.'

/**
 * Writes the database of a server, as it is at one moment, to a file of SQL. Others read and write meanwhile, and the
 * file is on the disk when it returns. The tables come in the given order. `see` gets every piece of the file.
 */
export async function dumpServer(
  location: DatabaseLocation,
  tables: readonly string[],
  to: string,
  see: (chunk: Buffer) => void,
) {
  await withOptions(location, async (options, database) => {
    const args = [
      options,
      '--single-transaction',
      '--quick',
      '--hex-blob',
      '--no-tablespaces',
      '--skip-dump-date',
      '--default-character-set=utf8mb4',
      database,
      ...tables,
    ]
    const tool = await startTool(['mariadb-dump', 'mysqldump'], args)
    tool.child.stdin.end()
    let end = ''
    await Promise.all([
      tool.ended,
      pipeline(
        tool.child.stdout,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            see(chunk)
            end = (end + chunk.subarray(-200).toString('latin1')).slice(-200)
            yield chunk
          }
        },
        createWriteStream(to, { mode: 0o600 }),
      ),
    ])
    if (!end.includes(ending)) throw new Error(`${tool.name} wrote a dump without its end.`)
    syncFile(to)
  })
}

const loaders = ['mariadb', 'mysql']

/** Refuses where the program that loads a dump is not installed. */
export async function requireLoader() {
  const tool = await startTool(loaders, ['--version'])
  tool.child.stdin.end()
  tool.child.stdout.resume()
  await tool.ended
}

/** Loads a dump into an empty database of a server. */
export async function loadServer(location: DatabaseLocation, from: string) {
  await withOptions(location, async (options, database) => {
    const tool = await startTool(loaders, [options, '--default-character-set=utf8mb4', '--batch', database])
    // A tool that ends early no longer reads, and its own message matters more.
    await Promise.all([
      tool.ended,
      pipeline(createReadStream(from), tool.child.stdin).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error
      }),
    ])
  })
}

/** Writes the address and the password to a file that only we can read: anybody can read a command line. */
async function withOptions(location: DatabaseLocation, work: (option: string, database: string) => Promise<void>) {
  const { host, port, username, password, database, socketPath } = addressOf(location)
  const values = {
    user: username,
    password,
    ...(socketPath ? { socket: socketPath } : { host, port: String(port), protocol: 'tcp' }),
  }
  const lines = Object.entries(values).map(
    ([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`,
  )
  const folder = await mkdtemp(join(tmpdir(), 'clientela-dump-'))
  try {
    const path = join(folder, 'options.cnf')
    // Our own connections are not encrypted either, and newer tools refuse a server that offers no encryption.
    await writeFile(
      path,
      [
        '[client]',
        'loose-skip-ssl',
        ...lines,
        ...(dialectOf(location) === 'mysql'
          ? ['[mysqldump]', 'loose-set-gtid-purged=OFF', 'loose-column-statistics=0']
          : []),
        '',
      ].join('\n'),
      { mode: 0o600 },
    )
    await work(`--defaults-file=${path}`, database)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Tool {
  name: string
  child: ChildProcessWithoutNullStreams
  ended: Promise<void>
}

/** The first of these programs that is installed. */
async function startTool(names: readonly string[], args: readonly string[]): Promise<Tool> {
  for (const name of names) {
    const child = spawn(name, args)
    let problem = ''
    child.stderr.on('data', (text: Buffer) => {
      problem = (problem + text.toString()).slice(-2000)
    })
    const closed = once(child, 'close').then(([code]) => {
      if (code !== 0)
        throw new UserError('DATABASE_TOOL_FAILED', `${name} failed: ${problem.trim() || `exit code ${String(code)}`}`)
    })
    closed.catch(() => undefined) // its caller gets the error
    if (
      await once(child, 'spawn').then(
        () => true,
        () => false,
      )
    )
      return { name, child, ended: closed }
  }
  throw new UserError('DATABASE_TOOL_MISSING', `This needs the program ${names[0]}, which is not installed. ${needed}`)
}
