import {
  getNamedType,
  isInputObjectType,
  isInputType,
  Kind,
  parse,
  typeFromAST,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql'
import { resolvers } from '../features/index.js'
import { keyScopes, permissionsOf } from '../model/permission.js'
import { documentsOf } from '../../test/support/documents.js'
import { RandomInputs } from '../../test/support/random-inputs.js'
import { Random } from '../../test/support/random.js'
import { refusalOf } from './refusal.js'
import { schemaOf } from './schema.js'

const schema = await schemaOf(resolvers)
const random = new Random(3)
const inputs = new RandomInputs(random, scalar =>
  scalar === 'Int' ? random.integer(-1, 120) : random.pick(['text', '', 'other', 7, true]),
)

const operationsOf = ({ definitions }: DocumentNode) =>
  definitions.filter((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION)

function variablesOf({ variableDefinitions = [] }: OperationDefinitionNode): Record<string, unknown> {
  return Object.fromEntries(
    variableDefinitions
      .filter(({ defaultValue }) => !defaultValue || random.chance(0.5))
      .map(({ variable, type: node }) => {
        const type = typeFromAST(schema, node as never) // each of its overloads takes one kind of type
        if (!isInputType(type)) throw new Error(`${getNamedType(type)?.name} is no input.`)
        return [variable.name.value, inputs.given(type, random.integer(0, 3))]
      }),
  )
}

/** A filter of each field alone: what it holds is nothing, so that only the names differ. */
function filtersOf(name: string): object[] {
  const type = schema.getType(name)
  if (!isInputObjectType(type)) throw new Error(`There is no input ${name}.`)
  return Object.values(type.getFields()).map(field => ({
    [field.name]: isInputObjectType(getNamedType(field.type)) ? {} : 'text',
  }))
}

type Refuse = ReturnType<typeof refusalOf>

function outcomeOf(refuse: Refuse, ...asked: Parameters<Refuse>) {
  try {
    const { cost, partFields } = refuse(...asked)
    return { cost, partFields }
  } catch (error) {
    return { refused: String(error) }
  }
}

test('an operation needs and costs with what is kept of it what it does without, whatever its variables are', () => {
  const kept = refusalOf(schema)
  const all = permissionsOf(keyScopes)
  const asked = documentsOf(schema).flatMap(document => operationsOf(document).map(each => [document, each] as const))
  expect(asked.length).toBeGreaterThan(500)
  let passed = 0
  for (const [document, operation] of asked) {
    const rounds = operation.variableDefinitions?.length ? 30 : 2
    for (let round = 0; round < rounds; round++) {
      const variables = variablesOf(operation)
      const held = random.chance(0.5) ? all : permissionsOf(random.some(keyScopes, keyScopes.length))
      const expected = outcomeOf(refusalOf(schema), document, operation, variables, held)
      expect([operation.loc, variables, outcomeOf(kept, document, operation, variables, held)]).toEqual([
        operation.loc,
        variables,
        expected,
      ])
      if ('cost' in expected) passed++
    }
  }
  expect(passed).toBeGreaterThan(2000)
})

test('a filter needs and costs what its own fields do, though others had the same form', () => {
  const kept = refusalOf(schema)
  const document = parse('query($filter: ClientFilter) { clients(filter: $filter) { totalCount } }')
  const [operation] = operationsOf(document)
  if (!operation) throw new Error('It has an operation.')
  const outcomes = filtersOf('ClientFilter').map(filter => {
    const asked = [document, operation, { filter }, permissionsOf(['clients:read'])] as const
    const expected = outcomeOf(refusalOf(schema), ...asked)
    expect([filter, outcomeOf(kept, ...asked)]).toEqual([filter, expected])
    return JSON.stringify(expected)
  })
  expect(new Set(outcomes).size).toBeGreaterThan(3)
})
