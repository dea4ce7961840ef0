import { isObjectType } from 'graphql'
import { furnish } from './support/furnish.js'
import { schema } from './support/walk.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let client: Json
let invoice: Json
let marta: Json
let pau: Json

const fields =
  'id version clientId kind subjectType subjectId subjectName happenedOn title text contactIds authorType authorId authorName contacts { name } client { legalName }'
const write = (given: object, tenant = us) =>
  tenant.do('createInteraction', { subjectId: client.id, text: 'Tot bé.', ...given }, fields)
const history = async (itemId: string): Promise<Json[]> =>
  (
    await us.get(
      'query($id: String!) { activityEvents(filter: { itemId: { eq: $id } }) { nodes { kind on summary subjectType subjectId subjectName itemId clientId actorId actorName before after changes { field before after } } } }',
      { id: itemId },
    )
  ).activityEvents.nodes
const codesOf = async (mutation: string, given: object, tenant = us) =>
  (await tenant.try(mutation, given)).userErrors.map(({ code, field }) => `${code} ${field}`)
const codeOf = async (mutation: string, given: object, tenant: Tenant) => {
  const type = {
    createInteraction: 'CreateInteractionInput',
    updateInteraction: 'UpdateInteractionInput',
    deleteInteraction: 'RecordInput',
  }[mutation]
  const { data, errors } = await tenant.ask(
    `mutation($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } } }`,
    { input: given },
  )
  return errors?.[0]
    ? { code: errors[0].extensions.code, missing: errors[0].extensions.missing }
    : (data[mutation].userErrors[0]?.code ?? null)
}

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  client = await us.client({ legalName: 'Ateneu Popular' })
  marta = await us.do('createContact', { clientId: client.id, name: 'Marta Roca' })
  pau = await us.do('createContact', { clientId: client.id, name: 'Pau Vila' })
  invoice = await us.invoice(client.id, '580.80', { authorisedOn: '2026-03-01' })
})
afterAll(() => world.stop())

test('a note without further fields is about a client, of today and by its sender', async () => {
  const note = await write({})
  const key = (await us.get('{ apiKeys { nodes { id name } } }')).apiKeys.nodes[0]
  expect(note).toEqual({
    id: expect.stringMatching(/^int_/),
    version: 1,
    clientId: client.id,
    kind: 'NOTE',
    subjectType: 'Client',
    subjectId: client.id,
    subjectName: 'Ateneu Popular',
    happenedOn: '2026-03-10',
    title: null,
    text: 'Tot bé.',
    contactIds: [],
    authorType: 'KEY',
    authorId: key.id,
    authorName: key.name,
    contacts: [],
    client: { legalName: 'Ateneu Popular' },
  })
})

test('a call, an e-mail or a meeting is about any document, of any past day, with contacts', async () => {
  const call = await write({
    subjectId: invoice.id,
    kind: 'CALL',
    title: ' Impagat ',
    text: 'Pagaran divendres.',
    happenedOn: '2026-03-05',
    contactIds: [marta.id, pau.id, marta.id],
  })
  expect(call).toMatchObject({
    clientId: client.id,
    kind: 'CALL',
    subjectType: 'Invoice',
    subjectId: invoice.id,
    subjectName: 'F2026/0001',
    happenedOn: '2026-03-05',
    title: 'Impagat',
    text: 'Pagaran divendres.',
    contactIds: [marta.id, pau.id],
    contacts: [{ name: 'Marta Roca' }, { name: 'Pau Vila' }],
  })
  const project = await us.project(client.id, { name: 'Web' })
  expect(await write({ subjectId: project.id, kind: 'MEETING' })).toMatchObject({
    kind: 'MEETING',
    subjectType: 'Project',
    subjectName: 'Web',
    clientId: client.id,
  })
  expect(await write({ subjectId: marta.id, kind: 'EMAIL' })).toMatchObject({
    kind: 'EMAIL',
    subjectType: 'Contact',
    subjectName: 'Marta Roca',
  })
})

