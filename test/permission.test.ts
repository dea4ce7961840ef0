import { graphql } from 'graphql'
import { Context } from '../src/request/context.js'
import { Client } from '../src/features/clients/index.js'
import { Invoice, InvoiceLine } from '../src/features/invoicing/index.js'
import { permissionsOf, keyScopes, type KeyScope } from '../src/model/permission.js'
import { furnish, type Furniture } from './support/furnish.js'
import { inputFor, inputTypeOf } from './support/mutation-inputs.js'
import { areaOf, forEveryKey, holds, needsOf, readOf, writesOf } from './support/permission-table.js'
import { refusal } from './support/refusal.js'
import { mutations, recordTypes, schema, visits, type Visit } from './support/walk.js'
import { World, type Answer, type Tenant } from './support/world.js'
import { guardedFields } from '../src/graphql/list.js'

let world: World
let all: Tenant
let ours: Furniture
let reads: Visit[]
const keys = new Map<KeyScope | undefined, Tenant>()

beforeAll(async () => {
  world = await World.start()
  all = await world.organization()
  ours = await furnish(all, 'canary')
  for (const scope of keyScopes) keys.set(scope, await world.key(all.organizationId, [scope]))
  const none = await world.key(all.organizationId, ['clients:read'])
  await world.database.write(manager =>
    manager.query(`UPDATE api_keys SET scopes = '[]' WHERE lookup = '${none.secret.slice(0, 12)}'`),
  )
  keys.set(undefined, none)
  const upper = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
  reads = visits((parent, field, argument) => {
    if (parent === 'Query' && argument === 'id') return `"${ours.byType[upper(field)] ?? ours.byType.Client}"`
    if (argument === 'query') return '"canary"'
    if (argument === 'personId') return `"${ours.byType.Client}"`
    if (argument === 'winnerId' || argument === 'loserId')
      return `"${argument === 'winnerId' ? ours.byType.Client : ours.archived}"`
    if (argument === 'ids') return `["${ours.byType.Client}"]`
    return argument === 'days' ? '30' : undefined
  }).filter(({ name }) => !name.startsWith('Query.node'))
  for (const key of keys.values()) await key.ask('{ __typename }') // notes its use, which is written once a minute
  await new Promise(resolve => setTimeout(resolve, 100))
})
afterAll(() => world.stop())

const key = (scope: KeyScope): Tenant => {
  const found = keys.get(scope)
  if (!found) throw new Error(`There is no key of ${scope}.`)
  return found
}

const isForbidden = ({ errors }: Answer) => (errors ?? []).some(({ extensions }) => extensions.code === 'FORBIDDEN')

test('the table of permissions has every type', () => {
  expect(
    recordTypes()
      .map(({ name }) => name)
      .filter(name => !areaOf(name) && !forEveryKey.includes(name)),
  ).toEqual([])
})

test.each([undefined, ...keyScopes])('a key with %s reads exactly what the table gives it', async scope => {
  const tenant = keys.get(scope)
  if (!tenant) throw new Error('no key')
  for (const visit of reads) {
    const lacking = needsOf(visit).filter(need => !holds(scope, need))
    if (lacking.length === 0) {
      expect([visit.name, isForbidden(await tenant.ask(visit.query))]).toEqual([visit.name, false])
      continue
    }
    const told = await refusal(tenant, visit.query)
    expect([visit.name, { ...told, missing: told.missing?.sort() }]).toEqual([
      visit.name,
      expect.objectContaining({
        status: 403,
        data: null,
        errors: 1,
        code: 'FORBIDDEN',
        missing: lacking,
        statements: 0,
      }),
    ])
    expect(told.fields?.length).toBeGreaterThan(0)
    for (const name of [...lacking, ...(told.fields ?? [])]) expect(told.message).toContain(name)
  }
})

