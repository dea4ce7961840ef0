import { getNamedType, isObjectType } from 'graphql'
import type { DataSource } from 'typeorm'
import { migrations } from '../src/database/migrations/index.js'
import { keyScopes } from '../src/model/permission.js'
import { furnish } from './support/furnish.js'
import { schema } from './support/walk.js'
import { World, type Json, type Tenant } from './support/world.js'
import { entities } from '../src/model/entity-metadata.js'

let world: World

const eventFields =
  'id kind on summary subjectType subjectId subjectName itemId clientId clientName actorType actorId before after changes { field label before after }'

beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())

test('a database older than interactions keeps its history and can read it', async () => {
  const old = await World.start()
  try {
    const { writer } = old.database as unknown as { writer: DataSource } // no feature can get at it
    const tenant = await old.organization()
    const client = await tenant.client({ legalName: 'Ateneu' })
    await tenant.do('updateClient', { id: client.id, version: 1, phone: '93 000 00 00' })
    for (let left = migrations.length; left > 1; left--) await writer.undoLastMigration()
    await old.database.migrate()
    expect(await old.database.drift()).toEqual([])
    const {
      client: { activity },
    } = await tenant.get(
      'query($id: ID!) { client(id: $id) { activity { nodes { summary subjectName itemId changes { field after } } } } }',
      { id: client.id },
    )
    expect(activity.nodes).toMatchObject([
      {
        summary: 'Client Ateneu changed: phone',
        subjectName: 'Ateneu',
        itemId: null,
        changes: [{ field: 'phone', after: '93 000 00 00' }],
      },
      { summary: 'Client Ateneu created' },
    ])
    await tenant.do('createInteraction', { subjectId: client.id, text: 'x' })
  } finally {
    await old.stop()
  }
})

