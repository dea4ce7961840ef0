import type { Pool, PoolConnection } from 'mysql2'
import type { View } from './reads.js'
import type { Dialect } from './dialect.js'
import type { Operation } from './operation.js'
import type { Pulse } from './pulse.js'
import { sendOn, serverSession, takeConnection } from './server-session.js'
import { sessionOf, type Sent, type Session } from './session.js'
import { Slots } from './slots.js'
import type { StatementCounter } from './statement-counter.js'

/** On how many connections one operation, and one organisation, reads at a time, so that others need not wait. */
const most = { operation: 2, party: 14 }

/** Reads of operations on a database server, each statement on a connection of the pool. */
export class ServerReads {
  private readonly parties = new Map<string, Slots>()

  constructor(
    private readonly pool: Pool,
    private readonly dialect: Dialect,
    private readonly counter: StatementCounter,
    private readonly pulse?: Pulse,
  ) {}

  session(party: string, operation?: Operation): Session {
    const slots = new Slots(most.operation)
    return sessionOf(this.counter, (sql, values, asLists) =>
      slots.take(() =>
        this.inTurn(party, async () => {
          operation?.check()
          const connection = await takeConnection(this.pool)
          try {
            return await this.run(connection, () => sendOn(connection)(sql, values, asLists), operation)
          } finally {
            connection.release()
          }
        }),
      ),
    )
  }

  private async inTurn<T>(party: string, work: () => Promise<T>): Promise<T> {
    const slots = this.parties.get(party) ?? new Slots(most.party)
    this.parties.set(party, slots)
    try {
      return await slots.take(work)
    } finally {
      if (slots.isIdle) this.parties.delete(party)
    }
  }

  async view(_party: string, operation?: Operation): Promise<View> {
    const connection = await takeConnection(this.pool)
    const plain = serverSession(connection, this.counter)
    try {
      await this.dialect.beginSnapshot(plain)
    } catch (error) {
      connection.release()
      throw error
    }
    const send = sendOn(connection)
    return {
      session: sessionOf(this.counter, (...sent) => this.run(connection, () => send(...sent), operation)),
      // On a lost connection there is nothing to commit.
      release: () =>
        this.dialect
          .commit(plain)
          .catch(() => undefined)
          .finally(() => {
            connection.release()
          }),
    }
  }

  async ask() {
    await this.pulse?.ask()
  }

  close() {
    this.pulse?.stop()
  }

  private run(connection: PoolConnection, read: () => Promise<Sent>, operation?: Operation): Promise<Sent> {
    const { pulse } = this
    return operation && pulse ? operation.statement(() => limited(connection, read, operation, pulse)) : read()
  }
}

/** Runs a statement that ends with its operation. KILL may come late, so nobody uses its connection again. */
async function limited(
  connection: PoolConnection,
  read: () => Promise<Sent>,
  operation: Operation,
  pulse: Pulse,
): Promise<Sent> {
  operation.check()
  let ending: Promise<unknown> | undefined
  const stop = operation.onEnd(() => {
    ending = pulse.end(connection)
  })
  try {
    return await read()
  } catch (error) {
    operation.check()
    throw error
  } finally {
    stop()
    if (ending) {
      await ending
      connection.destroy()
    }
  }
}
