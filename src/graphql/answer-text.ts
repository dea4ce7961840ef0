import type { FormattedExecutionResult } from 'graphql'

/** The texts of answers that are known, by their data. */
const texts = new WeakMap<object, string>()

const textOf = (result: FormattedExecutionResult) => `${JSON.stringify(result)}\n`

/** Makes the text of an answer that has nothing but data, for `answerText` to take. */
export function keepText(data: Record<string, unknown>): string {
  const text = textOf({ data })
  texts.set(data, text)
  return text
}

/** Returns data that stands for its text, which takes less room. */
export function dataOfText(text: string): Record<string, unknown> {
  const data = {}
  texts.set(data, text)
  return data
}

/** The text of an answer as it is sent. */
export const answerText = (result: FormattedExecutionResult): string =>
  (result.data && !result.errors && !result.extensions ? texts.get(result.data) : undefined) ?? textOf(result)
