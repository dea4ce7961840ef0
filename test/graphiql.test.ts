import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { examplesOf, guideExamplesOf, idIn, type Example } from '../graphiql/src/example.js'
import { createServer } from '../src/http/server.js'
import { furnish } from './support/furnish.js'
import { schema as served } from './support/walk.js'
import { World, type Tenant } from './support/world.js'

const read = (path: string) => readFileSync(path, 'utf8')
const filesIn = (path: string) => readdirSync(path).sort()
const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

let world: World
let us: Tenant
/** The answer with its body read, so that its connection is free again. */
async function get(path: string, init: RequestInit = {}) {
  const answer = await fetch(new URL(path, world.url), { redirect: 'manual', ...init })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, json: () => JSON.parse(text) }
}

beforeAll(async () => {
  execFileSync(process.execPath, ['graphiql/build.js'])
  world = await World.start()
  us = await world.organization()
  await furnish(us, 'mostra')
}, 120_000)
afterAll(() => world.stop())

describe('a browser', () => {
  test('sees GraphiQL at the address of the API, without a key', async () => {
    const answer = await get('/graphql', { headers: browser })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.text).toContain('<title>Clientela · GraphiQL</title>')
  })

  test('is sent there from the root', async () => {
    const answer = await get('/', { headers: browser })
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/graphql'])
  })

  test('may ask for the head alone', async () => {
    const answer = await get('/graphql', { method: 'HEAD', headers: browser })
    expect([answer.status, answer.headers.get('content-type'), answer.text]).toEqual([
      200,
      'text/html; charset=utf-8',
      '',
    ])
  })

  test('is forbidden to load anything from elsewhere, to run inline scripts and to show the page in a frame', async () => {
    const { headers } = await get('/graphql', { headers: browser })
    const policy = headers.get('content-security-policy')?.split('; ')
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]),
    )
    expect(policy?.some(rule => /^(script|worker|connect)-src|https?:|unsafe-eval/.test(rule))).toBe(false)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('vary')).toContain('accept')
  })

  test('loads everything that the page names from this server', async () => {
    const { text: html } = await get('/graphql', { headers: browser })
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)]
      .map(([, address]) => address ?? '')
      .filter(address => address !== 'data:,')
    expect(addresses.length).toBeGreaterThan(1)
    for (const address of addresses) {
      expect(address).toMatch(/^\/graphql\/assets\/[\w.-]+$/)
      expect((await get(address)).status).toBe(200)
    }
    expect(html).not.toMatch(/https?:|"\/\/|<style|<script(?![^>]* src=)/)
  })

  test('gets every file of the page with its type, cached for good, and compressed where it accepts that', async () => {
    const types: Record<string, string> = {
      js: 'application/javascript; charset=utf-8',
      css: 'text/css; charset=utf-8',
      ttf: 'font/ttf',
    }
    const files = filesIn('graphiql/dist/assets').filter(name => !name.endsWith('.gz'))
    expect(files.filter(name => /worker/.test(name)).map(name => name.replace(/-.*/, ''))).toEqual([
      'editor.worker',
      'graphql.worker',
      'json.worker',
    ])
    for (const name of files) {
      const packed = await get(`/graphql/assets/${name}`, { headers: { 'accept-encoding': 'gzip' } })
      expect([name, packed.status, packed.headers.get('content-type'), packed.headers.get('content-encoding')]).toEqual(
        [name, 200, types[name.replace(/.*\./, '')], 'gzip'],
      )
      expect(packed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(packed.headers.get('vary')).toContain('accept-encoding')
      expect(packed.headers.get('content-security-policy')).toContain("default-src 'self'")
      const plain = await get(`/graphql/assets/${name}`, { headers: { 'accept-encoding': 'identity' } })
      expect(plain.headers.get('content-encoding')).toBeNull()
      expect(plain.text === packed.text).toBe(true)
    }
  })

  test('gets styles that load no font or picture from elsewhere', () => {
    const styles = filesIn('graphiql/dist/assets')
      .filter(name => name.endsWith('.css'))
      .map(name => read(`graphiql/dist/assets/${name}`))
    const asked = styles.flatMap(style =>
      [...style.matchAll(/(?:url\(\s*["']?|@import\s+["'])([^"')]{0,20})/g)].map(([, address]) => address ?? ''),
    )
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.filter(address => !address.startsWith('data:') && !address.startsWith('/graphql/assets/'))).toEqual([])
  })

  test('learns what to run where the page was not built', async () => {
    const server = await createServer({ database: world.database, schema: served, page: '/nowhere' })
    const address = await server.listen({ port: 0, host: '127.0.0.1' })
    const answer = await fetch(`${address}/graphql`, { headers: browser })
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { errors: [{ message: expect.stringContaining('npm run build'), extensions: { code: 'SERVICE_UNAVAILABLE' } }] },
    ])
    expect((await fetch(`${address}/health`)).status).toBe(200)
    await server.close()
  })
})