describe('over an organisation with every kind of record', () => {
  let all: Tenant
  let byType: Record<string, string>
  let events: Json[]
  /** The rows of every table, by id, read past the API. */
  const rows = new Map<string, Json>()

  beforeAll(async () => {
    all = await world.organization()
    byType = (await furnish(all, 'canary')).byType
    for (const { table } of entities())
      for (const row of await world.database.read.query<Json[]>(`SELECT * FROM ${table}`)) rows.set(row.id, row)
    events = []
    for (let after: string | null = null; ;) {
      const { activityEvents }: Json = await all.get(
        `query($after: String) { activityEvents(first: 100, after: $after) { nodes { ${eventFields} } pageInfo { endCursor hasNextPage } } }`,
        { after },
      )
      events.push(...activityEvents.nodes)
      if (!activityEvents.pageInfo.hasNextPage) break
      after = activityEvents.pageInfo.endCursor
    }
  })

  const decimals: Record<string, number> = { JPY: 0, KWD: 3 }
  const amount = (minor: Json, currency: string) =>
    `${(Number(minor) / 10 ** (decimals[currency] ?? 2)).toFixed(decimals[currency] ?? 2)} ${currency}`
  /** The names by which people call a raw row. They are written down here by kind, apart from the tested code. */
  const called = (row: Json): string => {
    const kinds: Record<string, () => string> = {
      org: () => row.name,
      usr: () => row.name,
      key: () => row.name,
      cli: () => row.legal_name,
      con: () => row.name,
      prj: () => row.name,
      tsk: () => row.title,
      exr: () => `${row.currency} of ${String(row.day).slice(0, 10)}`,
      tim: () => `${row.minutes} minutes on ${row.date}`,
      por: () => row.number ?? amount(row.total, row.currency),
      inv: () => row.number ?? amount(row.payable, row.currency),
      pay: () => `${amount(row.amount, row.currency)} on ${row.paid_on}`,
      alc: () => `${amount(row.amount, row.currency)} on ${row.allocated_on}`,
      rfd: () => `${amount(row.amount, row.currency)} on ${row.refunded_on}`,
      int: () => row.title ?? row.text,
      mrg: () => row.legal_name,
      viw: () => row.name,
      imp: () => row.file_name,
      era: () => `${row.record_type.toLowerCase()} on ${String(row.erased_on).slice(0, 10)}`,
      quo: () => row.number ?? amount(row.total, row.currency),
    }
    return kinds[String(row.id).slice(0, 3)]?.() ?? row.number ?? row.title ?? row.name
  }
  const amounts = new Set(['net', 'tax', 'withholding', 'payable', 'total', 'amount', 'value'])
  const plain = (text: string) => text.replace(/\.?0+$/, '')
  function expected(field: string, values: Json): string | null {
    const value = values?.[field] ?? null
    if (value === null || (Array.isArray(value) && value.length === 0)) return null
    if (field === 'lines')
      return value
        .map(
          (line: Json) =>
            `${plain(line.quantity)} × ${line.description} at ${Number(line.unitPrice).toFixed(2)} ${values.currency}${Number(line.discount) ? `, ${plain(line.discount)} % off` : ''}${line.taxRate === null ? '' : `, tax ${plain(line.taxRate)} %`}`,
        )
        .join('\n')
    if (Array.isArray(value))
      return value.map((each: string) => (rows.has(each) ? called(rows.get(each)) : each)).join(', ')
    if (amounts.has(field)) return `${value} ${values.currency}`
    if (field === 'rate' || field === 'withholdingRate') return plain(value)
    if (field.endsWith('At')) return '2026-03-10 12:00' // the moment of this test, in Madrid
    if (typeof value === 'object') return JSON.stringify(value)
    return rows.has(value) ? called(rows.get(value)) : ({ true: 'yes', false: 'no' }[String(value)] ?? String(value))
  }

  test('every event lists exactly the fields that differ, worded from their raw values', () => {
    expect(new Set(events.map(({ subjectType }) => subjectType))).toEqual(
      new Set(Object.keys(byType).filter(type => !['ActivityEvent', 'Interaction', 'File'].includes(type))),
    )
    for (const { kind, before, after, changes } of events) {
      const fields = Object.keys({ ...before, ...after }).filter(
        field => JSON.stringify(before?.[field] ?? null) !== JSON.stringify(after?.[field] ?? null),
      )
      const wanted = fields
        .map(field => ({ field, before: expected(field, before), after: expected(field, after) }))
        .filter(change => change.before !== null || change.after !== null)
      const told = changes.map(({ field, before: was, after: is }: Json) => ({ field, before: was, after: is }))
      const byField = (list: Json[]) => [...list].sort((a, b) => (a.field < b.field ? -1 : 1))
      expect([kind, byField(told)]).toEqual([kind, byField(wanted)])
    }
  })

  test('the last event of every record names it as it is, and every line is plain English', () => {
    const seen = new Set<string>()
    for (const { subjectId, subjectName, summary, itemId } of events) {
      if (!itemId && !seen.has(subjectId) && rows.has(subjectId))
        expect([subjectId, subjectName]).toEqual([subjectId, called(rows.get(subjectId))])
      seen.add(subjectId)
      expect(summary).toMatch(/^[A-Z][a-z]+ /)
      expect(summary).not.toMatch(/_|null|undefined/)
    }
  })

  test('every kind of record has its history, which is what the raw rows say', async () => {
    const node = schema.getType('Node')
    const kinds = Object.values(schema.getTypeMap())
      .filter(type => isObjectType(type) && type.getInterfaces().some(each => each === node))
      .map(({ name }) => name)
      .filter(name => name !== 'ActivityEvent')
    expect(kinds.sort()).toEqual(
      entities()
        .filter(({ part, name }) => !part && name !== 'ActivityEvent')
        .map(({ name }) => name)
        .sort(),
    )
    for (const kind of kinds) {
      const type = schema.getType(kind)
      const field = isObjectType(type) ? type.getFields().activity : undefined
      expect([kind, field && getNamedType(field.type).name]).toEqual([kind, 'ActivityEventConnection'])
      const id = byType[kind] ?? ''
      const {
        node: { activity },
      } = await all.get(
        `query($id: ID!) { node(id: $id) { ... on ${kind} { activity(first: 100) { totalCount nodes { id } } } } }`,
        { id },
      )
      const column = { Client: 'client_id', Interaction: 'item_id', File: 'item_id' }[kind] ?? 'subject_id'
      const raw: Json[] = await world.database.read.query(
        `SELECT id FROM activity_events WHERE ${column} = ? ORDER BY id DESC`,
        [id],
      )
      expect([kind, activity.totalCount, activity.nodes]).toEqual([
        kind,
        raw.length,
        raw.slice(0, 100).map(row => ({ id: row.id })),
      ])
      expect(raw.length).toBeGreaterThan(0)
    }
  })

  const areas: Record<string, string[]> = {
    clients: ['Client', 'Contact', 'ClientMerge'],
    projects: ['Project', 'TimeEntry', 'Task'],
    orders: ['PurchaseOrder'],
    invoices: ['Invoice', 'Payment', 'Allocation', 'Refund'],
    deals: ['Deal', 'DealStage', 'Quote'],
    admin: ['ApiKey', 'SavedView', 'Erasure'],
    member: ['Organization', 'User', 'ExchangeRate'],
    import: ['ImportPlan', 'ImportMapping'],
  }
  test.each(keyScopes)('a key with %s alone sees names only of records that it may read', async scope => {
    const key = await world.key(all.organizationId, [scope])
    const readable = new Set([scope.split(':')[0] ?? '', 'member'].flatMap(area => areas[area] ?? []))
    const { activityEvents } = await key.get(`{ activityEvents(first: 100) { nodes { ${eventFields} } } }`)
    let hidden = 0
    const allowed = (id: string) => {
      const kind = entities().find(({ prefix }) => id.startsWith(`${prefix}_`))?.name ?? ''
      if (!readable.has(kind)) hidden++
      return readable.has(kind) ? called(rows.get(id)) : id
    }
    for (const event of activityEvents.nodes) {
      expect(readable.has(event.subjectType)).toBe(true)
      for (const { field, before, after } of event.changes) {
        if (!/Ids?$/.test(field) || field === 'externalId') continue
        const words = (values: Json) =>
          values?.[field] == null ? null : [values[field]].flat().map(allowed).join(', ')
        expect([event.kind, field, before, after]).toEqual([event.kind, field, words(event.before), words(event.after)])
      }
      expect(event.clientName).toBe(event.clientId && readable.has('Client') ? called(rows.get(event.clientId)) : null)
    }
    if (/projects|orders|invoices/.test(scope)) expect(hidden).toBeGreaterThan(0)
  })
})

