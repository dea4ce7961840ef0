import type { Pool, PoolConnection, QueryError } from 'mysql2'
import { NoAnswer } from './failure.js'
import { streamOf, type ServerControl } from './server-control.js'

/** In milliseconds. */
export const timeouts = {
  /** When a statement takes longer, we ask whether the server is there. */
  doubt: 2000,
  /** A statement is lost when the server does not know of it after so long. */
  lost: 10_000,
  /** A caller that waits longer for a connection is refused. */
  connection: 10_000,
  every: 500,
}

type Answered = (error: QueryError | null, ...rest: unknown[]) => void
type Callback = (error: NodeJS.ErrnoException | null, connection: PoolConnection) => void

/**
 * Knows whether the server at the other end of our pools is there. A server that falls silent would keep every connection
 * for ever. So while statements take long, another connection asks the server. Where it does not answer, the pulse
 * destroys their connections, and nobody waits for a new one until the server is back.
 */
export class Pulse {
  private readonly running = new Map<PoolConnection, number>()
  private readonly connections = new Set<PoolConnection>()
  /** Those who wait for a connection, and since when. */
  private readonly waiting = new Map<(error: Error) => void, number>()
  private readonly timer: NodeJS.Timeout
  private isAway = false
  private isAsking = false

  constructor(
    pools: readonly Pool[],
    private readonly control: ServerControl,
  ) {
    for (const pool of pools) {
      this.limitWaiting(pool)
      pool.on('connection', (connection: PoolConnection) => {
        this.watch(connection)
      })
    }
    this.timer = setInterval(() => void this.look(), timeouts.every)
    this.timer.unref()
  }

  stop() {
    clearInterval(this.timer)
    this.control.close()
  }

  /** Throws where the server does not answer. */
  async ask() {
    await this.control.ask('SELECT 1')
    this.isAway = false
  }

  /** Ends what a connection of the pool is doing; the connection is not used again. */
  async end(connection: PoolConnection) {
    await this.control.ask('KILL QUERY ?', [connection.threadId]).catch(() => undefined) // the connection is destroyed below all the same
    setTimeout(() => {
      destroy(connection, new NoAnswer('The statement could not be ended.'))
    }, timeouts.doubt).unref()
  }

  /** The pool itself would let a caller wait for ever. */
  private limitWaiting(pool: Pool) {
    const take = pool.getConnection.bind(pool)
    pool.getConnection = (callback: Callback) => {
      if (this.isAway)
        return void process.nextTick(() => {
          callback(silent(), undefined as never) // callers look at it only where there is no error
        })
      let isOver = false
      const refuse = (error: Error) => {
        isOver = true
        this.waiting.delete(refuse)
        callback(error, undefined as never) // nobody looks at it beside an error
      }
      this.waiting.set(refuse, performance.now())
      take((error, connection) => {
        if (isOver) return void (error ?? connection.release())
        this.waiting.delete(refuse)
        callback(error, connection)
      })
    }
  }

  private watch(connection: PoolConnection) {
    this.connections.add(connection)
    connection.on('error', () => {
      this.forget(connection)
    })
    connection.once('end', () => {
      this.forget(connection)
    })
    this.note(connection, 'query')
    this.note(connection, 'execute')
  }

  /** Notes when a statement began, until it has ended. */
  private note(connection: PoolConnection, way: 'query' | 'execute') {
    const send = connection[way].bind(connection) as (...sent: unknown[]) => unknown // whoever calls it
    const noted = (...sent: unknown[]) => {
      const callback = sent.pop() as Answered // always the last
      this.running.set(connection, performance.now())
      return send(...sent, (error: QueryError | null, ...rest: unknown[]) => {
        this.running.delete(connection)
        callback(error, ...rest)
      })
    }
    connection[way] = noted as never // the same, with fewer ways to call it
  }

  private forget(connection: PoolConnection) {
    this.connections.delete(connection)
    this.running.delete(connection)
  }

  /** Asks now and then whether the server still answers. */
  private async look() {
    const now = performance.now()
    for (const [refuse, since] of this.waiting)
      if (now - since > timeouts.connection) refuse(new NoAnswer('No connection became free in time.'))
    const doubtful = [...this.running].filter(([, since]) => now - since > timeouts.doubt)
    if (this.isAsking || (!this.isAway && doubtful.length === 0)) return
    this.isAsking = true
    try {
      const rows = await this.control.ask<{ id: number }>(
        "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE COMMAND <> 'Sleep'",
      )
      this.isAway = false
      const known = new Set(rows.map(({ id }) => Number(id)))
      for (const [connection, since] of doubtful) {
        const isSame = this.running.get(connection) === since
        if (isSame && now - since > timeouts.lost && !known.has(connection.threadId)) destroy(connection, silent())
      }
    } catch (error) {
      // A server that refuses is there.
      if (error instanceof Error && 'sqlState' in error) return
      this.isAway = true
      for (const connection of this.connections) destroy(connection, silent())
      for (const refuse of this.waiting.keys()) refuse(silent())
    } finally {
      this.isAsking = false
    }
  }
}

const silent = () => new NoAnswer('The database server does not answer.')

function destroy(connection: PoolConnection, error: Error) {
  streamOf(connection)?.destroy(error)
}
