import { BriefStatements } from './brief-statements.js'
import type { SqliteDatabase } from './libsql-driver.js'
import type { Operation } from './operation.js'
import type { ReadOptions, View } from './reads.js'
import { ReadingThread } from './reading-thread.js'
import { sessionOf, type Session } from './session.js'
import type { StatementCounter } from './statement-counter.js'
import { Turns, type Turn } from './turns.js'

/** How many statements run at a time, beyond those of the main thread. */
export const readingThreads = 6

/** In milliseconds. A statement is short if it never took longer. */
const short = 100
const mostKnown = 500

const settings = 'PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON'

type Asker = Omit<Turn, 'short'>

type Run = (sql: string, values: readonly unknown[], asLists: boolean) => Promise<unknown[]>

/** Reads SQLite beside the main thread, which answers others meanwhile, and can end a long statement. */
export class SqliteReads {
  private readonly turns = new Turns(readingThreads)
  private readonly idle: ReadingThread[] = []
  private readonly slowest = new Map<string, number>()
  private readonly brief = new BriefStatements()
  private isClosed = false

  constructor(
    private readonly path: string,
    private readonly reader: SqliteDatabase,
    private readonly counter: StatementCounter,
  ) {}

  session(party: string, operation?: Operation, { alike = false }: ReadOptions = {}): Session {
    const turn = { party, operation }
    return alike
      ? this.sessionOf(turn, (...sent) => this.runAlike(turn, ...sent))
      : this.sessionOf(turn, (...sent) => this.run(turn, ...sent))
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
      session: this.sessionOf({ operation }, (...sent) => this.run({ party, operation }, ...sent, { view: thread })),
      release: async () => {
        // A closed connection keeps its view until its statements are collected, so the view ends first.
        await thread
          .inOrder(() => thread.exec('ROLLBACK'))
          .finally(() => {
            thread.close()
          })
      },
    }
  }

  async ask() {
    this.reader.send('SELECT 1', [], true)
  }

  close() {
    this.isClosed = true
    for (const thread of this.idle.splice(0)) thread.close()
    this.reader.close()
  }

  private sessionOf({ operation }: Pick<Turn, 'operation'>, run: Run): Session {
    return sessionOf(this.counter, async (...sent) => {
      const read = () => run(...sent)
      try {
        return { rows: await (operation ? operation.statement(read) : read()), affected: 0 }
      } catch (error) {
        operation?.check()
        throw error
      }
    })
  }

  /** The main thread runs what is brief: it spares two turns of the event loop. */
  private async runAlike(asker: Asker, ...sent: Parameters<Run>): Promise<unknown[]> {
    const statement = `${asker.party} ${sent[0]}`
    if (!this.brief.has(statement)) {
      const note = (took: number) => {
        this.brief.noteThread(statement, took)
      }
      return this.run(asker, ...sent, { note })
    }
    const start = performance.now()
    try {
      return this.reader.send(...sent).rows
    } finally {
      this.brief.noteMain(statement, performance.now() - start)
    }
  }

  private async run(
    { party, operation }: Asker,
    sql: string,
    values: readonly unknown[],
    asLists: boolean,
    { view, note }: { view?: ReadingThread; note?: (took: number) => void } = {},
  ): Promise<unknown[]> {
    const turn = () =>
      this.turns.take({ party, operation, short: (this.slowest.get(sql) ?? Infinity) < short }, async () => {
        // The thread that was used last has in its cache what is read often.
        const thread = view ?? this.idle.pop() ?? (await this.open())
        const start = performance.now()
        try {
          return await thread.all(sql, values, asLists, operation)
        } finally {
          const took = performance.now() - start
          this.note(sql, took)
          note?.(took)
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
