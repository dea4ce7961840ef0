import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection } from 'mysql2/promise'
import { backUp } from '../../src/backup/backup.js'
import { restore } from '../../src/backup/restore.js'
import { readConfig, type Config } from '../../src/config.js'
import { Database } from '../../src/database/database.js'
import { lockForServer } from '../../src/database/server-lock.js'
import { resolvers } from '../../src/features/index.js'
import { schemaOf } from '../../src/graphql/schema.js'
import { DiskStore } from '../../src/storage/disk-store.js'
import { System } from '../../src/request/system.js'
import { checkFiles } from '../../src/verify/files.js'
import { verify } from '../../src/verify/verify.js'
import { closed } from '../support/closed.js'
import { clientelaWith } from '../support/command.js'
import { withDatabaseTools } from '../support/database-tools.js'
import { World, type Json, type Tenant } from '../support/world.js'

let world: World
let us: Tenant
let folder: string
let tools: Record<string, string> = {}
let place: Config
const isSqlite = process.env.TEST_DATABASE !== 'mariadb'
const progress = () => undefined
/** Names of clients, in the order in which they were acknowledged. */
const acknowledged: string[] = []
let acknowledgedBefore = 0

const onServer = async (statement: string, url = world.location.url ?? '') => {
  const connection = await createConnection(url.replace(/^mariadb:/, 'mysql:'))
  await connection.query(statement).finally(() => connection.end())
}
const scratch = `clientela_backup_${process.pid}_${Date.now()}`
const environmentOf = ({ dataDir, url }: { dataDir: string; url?: string }) => ({
  DATA_DIR: dataDir,
  DATABASE_URL: url ?? '',
})

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  folder = mkdtempSync(join(tmpdir(), 'clientela-backup-'))
  const location: { dataDir: string; url?: string } = { dataDir: join(folder, 'restored') }
  if (!isSqlite) {
    tools = await withDatabaseTools()
    await onServer(`CREATE DATABASE ${scratch} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`)
    location.url = Object.assign(new URL(world.location.url ?? ''), { pathname: `/${scratch}` }).href
  }
  place = readConfig(environmentOf(location))
})
afterAll(async () => {
  if (!isSqlite) await onServer(`DROP DATABASE ${scratch}`)
  await world.stop()
  rmSync(folder, { recursive: true })
})

/** Clients, invoices and files are made meanwhile, and files deleted. */
async function whileWriting<T>(work: () => Promise<T>): Promise<T> {
  let isOn = true
  const write = async () => {
    while (isOn) {
      const legalName = `Client ${acknowledged.length} ${Math.random()}`
      const { id } = await us.client({ legalName })
      acknowledged.push(legalName)
      await us.invoice(id, '10.00')
      const [first, second] = await us.do(
        'uploadFiles',
        { subjectId: id, files: ['one', 'two'].map(text => new File([`${text} of ${legalName}`], `${text}.txt`)) },
        'id version',
      )
      await us.do('deleteFile', { id: first.id, version: first.version })
      acknowledged.push(second.id)
    }
  }
  const writing = Promise.all([write(), write()])
  while (acknowledged.length < 6) await sleep(20)
  acknowledgedBefore = acknowledged.length
  return work().finally(async () => {
    isOn = false
    await writing
  })
}

const pathsBelow = (path: string) => [
  path,
  ...readdirSync(path, { recursive: true, encoding: 'utf8' }).map(name => join(path, name)),
]
const modesIn = (path: string) =>
  [
    ...new Set(
      pathsBelow(path).map(
        each => `${statSync(each).isDirectory() ? 'folder' : 'file'} ${(statSync(each).mode & 0o777).toString(8)}`,
      ),
    ),
  ].sort()

/** Runs these lines of shell for programs of the database; the real ones have the same names there. */
function toolsOf(scripts: Record<string, string>): Record<string, string> {
  const path = tools.PATH ?? process.env.PATH ?? ''
  const own = mkdtempSync(join(folder, 'tools-'))
  for (const [name, lines] of Object.entries(scripts)) {
    writeFileSync(join(own, name), `#!/bin/sh\nexport PATH='${path}'\n[ "$1" = --version ] && exit 0\n${lines}\n`, {
      mode: 0o755,
    })
  }
  return { ...tools, PATH: [own, path].join(delimiter) }
}

const replaceWith = (environment: Record<string, string>, from = 'copy') =>
  clientelaWith({ ...environment, ...environmentOf(place) }, world, 'restore', join(folder, from), '--replace')

