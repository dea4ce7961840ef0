import type { DocumentNode, FormattedExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import { lettersOf } from '../graphql/answer-size.js'
import { keepText } from '../graphql/answer-text.js'
import type { Introspection } from '../graphql/introspection.js'
import { limits } from '../graphql/limits.js'
import { readsOf } from '../graphql/reads.js'
import { refusalOf } from '../graphql/refusal.js'
import type { Context } from '../request/context.js'

/** Refuses an operation that the key may not do, or that is too large; else notes in its context what it costs and reads. */
export type Prepare = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
  context: Context,
) => void

/** `noteQuery` gets the context of each operation that changes nothing. */
export function preparation(
  schema: GraphQLSchema,
  introspection: Introspection,
  noteQuery: (context: Context) => void,
): Prepare {
  const refuse = refusalOf(schema)
  return (document, operation, variables, context) => {
    if (operation.operation === 'query') noteQuery(context)
    if (introspection.isStandard(document)) return
    const { cost, partFields } = refuse(document, operation, variables, context.access.permissions)
    Object.assign(context, { cost, partFields, reads: readsOf(schema, document) })
  }
}

/** Whether an answer has too many letters: it becomes one text in one go, and a small document can ask for a long note many times. */
export function isTooLong(data: FormattedExecutionResult['data'], { cost }: Context): boolean {
  // An operation that costs less has few values. Even the longest texts of all of them stay within the limit.
  if (!data || cost < 10) return false
  // A digit counts as ten letters, and takes two in the text with what parts it from the next.
  return keepText(data).length > limits.answer / 5 && lettersOf(data, limits.answer) > limits.answer
}
