import { isEnumType } from 'graphql'
import { resolvers } from '../features/index.js'
import { schemaOf } from '../graphql/schema.js'
import { entities } from '../model/entity-metadata.js'
import { registryText } from './registry.js'

let lines: string[]

beforeAll(async () => {
  lines = (await registryText()).split('\n')
})

test('every record stands in its feature, with its table, prefix and permission', () => {
  const records = entities().map(({ name, table, prefix }) => `  ${name}: table ${table}, prefix ${prefix}, `)
  for (const record of records) expect(lines.filter(line => line.startsWith(record))).toHaveLength(1)
  expect(lines).not.toContain('unknown')
  const at = lines.indexOf('merging')
  expect(lines[at + 2]).toBe('  ClientMerge: table client_merges, prefix mrg, clients:read')
})

test('what engines have of a feature stands there', async () => {
  const schema = await schemaOf(resolvers)
  const valuesOf = (name: string) => {
    const type = schema.getType(name)
    return isEnumType(type) ? type.getValues().map(value => value.name) : []
  }
  const after = (what: string) =>
    lines.flatMap(line =>
      line.trim().startsWith(`${what}: `)
        ? line
            .trim()
            .slice(what.length + 2)
            .split(', ')
        : [],
    )
  expect(after('import').toSorted()).toEqual(valuesOf('ImportKind').toSorted())
  expect(after('saved views').toSorted()).toEqual(valuesOf('SavedViewList').toSorted())
  expect(after('merge fields').toSorted()).toEqual(valuesOf('MergeField').toSorted())
  expect(after('fills')).toEqual(expect.arrayContaining(['clientRecords', 'extendList', 'mergeObstacles']))
  expect(lines.at(-2)).toMatch(/^ {2}[A-Z]\w+\d{13}$/)
})
