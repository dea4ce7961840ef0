import 'reflect-metadata'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isEnumType, isInputObjectType, type GraphQLSchema } from 'graphql'
import { migrations } from '../database/migrations/index.js'
import { features, resolvers } from '../features/index.js'
import { feedTables } from '../features/feeds/index.js'
import { mergeFields } from '../features/merging/index.js'
import { savedLists } from '../graphql/saved-list.js'
import { schemaOf } from '../graphql/schema.js'
import { groupBy } from '../lib/group.js'
import { computedFields } from '../model/computed.js'
import { entities, searchKind, type EntityMetadata } from '../model/entity-metadata.js'

// For developers, from the sources alone (npm run registry): prints what each feature registers with the engines.

const root = 'src'

interface Source {
  /** A feature, or the room that keeps a record of its own. */
  home: string
  text: string
}

const sources = (): Source[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map(name => {
      const [room = '', feature = ''] = name.split(/[\\/]/)
      return { home: room === 'features' ? feature : room, text: readFileSync(`${root}/${name}`, 'utf8') }
    })

const registering = new Set(['registerEnumType'])

/**
 * The calls that the sources of each feature make as they are loaded, to slots of earlier features such as
 * `clientRecords`.
 */
function slotsOf(feature: string, all: readonly Source[]): string[] {
  const calls = all
    .filter(({ home }) => home === feature)
    .flatMap(({ text }) => [...text.matchAll(/^(\w+)(?:\.push)?\(/gm)].map(([, name = '']) => name))
  return [...new Set(calls)].filter(name => !registering.has(name)).toSorted()
}

function valuesOf(schema: GraphQLSchema, name: string): string[] {
  const type = schema.getType(name)
  if (isEnumType(type)) return type.getValues().map(value => value.name)
  return isInputObjectType(type) ? Object.keys(type.getFields()) : []
}

/** The lines about one record; what it has nothing of has no line. */
function linesOf(record: EntityMetadata, schema: GraphQLSchema): string[] {
  const { name, table, prefix, permission, type, search, part } = record
  const views = [...savedLists()].filter(([, listed]) => listed === record).map(([list]) => list)
  const feeds = feedTables().filter(({ kind, partKind }) => (part ? partKind : kind) === name)
  const about: [string, readonly string[]][] = [
    ['filters', valuesOf(schema, `${name}Filter`).filter(field => !['and', 'or', 'not'].includes(field))],
    ['orders', valuesOf(schema, `${name}OrderField`)],
    ['computed', computedFields(type).map(field => field.name)],
    ['saved views', views],
    ['search', search ? [...(search.names ?? []), ...(search.codes ?? []), ...(search.texts ?? [])] : []],
    ['import', valuesOf(schema, 'ImportKind').filter(kind => kind === searchKind(record))],
    ['feeds', feeds.filter(({ partKind }) => part || !partKind).map(feed => feed.name)],
  ]
  return [
    `  ${name}: table ${table}, prefix ${prefix}, ${permission ?? 'any key'}${part ? ', a part' : ''}`,
    ...about
      .filter(([, values]) => values.length > 0)
      .map(([heading, values]) => `    ${heading}: ${values.join(', ')}`),
  ]
}

/** Returns everything that each feature registers, in the order of the features. The rooms below them come last. */
export async function registryText(): Promise<string> {
  const schema = await schemaOf(resolvers)
  const all = sources()
  const homeOf = ({ table }: EntityMetadata) =>
    all.find(({ text }) => new RegExp(`^@entity\\(\\s*'${table}'`, 'm').test(text))?.home ?? 'unknown'
  const homes = groupBy(entities(), homeOf)
  const order = [...Object.keys(features), ...[...homes.keys()].filter(home => !(home in features))]
  const kinds = new Set(entities().map(({ name }) => name))
  const figureFeeds = feedTables()
    .filter(({ kind }) => !kinds.has(kind))
    .map(({ name }) => name)
  const lines = order.flatMap(home => {
    const slots = slotsOf(home, all)
    return [
      home,
      ...(homes.get(home) ?? []).flatMap(record => linesOf(record, schema)),
      ...(home === 'merging' ? [`  merge fields: ${mergeFields.map(({ name }) => name).join(', ')}`] : []),
      ...(home === 'feeds' ? [`  feeds of figures: ${figureFeeds.join(', ')}`] : []),
      ...(home in features && slots.length > 0 ? [`  fills: ${slots.join(', ')}`] : []),
    ]
  })
  return [...lines, 'migrations', ...migrations.map(({ name }) => `  ${name}`), ''].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(await registryText())
