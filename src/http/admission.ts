import type { Server } from 'node:net'
import { performance } from 'node:perf_hooks'

/** How many requests are worked on at a time, among those that began a short time ago. */
export const mostAtOnce = 10

/**
 * In milliseconds. A request that takes longer holds up nobody any more: a short time where this process has nothing to
 * do, such as while a database far away works, and a long one where it is busy.
 */
export const shortTime = 10
export const longTime = 250

/** In milliseconds. How long requests wait at most, in a row, for connections that arrive. */
export const longestWelcome = 25

/** Of the time since the last look. */
const busyShare = 0.9

/** A request that is worked on. */
interface Place {
  since: number
}

/**
 * Lets a few requests be worked on at a time. The others wait before anything is made for them. Objects of a request that
 * waits would outlive the collections of young memory, with all that they come to hold. Organisations take turns, and the
 * requests of each keep their order. Unlike `PartySlots` it gives one organisation all places, and forgets requests that
 * take long.
 */
export class Admission {
  private readonly places = new Set<Place>()
  private readonly waiting = new Map<string, ((place: Place) => void)[]>()
  private timer: NodeJS.Timeout | undefined
  private isWelcoming = false
  private hasNewConnection = false
  private usedBefore = performance.eventLoopUtilization()

  /** Runs `work` for an organisation, perhaps after others: it gets whether it had to wait. */
  async take<T>(organization: string, work: (hasWaited: boolean) => Promise<T>): Promise<T> {
    const hasToWait = this.places.size >= mostAtOnce || this.waiting.size > 0
    const place = hasToWait ? await this.wait(organization) : this.begin()
    try {
      return await work(hasToWait)
    } finally {
      this.places.delete(place)
      this.admit()
    }
  }

  /** Learns of the connections of a server. */
  static of(server: Server): Admission {
    const admission = new Admission()
    server.on('connection', () => {
      admission.noteConnection()
    })
    return admission
  }

  /**
   * Node lets one connection in for each turn of the event loop. Where turns are long, the last of many would wait until
   * others had been answered again and again: so no request that waits begins before a turn has brought no connection.
   */
  noteConnection() {
    this.hasNewConnection = true
    if (this.isWelcoming) return
    this.isWelcoming = true
    const end = performance.now() + longestWelcome
    const look = () => {
      if (this.hasNewConnection && performance.now() < end) {
        this.hasNewConnection = false
        setImmediate(look)
      } else {
        this.isWelcoming = false
        this.admit()
      }
    }
    setImmediate(look) // still in this turn
  }

  private begin(): Place {
    const place = { since: performance.now() }
    this.places.add(place)
    return place
  }

  private wait(organization: string): Promise<Place> {
    if (!this.timer) {
      this.usedBefore = performance.eventLoopUtilization()
      this.timer = setInterval(() => {
        this.forgetLong()
      }, shortTime).unref()
    }
    return new Promise(resolve => {
      const queue = this.waiting.get(organization)
      if (queue) queue.push(resolve)
      else this.waiting.set(organization, [resolve])
    })
  }

  private admit() {
    if (this.isWelcoming) return
    for (const [organization, queue] of this.waiting) {
      if (this.places.size >= mostAtOnce) return
      this.waiting.delete(organization)
      queue.shift()?.(this.begin())
      if (queue.length > 0) this.waiting.set(organization, queue) // behind the others
    }
    clearInterval(this.timer)
    this.timer = undefined
  }

  private forgetLong() {
    const used = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(used, this.usedBefore)
    this.usedBefore = used
    const began = performance.now() - (utilization < busyShare ? shortTime : longTime)
    for (const place of this.places) {
      if (place.since > began) break // they stand in the order in which they began
      this.places.delete(place)
    }
    this.admit()
  }
}
