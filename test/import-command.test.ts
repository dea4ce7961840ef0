import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { importFile, type ImportOptions } from '../src/cli/import-file.js'
import { program } from './support/command.js'
import { World, type Json, type Tenant } from './support/world.js'

// `clientela import FILE`, which knows the API as any other program does.

let world: World
let us: Tenant
const folder = mkdtempSync(join(tmpdir(), 'clientela-import-'))
const file = join(folder, 'clients.csv')
beforeAll(async () => {
  world = await World.start()
})
beforeEach(async () => {
  us = await world.organization()
})
afterAll(async () => {
  await world.stop()
  rmSync(folder, { recursive: true })
})

const write = (...lines: string[]) => {
  writeFileSync(file, [...lines, ''].join('\r\n'))
}
const command = (given: Partial<ImportOptions> = {}) =>
  importFile(
    { url: world.url, apiKey: us.secret },
    file,
    { kind: 'CLIENT', ...given },
    { update: () => undefined, stop: () => undefined },
  )
const clients = async (): Promise<Json[]> =>
  (
    await us.get(
      '{ clients(first: 10, orderBy: { field: LEGAL_NAME }) { nodes { legalName address { line1 city } phone } } }',
    )
  ).clients.nodes

/** Keeps where columns that nobody would recognise go. */
async function keep(name: string, fields: Record<string, string>) {
  const header = Object.keys(fields)
  const made = await us.do('createImport', {
    kind: 'CLIENT',
    file: new File([`${header.join(';')}\r\n${header.map(() => 'x').join(';')}\r\n`], 'x.csv'),
  })
  await us.do('planImport', {
    id: made.id,
    version: made.version,
    columns: header.map((column, at) => ({ place: at + 1, field: fields[column] })),
  })
  await us.do('keepImportMapping', { importId: made.id, name })
}

test('a kept mapping decides where the columns go, and --map overrides it', async () => {
  await keep('Old program', { N1: 'legalName', N2: 'addressLine1', N3: 'city', N4: 'notes' })
  write('N1;N2;N3;N4', 'Forns;C/ Major 1;Terrassa;93 1')
  await expect(command()).rejects.toMatchObject({ code: 'COLUMNS_UNKNOWN' })
  const report = await command({ mapping: 'Old program', map: { N4: 'phone' } })
  expect(report).toMatchObject({
    state: 'COMMITTED',
    totals: { create: 1, update: 0, skip: 0, error: 0 },
    rows: [{ row: 2, legalName: 'Forns', action: 'CREATE', codes: [] }],
  })
  expect(await clients()).toEqual([
    { legalName: 'Forns', address: { line1: 'C/ Major 1', city: 'Terrassa' }, phone: '93 1' },
  ])
})

test('an unknown mapping is refused with the names of those of its kind, and nothing is uploaded', async () => {
  write('N1;N2;N3', 'Forns;C/ Major 1;Terrassa')
  await expect(command({ mapping: 'Old' })).rejects.toMatchObject({
    code: 'MAPPING_UNKNOWN',
    message: expect.stringContaining('there are none yet'),
  })
  await keep('Old program', { N1: 'legalName' })
  await keep('Their shop', { N1: 'legalName' })
  await expect(command({ mapping: 'Old' })).rejects.toMatchObject({
    code: 'MAPPING_UNKNOWN',
    message: 'No mapping of CLIENT is called Old; there are Old program, Their shop.',
  })
  await expect(command({ mapping: 'old program' })).rejects.toMatchObject({ code: 'MAPPING_UNKNOWN' })
  await expect(command({ mapping: 'Old program', kind: 'CONTACT' })).rejects.toMatchObject({
    message: expect.stringContaining('there are none yet'),
  })
  expect((await us.get('{ importPlans { totalCount } }')).importPlans.totalCount).toBe(2)
})

test('the command takes a kept mapping', async () => {
  await keep('Old program', { N1: 'legalName', N2: 'addressLine1', N3: 'city' })
  write('N1;N2;N3', 'Forns;C/ Major 1;Terrassa')
  const env = { ...process.env, NODE_OPTIONS: '', CLIENTELA_URL: world.url, CLIENTELA_API_KEY: us.secret }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, 'import', file, '--mapping', 'Old program', '--dry-run', '--json'],
    { env },
  )
  expect(JSON.parse(stdout)).toEqual({
    totals: { create: 1, update: 0, skip: 0, error: 0 },
    rows: [{ row: 2, legalName: 'Forns', action: 'CREATE', codes: [] }],
  })
})

const clientela = (...args: string[]) => [program, 'import', file, ...args]
const environment = () => ({ ...process.env, NODE_OPTIONS: '', CLIENTELA_URL: world.url, CLIENTELA_API_KEY: us.secret })

test('wrong rows and columns that are not imported are reported in sentences, and the exit code is 4', async () => {
  write(
    'Nom fiscal;NIF;Adreça;Població;Color;',
    'Forns;12345678A;C/ Major 1;Terrassa;blau;',
    'Gas;;C/ Major 2; Terrassa;;',
  )
  for (const how of [['--dry-run']]) {
    const failed = await promisify(execFile)(process.execPath, clientela(...how), { env: environment() }).catch(
      (error: unknown) => error as { code: number; stdout: string; stderr: string },
    ) // as execFile has it
    expect(failed).toMatchObject({
      code: 4,
      stdout: expect.stringMatching(
        /row 2 {2}error {2}Forns\n {4}error TAX_ID_CHECK_CHARACTER in NIF: The last character of 12345678A .*\.\n {2}row 3 {2}create {2}Gas\n {4}warning TRIMMED in Població: /,
      ),
    })
    expect(failed.stdout).toContain('Columns that are not imported: Color. ')
    expect(failed.stdout).toContain(
      'Planned; nothing is written: 1 to create, 0 to change, 0 without a change, 1 with errors. Correct these rows',
    )
    expect(await clients()).toEqual([])
  }
  const skipped = await promisify(execFile)(process.execPath, clientela('--skip-errors', '--json'), {
    env: environment(),
  }).catch((error: unknown) => error as { code: number; stdout: string }) // the same
  expect(skipped).toMatchObject({ code: 4 })
  expect(JSON.parse(skipped.stdout)).toMatchObject({
    notImported: ['Color'],
    rows: [
      { row: 2, issues: [{ code: 'TAX_ID_CHECK_CHARACTER', message: expect.stringMatching(/\.$/), column: 'NIF' }] },
      {},
    ],
  })
  expect((await clients()).map(({ legalName }) => legalName)).toEqual(['Gas'])
})

test('a reader that closes the pipe ends the command quietly', async () => {
  write('Nom fiscal;NIF', ...Array.from({ length: 2000 }, (_, at) => `Forns ${at};12345678A`))
  const child = spawn(process.execPath, clientela('--dry-run', '--json'), {
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  child.stdout.destroy()
  const code = await new Promise(resolve => {
    child.once('close', resolve)
  })
  expect({ code, stderr: stderr.match(/EPIPE|at .*\.ts/) }).toEqual({ code: 4, stderr: null })
})
