import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isObjectType } from 'graphql'
import type { KeyScope } from '../src/model/permission.js'
import { furnish, type Furniture } from './support/furnish.js'
import { storedIn, zipOf } from './support/stored.js'
import { schema } from './support/walk.js'
import { storageLimits, World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let client: Json
let invoice: Json

const fields =
  'id version clientId subjectType subjectId subjectName name contentType size sha256 uploaderType uploaderId uploaderName client { legalName }'
const upload = async (subjectId: string, files: File[], tenant = us): Promise<Json[]> =>
  tenant.do('uploadFiles', { subjectId, files }, fields)
const one = async (content: string | Buffer, name = 'file.txt', subjectId = client.id): Promise<Json> =>
  (await upload(subjectId, [new File([content], name)]))[0]
const codesOf = async (mutation: string, input: object, tenant = us) =>
  (await tenant.try(mutation, input)).userErrors.map(({ code, field }) => `${code} ${field}`)
const inputTypes: Record<string, string> = {
  uploadFiles: 'UploadFilesInput',
  renameFile: 'RenameFileInput',
  deleteFile: 'RecordInput',
}
const codeOf = async (mutation: string, input: object, tenant: Tenant) => {
  const { data, errors } = await tenant.ask(
    `mutation($input: ${inputTypes[mutation]}!) { ${mutation}(input: $input) { userErrors { code } } }`,
    { input },
  )
  return errors?.[0]
    ? { code: errors[0].extensions.code, missing: errors[0].extensions.missing }
    : (data[mutation].userErrors[0]?.code ?? null)
}
const shaOf = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex')
const readBack = async (id: string, tenant = us) => {
  const { file } = await tenant.get('query($id: ID!) { file(id: $id) { downloadUrl } }', { id })
  return fetch(new URL(file.downloadUrl, world.url))
}

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  client = await us.client({ legalName: 'Ateneu Popular' })
  invoice = await us.invoice(client.id, '580.80', { authorisedOn: '2026-03-01' })
})
afterAll(() => world.stop())

test('files are attached to a client or to one of its documents, by whoever sends them, and read back as they were', async () => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7919) % 256))
  const files = await upload(invoice.id, [
    new File([bytes], 'escàner.bin', { type: 'text/html' }),
    new File(['Hola'], 'nota.txt'),
  ])
  const key = (await us.get('{ apiKeys { nodes { id name } } }')).apiKeys.nodes[0]
  const common = {
    id: expect.stringMatching(/^fil_/),
    version: 1,
    clientId: client.id,
    client: { legalName: 'Ateneu Popular' },
    subjectType: 'Invoice',
    subjectId: invoice.id,
    subjectName: 'F2026/0001',
    uploaderType: 'KEY',
    uploaderId: key.id,
    uploaderName: key.name,
  }
  expect(files).toEqual([
    { ...common, name: 'escàner.bin', contentType: 'application/octet-stream', size: 300_000, sha256: shaOf(bytes) },
    { ...common, name: 'nota.txt', contentType: 'text/plain', size: 4, sha256: shaOf('Hola') },
  ])
  expect(Buffer.from(await (await readBack(files[0].id)).arrayBuffer()).equals(bytes)).toBe(true)
  const keys = await world.database.read.query<{ blob_key: string }[]>('SELECT blob_key FROM files ORDER BY id')
  expect(keys.map(({ blob_key }) => shaOf(readFileSync(join(world.location.dataDir, 'files', blob_key))))).toEqual([
    shaOf(bytes),
    shaOf('Hola'),
  ])
  expect(storedIn(world)).toEqual(keys.map(({ blob_key }) => blob_key).sort())
  expect(await one('', 'buit.txt')).toMatchObject({
    size: 0,
    sha256: shaOf(''),
    subjectType: 'Client',
    subjectName: 'Ateneu Popular',
  })
})

