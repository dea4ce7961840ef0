import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isObjectType } from 'graphql'
import type { KeyScope } from '../src/model/permission.js'
import { furnish, type Furniture } from './support/furnish.js'
import { storedIn } from './support/stored.js'
import { schema } from './support/walk.js'
import { World, type Json, type Tenant } from './support/world.js'

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

test('files can be attached to every kind of record of a client and to no other, and each such record lists them', async () => {
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

describe('deleting', () => {
  test('removes the bytes after its commit, and not before', async () => {
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
    expect(userErrors).toMatchObject([{ code: 'CLIENT_IN_USE', message: expect.stringContaining('1 file;') }])
    await us.do('deleteFile', { id: file.id, version: 1 })
    await us.do('deleteClient', { id: closing.id, version: archived.version })
  })

  test('the client keeps a file whose record is deleted', async () => {
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

test('the history of the record it is attached to has its upload, its names and its deletion', async () => {
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
    'a key with %s reads only files attached to those records, and their history',
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
    'a key with %s:write attaches to records that need %s',
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

  test('a key that reads but does not write learns which permission it lacks, whether the record exists or not', async () => {
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
