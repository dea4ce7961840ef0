import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  valueFromASTUntyped,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'
import { costAt, costs, type Cost } from '../model/cost.js'
import { limits } from './limits.js'
import type { Permission } from '../model/permission.js'
import { sizeOf } from './field-size.js'
import { below, spelled, type Path } from './path.js'

type Variables = Record<string, unknown>

/** The needs of an operation, as far as they are known before it runs. */
export interface Needs {
  permissions: { permission: Permission; path: Path }[]
  /** Points, whole ones. */
  cost: number
  /** Fields of what comes with a record in a number that is not known before, such as lines. */
  partFields: number
  /** The fields that cost most, the dearest first. */
  dearest: () => { path: string; cost: number }[]
  /** Why the operation is too large; undefined when it is not. */
  tooLarge?: string
}

/** The extensions that graphql/operation.ts and graphql/schema.ts put into the schema. */
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
  /** The most records that a page of a list has. */
  page?: number
}

const outside: Place = { parents: 1, within: false }

/**
 * A document that was validated against the schema is walked; of one that was not, what the schema does not know is
 * passed over.
 */
export function needsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): Needs {
  const walk = new Walk(schema, document, variables, operation.operation === 'mutation')
  walk.through(operation.selectionSet, schema.getRootType(operation.operation), undefined, outside)
  return walk.needs()
}

