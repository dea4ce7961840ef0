import type { DataSource, ObjectLiteral } from 'typeorm'
import { parametersOf, selectSql, shapeOf } from '../src/database/select.js'
import { Statement } from '../src/database/statement.js'
import { entities } from '../src/model/entity-metadata.js'
import { furnish } from './support/furnish.js'
import { World } from './support/world.js'

let world: World
let organization: string
beforeAll(async () => {
  world = await World.start()
  const us = await world.organization()
  organization = us.organizationId
  await furnish(us, 'canary')
  await furnish(await world.organization(), 'others')
})
afterAll(() => world.stop())

/** All rows of a record, as scopes read them and as TypeORM does. */
const rows = async (name: string) => {
  const record = entities().find(each => each.name === name)
  if (!record) throw new Error(`There is no record ${name}.`)
  const { columns, rowOf } = shapeOf(record)
  const selection = { order: [{ sql: 't.id', direction: 'ASC' as const }] }
  const sql = selectSql(record, columns, selection)
  const bound = Statement.of(sql, record).bind({ ...parametersOf(selection), organization })
  const { writer } = world.database as unknown as { writer: DataSource } // no feature can get at it
  const owner = record.fields.some(field => field.name === 'organizationId') ? 'organizationId' : 'id'
  const theirs = await writer
    .createQueryBuilder(record.type as new () => ObjectLiteral, 't') // a record's class is an entity
    .where(`t.${owner} = :organization`, { organization })
    .orderBy('t.id')
    .getMany()
  return { ours: (await world.database.read.lists(...bound)).map(rowOf), theirs }
}

test.each(entities().map(({ name }) => name))('rows of %s are those that TypeORM makes', async name => {
  const { ours, theirs } = await rows(name)
  expect(ours).toStrictEqual(theirs)
  expect(ours.every((row, at) => row.constructor === theirs[at]?.constructor)).toBe(true)
})

test('values of every kind are among them, and nulls', async () => {
  const found = new Set<string>()
  for (const { name, fields } of entities()) {
    const values = (await rows(name)).ours as unknown as Record<string, unknown>[] // read by the names of its own fields
    for (const row of values)
      for (const field of fields) found.add(row[field.name] === null ? `${field.kind} null` : field.kind)
  }
  const kinds = new Set(entities().flatMap(({ fields }) => fields.map(({ kind }) => kind)))
  expect([...kinds].filter(kind => !found.has(kind))).toEqual([])
  expect([...found].filter(kind => kind.endsWith('null')).length).toBeGreaterThan(7)
})
