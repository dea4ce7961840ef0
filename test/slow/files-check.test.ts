import { mkdirSync, readFileSync, utimesSync, writeFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { clientela } from '../support/command.js'
import { storedIn } from '../support/stored.js'
import { blobTables } from '../../src/storage/blob-table.js'
import { DiskStore } from '../../src/storage/disk-store.js'
import { checkFiles } from '../../src/verify/files.js'
import { World, type Json, type Tenant } from '../support/world.js'

let world: World
let us: Tenant
let files: Json[]
const keyOf = async (id: string): Promise<string> =>
  (await world.database.read.query<{ blob_key: string }[]>(`SELECT blob_key FROM files WHERE id = '${id}'`))[0]
    ?.blob_key ?? ''
const pathOf = (key: string) => join(world.location.dataDir, 'files', key)
const check = async (...args: string[]) => {
  const { code, stdout, stderr } = await clientela(world, 'files', 'check', '--json', ...args)
  const report: Json = JSON.parse(stdout)
  return { code, report, stderr }
}

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  const client = await us.client()
  files = await us.do(
    'uploadFiles',
    { subjectId: client.id, files: ['one', 'two', 'three', 'four'].map(text => new File([text], `${text}.txt`)) },
    'id name size sha256',
  )
  const other = await world.organization()
  await other.do('uploadFiles', { subjectId: (await other.client()).id, files: [new File(['five'], 'five.txt')] }, 'id')
})
afterAll(() => world.stop())

test('finds nothing where every file is as it was uploaded, spreadsheets of imports included', async () => {
  const spreadsheet = await us.do('createImport', { kind: 'CLIENT', file: new File(['Nom\nx\n'], 'x.csv') })
  expect((await check()).report).toMatchObject({ files: 6, bytes: 25, orphans: [] })
  await us.do('deleteImport', { id: spreadsheet.id, version: 1 })
  const { code, stdout } = await clientela(world, 'files', 'check')
  expect([code, stdout]).toEqual([0, '5 files with 19 bytes: 0 missing, 0 altered, 0 orphans.\n'])
})

const hoursAgo = (hours: number) => Date.now() / 1000 - hours * 3600
const put = (key: string, hours: number) => {
  mkdirSync(pathOf(key.split('/')[0] ?? ''), { recursive: true })
  writeFileSync(pathOf(key), 'orphan')
  utimesSync(pathOf(key), hoursAgo(hours), hoursAgo(hours))
}

const orphan = (key: string, recent: boolean, deleted = false) => ({
  key,
  size: 6,
  modifiedAt: expect.any(String),
  recent,
  deleted,
})
const row = (file: Json, key: string) => ({
  table: 'files',
  id: file.id,
  organization: us.organizationId,
  name: file.name,
  key,
  size: file.size,
  sha256: file.sha256,
})
const byKey = (list: Json[]) => [...list].sort((a, b) => (a.key < b.key ? -1 : 1))

test('finds missing, altered and orphaned files, deletes old orphans only if asked, and touches nothing else', async () => {
  const [missing, altered, longer, whole] = files
  const keys = { missing: await keyOf(missing.id), altered: await keyOf(altered.id), longer: await keyOf(longer.id) }
  rmSync(pathOf(keys.missing))
  writeFileSync(pathOf(keys.altered), 'TWO')
  writeFileSync(pathOf(keys.longer), 'three and more')
  const folder = us.organizationId
  put(`${folder}/blb_old`, 2)
  put(`${folder}/blb_young`, 0.5)
  put(`${folder}/blb_broken.part`, 2)
  put(`${folder}/blb_coming.part`, 0.5)
  put('org_gone/with space', 30)
  const orphans = (deleted: boolean) => [
    orphan(`${folder}/blb_old`, false, deleted),
    orphan(`${folder}/blb_young`, true),
    orphan(`${folder}/blb_broken.part`, false, deleted),
    orphan('org_gone/with space', false, deleted),
  ]
  const expected = (deleted: boolean) => ({
    files: 5,
    bytes: 19,
    missing: [row(missing, keys.missing)],
    altered: [
      { ...row(altered, keys.altered), found: { size: 3, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
      { ...row(longer, keys.longer), found: { size: 14, sha256: expect.any(String) } },
    ],
    orphans: byKey(orphans(deleted)),
  })
  const before = storedIn(world)
  const first = await check()
  expect([first.code, { ...first.report, orphans: byKey(first.report.orphans) }]).toEqual([3, expected(false)])
  expect(storedIn(world)).toEqual(before)

  const { code, stdout } = await clientela(world, 'files', 'check')
  expect(code).toBe(3)
  for (const line of [
    `missing   ${folder} ${missing.id} one.txt: nothing is stored under ${keys.missing}`,
    `altered   ${folder} ${altered.id} two.txt: 3 bytes stored, 3 uploaded, of another SHA-256`,
    `orphan    ${folder}/blb_young: 6 bytes that no record names, perhaps of an upload that is under way`,
  ]) {
    expect(stdout).toContain(line)
  }
  expect(stdout).toContain('5 files with 19 bytes: 1 missing, 2 altered, 4 orphans.')

  const second = await check('--delete-orphans')
  expect([second.code, { ...second.report, orphans: byKey(second.report.orphans) }]).toEqual([3, expected(true)])
  expect(storedIn(world)).toEqual(before.filter(key => !/blb_old|blb_broken|with space/.test(key)))
  expect(readFileSync(pathOf(await keyOf(whole.id)), 'utf8')).toBe('four')

  writeFileSync(pathOf(keys.missing), 'one')
  writeFileSync(pathOf(keys.altered), 'two')
  writeFileSync(pathOf(keys.longer), 'three')
  utimesSync(pathOf(`${folder}/blb_young`), hoursAgo(3), hoursAgo(3))
  expect(await check('--delete-orphans')).toMatchObject({
    code: 0,
    report: { missing: [], altered: [], orphans: [{ key: `${folder}/blb_young`, deleted: true }] },
  })
}, 120_000)

test('a file that another table names is no orphan, and can be missing or altered too', async () => {
  const folder = us.organizationId
  const [kept, longer, missing] = await Promise.all(
    ['kept', 'longer', 'missing'].map(name => us.client({ legalName: name, externalId: `${folder}/blb_${name}` })),
  )
  writeFileSync(pathOf(`${folder}/blb_kept`), '1') // as many bytes as the version says
  writeFileSync(pathOf(`${folder}/blb_longer`), '12')
  const run = () =>
    checkFiles(world.database, new DiskStore(pathOf('')), { now: new Date(), progress: () => undefined })
  const row = (client: Json, name: string) => ({
    table: 'clients',
    id: client.id,
    organization: folder,
    name,
    key: `${folder}/blb_${name}`,
    size: 1,
    sha256: null,
  })
  expect((await run()).orphans).toMatchObject([{ key: `${folder}/blb_kept` }, { key: `${folder}/blb_longer` }])
  blobTables.push({ table: 'clients', name: 'legal_name', key: 'external_id', size: 'version' })
  try {
    const report = await run()
    expect(report).toMatchObject({
      files: 8,
      orphans: [],
      missing: [row(missing, 'missing')],
      altered: [{ ...row(longer, 'longer'), found: { size: 2 } }],
    })
    expect(JSON.stringify(report)).not.toContain(kept.id)
  } finally {
    blobTables.pop()
  }
})