test.each([undefined, ...keyScopes])('a key with %s changes exactly what the table gives it', async scope => {
  const tenant = keys.get(scope)
  if (!tenant) throw new Error('no key')
  for (const { name: mutation, type } of mutations()) {
    const record = mutation === 'createApiKey' ? 'ApiKey' : String(type).replace(/s?Payload!?$/, '') // ClientsPayload, too, is about a Client
    if (['Interaction', 'File', 'ImportPlan', 'ImportMapping', 'SetRate'].includes(record)) continue // needs what it is about needs: test/interactions.test.ts, test/files.test.ts, test/imports.test.ts, test/rates.test.ts
    const query = `mutation($input: ${inputTypeOf(mutation).name}!) { ${mutation}(input: $input) { userErrors { code } } }`
    // A version that none has: what may be changed is refused for that reason alone.
    const input = {
      ...(await inputFor(world, ours, mutation)),
      ...(mutation.startsWith('create') ? { name: ' ' } : {}),
    }
    const lacking = writesOf(mutation, record).filter(need => !holds(scope, need))
    if (lacking.length === 0) {
      const allowed = await tenant.ask(query, {
        input:
          'version' in input
            ? { ...input, version: 999 }
            : Object.fromEntries(
                Object.entries(input).filter(
                  ([name]) => name !== 'name' || /Api|User|Contact|Project|Stage/.test(mutation),
                ),
              ),
      })
      expect([mutation, isForbidden(allowed)]).toEqual([mutation, false])
    } else {
      expect([mutation, await refusal(tenant, query, { input })]).toEqual([
        mutation,
        expect.objectContaining({ data: null, code: 'FORBIDDEN', missing: lacking, fields: [mutation], statements: 0 }),
      ])
    }
  }
})

describe('no spelling of a query smuggles a field past', () => {
  const spellings: [string, string][] = [
    ['an alias', '{ clients: invoices { totalCount } }'],
    [
      'a fragment',
      'query { ...Q } fragment Q on Query { clients { nodes { ...C } } } fragment C on Client { legalName ...D } fragment D on Client { invoices { totalCount } }',
    ],
    ['an inline fragment', '{ ... { ... on Query { invoices { __typename } } } }'],
    ['an inline fragment on Node', '{ node(id: "ID") { ... on Invoice { number } } }'],
    ['an inline fragment of Node in Node', '{ node(id: "ID") { ... on Node { ... on Invoice { id } } } }'],
    ['a fragment on Node', '{ nodes(ids: ["ID"]) { ...I } } fragment I on Invoice { __typename }'],
    ['@include(if: false)', '{ clients { nodes { invoices @include(if: false) { totalCount } } } }'],
    ['@skip(if: true)', '{ clients { nodes { ... @skip(if: true) { invoices { totalCount } } } } }'],
    [
      'a variable',
      'query($no: Boolean = false) { clients { nodes { overview @include(if: $no) { invoices { voided { count } } } } } }',
    ],
    ['edges', '{ clients { edges { node { payments { totalCount } } } } }'],
    [
      'a nested record',
      '{ activityEvents { nodes { id } } clients { nodes { contacts { nodes { client { invoices { nodes { id } } } } } } } }',
    ],
    [
      'the answer of a mutation',
      'mutation { createContact(input: { clientId: "ID", name: "x" }) { contact { client { invoices { totalCount } } } } }',
    ],
  ]
  test.each(spellings)('%s', async (_what, query) => {
    const before = await all.get('{ contacts { totalCount } }')
    const told = await refusal(key('clients:write'), query.replaceAll('ID', ours.byType.Client ?? ''))
    expect(told).toMatchObject({ data: null, errors: 1, code: 'FORBIDDEN', missing: ['invoices:read'], statements: 0 })
    expect(await all.get('{ contacts { totalCount } }')).toEqual(before)
  })

  test('only the operation that runs is checked, of several in a document', async () => {
    const query = 'query A { clients { totalCount } } query B { invoices { totalCount } }'
    const send = async (operationName: string) => {
      const headers = { 'content-type': 'application/json', 'x-api-key': key('clients:read').secret }
      const response = await fetch(world.url, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query, operationName }),
      })
      return (await response.json()) as Answer // what the API promises
    }
    expect(await send('A')).toMatchObject({ data: { clients: { totalCount: expect.any(Number) } } })
    expect(isForbidden(await send('B'))).toBe(true)
  })
})

