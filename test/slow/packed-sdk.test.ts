import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as source from '@clientela/sdk'
import { compile, pack, publint, run, strangersProject, type Packed } from '../support/packed-sdk.js'
import { World, type Json } from '../support/world.js'

// The SDK as somebody gets it: packed, installed into an empty folder, compiled there with every check, and run against
// a live server.

let folder: string
let packed: Packed
let project: string
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'clientela-sdk-')))
  packed = await pack(folder)
  project = await strangersProject(folder, packed)
}, 240_000)
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const read = (path: string): Json => JSON.parse(readFileSync(path, 'utf8'))

test('the package holds the program, its types, its README and its licence, and nothing else', () => {
  const modules = ['client', 'error', 'generated', 'index'].flatMap(name => [`dist/${name}.d.ts`, `dist/${name}.js`])
  expect(packed.files).toEqual(['LICENSE', 'README.md', ...modules, 'package.json'])
  const text = (path: string) => readFileSync(path, 'utf8')
  expect(text('sdk/LICENSE')).toBe(text('LICENSE'))
})

test('its version is that of the server it was generated from', () => {
  const [server, sdk] = [read('package.json'), read('sdk/package.json')]
  expect([sdk.version, server.dependencies['@clientela/sdk'], sdk.license]).toEqual([
    server.version,
    server.version,
    server.license,
  ])
})

test('publint finds no fault with it', async () => {
  expect(await publint(packed.tarball)).toContain('All good')
})

test('a program for Node that uses all of it compiles, the libraries checked too, and runs against the API', async () => {
  await compile(project, 'tsconfig.node.json')
  const world = await World.start()
  try {
    const us = await world.organization()
    const told = await run(
      {
        what: 'Running the program',
        cwd: project,
        environment: { URL_OF_API: world.url, KEY: us.secret, TODAY: '2026-03-10' },
      },
      process.execPath,
      'main.js',
    )
    const { from, exports, ...result } = JSON.parse(told)
    expect(from).toBe(pathToFileURL(join(project, 'node_modules/@clientela/sdk/dist/index.js')).href)
    expect(exports.sort()).toEqual(Object.keys(source).sort())
    expect(result).toEqual({
      made: { legalName: 'Ateneu Popular, SCCL', taxId: 'ESB58378431', country: 'ES', warnings: [] },
      invoice: { number: 'F2026/0001', state: 'AUTHORISED', payable: '121.00 EUR' },
      overview: { asOf: '2026-03-10', overdue: ['1', '121.00 EUR'] },
      names: ['Estel', 'Dissenys Pi', 'Cal Ros', 'Ateneu Popular, SCCL'],
      all: 5,
      sizes: [1],
      wrongKey: { code: 'UNAUTHENTICATED', status: 401, refusals: [], paths: [null] },
      missing: { code: 'NOT_FOUND', status: 200, refusals: [], paths: [['client']] },
      refused: {
        code: 'TAX_ID_TAKEN',
        status: 200,
        refusals: [expect.objectContaining({ code: 'TAX_ID_TAKEN', field: 'taxId' })],
        paths: [],
      },
      unreachable: true,
      calledOff: 'Error: enough',
    })
  } finally {
    await world.stop()
  }
})

test('a program for a browser compiles as a bundler resolves it', async () => {
  await compile(project, 'tsconfig.bundler.json')
})
