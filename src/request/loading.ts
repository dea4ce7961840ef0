import DataLoader from 'dataloader'

/** The loaders of one request, which wait until nothing is being read. */
export class Loading {
  private readonly loaders = new Map<string, DataLoader<string, unknown>>()
  private readonly waiting: (() => void)[] = []
  private reads = 0

  /** A read: the loaders wait until it has ended. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.reads++
    try {
      return await work()
    } finally {
      this.reads--
      this.loadWhenIdle()
    }
  }

  /** The loader of this name, which implies the type of its values. */
  loader<V>(name: string, load: (keys: readonly string[]) => Promise<V[]>): DataLoader<string, V> {
    const known = this.loaders.get(name)
    if (known) return known as DataLoader<string, V> // the name implies the type of its values
    const made = new DataLoader<string, V>(load, {
      maxBatchSize: 1000,
      batchScheduleFn: dispatch => {
        this.waiting.push(dispatch)
        this.loadWhenIdle()
      },
    })
    this.loaders.set(name, made)
    return made
  }

  /** After a change, records are read again. */
  clear() {
    this.loaders.clear()
  }

  /**
   * Two branches of a query may need records of the same kind: these are read once, whichever answer comes first.
   * All that follows from an answer is asked for before the next tick.
   */
  private loadWhenIdle() {
    void Promise.resolve().then(() =>
      process.nextTick(() => {
        if (this.reads === 0) for (const dispatch of this.waiting.splice(0)) dispatch()
      }),
    )
  }
}
