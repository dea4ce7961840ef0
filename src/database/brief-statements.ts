/** In milliseconds, with what the event loop takes before it hears of the thread. */
const mostInThread = 20
/** In milliseconds. So long may one statement of the main thread hold up everybody. */
const mostInMain = 3
const runsToForget = 100
const mostKnown = 500

/** Knows which statements are so brief that the main thread may run them: those that were, each time they ran. */
export class BriefStatements {
  /** How often each has to run in a thread before the main thread may try. */
  private readonly left = new Map<string, number>()

  has(statement: string): boolean {
    return this.left.get(statement) === 0
  }

  noteThread(statement: string, took: number) {
    const left = this.left.get(statement) ?? 1
    this.set(statement, took <= mostInThread ? Math.max(0, left - 1) : runsToForget)
  }

  noteMain(statement: string, took: number) {
    if (took > mostInMain) this.set(statement, runsToForget)
  }

  private set(statement: string, left: number) {
    this.left.delete(statement)
    this.left.set(statement, left)
    if (this.left.size > mostKnown) this.left.delete(this.left.keys().next().value ?? '')
  }
}
