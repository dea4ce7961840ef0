import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  Kind,
  parse,
  typeFromAST,
  visit,
  type DefinitionNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type OperationTypeNode,
} from 'graphql'

/** An operation that is ready for a tab of its own. */
export interface Example {
  /** The file it stands in, in words. */
  group: string
  /** What the menu calls it. */
  name: string
  kind: OperationTypeNode
  text: string
  /**
   * For a query such that it can be run at once. For a mutation its required fields are empty, so that it changes nothing
   * as it stands, unless the example brings values.
   */
  variables: Record<string, unknown>
  /** By the variables of a query that are ids, the question that finds one: any record will do for a first look. */
  finders: Record<string, string>
}

interface Written<Node = DefinitionNode> {
  node: Node
  text: string
}

/** All operations of these files, which share their fragments. `files` has the texts by path. */
export function examplesOf(files: Record<string, string>, schema: GraphQLSchema): Example[] {
  const byFile = Object.entries(files).map(([path, text]) => ({ path, definitions: definitionsOf(text) }))
  const all = byFile.flatMap(({ definitions }) => definitions)
  return byFile.flatMap(({ path, definitions }) =>
    definitions.filter(isOperation).map(written => ({
      group: groupOf(path),
      name: written.node.name?.value ?? '',
      kind: written.node.operation,
      text: withFragments(written, all),
      variables: variablesOf(written.node, schema),
      finders: findersOf(written.node, schema),
    })),
  )
}

/**
 * The examples of the guides, by their titles. `files` has the texts of `examples/queries` by path. Each `.graphql`
 * holds an operation, below a comment that is its title. The `.json` beside it holds the variables, except ids and
 * versions.
 */
export function guideExamplesOf(files: Record<string, string>, schema: GraphQLSchema): Example[] {
  const paths = Object.keys(files).filter(path => path.endsWith('.graphql'))
  return paths.flatMap(path => {
    const text = files[path] ?? ''
    const given = JSON.parse(files[path.replace(/graphql$/, 'json')] ?? '{}') as Record<string, unknown> // variables are an object
    return examplesOf({ [path]: text }, schema).map(example => ({
      ...example,
      name: text.slice(0, text.indexOf('\n')).replace(/^# /, ''),
      text: text.trimEnd(),
      variables: { ...example.variables, ...given },
    }))
  })
}

/** The id in the answer to a finder. */
export function idIn(data: unknown): string | undefined {
  const [found] = Object.values((data ?? {}) as Record<string, Found[] | { nodes: Found[] } | null>) // as finderFor asks for it
  return (found && 'nodes' in found ? found.nodes : found)?.[0]?.id
}

interface Found {
  id: string
}

function definitionsOf(text: string): Written[] {
  return parse(text).definitions.map(node => ({ node, text: text.slice(node.loc?.start, node.loc?.end) }))
}

function isOperation(written: Written): written is Written<OperationDefinitionNode> {
  return written.node.kind === Kind.OPERATION_DEFINITION
}

function groupOf(path: string): string {
  const words = path
    .replace(/^.*\//, '')
    .replace(/\.graphql$/, '')
    .replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function withFragments(operation: Written, all: Written[]): string {
  const used = new Set([operation])
  // A set goes on to what is added to it meanwhile, so fragments of fragments are found, each once.
  for (const { node } of used) {
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = all.find(
          ({ node }) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name.value,
        )
        if (fragment) used.add(fragment)
      },
    })
  }
  return [...used].map(({ text }) => text).join('\n\n')
}

/** Lists are short and tell how many there are; beyond that only what the operation requires. */
const useful: Record<string, unknown> = { first: 10, count: true }

function variablesOf(
  { operation, variableDefinitions = [] }: OperationDefinitionNode,
  schema: GraphQLSchema,
): Record<string, unknown> {
  const pairs = variableDefinitions.flatMap(({ variable: { name }, type, defaultValue }): [string, unknown][] => {
    const known = typeFromAST(schema, type) as GraphQLInputType | undefined // variables have no other
    if (known && isNonNullType(known) && !defaultValue)
      return [[name.value, operation === 'query' ? sampleOf(known) : emptyOf(known)]]
    return name.value in useful ? [[name.value, useful[name.value]]] : []
  })
  return Object.fromEntries(pairs)
}

const samples: Record<string, unknown> = {
  String: 'sl',
  Int: 10,
  Boolean: true,
  Date: '2026-01-31',
  Decimal: '1',
  CurrencyCode: 'EUR',
  CountryCode: 'ES',
}

/** Something to ask for. */
function sampleOf(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sampleOf(type.ofType)
  if (isListType(type)) return [sampleOf(type.ofType)]
  if (isInputObjectType(type)) return requiredFields(type, sampleOf)
  return isEnumType(type) ? type.getValues()[0]?.name : (samples[type.name] ?? '')
}

/** Nothing yet, in the shape of the type. */
function emptyOf(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return emptyOf(type.ofType)
  if (isListType(type)) return []
  if (isInputObjectType(type)) return requiredFields(type, emptyOf)
  if (isEnumType(type)) return type.getValues()[0]?.name
  return { Int: 0, Boolean: false }[type.name] ?? ''
}

function requiredFields(
  type: { getFields(): Record<string, { name: string; type: GraphQLInputType; defaultValue?: unknown }> },
  valueOf: (type: GraphQLInputType) => unknown,
) {
  const required = Object.values(type.getFields()).filter(isRequiredInputField as (field: object) => boolean) // it looks at no more than type and default
  return Object.fromEntries(required.map(field => [field.name, valueOf(field.type)]))
}

function findersOf(
  { operation, variableDefinitions = [], selectionSet }: OperationDefinitionNode,
  schema: GraphQLSchema,
): Record<string, string> {
  if (operation !== 'query') return {}
  const queries = Object.values(schema.getQueryType()?.getFields() ?? {})
  const asked = selectionSet.selections.filter(selection => selection.kind === Kind.FIELD)
  const finders: Record<string, string> = {}
  for (const { variable, type } of variableDefinitions) {
    const name = variable.name.value
    if (type.kind !== Kind.NON_NULL_TYPE || !/^id$|Id$/.test(name)) continue
    // `client(id:)` answers with a client; `clientId` names one. Where neither tells, a client has some of everything.
    const reader = asked.find(field =>
      field.arguments?.some(
        argument =>
          argument.name.value === 'id' && argument.value.kind === Kind.VARIABLE && argument.value.name.value === name,
      ),
    )
    const answer = queries.find(query => query.name === reader?.name.value)
    const record = answer
      ? getNamedType(answer.type).name
      : name.charAt(0).toUpperCase() + name.slice(1).replace(/Id$/, '')
    const finder = finderFor(record, queries) ?? finderFor('Client', queries)
    // Two of a kind are not the same one.
    if (finder)
      finders[name] = Object.values(finders).includes(finder) ? finder.replace('(first: 1)', '(last: 1)') : finder
  }
  return finders
}

/** Asks the list of these records for one. */
function finderFor(record: string, queries: GraphQLField<unknown, unknown>[]): string | undefined {
  for (const { name, type, args } of queries.filter(({ args }) => !args.some(isRequiredArgument))) {
    const list = getNamedType(type)
    const nodes = isObjectType(list) ? list.getFields().nodes : undefined
    if (nodes && getNamedType(nodes.type).name === record) return `{ ${name}(first: 1) { nodes { id } } }`
    if (list.name === record && isListType(isNonNullType(type) ? type.ofType : type) && args.length === 0)
      return `{ ${name} { id } }`
  }
  return undefined
}
