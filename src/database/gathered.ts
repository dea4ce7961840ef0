import { setTimeout as sleep } from 'node:timers/promises'

type Work = (keys: readonly string[]) => Promise<void>

/** In milliseconds. Keys that come within this time are worked on together. */
const wait = 30
/** What comes beyond these is left out: it must be work that may get lost. */
const most = 2000

/** Work in the background for keys that come one by one. A key that comes again while it waits is worked on once. */
export class Gathered {
  private readonly waiting = new Map<string, Set<string>>()

  constructor(private readonly background: (work: (signal: AbortSignal) => Promise<void>) => void) {}

  add(name: string, keys: readonly string[], work: Work) {
    const known = this.waiting.get(name)
    const gathered = known ?? new Set()
    for (const key of keys) if (gathered.size < most) gathered.add(key)
    if (known || gathered.size === 0) return
    this.waiting.set(name, gathered)
    this.background(signal => this.run(name, gathered, work, signal))
  }

  private async run(name: string, gathered: Set<string>, work: Work, signal: AbortSignal) {
    try {
      while (gathered.size > 0 && !signal.aborted) {
        await sleep(wait)
        const keys = [...gathered]
        gathered.clear()
        if (!signal.aborted) await work(keys)
      }
    } finally {
      this.waiting.delete(name)
    }
  }
}

/** Work that is running. */
export interface Running {
  /** When it began, as `performance.now()` has it. */
  since: number
  /** Ends with the work, even if that fails. */
  done: Promise<void>
}

/** Work in the background that runs once at a time under its name. */
export class Alone {
  private readonly running = new Map<string, Running>()

  constructor(private readonly background: (work: (signal: AbortSignal) => Promise<void>) => void) {}

  /** Begins the work, unless it is running. */
  run(name: string, work: (signal: AbortSignal) => Promise<void>): Running {
    const known = this.running.get(name)
    if (known) return known
    let end: () => void = () => undefined
    const done = new Promise<void>(resolve => {
      end = resolve
    })
    const begun = { since: performance.now(), done }
    this.running.set(name, begun)
    this.background(async signal => {
      try {
        await work(signal)
      } finally {
        this.running.delete(name)
        end()
      }
    })
    return begun
  }
}
