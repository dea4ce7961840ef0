import type { DataSource } from 'typeorm'
import { createOrganization } from '../src/features/organizations/index.js'
import { pipelineOf, stageOf } from './support/pipeline.js'
import { pick, recordsIn, today } from './support/record.js'
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

describe('the pipeline', () => {
  test.each([
    ['ca', ['Nova', 'Contactada', 'Proposta enviada', 'En negociació', 'Guanyada', 'Perduda']],
    ['es', ['Nueva', 'Contactada', 'Propuesta enviada', 'En negociación', 'Ganada', 'Perdida']],
    ['en', ['New', 'Contacted', 'Proposal sent', 'In negotiation', 'Won', 'Lost']],
  ])('of a new organisation has names in its language: %s', async (language, names) => {
    const made = await pipelineOf(await world.organization({ language }))
    expect(made.map(({ name }) => name)).toEqual(names)
    expect(made.map(({ category }) => category)).toEqual(['OPEN', 'OPEN', 'OPEN', 'OPEN', 'WON', 'LOST'])
    expect(made.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('of an organisation older than deals is created by the migration, with its history', async () => {
    const old = await World.start()
    try {
      const made = await createOrganization(old.system, { name: 'Antiga', language: 'es' })
      const { writer } = old.database as unknown as { writer: DataSource } // no feature can get at it
      for (const _ of writer.migrations.slice(1)) await writer.undoLastMigration()
      await old.database.write(manager => manager.query('DELETE FROM activity_events'))
      expect(await old.database.migrate()).toContain('Deals1764100000000')
      const tenant = await old.key(made.id, ['deals:write', 'clients:write'])
      expect((await pipelineOf(tenant)).map(({ name, category, version }) => [name, category, version])).toEqual([
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

  test('gets new stages at its end, and is reordered only as a whole', async () => {
    const added = await us.do(
      'createDealStage',
      { name: ' Demostració ', category: 'OPEN', externalId: 'D' },
      'id version name position',
    )
    expect(added).toMatchObject({ name: 'Demostració', position: 7 })
    const wanted = [stages[0], added, ...stages.slice(1)].map(({ id }) => id)
    await us.do('reorderDealStages', { stageIds: wanted })
    expect((await pipelineOf(us)).map(({ id, position }) => [id, position])).toEqual(
      wanted.map((id, at) => [id, at + 1]),
    )
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
    expect(await pipelineOf(us)).toHaveLength(6)
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
    expect((await pipelineOf(us)).map(({ id }) => id)).toEqual(stages.slice(1).map(({ id }) => id))

    await us.do('removeDealStage', { ...pick(stages[1]), mergeIntoId: stage('LOST').id })
    const { deals } = await us.get('{ deals(filter: { category: { eq: LOST } }) { nodes { stageId closedOn } } }')
    expect(deals.nodes).toEqual(Array(2).fill({ stageId: stage('LOST').id, closedOn: today }))
    expect((await events(first.id))[0].kind).toBe('DEAL_LOST')
  })

  test('is a setting: a key for deals reads it and does not change it', async () => {
    const sales = await world.key(us.organizationId, ['deals:write', 'clients:read'])
    expect(await pipelineOf(sales)).toHaveLength(6)
    const { errors } = await sales.ask(
      `mutation { createDealStage(input: { name: "x", category: OPEN }) { userErrors { code } } }`,
    )
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missing: ['admin'] })
  })

  test('stays complete when it is changed and used at the same time', async () => {
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