test('node and nodes return records that the key may read, and refuse others whether they exist or not', async () => {
  const { Client: client, Invoice: invoice, User: user } = ours.byType
  const read = key('clients:read')
  expect(await read.get(`{ node(id: "${client}") { id } nodes(ids: ["${client}", "${user}"]) { id } }`)).toEqual({
    node: { id: client },
    nodes: [{ id: client }, { id: user }],
  })
  const there = await read.ask(`{ node(id: "${invoice}") { id } }`)
  const missing = await read.ask(`{ node(id: "${invoice?.slice(0, -1)}0") { id } }`)
  expect(there).toEqual(missing)
  expect(there).toMatchObject({ data: { node: null }, errors: [{ extensions: { code: 'FORBIDDEN' } }] })
  expect(isForbidden(await read.ask(`{ nodes(ids: ["${client}", "${invoice}"]) { id } }`))).toBe(true)
})

test('history shows only events about records that the key may read', async () => {
  const events =
    '{ activityEvents(first: 100) { totalCount nodes { id subjectType kind after } } clients { nodes { activity(first: 100) { totalCount nodes { id subjectType } } } } }'
  const whole = await all.get(events)
  const some = await key('clients:read').get(events)
  const readable = ['Client', 'Contact', 'ClientMerge', 'Organization', 'User', 'ExchangeRate']
  expect(new Set(some.activityEvents.nodes.map((event: { subjectType: string }) => event.subjectType))).toEqual(
    new Set(readable),
  )
  expect(some.activityEvents.totalCount).toBe(
    (await all.get(`{ activityEvents(filter: { subjectType: { in: ${JSON.stringify(readable)} } }) { totalCount } }`))
      .activityEvents.totalCount,
  )
  expect(JSON.stringify(some.clients)).not.toMatch(/Invoice|Task|Order|Payment/)
  const invoiced = whole.activityEvents.nodes.find(
    (event: { subjectType: string }) => event.subjectType === 'Invoice',
  ).id
  const filtered = await key('clients:read').get(
    `{ activityEvents(filter: { or: [{ subjectType: { eq: "Invoice" } }, { id: { eq: "${invoiced}" } }] }) { totalCount nodes { id } } node(id: "${invoiced}") { id } nodes(ids: ["${invoiced}"]) { id } }`,
  )
  expect(filtered).toEqual({ activityEvents: { totalCount: 0, nodes: [] }, node: null, nodes: [null] })
  const ghost = `${invoiced.slice(0, -1)}${invoiced.endsWith('0') ? '1' : '0'}`
  const one = (id: string) =>
    key('clients:read')
      .ask(`{ activityEvent(id: "${id}") { id } }`)
      .then(answer => JSON.stringify(answer).replaceAll(id, 'X'))
  expect(await one(invoiced)).toBe(await one(ghost))
})

describe('a list filtered or ordered by what its caller may not read is refused whole, before it runs', () => {
  const samples: Record<string, string> = {
    money: '{ gt: "1" }',
    decimal: '{ gt: "1" }',
    integer: '{ gt: 1 }',
    text: '{ contains: "a" }',
  }
  // A field that needs no more than the record itself is never refused.
  const words = guardedFields()
    .map(({ record, field, orders }) => ({
      record,
      name: field.name,
      kind: field.kind,
      permission: field.permission ?? '',
      orders,
    }))
    .filter(({ record, permission }) => permission !== readOf(areaOf(record) ?? ''))
  const listOf = (record: string) =>
    Object.values(schema.getQueryType()?.getFields() ?? {}).find(({ type }) => String(type) === `${record}Connection!`)
      ?.name ?? ''
  const reading = (record: string) => readOf(areaOf(record) ?? 'clients') as KeyScope // the table's own

  test('the schema has such fields', () =>
    expect(words.map(({ record, name }) => `${record}.${name}`)).toEqual(
      expect.arrayContaining(['Client.overdue', 'Client.openDeals', 'Client.totalHours', 'Invoice.clientName']),
    ))

  test.each(words)('$record by $name', async ({ record, name, kind, permission, orders }) => {
    const list = listOf(record)
    const tenant = key(reading(record))
    const told = { status: 403, data: null, code: 'FORBIDDEN', missing: [permission], statements: 0 }
    const condition = `{ ${name}: ${samples[kind]} }`
    for (const filter of [condition, `{ or: [{ not: ${condition} }] }`])
      expect([filter, await refusal(tenant, `{ ${list}(filter: ${filter}) { totalCount } }`)]).toEqual([
        filter,
        expect.objectContaining(told),
      ])
    expect(
      await refusal(tenant, `query($f: ${record}Filter) { ${list}(filter: $f) { totalCount } }`, {
        f: { and: [{ [name]: { isNull: true } }] },
      }),
    ).toMatchObject(told)
    for (const order of orders) {
      expect(
        await refusal(tenant, `{ ${list}(orderBy: { field: ${order}, direction: DESC }) { nodes { id } } }`),
      ).toMatchObject(told)
      expect(
        await refusal(tenant, `query($o: ${record}Order) { ${list}(orderBy: $o) { nodes { id } } }`, {
          o: { field: order },
        }),
      ).toMatchObject(told)
    }
    expect(isForbidden(await all.ask(`{ ${list}(filter: ${condition}) { totalCount } }`))).toBe(false)
  })
})

