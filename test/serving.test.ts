import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database } from '../src/database/database.js'
import { startProblem } from '../src/database/server-lock.js'
import { DiskStore } from '../src/storage/disk-store.js'
import { clientelaWith } from './support/command.js'
import { KeepAliveClient } from './support/keep-alive.js'
import { Serving } from './support/serving.js'
import { storedIn } from './support/stored.js'
import { formOf, World, type Answer, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let client: Json
let folder: string
const isSqlite = process.env.TEST_DATABASE !== 'mariadb'
const upload = 'mutation($input: UploadFilesInput!) { uploadFiles(input: $input) { files { id } userErrors { code } } }'

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  client = await us.client()
  folder = mkdtempSync(join(tmpdir(), 'clientela-serving-'))
})
afterAll(async () => {
  await world.stop()
  rmSync(folder, { recursive: true })
})

const modesIn = (path: string): string[] =>
  [path, ...readdirSync(path, { recursive: true, encoding: 'utf8' }).map(name => join(path, name))].map(each => {
    const found = statSync(each)
    return `${found.isDirectory() ? 'folder' : 'file'} ${(found.mode & 0o777).toString(8)}`
  })

test('a server that is asked to stop finishes requests, closes its connections and exits with 0', async () => {
  const serving = await Serving.start(world)
  const headers = { authorization: `Bearer ${us.secret}` }
  const clients = Array.from({ length: 8 }, () => new KeepAliveClient(serving.url, headers))
  const [idle, late, ...busy] = clients as [KeepAliveClient, KeepAliveClient, ...KeepAliveClient[]] // so many
  try {
    await Promise.all(clients.map(each => each.ask('/health')))
    // Nobody asks again over these connections, which the server therefore has to close.
    const running = busy.map(each =>
      each.ask('/graphql', {
        query: '{ clients(first: 100) { nodes { id overview { invoices { overdue { count } } } } } }',
      }),
    )
    await late.ask('/health')
    serving.terminate()
    let health = await late.ask('/health')
    while (health.status === 200) health = await late.ask('/health')
    expect([health.status, health.connection, JSON.parse(health.body)]).toEqual([
      503,
      'close',
      {
        errors: [
          {
            message: 'This server is stopping; ask again in a moment.',
            extensions: { code: 'SERVICE_UNAVAILABLE', retryable: true },
          },
        ],
      },
    ])
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual(busy.map(() => 200))
    expect(await serving.exited).toBe(0)
    await expect(idle.ask('/health')).rejects.toThrow()
  } finally {
    for (const each of clients) each.close()
    await serving.stop()
  }
})

test('a full or missing temporary folder is reported, and nothing of the upload stays', async () => {
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary)
  const serving = await Serving.start(world, { TMPDIR: temporary, largestFile: 12_000 })
  try {
    const send = async (...texts: string[]) => {
      const files = texts.map(text => new File([text], 'x.txt'))
      const response = await fetch(serving.url, {
        method: 'POST',
        headers: { authorization: `Bearer ${us.secret}`, 'apollo-require-preflight': 'true' },
        body: formOf(upload, { input: { subjectId: client.id, files } }),
      })
      const { errors } = (await response.json()) as Answer // as the API promises
      return [response.status, errors?.map(({ extensions }) => extensions)]
    }
    expect(await send('small', 'x'.repeat(15_000_000))).toEqual([
      503,
      [{ code: 'SERVICE_UNAVAILABLE', reason: 'STORAGE_FULL', retryable: true }],
    ])
    await new Promise(resolve => setTimeout(resolve, 100))
    expect(readdirSync(temporary).filter(name => name.startsWith('capacitor-'))).toEqual([])
    expect((await us.get(`{ client(id: "${client.id}") { files { totalCount } } }`)).client.files.totalCount).toBe(0)
    expect(storedIn(world)).toEqual([])
    rmSync(temporary, { recursive: true })
    expect(await send('small')).toEqual([
      503,
      [{ code: 'SERVICE_UNAVAILABLE', reason: 'STORAGE_UNAVAILABLE', retryable: true }],
    ])
  } finally {
    await serving.stop()
  }
})

test('a folder of files that cannot be written is reported as unavailable', async () => {
  writeFileSync(join(folder, 'taken'), '')
  const put = new DiskStore(folder).put(
    'taken',
    (async function* () {
      yield Buffer.from('x')
    })(),
  )
  await expect(put).rejects.toMatchObject({
    extensions: { code: 'SERVICE_UNAVAILABLE', reason: 'STORAGE_UNAVAILABLE' },
  })
})

test('only its owner may read the files of a server, also those that an older version made', async () => {
  await us.do('uploadFiles', { subjectId: client.id, files: [new File(['x'], 'x.txt')] }, 'id')
  const { dataDir } = world.location
  const altered = [
    dataDir,
    join(dataDir, 'files'),
    ...readdirSync(dataDir)
      .filter(name => name.startsWith('clientela.sqlite'))
      .map(name => join(dataDir, name)),
  ]
  for (const path of altered) chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o644)
  const serving = await Serving.start(world)
  try {
    expect([...new Set(modesIn(dataDir))].sort()).toEqual(['file 600', 'folder 700'])
  } finally {
    await serving.stop()
  }
})

if (isSqlite)
  describe('the embedded database', () => {
    const synchronous = async (database: Database) => {
      const written = await database.write(manager => manager.query<Json[]>('PRAGMA synchronous'))
      return [written[0].synchronous, (await database.read.query<Json[]>('PRAGMA synchronous'))[0].synchronous]
    }

    test('waits at each commit until it is on the disk, unless configured otherwise', async () => {
      expect(await synchronous(world.database)).toEqual([2, 2])
      const normal = await Database.open({ ...world.location, synchronous: 'normal' })
      expect(await synchronous(normal).finally(() => normal.close())).toEqual([1, 1])
      expect(await clientelaWith({ SQLITE_SYNCHRONOUS: 'off' }, world, 'migrate')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('SQLITE_SYNCHRONOUS must be full or normal'),
      })
    })

    test('a failed start names the fault of the disk', async () => {
      const problem = (code: string) =>
        (startProblem(Object.assign(new Error('x'), { code }), { dataDir: '/data' }) as Error).message // it tells of errors by others
      expect(problem('SQLITE_FULL')).toBe(
        'The disk of /data is full; make room there, or choose another DATA_DIR, and start again.',
      )
      expect(problem('SQLITE_READONLY_DIRECTORY')).toBe(
        '/data cannot be written (SQLITE_READONLY_DIRECTORY); let this user write there, or choose another DATA_DIR, and start again.',
      )
      expect(problem('SQLITE_NOTADB')).toBe(
        'The database in /data is damaged (SQLITE_NOTADB); restore a backup of it with "clientela restore".',
      )
      expect(problem('SQLITE_IOERR_FSYNC')).toContain('does not work as it should')
      expect(problem('ERR_OTHER')).toBe('x')
      writeFileSync(join(folder, 'file'), 'no folder')
      expect(await clientelaWith({ DATA_DIR: join(folder, 'file') }, world, 'serve')).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/file cannot be written \(EEXIST\); let this user write there.*\n$/),
      })
    })

    test('a start on a full disk says so, and does not report another server', async () => {
      await expect(Serving.start(world, { DATA_DIR: join(folder, 'small'), largestFile: 32 })).rejects.toThrow(
        /The disk of .*small is full; make room there/,
      )
    })
  })