test('they can be attached to every kind of record that hangs on a client, and to nothing else; each of these lists them', async () => {
  const other = await world.organization()
  const { byType } = await furnish(other, 'canary')
  const attached: string[] = []
  for (const [type, id] of Object.entries(byType)) {
    const told =
      (await codesOf('uploadFiles', { subjectId: id, files: [new File(['x'], `of ${type}`)] }, other))[0] ?? 'attached'
    const graphql = schema.getType(type)
    const listed = isObjectType(graphql) && 'files' in graphql.getFields()
    expect([type, told]).toEqual([type, listed ? 'attached' : 'SUBJECT_INVALID subjectId'])
    if (!listed) continue
    attached.push(type)
    const { node } = await other.get(
      `query($id: ID!) { node(id: $id) { ... on ${type} { files(first: 100) { totalCount nodes { name } } } } }`,
      { id },
    )
    expect([type, node.files.nodes[0].name, node.files.totalCount === node.files.nodes.length]).toEqual([
      type,
      `of ${type}`,
      true,
    ])
  }
  expect(attached).toEqual(
    expect.arrayContaining([
      'Client',
      'Contact',
      'Project',
      'Task',
      'PurchaseOrder',
      'Invoice',
      'Payment',
      'Deal',
      'Quote',
    ]),
  )
  const { client: whole } = await other.get(
    'query($id: ID!) { client(id: $id) { files(first: 100) { totalCount } } }',
    { id: byType.Client },
  )
  expect(whole.files.totalCount).toBe(attached.length + 2)
})