test('an interaction can be about every kind of record of a client, and about nothing else', async () => {
  const other = await world.organization()
  const { byType } = await furnish(other, 'canary')
  const told: Record<string, string> = {}
  for (const [type, id] of Object.entries(byType))
    told[type] = (await codesOf('createInteraction', { subjectId: id, text: 'x' }, other))[0] ?? 'written'
  const ofClient = (name: string) => {
    const type = schema.getType(name)
    return (
      name === 'Client' ||
      (name !== 'Interaction' && name !== 'File' && isObjectType(type) && 'client' in type.getFields())
    )
  }
  for (const [type, what] of Object.entries(told))
    expect([type, what]).toEqual([type, ofClient(type) ? 'written' : 'SUBJECT_INVALID subjectId'])
  expect(Object.values(told).filter(what => what === 'written').length).toBeGreaterThan(8)
})

test('impossible values are refused with the remedy', async () => {
  const stranger = await us.client()
  const theirs = await us.do('createContact', { clientId: stranger.id, name: 'Ot' })
  const subjectId = client.id
  expect(await codesOf('createInteraction', { subjectId, text: 'x', happenedOn: '2026-03-11' })).toEqual([
    'DATE_FUTURE happenedOn',
  ])
  expect(await codesOf('createInteraction', { subjectId, text: ' ' })).toEqual(['REQUIRED text'])
  expect(await codesOf('createInteraction', { subjectId, text: 'x'.repeat(10_001) })).toEqual(['TEXT_TOO_LONG text'])
  expect(await codesOf('createInteraction', { subjectId, text: 'x'.repeat(10_000) })).toEqual([])
  expect(await codesOf('createInteraction', { subjectId, text: 'x', title: 'x'.repeat(201) })).toEqual([
    'TEXT_TOO_LONG title',
  ])
  expect(await codesOf('createInteraction', { subjectId, text: 'x', contactIds: [theirs.id] })).toEqual([
    'NOT_FOUND contactIds',
  ])
  expect(
    await codesOf('createInteraction', {
      subjectId,
      text: 'x',
      contactIds: Array.from({ length: 51 }, (_, at) => `con_${String(at).padStart(26, '0')}`),
    }),
  ).toEqual(['CONTACTS_TOO_MANY contactIds'])
  await write({ externalId: 'CRM-1' })
  expect(await codesOf('createInteraction', { subjectId, text: 'x', externalId: 'CRM-1' })).toEqual([
    'EXTERNAL_ID_TAKEN externalId',
  ])
  const note = await write({})
  expect(await codesOf('updateInteraction', { id: note.id, version: 1, happenedOn: '2026-03-11' })).toEqual([
    'DATE_FUTURE happenedOn',
  ])
  for (const name of ['text', 'kind', 'happenedOn'])
    expect(await codesOf('updateInteraction', { id: note.id, version: 1, [name]: null })).toEqual([`REQUIRED ${name}`])
})

test('an archived client still takes notes, and a client with notes is not deleted', async () => {
  const closing = await us.client()
  const archived = await us.do('archiveClient', { id: closing.id, version: 1 })
  const note = await write({ subjectId: closing.id })
  expect(await codesOf('deleteClient', { id: closing.id, version: archived.version })).toEqual(['CLIENT_IN_USE id'])
  expect(
    (await us.try('deleteClient', { id: closing.id, version: archived.version })).userErrors[0]?.message,
  ).toContain('1 interaction;')
  await us.do('deleteInteraction', { id: note.id, version: 1 })
  await us.do('deleteClient', { id: closing.id, version: archived.version })
})

