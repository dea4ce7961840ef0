import {
  BREAK, getNamedType, isEnumType, isInputObjectType, isListType, isNonNullType, TypeInfo, valueFromASTUntyped, visit, visitWithTypeInfo,
  type DocumentNode, type FieldNode, type GraphQLField, type GraphQLInputType, type GraphQLSchema, type OperationDefinitionNode,
} from 'graphql'
import { badInput, forbidden } from './errors.js'
import { pageLimit } from './connection.js'
import type { Permission } from './permission.js'

/** What one request may ask for. Documented in the README. */
export const limits = {
  /** Bytes of a request's body. */
  body: 1_000_000,
  /** Files that come with a request. */
  files: 20,
  /** Tokens of a document. */
  tokens: 10_000,
  /** Levels of nested brackets of any kind in the text of a document. */
  brackets: 100,
  /** Levels of nested fields, introspection apart. */
  depth: 15,
  /** Levels of nested inputs, with the fields they are given to. */
  inputDepth: 30,
  /** Fields of the Query or Mutation type in one operation, aliases included. */
  rootFields: 50,
  /** Fields of one operation, those of its fragments counted at every spread. */
  fields: 5_000,
  /** Records, and months of overviews, that an operation may return at the most: the pages multiplied along their nesting. */
  records: 20_000,
}

const quoted = /"""[^]*?"""|"(?:\\.|[^"\\\n])*"|#.*/g

/** Refuses a document that is nested beyond the stack of whoever parses or validates it, before anybody does. */
export function refuseDeepText(text: unknown) {
  if (typeof text !== 'string') return
  let depth = 0
  for (const [bracket] of text.replace(quoted, '').matchAll(/[[\](){}]/g)) {
    depth += '[({'.includes(bracket) ? 1 : -1
    if (depth > limits.brackets) throw badInput(`A document may nest brackets at most ${limits.brackets} deep.`, { http: { status: 400 } })
  }
}

interface Needs {
  permissions: { permission: Permission; path: string }[]
  /** Why the operation is too large; undefined when it is not. */
  tooLarge?: string
}

interface Extensions {
  permission?: Permission | readonly Permission[] | null
  size?: number
}

/**
 * Refuses an operation, before it runs, that asks for more than the key may see or than the server gives.
 * The door refuses too; this makes the refusal complete and cheap. Apollo makes a 500 of what is thrown this early,
 * unless it carries a status.
 */
export function refuseBeforehand(
  schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Record<string, unknown>, held: ReadonlySet<Permission>,
) {
  if (!schema.getRootType(operation.operation)) throw badInput(`This API has no ${operation.operation}; send a query or a mutation.`, { http: { status: 400 } })
  const defaults = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) => (defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)] as const] : []))
  const needs = needsOf(schema, document, operation, { ...Object.fromEntries(defaults), ...variables })
  const missing = needs.permissions.filter(({ permission }) => !held.has(permission))
  if (missing.length > 0) {
    const scopes = [...new Set(missing.map(({ permission }) => permission))]
    const fields = [...new Set(missing.map(({ path }) => path))]
    throw forbidden(`The key lacks ${scopes.join(', ')}, which ${fields.join(', ')} ${fields.length > 1 ? 'need' : 'needs'}.`, { missing: scopes, fields, http: { status: 403 } })
  }
  if (needs.tooLarge) throw badInput(needs.tooLarge, { http: { status: 400 } })
}

function needsOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Record<string, unknown>): Needs {
  const needs: Needs = { permissions: [] }
  const fragments = new Map(document.definitions.flatMap(node => (node.kind === 'FragmentDefinition' ? [[node.name.value, node] as const] : [])))
  let fields = 0
  let rootFields = 0
  let records = 0

  // Fragments that spread fragments can make a small document stand for a huge operation, with fields or without.
  const spend = () => {
    if (++fields > limits.fields) needs.tooLarge ??= `An operation may select at most ${limits.fields} fields.`
    return needs.tooLarge === undefined
  }

  const walk = (node: OperationDefinitionNode | FieldNode | (typeof fragments extends Map<string, infer F> ? F : never), path: string[], factor: number, info: TypeInfo) => {
    const factors = [factor]
    const names = [...path]
    const leave = () => {
      names.pop()
      factors.pop()
      return false as const
    }
    visit(node, visitWithTypeInfo(info, {
      Field: {
        enter(field) {
          const name = field.name.value
          names.push(name)
          factors.push(factors.at(-1) ?? 1)
          if (!spend()) return BREAK
          if (name.startsWith('__')) return leave() // introspection shows the schema, which every key may see
          if (names.length === 1 && ++rootFields > limits.rootFields) needs.tooLarge = `An operation may have at most ${limits.rootFields} root fields; send the others in another request.`
          if (names.length > limits.depth) {
            needs.tooLarge = `An operation may nest fields at most ${limits.depth} levels deep.`
            return BREAK
          }
          const definition = info.getFieldDef()
          const type = info.getType()
          const at = names.join('.')
          const named = type && getNamedType(type)
          note(definition, at)
          note(named, at)
          const { size = monthsOf(field, definition, variables) ?? pageSize(field, named?.name, variables) } = (definition?.extensions ?? {}) as Extensions // what graphql/operation.ts puts there
          const next = (factors.pop() ?? 1) * size
          factors.push(next)
          if (size > 1) records += next
          if (records > limits.records) {
            needs.tooLarge = `This operation could return more than ${limits.records} records; ask for smaller pages or less nesting.`
            return BREAK
          }
          return undefined
        },
        leave() {
          leave()
        },
      },
      Argument(argument) {
        const type = info.getInputType()
        if (!type) return
        const value = argument.value.kind === 'Variable' ? variables[argument.value.name.value] : valueFromASTUntyped(argument.value, variables)
        noteInput(type, value, [...names, argument.name.value])
      },
      InlineFragment() {
        if (!spend()) return BREAK
        const type = info.getType()
        note(type && getNamedType(type), names.join('.'))
        return undefined
      },
      FragmentSpread(spread) {
        if (!spend()) return BREAK
        const fragment = fragments.get(spread.name.value)
        const type = fragment && schema.getType(fragment.typeCondition.name.value)
        if (!fragment || !type) return undefined
        note(type, names.join('.'))
        walk(fragment, names, factors.at(-1) ?? 1, new TypeInfo(schema))
        return undefined
      },
    }))
  }

  const note = (part: { extensions: object } | undefined | null, path: string) => {
    const { permission } = (part?.extensions ?? {}) as Extensions // what graphql/operation.ts and schema.ts put there
    for (const each of [permission ?? []].flat()) needs.permissions.push({ permission: each, path })
  }

  /** Fields of inputs may need more than the field they are given to. */
  const noteInput = (type: GraphQLInputType, value: unknown, path: string[]) => {
    const named = getNamedType(type)
    if (isEnumType(named)) [value].flat().forEach(name => { if (typeof name === 'string') note(named.getValue(name), path.join('.')) })
    if (!isInputObjectType(named) || value === null || typeof value !== 'object') return
    const bare = isNonNullType(type) ? type.ofType : type
    const items = isListType(bare) && Array.isArray(value) ? value : [value]
    for (const item of items as unknown[]) { // JSON of a request
      if (item === null || typeof item !== 'object') continue
      for (const [name, given] of Object.entries(item)) {
        const field = Object.hasOwn(named.getFields(), name) ? named.getFields()[name] : undefined
        if (!field) continue
        if (path.length > limits.inputDepth) {
          needs.tooLarge = `An input may nest at most ${limits.inputDepth} levels deep, the fields around it included.`
          return
        }
        note(field, [...path, name].join('.'))
        noteInput(field.type, given, [...path, name])
      }
    }
  }

  walk(operation, [], 1, new TypeInfo(schema))
  return needs
}

/** How many months a list of them has; undefined for other fields. */
function monthsOf(field: FieldNode, definition: GraphQLField<unknown, unknown> | null | undefined, variables: Record<string, unknown>): number | undefined {
  const argument = definition?.args.find(({ name }) => name === 'months')
  if (!argument) return undefined
  const given = field.arguments?.find(({ name }) => name.value === argument.name)
  const months = Number((given && valueFromASTUntyped(given.value, variables)) ?? argument.defaultValue)
  return months > 1 ? months : 1 // what is no number is refused with the variables
}

function pageSize(field: FieldNode, typeName: string | undefined, variables: Record<string, unknown>): number {
  if (typeName === 'Node' && field.name.value === 'nodes') {
    const ids: unknown = field.arguments?.[0] && valueFromASTUntyped(field.arguments[0].value, variables)
    return Array.isArray(ids) ? Math.max(1, ids.length) : 1
  }
  if (!typeName?.endsWith('Connection')) return 1
  const sizes = (field.arguments ?? []).filter(({ name }) => name.value === 'first' || name.value === 'last').map(({ value }) => valueFromASTUntyped(value, variables))
  const given = sizes.filter(size => typeof size === 'number' && size > 0) as number[] // just looked
  return given.length > 0 ? Math.min(Math.max(...given), pageLimit) : 20
}
