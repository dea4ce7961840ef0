import { getNamedType, isInputObjectType } from 'graphql'
import { newId } from '../src/lib/id.js'
import { contentOf, idsOf } from './support/content.js'
import { furnish, type Furniture } from './support/furnish.js'
import { inputFor, inputTypeOf, linksOf } from './support/mutation-inputs.js'
import { choicesOf, Coverage, mutations, nodeVisits, visits, type Arguments } from './support/walk.js'
import { World, type Answer, type Tenant } from './support/world.js'
import { entities } from '../src/model/entity-metadata.js'

const ourCanary = 'axolotl'
const theirCanary = 'quetzal'

let world: World
let us: Tenant
let them: Tenant
let ours: Furniture
let theirs: Furniture
let alone: Map<string, string>
let together: Map<string, string>
let ourIds: string[]
let theirIds: string[]
const coverage = new Coverage()

const prefixOf = (type: string) => entities().find(({ name }) => name === type.replace(/^Other/, ''))?.prefix ?? 'non'
/** A record of a kind, or where two are asked for another one of it. */
const idIn = (furniture: Furniture) => (type: string) =>
  (type === 'OtherClient' ? furniture.archived : furniture.byType[type]) ?? ''
const ghosts = new Map<string, string>()
/** An id of nothing, always the same for a kind. */
function ghostOf(type: string): string {
  const ghost = ghosts.get(type) ?? newId(prefixOf(type), new Date('2020-01-01'))
  ghosts.set(type, ghost)
  return ghost
}

const upper = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

/** Arguments that show all there is; ids by the kind of record, from `idOf`. */
const showing =
  (idOf: (type: string) => string): Arguments =>
  (parent, field, argument) => {
    if (parent === 'Query' && argument === 'id') return JSON.stringify(idOf(upper(field)))
    if (argument === 'winnerId') return JSON.stringify(idOf('OtherClient'))
    if (argument === 'personId') return JSON.stringify(idOf('Client'))
    if (argument === 'loserId') return JSON.stringify(idOf('Client'))
    if (argument === 'ids') return JSON.stringify([idOf('Client'), idOf('Invoice')])
    if (argument === 'archived') return 'INCLUDE'
    if (argument === 'query') return '"same"' // the e-mail address that both have
    return argument === 'days' ? '30' : undefined
  }

/** Every query of the walk, those with each value of each enum argument and on a past day included. */
function walk(idOf: (type: string) => string) {
  const show = showing(idOf)
  const plain = visits(show).filter(({ name }) => name !== 'Query.node')
  const more = plain.flatMap(visit =>
    visit.args.flatMap(argument => {
      // The lists of an overview have its day and their own group.
      if (
        argument.name === 'orderBy' ||
        (visit.types.some(type => /^(Client|Organization)Overview$/.test(type)) &&
          ['asOf', 'bucket'].includes(argument.name) &&
          !visit.name.endsWith('.overview'))
      )
        return []
      const values = argument.name === 'asOf' ? ['"2026-03-05"'] : choicesOf(argument)
      return values.flatMap(value =>
        visits(show, {
          only: visit.name,
          last: (parent, field, name) => (name === argument.name ? value : show(parent, field, name)),
        }).map(each => ({ ...each, name: `${each.name} ${argument.name} ${value}` })),
      )
    }),
  )
  return [...plain, ...more, ...nodeVisits(idOf)]
}

async function answers(tenant: Tenant, furniture: Furniture): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const { name, query } of walk(idIn(furniture))) {
    const answer = await tenant.ask(query)
    if (answer.errors) throw new Error(`${name}: ${JSON.stringify(answer.errors)}\n${query}`)
    coverage.see(answer.data)
    found.set(name, JSON.stringify(answer).replace(/"lastUsedAt":"[^"]*"/g, '"lastUsedAt":null'))
  }
  return found
}

beforeAll(async () => {
  world = await World.start()
  us = await world.organization({ name: ourCanary })
  ours = await furnish(us, ourCanary)
  alone = await answers(us, ours)
  them = await world.organization({ name: theirCanary })
  theirs = await furnish(them, theirCanary)
  ourIds = await idsOf(world, us.organizationId)
  theirIds = await idsOf(world, them.organizationId)
})
afterAll(() => world.stop())

const holds = (text: string, canary: string, ids: readonly string[]) =>
  text.toLowerCase().includes(canary) || ids.some(id => text.includes(id))

test('every answer is the same as before there was another organisation', async () => {
  together = await answers(us, ours)
  for (const [name, answer] of together) expect(`${name} ${answer}`).toBe(`${name} ${alone.get(name)}`)
})

test('no answer holds a text or an id of the other organisation, either way round', async () => {
  for (const [name, answer] of together) expect([name, holds(answer, theirCanary, theirIds)]).toEqual([name, false])
  for (const [name, answer] of await answers(them, theirs))
    expect([name, holds(answer, ourCanary, ourIds)]).toEqual([name, false])
})