describe('its history', () => {
  /** Newest first: a call becomes a meeting, and is deleted. */
  const lifeOfACall = [
    {
      kind: 'MEETING_DELETED',
      on: '2026-03-10',
      summary: 'Meeting about invoice F2026/0001 deleted',
      changes: [
        { field: 'clientId', before: 'Ateneu Popular', after: null },
        { field: 'kind', before: 'MEETING', after: null },
        { field: 'happenedOn', before: '2026-03-06', after: null },
        { field: 'text', before: 'Pagaran dilluns.', after: null },
      ],
    },
    {
      kind: 'MEETING_CHANGED',
      on: '2026-03-10',
      summary: 'Meeting about invoice F2026/0001 changed: kind, title, contacts',
      changes: [
        { field: 'kind', before: 'CALL', after: 'MEETING' },
        { field: 'title', before: 'Impagat', after: null },
        { field: 'contactIds', before: 'Pau Vila, Marta Roca', after: null },
      ],
    },
    {
      kind: 'CALL_CHANGED',
      on: '2026-03-10',
      summary: 'Call about invoice F2026/0001 changed: happened on, title, text, contacts',
      changes: [
        { field: 'happenedOn', before: '2026-03-05', after: '2026-03-06' },
        { field: 'title', before: null, after: 'Impagat' },
        { field: 'text', before: 'Pagaran divendres.', after: 'Pagaran dilluns.' },
        { field: 'contactIds', before: 'Marta Roca', after: 'Pau Vila, Marta Roca' },
      ],
    },
    {
      kind: 'CALL_LOGGED',
      on: '2026-03-05',
      summary: 'Call about invoice F2026/0001 logged: Pagaran divendres.',
      changes: [
        { field: 'clientId', before: null, after: 'Ateneu Popular' },
        { field: 'kind', before: null, after: 'CALL' },
        { field: 'happenedOn', before: null, after: '2026-03-05' },
        { field: 'text', before: null, after: 'Pagaran divendres.' },
        { field: 'contactIds', before: null, after: 'Marta Roca' },
      ],
    },
  ]

  test('has the writing, every edit with before and after, and the deletion, on the record it is about', async () => {
    const call = await write({
      subjectId: invoice.id,
      kind: 'CALL',
      text: 'Pagaran divendres.',
      happenedOn: '2026-03-05',
      contactIds: [marta.id],
    })
    const edited = await us.do(
      'updateInteraction',
      {
        id: call.id,
        version: 1,
        text: 'Pagaran dilluns.',
        title: 'Impagat',
        contactIds: [pau.id, marta.id],
        happenedOn: '2026-03-06',
      },
      fields,
    )
    expect(edited).toMatchObject({
      version: 2,
      text: 'Pagaran dilluns.',
      contacts: [{ name: 'Pau Vila' }, { name: 'Marta Roca' }],
    })
    const meeting = await us.do(
      'updateInteraction',
      { id: call.id, version: 2, kind: 'MEETING', title: null, contactIds: null },
      fields,
    )
    expect(meeting).toMatchObject({ kind: 'MEETING', title: null, contacts: [] })
    await us.do('updateInteraction', { id: call.id, version: 3, text: 'Pagaran dilluns.' }) // nothing new
    await us.do('deleteInteraction', { id: call.id, version: 3 })
    const told = await history(call.id)
    const about = {
      subjectType: 'Invoice',
      subjectId: invoice.id,
      subjectName: 'F2026/0001',
      itemId: call.id,
      clientId: client.id,
      actorName: 'test',
    }
    for (const event of told) expect(event).toMatchObject(about)
    expect(told.map(({ kind, on, summary, changes }) => ({ kind, on, summary, changes }))).toEqual(lifeOfACall)
    const inInvoice = (
      await us.get(
        'query($id: ID!) { invoice(id: $id) { activity(filter: { kind: { in: ["CALL_LOGGED", "CALL_CHANGED", "MEETING_CHANGED", "MEETING_DELETED"] }, itemId: { isNull: false } }) { nodes { itemId } } } }',
        { id: invoice.id },
      )
    ).invoice.activity.nodes
    expect(inInvoice.filter(({ itemId }: Json) => itemId === call.id)).toHaveLength(4)
  })

  test('stands in the history of the client, and in the field activity of the interaction itself', async () => {
    const note = await write({ text: 'Tanquen a l’agost.' })
    await us.do('updateInteraction', { id: note.id, version: 1, text: 'Tanquen al juliol.' })
    const { interaction, client: of } = await us.get(
      'query($id: ID!, $client: ID!) { interaction(id: $id) { activity { totalCount nodes { kind } } } client(id: $client) { activity(first: 2) { nodes { kind summary } } } }',
      { id: note.id, client: client.id },
    )
    expect(interaction.activity).toEqual({ totalCount: 2, nodes: [{ kind: 'NOTE_CHANGED' }, { kind: 'NOTE_WRITTEN' }] })
    expect(of.activity.nodes).toEqual([
      { kind: 'NOTE_CHANGED', summary: 'Note about client Ateneu Popular changed: text' },
      { kind: 'NOTE_WRITTEN', summary: 'Note about client Ateneu Popular written: Tanquen a l’agost.' },
    ])
  })

  test('goes on when the record it is about, or a contact, is gone', async () => {
    const draft = await us.draft(client.id, '10')
    const joan = await us.do('createContact', { clientId: client.id, name: 'Joan' })
    const note = await write({ subjectId: draft.id, contactIds: [joan.id, pau.id] })
    await us.do('deleteInvoice', { id: draft.id, version: 1 })
    await us.do('deleteContact', { id: joan.id, version: 1 })
    const { interaction } = await us.get(
      'query($id: ID!) { interaction(id: $id) { subjectName contactIds contacts { name } } }',
      { id: note.id },
    )
    expect(interaction).toEqual({ subjectName: null, contactIds: [joan.id, pau.id], contacts: [{ name: 'Pau Vila' }] })
    await us.do('updateInteraction', { id: note.id, version: 1, text: 'Anul·lada.' })
    const [changed, written] = await history(note.id)
    expect(changed).toMatchObject({
      subjectType: 'Invoice',
      subjectId: draft.id,
      subjectName: null,
      summary: 'Note about invoice changed: text',
    })
    expect(written).toMatchObject({
      subjectName: '10.00 EUR',
      summary: 'Note about invoice 10.00 EUR written: Tot bé.',
    })
    expect(written.changes.at(-1)).toEqual({ field: 'contactIds', before: null, after: `${joan.id}, Pau Vila` })
    await us.do('deleteInteraction', { id: note.id, version: 2 })
  })
})

