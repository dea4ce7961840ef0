import cluster, { type Worker } from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import { closeLostConnections } from './lost-connections.js'
import type { Served, ToPrimary, ToWorker } from './messages.js'

/** In milliseconds. */
const pauses = { first: 1000, longest: 30_000, within: 60_000 }

/**
 * Serves with so many processes on one port, until `stopped` resolves. Returns the exit code. The first process starts
 * alone: where no server can start, one process says why, and not each.
 */
export async function serveWithWorkers(count: number, stopped: (served: Served) => Promise<void>): Promise<number> {
  cluster.schedulingPolicy = cluster.SCHED_RR // the system gives all connections of a burst to one process
  const primary = new Primary()
  try {
    const served = await primary.start()
    await Promise.all(Array.from({ length: count - 1 }, () => primary.start()))
    await Promise.race([stopped(served), primary.failed])
    return await primary.stop()
  } catch {
    await primary.stop() // the process that could not start has said why
    return 1
  }
}

/** The process that starts the others, and passes on what one tells all others. It serves no request itself. */
class Primary {
  /** Rejects when no process serves any more and another one cannot start. */
  readonly failed: Promise<never>
  private fail: (error: Error) => void = () => undefined
  /** All processes that run, each with its end. */
  private readonly running = new Map<Worker, Promise<void>>()
  private readonly serving = new Set<Worker>()
  private watcher: Worker | undefined
  private readonly forgetting = new Map<number, () => void>()
  private messages = 0
  private ends: number[] = []
  private readonly stopping = new AbortController()
  private exitCode = 0

  constructor() {
    this.failed = new Promise((_resolve, reject) => {
      this.fail = reject
    })
    this.failed.catch(() => undefined) // it may fail while nobody waits for it
  }

  /** Starts one process. Rejects if it ends before it serves. */
  start(): Promise<Served> {
    const worker = cluster.fork()
    closeLostConnections(worker)
    const end = new Promise<string | number>(resolve => {
      worker.once('exit', (code, signal: string | null) => {
        resolve(signal ?? code)
      })
      worker.on('error', ({ message }) => {
        resolve(message) // it was not even started
      })
    })
    const ended = end.then(why => {
      this.ended(worker, why)
    })
    this.running.set(worker, ended)
    const served = new Promise<Served>(resolve => {
      worker.on('message', (message: ToPrimary) => {
        if ('served' in message) {
          this.serving.add(worker)
          this.appointWatcher()
          resolve(message.served)
        } else if ('changed' in message) void this.tellOthers(worker, message.changed)
        else this.forgetting.get(message.forgot)?.()
      })
    })
    const early = ended.then(() => {
      throw new Error('The process ended before it served.')
    })
    return Promise.race([served, early])
  }

  /** Lets all processes end what they do. Returns the exit code. */
  async stop(): Promise<number> {
    this.stopping.abort()
    for (const worker of this.running.keys()) {
      if (this.serving.has(worker)) send(worker, 'stop')
      else worker.process.kill()
    }
    await Promise.all(this.running.values())
    return this.exitCode
  }

  private ended(worker: Worker, why: string | number) {
    const hasServed = this.serving.delete(worker)
    this.running.delete(worker)
    if (this.watcher === worker) this.watcher = undefined
    this.appointWatcher()
    if (!hasServed) return
    if (this.stopping.signal.aborted) {
      if (why !== 0) this.exitCode = 1
    } else {
      process.stderr.write(`Process ${worker.process.pid} of the server ended (${why}); another one takes its place.\n`)
      void this.replace()
    }
  }

  private async replace() {
    for (let isServing = false; !isServing;) {
      await sleep(this.pause(), undefined, this.stopping).catch(() => undefined)
      if (this.stopping.signal.aborted) return
      isServing = await this.start().then(
        () => true,
        () => false,
      )
      if (!isServing && this.serving.size === 0) this.fail(new Error('No process serves, and none can start.'))
    }
  }

  /** The first replacement starts at once. Each further one within a minute waits twice as long as the one before. */
  private pause(): number {
    const now = performance.now()
    this.ends = [...this.ends.filter(at => now - at < pauses.within), now]
    return this.ends.length < 2 ? 0 : Math.min(pauses.longest, pauses.first * 2 ** (this.ends.length - 2))
  }

  /** One process is enough to look for what killed ones left behind. */
  private appointWatcher() {
    if (this.watcher) return
    const [first] = this.serving
    if (first) send(first, 'watch')
    this.watcher = first
  }

  private async tellOthers(from: Worker, change: number) {
    const others = [...this.serving].filter(worker => worker !== from)
    await Promise.all(others.map(worker => this.forget(worker)))
    send(from, { forgotten: change })
  }

  private async forget(worker: Worker) {
    const message = ++this.messages
    const forgot = new Promise<void>(resolve => {
      this.forgetting.set(message, resolve)
    })
    send(worker, { forget: message })
    await Promise.race([forgot, this.running.get(worker)])
    this.forgetting.delete(message)
  }
}

/** A process that is gone hears nothing, and need not. */
const send = (worker: Worker, message: ToWorker) => worker.send(message, () => undefined)
