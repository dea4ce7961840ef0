import { resolvers } from '../src/features/index.js'
import { schemaOf } from '../src/graphql/schema.js'
import { Client } from '../src/features/clients/index.js'
import { Project } from '../src/features/projects/index.js'
import { verify } from '../src/verify/verify.js'
import { dump } from './support/dump.js'
import { counts, mergingIn } from './support/merging.js'
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

const schema = await schemaOf(resolvers)
const differences = async () => verify(world.database, await world.facts(us.organizationId), { schema, now: world.now })
const { one, versions, merge, refused, unmerge, furnished } = mergingIn(() => us)

describe('a merge', () => {
  test('moves all that the loser has, and its id answers with the winner', async () => {
    const [a, b] = [await furnished('Alba'), await furnished('Bosc')]
    const own = await one(a.id, counts)
    const winner = await merge(a.id, b.id, {}, `id legalName merges { nodes { loserId legalName } } ${counts}`)
    expect(winner).toMatchObject({
      id: a.id,
      legalName: 'Alba',
      merges: { nodes: [{ loserId: b.id, legalName: 'Bosc' }] },
    })
    for (const [name, { totalCount }] of Object.entries<Json>(own))
      expect([name, winner[name].totalCount]).toEqual([name, totalCount * 2])
    expect(await one(b.id)).toMatchObject({ id: a.id, legalName: 'Alba' })
    expect(await us.get(`{ node(id: "${b.id}") { id } nodes(ids: ["${b.id}", "${a.id}"]) { id } }`)).toEqual({
      node: { id: a.id },
      nodes: [{ id: a.id }, { id: a.id }],
    })
    const found = await us.get(
      'query($id: ID!) { clients(filter: { id: { eq: $id } }) { totalCount nodes { id } } projects(filter: { clientId: { eq: $id } }) { totalCount } invoices(filter: { not: { clientId: { in: [$id] } } }) { totalCount } deals(filter: { clientId: { in: [$id] } }) { totalCount } activityEvents(filter: { subjectId: { eq: "ID" }, kind: { startsWith: "CLIENT_" } }) { nodes { kind } } }'.replace(
        'ID"',
        `${b.id}"`,
      ),
      { id: b.id },
    )
    expect(found).toMatchObject({
      clients: { totalCount: 1, nodes: [{ id: a.id }] },
      projects: { totalCount: 2 },
      invoices: { totalCount: 0 },
      deals: { totalCount: 2 },
    })
    expect(found.activityEvents.nodes.map(({ kind }: Json) => kind)).toEqual([
      'CLIENT_MERGED',
      'CLIENT_MERGED_AWAY',
      'CLIENT_CREATED',
      'CLIENT_CREATED',
    ])
    expect(await differences()).toEqual([])
  })

  test('leaves nothing of the loser in lists, counts, figures or search, and joins their histories', async () => {
    const [a, b] = [await furnished('Alba'), await furnished('Bosc')]
    const before = await us.get(
      '{ organization { overview { invoices { overdue { count amount { base { amount } } } } projects { count } } } }',
    )
    const events =
      (await one(a.id, 'activity { totalCount }')).activity.totalCount +
      (await one(b.id, 'activity { totalCount }')).activity.totalCount
    await merge(a.id, b.id)
    expect(
      await us.get(
        '{ organization { overview { invoices { overdue { count amount { base { amount } } } } projects { count } } } }',
      ),
    ).toEqual(before)
    expect(await us.get('{ clients(archived: INCLUDE) { totalCount nodes { id } } }')).toEqual({
      clients: { totalCount: 1, nodes: [{ id: a.id }] },
    })
    expect(
      (await us.get('{ search(query: "bosc", kinds: [CLIENT]) { record { id } matched { field } } }')).search,
    ).toEqual([{ record: { id: a.id }, matched: [{ field: 'contacts.name' }] }])
    const { activity } = await one(
      a.id,
      'activity(first: 100) { totalCount nodes { kind summary clientId clientName subjectId } }',
    )
    expect(activity.totalCount).toBe(events + 4)
    expect(activity.nodes.slice(0, 4).map(({ summary }: Json) => summary)).toEqual([
      'Client Alba merged',
      'Contact Bosc contact changed: primary',
      'Client Bosc merged away',
      'Client merge Bosc created',
    ])
    expect(new Set(activity.nodes.map(({ clientId, clientName }: Json) => `${clientId} ${clientName}`))).toEqual(
      new Set([`${a.id} Alba`]),
    )
  })

  test('makes documents for the winner where an input names the loser, and refuses to change the loser itself', async () => {
    const [a, b] = [await us.client(), await us.client()]
    await merge(a.id, b.id)
    expect(await us.project(b.id, {}, 'clientId')).toEqual({ clientId: a.id })
    expect(await us.do('recordPayment', { clientId: b.id, amount: '5' }, 'clientId')).toEqual({ clientId: a.id })
    expect(await us.do('createInteraction', { subjectId: b.id, text: 'x' }, 'clientId subjectId')).toEqual({
      clientId: a.id,
      subjectId: a.id,
    })
    expect(await refused('updateClient', { id: b.id, version: 1, tradeName: 'x' })).toMatchObject({
      code: 'MERGED',
      field: 'id',
      message: expect.stringContaining(a.id),
    })
    expect(await refused('archiveClients', { clients: [{ id: b.id, version: 1 }] })).toMatchObject({ code: 'MERGED' })
  })

  test('leaves texts alone that happen to be the id of the old client', async () => {
    const us = await world.organization()
    const [winner, loser] = [await us.client(), await us.client()]
    await us.do('mergeClients', { winnerId: winner.id, winnerVersion: 1, loserId: loser.id, loserVersion: 1 })
    expect(
      await us.do(
        'updateClient',
        { id: winner.id, version: 2, tradeName: loser.id, tags: [loser.id] },
        'tradeName tags',
      ),
    ).toEqual({ tradeName: loser.id, tags: [loser.id] })
    const file = new File([`id;Nom\n${loser.id};x\n`], 'clients.csv')
    expect((await us.do('createImport', { kind: 'CLIENT', file }, 'columns { samples }')).columns[0].samples).toEqual([
      loser.id,
    ])
  })

  test('keeps one primary contact, and orders of the same number', async () => {
    const [a, b] = [await furnished('Alba'), await furnished('Bosc')]
    const start = await dump(world, us.organizationId)
    const preview = await us.get(
      'query($w: ID!, $l: ID!) { clientMergePreview(winnerId: $w, loserId: $l) { moves { kind count } conflicts { code blocks message } } }',
      { w: a.id, l: b.id },
    )
    expect(preview.clientMergePreview).toEqual({
      moves: [
        ['Contact', 1],
        ['Project', 1],
        ['TimeEntry', 1],
        ['Task', 1],
        ['PurchaseOrder', 1],
        ['Invoice', 2],
        ['Payment', 2],
        ['Allocation', 1],
        ['Refund', 1],
        ['Deal', 1],
        ['Quote', 1],
        ['Interaction', 2],
      ].map(([kind, count]) => ({ kind, count })),
      conflicts: [{ code: 'PRIMARY_CONTACT', blocks: false, message: expect.stringContaining('Bosc contact') }],
    })
    await merge(a.id, b.id)
    const { contacts, purchaseOrders } = await one(
      a.id,
      'contacts { nodes { name primary } } purchaseOrders { nodes { number } }',
    )
    expect(contacts.nodes).toEqual([
      { name: 'Alba contact', primary: true },
      { name: 'Bosc contact', primary: false },
    ])
    expect(purchaseOrders.nodes).toEqual([{ number: 'PO-1' }, { number: 'PO-1' }])
    const again = { clientId: a.id, number: 'PO-1', lines: [] }
    expect(await refused('createPurchaseOrder', again)).toMatchObject({ code: 'NUMBER_TAKEN' })
    await us.do('unmergeClients', await unmerge(b.id))
    expect(await dump(world, us.organizationId)).toEqual(start)
    expect(await refused('createPurchaseOrder', { ...again, clientId: b.id })).toMatchObject({ code: 'NUMBER_TAKEN' })
  })

  const bill = (clientId: string) =>
    us.do('createInvoice', {
      clientId,
      kind: 'PURCHASE',
      supplierNumber: 'S-1',
      issuedOn: '2026-02-01',
      lines: [{ description: 'x', quantity: '1', unitPrice: '7' }],
    })

  test('is refused with itself, with another version, into an archived client, of one that is merged, and where an invoice was entered twice', async () => {
    const [a, b, c] = [await us.client(), await us.client(), await us.client()]
    const input = await versions(a.id, b.id)
    expect(await refused('mergeClients', { ...input, loserId: a.id })).toMatchObject({ code: 'MERGE_WITH_ITSELF' })
    expect(
      await refused('mergeClients', {
        ...input,
        take: [
          { field: 'EMAIL', from: 'LOSER' },
          { field: 'EMAIL', from: 'WINNER' },
        ],
      }),
    ).toMatchObject({ code: 'FIELD_TWICE' })
    const send = async (given: object) =>
      (
        await us.ask('mutation($input: MergeClientsInput!) { mergeClients(input: $input) { userErrors { code } } }', {
          input: given,
        })
      ).errors?.[0]?.extensions.code
    expect(await send({ ...input, loserVersion: 7 })).toBe('CONFLICT')
    const stranger = await (await world.organization()).client()
    expect(await send({ ...input, loserId: stranger.id })).toBe('NOT_FOUND')
    const archived = await us.do('archiveClient', c)
    expect(await refused('mergeClients', await versions(archived.id, b.id))).toMatchObject({ code: 'CLIENT_ARCHIVED' })
    await bill(a.id)
    const twice = await bill(b.id)
    expect(await refused('mergeClients', input)).toMatchObject({
      code: 'PURCHASE_TWICE',
      message: expect.stringContaining('S-1'),
    })
    const blind = await world.key(us.organizationId, ['clients:write'])
    const told = (await blind.try('mergeClients', input)).userErrors[0]
    expect(told).toMatchObject({ code: 'MERGE_BLOCKED' })
    expect(JSON.stringify(told)).not.toContain('S-1')
    await us.do('deleteInvoice', twice)
    await us.do('mergeClients', input)
    expect(
      await refused('mergeClients', {
        winnerId: c.id,
        winnerVersion: archived.version,
        loserId: b.id,
        loserVersion: 1,
      }),
    ).toMatchObject({ code: 'MERGED', field: 'loserId' })
    expect(
      await refused('createInvoice', {
        clientId: a.id,
        kind: 'PURCHASE',
        supplierNumber: 'S-1',
        issuedOn: '2026-02-01',
      }),
    ).toMatchObject({ code: 'NUMBER_TAKEN' })
  })

  test('keeps the billed party of an authorised invoice', async () => {
    const [a, b] = [await us.client({ legalName: 'Alba' }), await us.client({ legalName: 'Bosc', taxId: 'B58378431' })]
    const invoice = await us.invoice(b.id, '10')
    await merge(a.id, b.id)
    expect(
      (await us.get(`{ invoice(id: "${invoice.id}") { client { id } billedParty { legalName taxId } } }`)).invoice,
    ).toEqual({ client: { id: a.id }, billedParty: { legalName: 'Bosc', taxId: 'ESB58378431' } })
  })

  test('costs the same number of statements however much moves', async () => {
    const cost = async (documents: number) => {
      const [a, b] = [await us.client(), await us.client()]
      for (let at = 0; at < documents; at++) await us.task(b.id)
      const input = await versions(a.id, b.id)
      const before = world.database.statements
      await us.do('mergeClients', input)
      return world.database.statements - before
    }
    await cost(0)
    expect(await cost(30)).toBe(await cost(1))
  })

  test('keeps a document that is made for the loser at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const [a, b] = [await us.client(), await us.client()]
      const input = await versions(a.id, b.id)
      const project = await us.project(b.id)
      const user = await us.user()
      const made = await Promise.all([
        us.project(b.id, {}, 'id'),
        us.task(b.id, {}, 'id'),
        us.do('mergeClients', input),
        us.task(b.id, {}, 'id'),
        us.do('createTimeEntry', { projectId: project.id, userId: user.id, minutes: 5 }),
        us.project(b.id, {}, 'id'),
      ])
      expect(made).toHaveLength(6)
      const { projects, tasks, timeEntries } = await one(
        b.id,
        'projects { totalCount } tasks { totalCount } timeEntries { totalCount }',
      )
      expect([projects.totalCount, tasks.totalCount, timeEntries.totalCount]).toEqual([3, 2, 1])
    }
  })

  test('makes a simultaneous change that has read the loser run again and find the winner', async () => {
    const [a, b] = [await us.client(), await us.client()]
    const input = await versions(a.id, b.id)
    const project = await us.project(b.id)
    let merging: Promise<unknown> | undefined
    const found = await (
      await world.contextOf(us.organizationId)
    ).mutate('projects:write', async scope => {
      const { clientId } = await scope.get(Project, project.id)
      merging ??= us.do('mergeClients', input)
      if (world.database.dialect.name !== 'sqlite') await merging // there it waits for this change
      return [(await scope.get(Client, clientId)).id, (await scope.take(Client, clientId)).id]
    })
    await merging
    const now = world.database.dialect.name === 'sqlite' ? b.id : a.id
    expect(found).toEqual([now, now])
  })
})

