interface Party {
  running: number
  readonly waiting: (() => void)[]
}

interface Limits {
  /** How much work of one party waits. */
  longest?: number
  /** In milliseconds. So long may work wait. */
  patience?: number
  /** Makes the error for work that is too much, or waited too long. */
  refusal?: () => Error
}

/**
 * Lets `count` changes run at a time, half of them for one party. `Slots` knows no parties; `Turns`, for reads of
 * SQLite, knows short and long ones. A place that becomes free goes to the party whose last work began longest ago.
 */
export class PartySlots {
  /** Those that run or wait, in the order in which their work last began. */
  private readonly parties = new Map<string, Party>()
  private readonly most: number
  private free: number
  private readonly uponIdle: (() => void)[] = []

  constructor(
    count: number,
    private readonly limits: Limits = {},
  ) {
    this.free = count
    this.most = Math.ceil(count / 2)
  }

  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const party = this.parties.get(name) ?? { running: 0, waiting: [] }
    if (party.waiting.length >= (this.limits.longest ?? Infinity)) throw this.refused()
    this.parties.set(name, party)
    if (this.mayBegin(party)) this.begin(name, party)
    else await this.wait(name, party)
    try {
      return await work()
    } finally {
      this.free++
      party.running--
      this.beginNext()
      this.forgetIdle(name, party)
    }
  }

  /** Ends when nothing runs or waits. */
  async idle(): Promise<void> {
    if (this.parties.size > 0) await new Promise<void>(resolve => this.uponIdle.push(resolve))
  }

  private mayBegin({ running }: Party): boolean {
    return this.free > 0 && running < this.most
  }

  private begin(name: string, party: Party) {
    this.free--
    party.running++
    this.parties.delete(name)
    this.parties.set(name, party) // the last one now
  }

  private beginNext() {
    for (const [name, party] of this.parties) {
      if (party.waiting.length === 0 || !this.mayBegin(party)) continue
      this.begin(name, party)
      party.waiting.shift()?.()
      return
    }
  }

  private wait(name: string, party: Party): Promise<void> {
    const { patience } = this.limits
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        party.waiting.splice(party.waiting.indexOf(begin), 1)
        this.forgetIdle(name, party)
        reject(this.refused())
      }
      const timer = patience === undefined ? undefined : setTimeout(giveUp, patience)
      const begin = () => {
        clearTimeout(timer)
        resolve()
      }
      party.waiting.push(begin)
    })
  }

  private forgetIdle(name: string, { running, waiting }: Party) {
    if (running > 0 || waiting.length > 0) return
    this.parties.delete(name)
    if (this.parties.size === 0) for (const resolve of this.uponIdle.splice(0)) resolve()
  }

  private refused(): Error {
    return this.limits.refusal?.() ?? new Error('Too much waits.')
  }
}
