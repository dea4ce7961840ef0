import { readdirSync, readFileSync } from 'node:fs'
import { Kind, parse, validate, visit, type DocumentNode, type OperationDefinitionNode } from 'graphql'
import { furnish, kindOf, type Furniture } from './support/furnish.js'
import { schema } from './support/walk.js'
import { World, type Tenant } from './support/world.js'

const pages = [
  'README.md',
  ...readdirSync('docs')
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
]
const blocks = pages.flatMap(page =>
  readFileSync(page, 'utf8')
    .split('```graphql\n')
    .slice(1)
    .map((rest, at) => ({ name: `${page} ${at + 1}`, text: rest.slice(0, rest.indexOf('```')) })),
)
const operationsOf = (document: DocumentNode) =>
  document.definitions.filter((each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION)
const queries = blocks.filter(({ text }) => operationsOf(parse(text)).some(({ operation }) => operation === 'query'))

let world: World
let us: Tenant
let ours: Furniture
beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  ours = await furnish(us, 'canary')
})
afterAll(() => world.stop())

test.each(blocks)('the GraphQL of $name is one operation that the schema takes as it is pasted', ({ text }) => {
  const document = parse(text)
  expect(validate(schema, document).map(({ message }) => message)).toEqual([])
  expect(operationsOf(document)).toHaveLength(1)
})

test.each(queries)(
  'the query of $name is answered without an error, and with a record for each id',
  async ({ text }) => {
    const { data, errors } = await us.ask(text, variablesOf(parse(text)))
    expect(errors).toBeUndefined()
    expect(Object.entries(data).filter(([, value]) => value === null)).toEqual([])
  },
)

/** The id of a record for each variable: of the kind that the field or argument which takes it names. */
function variablesOf(document: DocumentNode): Record<string, string | undefined> {
  const found: Record<string, string | undefined> = {}
  visit(document, {
    Field({ name: { value: field }, arguments: given = [] }) {
      for (const {
        name: { value: argument },
        value,
      } of given)
        if (value.kind === Kind.VARIABLE) found[value.name.value] = idFor(field, argument)
    },
  })
  return found
}

function idFor(field: string, argument: string): string | undefined {
  if (argument === 'loserId') return ours.archived // a client cannot be merged into itself
  return ours.byType[argument === 'id' ? `${field.charAt(0).toUpperCase()}${field.slice(1)}` : kindOf(field, argument)]
}
