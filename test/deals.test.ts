import type { DataSource } from 'typeorm'
import { dealGroups, weightScale } from '../src/features/deals/index.js'
import { moneySum } from '../src/model/money.js'
import { contextOf, createOrganization, findOrganization } from '../src/request/system.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let client: { id: string; version: number }
let stages: Json[]

beforeAll(async () => {
  world = await World.start()
})
beforeEach(async () => {
  us = await world.organization()
  client = await us.client()
  stages = await pipeline()
})
afterAll(() => world.stop())

interface Row {
  id: string
  version: number
}

const today = '2026-03-10'
const pick = ({ id, version }: Row) => ({ id, version })
const pipeline = async (tenant = us): Promise<Json[]> =>
  (await tenant.get('{ dealStages(first: 100) { nodes { id version name category position } } }')).dealStages.nodes
const stage = (category: string, at = 0): Json => stages.filter(each => each.category === category)[at]
const codeOf = async (mutation: string, input: object): Promise<string> =>
  (await us.try(mutation, input)).userErrors[0]?.code ?? 'made'
const events = async (subjectId: string): Promise<Json[]> =>
  (
    await us.get(
      'query($id: String!) { activityEvents(first: 100, filter: { subjectId: { eq: $id } }) { nodes { kind on before after clientId } } }',
      { id: subjectId },
    )
  ).activityEvents.nodes
const move = (deal: Row, to: Row, given: object = {}, fields?: string) =>
  us.do('moveDeal', { ...pick(deal), stageId: to.id, ...given }, fields)

