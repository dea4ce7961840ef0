import { EventEmitter, once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import { Uploads } from '../src/http/uploads.js'
import { storedIn } from './support/stored.js'
import { formOf, storageLimits, World, type Answer, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let client: Json
const mutation =
  'mutation($input: UploadFilesInput!) { uploadFiles(input: $input) { files { id name } userErrors { code message } } }'

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  client = await us.client()
})
afterAll(() => world.stop())

/** The beginning of every file of this test, which distinguishes it from files of other programs. */
const mark = `mark ${process.pid} ${Math.random()} `
/** Returns the files that are kept while uploads come in. */
const spooled = (): string[] =>
  readdirSync(tmpdir()).filter(name => {
    try {
      return name.startsWith('capacitor-') && readFileSync(join(tmpdir(), name), 'latin1').startsWith(mark)
    } catch {
      return false // gone meanwhile
    }
  })

const input = (files: (File | null)[]) => ({ input: { subjectId: client.id, files } })
const rowsOf = async () =>
  Number((await world.database.read.query<Json[]>('SELECT COUNT(*) AS count FROM files'))[0].count)
const gone = async (holds: () => boolean) => {
  const until = Date.now() + 3000
  while (!holds() && Date.now() < until) await new Promise(resolve => setTimeout(resolve, 10))
  return holds()
}