const filesBelow = (path: string) =>
  pathsBelow(path)
    .filter(each => statSync(each).isFile())
    .sort()

/** Returns the files of the restored place that differ from its database. */
async function wrongFiles() {
  const database = await Database.open(place)
  try {
    const { missing, altered, orphans } = await checkFiles(database, new DiskStore(join(place.dataDir, 'files')), {
      now: new Date(),
      progress,
    })
    return [...missing, ...altered, ...orphans]
  } finally {
    await closed(database)
  }
}

test('a backup made while a server writes restores every acknowledged change, its files, and no half transaction', async () => {
  const copy = join(folder, 'copy')
  const made = await whileWriting(() => clientelaWith(tools, world, 'backup', copy, '--json'))
  expect([made.code, made.stderr]).toEqual([0, ''])
  expect(modesIn(copy)).toEqual(['file 600', 'folder 700'])
  const restored = await clientelaWith({ ...tools, ...environmentOf(place) }, world, 'restore', copy)
  expect(restored).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/^The database and \d+ files of .* are restored\./),
  })
  const database = await Database.open(place)
  try {
    expect(await database.schemaState()).toBe('current')
    await database.assertSettings()
    const texts = new Set(
      (await database.read.query<Json[]>('SELECT legal_name AS text FROM clients UNION ALL SELECT id FROM files')).map(
        ({ text }) => text,
      ),
    )
    expect(acknowledged.slice(0, acknowledgedBefore).filter(text => !texts.has(text))).toEqual([])
    expect(acknowledgedBefore).toBeGreaterThan(0)
    for (const organization of await new System(database).organizations())
      expect(
        await verify(database, organization, { schema: await schemaOf(resolvers), now: world.now, progress }),
      ).toEqual([])
    const report = await checkFiles(database, new DiskStore(join(place.dataDir, 'files')), {
      now: new Date(),
      progress,
    })
    expect(report).toMatchObject({ missing: [], altered: [], orphans: [] })
    expect(report.files).toBe((JSON.parse(made.stdout) as { files: { count: number } }).files.count) // as the command prints it
    expect(modesIn(place.dataDir)).toEqual(['file 600', 'folder 700'])
    // Another program has the database open.
    await expect(restore(place, copy, { replace: true, progress })).rejects.toThrow(
      isSqlite ? /Another program uses the database/ : /connections to the database are open/,
    )
  } finally {
    await closed(database)
  }
})

test('a restore is refused into a place in use, beside a running server, of another database and of a damaged backup', async () => {
  const copy = join(folder, 'copy')
  const refused = (config: Config, replace: boolean, from = copy) =>
    restore(config, from, { replace, progress }).then(
      () => 'restored',
      (error: unknown) => (error as Error).message,
    ) // of ours
  expect(await refused(place, false)).toMatch(/is not empty\. Restore to an empty place, or give --replace/)
  if (isSqlite) {
    const lock = lockForServer(place)
    expect(await refused(place, true)).toMatch(/^Another server already uses the database/)
    lock.release()
  }
  expect(await refused({ ...place, url: isSqlite ? 'mariadb://x:y@127.0.0.1:1/z' : undefined }, true)).toMatch(
    /is a backup of (sqlite|mariadb), but .* restore it to a database of the same kind/,
  )
  expect(await refused(place, true, folder)).toMatch(/holds no whole backup/)
  const damaged = join(folder, 'damaged')
  mkdirSync(damaged)
  const { database } = JSON.parse(readFileSync(join(copy, 'backup.json'), 'utf8')) as { database: { file: string } } // as the backup wrote it
  writeFileSync(join(damaged, 'backup.json'), readFileSync(join(copy, 'backup.json')))
  writeFileSync(join(damaged, database.file), readFileSync(join(copy, database.file)))
  appendFileSync(join(damaged, database.file), 'x')
  expect(await refused(place, true, damaged)).toMatch(/is not what the backup wrote/)
  const open = await Database.open(place)
  expect(await open.schemaState().finally(() => closed(open))).toBe('current')
})

