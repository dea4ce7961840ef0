import type { FastifyRequest } from 'fastify'
import { getOperationAST, type ExecutionResult } from 'graphql'
import type { Operation } from '../database/operation.js'
import { answerText } from '../graphql/answer-text.js'
import type { Execute } from '../graphql/executor.js'
import type { KeptDocuments } from '../graphql/kept-documents.js'
import type { Context } from '../request/context.js'
import { isTooLong, type Prepare } from './prepare.js'

/** What Apollo answered to an `Accept`: as many different ones are known. */
const mostTypes = 100

/**
 * Answers an operation whose document Apollo has parsed and validated before. The preparation and the executor are the
 * same, without what Apollo does around them for each request. Apollo gets all else: what is refused before it ran, and
 * the errors of what ran, with its result.
 */
export class ExpressLane {
  private readonly results = new WeakMap<Operation, Promise<ExecutionResult>>()
  /** The type of an answer by the `Accept` of its request. */
  private readonly types = new Map<string, string>()

  constructor(
    private readonly documents: KeptDocuments,
    private readonly prepare: Prepare,
    private readonly run: Execute<Context>,
  ) {}

  /** The executor that Apollo gets: what ran here does not run again. */
  readonly execute: Execute<Context> = request => this.resultOf(request.context) ?? this.run(request)

  /** The result of what ran here already. */
  resultOf({ operation }: Context): Promise<ExecutionResult> | undefined {
    return operation && this.results.get(operation)
  }

  /** Remembers the type of an answer of Apollo's. */
  noteType({ headers: { accept = '' } }: FastifyRequest, type: unknown) {
    if (typeof type !== 'string') return
    this.types.set(accept, type)
    if (this.types.size > mostTypes) this.types.delete(this.types.keys().next().value ?? '')
  }

  /** Undefined where Apollo has to answer. */
  async answer(request: FastifyRequest, context: Context): Promise<{ type: string; text: string } | undefined> {
    const type = this.types.get(request.headers.accept ?? '')
    const sent = type === undefined ? undefined : sentIn(request)
    const document = sent && this.documents.withText(sent.query)
    const operation = document && getOperationAST(document, sent.operationName)
    if (type === undefined || !operation || !context.operation) return undefined
    const variables = sent.variables ?? {}
    try {
      this.prepare(document, operation, variables, context)
    } catch {
      return undefined // Apollo refuses it too, in its own way
    }
    const running = this.run({ document, operationName: sent.operationName, request: { variables }, context })
    const result = await running.catch(() => undefined)
    if (result?.data && !result.errors && !isTooLong(result.data, context)) return { type, text: answerText(result) }
    this.results.set(context.operation, running)
    return undefined
  }
}

interface Sent {
  query: string
  variables?: Record<string, unknown> | null
  operationName?: string | null
}

/** The operation of a plain request; undefined where a request has something that Apollo has to judge. */
function sentIn({ method, headers, body }: FastifyRequest): Sent | undefined {
  if (method !== 'POST' || !/^application\/json(?:;|$)/i.test(headers['content-type'] ?? '')) return undefined
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
  const { query, variables, operationName, extensions } = body as Record<string, unknown> // any JSON
  if (typeof query !== 'string' || (extensions !== undefined && extensions !== null)) return undefined
  if (typeof (operationName ?? '') !== 'string') return undefined
  if (typeof (variables ?? {}) !== 'object' || Array.isArray(variables)) return undefined
  return { query, variables, operationName } as Sent // as just looked at
}
