import { request } from 'node:http'
import { rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let client: Json
let file: Json
const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 31) % 251))

const linkOf = async (id: string, args = '', tenant = us): Promise<string> =>
  (await tenant.get(`query($id: ID!) { file(id: $id) { downloadUrl${args} } }`, { id })).file.downloadUrl
const at = (link: string) => new URL(link, world.url)
const codeIn = async (answer: Response): Promise<string> => ((await answer.json()) as Json).errors[0].extensions.code // what every refusal is
const attach = async (content: string | Buffer, name: string): Promise<Json> =>
  (await us.do('uploadFiles', { subjectId: client.id, files: [new File([content], name)] }, 'id version sha256'))[0]

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  client = await us.client()
  file = await attach(bytes, 'dades.bin')
})
afterAll(() => world.stop())

describe('a link', () => {
  test('works without a key, and no longer than asked', async () => {
    const before = world.now
    try {
      const [usual, short, long] = [
        await linkOf(file.id),
        await linkOf(file.id, '(expiresIn: 1)'),
        await linkOf(file.id, '(expiresIn: 3600)'),
      ]
      const works = async () =>
        Promise.all([usual, short, long].map(async link => (await fetch(at(link), { method: 'HEAD' })).status))
      expect(await works()).toEqual([200, 200, 200])
      world.now = new Date(before.getTime() + 999)
      expect(await works()).toEqual([200, 200, 200])
      world.now = new Date(before.getTime() + 1000)
      expect(await works()).toEqual([200, 403, 200])
      world.now = new Date(before.getTime() + 300_000)
      expect(await works()).toEqual([403, 403, 200])
      world.now = new Date(before.getTime() + 3_600_000)
      expect(await works()).toEqual([403, 403, 403])
      expect(await (await fetch(at(usual))).json()).toEqual({
        errors: [{ message: expect.stringContaining('expired'), extensions: { code: 'FORBIDDEN' } }],
      })
    } finally {
      world.now = before
    }
    for (const expiresIn of [0, -1, 3601]) {
      const { errors } = await us.ask(`query($id: ID!) { file(id: $id) { downloadUrl(expiresIn: ${expiresIn}) } }`, {
        id: file.id,
      })
      expect(errors?.[0]).toMatchObject({
        message: expect.stringContaining('between 1 and 3600'),
        extensions: { code: 'BAD_USER_INPUT' },
      })
    }
  })

  test('does not work with one letter changed, or when made up', async () => {
    const link = await linkOf(file.id)
    const token = link.slice('/files/'.length)
    expect(link).toMatch(/^\/files\/[\w-]+\.[\w-]{43}$/)
    for (let place = 0; place < token.length; place += 3) {
      const other = token[place] === 'A' ? 'B' : 'A'
      const { status } = await fetch(at(`/files/${token.slice(0, place)}${other}${token.slice(place + 1)}`))
      expect([place, status]).toEqual([place, 404])
    }
    const [body = '', signature = ''] = token.split('.')
    for (const wrong of [
      'x',
      `${body}.`,
      body,
      `.${signature}`,
      `${token}.x`,
      `${token}AAAA`,
      `${token}.`,
      `${body}.%20${signature}`,
      `${token}=`,
      '%00',
      '..%2f..%2fetc%2fpasswd',
      'x'.repeat(400),
    ]) {
      const answer = await fetch(at(`/files/${wrong}`))
      expect([wrong, answer.status, await codeIn(answer)]).toEqual([wrong, 404, 'NOT_FOUND'])
    }
    // Several letters at its end stand for the same bytes.
    const same = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].filter(
      letter => letter !== token.at(-1),
    )
    expect(
      await Promise.all(same.map(async letter => (await fetch(at(`/files/${token.slice(0, -1)}${letter}`))).status)),
    ).toEqual(same.map(() => 404))
    const long = await fetch(at(`/files/${'x'.repeat(600)}`))
    expect([long.status, await codeIn(long)]).toEqual([414, 'BAD_USER_INPUT'])
    const malformed = await fetch(at('/files/%'))
    expect([malformed.status, await codeIn(malformed)]).toEqual([400, 'BAD_USER_INPUT'])
    expect((await fetch(at('/files/'))).status).toBe(404)
  })

  test('is signed with a secret that survives a restart and differs between installations', async () => {
    const other = await World.start()
    try {
      expect((await fetch(new URL(await linkOf(file.id), other.url))).status).toBe(404)
    } finally {
      await other.stop()
    }
  })
})

