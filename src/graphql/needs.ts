import {
  BREAK, getNamedType, getNullableType, isEnumType, isInputObjectType, isInterfaceType, isListType, isNonNullType, isObjectType, TypeInfo, valueFromASTUntyped, visit, visitWithTypeInfo,
  type DocumentNode, type FieldNode, type FragmentDefinitionNode, type GraphQLField, type GraphQLInputType, type GraphQLSchema, type OperationDefinitionNode,
} from 'graphql'
import { pageLimit } from './connection.js'
import { costAt, costs, type Cost } from './cost.js'
import { limits } from './limits.js'
import type { Permission } from './permission.js'

type Variables = Record<string, unknown>

/** What an operation takes, as far as it can be told before it runs. */
export interface Needs {
  permissions: { permission: Permission; path: string }[]
  /** Points, whole ones. */
  cost: number
  /** What costs most, the dearest first. */
  dearest: { path: string; cost: number }[]
  /** Why the operation is too large; undefined when it is not. */
  tooLarge?: string
}

/** What graphql/operation.ts and graphql/schema.ts put into the schema. */
interface Extensions {
  permission?: Permission | readonly Permission[] | null
  size?: number
  cost?: Cost
  /** Whether a type is a record that belongs to the organisation. */
  record?: boolean
}
const extensionsOf = (part: { extensions: object } | undefined | null) => (part?.extensions ?? {}) as Extensions // what is put there

/** Where a walk is: how many objects the field is asked of, and whether they are records. */
interface Place {
  parents: number
  within: boolean
  /** Of a page of a list, how many records it has at the most. */
  page?: number
}

export function needsOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): Needs {
  const walk = new Walk(schema, document, variables, operation.operation === 'mutation')
  walk.through(operation, [], { parents: 1, within: false })
  return walk.needs()
}

class Walk {
  private readonly permissions: Needs['permissions'] = []
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  private readonly spent = new Map<string, number>()
  private readonly sizes: Map<string, number>
  private fields = 0
  private rootFields = 0
  private inputs = 0
  private records = 0
  private schemas = 0
  private cost = 0
  private tooLarge: string | undefined

  constructor(private readonly schema: GraphQLSchema, document: DocumentNode, private readonly variables: Variables, private readonly changes: boolean) {
    this.fragments = new Map(document.definitions.flatMap(node => (node.kind === 'FragmentDefinition' ? [[node.name.value, node] as const] : [])))
    this.sizes = sizesOfIntrospection(schema)
  }

  needs(): Needs {
    const dearest = [...this.spent].map(([path, cost]) => ({ path, cost })).sort((one, other) => other.cost - one.cost)
    return { permissions: this.permissions, cost: Math.ceil(this.cost), dearest, tooLarge: this.tooLarge }
  }

  through(node: OperationDefinitionNode | FragmentDefinitionNode, path: readonly string[], place: Place) {
    const info = new TypeInfo(this.schema)
    const names = [...path]
    const places = [place]
    const here = () => places.at(-1) ?? place
    visit(node, visitWithTypeInfo(info, {
      Field: {
        enter: field => {
          names.push(field.name.value)
          places.push(this.enter(field, info, names, here()))
          return this.tooLarge === undefined ? undefined : BREAK
        },
        leave: () => {
          names.pop()
          places.pop()
        },
      },
      Argument: argument => {
        const type = info.getInputType()
        const value = argument.value.kind === 'Variable' ? this.variables[argument.value.name.value] : valueFromASTUntyped(argument.value, this.variables)
        const at = [...names, argument.name.value]
        const asked = places.at(-2) ?? place // the field is asked of its parents
        if (value !== undefined && value !== null) this.spend(extensionsOf(info.getArgument()).cost, asked, at.join('.'))
        if (type) this.noteInput(type, value, at, asked)
      },
      InlineFragment: () => {
        const type = info.getType()
        this.note(type && getNamedType(type), names.join('.'))
        return this.count() ? undefined : BREAK
      },
      FragmentSpread: spread => {
        if (!this.count()) return BREAK
        const fragment = this.fragments.get(spread.name.value)
        const type = fragment && this.schema.getType(fragment.typeCondition.name.value)
        if (!fragment || !type) return undefined
        this.note(type, names.join('.'))
        this.through(fragment, names, here())
        return undefined
      },
    }))
  }

  /** Notes what a field needs, and tells of how many objects its own fields are asked. */
  private enter(field: FieldNode, info: TypeInfo, names: readonly string[], { parents, within, page }: Place): Place {
    const definition = info.getFieldDef()
    const type = info.getType()
    const named = type && getNamedType(type)
    const at = names.join('.')
    this.count()
    this.refuseNesting(field, names)
    this.note(definition, at)
    this.note(named, at)
    const { cost, size = this.sizeOf(field, definition, info.getParentType()?.name, named?.name) } = extensionsOf(definition)
    if (size > 1) this.records += parents * size
    if (this.records > limits.records) this.tooLarge ??= `This operation could return more than ${limits.records} records; ask for smaller pages or less nesting.`
    const own = (definition && definition.args.length > 0 ? costs.statement : 0) + (names.length === 1 && this.changes ? costs.change : 0)
    this.spend({ whole: own }, { parents: 1, within: false }, at)
    this.spend(cost, { parents, within }, at)
    const isPage = named?.name.endsWith('Connection') === true
    const isOfPage = page !== undefined && isListType(type && getNullableType(type)) // its nodes or edges
    const returned = isPage ? 1 : isOfPage ? page : size
    this.spend({ each: costs.value + (returned > 1 ? returned * costs.record : 0) }, { parents, within: true }, at)
    return { parents: parents * returned, within: within || extensionsOf(named).record === true, page: isPage ? size : undefined }
  }

