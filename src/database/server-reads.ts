import type { PoolConnection } from 'mysql2'
import type { DataSource, EntityManager, QueryRunner } from 'typeorm'
import type { View } from './reads.js'
import type { Dialect } from './dialect.js'
import { managerOf } from './bound-runner.js'
import type { Operation } from './operation.js'
import type { Pulse } from './pulse.js'
import { Slots } from './slots.js'

/** On how many connections one operation, and one organisation, reads at a time, so that others need not wait. */
const most = { operation: 2, party: 14 }

/** Reads of operations on a database server, each statement on a connection of the pool. */
export class ServerReads {
  private readonly parties = new Map<string, Slots>()

  constructor(
    private readonly source: DataSource,
    private readonly dialect: Dialect,
    private readonly pulse?: Pulse,
  ) {}

  manager(party: string, operation?: Operation): EntityManager {
    const slots = new Slots(most.operation)
    return managerOf(this.source, this.source.createQueryRunner(), (sql, values) =>
      slots.take(() =>
        this.inTurn(party, async () => {
          operation?.check()
          const runner = this.source.createQueryRunner()
          try {
            return await this.run(runner, sql, values, operation)
          } finally {
            await runner.release()
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
    const runner = this.source.createQueryRunner()
    try {
      await this.dialect.beginSnapshot(runner)
    } catch (error) {
      await runner.release()
      throw error
    }
    const manager = managerOf(this.source, runner, (sql, values) => this.run(runner, sql, values, operation))
    // On a lost connection there is nothing to commit.
    return {
      manager,
      release: () =>
        runner
          .query('COMMIT')
          .catch(() => undefined)
          .finally(() => runner.release()),
    }
  }

  async ask() {
    await this.pulse?.ask()
  }

  close() {
    this.pulse?.stop()
  }

  private run(runner: QueryRunner, sql: string, values: unknown[], operation?: Operation): Promise<object[]> {
    const read = () => runner.query(sql, values) as Promise<object[]> // a SELECT's rows
    return operation && this.pulse
      ? operation.statement(() => this.limited(runner, read, operation, this.pulse))
      : read()
  }

  /** Runs a statement that ends with its operation. KILL may come late, so nobody uses its connection again. */
  private async limited(
    runner: QueryRunner,
    read: () => Promise<object[]>,
    operation: Operation,
    pulse?: Pulse,
  ): Promise<object[]> {
    const connection = (await runner.connect()) as PoolConnection // mysql2's
    operation.check()
    let ending: Promise<unknown> | undefined
    const stop = operation.onEnd(() => {
      ending = pulse?.end(connection)
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
}
