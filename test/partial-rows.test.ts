import { getNamedType, isLeafType, isObjectType, isRequiredArgument, type GraphQLObjectType } from 'graphql'
import { furnish } from './support/furnish.js'
import { schema } from './support/walk.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant
beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  await furnish(us, 'canary')
})
afterAll(() => world.stop())

const fieldsOf = (type: unknown) => Object.values((type as GraphQLObjectType).getFields()) // of an object type

/** The lists of the Query type with the fields of their records, each with enough below it, and with the field of one record. */
const lists = fieldsOf(schema.getQueryType()).flatMap(list => {
  const connection = getNamedType(list.type)
  if (!isObjectType(connection) || !connection.name.endsWith('Connection')) return []
  const record = getNamedType(connection.getFields().nodes?.type)
  const one = fieldsOf(schema.getQueryType()).find(
    ({ type, args: [id, ...others] }) => getNamedType(type) === record && id?.name === 'id' && others.length === 0,
  )
  const fields = fieldsOf(record)
    .filter(field => !field.args.some(isRequiredArgument))
    .map(field => {
      const type = getNamedType(field.type)
      const below = type.name.endsWith('Connection') ? '{ pageInfo { endCursor } }' : '{ __typename }'
      return { name: field.name, text: isLeafType(type) ? field.name : `${field.name} ${below}` }
    })
  return [{ list: list.name, one: one?.name, fields }]
})

const nodes = async (list: string, selection: string): Promise<Json[]> =>
  (await us.get(`{ ${list}(first: 5) { nodes { ${selection} } } }`))[list].nodes

test.each(lists)(
  'a record of $list has the same value in a field that is asked for alone',
  async ({ list, fields }) => {
    const whole = await nodes(list, fields.map(({ text }) => text).join(' '))
    for (const { name, text } of fields)
      expect([name, await nodes(list, text)]).toEqual([name, whole.map(node => ({ [name]: node[name] }))])
  },
)

test.each(lists.filter(({ one }) => one))(
  'a record of $list that is read by its id has the same value in a field that is asked for alone',
  async ({ list, one = '', fields }) => {
    const of = async (id: string, selection: string): Promise<Json> =>
      (await us.get(`query($id: ID!) { ${one}(id: $id) { ${selection} } }`, { id }))[one]
    for (const { id } of (await nodes(list, 'id')).slice(0, 2)) {
      const whole = await of(id, fields.map(({ text }) => text).join(' '))
      for (const { name, text } of fields) expect([name, await of(id, text)]).toEqual([name, { [name]: whole[name] }])
    }
  },
)

test('what a record is read for by its id is all that is read of it', async () => {
  const [{ id }] = await nodes('clients', 'id')
  const trace: string[] = []
  world.database.trace = trace
  await us.get('query($id: ID!) { client(id: $id) { email projects { nodes { client { phone } } } } }', { id })
  world.database.trace = null
  expect(trace.filter(sql => / FROM clients /.test(sql)).map(sql => /^SELECT (.*?) FROM/.exec(sql)?.[1])).toEqual([
    't.`id`, t.`email`, t.`phone`',
  ])
})

test('a page reads only what its fields need, its order and its ids', async () => {
  const trace: string[] = []
  world.database.trace = trace
  await us.get('{ clients { nodes { email taxId owner { name } overview { projects { count } } } } }')
  world.database.trace = null
  const columns = /^SELECT (.*?) FROM clients/
    .exec(trace[0] ?? '')?.[1]
    ?.split(', ')
    .filter(column => !column.startsWith('f.')) // kept figures
  expect(columns).toEqual(
    ['id', 'legal_name_folded', 'tax_id_country', 'tax_id_number', 'email', 'owner_id'].map(name => `t.\`${name}\``),
  )
})