describe('a history is read page by page, newest first', () => {
  let tenant: Tenant
  let second: Tenant
  let client: Json
  let project: Json
  beforeAll(async () => {
    tenant = await world.organization()
    second = await world.key(tenant.organizationId, ['clients:write', 'projects:write'])
    client = await tenant.client()
    project = await tenant.project(client.id)
    for (let at = 1; at <= 30; at++) {
      const by = at % 3 === 0 ? second : tenant
      const { version } = await by.do('updateProject', { id: project.id, version: project.version, name: `v${at}` })
      project.version = version
      if (at % 10 === 0) await by.do('createInteraction', { subjectId: project.id, kind: 'CALL', text: `call ${at}` })
    }
  })

  const walk = async (filter: object | undefined, first: number): Promise<Json[]> => {
    const found: Json[] = []
    for (let after: string | null = null; ;) {
      const {
        project: { activity },
      }: Json = await tenant.get(
        'query($id: ID!, $filter: ActivityEventFilter, $first: Int, $after: String) { project(id: $id) { activity(filter: $filter, first: $first, after: $after) { totalCount nodes { id kind actorId actorType } pageInfo { endCursor hasNextPage } } } }',
        { id: project.id, filter, first, after },
      )
      found.push(...activity.nodes)
      if (!activity.pageInfo.hasNextPage)
        return found.concat(activity.totalCount === found.length ? [] : ['a wrong count'])
      after = activity.pageInfo.endCursor
    }
  }

  test('whole, and filtered by kind and by actor', async () => {
    const whole = await walk(undefined, 7)
    expect(whole.map(({ id }) => id)).toEqual(
      [...whole]
        .map(({ id }) => id)
        .sort()
        .reverse(),
    )
    expect(whole).toHaveLength(34)
    const actors = [...new Set(whole.map(({ actorId }) => actorId))]
    expect(actors).toHaveLength(2)
    const filters: [object, (event: Json) => boolean][] = [
      [{ kind: { eq: 'CALL_LOGGED' } }, ({ kind }) => kind === 'CALL_LOGGED'],
      [{ kind: { startsWith: 'PROJECT_' } }, ({ kind }) => kind.startsWith('PROJECT_')],
      [{ actorId: { eq: actors[0] } }, ({ actorId }) => actorId === actors[0]],
      [
        { actorId: { eq: actors[1] }, kind: { in: ['PROJECT_CHANGED', 'CALL_LOGGED'] } },
        ({ actorId, kind }) => actorId === actors[1] && kind !== 'PROJECT_CREATED',
      ],
      [{ actorType: { eq: 'SYSTEM' } }, () => false],
    ]
    for (const [filter, holds] of filters)
      for (const first of [3, 100]) expect(await walk(filter, first)).toEqual(whole.filter(holds))
  })
})

describe('statements', () => {
  let tenant: Tenant
  beforeAll(async () => {
    tenant = await world.organization()
    const users = [await tenant.user(), await tenant.user(), await tenant.user()]
    for (let at = 0; at < 100; at++) {
      const client = await tenant.client({ ownerId: users[at % 3].id })
      await tenant.task(client.id, { assigneeId: users[(at + 1) % 3].id })
      await tenant.do('createInteraction', { subjectId: client.id, text: `n${at}` })
    }
    await tenant.get('{ organization { id } }')
  })

  const count = async (query: string) => {
    const trace: string[] = []
    world.database.trace = trace
    await tenant.get(query)
    world.database.trace = null
    return trace.length
  }

  test.each([3, 20, 100])(
    'a page of %i events with all their words costs one for each kind of record named',
    async first => {
      expect(
        await count(
          `{ activityEvents(first: ${first}) { nodes { summary subjectName clientName changes { field label before after } } } }`,
        ),
      ).toBe(3) // the page, clients, people
    },
  )

  test.each([1, 20, 100])(
    'the histories of %i clients, with their words and what people wrote, cost as many as that of one',
    async first => {
      expect(
        await count(
          `{ clients(first: ${first}) { nodes { activity(first: 4) { nodes { summary subjectName changes { before after } } } interactions(first: 2) { nodes { text subjectName contacts { name } activity(first: 2) { nodes { summary changes { after } } } } } } } }`,
        ),
      ).toBeLessThanOrEqual(7)
    },
  )

  test.each([1, 20, 100])('the histories of %i tasks cost one', async first => {
    expect(await count(`{ tasks(first: ${first}) { nodes { activity(first: 3) { nodes { kind } } } } }`)).toBe(2)
  })
})
