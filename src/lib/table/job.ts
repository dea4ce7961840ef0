import { on } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../user-error.js'
import { startWorker } from '../worker.js'
import { tooLarge } from './file-error.js'
import { limits } from './limits.js'
import { type TableLayout, type Recognised, type TableRow } from './table.js'

export type Job = { path: string } & (
  { task: 'recognise'; given: Partial<TableLayout> } | { task: 'rows'; layout: TableLayout }
)
/** A message to a worker: an answer was taken, or no more answers are wanted. */
export type WorkerMessage = 'taken' | 'enough'
export type Answer =
  { recognised: Recognised } | { rows: TableRow[] } | { ended: true } | { refused: { code: string; message: string } }

const endWithin = 1_000
const resourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 }

export interface WaitOptions {
  /** Aborted when nobody wants the answer any more. */
  signal?: AbortSignal
  /** How long a worker may go without an answer while somebody waits for one, in milliseconds. */
  within?: number
}

/**
 * Yields the answers of a worker to a job. The worker makes the next answer while the caller works with one. It ends
 * with the loop, with its caller, or at its deadline.
 */
export async function* jobAnswers(
  job: Job,
  { signal, within = limits.answerMilliseconds }: WaitOptions = {},
): AsyncGenerator<Exclude<Answer, { refused: unknown } | { ended: true }>> {
  signal?.throwIfAborted()
  const worker = startWorker('worker', import.meta.url, { workerData: job, execArgv: [], resourceLimits })
  const send = (message: WorkerMessage) => {
    worker.postMessage(message)
  }
  const gone = new Promise<void>(resolve => {
    worker.once('exit', () => {
      resolve()
    })
  })
  const late = new AbortController()
  // The time that the caller spends on an answer does not count as the worker's.
  const waiting = () =>
    setTimeout(() => {
      late.abort()
    }, within)
  let timer = waiting()
  try {
    const ends = signal ? AbortSignal.any([signal, late.signal]) : late.signal
    for await (const [answer] of on(worker, 'message', { signal: ends, close: ['exit'] }) as AsyncIterable<[Answer]>) {
      // worker.ts posts nothing else
      clearTimeout(timer)
      if ('ended' in answer) return
      if ('refused' in answer) throw new UserError(answer.refused.code, answer.refused.message)
      yield answer
      send('taken')
      timer = waiting()
    }
    throw new Error(`The worker that read ${job.path} ended before its work.`)
  } catch (error) {
    if (late.signal.aborted) throw tooLarge(`The file takes longer to read than ${within / 1000} seconds`)
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
      throw tooLarge('The file takes more memory than there is to read it')
    throw error
  } finally {
    clearTimeout(timer)
    // Nobody waits for an error from here on.
    worker.on('error', () => {})
    send('enough')
    // Node leaves a file open for ever if it terminates a worker that is closing it.
    await Promise.race([gone, sleep(endWithin, undefined, { ref: false })])
    await worker.terminate()
  }
}
