import { hasMoreLines, nestsDeeper } from './document-text.js'
import { badInput } from '../model/errors.js'

/** The limits of one request. docs/reference/limits.md lists them. */
export const limits = {
  /** Bytes of a request's body. */
  body: 1_000_000,
  /** Files that come with a request. */
  files: 20,
  /** Tokens of a document. */
  tokens: 10_000,
  /** Levels of nested brackets of any kind in the text of a document. */
  brackets: 100,
  /** Lines of its text: each error counts them to find its place. */
  lines: 10_000,
  /** Levels of nested fields. */
  depth: 15,
  /** Levels of nested inputs, with the fields they are given to. */
  inputDepth: 30,
  /** Values in the inputs of one operation, those of a variable counted wherever it is used. */
  inputs: 20_000,
  /** Fields of the Query or Mutation type in one operation, aliases included. */
  rootFields: 50,
  /** Fields of one operation, those of its fragments counted at every spread. */
  fields: 5_000,
  /**
   * Records, and months of overviews, that an operation may return at the most: the pages multiplied along their
   * nesting.
   */
  records: 20_000,
  /** Letters of the texts of an answer. */
  answer: 20_000_000,
  /** Points that an operation may cost (model/cost.ts). */
  cost: 2_000,
}

/**
 * Refuses a document that is nested beyond the stack of whoever parses or validates it, or has too many lines, before
 * anybody does.
 */
export function refuseDeepText(text: unknown) {
  if (typeof text !== 'string') return
  if (hasMoreLines(text, limits.lines))
    throw badInput(`A document can have at most ${limits.lines} lines; write it on fewer.`, { http: { status: 400 } })
  if (!nestsDeeper(text, limits.brackets)) return
  throw badInput(`A document can nest brackets at most ${limits.brackets} deep; nest fewer.`, { http: { status: 400 } })
}
