import type { ServerResponse } from 'node:http'
import { badInput, unavailable } from '../model/errors.js'

/**
 * What one caller waits for. Its reads end when it takes longer than it may, or when its caller is gone; a change that has begun is
 * finished all the same.
 */
export class Operation {
  private why: Error | undefined
  private readonly listeners = new Set<(why: Error) => void>()
  private timer: NodeJS.Timeout | undefined
  private left: number
  private since = 0
  private pauses = 0
  private running = 0

  /** `each` where the time is that of each statement: an export may take as long as its reader likes. */
  constructor(
    private readonly seconds: number,
    private readonly each = false,
  ) {
    this.left = seconds * 1000
  }

  /** What a request asks for: it ends with the connection of who asks. */
  static of(response: ServerResponse, seconds: number, each = false): Operation {
    const operation = new Operation(seconds, each)
    response.once('close', () => {
      operation.leave()
    })
    return operation
  }

  /** From here on its time counts, but for that of pauses. */
  start() {
    if (this.why || this.timer || this.pauses > 0) return
    this.since = performance.now()
    this.timer = setTimeout(() => {
      this.end(tooLong(this.seconds))
    }, this.left)
    this.timer.unref()
  }

  /** Runs what may take its time: a change, which may wait for others, and the files that it takes from a slow line. */
  async untimed<T>(work: () => Promise<T>): Promise<T> {
    if (this.pauses++ === 0) this.stop()
    try {
      return await work()
    } finally {
      if (--this.pauses === 0) this.start()
    }
  }

  /** Runs a statement that reads for it. */
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
    this.end(unavailable('The caller is gone.'))
  }

  /** Throws why it ended. */
  check() {
    if (this.why) throw this.why
  }

  /** Tells when it ends; gives what stops telling. */
  onEnd(listener: (why: Error) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Aborted when it ends, for work elsewhere that ends with it, such as reading a table in a thread. */
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

const tooLong = (seconds: number) =>
  badInput(
    `The operation was ended since it took longer than ${seconds} s; ask for fewer fields, or narrow what it looks through.`,
    { reason: 'OPERATION_TOO_LONG', seconds },
  )
