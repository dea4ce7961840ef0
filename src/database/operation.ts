import type { ServerResponse } from 'node:http'
import { badInput, unavailable } from '../model/errors.js'

/**
 * The work that one caller waits for. Its reads end when its time is over, or when the caller is gone. A change that
 * has begun runs to its end all the same.
 */
export class Operation {
  private why: Error | undefined
  private readonly listeners = new Set<(why: Error) => void>()
  private timer: NodeJS.Timeout | undefined
  private left: number
  private since = 0
  private pauses = 0
  private running = 0

  /** With `each` the time is that of each statement: an export may take as long as its reader likes. */
  constructor(
    private readonly seconds: number,
    private readonly each = false,
  ) {
    this.left = seconds * 1000
  }

  /** The operation of a request: it ends with the caller's connection. */
  static of(response: ServerResponse, seconds: number, each = false): Operation {
    const operation = new Operation(seconds, each)
    if (response.destroyed) operation.leave()
    else
      response.once('close', () => {
        operation.leave()
      })
    return operation
  }

  /** Begins to count its time, without that of pauses. */
  start() {
    if (this.why || this.timer || this.pauses > 0) return
    this.since = performance.now()
    this.timer = setTimeout(() => {
      this.end(tooLong(this.seconds))
    }, this.left)
    this.timer.unref()
  }

  /** Runs work whose time does not count: a change, which may wait for others, or files from a slow line. */
  async untimed<T>(work: () => Promise<T>): Promise<T> {
    if (this.pauses++ === 0) this.stop()
    try {
      return await work()
    } finally {
      if (--this.pauses === 0) this.start()
    }
  }

  /** Runs a statement of the operation. */
  async statement<T>(work: () => Promise<T>): Promise<T> {
    this.check()
    if (!this.each) return work()
    if (this.running++ === 0) this.start()
    try {
      return await work()
    } finally {
      if (--this.running === 0) this.stop()
      this.left = this.seconds * 1000
    }
  }

  end(why: Error) {
    if (this.why) return
    this.stop()
    this.why = why
    for (const listener of this.listeners) listener(why)
  }

  leave() {
    this.end(gone)
  }

  /** Throws the reason why it ended, if it did. */
  check() {
    if (this.why) throw this.why
  }

  /** Calls `listener` when it ends. Returns a function that takes the listener away. */
  onEnd(listener: (why: Error) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** A signal that aborts when it ends, for work elsewhere, such as a thread that reads a table. */
  get signal(): AbortSignal {
    const ending = new AbortController()
    if (this.why) ending.abort(this.why)
    else
      this.onEnd(why => {
        ending.abort(why)
      })
    return ending.signal
  }

  private stop() {
    if (!this.timer) return
    clearTimeout(this.timer)
    this.timer = undefined
    this.left = Math.max(0, this.left - (performance.now() - this.since))
  }
}

/** One for all: every request ends so, and an error remembers where it was made. */
const gone = unavailable('The caller is gone.')

const tooLong = (seconds: number) =>
  badInput(
    `The operation took longer than ${seconds} s, so the server ended it: ask for fewer fields, or narrow the filter.`,
    { reason: 'OPERATION_TOO_LONG', seconds },
  )
