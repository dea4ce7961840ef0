import { dump } from './support/dump.js'
import { mergingIn } from './support/merging.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant

beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())
beforeEach(async () => {
  us = await world.organization()
})
const { versions, merge, refused, unmerge } = mergingIn(() => us)

describe('a merge', () => {
  test('takes from the loser what the winner lacks and what is chosen, and frees its tax id and external id', async () => {
    const owner = await us.user({ name: 'Marta' })
    const a = await us.client({ legalName: 'Alba', email: 'a@example.com', tags: [], taxId: 'B58378431' })
    const b = await us.client({
      legalName: 'Bosc',
      email: 'b@example.com',
      phone: '93 123 45 67',
      tags: ['vip'],
      taxId: 'A58818501',
      externalId: 'ERP-2',
      ownerId: owner.id,
      address: { line1: 'C/ Nou 2', city: 'Olot', country: 'FR' },
    })
    const preview = async () =>
      (
        await us.get(
          'query($w: ID!, $l: ID!) { clientMergePreview(winnerId: $w, loserId: $l) { winner { id } loser { id } fields { field winner loser takes } moves { kind count } conflicts { code } } }',
          { w: a.id, l: b.id },
        )
      ).clientMergePreview
    expect((await preview()).fields).toEqual([
      { field: 'LEGAL_NAME', winner: 'Alba', loser: 'Bosc', takes: 'WINNER' },
      { field: 'TAX_ID', winner: 'ESB58378431', loser: 'ESA58818501', takes: 'WINNER' },
      { field: 'ADDRESS', winner: 'C/ Major 1, Terrassa, ES', loser: 'C/ Nou 2, Olot, FR', takes: 'WINNER' },
      { field: 'EMAIL', winner: 'a@example.com', loser: 'b@example.com', takes: 'WINNER' },
      { field: 'PHONE', winner: null, loser: '93 123 45 67', takes: 'LOSER' },
      { field: 'TAGS', winner: null, loser: 'vip', takes: 'LOSER' },
      { field: 'OWNER', winner: null, loser: 'Marta', takes: 'LOSER' },
      { field: 'EXTERNAL_ID', winner: null, loser: 'ERP-2', takes: 'LOSER' },
    ])
    const start = await dump(world, us.organizationId)
    const fields = 'legalName email phone tags taxId externalId ownerId address { city country }'
    const won = await merge(
      a.id,
      b.id,
      {
        take: [
          { field: 'TAX_ID', from: 'LOSER' },
          { field: 'ADDRESS', from: 'LOSER' },
          { field: 'EXTERNAL_ID', from: 'WINNER' },
        ],
      },
      fields,
    )
    expect(won).toEqual({
      legalName: 'Alba',
      email: 'a@example.com',
      phone: '93 123 45 67',
      tags: ['vip'],
      taxId: 'ESA58818501',
      externalId: null,
      ownerId: owner.id,
      address: { city: 'Olot', country: 'FR' },
    })
    const { id, version } = await us.client({ taxId: 'B58378431', externalId: 'ERP-2' })
    expect(await refused('unmergeClients', await unmerge(b.id))).toMatchObject({ code: 'UNMERGE_TAKEN' })
    await us.do('deleteClient', { id, version })
    await us.do('unmergeClients', await unmerge(b.id))
    expect(await dump(world, us.organizationId)).toEqual(start)
  })

  /** Two clients with tags, notes, an e-mail and a telephone each. */
  const twoSided = async () => [
    await us.client({
      legalName: 'Alba',
      tags: ['a', 'x'],
      notes: 'nota A',
      email: 'a@example.com',
      phone: '937 800 123',
    }),
    await us.client({
      legalName: 'Bosc',
      tags: ['b', 'x'],
      notes: 'nota B',
      email: 'b@example.com',
      phone: '600 111 222',
    }),
  ]

  test('unites tags and joins notes, the winner’s first, and keeps the other e-mail and telephone as a contact; undone, all is as it was', async () => {
    const [a, b] = await twoSided()
    const start = await dump(world, us.organizationId)
    const preview = (
      await us.get(
        'query($w: ID!, $l: ID!) { clientMergePreview(winnerId: $w, loserId: $l) { fields { field takes } contact { name email phone } } }',
        { w: a.id, l: b.id },
      )
    ).clientMergePreview
    expect(preview.fields).toEqual(
      expect.arrayContaining([
        { field: 'TAGS', takes: 'BOTH' },
        { field: 'NOTES', takes: 'BOTH' },
        { field: 'EMAIL', takes: 'WINNER' },
      ]),
    )
    expect(preview.contact).toEqual({ name: 'Bosc', email: 'b@example.com', phone: '600 111 222' })
    const fields = 'tags notes email phone contacts { nodes { id version name email phone primary } }'
    const won = await merge(a.id, b.id, {}, fields)
    expect(won).toMatchObject({
      tags: ['a', 'b', 'x'],
      notes: 'nota A\n\nnota B',
      email: 'a@example.com',
      phone: '937 800 123',
      contacts: { nodes: [{ name: 'Bosc', email: 'b@example.com', phone: '600 111 222', primary: true }] },
    })
    expect(
      (await us.get('{ search(query: "+34600111222") { record { id } } }')).search.map(({ record }: Json) => record.id),
    ).toContain(a.id)
    const [contact] = won.contacts.nodes
    const changed = await us.do('updateContact', { id: contact.id, version: contact.version, role: 'Owner' })
    expect(await refused('unmergeClients', await unmerge(b.id))).toMatchObject({
      code: 'UNMERGE_CHANGED',
      message: expect.stringContaining('contact Bosc'),
    })
    await us.do('updateContact', { ...changed, role: null })
    await us.do('unmergeClients', await unmerge(b.id))
    expect(await dump(world, us.organizationId)).toEqual(start)
  })

  test('takes tags, notes and e-mail of one side alone, and makes no contact, where that is chosen', async () => {
    const [a, b] = await twoSided()
    const start = await dump(world, us.organizationId)
    const fields = 'tags notes contacts { nodes { id } }'
    const choose = (tags: string, notes: string) => ({
      take: [
        { field: 'TAGS', from: tags },
        { field: 'NOTES', from: notes },
      ],
      keepContact: false,
    })
    expect(await merge(a.id, b.id, choose('WINNER', 'LOSER'), fields)).toMatchObject({
      tags: ['a', 'x'],
      notes: 'nota B',
      contacts: { nodes: [] },
    })
    await us.do('unmergeClients', await unmerge(b.id))
    expect(await merge(a.id, b.id, choose('LOSER', 'BOTH'), fields)).toMatchObject({
      tags: ['b', 'x'],
      notes: 'nota A\n\nnota B',
      contacts: { nodes: [] },
    })
    await us.do('unmergeClients', await unmerge(b.id))
    expect(await dump(world, us.organizationId)).toEqual(start)
  })

  test('makes no contact for an e-mail address or telephone that the winner or a contact has in any spelling', async () => {
    const a = await us.client({ legalName: 'Alba', email: 'Info@example.com', phone: '937 800 123' })
    const b = await us.client({ legalName: 'Bosc', email: 'info@example.com', phone: '+34 93 780 01 23' })
    const [c, d] = [
      await us.client({ legalName: 'Cel' }),
      await us.client({ legalName: 'Dic', email: 'd@example.com', phone: '600 111 222' }),
    ]
    await us.do('createContact', { clientId: c.id, name: 'Pau', email: 'pau@example.com' })
    const contacts = 'email phone contacts { nodes { name email phone primary } }'
    expect(await merge(a.id, b.id, {}, contacts)).toMatchObject({ contacts: { nodes: [] } })
    expect(await merge(c.id, d.id, {}, contacts)).toMatchObject({
      email: 'd@example.com',
      phone: '600 111 222',
      contacts: { nodes: [{ name: 'Pau' }] },
    })
    const e = await us.client({ legalName: 'Est', email: 'pau@example.com', phone: '600 111 333' })
    expect((await merge(c.id, e.id, {}, contacts)).contacts.nodes).toEqual([
      { name: 'Est', email: null, phone: '600 111 333', primary: false },
      { name: 'Pau', email: 'pau@example.com', phone: null, primary: true },
    ])
    const f = await us.client({ legalName: 'Far', email: 'f@example.com' })
    expect(await merge(c.id, f.id, { take: [{ field: 'EMAIL', from: 'LOSER' }] }, contacts)).toMatchObject({
      email: 'f@example.com',
      contacts: { nodes: [{ name: 'Est' }, { name: 'Pau' }] },
    })
  })

  test('is refused where the tags or notes of both do not fit together, until a side is chosen', async () => {
    const many = (letter: string) => Array.from({ length: 26 }, (_, at) => `${letter}${at}`)
    const a = await us.client({ legalName: 'Alba', tags: many('a'), notes: 'a'.repeat(5000) })
    const b = await us.client({ legalName: 'Bosc', tags: many('b'), notes: 'b'.repeat(5000) })
    const input = await versions(a.id, b.id)
    const conflicts = (
      await us.get(
        'query($w: ID!, $l: ID!) { clientMergePreview(winnerId: $w, loserId: $l) { conflicts { code blocks } } }',
        { w: a.id, l: b.id },
      )
    ).clientMergePreview.conflicts
    expect(conflicts).toEqual([
      { code: 'TAGS_TOO_MANY', blocks: true },
      { code: 'NOTES_TOO_LONG', blocks: true },
    ])
    expect(await refused('mergeClients', input)).toMatchObject({ code: 'TAGS_TOO_MANY', field: 'take' })
    expect(await refused('mergeClients', { ...input, take: [{ field: 'TAGS', from: 'WINNER' }] })).toMatchObject({
      code: 'NOTES_TOO_LONG',
      field: 'take',
    })
    expect(
      await refused('mergeClients', {
        ...input,
        take: [
          { field: 'TAGS', from: 'WINNER' },
          { field: 'NOTES', from: 'LOSER' },
          { field: 'PHONE', from: 'BOTH' },
        ],
      }),
    ).toMatchObject({ code: 'BOTH_INVALID', field: 'take' })
    await us.do('mergeClients', {
      ...input,
      take: [
        { field: 'TAGS', from: 'WINNER' },
        { field: 'NOTES', from: 'LOSER' },
      ],
    })
  })
})