describe('the bytes', () => {
  const part = async (range: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(at(await linkOf(file.id)), { headers: { range, ...headers } })
    return {
      status: answer.status,
      range: answer.headers.get('content-range'),
      length: answer.headers.get('content-length'),
      body: Buffer.from(await answer.arrayBuffer()),
    }
  }

  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=0-99', 0, 99],
    ['bytes=500-', 500, 99_999],
    ['bytes=-500', 99_500, 99_999],
    ['bytes=99999-99999', 99_999, 99_999],
    ['bytes=10-999999', 10, 99_999],
    ['bytes=-999999', 0, 99_999],
  ])('%s', async (range, start, end) => {
    const { body, ...answer } = await part(range)
    expect(answer).toEqual({ status: 206, range: `bytes ${start}-${end}/100000`, length: String(end - start + 1) })
    expect(body.equals(bytes.subarray(start, end + 1))).toBe(true)
  })

  test.each(['bytes=100000-', 'bytes=100000-100001', 'bytes=-0'])('%s is beyond them', async range => {
    const answer = await part(range)
    expect([answer.status, answer.range, JSON.parse(answer.body.toString())]).toEqual([
      416,
      'bytes */100000',
      {
        errors: [
          {
            message: 'The file has 100000 bytes; ask for a range within them.',
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ],
      },
    ])
  })

  test.each(['bytes=5-4', 'bytes=0-1,5-6', 'lines=1-2', 'bytes=', 'bytes=-', 'bytes=a-b', 'bytes=0-1;x'])(
    '%s is an unknown range, so the whole file is sent',
    async range => {
      const { status, body } = await part(range)
      expect([status, body.equals(bytes)]).toEqual([200, true])
    },
  )

  test('resume only if the file is unchanged', async () => {
    expect((await part('bytes=0-9', { 'if-range': `"${file.sha256}"` })).status).toBe(206)
    expect((await part('bytes=0-9', { 'if-range': '"other"' })).status).toBe(200)
    expect((await part('bytes=0-9', { 'if-range': 'Wed, 25 Nov 2026 20:00:00 GMT' })).status).toBe(200)
  })

  test('are described by HEAD', async () => {
    const link = await linkOf(file.id)
    const [head, whole] = [await fetch(at(link), { method: 'HEAD' }), await fetch(at(link))]
    const told = ({ headers }: Response) =>
      [...headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name))
    expect(told(head)).toEqual(told(whole))
    expect([
      head.headers.get('content-length'),
      await head.text(),
      Buffer.from(await whole.arrayBuffer()).equals(bytes),
    ]).toEqual(['100000', '', true])
    expect(
      (await fetch(at(link), { method: 'HEAD', headers: { range: 'bytes=5-' } })).headers.get('content-range'),
    ).toBe('bytes 5-99999/100000')
    expect((await fetch(at(link), { method: 'POST' })).status).toBe(404)
  })

  test('of an empty file are none, whether the whole or a range is asked for', async () => {
    const { id } = await attach('', 'buit')
    const answer = await fetch(at(await linkOf(id)))
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '0', ''])
    expect((await fetch(at(await linkOf(id)), { headers: { range: 'bytes=0-' } })).status).toBe(416)
  })

  test('are closed when the reader disconnects', async () => {
    const link = at(await linkOf((await attach(Buffer.alloc(1_000_000), 'gran')).id))
    for (let round = 0; round < 5; round++) {
      await new Promise<void>((resolve, reject) => {
        const asked = request(link, answer => {
          answer.once('data', () => {
            asked.destroy()
          })
          answer.once('close', resolve)
          answer.once('error', () => undefined)
        })
        asked.once('error', error => {
          if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') reject(error) // destroying the socket gives that
        })
        asked.end()
      })
    }
    expect((await fetch(link)).status).toBe(200)
  })

  test('that are missing or truncated on the disk are not sent as a whole file', async () => {
    for (const harm of [
      (path: string) => {
        truncateSync(path, 10)
      },
      (path: string) => {
        rmSync(path)
      },
    ]) {
      const { id } = await attach('some text', 'text')
      const link = await linkOf(id)
      const [row] = await world.database.read.query<{ blob_key: string }[]>(
        `SELECT blob_key FROM files WHERE id = '${id}'`,
      )
      harm(join(world.location.dataDir, 'files', row?.blob_key ?? ''))
      const answer = await fetch(at(link))
      expect([answer.status, await codeIn(answer)]).toEqual([500, 'INTERNAL_SERVER_ERROR'])
      await us.do('deleteFile', { id, version: 1 })
    }
  })
})

test('links of a revoked key work until they expire, and it makes no new ones', async () => {
  const other = await world.key(us.organizationId, ['clients:read'])
  const link = await linkOf(file.id, '', other)
  const { apiKeys } = await us.get('{ apiKeys(first: 1) { nodes { id version lookup } } }')
  await us.do('revokeApiKey', { id: apiKeys.nodes[0].id, version: apiKeys.nodes[0].version })
  expect((await other.ask('query($id: ID!) { file(id: $id) { downloadUrl } }', { id: file.id })).status).toBe(401)
  expect((await fetch(at(link))).status).toBe(200)
})
