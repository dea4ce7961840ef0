import { GraphQLError, type ExecutionResult } from 'graphql'

/** Asks the API that serves this page. Anything that prevents an answer becomes an error in it. */
export async function ask(
  key: string,
  operation: { query: string; variables?: unknown; operationName?: string | null },
): Promise<ExecutionResult> {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify(operation),
    })
    return (await response.json()) as ExecutionResult // the shape GraphQL over HTTP promises
  } catch {
    return { errors: [new GraphQLError('The server does not answer. Is it still running?')] }
  }
}