describe('undoing a merge', () => {
  test('restores the organisation but for its history, versions and instants', async () => {
    const [a, b] = [
      await furnished('Alba', { externalId: 'E1' }),
      await furnished('Bosc', { taxId: 'B58378431', externalId: 'E2', notes: 'n', tags: ['x'] }),
    ]
    const start = await dump(world, us.organizationId)
    const histories = async () => [
      (await one(a.id, 'activity { totalCount }')).activity.totalCount,
      (await one(b.id, 'activity { totalCount }')).activity.totalCount,
    ]
    const [ofA, ofB] = await histories()
    const { version } = await one(b.id)
    expect(await differences()).toEqual([])
    await merge(a.id, b.id, {
      take: [
        { field: 'LEGAL_NAME', from: 'LOSER' },
        { field: 'EXTERNAL_ID', from: 'LOSER' },
      ],
    })
    expect(await differences()).toEqual([])
    expect(await us.do('unmergeClients', await unmerge(b.id), 'id legalName taxId')).toEqual({
      id: b.id,
      legalName: 'Bosc',
      taxId: 'ESB58378431',
    })
    expect(await dump(world, us.organizationId)).toEqual(start)
    expect(await differences()).toEqual([])
    expect((await one(b.id)).version).toBeGreaterThan(version)
    const [nowA, nowB] = await histories()
    expect(nowA - ofA).toBe(3) // merged, the merge noted, unmerged; what was told of the other one went back with it
    expect(nowB - ofB).toBeGreaterThan(1)
  })

  test('undoes a chain from the last merge to the first, and every old id answers with the last client', async () => {
    const [a, b, c] = [await furnished('Alba'), await furnished('Bosc'), await furnished('Cim')]
    const start = await dump(world, us.organizationId)
    await merge(b.id, a.id)
    const middle = await dump(world, us.organizationId)
    await merge(c.id, b.id)
    for (const id of [a.id, b.id]) expect(await one(id, 'id')).toEqual({ id: c.id })
    expect((await one(c.id, 'merges { nodes { legalName } }')).merges.nodes).toEqual([
      { legalName: 'Bosc' },
      { legalName: 'Alba' },
    ])
    expect((await one(a.id, 'projects { totalCount }')).projects.totalCount).toBe(3)
    expect(await refused('unmergeClients', await unmerge(a.id))).toMatchObject({
      code: 'MERGE_NOT_LAST',
      message: expect.stringContaining('Bosc'),
    })
    await us.do('unmergeClients', await unmerge(b.id))
    expect(await dump(world, us.organizationId)).toEqual(middle)
    expect(await one(a.id, 'id')).toEqual({ id: b.id })
    await us.do('unmergeClients', await unmerge(a.id))
    expect(await dump(world, us.organizationId)).toEqual(start)
  })

  test('leaves newer records with the winner, except those made on records that go back', async () => {
    const [a, b] = [await furnished('Alba'), await furnished('Bosc')]
    await merge(a.id, b.id)
    const user = await us.user()
    const task = await us.task(a.id)
    const onProject = await us.task(a.id, { projectId: b.project.id })
    const time = await us.do('createTimeEntry', { projectId: b.project.id, userId: user.id, minutes: 5 })
    const call = await us.do('createInteraction', { subjectId: b.invoice.id, kind: 'CALL', text: 'x' })
    const note = await us.do('createInteraction', { subjectId: b.id, text: 'x' })
    const allocation = await us.do('allocate', { invoiceId: b.invoice.id, paymentId: b.onAccount.id, amount: '3' })
    await us.do('unmergeClients', await unmerge(b.id))
    const ids = async (id: string) =>
      JSON.stringify(
        await one(
          id,
          'tasks { nodes { id } } timeEntries { nodes { id } } interactions { nodes { id } } allocations { nodes { id } } activity(first: 100) { nodes { subjectId } }',
        ),
      )
    const [ofA, ofB] = [await ids(a.id), await ids(b.id)]
    for (const { id } of [task, note]) expect([ofA.includes(id), ofB.includes(id)]).toEqual([true, false])
    for (const { id } of [onProject, time, call, allocation])
      expect([ofA.includes(id), ofB.includes(id)]).toEqual([false, true])
    expect(await differences()).toEqual([])
  })

  test('is refused, without any change, where records of both were brought together or moved values were changed', async () => {
    const [a, b] = [await furnished('Alba'), await furnished('Bosc', { phone: '93 1' })]
    await merge(a.id, b.id)
    const input = await unmerge(b.id)
    const allocation = await us.do('allocate', { invoiceId: a.invoice.id, paymentId: b.onAccount.id, amount: '3' })
    const merged = await dump(world, us.organizationId)
    expect(await refused('unmergeClients', input)).toMatchObject({
      code: 'UNMERGE_CROSSED',
      message: expect.stringMatching(/allocation 3.00 EUR .* invoice F2026|allocation 3.00 EUR .* payment/),
    })
    expect(await dump(world, us.organizationId)).toEqual(merged)
    await us.do('deallocate', allocation)
    expect(await refused('unmergeClients', input)).toMatchObject({ code: 'UNMERGE_CROSSED' }) // it counted on some days
    const { version } = await one(a.id)
    await us.do('updateClient', { id: a.id, version, phone: '93 2' })
    expect(await refused('unmergeClients', input)).toMatchObject({
      code: 'UNMERGE_CHANGED',
      message: expect.stringContaining('phone of Alba'),
    })
    const sales = await world.key(us.organizationId, ['clients:write'])
    expect(
      (
        await sales.ask(
          'mutation($input: UnmergeClientsInput!) { unmergeClients(input: $input) { userErrors { code } } }',
          { input },
        )
      ).errors?.[0]?.extensions,
    ).toMatchObject({ code: 'FORBIDDEN', missing: ['admin'] })
  })
})
