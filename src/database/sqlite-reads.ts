import { QueryFailedError, type DataSource, type EntityManager } from 'typeorm'
import { managerOf } from './bound-runner.js'
import type { Operation } from './operation.js'
import type { View } from './reads.js'
import { ReadingThread } from './reading-thread.js'
import { Turns, type Turn } from './turns.js'

/** How many statements run at a time, beyond those of the main thread. */
export const readingThreads = 6

/** In milliseconds. A statement is short if it never took longer. */
const short = 100
const mostKnown = 500

const settings = 'PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON'

/** Reads SQLite beside the main thread, which answers others meanwhile, and can end a long statement. */
export class SqliteReads {
  private readonly turns = new Turns(readingThreads)
  private readonly idle: ReadingThread[] = []
  private readonly slowest = new Map<string, number>()
  private isClosed = false

  constructor(
    private readonly path: string,
    private readonly source: DataSource,
  ) {}

  manager(party: string, operation?: Operation): EntityManager {
    return this.managerBy({ party, operation })
  }

  /** One unchanging view of the database, on a connection of its own until it is released. */
  async view(party: string, operation?: Operation): Promise<View> {
    const thread = await this.open()
    try {
      await thread.exec('BEGIN')
    } catch (error) {
      thread.close()
      throw error
    }
    return {
      manager: this.managerBy({ party, operation }, thread),
      release: async () => {
        thread.close()
      },
    }
  }

  ask(): Promise<unknown> {
    return this.source.query('SELECT 1')
  }

  close() {
    this.isClosed = true
    for (const thread of this.idle.splice(0)) thread.close()
  }

  private managerBy(turn: Omit<Turn, 'short'>, view?: ReadingThread): EntityManager {
    return managerOf(this.source, this.source.createQueryRunner(), async (sql, values) => {
      this.source.logger.logQuery(sql, values)
      try {
        return await (turn.operation
          ? turn.operation.statement(() => this.run(sql, values, turn, view))
          : this.run(sql, values, turn, view))
      } catch (error) {
        turn.operation?.check()
        throw error instanceof Error ? new QueryFailedError(sql, values, error) : error
      }
    })
  }

  private async run(
    sql: string,
    values: unknown[],
    { party, operation }: Omit<Turn, 'short'>,
    view?: ReadingThread,
  ): Promise<object[]> {
    const turn = () =>
      this.turns.take({ party, operation, short: (this.slowest.get(sql) ?? Infinity) < short }, async () => {
        // The thread that was used last has in its cache what is read often.
        const thread = view ?? this.idle.pop() ?? (await this.open())
        const start = performance.now()
        try {
          return await thread.all(sql, values, operation)
        } finally {
          this.note(sql, performance.now() - start)
          if (!view) this.giveBack(thread)
        }
      })
    return view ? view.inOrder(turn) : turn()
  }

  private giveBack(thread: ReadingThread) {
    if (this.isClosed) thread.close()
    else this.idle.push(thread)
  }

  private async open(): Promise<ReadingThread> {
    const thread = new ReadingThread(this.path)
    await thread.exec(settings)
    return thread
  }

  /** Keeps the longest time of a statement, and forgets a single slow run after some fast ones. */
  private note(sql: string, took: number) {
    const before = this.slowest.get(sql) ?? 0
    this.slowest.delete(sql)
    this.slowest.set(sql, Math.max(took, before * 0.9))
    if (this.slowest.size > mostKnown) this.slowest.delete(this.slowest.keys().next().value ?? '')
  }
}
