import { moveDeal, pipelineOf, stageOf } from './support/pipeline.js'
import { pick, recordsIn, today, type Row } from './support/record.js'
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
  stages = await pipelineOf(us)
})
afterAll(() => world.stop())

const { codeOf, events } = recordsIn(() => us)
const stage = (category: string, at?: number) => stageOf(stages, category, at)
const move = (deal: Row, to: Row, given?: object, fields?: string) => moveDeal(us, deal, to, given, fields)

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

  test('keeps fields that are left out, clears null ones, and keeps the number in another currency', async () => {
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

  test('keeps its rate when its own currency is sent again; without a rate it takes that of the day it was made', async () => {
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

  test('can be moved, won, lost and opened again, each with an event and a day', async () => {
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

  test('cannot be created for an archived client, but an existing one goes on', async () => {
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
