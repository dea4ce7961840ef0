import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { lockForServer } from '../../src/database/server-lock.js'
import { clientela } from '../support/command.js'
import { Tenant, World } from '../support/world.js'

let world: World
let us: Tenant
beforeAll(async () => {
  world = await World.start({ keyMilliseconds: 1000 })
  us = await world.organization()
})
afterAll(() => world.stop())

test('the command line makes, lists and revokes keys beside the server', async () => {
  const made = await clientela(world, 'keys', 'create', 'partner', '--scopes', 'clients:read', '--json')
  expect(made).toMatchObject({ code: 0, stderr: '' })
  const { id, secret } = JSON.parse(made.stdout)
  const partner = new Tenant(world, us.organizationId, secret)
  expect((await partner.ask('{ clients { totalCount } }')).status).toBe(200)
  const listed = JSON.parse((await clientela(world, 'keys', 'list', '--json')).stdout)
  expect(listed).toContainEqual(
    expect.objectContaining({ id, name: 'partner', scopes: ['clients:read'], state: 'works' }),
  )
  expect(JSON.stringify(listed)).not.toContain(secret)
  expect((await clientela(world, 'keys', 'revoke', id)).code).toBe(0)
  expect((await partner.ask('{ clients { totalCount } }')).status).toBe(401)
})

test('the command line helps, and tells errors in words and in its exit code', async () => {
  const [help, unknown, wrongScope, noKey, verified] = await Promise.all([
    clientela(world, 'keys', 'create', '--help'),
    clientela(world, 'nonsense'),
    clientela(world, 'keys', 'create', 'x', '--scopes', 'all', '--json'),
    clientela(world, 'keys', 'revoke', 'key_unknown'),
    clientela(world, 'verify', '--json'),
  ])
  expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('--scopes') })
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("unknown command 'nonsense'") })
  expect(wrongScope.code).toBe(1)
  expect(JSON.parse(wrongScope.stdout)).toMatchObject({ error: { code: 'SCOPE_UNKNOWN' } })
  expect(noKey).toMatchObject({ code: 1, stderr: expect.stringContaining('clientela keys list') })
  expect(JSON.parse(verified.stdout)).toEqual({ organizations: 1, differences: [] })
})

test('a database of another version is refused with what to do', async () => {
  await world.database.write(manager =>
    manager.query("INSERT INTO migrations (timestamp, name) VALUES (9, 'FromTheFuture9')"),
  )
  const newer = await clientela(world, 'organizations', 'list')
  await world.database.write(manager => manager.query("DELETE FROM migrations WHERE name = 'FromTheFuture9'"))
  expect(newer).toMatchObject({ code: 1, stderr: expect.stringContaining('newer version') })
  if (world.database.dialect.name === 'sqlite') return
  await world.database.write(manager => manager.query('CREATE TABLE kept AS SELECT * FROM migrations'))
  await world.database.write(manager => manager.query('DELETE FROM migrations'))
  const older = await clientela(world, 'serve')
  await world.database.write(manager => manager.query('INSERT INTO migrations SELECT * FROM kept'))
  expect(older).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run migrate') })
})

test('an embedded database has one server, and a second one is refused with the reason', async () => {
  if (world.database.dialect.name !== 'sqlite') return
  const first = lockForServer(world.location)
  try {
    expect(await clientela(world, 'serve')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Another server already uses the database'),
    })
    expect((await clientela(world, 'keys', 'list')).code).toBe(0)
  } finally {
    first.release()
  }
  const left = join(world.location.dataDir, 'staged', 'left.sqlite')
  mkdirSync(dirname(left), { recursive: true })
  writeFileSync(left, '')
  lockForServer(world.location).release()
  expect(existsSync(left)).toBe(false) // what a server left that was killed
})

test('an embedded database that is empty or older is migrated by whoever opens it', async () => {
  if (world.database.dialect.name !== 'sqlite') return
  const dataDir = mkdtempSync(join(tmpdir(), 'clientela-test-'))
  try {
    const older = Object.assign(Object.create(world) as World, { location: { dataDir } }) // the same world, elsewhere
    expect(JSON.parse((await clientela(older, 'organizations', 'list', '--json')).stdout)).toEqual([])
    expect(JSON.parse((await clientela(older, 'migrate', '--json')).stdout)).toEqual({ applied: [], collated: [] })
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})
