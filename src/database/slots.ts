/** Lets `count` pieces of work run at a time; the others wait in their order. */
export class Slots {
  private readonly waiting: (() => void)[] = []
  private running = 0

  constructor(private readonly count: number) {}

  get isIdle() {
    return this.running === 0
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.count) this.running++
    else
      await new Promise<void>(resolve => {
        this.waiting.push(resolve)
      }) // work that ends hands over its place
    try {
      return await work()
    } finally {
      const next = this.waiting.shift()
      if (next) next()
      else this.running--
    }
  }
}
