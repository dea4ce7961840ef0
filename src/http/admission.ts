/** How many requests are worked on at a time, among those that began a short time ago. */
export const mostAtOnce = 10

/** In milliseconds. A request that takes longer holds up nobody any more. */
export const shortTime = 50

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

  /** Runs `work` for an organisation, perhaps after others. */
  async take<T>(organization: string, work: () => Promise<T>): Promise<T> {
    const place = this.places.size < mostAtOnce ? this.begin() : await this.wait(organization)
    try {
      return await work()
    } finally {
      this.places.delete(place)
      this.admit()
    }
  }

  private begin(): Place {
    const place = { since: performance.now() }
    this.places.add(place)
    return place
  }

  private wait(organization: string): Promise<Place> {
    this.timer ??= setInterval(() => {
      this.forgetLong()
    }, shortTime / 2).unref()
    return new Promise(resolve => {
      const queue = this.waiting.get(organization)
      if (queue) queue.push(resolve)
      else this.waiting.set(organization, [resolve])
    })
  }

  private admit() {
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
    const now = performance.now()
    for (const place of this.places) {
      if (now - place.since < shortTime) break // they stand in the order in which they began
      this.places.delete(place)
    }
    this.admit()
  }
}