test('a restore with --replace replaces everything that is there', async () => {
  const before = await Database.open(place)
  await before.write(manager => manager.query("UPDATE clients SET legal_name = 'Changed'"))
  await closed(before)
  mkdirSync(join(place.dataDir, 'files', 'org_other'), { recursive: true })
  writeFileSync(join(place.dataDir, 'files', 'org_other', 'blb_other'), 'nobody’s')
  expect(
    await clientelaWith({ ...tools, ...environmentOf(place) }, world, 'restore', join(folder, 'copy'), '--replace'),
  ).toMatchObject({ code: 0, stderr: '' })
  const after = await Database.open(place)
  try {
    expect(await after.read.query("SELECT id FROM clients WHERE legal_name = 'Changed'")).toEqual([])
    expect(
      (await checkFiles(after, new DiskStore(join(place.dataDir, 'files')), { now: new Date(), progress })).orphans,
    ).toEqual([])
  } finally {
    await closed(after)
  }
})

test('a restore is refused where a file of the backup is shorter or altered, and uses the files that are there without a list', async () => {
  const altered = join(folder, 'altered')
  cpSync(join(folder, 'copy'), altered, { recursive: true })
  const [path = ''] = filesBelow(join(altered, 'files'))
  const bytes = readFileSync(path)
  for (const wrong of [bytes.subarray(1), Buffer.alloc(bytes.length, 'x')]) {
    writeFileSync(path, wrong)
    await expect(restore(place, altered, { replace: true, progress })).rejects.toThrow(
      /is not what the backup wrote: files\/org_.* was altered/,
    )
  }
  expect(await wrongFiles()).toEqual([])
  // As an older version wrote it.
  const manifest = JSON.parse(readFileSync(join(altered, 'backup.json'), 'utf8')) as { files: Json } // as the backup wrote it
  delete manifest.files.list
  writeFileSync(join(altered, 'backup.json'), JSON.stringify(manifest))
  expect(await replaceWith(tools, 'altered')).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/without the digests of its files: run "clientela files check"/),
  })
  expect(await wrongFiles()).toHaveLength(1)
})

test('a restore replaces stored files that differ, and leaves them as they were where it fails', async () => {
  const stored = join(place.dataDir, 'files')
  const [longer = '', other = '', gone = ''] = filesBelow(stored)
  appendFileSync(longer, 'x')
  writeFileSync(other, Buffer.alloc(statSync(other).size, 'x'))
  rmSync(gone)
  const contents = () => filesBelow(stored).map(path => [path, readFileSync(path, 'utf8')])
  const before = contents()
  if (isSqlite) {
    const open = await Database.open(place)
    await expect(
      restore(place, join(folder, 'copy'), { replace: true, progress }).finally(() => closed(open)),
    ).rejects.toThrow(/Another program uses/)
  } else {
    expect(await replaceWith(toolsOf({ 'mariadb-dump': 'exit 1' }))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/mariadb-dump failed/),
    })
  }
  expect(contents()).toEqual(before)
  expect(await replaceWith(tools)).toMatchObject({ code: 0, stderr: '' })
  expect(await wrongFiles()).toEqual([])
})

test('a refused backup keeps the permissions of the folder, and a failed one removes its files', async () => {
  const config = readConfig(environmentOf(world.location))
  const full = join(folder, 'full')
  mkdirSync(full)
  chmodSync(full, 0o755)
  writeFileSync(join(full, 'mine'), '')
  await expect(backUp(config, full, '1', progress)).rejects.toThrow(/is not empty; name a folder/)
  expect(statSync(full).mode & 0o777).toBe(0o755)
  const fails = () => {
    throw new Error('It fails in the middle.')
  }
  await expect(backUp(config, join(folder, 'made'), '1', fails)).rejects.toThrow('It fails in the middle.')
  expect(existsSync(join(folder, 'made'))).toBe(false)
})

test('a backup is refused into a folder that is not empty, and leaves nothing where it fails', async () => {
  const config = readConfig(environmentOf(world.location))
  await expect(backUp(config, folder, '1', progress)).rejects.toThrow(/is not empty; name a folder/)
  if (isSqlite) {
    await expect(
      backUp({ ...config, dataDir: join(folder, 'nothing') }, join(folder, 'new'), '1', progress),
    ).rejects.toThrow(/There is no database in/)
  } else {
    mkdirSync(join(folder, 'new'))
    const { code, stderr } = await clientelaWith({ PATH: '/nowhere' }, world, 'backup', join(folder, 'new'))
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^This needs the program mariadb-dump, which is not installed\. Install it .*mariadb-client/,
      ),
    ])
    expect(readdirSync(join(folder, 'new'))).toEqual([])
  }
})

