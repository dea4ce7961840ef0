import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { access, chown, constants, mkdir, mkdtemp, readFile, statfs, symlink, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { constants as system, tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createConnection } from 'mysql2/promise'
import { cacheOf, findProgram, librariesBelow, pathFolders, unpackPackages } from './debian-packages.js'

export interface PrivateMariadb {
  /** `mariadb://user:password@host:port/`, of a user who may create and drop databases. */
  url: string
  /** Where the server came from, for a person to read. */
  origin: string
  stop(): Promise<void>
}

interface Programs {
  mariadbd: string
  installDb: string
  basedir: string
  environment: NodeJS.ProcessEnv
  origin: string
}

export const ways = `Any one of these will do:
  - set TEST_DATABASE_URL to a MariaDB whose user may create and drop databases (mariadb://user:password@host:3306/)
  - install it: apt-get install mariadb-server (or your system's package of that name)
  - on Debian or Ubuntu, reach the package archive: its packages are then unpacked below node_modules, nothing is installed`

const execute = promisify(execFile)
const user = 'clientela'
const cache = cacheOf('mariadb')
const startWithin = 60_000
const enoughMemory = 4 * 2 ** 30

/** Brings up a MariaDB that ends with this process, however this process ends. */
export async function startMariadb(): Promise<PrivateMariadb> {
  const given = process.env.TEST_DATABASE_URL
  if (given) return useGiven(given)
  const programs = (await findInstalled()) ?? (await findUnpacked()) ?? (await unpack())
  const folder = await mkdtemp(join((await roomyMemory()) ?? tmpdir(), 'clientela-mariadb-'))
  const guard = startGuard(folder)
  try {
    return { url: await startServer(programs, folder, guard), origin: programs.origin, stop: () => guard.end() }
  } catch (error) {
    await guard.end()
    throw error
  }
}

/**
 * A file system in memory, where tables are made and dropped in no time; undefined where there is none, or little room.
 */
async function roomyMemory(): Promise<string | undefined> {
  const found = await statfs('/dev/shm').catch(() => undefined)
  return found &&
    found.bavail * found.bsize > enoughMemory &&
    (await access('/dev/shm', constants.W_OK).then(
      () => true,
      () => false,
    ))
    ? '/dev/shm'
    : undefined
}

async function useGiven(url: string): Promise<PrivateMariadb> {
  try {
    return { url, origin: `${await askVersion(url)}, given in TEST_DATABASE_URL`, stop: () => Promise.resolve() }
  } catch (error) {
    throw new Error('The server in TEST_DATABASE_URL does not answer.', { cause: error })
  }
}

async function askVersion(url: string): Promise<string> {
  const rows = await query(url, 'SELECT VERSION() AS version')
  return (rows as { version: string }[])[0]?.version ?? 'a server of unknown version' // mysql2 leaves the shape of rows to its caller
}

async function query(url: string, sql: string): Promise<unknown> {
  const { hostname, port, username, password } = new URL(url)
  const connection = await createConnection({
    host: hostname,
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    connectTimeout: 5_000,
  })
  try {
    return (await connection.query(sql))[0]
  } finally {
    await connection.end()
  }
}

// The programs: installed, unpacked before, or unpacked now

async function findInstalled(): Promise<Programs | undefined> {
  const folders = [...pathFolders(), '/usr/sbin', '/usr/local/sbin', '/usr/bin']
  const mariadbd = await findProgram('mariadbd', folders)
  if (!mariadbd) return undefined
  const basedir = dirname(dirname(realpathSync(mariadbd)))
  const installDb = await findProgram('mariadb-install-db', [
    join(basedir, 'bin'),
    join(basedir, 'scripts'),
    ...folders,
  ])
  if (!installDb) return undefined
  return tryProgram({ mariadbd, installDb, basedir, environment: process.env, origin: 'installed here' })
}

async function findUnpacked(): Promise<Programs | undefined> {
  return tryProgram({
    mariadbd: join(cache, 'usr/sbin/mariadbd'),
    installDb: join(cache, 'usr/bin/mariadb-install-db'),
    basedir: join(cache, 'usr'),
    environment: { ...process.env, LD_LIBRARY_PATH: librariesBelow(cache).join(delimiter) },
    origin: 'from unpacked packages',
  })
}

/** A cache from another machine, or an installation without its libraries, is found out here. */
async function tryProgram(programs: Programs): Promise<Programs | undefined> {
  try {
    const { stdout } = await execute(programs.mariadbd, ['--no-defaults', '--version'], { env: programs.environment })
    return {
      ...programs,
      origin: `${/Ver (\S+)/.exec(stdout)?.[1] ?? 'a MariaDB of unknown version'}, ${programs.origin}`,
    }
  } catch {
    return undefined
  }
}

async function unpack(): Promise<Programs> {
  try {
    await unpackPackages(['mariadb-server-core', 'mariadb-client-core'], cache, async () =>
      Boolean(await findUnpacked()),
    )
  } catch (error) {
    throw new Error('No MariaDB can be had: no mariadbd is installed, and its packages could not be unpacked.', {
      cause: error,
    })
  }
  const unpacked = await findUnpacked()
  if (!unpacked)
    throw new Error(
      'No MariaDB can be had: no mariadbd is installed, and the one from unpacked packages does not run here.',
    )
  return unpacked
}

// The server, and what ends it

interface Guard {
  watch(child: ChildProcess): void
  end(): Promise<void>
}

/**
 * A shell that waits for the end of its input, which comes even when SIGKILL ends this process. It then kills the last
 * process group that it was given, and removes the folder.
 */
function startGuard(folder: string): Guard {
  const script = `
    while read -r line; do group=$line; done
    [ -z "$group" ] || kill -s KILL -- "-$group"
    for attempt in 1 2 3 4 5 6 7 8 9; do rm -rf "$1" && break; sleep 0.2; done`
  // Detached, or Ctrl-C would end the guard before its work.
  const shell = spawn('/bin/sh', ['-c', script, 'guard', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const gone = once(shell, 'exit')
  shell.stdin.on('error', () => undefined)
  return {
    watch(child) {
      shell.stdin.write(`${child.pid ?? ''}\n`)
      child.once('exit', () => shell.stdin.writable && shell.stdin.write('\n'))
    },
    async end() {
      shell.stdin.end()
      await gone
    },
  }
}

async function startServer(programs: Programs, folder: string, guard: Guard): Promise<string> {
  const base = join(folder, 'base') // mariadb-install-db breaks on a path with spaces
  const data = join(folder, 'data')
  const log = join(folder, 'error.log')
  const accounts = join(folder, 'accounts.sql')
  const password = randomBytes(18).toString('hex')
  const port = await findFreePort()
  await symlink(programs.basedir, base)
  await mkdir(data)
  await writeAccounts(accounts, password)
  const common = [
    '--no-defaults',
    `--basedir=${base}`,
    `--datadir=${data}`,
    `--tmpdir=${folder}`,
    '--skip-name-resolve',
    '--innodb-use-native-aio=0',
  ]
  if (process.getuid?.() === 0) {
    // mariadbd refuses to run as root
    const nobody = await findNobody()
    for (const path of [folder, data, accounts]) await chown(path, nobody.uid, nobody.gid)
    common.push('--user=nobody')
  }

  await install(programs, common, guard)
  const server = runDetached(
    programs.mariadbd,
    [
      ...common,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${join(folder, 'socket')}`,
      `--pid-file=${join(folder, 'pid')}`,
      `--init-file=${accounts}`,
      `--log-error=${log}`,
      '--character-set-server=utf8mb4',
      '--max-connections=300',
      '--skip-log-bin',
      // The data need not outlive the process: nothing has to reach the disk.
      '--innodb-buffer-pool-size=256M',
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-doublewrite=0',
    ],
    programs,
    guard,
  )
  const url = `mariadb://${user}:${password}@127.0.0.1:${port}/`
  const failed = server.code.then(async code => {
    const written = await readFile(log, 'utf8').catch(() => server.output())
    throw new Error(`mariadbd ended at once (${code}):\n${written.split('\n').slice(-20).join('\n')}`)
  })
  failed.catch(() => undefined)
  await Promise.race([failed, answer(url)])
  return url
}

/** Run before the port opens: there is no moment with a root that has no password. */
async function writeAccounts(file: string, password: string) {
  await writeFile(
    file,
    [
      "DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';",
      'FLUSH PRIVILEGES;',
      `CREATE USER '${user}'@'%' IDENTIFIED BY '${password}';`,
      `GRANT ALL ON *.* TO '${user}'@'%' WITH GRANT OPTION;\n`,
    ].join('\n'),
    { mode: 0o600 },
  )
}

async function install(programs: Programs, common: readonly string[], guard: Guard) {
  const installing = runDetached(
    programs.installDb,
    [...common, '--auth-root-authentication-method=normal', '--skip-test-db', '--force'],
    programs,
    guard,
  )
  if ((await installing.code) !== 0) throw new Error(`mariadb-install-db failed:\n${installing.output()}`)
}

function runDetached(command: string, args: string[], programs: Programs, guard: Guard) {
  const child = spawn(command, args, { env: programs.environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  guard.watch(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4_000)
    })
  const code = new Promise<number | string>((done, fail) => {
    child.once('error', fail)
    child.once('close', (number, signal) => {
      done(number ?? signal ?? 'unknown')
    })
  })
  return { code, output: () => output }
}

async function findNobody(): Promise<{ uid: number; gid: number }> {
  const ask = async (flag: string) => Number((await execute('id', [flag, 'nobody'])).stdout)
  return { uid: await ask('-u'), gid: await ask('-g') }
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo // a TCP server that listens has no other kind
  probe.close()
  await once(probe, 'close')
  return port
}

async function answer(url: string): Promise<void> {
  for (const deadline = Date.now() + startWithin; ; await sleep(50)) {
    const error: unknown = await askVersion(url).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (!error) return
    if (Date.now() > deadline)
      throw new Error(`mariadbd did not answer within ${startWithin / 1000} s.`, { cause: error })
  }
}

/** An error with its causes, without stacks. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message.trim() : `${error.message.trim()}\n${explain(error.cause)}`
}

// On the command line: tsx test/support/private-mariadb.ts [-- command …]

async function main(command: string[]): Promise<number> {
  const server = await startMariadb()
  await query(server.url, `CREATE DATABASE IF NOT EXISTS ${user}`)
  const url = new URL(`/${user}`, server.url).href
  const [program, ...args] = command[0] === '--' ? command.slice(1) : command
  const ended = new Promise<number>(done => {
    if (program) {
      const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, DATABASE_URL: url } })
      child.once('error', error => {
        console.error(error.message)
        done(127)
      })
      child.once('exit', (code, signal) => {
        done(code ?? 128 + system.signals[signal ?? 'SIGKILL'])
      })
      process.on('SIGINT', () => undefined) // the terminal sends it to the command too, which decides
      process.on('SIGTERM', () => {
        child.kill('SIGTERM')
      })
    } else {
      console.error(`${server.origin}. Ctrl-C ends it.`)
      console.log(url)
      setInterval(() => undefined, 3_600_000) // with a given server nothing else keeps this process alive
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.once(signal, () => {
          done(128 + system.signals[signal])
        })
    }
  })
  const code = await ended
  await server.stop()
  return code
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exit(
    await main(process.argv.slice(2)).catch((error: unknown) => {
      console.error(`${explain(error)}\n\n${ways}`)
      return 1
    }),
  )
}
