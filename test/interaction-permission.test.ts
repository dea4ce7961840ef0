import type { KeyScope } from '../src/model/permission.js'
import { furnish, type Furniture } from './support/furnish.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
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
})
afterAll(() => world.stop())

describe('permission', () => {
  const areas = ['clients', 'projects', 'orders', 'invoices'] as const
  let all: Tenant
  let ours: Furniture
  let about: Record<(typeof areas)[number], string>

  beforeAll(async () => {
    all = await world.organization({}, [
      'clients:write',
      'projects:write',
      'deals:write',
      'orders:write',
      'invoices:write',
      'import',
      'admin',
    ])
    ours = await furnish(all, 'canary')
    about = {
      clients: ours.byType.Client ?? '',
      projects: ours.byType.Task ?? '',
      orders: ours.byType.PurchaseOrder ?? '',
      invoices: ours.byType.Payment ?? '',
    }
    for (const [area, subjectId] of Object.entries(about))
      await all.do('createInteraction', { subjectId, text: `about ${area}`, kind: 'EMAIL' })
  })

  const areaOf: Record<string, string> = {
    Client: 'clients',
    Task: 'projects',
    PurchaseOrder: 'orders',
    Payment: 'invoices',
    Invoice: 'invoices',
  }

  test.each(areas.flatMap((area): KeyScope[] => [`${area}:read`, `${area}:write`]))(
    'a key with %s reads only interactions about those records, and their history',
    async scope => {
      const key = await world.key(all.organizationId, [scope])
      const area = scope.split(':')[0]
      const whole: Json[] = (await all.get('{ interactions(first: 100) { nodes { id subjectType } } }')).interactions
        .nodes
      const wanted = whole.filter(({ subjectType }) => areaOf[subjectType] === area)
      expect(wanted.length).toBeGreaterThan(0)
      const { interactions, activityEvents } = await key.get(
        '{ interactions(first: 100) { totalCount nodes { id subjectType } } activityEvents(first: 100, filter: { itemId: { startsWith: "int_" } }) { totalCount nodes { itemId subjectType summary changes { field after } } } }',
      )
      expect(interactions).toEqual({ totalCount: wanted.length, nodes: wanted })
      expect(new Set(activityEvents.nodes.map(({ itemId }: Json) => itemId))).toEqual(
        new Set(wanted.map(({ id }) => id)),
      )
      for (const { id } of whole) {
        const seen = wanted.some(each => each.id === id)
        const { data, errors } = await key.ask('query($id: ID!) { node(id: $id) { id } interaction(id: $id) { id } }', {
          id,
        })
        expect([id, data?.node ?? null, data?.interaction ?? null, errors?.[0]?.extensions.code]).toEqual(
          seen ? [id, { id }, { id }, undefined] : [id, null, null, 'NOT_FOUND'],
        )
      }
      // Words tell the client's name only to whom it may be told.
      const told = activityEvents.nodes
        .flatMap(({ changes }: Json) => changes)
        .filter(({ field }: Json) => field === 'clientId')
        .map(({ after }: Json) => after)
      expect(new Set(told)).toEqual(new Set([area === 'clients' ? 'canary legalName' : ours.byType.Client]))
    },
  )

  test.each(areas.flatMap(area => areas.map(of => [area, of] as const)))(
    'a key with %s:write writes about records that need %s',
    async (area, of) => {
      const key = await world.key(all.organizationId, [`${area}:write`])
      const [mine] = (
        await all.get(
          'query($id: String!) { interactions(filter: { subjectId: { eq: $id }, kind: { eq: EMAIL } }) { nodes { id version } } }',
          { id: about[of] },
        )
      ).interactions.nodes
      const outcomes = [
        await codeOf('createInteraction', { subjectId: about[of], text: 'x' }, key),
        await codeOf('updateInteraction', { id: mine.id, version: 999, text: 'x' }, key),
        await codeOf('deleteInteraction', { id: mine.id, version: 999 }, key),
      ]
      expect(outcomes).toEqual(
        area === of
          ? [null, expect.objectContaining({ code: 'CONFLICT' }), expect.objectContaining({ code: 'CONFLICT' })]
          : [{ code: 'FORBIDDEN', missing: [`${of}:write`] }, { code: 'NOT_FOUND' }, { code: 'NOT_FOUND' }],
      )
    },
  )

  test('a key that reads but does not write learns which permission it lacks, and nothing about records that it may not read', async () => {
    const reader = await world.key(all.organizationId, ['invoices:read', 'clients:read', 'admin'])
    const ghost = `${about.invoices.slice(0, -1)}${about.invoices.endsWith('0') ? '1' : '0'}`
    for (const subjectId of [about.invoices, ghost])
      expect(await codeOf('createInteraction', { subjectId, text: 'x' }, reader)).toEqual({
        code: 'FORBIDDEN',
        missing: ['invoices:write'],
      })
    const id = ours.aboutInvoice
    for (const mutation of ['updateInteraction', 'deleteInteraction'])
      expect(await codeOf(mutation, { id, version: 1 }, reader)).toEqual({
        code: 'FORBIDDEN',
        missing: ['invoices:write'],
      })
    const blind = await world.key(all.organizationId, ['invoices:write'])
    const input = { subjectId: about.invoices, text: 'x', contactIds: [ours.byType.Contact] }
    expect(await codeOf('createInteraction', input, blind)).toEqual({ code: 'FORBIDDEN', missing: ['clients:read'] })
    expect((await all.get('query($id: ID!) { interaction(id: $id) { version } }', { id })).interaction.version).toBe(1)
  })
})
