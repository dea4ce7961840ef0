import { GraphQLError } from 'graphql'
import { UserError } from '../lib/user-error.js'
import { writtenStack } from '../lib/written-stack.js'

export const printLine = (line: string) => process.stdout.write(`${line}\n`)

/** Prints a value as JSON for programs, or a text for people. */
export const print = (json: boolean | undefined, value: unknown, text: string) =>
  printLine(json ? JSON.stringify(value, null, 2) : text)

/** Lets a reader such as `head` close the pipe early: the rest of the output goes nowhere. */
export function allowClosedPipes() {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', error => {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error // what streams of the system fail with
    })
  }
}

/** Prints an error and returns the exit code. A person can correct known errors; all others come with their stack. */
export function reportError(error: unknown): number {
  const { code, exitCode } = error as { code?: string; exitCode?: number } // commander's own errors have both
  if (code?.startsWith('commander.')) return exitCode === 0 ? 0 : 2
  const known =
    error instanceof UserError ||
    error instanceof GraphQLError ||
    (error instanceof Error && error.message.startsWith('The environment'))
  const message = error instanceof Error ? error.message : String(error)
  if (process.argv.includes('--json'))
    printLine(JSON.stringify({ error: { code: error instanceof UserError ? error.code : 'FAILED', message } }))
  else process.stderr.write(`${known || !(error instanceof Error) ? message : writtenStack(error.stack ?? message)}\n`)
  return 1
}
