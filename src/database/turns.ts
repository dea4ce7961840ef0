import type { Operation } from './operation.js'

/** A statement that is to run. */
export interface Turn {
  /** The organisation it is for, which cannot take all turns. */
  party: string
  /** Whether it always took little time before. */
  short: boolean
  operation?: Operation
}

interface Waiting {
  turn: Turn
  begin: () => void
}

/**
 * Lets a few statements run at a time, so that no short read waits for long ones. Only a short statement takes the last
 * free turn. An operation has one of the other turns at a time, and an organisation half of them. The operation that
 * had the fewest turns comes first.
 */
export class Turns {
  private readonly long: Turn[] = []
  private readonly waiting: Waiting[] = []
  private readonly had = new WeakMap<object, number>()
  private free: number

  constructor(private readonly count: number) {
    this.free = count
  }

  async take<T>(turn: Turn, work: () => Promise<T>): Promise<T> {
    turn.operation?.check()
    if (this.mayBegin(turn)) this.begin(turn)
    else await this.wait(turn)
    try {
      return await work()
    } finally {
      this.end(turn)
    }
  }

  private mayBegin({ short, party, operation }: Turn): boolean {
    if (short) return this.free > 0
    if (this.free < 2) return false
    const same = this.long.filter(turn => turn.party === party)
    return same.length < this.count / 2 && !(operation && same.some(turn => turn.operation === operation))
  }

  private begin(turn: Turn) {
    this.free--
    if (!turn.short) this.long.push(turn)
    if (turn.operation) this.had.set(turn.operation, this.turnsOf(turn) + 1)
  }

  private end(turn: Turn) {
    this.free++
    if (!turn.short) this.long.splice(this.long.indexOf(turn), 1)
    let next: Waiting | undefined
    while ((next = this.next())) {
      this.waiting.splice(this.waiting.indexOf(next), 1)
      this.begin(next.turn)
      next.begin()
    }
  }

  private next(): Waiting | undefined {
    let next: Waiting | undefined
    for (const each of this.waiting) {
      if (this.mayBegin(each.turn) && (!next || this.turnsOf(each.turn) < this.turnsOf(next.turn))) next = each
    }
    return next
  }

  private turnsOf({ operation }: Turn): number {
    return (operation && this.had.get(operation)) ?? 0
  }

  private wait(turn: Turn): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = turn.operation?.onEnd(why => {
        const at = this.waiting.indexOf(waiting)
        if (at >= 0) this.waiting.splice(at, 1)
        reject(why)
      })
      const waiting: Waiting = {
        turn,
        begin: () => {
          stop?.()
          resolve()
        },
      }
      this.waiting.push(waiting)
    })
  }
}