describe('its author', () => {
  test('is the key that sends it; only the author may change it, and only the author or an admin may delete it', async () => {
    const other = await world.key(us.organizationId, ['clients:write'])
    const admin = await world.key(us.organizationId, ['clients:write', 'admin'])
    const note = await write({}, other)
    const { apiKeys } = await us.get('{ apiKeys(first: 100) { nodes { id lookup } } }')
    expect(note.authorId).toBe(apiKeys.nodes.find(({ lookup }: Json) => lookup === other.secret.slice(0, 12)).id)
    for (const tenant of [us, admin])
      expect(await codeOf('updateInteraction', { id: note.id, version: 1, text: 'y' }, tenant)).toBe('NOT_THE_AUTHOR')
    const third = await world.key(us.organizationId, ['clients:write'])
    expect(await codeOf('deleteInteraction', { id: note.id, version: 1 }, third)).toBe('NOT_THE_AUTHOR')
    await other.do('updateInteraction', { id: note.id, version: 1, text: 'y' })
    await admin.do('deleteInteraction', { id: note.id, version: 2 })
    expect(await history(note.id)).toMatchObject([
      { kind: 'NOTE_DELETED', before: { text: 'y' } },
      { kind: 'NOTE_CHANGED' },
      { kind: 'NOTE_WRITTEN' },
    ])
    const input = { subjectId: client.id, text: 'x', authorName: 'Somebody' }
    expect(
      (
        await us.ask(
          'mutation($input: CreateInteractionInput!) { createInteraction(input: $input) { userErrors { code } } }',
          { input },
        )
      ).errors?.[0]?.extensions.code,
    ).toBe('BAD_USER_INPUT')
  })

  test('a stale version is a conflict, and changes nothing', async () => {
    const note = await write({})
    await us.do('updateInteraction', { id: note.id, version: 1, text: 'b' })
    for (const mutation of ['updateInteraction', 'deleteInteraction'])
      expect(await codeOf(mutation, { id: note.id, version: 1 }, us)).toMatchObject({ code: 'CONFLICT' })
    expect(await history(note.id)).toHaveLength(2)
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
    for (let at = 0; at < 24; at++) {
      const by = at % 4 === 3 && at % 3 !== 2 ? another : tenant
      await by.do('createInteraction', {
        subjectId: subjects[at % 3],
        kind: ['NOTE', 'CALL', 'EMAIL', 'MEETING'][at % 4],
        happenedOn: `2026-02-0${1 + (at % 5)}`,
        text: `n${at}`,
      })
    }
    made = (
      await tenant.get(
        '{ interactions(first: 100, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { id clientId kind subjectId happenedOn authorId } } }',
      )
    ).interactions.nodes
  })

  const newest = (rows: Json[]) =>
    [...rows]
      .sort((a, b) => (a.happenedOn === b.happenedOn ? (a.id < b.id ? 1 : -1) : a.happenedOn < b.happenedOn ? 1 : -1))
      .map(({ id }) => id)

  test('are by day and, within it, the last written first, also page by page', async () => {
    expect(made).toHaveLength(24)
    const walked: string[] = []
    let after: string | null = null
    do {
      const { interactions }: Json = await tenant.get(
        'query($after: String) { interactions(first: 5, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }',
        { after },
      )
      walked.push(...interactions.nodes.map(({ id }: Json) => id))
      after = interactions.pageInfo.hasNextPage ? interactions.pageInfo.endCursor : null
    } while (after)
    expect(walked).toEqual(newest(made))
  })

  test('are filtered by kind, author, day and what they are about, of all clients or of one', async () => {
    const authors = [...new Set(made.map(({ authorId }) => authorId))]
    expect(authors).toHaveLength(2)
    const filters: [object, (row: Json) => boolean][] = [
      [{ kind: { in: ['CALL', 'MEETING'] } }, row => row.kind === 'CALL' || row.kind === 'MEETING'],
      [{ authorId: { eq: authors[1] } }, row => row.authorId === authors[1]],
      [
        { happenedOn: { gte: '2026-02-02', lt: '2026-02-04' } },
        row => row.happenedOn >= '2026-02-02' && row.happenedOn < '2026-02-04',
      ],
      [{ subjectType: { eq: 'PurchaseOrder' } }, row => row.subjectId.startsWith('por_')],
      [
        { subjectId: { eq: clients[1].id }, kind: { notIn: ['NOTE'] } },
        row => row.subjectId === clients[1].id && row.kind !== 'NOTE',
      ],
    ]
    for (const [filter, holds] of filters) {
      const { interactions, clients: of } = await tenant.get(
        'query($filter: InteractionFilter) { interactions(first: 100, filter: $filter) { totalCount nodes { id } } clients { nodes { id interactions(first: 100, filter: $filter) { totalCount nodes { id } } } } }',
        { filter },
      )
      const wanted = made.filter(holds)
      expect(wanted.length).toBeGreaterThan(0)
      expect([filter, interactions.totalCount, interactions.nodes.map(({ id }: Json) => id)]).toEqual([
        filter,
        wanted.length,
        newest(wanted),
      ])
      for (const { id, interactions: list } of of.nodes)
        expect([filter, list.nodes.map((each: Json) => each.id)]).toEqual([
          filter,
          newest(wanted.filter(({ clientId }) => clientId === id)),
        ])
    }
  })
})