describe('the door itself, without the rule in front of it', () => {
  /** Fields whose records a key does not find when it may not read what they are about. */
  const hidden = ['Query.activityEvent', 'Query.interaction', 'Query.file', 'Query.savedView', 'Query.importPlan']
  /** Below a list in which it sees nothing there is nothing to refuse. */
  const blind = ({ name, types }: Visit, scope: KeyScope) =>
    (name.startsWith('SearchResult.') &&
      !['clients:read', 'projects:read', 'deals:read'].some(need => holds(scope, need))) ||
    (types.slice(0, -1).some(type => type === 'Interaction' || type === 'File') &&
      !holds(scope, 'clients:read') &&
      !holds(scope, 'invoices:read'))
  beforeAll(() => all.client({ ownerId: ours.byType.User }))
  const contextFor = async (...held: KeyScope[]) => {
    const { access } = await world.contextOf(all.organizationId)
    return new Context(world.database, { ...access, permissions: permissionsOf(held) }, () => world.now)
  }

  test.each(keyScopes)('with %s alone refuses every field that the rule refuses', async scope => {
    for (const visit of reads) {
      const lacking = needsOf(visit).filter(need => !holds(scope, need))
      const { errors = [] } = await graphql({ schema, source: visit.query, contextValue: await contextFor(scope) })
      const told = errors.map(({ extensions, message }) => extensions.code ?? message)
      expect([
        visit.name,
        told.includes('FORBIDDEN'),
        told.some(code => code !== 'FORBIDDEN' && !hidden.includes(visit.name)),
      ]).toEqual([visit.name, lacking.length > 0 && !blind(visit, scope), false])
    }
  })

  test('gives no handle without the permission', async () => {
    const ctx = await contextFor('clients:write')
    const forbidden = expect.objectContaining({
      extensions: { code: 'FORBIDDEN', missing: [expect.stringMatching(/^invoices:/)] },
    })
    let worked = false
    const work = async () => {
      worked = true
    }
    await expect(async () => ctx.read('invoices:read', work)).rejects.toEqual(forbidden)
    await expect(async () => ctx.mutate('invoices:write', work)).rejects.toEqual(forbidden)
    await expect(async () => ctx.mutate(['clients:write', 'invoices:write'], work)).rejects.toEqual(forbidden)
    expect(worked).toBe(false)
    await expect(async () => ctx.one(Invoice, ours.byType.Invoice ?? '')).rejects.toEqual(forbidden)
    await expect(async () =>
      ctx.many(InvoiceLine, 'invoiceId', ours.byType.Invoice ?? '', 'invoices:read'),
    ).rejects.toEqual(forbidden)
    await expect(async () => ctx.node(ours.byType.Invoice ?? '')).rejects.toEqual(forbidden)
    await expect(async () => ctx.page(Invoice, {})).rejects.toEqual(forbidden)
    expect(await ctx.one(Client, ours.byType.Client ?? '')).toBeInstanceOf(Client)
  })
})
