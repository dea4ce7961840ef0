import { isDeepStrictEqual } from 'node:util'
import {
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql'
import { buildSchema, getMetadataStorage, type ClassType, type NonEmptyArray } from 'type-graphql'
import { resolvers } from '../features/index.js'
import { setHandlers } from './handlers.js'
import { RandomInputs } from '../../test/support/random-inputs.js'
import { Random } from '../../test/support/random.js'

// type-graphql's own resolvers are what ours are compared with: each method must be called with the same.

interface Call {
  on: unknown
  taken: unknown[]
}
let calls: Call[] = []

/**
 * Lets every method of a resolver class note what it is called with, instead of doing anything. Returns what brings the
 * methods back, which other tests of the same worker call.
 */
function noteCalls() {
  const { queries, mutations, fieldResolvers } = getMetadataStorage()
  const methods = [...queries, ...mutations, ...fieldResolvers.filter(({ kind }) => kind === 'external')].map(
    ({ target, methodName }) => ({
      target: target.prototype as object, // of a class
      methodName,
      own: Object.getOwnPropertyDescriptor(target.prototype, methodName),
    }),
  )
  for (const { target, methodName } of methods)
    Object.defineProperty(target, methodName, {
      configurable: true,
      value(this: object, ...taken: unknown[]) {
        calls.push({ on: this.constructor, taken })
        return 'called'
      },
    })
  return () => {
    for (const { target, methodName, own } of methods) if (own) Object.defineProperty(target, methodName, own)
  }
}

const built = () =>
  buildSchema({ resolvers: resolvers as unknown as NonEmptyArray<never>, validate: false, skipCheck: true }) // as graphql/schema.ts does

type Field = GraphQLField<unknown, unknown>

const fieldsOf = (schema: GraphQLSchema) =>
  new Map(
    Object.values(schema.getTypeMap())
      .filter((type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'))
      .flatMap(type =>
        Object.values(type.getFields()).map((field): [string, Field] => [`${type.name}.${field.name}`, field]),
      )
      .filter(([, { resolve }]) => resolve),
  )

const random = new Random(15)
const { given } = new RandomInputs(random)

const argumentsOf = ({ args }: Field) =>
  Object.fromEntries(
    args
      .filter(({ type, defaultValue }) => isNonNullType(type) || defaultValue !== undefined || random.chance(0.7))
      .map(({ name, type }) => [name, given(type, 3)]),
  )

/** Plain objects, and an instance of each class that a method of this name takes as what it is asked of. */
function sources(name: string): unknown[] {
  const plain = { id: 'id', one: 1, frame: { clientId: null } }
  const classes = getMetadataStorage()
    .fieldResolvers.filter(({ methodName }) => methodName === name)
    .flatMap(({ kind, target, params = [] }) =>
      kind === 'internal' ? [target] : params.map(each => (each.kind === 'root' ? each.getType?.() : undefined)),
    )
    .filter((type): type is ClassType<object> => typeof type === 'function')
  return [undefined, plain, ...classes.map(type => Object.assign(Object.create(type.prototype), plain))]
}

function outcomeOf({ resolve }: Field, source: unknown, args: object, context: object, info: GraphQLResolveInfo) {
  try {
    return { value: resolve?.(source, args, context, info) }
  } catch (error) {
    return { error: String(error) }
  }
}

let theirs: Map<string, Field>
let ours: Map<string, Field>

let restore: () => void

beforeAll(async () => {
  restore = noteCalls()
  theirs = fieldsOf(await built())
  const schema = await built()
  setHandlers(schema)
  ours = fieldsOf(schema)
})

afterAll(() => {
  restore()
})

test('every field that a class resolves has a resolver of ours', () => {
  expect(theirs.size).toBeGreaterThan(300)
  expect([...ours.keys()]).toEqual([...theirs.keys()])
  for (const [name, { resolve }] of theirs) expect([name, ours.get(name)?.resolve === resolve]).toEqual([name, false])
})

test('every field calls its method with what type-graphql would give it, and at once', async () => {
  for (const [name, field] of ours) {
    const their = theirs.get(name)
    if (!their) throw new Error(`${name} is new.`)
    for (const source of sources(field.name))
      for (let round = 0; round < 6; round++) {
        const [args, context, info] = [argumentsOf(field), { name: 'context' }, { fieldName: field.name }]
        const noted = async (one: Field) => {
          calls = []
          const outcome = outcomeOf(one, source, structuredClone(args), context, info as GraphQLResolveInfo) // unread
          const atOnce = [...calls]
          return { outcome: 'value' in outcome ? { value: await outcome.value } : outcome, calls, atOnce }
        }
        const [own, expected] = [await noted(field), await noted(their)]
        const wanted = { ...expected, atOnce: expected.calls }
        if (!isDeepStrictEqual(own, wanted)) expect({ name, ...own }).toStrictEqual({ name, ...wanted }) // which is slow
        if (source === undefined) expect(JSON.stringify(own.calls)).toBe(JSON.stringify(expected.calls)) // inputs keep their order too
      }
  }
})