test('the walk reaches every field of every type, for a real record, and shows our own canary in every text', async () => {
  const visited = walk(idIn(ours))
  expect(coverage.missing(visited)).toEqual(['SearchResult.record']) // a Node of any kind, like those of nodeVisits
  const everything = [...alone.values()].join('\n')
  for (const id of ourIds) {
    const hidden = entities()
      .filter(({ part, name }) => part || name === 'ActivityEvent')
      .some(({ prefix }) => id.startsWith(`${prefix}_`))
    if (!hidden) expect([id, everything.includes(id)]).toEqual([id, true])
  }
  for (const text of [
    'legalName',
    'tradeName',
    'line1',
    'notes',
    'phone',
    'tags',
    'role',
    'code',
    'note',
    'title',
    'method',
    'reference',
    'line',
  ])
    expect(everything).toContain(`${ourCanary} ${text}`)
})

test('an id of the other organisation answers like one that does not exist', async () => {
  const masked = (answer: Answer, ids: Iterable<string>) =>
    [...ids].reduce((text, id) => text.replaceAll(id, 'X'), JSON.stringify(answer))
  const foreign = walk(idIn(theirs))
  const missing = walk(ghostOf)
  for (const [at, { name, query, args }] of foreign.entries()) {
    if (!name.startsWith('Query.') || !(name.startsWith('Query.node') || args.some(argument => argument.name === 'id')))
      continue
    const answer = await us.ask(query)
    expect([name, masked(answer, theirIds)]).toEqual([
      name,
      masked(await us.ask(missing[at]?.query ?? ''), ghosts.values()),
    ])
    expect([name, JSON.stringify(answer.data)]).toEqual([
      name,
      expect.stringMatching(/^(null|\{"(node|organization)":null\}|\{"nodes":\[null,null\]\}|\{"\w+":null\})$/),
    ])
  }
})

test('filters by ids and texts of the other organisation find and count nothing', async () => {
  const show = showing(idIn(ours))
  let tried = 0
  for (const { name, query, args } of visits(show, {
    last: (parent, field, argument) => (argument === 'filter' ? 'FILTER' : show(parent, field, argument)),
  })) {
    const filter = args.find(argument => argument.name === 'filter')
    const type = filter && getNamedType(filter.type)
    if (!isInputObjectType(type)) continue
    const conditions = Object.values(type.getFields()).flatMap(field => {
      const operators = getNamedType(field.type).name
      const byId = `{ ${field.name}: { in: ${JSON.stringify(theirIds.slice(0, 190))} } }`
      if (operators === 'IdFilter' || (operators === 'TextFilter' && field.name.endsWith('Id')))
        return field.name === 'externalId' ? [] : [byId]
      return operators === 'TextFilter' ? [`{ ${field.name}: { contains: "${theirCanary}" } }`] : []
    })
    const found = await us.get(query.replace('FILTER', `{ or: [${conditions.join(' ')}] }`))
    const text = JSON.stringify(found)
    expect([
      name,
      /"totalCount":[1-9]/.test(text),
      holds(text.replaceAll('"filter"', ''), theirCanary, theirIds),
    ]).toEqual([name, false, false])
    tried++
  }
  expect(tried).toBeGreaterThan(30)
})

test('a cursor of the other organisation shows nothing of it', async () => {
  const { clients } = await them.get('{ clients { edges { cursor } } }')
  const found = await us.get('query($after: String) { clients(after: $after) { nodes { legalName } } }', {
    after: clients.edges[0].cursor,
  })
  expect(holds(JSON.stringify(found), theirCanary, theirIds)).toBe(false)
})

test('every mutation refuses every id of the other organisation like one that does not exist, and changes nothing', async () => {
  const before = await contentOf(world)
  const without: string[] = []
  for (const { name: mutation } of mutations()) {
    if (linksOf(mutation).length === 0) without.push(mutation)
    for (const link of linksOf(mutation)) {
      const [theirId, ghost] = [theirs.byType[link.kind] ?? '', ghostOf(link.kind)]
      const label = `${mutation}.${link.name}`
      const foreign = await send(mutation, await inputFor(world, ours, mutation, link, theirId))
      const missing = await send(mutation, await inputFor(world, ours, mutation, link, ghost))
      expect([label, foreign.replaceAll(theirId, 'X')]).toEqual([label, missing.replaceAll(ghost, 'X')])
      expect([label, foreign]).toEqual([label, expect.stringContaining('NOT_FOUND')])
    }
  }
  expect(without.sort()).toEqual([
    'archiveClients',
    'createApiKey',
    'createDealStage',
    'createExchangeRate',
    'createImport',
    'createSavedView',
    'createUser',
    'fillRates',
    'saveExchangeRates',
    'tagClients',
    'unarchiveClients',
    'updateOrganization',
  ])
  expect((await contentOf(world)) === before).toBe(true)
})

async function send(mutation: string, input: object): Promise<string> {
  return JSON.stringify(
    await us.ask(
      `mutation($input: ${inputTypeOf(mutation).name}!) { ${mutation}(input: $input) { __typename userErrors { code message field } } }`,
      { input },
    ),
  )
}

test('a change in one organisation changes no row of the other', async () => {
  const before = await contentOf(world, them.organizationId)
  for (const { name: mutation } of mutations()) await send(mutation, await inputFor(world, ours, mutation))
  expect((await contentOf(world, them.organizationId)) === before).toBe(true)
})
