interface Party {
  running: number
  readonly waiting: (() => void)[]
}

/**
 * Lets `count` changes run at a time, half of them for one party. `Slots` knows no parties; `Turns`, for reads of
 * SQLite, knows short and long ones. A place that becomes free goes to the party
 * with the fewest, and among those to the one whose last turn is longest ago.
 */
export class PartySlots {
  /** Those that run or wait, in the order in which they had their last turns. */
  private readonly parties = new Map<string, Party>()
  private readonly most: number
  private free: number
  private readonly uponIdle: (() => void)[] = []

  /** Of one party at most `longest` wait; `refusal` makes the error for one more. */
  constructor(
    count: number,
    private readonly longest = Infinity,
    private readonly refusal = () => new Error('Too much waits.'),
  ) {
    this.free = count
    this.most = Math.ceil(count / 2)
  }

  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const party = this.parties.get(name) ?? { running: 0, waiting: [] }
    if (party.waiting.length >= this.longest) throw this.refusal()
    this.parties.set(name, party)
    if (this.mayBegin(party)) this.begin(party)
    else await new Promise<void>(resolve => party.waiting.push(resolve))
    try {
      return await work()
    } finally {
      this.end(name, party)
    }
  }

  /** Ends when nothing runs or waits. */
  async idle(): Promise<void> {
    if (this.parties.size > 0) await new Promise<void>(resolve => this.uponIdle.push(resolve))
  }

  private mayBegin({ running }: Party): boolean {
    return this.free > 0 && running < this.most
  }

  private begin(party: Party) {
    this.free--
    party.running++
  }

  private end(name: string, party: Party) {
    this.free++
    party.running--
    this.parties.delete(name)
    if (party.running > 0 || party.waiting.length > 0) this.parties.set(name, party) // the last one now
    const next = this.next()
    if (next) this.begin(next)
    next?.waiting.shift()?.()
    if (this.parties.size === 0) for (const resolve of this.uponIdle.splice(0)) resolve()
  }

  private next(): Party | undefined {
    let next: Party | undefined
    for (const party of this.parties.values())
      if (party.waiting.length > 0 && this.mayBegin(party) && (!next || party.running < next.running)) next = party
    return next
  }
}