describe('the name', () => {
  const rtl = '\u202E'
  test.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['/absolute.txt', 'absolute.txt'],
    ['a/b/c.pdf', 'c.pdf'],
    ['..', 'file'],
    ['.', 'file'],
    ['   ', 'file'],
    ['line\r\nset-cookie: x.txt', 'lineset-cookie: x.txt'],
    [`annex${rtl}fdp.exe`, 'annexfdp.exe'],
    ['zero\u200Bwidth\uFEFF.txt', 'zerowidth.txt'],
    [`${'x'.repeat(300)}.pdf`, `${'x'.repeat(196)}.pdf`],
    ['"quoted"; filename=evil.exe', '"quoted"; filename=evil.exe'],
    ['<script>alert(1)</script>', 'script>'],
    ['🧾 rebut d’abril.pdf', '🧾 rebut d’abril.pdf'],
    ['.gitignore', '.gitignore'],
    ['a  b\t c.txt', 'a b c.txt'],
    ['__proto__', '__proto__'],
    ['%2e%2e%2fx', '%2e%2e%2fx'],
  ])('%j becomes %j', async (given, name) => {
    // A browser's form would change some of these before they are sent.
    const header = (given.includes('\r') ? given.replace('\r\n', '') : given).replace(/"/g, '%22')
    const file = await sendRaw(given === header ? header : given.replace(/\r\n/g, '').replace(/"/g, '\\"'))
    expect(file.name).toBe(name)
    const answer = await readBack(file.id)
    const disposition = answer.headers.get('content-disposition') ?? ''
    expect(disposition).toMatch(/^attachment; filename="[^"\\\r\n]*"; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]*$/)
    expect(decodeURIComponent(disposition.split("''")[1] ?? '')).toBe(name)
    expect(storedIn(world).every(path => /^org_[0-9a-z]{26}\/blb_[0-9a-z]{26}$/.test(path))).toBe(true)
  })

  /** A request as no browser would write it. */
  async function sendRaw(filename: string): Promise<Json> {
    const operations = {
      query: `mutation($input: UploadFilesInput!) { uploadFiles(input: $input) { files { id name } userErrors { message } } }`,
      variables: { input: { subjectId: client.id, files: [null] } },
    }
    const parts = [
      ['name="operations"', JSON.stringify(operations)],
      ['name="map"', '{"0":["variables.input.files.0"]}'],
      [`name="0"; filename="${filename}"\r\nContent-Type: text/html`, 'x'],
    ]
    const body = `${parts.map(([head, text]) => `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`).join('')}--b--\r\n`
    const response = await fetch(world.url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${us.secret}`,
        'apollo-require-preflight': '1',
        'content-type': 'multipart/form-data; boundary=b',
      },
      body,
    })
    const { data, errors }: Json = await response.json()
    if (errors) throw new Error(JSON.stringify(errors))
    return data.uploadFiles.files[0]
  }

  test('is changed by who may write what it is attached to, and refused where it would mislead', async () => {
    const file = await one('x', 'a.txt')
    expect(
      await us.do('renameFile', { id: file.id, version: 1, name: ' Contracte signat.txt ' }, 'version name'),
    ).toEqual({ version: 2, name: 'Contracte signat.txt' })
    const refused: Record<string, string> = {
      'a/b': 'FILE_NAME_INVALID',
      '..': 'FILE_NAME_INVALID',
      '': 'FILE_NAME_INVALID',
      [`a${rtl}b`]: 'FILE_NAME_INVALID',
      'a\nb': 'FILE_NAME_INVALID',
      [`${'x'.repeat(201)}`]: 'TEXT_TOO_LONG',
    }
    for (const [name, code] of Object.entries(refused))
      expect([name, await codesOf('renameFile', { id: file.id, version: 2, name })]).toEqual([name, [`${code} name`]])
    expect(await codeOf('renameFile', { id: file.id, version: 1, name: 'b' }, us)).toMatchObject({ code: 'CONFLICT' })
    expect(await (await readBack(file.id)).text()).toBe('x')
  })
})

describe('the content type is what the bytes tell', () => {
  const png = Buffer.from(
    '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082',
    'hex',
  )
  const office = (part: string, type: string) =>
    zipOf({
      'docProps/app.xml': '<Properties/>',
      [part]: '<x/>',
      '[Content_Types].xml': `<Types><Override PartName="/${part}" ContentType="${type}.main+xml"/></Types>`,
    })
  const sheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  const cases: [what: string, name: string, bytes: string | Buffer, type: string][] = [
    ['a picture', 'x.png', png, 'image/png'],
    ['a picture called a page', 'x.html', png, 'image/png'],
    ['a PDF called a text', 'x.txt', '%PDF-1.7\n%âãÏÓ\n1 0 obj', 'application/pdf'],
    ['a text called a picture', 'x.png', 'Hola', 'text/plain'],
    ['a spreadsheet', 'x.xlsx', office('xl/workbook.xml', sheet), sheet],
    ['any archive called a spreadsheet', 'x.xlsx', zipOf({ 'a.txt': 'x' }), 'application/zip'],
    ['CSV', 'clients.csv', 'nom;ciutat\nAteneu;Terrassa\n', 'text/csv'],
    ['CSV in UTF-16', 'clients.csv', Buffer.from('\uFEFFnom\tciutat\n', 'utf16le'), 'text/csv'],
    ['CSV in Windows-1252', 'clients.csv', Buffer.from('nom;preu\nCamí;5 \x80\n', 'latin1'), 'text/csv'],
    ['JSON', 'x.json', '{"a":1}', 'application/json'],
    ['a page', 'x.html', '<!DOCTYPE html><title>x</title>', 'text/html'],
    ['a page called CSV', 'x.csv', '  <html><script>alert(1)</script>', 'text/html'],
    ['a script called a text', 'x.txt', '<script>alert(document.domain)</script>', 'text/html'],
    [
      'a page in UTF-16 called a text',
      'x.txt',
      Buffer.from('\uFEFF<html><body onload=alert(1)>', 'utf16le'),
      'text/html',
    ],
    [
      'SVG with a script, called a picture',
      'x.png',
      '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
      'image/svg+xml',
    ],
    [
      'SVG behind a declaration',
      'x.xml',
      '<?xml version="1.0"?>\n<!-- x --><svg:svg xmlns:svg="http://www.w3.org/2000/svg" onload="alert(1)"/>',
      'image/svg+xml',
    ],
    ['XML', 'x', '<?xml version="1.0"?><order/>', 'application/xml'],
    ['bytes called a text', 'x.txt', Buffer.from([1, 2, 3, 0, 255]), 'application/octet-stream'],
    ['nothing', 'x', '', 'text/plain'],
    ['text made to keep a reader busy', 'x.txt', `<?${'<? ?>'.repeat(12_000)}`, 'text/plain'],
    ['the name of a property', 'x.constructor', 'x', 'text/plain'],
  ]

  test.each(cases)('of %s', async (_what, name, bytes, type) => {
    const file = await one(bytes, name)
    expect(file.contentType).toBe(type)
    for (const inline of [false, true]) {
      const {
        file: { downloadUrl },
      } = await us.get('query($id: ID!, $inline: Boolean!) { file(id: $id) { downloadUrl(inline: $inline) } }', {
        id: file.id,
        inline,
      })
      const answer = await fetch(new URL(downloadUrl, world.url))
      expect((await answer.arrayBuffer()).byteLength).toBe(file.size)
      const { headers } = answer
      const shown = inline && ['image/png', 'application/pdf'].includes(type)
      expect(headers.get('content-type')).toBe(type)
      expect(headers.get('content-disposition')?.split(';')[0]).toBe(shown ? 'inline' : 'attachment')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toBe(
        `default-src 'none'; style-src 'unsafe-inline'${shown && type === 'application/pdf' ? '' : '; sandbox'}`,
      )
      expect(headers.get('cache-control')).toBe('private, no-store')
    }
  })
})

describe('what is too much', () => {
  test('of one file is refused, and with it all that came with it; nothing stays', async () => {
    const before = storedIn(world)
    const most = Buffer.alloc(storageLimits.file, 65)
    const { record, userErrors } = await us.try('uploadFiles', {
      subjectId: client.id,
      files: [new File(['x'], 'small.txt'), new File([most, 'B'], 'gran.bin')],
    })
    expect([record, userErrors]).toEqual([
      null,
      [{ code: 'FILE_TOO_LARGE', field: 'files', message: 'gran.bin is too large: a file may have at most 1 MB.' }],
    ])
    const beyondAll = await us.try('uploadFiles', {
      subjectId: client.id,
      files: [new File([Buffer.alloc(2_500_000)], 'x')],
    })
    expect(beyondAll.userErrors).toMatchObject([
      { code: 'FILE_TOO_LARGE', message: 'x is too large: a file may have at most 1 MB.' },
    ])
    expect(storedIn(world)).toEqual(before)
    const whole = await one(most, 'just.bin')
    expect(whole.size).toBe(storageLimits.file)
    await us.do('deleteFile', { id: whole.id, version: 1 })
  })

  test('of files in one request is refused', async () => {
    const files = (count: number) => Array.from({ length: count }, (_, at) => new File(['x'], `${at}`))
    expect(await upload(client.id, files(20))).toHaveLength(20)
    expect(
      await us.ask('mutation($input: UploadFilesInput!) { uploadFiles(input: $input) { userErrors { code } } }', {
        input: { subjectId: client.id, files: files(21) },
      }),
    ).toMatchObject({ status: 413, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
    expect(await codesOf('uploadFiles', { subjectId: client.id, files: [] })).toEqual(['FILES_COUNT files'])
  })

  test('of one organisation is refused, saying what is used, also when two come at once; another has its own', async () => {
    const full = await world.organization({ name: 'Plena' })
    const { id } = await full.client()
    const file = () => new File([Buffer.alloc(900_000)], 'x')
    const outcomes = await Promise.all(
      [1, 2, 3].map(() => full.try('uploadFiles', { subjectId: id, files: [file(), file()] })),
    )
    expect(outcomes.filter(({ record }) => record !== null)).toHaveLength(1)
    const refused = outcomes.flatMap(({ userErrors }) => userErrors)
    expect(refused).toEqual(
      [1, 2].map(() => ({
        code: 'STORAGE_FULL',
        field: 'files',
        message: 'The files of Plena take 1.8 MB of 3 MB, and these 1.8 MB more; delete some first.',
      })),
    )
    expect(storedIn(world).filter(path => path.startsWith(full.organizationId))).toHaveLength(2)
    await full.do('uploadFiles', { subjectId: id, files: [file()] }, 'id')
    await full.do('uploadFiles', { subjectId: id, files: [new File([Buffer.alloc(300_000)], 'x')] }, 'id')
    expect(
      (await full.try('uploadFiles', { subjectId: id, files: [new File(['x'], 'x')] })).userErrors[0]?.message,
    ).toBe('The files of Plena take 3 MB of 3 MB; delete some first.')
    const { files } = await full.get(
      '{ files(first: 1, orderBy: { field: SIZE, direction: DESC }) { nodes { id version } } }',
    )
    await full.do('deleteFile', files.nodes[0])
    await full.do('uploadFiles', { subjectId: id, files: [new File(['x'], 'x')] }, 'id')
    const other = await world.organization()
    await other.do('uploadFiles', { subjectId: (await other.client()).id, files: [file()] }, 'id')
  })

  test('the caller is told beforehand', async () => {
    expect((await us.get('{ viewer { limits { files fileSize } } }')).viewer.limits).toEqual({
      files: 20,
      fileSize: storageLimits.file,
    })
  })
})

describe('deleting', () => {
  test('takes the bytes away once it is kept, and not before', async () => {
    const file = await one('x')
    const before = storedIn(world)
    expect(await codeOf('deleteFile', { id: file.id, version: 7 }, us)).toMatchObject({ code: 'CONFLICT' })
    expect(storedIn(world)).toEqual(before)
    const {
      file: { downloadUrl },
    } = await us.get('query($id: ID!) { file(id: $id) { downloadUrl } }', { id: file.id })
    await us.do('deleteFile', { id: file.id, version: 1 })
    expect(storedIn(world)).toHaveLength(before.length - 1)
    expect((await us.get('query($id: ID!) { node(id: $id) { id } }', { id: file.id })).node).toBeNull()
    expect((await fetch(new URL(downloadUrl, world.url))).status).toBe(404)
  })

  test('a client that has files is refused, and an archived one still takes them', async () => {
    const closing = await us.client()
    const archived = await us.do('archiveClient', { id: closing.id, version: 1 })
    const [file] = await upload(closing.id, [new File(['x'], 'x')])
    const { userErrors } = await us.try('deleteClient', { id: closing.id, version: archived.version })
    expect(userErrors).toMatchObject([{ code: 'CLIENT_IN_USE', message: expect.stringContaining('1 files') }])
    await us.do('deleteFile', { id: file.id, version: 1 })
    await us.do('deleteClient', { id: closing.id, version: archived.version })
  })

  test('what a file is attached to leaves the file with the client', async () => {
    const draft = await us.draft(client.id, '10')
    const file = await one('x', 'esborrany.txt', draft.id)
    await us.do('deleteInvoice', { id: draft.id, version: 1 })
    const { client: of } = await us.get(
      'query($id: ID!, $file: ID!) { client(id: $id) { files(filter: { id: { eq: $file } }) { nodes { name subjectName } } } }',
      { id: client.id, file: file.id },
    )
    expect(of.files.nodes).toEqual([{ name: 'esborrany.txt', subjectName: null }])
    await us.do('renameFile', { id: file.id, version: 1, name: 'resta.txt' })
    await us.do('deleteFile', { id: file.id, version: 2 })
  })
})

test('its history tells of the upload, of every name and of the deletion, on the record it is attached to', async () => {
  const file = await one('Hola', 'nota.txt', invoice.id)
  await us.do('renameFile', { id: file.id, version: 1, name: 'acta.txt' })
  await us.do('deleteFile', { id: file.id, version: 2 })
  const { activityEvents } = await us.get(
    'query($id: String!) { activityEvents(filter: { itemId: { eq: $id } }) { nodes { kind summary subjectType subjectId clientId actorName changes { field before after } } } }',
    { id: file.id },
  )
  const about = { subjectType: 'Invoice', subjectId: invoice.id, clientId: client.id, actorName: 'test' }
  const told = (before: boolean) =>
    [
      ['clientId', 'Ateneu Popular'],
      ['name', before ? 'acta.txt' : 'nota.txt'],
      ['contentType', 'text/plain'],
      ['size', '4'],
      ['sha256', shaOf('Hola')],
    ].map(([field, value]) => ({ field, before: before ? value : null, after: before ? null : value }))
  expect(activityEvents.nodes).toEqual([
    { kind: 'FILE_DELETED', summary: 'File about invoice F2026/0001 deleted', ...about, changes: told(true) },
    {
      kind: 'FILE_RENAMED',
      summary: 'File about invoice F2026/0001 renamed',
      ...about,
      changes: [{ field: 'name', before: 'nota.txt', after: 'acta.txt' }],
    },
    {
      kind: 'FILE_UPLOADED',
      summary: 'File about invoice F2026/0001 uploaded: nota.txt',
      ...about,
      changes: told(false),
    },
  ])
})

describe('permission', () => {
  const areas = ['clients', 'projects', 'deals', 'orders', 'invoices'] as const
  const areaOf: Record<string, string> = {
    Client: 'clients',
    Task: 'projects',
    Deal: 'deals',
    PurchaseOrder: 'orders',
    Payment: 'invoices',
    Invoice: 'invoices',
  }
  let all: Tenant
  let ours: Furniture
  let about: Record<(typeof areas)[number], string>

  beforeAll(async () => {
    all = await world.organization()
    ours = await furnish(all, 'canary')
    about = {
      clients: ours.byType.Client ?? '',
      projects: ours.byType.Task ?? '',
      deals: ours.byType.Deal ?? '',
      orders: ours.byType.PurchaseOrder ?? '',
      invoices: ours.byType.Payment ?? '',
    }
    for (const [area, subjectId] of Object.entries(about)) await upload(subjectId, [new File(['x'], `of ${area}`)], all)
  })

  test.each(areas.flatMap((area): KeyScope[] => [`${area}:read`, `${area}:write`]))(
    'with %s one reads what is attached to that, and its history, and nothing else',
    async scope => {
      const key = await world.key(all.organizationId, [scope])
      const whole: Json[] = (await all.get('{ files(first: 100) { nodes { id subjectType } } }')).files.nodes
      const wanted = whole.filter(({ subjectType }) => areaOf[subjectType] === scope.split(':')[0])
      expect(wanted.length).toBeGreaterThan(0)
      const { files, activityEvents } = await key.get(
        '{ files(first: 100) { totalCount nodes { id subjectType } } activityEvents(first: 100, filter: { itemId: { startsWith: "fil_" } }) { nodes { itemId } } }',
      )
      expect(files).toEqual({ totalCount: wanted.length, nodes: wanted })
      expect(new Set(activityEvents.nodes.map(({ itemId }: Json) => itemId))).toEqual(
        new Set(wanted.map(({ id }) => id)),
      )
      for (const { id } of whole) {
        const seen = wanted.some(each => each.id === id)
        const { data, errors } = await key.ask(
          'query($id: ID!) { node(id: $id) { id } file(id: $id) { downloadUrl } }',
          { id },
        )
        expect([id, data?.node ?? null, typeof data?.file?.downloadUrl, errors?.[0]?.extensions.code]).toEqual(
          seen ? [id, { id }, 'string', undefined] : [id, null, 'undefined', 'NOT_FOUND'],
        )
      }
    },
  )

  test.each(areas.flatMap(area => areas.map(of => [area, of] as const)))(
    'with %s:write alone, attaching to what needs %s',
    async (area, of) => {
      const key = await world.key(all.organizationId, [`${area}:write`])
      const [mine] = (
        await all.get(
          'query($id: String!) { files(filter: { subjectId: { eq: $id }, name: { startsWith: "of " } }) { nodes { id version } } }',
          { id: about[of] },
        )
      ).files.nodes
      const before = storedIn(world)
      const outcomes = [
        await codeOf('uploadFiles', { subjectId: about[of], files: [new File(['x'], 'new')] }, key),
        await codeOf('renameFile', { id: mine.id, version: 999, name: 'x' }, key),
        await codeOf('deleteFile', { id: mine.id, version: 999 }, key),
      ]
      expect(outcomes).toEqual(
        area === of
          ? [null, expect.objectContaining({ code: 'CONFLICT' }), expect.objectContaining({ code: 'CONFLICT' })]
          : [{ code: 'FORBIDDEN', missing: [`${of}:write`] }, { code: 'NOT_FOUND' }, { code: 'NOT_FOUND' }],
      )
      expect(storedIn(world)).toHaveLength(before.length + (area === of ? 1 : 0))
    },
  )

  test('who reads but does not write is told what is missing, whether the record is there or not', async () => {
    const reader = await world.key(all.organizationId, ['invoices:read', 'clients:read', 'admin'])
    const ghost = `${about.invoices.slice(0, -1)}${about.invoices.endsWith('0') ? '1' : '0'}`
    const before = storedIn(world)
    for (const subjectId of [about.invoices, ghost])
      expect(await codeOf('uploadFiles', { subjectId, files: [new File(['x'], 'x')] }, reader)).toEqual({
        code: 'FORBIDDEN',
        missing: ['invoices:write'],
      })
    expect(await codeOf('uploadFiles', { subjectId: ghost, files: [new File(['x'], 'x')] }, all)).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(storedIn(world)).toEqual(before)
  })
})

describe('lists', () => {
  let tenant: Tenant
  let made: Json[]
  let clients: Json[]
  beforeAll(async () => {
    tenant = await world.organization()
    clients = [await tenant.client(), await tenant.client()]
    const order = await tenant.do('createPurchaseOrder', { clientId: clients[0].id, number: '1' })
    const another = await world.key(tenant.organizationId, ['clients:write'])
    const subjects = [clients[0].id, clients[1].id, order.id]
    for (let at = 0; at < 18; at++) {
      const by = at % 4 === 3 && at % 3 !== 2 ? another : tenant
      await upload(
        subjects[at % 3],
        [new File([at % 2 ? '%PDF-1.4' : 'x'.repeat(at)], ['Zoo', 'àrea', 'Bo'][at % 3] ?? '')],
        by,
      )
    }
    made = (
      await tenant.get(`{ files(first: 100, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { ${fields} } } }`)
    ).files.nodes
  })

  test('are filtered by name, type, size, uploader and what they are attached to, of all clients or of one, the newest first', async () => {
    const uploaders = [...new Set(made.map(({ uploaderId }) => uploaderId))]
    expect(uploaders).toHaveLength(2)
    const filters: [object, (row: Json) => boolean][] = [
      [{ name: { startsWith: 'AREA' } }, row => row.name === 'àrea'],
      [{ contentType: { eq: 'application/pdf' } }, row => row.contentType === 'application/pdf'],
      [{ size: { gt: 4, lte: 10 } }, row => row.size > 4 && row.size <= 10],
      [{ uploaderId: { eq: uploaders[1] } }, row => row.uploaderId === uploaders[1]],
      [{ sha256: { eq: shaOf('%PDF-1.4') } }, row => row.sha256 === shaOf('%PDF-1.4')],
      [{ subjectType: { eq: 'PurchaseOrder' } }, row => row.subjectId.startsWith('por_')],
    ]
    for (const [filter, holds] of filters) {
      const { files, clients: of } = await tenant.get(
        'query($filter: FileFilter) { files(first: 100, filter: $filter) { totalCount nodes { id } } clients { nodes { id files(first: 100, filter: $filter) { totalCount nodes { id } } } } }',
        { filter },
      )
      const wanted = made
        .filter(holds)
        .map(({ id }) => id)
        .reverse()
      expect(wanted.length).toBeGreaterThan(0)
      expect([filter, files.totalCount, files.nodes.map(({ id }: Json) => id)]).toEqual([filter, wanted.length, wanted])
      for (const { id, files: list } of of.nodes)
        expect([filter, list.nodes.map((each: Json) => each.id)]).toEqual([
          filter,
          wanted.filter(each => made.find(row => row.id === each)?.clientId === id),
        ])
    }
  })

  test('below a page of clients or documents cost as many statements as that of one, links included', async () => {
    const cost = async (query: string) => {
      const before = world.database.statements
      await tenant.get(query)
      return world.database.statements - before
    }
    const query = (first: number) =>
      `{ clients(first: ${first}) { nodes { files(first: 5) { totalCount nodes { name downloadUrl subjectName } } purchaseOrders(first: 5) { nodes { files(first: 2) { nodes { name downloadUrl } } } } } } }`
    await cost(query(1))
    const costs = [await cost(query(1)), await cost(query(2))]
    expect(costs[1]).toBe(costs[0])
  })
})