  private spend(cost: Cost | undefined, { parents, within }: Place, path: string) {
    const points = cost ? costAt(cost, parents, within) : 0
    if (points === 0) return
    this.cost += points
    this.spent.set(path, (this.spent.get(path) ?? 0) + points)
  }

  // Fragments that spread fragments can make a small document stand for a huge operation, with fields or without.
  private count() {
    if (++this.fields > limits.fields) this.tooLarge ??= `An operation may select at most ${limits.fields} fields.`
    return this.tooLarge === undefined
  }

  private refuseNesting({ name }: FieldNode, names: readonly string[]) {
    const levels = names.filter(each => each !== 'ofType').length // a list or non-null around a type in the schema is no level of ours
    if (names.length === 1 && ++this.rootFields > limits.rootFields) this.tooLarge ??= `An operation may have at most ${limits.rootFields} root fields; send the others in another request.`
    if (name.value === '__schema' && ++this.schemas > 1) this.tooLarge ??= 'An operation may ask for __schema once.'
    if (levels > limits.depth) this.tooLarge ??= `An operation may nest fields at most ${limits.depth} levels deep.`
  }

  private note(part: { extensions: object } | undefined | null, path: string) {
    for (const permission of [extensionsOf(part).permission ?? []].flat()) this.permissions.push({ permission, path })
  }

  /** Fields of inputs may need more, and cost more, than the field they are given to. */
  private noteInput(type: GraphQLInputType, value: unknown, path: string[], asked: Place) {
    if (++this.inputs > limits.inputs) this.tooLarge ??= `An operation may be given at most ${limits.inputs} values in its inputs; send fewer at a time.`
    if (this.tooLarge !== undefined) return
    const named = getNamedType(type)
    const noted = (part: { extensions: object } | undefined | null, at: string) => {
      this.note(part, at)
      this.spend(extensionsOf(part).cost, asked, at)
    }
    if (isEnumType(named)) [value].flat().forEach(name => { if (typeof name === 'string') noted(named.getValue(name), path.join('.')) })
    if (!isInputObjectType(named) || value === null || typeof value !== 'object') return
    const bare = isNonNullType(type) ? type.ofType : type
    const isList = isListType(bare) && Array.isArray(value)
    const items = isList ? value : [value]
    for (const item of items as unknown[]) { // JSON of a request
      if (item === null || typeof item !== 'object') continue
      if (isList && this.changes) this.spend({ whole: costs.item }, { parents: 1, within: false }, path.join('.'))
      for (const [name, given] of Object.entries(item)) {
        const field = Object.hasOwn(named.getFields(), name) ? named.getFields()[name] : undefined
        if (!field) continue
        if (path.length > limits.inputDepth) {
          this.tooLarge ??= `An input may nest at most ${limits.inputDepth} levels deep, the fields around it included.`
          return
        }
        noted(field, [...path, name].join('.'))
        this.noteInput(field.type, given, [...path, name], asked)
      }
    }
  }

  /** How many objects a field has at the most. */
  private sizeOf(field: FieldNode, definition: GraphQLField<unknown, unknown> | null | undefined, parent: string | undefined, typeName: string | undefined): number {
    return this.monthsOf(field, definition) ?? this.sizes.get(`${parent}.${field.name.value}`) ?? this.pageSize(field, typeName)
  }

  /** How many months a list of them has; undefined for other fields. */
  private monthsOf(field: FieldNode, definition: GraphQLField<unknown, unknown> | null | undefined): number | undefined {
    const argument = definition?.args.find(({ name }) => name === 'months')
    if (!argument) return undefined
    const given = field.arguments?.find(({ name }) => name.value === argument.name)
    const months = Number((given && valueFromASTUntyped(given.value, this.variables)) ?? argument.defaultValue)
    return months > 1 ? months : 1 // what is no number is refused with the variables
  }

  private pageSize(field: FieldNode, typeName: string | undefined): number {
    if (typeName === 'Node' && field.name.value === 'nodes') {
      const ids: unknown = field.arguments?.[0] && valueFromASTUntyped(field.arguments[0].value, this.variables)
      return Array.isArray(ids) ? Math.max(1, ids.length) : 1
    }
    if (!typeName?.endsWith('Connection')) return 1
    const sizes = (field.arguments ?? []).filter(({ name }) => name.value === 'first' || name.value === 'last').map(({ value }) => valueFromASTUntyped(value, this.variables))
    const given = sizes.filter(size => typeof size === 'number' && size > 0) as number[] // just looked
    return given.length > 0 ? Math.min(Math.max(...given), pageLimit) : 20
  }
}

const sizesBySchema = new WeakMap<GraphQLSchema, Map<string, number>>()

/** How many of each the types of the schema have, on average, by the fields of introspection that list them. */
function sizesOfIntrospection(schema: GraphQLSchema): Map<string, number> {
  const known = sizesBySchema.get(schema)
  if (known) return known
  const types = Object.values(schema.getTypeMap())
  const fields = types.flatMap(type => (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? Object.keys(type.getFields()) : []))
  const perType = Math.ceil(fields.length / types.length)
  const made = new Map([
    ['__Schema.types', types.length], ['__Schema.directives', schema.getDirectives().length], ['__Type.fields', perType], ['__Type.inputFields', perType],
    ['__Type.enumValues', 2], ['__Type.possibleTypes', 2], ['__Type.interfaces', 2], ['__Field.args', 2], ['__Directive.args', 2],
  ])
  sizesBySchema.set(schema, made)
  return made
}
