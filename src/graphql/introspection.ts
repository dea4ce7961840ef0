import {
  executeSync,
  getIntrospectionQuery,
  Kind,
  stripIgnoredCharacters,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql'
import { dataOfText, keepText } from './answer-text.js'

const options = [
  'descriptions',
  'specifiedByUrl',
  'directiveIsRepeatable',
  'schemaDescription',
  'inputValueDeprecation',
  'experimentalDirectiveDeprecation',
  'oneOf',
] as const

/** How many answers are kept, as their texts; a tool asks in one way only. */
const mostKept = 2

/** The introspection query in every way that programs send it: `getIntrospectionQuery` of graphql, with its options. */
function standardQueries(): Set<string> {
  const choices = Array.from({ length: 2 ** options.length }, (_, bits) =>
    Object.fromEntries(options.map((name, at) => [name, (bits & (1 << at)) !== 0])),
  )
  return new Set(choices.map(choice => stripIgnoredCharacters(getIntrospectionQuery(choice))))
}

/** Answers the standard introspection query from memory: of a schema that does not change it is made once. */
export class Introspection {
  private standard: Set<string> | undefined
  private readonly answers = new Map<string, ExecutionResult>()
  private readonly known = new WeakMap<DocumentNode, string | null>()

  constructor(private readonly schema: GraphQLSchema) {}

  isStandard(document: DocumentNode): boolean {
    return this.textOf(document) !== null
  }

  /** Undefined where it is not the standard query. */
  answer(document: DocumentNode): ExecutionResult | undefined {
    const text = this.textOf(document)
    if (text === null) return undefined
    const answer = this.answers.get(text) ?? this.make(document)
    this.answers.delete(text)
    this.answers.set(text, answer)
    const [first] = this.answers.keys()
    if (this.answers.size > mostKept && first !== undefined) this.answers.delete(first)
    return answer
  }

  private make(document: DocumentNode): ExecutionResult {
    const { data, errors } = executeSync({ schema: this.schema, document })
    if (!data || errors) throw new Error('The standard introspection query has no answer.', { cause: errors })
    return { data: dataOfText(keepText(data)) }
  }

  /** The text by which the answer is kept; null where it is not the standard query. */
  private textOf(document: DocumentNode): string | null {
    const known = this.known.get(document)
    if (known !== undefined) return known
    const text = document.loc && asksSchema(document) ? stripIgnoredCharacters(document.loc.source) : null
    const found = text !== null && (this.standard ??= standardQueries()).has(text) ? text : null
    this.known.set(document, found)
    return found
  }
}

const asksSchema = ({ definitions }: DocumentNode) =>
  definitions.some(
    node =>
      node.kind === Kind.OPERATION_DEFINITION &&
      node.selectionSet.selections.some(selected => selected.kind === Kind.FIELD && selected.name.value === '__schema'),
  )