class Walk {
  private readonly permissions: Needs['permissions'] = []
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  private readonly spent: { path: Path; points: number }[] = []
  private readonly literals = new Map<ValueNode, unknown>()
  private fields = 0
  private partFields = 0
  private rootFields = 0
  private inputs = 0
  private records = 0
  private schemas = 0
  private cost = 0
  private tooLarge: string | undefined

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly variables: Variables,
    private readonly changes: boolean,
  ) {
    this.fragments = new Map(
      document.definitions.flatMap(node =>
        node.kind === 'FragmentDefinition' ? [[node.name.value, node] as const] : [],
      ),
    )
  }

  needs(): Needs {
    const dearest = () => {
      const byPath = new Map<string, number>()
      for (const { path, points } of this.spent) byPath.set(spelled(path), (byPath.get(spelled(path)) ?? 0) + points)
      return [...byPath].map(([path, cost]) => ({ path, cost })).sort((one, other) => other.cost - one.cost)
    }
    return {
      permissions: this.permissions,
      cost: Math.ceil(this.cost),
      partFields: this.partFields,
      dearest,
      tooLarge: this.tooLarge,
    }
  }

  /** `path` leads to the field whose selections these are; none does to those of the operation. */
  through(
    set: SelectionSetNode | undefined,
    type: GraphQLNamedType | undefined | null,
    path: Path | undefined,
    place: Place,
  ) {
    if (!set || !isCompositeType(type)) return
    for (const selection of set.selections) {
      if (!this.count()) return
      if (selection.kind === 'Field') this.enter(selection, type, below(path, selection.name.value), place)
      else
        this.throughFragment(
          selection.kind === 'FragmentSpread' ? this.fragments.get(selection.name.value) : selection,
          type,
          path,
          place,
        )
    }
  }

  private throughFragment(
    fragment:
      | (Pick<FragmentDefinitionNode, 'selectionSet'> & { typeCondition?: FragmentDefinitionNode['typeCondition'] })
      | undefined,
    around: GraphQLCompositeType,
    path: Path | undefined,
    place: Place,
  ) {
    const type = fragment?.typeCondition ? this.schema.getType(fragment.typeCondition.name.value) : around
    this.note(type, path)
    this.through(fragment?.selectionSet, type, path, place)
  }

  /** Notes what a field needs, and of how many objects its own fields are asked. */
  private enter(field: FieldNode, parent: GraphQLCompositeType, path: Path, { parents, within, page }: Place) {
    const definition = this.definitionOf(field, parent)
    if (!definition) return
    const named = getNamedType(definition.type)
    this.refuseNesting(field, path)
    this.note(definition, path)
    this.note(named, path)
    const { cost, size = sizeOf(this.schema, field, definition, parent.name, named.name, node => this.valueOf(node)) } =
      extensionsOf(definition)
    if (size > 1) this.records += parents * size
    if (this.records > limits.records)
      this.tooLarge ??= `This operation could return more than ${limits.records} records; ask for smaller pages or less nesting.`
    const own =
      (definition.args.length > 0 ? costs.statement : 0) +
      (path.parent === undefined && this.changes ? costs.change : 0)
    this.spend({ whole: own }, outside, path)
    this.spend(cost, { parents, within }, path)
    const isPage = named.name.endsWith('Connection')
    const isOfPage = page !== undefined && isListType(getNullableType(definition.type)) // its nodes or edges
    const isPart =
      page === undefined && size === 1 && isCompositeType(named) && isListType(getNullableType(definition.type)) // lines, say
    const returned = isPage ? 1 : isOfPage ? page : size
    this.spend({ each: costs.value + (returned > 1 ? returned * costs.record : 0) }, { parents, within: true }, path)
    this.noteArguments(field, definition, path, { parents, within })
    if (this.tooLarge !== undefined) return
    const before = this.fields
    this.through(field.selectionSet, named, path, {
      parents: parents * returned,
      within: within || extensionsOf(named).record === true,
      page: isPage ? size : undefined,
    })
    if (isPart) this.partFields += this.fields - before
  }

  private definitionOf(
    { name: { value: name } }: FieldNode,
    parent: GraphQLCompositeType,
  ): GraphQLField<unknown, unknown> | undefined {
    if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef
    if (parent === this.schema.getQueryType() && name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef
    if (parent === this.schema.getQueryType() && name === TypeMetaFieldDef.name) return TypeMetaFieldDef
    return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
  }

  private noteArguments(field: FieldNode, definition: GraphQLField<unknown, unknown>, path: Path, asked: Place) {
    for (const argument of field.arguments ?? []) {
      const known = definition.args.find(({ name }) => name === argument.name.value)
      if (!known) continue
      const value = this.valueOf(argument.value)
      const at = below(path, known.name)
      if (value !== undefined && value !== null) this.spend(extensionsOf(known).cost, asked, at)
      this.noteInput(known.type, value, at, asked)
    }
  }

  private valueOf(node: ValueNode): unknown {
    if (node.kind === 'Variable') return this.variables[node.name.value]
    if (!this.literals.has(node)) this.literals.set(node, valueFromASTUntyped(node, this.variables)) // a fragment may be spread often
    return this.literals.get(node)
  }

  private spend(cost: Cost | undefined, { parents, within }: Place, path: Path) {
    const points = cost ? costAt(cost, parents, within) : 0
    if (points === 0) return
    this.cost += points
    this.spent.push({ path, points })
  }

  // Fragments that spread fragments can make a small document stand for a huge operation, with fields or without.
  private count() {
    if (++this.fields > limits.fields) this.tooLarge ??= `An operation may select at most ${limits.fields} fields.`
    return this.tooLarge === undefined
  }

  private refuseNesting({ name }: FieldNode, { parent, levels }: Path) {
    if (parent === undefined && ++this.rootFields > limits.rootFields)
      this.tooLarge ??= `An operation may have at most ${limits.rootFields} root fields; send the others in another request.`
    if (name.value === '__schema' && ++this.schemas > 1) this.tooLarge ??= 'An operation may ask for __schema once.'
    if (levels > limits.depth) this.tooLarge ??= `An operation may nest fields at most ${limits.depth} levels deep.`
  }

  private note(part: { extensions: object } | undefined | null, path: Path | undefined) {
    const { permission } = extensionsOf(part)
    if (permission && path) for (const each of [permission].flat()) this.permissions.push({ permission: each, path })
  }

  /** Fields of inputs may need more, and cost more, than the field they are given to. */
  private noteInput(type: GraphQLInputType, value: unknown, path: Path, asked: Place) {
    if (!this.countInputs(Array.isArray(value) ? value.length + 1 : 1)) return
    const named = getNamedType(type)
    const noted = (part: { extensions: object } | undefined | null, at: Path) => {
      this.note(part, at)
      this.spend(extensionsOf(part).cost, asked, at)
    }
    if (isEnumType(named))
      [value].flat().forEach(name => {
        if (typeof name === 'string') noted(named.getValue(name), path)
      })
    if (!isInputObjectType(named) || value === null || typeof value !== 'object') return
    const bare = isNonNullType(type) ? type.ofType : type
    const isList = isListType(bare) && Array.isArray(value)
    const items = isList ? value : [value]
    for (const item of items as unknown[]) {
      // JSON of a request
      if (item === null || typeof item !== 'object') continue
      if (isList && this.changes) this.spend({ whole: costs.item }, outside, path)
      for (const [name, given] of Object.entries(item)) {
        const field = Object.hasOwn(named.getFields(), name) ? named.getFields()[name] : undefined
        if (!field) continue
        if (path.length > limits.inputDepth) {
          this.tooLarge ??= `An input may nest at most ${limits.inputDepth} levels deep, the fields around it included.`
          return
        }
        const at = below(path, name)
        noted(field, at)
        this.noteInput(field.type, given, at, asked)
      }
    }
  }

  /** A list counts with each of its items, whatever they are: an empty object has no field to be counted by. */
  private countInputs(values: number): boolean {
    this.inputs += values
    if (this.inputs > limits.inputs)
      this.tooLarge ??= `An operation may be given at most ${limits.inputs} values in its inputs; send fewer at a time.`
    return this.tooLarge === undefined
  }
}
