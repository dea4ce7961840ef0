import { getNamedType, isEnumType, isInputObjectType, isObjectType, type GraphQLSchema } from 'graphql'
import { connectionNames } from '../graphql/connection.js'
import { costs, type Cost } from '../model/cost.js'
import { limits } from '../graphql/limits.js'

const introduction = `# What an operation costs

\`npm run generate\` makes this page from the source. Do not edit it.

The server adds up the cost of an operation in points before it runs, from its fields, its pages and its variables. An operation may
cost at most ${limits.cost} points (\`viewer { limits { cost } }\`). The server refuses one that costs more with BAD_USER_INPUT, and
nothing of it runs. \`extensions\` has its \`cost\` and the \`budget\`, and the message names what costs most. Ask for less then:
smaller pages, fewer counts and figures, or several requests. A point is about a millisecond of a server that keeps 10,000 clients
with 20 documents each.

A field that is asked of the whole organisation costs the points under «whole», once. A field that is asked of records, such as the
clients of a page, costs those under «each» for each of them. An alias that repeats a field costs again. Everything that \`@skip\`
or \`@include\` may leave out counts.

## Everywhere
| what | whole | each |
|---|---|---|
`

const points = ({ whole = 0, each = 0 }: Cost) => `${whole || ''} | ${each || ''} |`

const everywhere: [string, Cost][] = [
  ['a field of a record', { each: costs.value }],
  ['a record of a page, or a month of an overview', { each: costs.record }],
  [
    'a line or another record that comes with one, and again its fields, added when they have been read',
    { each: costs.part },
  ],
  ['a field with arguments', { whole: costs.statement }],
  ['a mutation', { whole: costs.change }],
  ['an item of a list in its input, such as a line', { each: costs.item }],
  ['a list of each of several records', costs.list],
  ['`totalCount`, unless it stands below', costs.count],
  ['`filter`, unless it stands below', costs.filter],
  ['`filter: { search }`', costs.search],
  ['`orderBy`', costs.order],
  ['`bucket`', costs.bucket],
  ['filtering or ordering by a figure that is worked out for every record (listed below)', costs.figure],
  ['`savedViewId`: what its filter and its order cost, added while the operation runs', {}],
]

/** What graphql/operation.ts and attach-costs.ts put there. */
const costOf = (part: { extensions: object } | undefined) => (part?.extensions as { cost?: Cost } | undefined)?.cost // nothing else puts a cost there
const isOneOf = ({ whole = 0, each = 0 }: Cost, ...usual: Required<Cost>[]) =>
  usual.some(other => other.whole === whole && other.each === each)

/** The costs that the schema declares, as a page of the documentation. */
export function costsText(schema: GraphQLSchema): string {
  const fields = new Map<string, Cost>()
  const figures: string[] = []
  const connections = new Set(connectionNames())
  for (const type of Object.values(schema.getTypeMap())) {
    if (isEnumType(type))
      figures.push(
        ...type
          .getValues()
          .filter(costOf)
          .map(value => `${type.name}.${value.name}`),
      )
    if (isInputObjectType(type))
      figures.push(
        ...Object.values(type.getFields())
          .filter(field => costOf(field) && field.name !== 'search')
          .map(field => `${type.name}.${field.name}`),
      )
    if (!isObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      const cost = costOf(field)
      if (cost && !isOneOf(cost, costs.list, costs.count)) fields.set(`${type.name}.${field.name}`, cost)
      const list = getNamedType(field.type).name
      const filter = connections.has(list) ? costOf(field.args.find(({ name }) => name === 'filter')) : undefined
      if (filter && !isOneOf(filter, costs.filter)) fields.set(`${list}, filtered`, filter)
    }
  }
  const table = (rows: readonly [string, Cost][]) =>
    rows.map(([name, cost]) => `| ${name} | ${points(cost)}`).join('\n')
  const declared = table(
    [...fields].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, cost]) => [`\`${name}\``, cost]),
  )
  return `${introduction}${table(everywhere)}

## Fields
| field | whole | each |
|---|---|---|
${declared}

## Figures that lists are filtered and ordered by
${figures
  .sort()
  .map(name => `\`${name}\``)
  .join(' · ')}
`
}