describe('the pipeline', () => {
  test.each([
    ['ca', ['Nova', 'Contactada', 'Proposta enviada', 'En negociació', 'Guanyada', 'Perduda']],
    ['es', ['Nueva', 'Contactada', 'Propuesta enviada', 'En negociación', 'Ganada', 'Perdida']],
    ['en', ['New', 'Contacted', 'Proposal sent', 'In negotiation', 'Won', 'Lost']],
  ])('of a new organisation speaks its language: %s', async (language, names) => {
    const made = await pipeline(await world.organization({ language }))
    expect(made.map(({ name }) => name)).toEqual(names)
    expect(made.map(({ category }) => category)).toEqual(['OPEN', 'OPEN', 'OPEN', 'OPEN', 'WON', 'LOST'])
    expect(made.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('of an organisation that is older than deals comes with the migration, with its history', async () => {
    const old = await World.start()
    try {
      const made = await createOrganization(old.database, { name: 'Antiga', language: 'es' }, () => old.now)
      const { writer } = old.database as unknown as { writer: DataSource } // no feature can get at it
      for (const _ of writer.migrations.slice(1)) await writer.undoLastMigration()
      await old.database.write(manager => manager.query('DELETE FROM activity_events'))
      expect(await old.database.migrate()).toContain('Deals1764100000000')
      const tenant = await old.key(made.id, ['deals:write', 'clients:write'])
      expect((await pipeline(tenant)).map(({ name, category, version }) => [name, category, version])).toEqual([
        ['Nueva', 'OPEN', 1],
        ['Contactada', 'OPEN', 1],
        ['Propuesta enviada', 'OPEN', 1],
        ['En negociación', 'OPEN', 1],
        ['Ganada', 'WON', 1],
        ['Perdida', 'LOST', 1],
      ])
      const { activityEvents } = await tenant.get(
        '{ activityEvents(filter: { kind: { eq: "DEAL_STAGE_CREATED" } }) { nodes { after before actorType } } }',
      )
      expect(activityEvents.nodes).toHaveLength(6)
      expect(activityEvents.nodes[5]).toEqual({
        after: { name: 'Nueva', category: 'OPEN', position: 1 },
        before: null,
        actorType: 'SYSTEM',
      })
      await tenant.deal((await tenant.client()).id)
    } finally {
      await old.stop()
    }
  })

  test('grows at its end, and is reordered whole', async () => {
    const added = await us.do(
      'createDealStage',
      { name: ' Demostració ', category: 'OPEN', externalId: 'D' },
      'id version name position',
    )
    expect(added).toMatchObject({ name: 'Demostració', position: 7 })
    const wanted = [stages[0], added, ...stages.slice(1)].map(({ id }) => id)
    await us.do('reorderDealStages', { stageIds: wanted })
    expect((await pipeline()).map(({ id, position }) => [id, position])).toEqual(wanted.map((id, at) => [id, at + 1]))
    expect((await events(stages[0].id)).map(({ kind }) => kind)).toEqual(['DEAL_STAGE_CREATED'])
    expect((await events(added.id)).map(({ kind, before, after }) => [kind, before, after])).toEqual([
      ['DEAL_STAGE_REORDERED', { position: 7 }, { position: 2 }],
      ['DEAL_STAGE_CREATED', null, { name: 'Demostració', category: 'OPEN', position: 7, externalId: 'D' }],
    ])
    for (const stageIds of [wanted.slice(1), [...wanted, wanted[0]], [wanted[0], ...wanted.slice(0, -1)], []])
      expect(await codeOf('reorderDealStages', { stageIds })).toBe('DEAL_STAGES_MISMATCH')
  })

  test('keeps a stage of each category', async () => {
    const won = stage('WON')
    expect(await codeOf('removeDealStage', pick(won))).toBe('PIPELINE_INCOMPLETE')
    expect(await codeOf('updateDealStage', { ...pick(won), category: 'OPEN' })).toBe('PIPELINE_INCOMPLETE')
    await us.do('createDealStage', { name: 'Signada', category: 'WON' })
    const renamed = await us.do(
      'updateDealStage',
      { ...pick(won), name: 'Tancada', category: 'LOST' },
      'id version name category',
    )
    expect(renamed).toMatchObject({ name: 'Tancada', category: 'LOST' })
    await us.do('removeDealStage', pick(renamed))
    expect(await pipeline()).toHaveLength(6)
    expect(await codeOf('createDealStage', { name: ' ', category: 'OPEN' })).toBe('REQUIRED')
  })

  test('has at most 30 stages', async () => {
    for (let at = 0; at < 24; at++) await us.do('createDealStage', { name: `S${at}`, category: 'OPEN' })
    expect(await codeOf('createDealStage', { name: 'S', category: 'OPEN' })).toBe('DEAL_STAGES_TOO_MANY')
  })

  test('does not change the category of a stage that holds deals', async () => {
    await us.deal(client.id)
    expect(await codeOf('updateDealStage', { ...pick(stages[0]), category: 'WON' })).toBe('DEAL_STAGE_IN_USE')
    await us.do('updateDealStage', { ...pick(stages[0]), name: 'Entrada' })
  })

  test('moves the deals of a removed stage, each with its event', async () => {
    const [first, second] = [await us.deal(client.id, { title: 'A' }), await us.deal(client.id, { title: 'B' })]
    const away = await us.deal(client.id, { stageId: stages[2].id })
    expect(await codeOf('removeDealStage', pick(stages[0]))).toBe('DEAL_STAGE_IN_USE')
    expect(await codeOf('removeDealStage', { ...pick(stages[0]), mergeIntoId: stages[0].id })).toBe('MERGE_INTO_ITSELF')
    await us.do('removeDealStage', { ...pick(stages[0]), mergeIntoId: stages[1].id })
    for (const { id } of [first, second]) {
      const [moved, made] = await events(id)
      expect(moved).toMatchObject({
        kind: 'DEAL_MOVED',
        on: today,
        before: { stageId: stages[0].id },
        after: { stageId: stages[1].id },
        clientId: client.id,
      })
      expect(made.kind).toBe('DEAL_CREATED')
    }
    expect((await events(away.id)).map(({ kind }) => kind)).toEqual(['DEAL_CREATED'])
    expect((await events(stages[0].id))[0]).toMatchObject({ kind: 'DEAL_STAGE_DELETED', after: null })
    expect((await pipeline()).map(({ id }) => id)).toEqual(stages.slice(1).map(({ id }) => id))

    await us.do('removeDealStage', { ...pick(stages[1]), mergeIntoId: stage('LOST').id })
    const { deals } = await us.get('{ deals(filter: { category: { eq: LOST } }) { nodes { stageId closedOn } } }')
    expect(deals.nodes).toEqual(Array(2).fill({ stageId: stage('LOST').id, closedOn: today }))
    expect((await events(first.id))[0].kind).toBe('DEAL_LOST')
  })

  test('is a setting: a key for deals reads it and does not change it', async () => {
    const sales = await world.key(us.organizationId, ['deals:write', 'clients:read'])
    expect(await pipeline(sales)).toHaveLength(6)
    const { errors } = await sales.ask(
      `mutation { createDealStage(input: { name: "x", category: OPEN }) { userErrors { code } } }`,
    )
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missing: ['admin'] })
  })

  test('stays whole when it is changed and used at once', async () => {
    const added = await Promise.all(
      [1, 2, 3, 4].map(at => us.do('createDealStage', { name: `S${at}`, category: 'WON' }, 'id version position')),
    )
    expect(added.map(({ position }) => position).sort((a, b) => a - b)).toEqual([7, 8, 9, 10])
    const deals = await Promise.all([...Array(12).keys()].map(at => us.deal(client.id, { stageId: stages[at % 2].id })))
    const outcomes = await Promise.all([
      us.ask(
        `mutation { removeDealStage(input: { id: "${stages[0].id}", version: 1, mergeIntoId: "${stages[2].id}" }) { userErrors { code } } }`,
      ),
      us.ask(
        `mutation { removeDealStage(input: { id: "${stages[1].id}", version: 1, mergeIntoId: "${stages[2].id}" }) { userErrors { code } } }`,
      ),
      ...deals.map(deal =>
        us.ask(
          `mutation { moveDeal(input: { id: "${deal.id}", version: 1, stageId: "${stages[3].id}" }) { userErrors { code } } }`,
        ),
      ),
      ...[0, 1].map(at =>
        us.ask(
          `mutation { createDeal(input: { clientId: "${client.id}", title: "x", value: "1", stageId: "${stages[at].id}" }) { deal { id } userErrors { code } } }`,
        ),
      ),
    ])
    expect(JSON.stringify(outcomes)).not.toMatch(/INTERNAL_SERVER_ERROR|SERVICE_UNAVAILABLE/)
    const { deals: left } = await us.get('{ deals(first: 100) { nodes { stageId stage { category } category } } }')
    for (const {
      stageId,
      category,
      stage: { category: ofStage },
    } of left.nodes)
      expect([[stages[2].id, stages[3].id].includes(stageId), category]).toEqual([true, ofStage])
    expect(left.nodes.length).toBeGreaterThanOrEqual(12)

    const last = await Promise.all(
      [...added, ...stages.filter(({ category }) => category === 'WON')].map(each =>
        us.try('removeDealStage', pick(each)),
      ),
    )
    expect(last.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(['PIPELINE_INCOMPLETE'])
  })
})

describe('a deal', () => {
  test('begins in the first open stage, in the currency of its client', async () => {
    const abroad = await us.client({ currency: 'USD' })
    const fields =
      'clientId title stageId category probability value { amount currency } valueBase { amount currency } rate closedOn expectedCloseOn ownerId owner { id } client { id } stage { name }'
    const user = await us.user()
    const deal = await us.do(
      'createDeal',
      {
        clientId: abroad.id,
        title: ' Botiga en línia ',
        value: '1200.5',
        rate: '0.9',
        probability: 30,
        ownerId: user.id,
        expectedCloseOn: '2026-06-01',
      },
      fields,
    )
    expect(deal).toEqual({
      clientId: abroad.id,
      title: 'Botiga en línia',
      stageId: stages[0].id,
      category: 'OPEN',
      probability: 30,
      value: { amount: '1200.50', currency: 'USD' },
      valueBase: { amount: '1080.45', currency: 'EUR' },
      rate: '0.9',
      closedOn: null,
      expectedCloseOn: '2026-06-01',
      ownerId: user.id,
      owner: { id: user.id },
      client: { id: abroad.id },
      stage: { name: 'Nova' },
    })
    expect(
      await us.do(
        'createDeal',
        { clientId: client.id, title: 'x', value: '0', stageId: stage('WON').id },
        'category probability closedOn value { currency } rate',
      ),
    ).toEqual({ category: 'WON', probability: 50, closedOn: today, value: { currency: 'EUR' }, rate: '1' })
    await us.do('reorderDealStages', { stageIds: [...stages].reverse().map(({ id }) => id) })
    expect(await us.deal(client.id, {}, 'stageId')).toEqual({ stageId: stage('OPEN', 3).id })
  })

  test.each([
    [{ probability: 101 }, 'PROBABILITY_INVALID'],
    [{ probability: -1 }, 'PROBABILITY_INVALID'],
    [{ value: '-1' }, 'VALUE_INVALID'],
    [{ value: '1.001' }, 'DECIMAL_TOO_PRECISE'],
    [{ title: ' ' }, 'REQUIRED'],
    [{ rate: '1.1' }, 'RATE_INVALID'],
    [{ value: '90071992547409.92' }, 'NUMBER_TOO_LARGE'],
    [{ title: 'x'.repeat(201) }, 'TEXT_TOO_LONG'],
  ])('is refused with %j: %s', async (given, code) => {
    const deal = await us.deal(client.id)
    expect(await codeOf('createDeal', { clientId: client.id, title: 'x', value: '1', ...given })).toBe(code)
    expect(await codeOf('updateDeal', { ...pick(deal), ...given })).toBe(code)
  })

  test('changes as told: what is left out stays, null clears, and another currency keeps the number', async () => {
    const fields =
      'id version title value { amount currency } valueBase { amount } rate probability expectedCloseOn externalId'
    const deal = await us.do(
      'createDeal',
      { clientId: client.id, title: 'Web', value: '100', expectedCloseOn: '2026-05-01', externalId: 'X' },
      fields,
    )
    const dollars = await us.do('updateDeal', { ...pick(deal), currency: 'USD' }, fields)
    expect(dollars).toMatchObject({
      value: { amount: '100.00', currency: 'USD' },
      valueBase: null,
      rate: null,
      expectedCloseOn: '2026-05-01',
    })
    const rated = await us.do('updateDeal', { ...pick(dollars), rate: '0.5', expectedCloseOn: null }, fields)
    expect(rated).toMatchObject({ valueBase: { amount: '50.00' }, rate: '0.5', expectedCloseOn: null })
    const yen = await us.do('updateDeal', { ...pick(rated), currency: 'JPY', value: '9000', rate: '0.0062' }, fields)
    expect(yen).toMatchObject({ value: { amount: '9000', currency: 'JPY' }, valueBase: { amount: '55.80' } })
    for (const cleared of [{ value: null }, { title: null }, { probability: null }])
      expect(await codeOf('updateDeal', { ...pick(yen), ...cleared })).toBe('REQUIRED')
    expect((await events(deal.id))[0]).toMatchObject({
      kind: 'DEAL_CHANGED',
      before: { currency: 'USD', value: '100.00', rate: '0.5000000000' },
      after: { currency: 'JPY', value: '9000', rate: '0.0062000000' },
    })
  })

  test('keeps its rate when its currency is sent along; without one it takes that of the day it was made', async () => {
    const before = world.now
    world.now = new Date('2026-02-10T23:30:00Z') // the 11th in Madrid
    const [rated, lacking] = [
      await us.deal(client.id, { currency: 'USD', value: '10', rate: '0.5' }),
      await us.deal(client.id, { currency: 'USD', value: '10' }),
    ]
    world.now = before
    for (const [day, rate] of [
      ['2026-02-10', '0.7'],
      ['2026-02-11', '0.8'],
      [today, '0.9'],
    ])
      await us.do('createExchangeRate', { currency: 'USD', day, rate })
    const fields = 'rate valueBase { amount }'
    expect(await us.do('updateDeal', { ...pick(rated), currency: 'USD', title: 'Nou' }, fields)).toEqual({
      rate: '0.5',
      valueBase: { amount: '5.00' },
    })
    expect(await us.do('updateDeal', { ...pick(lacking), title: 'Nou' }, fields)).toEqual({
      rate: '0.8',
      valueBase: { amount: '8.00' },
    })
  })

  test('is moved, won, lost and opened again, each with its event and day', async () => {
    const deal = await us.deal(client.id)
    const fields = 'id version category closedOn'
    const moved = await move(deal, stage('OPEN', 2), { on: '2026-03-01' }, fields)
    expect(moved).toMatchObject({ category: 'OPEN', closedOn: null })
    const won = await move(moved, stage('WON'), { on: '2026-03-05' }, fields)
    expect(won).toMatchObject({ category: 'WON', closedOn: '2026-03-05' })
    expect(await codeOf('moveDeal', { ...pick(won), stageId: stage('LOST').id, on: '2026-03-04' })).toBe(
      'DATE_TOO_EARLY',
    )
    expect(await codeOf('moveDeal', { ...pick(won), stageId: stage('LOST').id, on: '2026-03-11' })).toBe('DATE_FUTURE')
    const lost = await move(won, stage('LOST'), { on: '2026-03-06' }, fields)
    expect(lost).toMatchObject({ category: 'LOST', closedOn: '2026-03-06' })
    const open = await move(lost, stage('OPEN'), {}, fields)
    expect(open).toMatchObject({ category: 'OPEN', closedOn: null })
    expect((await move(open, stage('OPEN'))).version).toBe(open.version)
    expect((await events(deal.id)).map(({ kind, on }) => [kind, on])).toEqual([
      ['DEAL_MOVED', today],
      ['DEAL_LOST', '2026-03-06'],
      ['DEAL_WON', '2026-03-05'],
      ['DEAL_MOVED', '2026-03-01'],
      ['DEAL_CREATED', today],
    ])
    const stale = await us.ask(
      `mutation { moveDeal(input: { id: "${deal.id}", version: 1, stageId: "${stage('WON').id}" }) { userErrors { code } } }`,
    )
    expect(stale.errors?.[0]?.extensions).toEqual({ code: 'CONFLICT', version: 5, yours: 1 })
  })

  test('from one won stage to another is moved, and keeps its day', async () => {
    const other = await us.do('createDealStage', { name: 'Facturada', category: 'WON' })
    const won = await move(await us.deal(client.id), stage('WON'), { on: '2026-03-05' })
    expect(await move(won, other, {}, 'closedOn')).toEqual({ closedOn: '2026-03-05' })
    expect((await events(won.id))[0].kind).toBe('DEAL_MOVED')
  })

  test('is not deleted while quotes name it', async () => {
    const deal = await us.deal(client.id)
    const quote = await us.quote(client.id, '10', { dealId: deal.id })
    expect(await codeOf('deleteDeal', pick(deal))).toBe('DEAL_IN_USE')
    await us.do('deleteQuote', pick(quote))
    await us.do('deleteDeal', pick(deal))
    expect((await events(deal.id))[0]).toMatchObject({ kind: 'DEAL_DELETED', after: null })
  })

  test('keeps its client, and fixes the base currency', async () => {
    const baseCurrency = async (wanted: string) =>
      codeOf('updateOrganization', {
        version: (await us.get('{ organization { version } }')).organization.version,
        baseCurrency: wanted,
      })
    expect(await baseCurrency('USD')).toBe('made')
    const deal = await us.deal(client.id)
    expect(await codeOf('deleteClient', pick(client))).toBe('CLIENT_IN_USE')
    expect(await baseCurrency('EUR')).toBe('BASE_CURRENCY_FIXED')
    await us.do('deleteDeal', pick(deal))
    expect(await baseCurrency('EUR')).toBe('made')
    await us.do('deleteClient', pick(client))
  })

  test('is not begun with an archived client, and goes on', async () => {
    const deal = await us.deal(client.id)
    await us.do('archiveClient', pick(client))
    expect(await codeOf('createDeal', { clientId: client.id, title: 'x', value: '1' })).toBe('CLIENT_ARCHIVED')
    await move(await us.do('updateDeal', { ...pick(deal), probability: 90 }), stage('WON'))
  })

  test('is found by its title, category, stage, client, owner, odds and days', async () => {
    const [user, other] = [await us.user(), await us.client()]
    const first = await us.deal(client.id, {
      title: 'Col·legi nou',
      value: '1000.5',
      probability: 80,
      ownerId: user.id,
      expectedCloseOn: '2026-04-01',
    })
    const second = await move(await us.deal(other.id, { title: 'Àrees', probability: 20 }), stage('WON'), {
      on: '2026-03-02',
    })
    const found = async (filter: object) =>
      (
        await us.get('query($filter: DealFilter) { deals(filter: $filter) { nodes { id } } }', { filter })
      ).deals.nodes.map(({ id }: Json) => id)
    for (const filter of [
      { title: { startsWith: 'collegi' } },
      { category: { eq: 'OPEN' } },
      { category: { notIn: ['WON', 'LOST'] } },
      { stageId: { eq: stages[0].id } },
      { clientId: { eq: client.id } },
      { ownerId: { eq: user.id } },
      { ownerName: { startsWith: 'user' } },
      { clientName: { eq: 'Client 1' } },
      { valueBase: { gte: '1000.5' } },
      { probability: { gte: 80 } },
      { expectedCloseOn: { lt: '2026-04-02' } },
      { closedOn: { isNull: true } },
    ]) {
      expect([filter, await found(filter)]).toEqual([filter, [first.id]])
    }
    expect(await found({ closedOn: { gte: '2026-03-01' }, title: { contains: 'AREES' } })).toEqual([second.id])
    const lists = await us.get(
      'query($client: ID!, $user: ID!, $stage: ID!) { client(id: $client) { deals { nodes { id } } } user(id: $user) { deals { nodes { id } } } dealStage(id: $stage) { deals { totalCount nodes { id } } } }',
      { client: client.id, user: user.id, stage: stage('WON').id },
    )
    expect(lists).toEqual({
      client: { deals: { nodes: [{ id: first.id }] } },
      user: { deals: { nodes: [{ id: first.id }] } },
      dealStage: { deals: { totalCount: 1, nodes: [{ id: second.id }] } },
    })
  })
})

/** Half-up, of whole hundredths, by another way than the server's. */
const hundredth = (sum: bigint) => (sum % 100n >= 50n ? sum / 100n + 1n : sum / 100n)
const decimals: Record<string, number> = { JPY: 0, KWD: 3 }
const written = (minor: bigint, currency: string) => {
  const places = decimals[currency] ?? 2
  const digits = minor.toString().padStart(places + 1, '0')
  return { amount: places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`, currency }
}

/** Value and weighted value of raw rows. */
function sumsOf(rows: Json[]) {
  const [value, weighted] = [new Map<string, bigint>(), new Map<string, bigint>()]
  let [base, weightedBase, withoutRate] = [0n, 0n, 0]
  for (const row of rows) {
    const amount = BigInt(row.value)
    value.set(row.currency, (value.get(row.currency) ?? 0n) + amount)
    weighted.set(row.currency, (weighted.get(row.currency) ?? 0n) + amount * BigInt(row.probability))
    if (row.value_base === null) withoutRate++
    base += BigInt(row.value_base ?? 0)
    weightedBase += BigInt(row.value_base ?? 0) * BigInt(row.probability)
  }
  const told = (sums: Map<string, bigint>, inBase: bigint) => ({
    amounts: [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, sum]) => written(sum, currency)),
    base: withoutRate ? null : written(inBase, 'EUR'),
    knownBase: written(inBase, 'EUR'),
    withoutRate,
  })
  return {
    count: rows.length,
    value: told(value, base),
    weightedValue: told(
      new Map([...weighted].map(([currency, sum]) => [currency, hundredth(sum)])),
      hundredth(weightedBase),
    ),
  }
}

const sum = '{ amounts { amount currency } base { amount currency } knownBase { amount currency } withoutRate }'
const board = (more = '', args = '') =>
  `dealBoard${args} { stage { id name category } count value ${sum} weightedValue ${sum} ${more} }`
const rawDeals = (where = ''): Promise<Json[]> =>
  world.database.read.query(`SELECT * FROM deals WHERE organization_id = '${us.organizationId}' ${where}`)

/** Deals of many currencies, some without rate, with ties and odds that make halves. */
async function manyDeals(clients: string[]) {
  const currencies = ['EUR', 'USD', 'JPY', 'KWD', 'EUR', 'GBP']
  const rates: Record<string, string> = { USD: '0.9131', JPY: '0.0061', KWD: '3.0175' }
  for (let at = 0; at < 60; at++) {
    const currency = currencies[at % 6] ?? 'EUR'
    await us.deal(clients[at % clients.length] ?? '', {
      title: `T${at % 7}`,
      currency,
      rate: at % 11 === 3 ? undefined : rates[currency],
      value:
        currency === 'JPY' ? String(101 * (at % 9)) : `${(at * 37) % 50}.${String((at * 13) % 100).padStart(2, '0')}`,
      probability: [0, 1, 33, 50, 50, 99, 100][at % 7],
      stageId: stages[(at * 5) % 6].id,
    })
  }
}

describe('the board', () => {
  test('shows every stage in its order, with sums that are those of its raw rows', async () => {
    const clients = [client.id, (await us.client()).id, (await us.client()).id]
    await manyDeals(clients)
    await us.do('reorderDealStages', { stageIds: [3, 5, 0, 1, 4, 2].map(at => stages[at].id) })
    const filters: [object | undefined, string][] = [
      [undefined, ''],
      [{ clientId: { eq: clients[1] } }, `AND client_id = '${clients[1]}'`],
      [{ probability: { gt: 40 }, currency: { eq: 'EUR' } }, "AND probability > 40 AND currency = 'EUR'"],
      [{ title: { eq: 'none' } }, 'AND 1 = 0'],
    ]
    for (const [filter, where] of filters) {
      const { dealBoard } = await us.get(
        `query($filter: DealFilter) { ${board('deals(first: 100) { totalCount nodes { id stageId } }', '(filter: $filter)')} }`,
        { filter },
      )
      expect(dealBoard.map((column: Json) => column.stage.id)).toEqual([3, 5, 0, 1, 4, 2].map(at => stages[at].id))
      const raw = await rawDeals(where)
      for (const {
        stage: { id, category },
        deals,
        ...figures
      } of dealBoard) {
        const rows = raw.filter(row => row.stage_id === id)
        expect({ id, ...figures }).toEqual({
          id,
          ...sumsOf(rows),
          ...(category === 'OPEN' ? {} : { weightedValue: null }),
        })
        expect(deals.nodes.map((deal: Json) => deal.id).sort()).toEqual(rows.map(row => row.id).sort())
        expect(deals.totalCount).toBe(figures.count)
      }
    }
  })

  test('rounds a weighted sum once, half-up, in each currency and in base', async () => {
    for (const probability of [49, 49, 1, 1]) await us.deal(client.id, { value: '0.01', probability }) // 0.49 + 0.49 + 0.01 + 0.01 cents
    await us.deal(client.id, { value: '0.5', currency: 'USD', rate: '0.01', probability: 49 }) // 24.5 cents of a dollar; half a cent, which is 1 in base, at 49 %
    const [column] = (await us.get(`{ ${board()} }`)).dealBoard
    expect(column.weightedValue).toEqual({
      amounts: [
        { amount: '0.01', currency: 'EUR' },
        { amount: '0.25', currency: 'USD' },
      ],
      base: { amount: '0.01', currency: 'EUR' },
      knownBase: { amount: '0.01', currency: 'EUR' },
      withoutRate: 0,
    })
    expect(column.value).toEqual({
      amounts: [
        { amount: '0.04', currency: 'EUR' },
        { amount: '0.50', currency: 'USD' },
      ],
      base: { amount: '0.05', currency: 'EUR' },
      knownBase: { amount: '0.05', currency: 'EUR' },
      withoutRate: 0,
    })
  })

  test('stays exact where value × probability exceeds 2^53, and refuses what no longer can be told', async () => {
    await us.deal(client.id, { value: '90071992547409.90', probability: 99 })
    await us.deal(client.id, { value: '0.01', probability: 51 })
    const [column] = (await us.get(`{ ${board()} }`)).dealBoard
    expect(column).toMatchObject({
      value: { amounts: [{ amount: '90071992547409.91' }] },
      weightedValue: { amounts: [{ amount: '89171272621935.81' }], base: { amount: '89171272621935.81' } },
    })
    await us.deal(client.id, { value: '0.01', probability: 0 })
    const refused = { errors: [{ extensions: { code: 'BAD_USER_INPUT', reason: 'NUMBER_TOO_LARGE' } }] }
    expect(await us.ask(`{ ${board()} }`)).toMatchObject(refused)
    const deal = `createDeal(input: { clientId: "${client.id}", title: "x", value: "90071992547409.91", probability: 100 }) { userErrors { code } }`
    for (let round = 0; round < 3; round++)
      await us.get(`mutation { ${Array.from({ length: 50 }, (_, at) => `d${at}: ${deal}`).join(' ')} }`)
    expect(await us.ask(`{ ${board()} }`)).toMatchObject(refused) // beyond 2^63, where SQLite's own sums end
  })

  test('pages and orders its deals, which a filter of their own narrows', async () => {
    for (const [at, value] of ['5', '1', '4', '2', '3'].entries()) await us.deal(client.id, { title: `T${at}`, value })
    const deals = (args: string) =>
      `deals(${args}) { totalCount nodes { value { amount } } pageInfo { endCursor hasNextPage } }`
    const first = (await us.get(`{ ${board(deals('first: 2, orderBy: { field: VALUE_BASE, direction: DESC }'))} }`))
      .dealBoard[0].deals
    expect(first).toMatchObject({
      totalCount: 5,
      nodes: [{ value: { amount: '5.00' } }, { value: { amount: '4.00' } }],
      pageInfo: { hasNextPage: true },
    })
    const next = (
      await us.get(
        `{ ${board(deals(`first: 2, after: "${first.pageInfo.endCursor}", orderBy: { field: VALUE_BASE, direction: DESC }`))} }`,
      )
    ).dealBoard[0].deals
    expect(next.nodes).toEqual([{ value: { amount: '3.00' } }, { value: { amount: '2.00' } }])
    const narrowed = (
      await us.get(
        `{ ${board(deals('filter: { title: { eq: "T0" } }'), '(filter: { title: { in: ["T0", "T1"] } })')} }`,
      )
    ).dealBoard[0]
    expect(narrowed).toMatchObject({ count: 2, deals: { totalCount: 1 } })
  })

  test('costs the same few statements, whatever the number of stages and deals', async () => {
    const count = async () => {
      await us.ask('{ __typename }')
      const before = world.database.statements
      await us.get(
        `{ ${board('deals(first: 3) { totalCount nodes { id client { legalName } owner { name } stage { name } quotes(first: 2) { nodes { number } } } }')} }`,
      )
      return world.database.statements - before
    }
    const user = await us.user()
    await us.deal(client.id, { ownerId: user.id })
    await us.deal(client.id, { ownerId: user.id, stageId: stages[1].id })
    await us.get('{ __typename }')
    await new Promise(resolve => setTimeout(resolve, 100)) // the first use of the key is written once a minute
    const few = await count()
    for (let at = 0; at < 20; at++) await us.do('createDealStage', { name: `S${at}`, category: 'OPEN' })
    stages = await pipeline()
    const clients = [client.id, (await us.client()).id]
    for (let at = 0; at < 60; at++)
      await us.deal(clients[at % 2] ?? '', { stageId: stages[at % stages.length].id, ownerId: user.id })
    expect(await count()).toBe(few)
    expect(few).toBeLessThanOrEqual(9)
  })
})

test('the figures of many clients are those of their raw rows, by category, in one statement', async () => {
  const clients = [client.id, (await us.client()).id, (await us.client()).id, (await us.client()).id]
  await manyDeals(clients.slice(0, 3))
  const context = contextOf(world.database, await findOrganization(world.database, us.organizationId), () => world.now)
  const before = world.database.statements
  const groups = await context.read('deals:read', scope =>
    dealGroups(scope, 'clientId', { sql: 't.clientId IN (:...clients)', parameters: { clients } }),
  )
  expect(world.database.statements - before).toBe(1)
  const raw = await rawDeals()
  for (const id of clients) {
    for (const category of ['OPEN', 'WON', 'LOST']) {
      const ours = groups.filter(group => group.of === id && group.category === category)
      const found = {
        count: ours.reduce((total, { count }) => total + count, 0),
        value: moneySum(
          ours.map(({ value }) => value),
          'EUR',
        ),
        weightedValue: moneySum(
          ours.map(({ weighted }) => weighted),
          'EUR',
          weightScale,
        ),
      }
      expect([id, category, found]).toEqual([
        id,
        category,
        sumsOf(raw.filter(row => row.client_id === id && row.category === category)),
      ])
    }
  }
  expect(groups.some(({ of }) => of === clients[3])).toBe(false)
})

test('clients are listed by their open deals, by those who may read deals', async () => {
  const [busy, idle] = [await us.client(), await us.client()]
  for (const { id } of [client, busy, busy]) await us.deal(id)
  await move(await us.deal(idle.id), stage('LOST'))
  const list =
    '{ clients(filter: { openDeals: { lt: 2 } }, orderBy: { field: OPEN_DEALS, direction: DESC }) { totalCount nodes { id } } }'
  expect((await us.get(list)).clients).toEqual({ totalCount: 2, nodes: [{ id: client.id }, { id: idle.id }] })
  const blind = await (await world.key(us.organizationId, ['clients:read'])).ask(list)
  expect(blind.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missing: ['deals:read'] })
  expect(
    (await us.ask('{ clients(asOf: "2026-01-01", filter: { openDeals: { gt: 0 } }) { totalCount } }')).errors?.[0]
      ?.message,
  ).toContain('no dated past')
})

test('a board filtered by the name of a client is for those who may read clients', async () => {
  await us.deal(client.id, { value: '5' })
  const query = `{ ${board('', '(filter: { clientName: { startsWith: "client" } })')} }`
  expect((await us.get(query)).dealBoard[0].count).toBe(1)
  const blind = await (await world.key(us.organizationId, ['deals:read'])).ask(query)
  expect(blind.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missing: ['clients:read'] })
})

test('an operation counts the deals of every stage of a board among the records it asks for', async () => {
  const answer = await us.ask(`{ ${board('deals(first: 100) { nodes { quotes(first: 10) { nodes { id } } } }')} }`)
  expect(answer).toMatchObject({
    status: 400,
    errors: [{ message: expect.stringContaining('more than 20000 records') }],
  })
})
