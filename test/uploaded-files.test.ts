import { storedIn, zipOf } from './support/stored.js'
import { storageLimits, World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let client: Json

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
const readBack = async (id: string, tenant = us) => {
  const { file } = await tenant.get('query($id: ID!) { file(id: $id) { downloadUrl } }', { id })
  return fetch(new URL(file.downloadUrl, world.url))
}

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  client = await us.client({ legalName: 'Ateneu Popular' })
})
afterAll(() => world.stop())

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

  test('can be changed by a key that may write the record, and is refused where it would mislead', async () => {
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
  test('of one file refuses the whole request, and nothing stays', async () => {
    const before = storedIn(world)
    const most = Buffer.alloc(storageLimits.file, 65)
    const { record, userErrors } = await us.try('uploadFiles', {
      subjectId: client.id,
      files: [new File(['x'], 'small.txt'), new File([most, 'B'], 'gran.bin')],
    })
    expect([record, userErrors]).toEqual([
      null,
      [{ code: 'FILE_TOO_LARGE', field: 'files', message: 'gran.bin is too large; a file can have at most 1 MB.' }],
    ])
    const beyondAll = await us.try('uploadFiles', {
      subjectId: client.id,
      files: [new File([Buffer.alloc(2_500_000)], 'x')],
    })
    expect(beyondAll.userErrors).toMatchObject([
      { code: 'FILE_TOO_LARGE', message: 'x is too large; a file can have at most 1 MB.' },
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

  test('of one organisation is refused with its usage, also for simultaneous uploads; others have their own limit', async () => {
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

  test('the caller can read the limits beforehand', async () => {
    expect((await us.get('{ viewer { limits { files fileSize } } }')).viewer.limits).toEqual({
      files: 20,
      fileSize: storageLimits.file,
    })
  })
})