if (!isSqlite)
  describe('on a database server', () => {
    const replaced = () => join(place.dataDir, 'replaced.sql')
    /** Shell that cuts the connection by which a restore looks at the database, and then takes a while. */
    const cut = `mariadb "$1" -N -e "SELECT CONCAT('KILL ', ID, ';') FROM information_schema.PROCESSLIST WHERE DB = '${scratch}' AND ID <> CONNECTION_ID()" | mariadb "$1"; sleep 1`
    const aPiece = 'head -c 20000 | mariadb "$@"'

    /** The names of all clients, once in a database that can be served. */
    async function namesIn(): Promise<string[]> {
      const database = await Database.open(place)
      try {
        expect(await database.schemaState()).toBe('current')
        return (await database.read.query<{ name: string }[]>('SELECT DISTINCT legal_name AS name FROM clients')).map(
          ({ name }) => name,
        )
      } finally {
        await closed(database)
      }
    }

    test('data that a killed restore replaced is kept until it is back or a restore succeeds', async () => {
      await onServer("UPDATE clients SET legal_name = 'Kept'", place.url)
      expect(await replaceWith(toolsOf({ mariadb: `${aPiece}; kill -9 $PPID` }))).toMatchObject({ code: null })
      const kept = readFileSync(replaced(), 'utf8')
      const stuck = await replaceWith(toolsOf({ mariadb: 'cat >/dev/null; exit 1' }))
      expect(readFileSync(replaced(), 'utf8')).toBe(kept)
      expect(stuck).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/could not be brought back .* is kept in .*replaced\.sql/),
      })
      // The first load breaks off, with the connection cut as well; the second is that of what was there.
      const once = join(folder, 'once')
      const failed = await replaceWith(
        toolsOf({ mariadb: `${cut}; if mkdir '${once}' 2>/dev/null; then ${aPiece}; exit 1; fi; exec mariadb "$@"` }),
      )
      expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/^mariadb failed/) })
      expect(await namesIn()).toEqual(['Kept'])
      expect(readdirSync(place.dataDir).filter(name => name.startsWith('replaced'))).toEqual([])
      expect(await wrongFiles()).toEqual([])
    })

    test('a restore goes on where the database closes its connection while it dumps and loads', async () => {
      const lossy = toolsOf({ 'mariadb-dump': `${cut}; exec mariadb-dump "$@"`, mariadb: `${cut}; exec mariadb "$@"` })
      expect(await replaceWith(lossy)).toMatchObject({ code: 0, stderr: '' })
      expect(await namesIn()).not.toContain('Kept')
      expect(readdirSync(place.dataDir).filter(name => name.startsWith('replaced'))).toEqual([])
    })

    test('no server starts while a restore dumps the old database, and open connections stop the restore', async () => {
      const dumping = join(folder, 'dumping')
      const restoring = replaceWith(
        toolsOf({
          'mariadb-dump': `touch '${dumping}'; while [ -e '${dumping}' ]; do sleep 0.1; done; exec mariadb-dump "$@"`,
        }),
      )
      while (!existsSync(dumping)) await sleep(50)
      const server = await Database.open(place)
      try {
        await expect(server.schemaState().finally(() => rmSync(dumping))).rejects.toThrow(/partly restored/)
        expect(await restoring).toMatchObject({
          code: 1,
          stderr: expect.stringMatching(/connections to the database are open/),
        })
        expect(await server.schemaState()).toBe('current')
      } finally {
        await closed(server)
      }
      expect(existsSync(replaced())).toBe(false)
    })

    test('a migration sets the collation of the database and of its tables, whatever the version', async () => {
      await onServer(`ALTER DATABASE ${scratch} COLLATE utf8mb4_general_ci`)
      for (const table of ['record_changes', 'search_words'])
        await onServer(`ALTER TABLE ${table} CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`, place.url)
      const database = await Database.open(place)
      try {
        await expect(database.assertSettings()).rejects.toThrow(/collation is utf8mb4_general_ci/)
        expect(await database.settleCollation()).toEqual([
          `the database ${scratch}`,
          'the table record_changes',
          'the table search_words',
        ])
        await database.assertSettings()
        expect(await database.settleCollation()).toEqual([])
        expect(
          await database.read.query(
            "SELECT TABLE_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND COLLATION_NAME <> 'utf8mb4_nopad_bin'",
          ),
        ).toEqual([])
        expect(await database.migrate()).toEqual([])
        expect(await database.drift()).toEqual([])
      } finally {
        await closed(database)
      }
    })
  })