/** The beginning of a request of so many bytes, as a program on a bad line sends it. */
const begin = (headers: Record<string, string>, ...parts: string[]) => beginAt(world.url, headers, ...parts)
async function beginAt(
  url: string,
  headers: Record<string, string>,
  ...parts: string[]
): Promise<{ socket: Socket; answer: () => string; closed: Promise<unknown> }> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let received = ''
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString()
  })
  socket.on('error', () => undefined) // a server that cuts off resets
  const closed = new Promise(resolve => socket.once('close', resolve))
  await once(socket, 'connect')
  const head = {
    host: 'localhost',
    'content-type': 'multipart/form-data; boundary=b',
    'transfer-encoding': 'chunked',
    ...headers,
  }
  socket.write(
    `POST /graphql HTTP/1.1\r\n${Object.entries(head)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  )
  for (const part of parts) socket.write(chunk(part))
  return { socket, answer: () => received, closed }
}
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
const part = (head: string, text: string) => `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`
const operation = (query = mutation, files = 1) =>
  part('name="operations"', JSON.stringify({ query, variables: input(Array.from({ length: files }, () => null)) }))
const mapOf = (files = 1) =>
  part(
    'name="map"',
    JSON.stringify(Object.fromEntries(Array.from({ length: files }, (_, at) => [at, [`variables.input.files.${at}`]]))),
  )
const fileHead = (at = 0) => `--b\r\nContent-Disposition: form-data; name="${at}"; filename="f${at}.txt"\r\n\r\n${mark}`
const preflight = { 'apollo-require-preflight': 'true' }
const authorised = () => ({ authorization: `Bearer ${us.secret}`, ...preflight })

describe('who may not send is refused before anything of the body is read', () => {
  const cases: [what: string, headers: () => Record<string, string>, status: number, code: string][] = [
    ['without a key', () => preflight, 401, 'UNAUTHENTICATED'],
    [
      'with a wrong key',
      () => ({ ...preflight, authorization: `Bearer ck_${'0'.repeat(40)}` }),
      401,
      'UNAUTHENTICATED',
    ],
    [
      'without the header that no form of another page has',
      () => ({ authorization: `Bearer ${us.secret}` }),
      400,
      'BAD_USER_INPUT',
    ],
    [
      'with more bytes than any upload may have',
      () => ({ ...authorised(), 'content-length': '99000000000' }),
      413,
      'BAD_USER_INPUT',
    ],
  ]
  test.each(cases)(
    '%s, though the body never ends; and is cut off if it goes on',
    async (what, headers, status, code) => {
      const given = headers()
      const { hostname, port } = new URL(world.url)
      const request = given['content-length']
        ? await sized(hostname, Number(port), given)
        : await begin(given, operation(), mapOf(), fileHead())
      const { socket, answer, closed } = request
      const endless = setInterval(() => {
        if (socket.writable) socket.write(given['content-length'] ? 'x'.repeat(1000) : chunk('x'.repeat(1000)))
      }, 20)
      try {
        expect(await gone(() => answer().includes('"code"'))).toBe(true)
        expect(answer()).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
        expect(answer()).toContain(`"code":"${code}"`)
        expect([storedIn(world), spooled()]).toEqual([[], []])
        if (what === 'without a key') await closed // some seconds later
      } finally {
        clearInterval(endless)
        socket.destroy()
      }
    },
    20_000,
  )

  async function sized(hostname: string, port: number, headers: Record<string, string>) {
    const socket = connect(port, hostname)
    let received = ''
    socket.on('data', (data: Buffer) => {
      received += data.toString()
    })
    socket.on('error', () => undefined)
    const closed = new Promise(resolve => socket.once('close', resolve))
    await once(socket, 'connect')
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=b\r\n${Object.entries(
        headers,
      )
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
    )
    return { socket, answer: () => received, closed }
  }

  test('a change that the key may not make is refused before a file of it is stored', async () => {
    const reader = await world.key(us.organizationId, ['clients:read'])
    const { socket, answer } = await begin(
      { ...preflight, authorization: `Bearer ${reader.secret}` },
      operation(),
      mapOf(),
      `${fileHead()}begun`,
    )
    expect(await gone(() => answer().includes('"missing":["clients:write"]'))).toBe(true)
    const other = await begin(
      { ...preflight, authorization: `Bearer ${reader.secret}` },
      operation('mutation($input: CreateClientInput!) { createClient(input: $input) { client { id } } }'),
      mapOf(),
      `${fileHead()}begun`,
    )
    expect(await gone(() => other.answer().includes('"missing":["clients:write"]'))).toBe(true)
    expect(storedIn(world)).toEqual([])
    expect(await gone(() => spooled().length === 0)).toBe(true)
    socket.destroy()
    other.socket.destroy()
  })
})

describe('an upload that breaks off leaves nothing', () => {
  test.each([
    ['in the operation', 0, [() => operation().slice(0, 60)]],
    ['in its only file', 1, [() => operation(), () => mapOf(), () => `${fileHead()}${'x'.repeat(300_000)}`]],
    [
      'in its second file',
      2,
      [
        () => operation(mutation, 2),
        () => mapOf(2),
        () => `${fileHead()}whole\r\n`,
        () => `${fileHead(1)}${'x'.repeat(300_000)}`,
      ],
    ],
    ['between two files', 1, [() => operation(mutation, 2), () => mapOf(2), () => `${fileHead()}whole\r\n--b\r\n`]],
  ])('%s', async (_where, begun, parts) => {
    const rows = await rowsOf()
    const { socket } = await begin(authorised(), ...parts.map(text => text()))
    if (begun === 0) await new Promise(resolve => setTimeout(resolve, 150)) // would a file be begun, it would be by then
    const arrived = await gone(() => spooled().length === begun)
    const there = spooled()
    socket.destroy()
    expect({ arrived, files: there.length }).toEqual({ arrived: true, files: begun })
    expect(await gone(() => spooled().length === 0 && storedIn(world).length === 0)).toBe(true)
    expect(await rowsOf()).toBe(rows)
  })

  test('also where only the end is missing', async () => {
    const { socket, answer } = await begin(authorised(), operation(), mapOf(), `${fileHead()}half a file`)
    socket.write('0\r\n\r\n')
    expect(await gone(() => answer().includes('BAD_USER_INPUT'))).toBe(true)
    expect(answer()).toContain('Unexpected end of form')
    expect([storedIn(world), await gone(() => spooled().length === 0)]).toEqual([[], true])
    socket.destroy()
  })
})

describe('a malformed request is told what is wrong', () => {
  const send = async (body: FormData | string, headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await fetch(world.url, {
      method: 'POST',
      headers: {
        ...authorised(),
        ...(typeof body === 'string' ? { 'content-type': 'multipart/form-data; boundary=b' } : {}),
        ...headers,
      },
      body,
    })
    return { ...((await response.json()) as Answer), status: response.status } // what the API promises
  }
  const end = '--b--\r\n'
  const file = `${fileHead()}x\r\n`
  test.each<[string, () => string, RegExp, number?]>([
    ['no boundary', () => '', /Boundary not found/],
    ['nothing', () => end, /Missing multipart field ‘operations’|Unexpected end/],
    ['no map', () => operation() + end, /Missing multipart field ‘map’/],
    ['a map ahead of the operation', () => mapOf() + operation() + end, /Misordered/],
    ['a file ahead of the map', () => operation() + file + end, /Misordered/],
    ['an operation that is no JSON', () => part('name="operations"', '{') + end, /Invalid JSON/],
    ['a map that is no map', () => operation() + part('name="map"', '[]') + end, /Invalid type/],
    ['a file that is missing', () => operation() + mapOf() + end, /File missing/],
    [
      'a part without a name',
      () => operation() + mapOf() + '--b\r\nContent-Disposition: nonsense\0\r\n\r\nx\r\n' + end,
      /Malformed part header|File missing/,
    ],
    [
      'several operations at once',
      () =>
        part('name="operations"', '[{"query":"{ viewer { name } }"},{"query":"{ viewer { name } }"}]') + mapOf(0) + end,
      /batch/i,
    ],
    [
      'an operation beyond the limit of a body',
      () => part('name="operations"', `"${'x'.repeat(1_100_000)}"`) + end,
      /exceeds the 1000000 byte/,
      413,
    ],
    [
      'a document that is nested too deep',
      () => part('name="operations"', JSON.stringify({ query: '{a'.repeat(200) })) + mapOf(0) + end,
      /nest brackets/,
    ],
    [
      'a path into the prototype',
      () => operation() + part('name="map"', '{"0":["__proto__.polluted"]}') + file + end,
      /got invalid value null|null/,
    ],
  ])('%s', async (what, body, message, status = 400) => {
    const answer = await send(body(), what === 'no boundary' ? { 'content-type': 'multipart/form-data' } : {})
    const [error] = answer.errors ?? []
    expect([answer.status === 200 ? status : answer.status, error?.extensions.code, error?.message]).toEqual([
      status,
      'BAD_USER_INPUT',
      expect.stringMatching(message),
    ])
    expect({}).not.toHaveProperty('polluted')
    expect([storedIn(world), await gone(() => spooled().length === 0)]).toEqual([[], true])
  })

  test('a file that is sent as a text, or in the document, is refused', async () => {
    const variables = { input: { subjectId: client.id, files: ['text', {}] } }
    expect((await us.ask(mutation, variables)).errors?.[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
      message: expect.stringContaining('Upload value invalid'),
    })
    expect(
      (
        await us.ask(
          `mutation { uploadFiles(input: { subjectId: "${client.id}", files: ["x"] }) { userErrors { code } } }`,
        )
      ).errors?.[0],
    ).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
  })

  test('one file named for several places is attached to each, within the limit', async () => {
    const form = new FormData()
    form.append(
      'operations',
      JSON.stringify({ query: mutation, variables: input(Array.from({ length: 21 }, () => null)) }),
    )
    form.append('map', JSON.stringify({ 0: Array.from({ length: 21 }, (_, at) => `variables.input.files.${at}`) }))
    form.append('0', new File(['x'], 'x.txt'))
    expect((await send(form)).data.uploadFiles).toMatchObject({ files: null, userErrors: [{ code: 'FILES_COUNT' }] })
    expect(storedIn(world)).toEqual([])
  })

  test('queries without files work as a form, and JSON as before', async () => {
    const form = new FormData()
    form.append('operations', JSON.stringify({ query: '{ viewer { name } }' }))
    form.append('map', '{}')
    expect(await send(form)).toMatchObject({ status: 200, data: { viewer: { name: 'test' } } })
    expect(
      (await fetch(new URL('/health', world.url), { method: 'POST', headers: authorised(), body: form })).status,
    ).toBe(404)
  })
})

test('other changes are made while a slow upload comes in', async () => {
  const { socket, answer } = await begin(authorised(), operation(), mapOf(), `${fileHead()}slowly`)
  await new Promise(resolve => setTimeout(resolve, 100))
  const started = Date.now()
  await us.client()
  expect(Date.now() - started).toBeLessThan(2000)
  expect(answer()).toBe('')
  socket.write(`${chunk(' but surely\r\n--b--\r\n')}0\r\n\r\n`)
  expect(await gone(() => answer().includes('f0.txt'))).toBe(true)
  expect(storedIn(world)).toHaveLength(1)
  expect(await gone(() => spooled().length === 0)).toBe(true)
  socket.destroy()
})

test('received files are removed when the change is refused', async () => {
  const before = storedIn(world)
  const victim = await us.client()
  const { socket, answer } = await begin(
    authorised(),
    operation().replace(client.id, victim.id),
    mapOf(),
    `${fileHead()}begun`,
  )
  await new Promise(resolve => setTimeout(resolve, 100))
  await us.do('deleteClient', { id: victim.id, version: 1 })
  socket.write(`${chunk(' and ended\r\n--b--\r\n')}0\r\n\r\n`)
  expect(await gone(() => answer().includes('NOT_FOUND'))).toBe(true)
  expect(storedIn(world)).toEqual(before)
  socket.destroy()
  expect(formOf(mutation, {})).toBeUndefined()
})

test('an upload that stalls is ended, and its file is removed', async () => {
  const app = Fastify()
  const uploads = new Uploads(storageLimits, 200)
  uploads.register(app)
  app.post('/graphql', { preValidation: (request, reply) => uploads.read(request, reply) }, async () =>
    once(new EventEmitter(), 'never'),
  )
  try {
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const { closed } = await beginAt(url, {}, operation(), mapOf(), `${fileHead()}begun`)
    expect(await gone(() => spooled().length === 1)).toBe(true)
    await closed
    expect(await gone(() => spooled().length === 0)).toBe(true)
  } finally {
    await app.close()
  }
})
