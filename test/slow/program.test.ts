import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSchema, graphqlSync } from 'graphql'
import { sqliteFile } from '../../src/database/data-source.js'
import { SqliteDatabase } from '../../src/database/libsql-driver.js'
import { builtProgram } from '../support/built-program.js'
import { clientela, clientelaWith } from '../support/command.js'
import { KeepAliveClient } from '../support/keep-alive.js'
import { Serving } from '../support/serving.js'
import { World, type Json } from '../support/world.js'

// The program as it is built and shipped, run as the README and the Dockerfile say. Other tests run it unjoined.

const { program, remove } = builtProgram()
afterAll(remove)

const typesQuery =
  '{ __schema { types { name fields(includeDeprecated: true) { name } inputFields { name } enumValues { name } } } }'

const post = async (url: string, key: string, query: string): Promise<Json> => {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) })
  return answer.json()
}

/** What a schema has, as `Type.name`. */
const namesIn = ({ data }: Json): string[] =>
  data.__schema.types
    .flatMap(({ name, ...parts }: Json) =>
      Object.values(parts).flatMap((part: Json) => (part ?? []).map((each: Json) => `${name}.${each.name}`)),
    )
    .sort()

if (process.env.TEST_DATABASE === 'mariadb')
  test('on MariaDB the program migrates, and two processes serve one port', async () => {
    const world = await World.start()
    const { secret } = await world.organization()
    const place = { location: world.location, program }
    expect(await clientela(place, 'migrate')).toMatchObject({ code: 0, stderr: '' })
    const serving = await Serving.start(place, { WORKERS: 2 })
    const clients = Array.from(
      { length: 4 },
      () => new KeepAliveClient(serving.url, { authorization: `Bearer ${secret}` }),
    )
    try {
      const query = '{ clients(first: 1) { totalCount nodes { overview { asOf } } } }'
      const answers = await Promise.all(clients.map(client => client.ask('/graphql', { query })))
      expect(answers.map(({ body }) => JSON.parse(body).data.clients.totalCount)).toEqual([0, 0, 0, 0])
      expect(serving.workers).toHaveLength(2)
      serving.terminate()
      expect(await serving.exited).toBe(0)
    } finally {
      for (const client of clients) client.close()
      await serving.stop()
      await world.stop()
    }
  }, 60_000)
else {
  const folder = mkdtempSync(join(tmpdir(), 'clientela-program-'))
  const place = { location: { dataDir: join(folder, 'data') }, program }
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  test('the program tells its version and its commands', async () => {
    const [version, help] = await Promise.all([clientela(place, '--version'), clientela(place, '--help')])
    const { version: own } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(version).toEqual({ code: 0, stdout: `${own}\n`, stderr: '' })
    const documented = readFileSync('docs/reference/command-line.md', 'utf8').matchAll(/^## (\w+)/gm)
    for (const [, command = ''] of documented) expect(help.stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
  }, 60_000)

  test('an empty folder is served, gets a demo whose figures hold, an import and an export', async () => {
    const serving = await Serving.start(place)
    try {
      expect(await fetch(new URL('/health', serving.url))).toMatchObject({ status: 200 })
      const page = await fetch(serving.url, { headers: { accept: 'text/html' } })
      expect(page.headers.get('content-type')).toContain('html')

      const demo = await clientela(place, 'demo', '--clients', '20', '--documents-per-client', '20', '--json')
      expect(demo).toMatchObject({ code: 0, stderr: '' })
      const { secret, query } = JSON.parse(demo.stdout)
      expect(await clientela(place, 'verify')).toMatchObject({ code: 0, stderr: '' })
      const { data, errors } = await post(serving.url, secret, query)
      expect(errors).toBeUndefined()
      expect(data.clients.nodes.length).toBeGreaterThan(0)
      const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'))
      const documented = namesIn(graphqlSync({ schema, source: typesQuery }))
      expect(namesIn(await post(serving.url, secret, typesQuery))).toEqual(documented)

      // So many new clients are read by one thread, and written by another.
      const rows = Array.from({ length: 600 }, (_, at) => `Annex ${at};C/ Major ${at};Terrassa`)
      const file = join(folder, 'clients.csv')
      writeFileSync(file, ['Raó social;Adreça;Població', ...rows, ''].join('\r\n'))
      const api = { CLIENTELA_URL: serving.url, CLIENTELA_API_KEY: secret }
      expect(await clientelaWith(api, place, 'import', file)).toMatchObject({ code: 0 })
      const toParquet = ['export', 'clients', '--format', 'parquet', '--out', join(folder, 'clients.parquet'), '--json']
      const exported = await clientelaWith(api, place, ...toParquet)
      expect(JSON.parse(exported.stdout).rows).toBeGreaterThan(600)
      serving.terminate()
      expect(await serving.exited).toBe(0)
    } finally {
      await serving.stop()
    }
  }, 120_000)

  test('an error that nobody expected names the file and the line that somebody wrote', async () => {
    const database = new SqliteDatabase(sqliteFile(place.location), {})
    database.exec('ALTER TABLE organizations RENAME TO gone')
    database.close()
    const { code, stderr } = await clientela(place, 'organizations', 'list')
    expect(code).toBe(1)
    const [, file = '', line] = /\/(src\/[\w/-]+\.ts):(\d+):\d+/.exec(stderr) ?? []
    expect(readFileSync(file, 'utf8').split('\n')[Number(line) - 1]).toContain('new QueryFailedError(')
    expect(stderr).not.toContain('/dist/')
  }, 60_000)
}