describe('a program', () => {
  const question = `/graphql?query=${encodeURIComponent('{ organization { name } }')}`

  test('needs a key for a query in the address, whatever it accepts', async () => {
    for (const headers of [browser, { accept: 'application/json' }, {}]) {
      const answer = await get(question, { headers })
      expect([answer.status, answer.json()]).toMatchObject([
        401,
        { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
      ])
    }
    const headers = { authorization: `Bearer ${us.secret}`, 'apollo-require-preflight': 'true' }
    const answer = await get(question, { headers })
    expect(answer.json()).toEqual({ data: { organization: { name: 'mostra organization' } } })
  })

  test('gets JSON and not the page', async () => {
    for (const headers of [{ accept: 'application/json' }, { accept: '*/*' }]) {
      const answer = await get('/graphql', { headers })
      expect([answer.status, answer.headers.get('content-type')]).toEqual([401, 'application/json; charset=utf-8'])
    }
    const posted = await get('/graphql', {
      method: 'POST',
      headers: { ...browser, 'content-type': 'application/json' },
      body: '{}',
    })
    expect(posted.status).toBe(401)
    expect((await get('/')).status).toBe(404)
  })

  test('finds no other file beside those of the page', async () => {
    for (const path of [
      '',
      'nothing.js',
      '.made-of',
      '../index.html',
      '..%2f..%2f..%2fpackage.json',
      '%2e%2e/%2e%2e/package.json',
      '..%5cindex.html',
      '%00',
      'a/b',
    ]) {
      const answer = await get(`/graphql/assets/${path}`)
      expect([path, Math.floor(answer.status / 100), answer.json()]).toMatchObject([
        path,
        4,
        { errors: [{ extensions: { code: expect.stringMatching(/^(NOT_FOUND|BAD_USER_INPUT)$/) } }] },
      ])
    }
  })
})

describe('the examples', () => {
  const schema = buildSchema(read('schema/schema.graphql'))
  const textsOf = (folder: string) => Object.fromEntries(filesIn(folder).map(name => [name, read(`${folder}/${name}`)]))
  const operations = textsOf('schema/operations')
  const examples = examplesOf(operations, schema)
  const guideExamples = guideExamplesOf(textsOf('examples/queries'), schema)
  const first = read('examples/queries/client-list.graphql')

  /** Returns the text that the page puts into the tab, with ids found as the page finds them. */
  async function variablesOf({ variables, finders }: Example) {
    const found = await Promise.all(
      Object.entries(finders).map(async ([name, finder]) => [name, idIn(await us.get(finder))]),
    )
    return { ...variables, ...Object.fromEntries(found) }
  }

  test('are all the operations of the typed client, and the page has them', () => {
    const headings = Object.values(operations).flatMap(text => text.match(/^(query|mutation) \w+/gm) ?? [])
    expect(headings.length).toBeGreaterThan(80)
    expect(examples.map(({ kind, name }) => `${kind} ${name}`)).toEqual(headings)
    const scripts = filesIn('graphiql/dist/assets')
      .filter(name => /^index.*\.js$/.test(name))
      .map(name => read(`graphiql/dist/assets/${name}`))
      .join()
    expect(headings.filter(heading => !scripts.includes(heading))).toEqual([])
    expect(guideExamples.length).toBe(filesIn('examples/queries').filter(name => name.endsWith('.graphql')).length)
    expect(guideExamples.filter(({ text }) => !scripts.replaceAll('\\n', '\n').includes(text))).toEqual([])
  })

  test('are valid, each by itself', () => {
    const wrong = [...guideExamples, ...examples].flatMap(({ name, text }) =>
      validate(schema, parse(text)).map(({ message }) => `${name}: ${message}`),
    )
    expect(wrong).toEqual([])
  })

  test('begin with the page of the Clients section', async () => {
    expect(read('graphiql/src/main.tsx')).toContain('examples/queries/client-list.graphql?raw')
    expect((await us.get(first)).clients.nodes.length).toBeGreaterThan(0)
  })

  test('that read can be run as they open, and find a record', async () => {
    const queries = [...guideExamples, ...examples].filter(({ kind }) => kind === 'query')
    for (const example of queries) {
      const variables = await variablesOf(example)
      expect([example.name, Object.values(variables).filter(value => value === '' || value === undefined)]).toEqual([
        example.name,
        [],
      ])
      const { errors, data } = await us.ask(example.text, variables)
      expect([example.name, errors]).toEqual([example.name, undefined])
      expect([example.name, Object.values(data).includes(null)]).toEqual([example.name, false])
    }
  })

  test('that change open with empty variables, and change nothing', async () => {
    const told = async () => (await us.get('{ activityEvents { totalCount } }')).activityEvents.totalCount as number // every change tells the history
    const before = await told()
    const mutations = examples.filter(({ kind }) => kind === 'mutation')
    expect(mutations.length).toBeGreaterThan(50)
    for (const { name, text, variables, finders } of mutations) {
      await us.ask(text, variables)
      expect([name, finders, await told()]).toEqual([name, {}, before])
    }
  })
})
