import { QueryFailedError } from 'typeorm'
import { mostWriters, openReader, sqliteFile, synchronousOf, type DatabaseLocation } from './data-source.js'
import { codeOf, type Dialect } from './dialect.js'
import { isPositionGone } from './effects/change-log.js'
import { isLost, OutcomeUnknown } from './failure.js'
import { PartySlots } from './party-slots.js'
import { timeouts } from './pulse.js'
import type { Session } from './session.js'
import { sqliteSession } from './sqlite-session.js'
import { Stage, stagingDriver } from './staging.js'
import type { StatementCounter } from './statement-counter.js'
import { takenError } from '../model/unique.js'
import { busy, conflict, MergedMeanwhile } from '../model/errors.js'
import { UserError } from '../lib/user-error.js'

const attempts = 8

type Work<T> = (session: Session) => Promise<T>

export interface Writer {
  session: Session
  release: (isBroken: boolean) => void
}

export interface Writers {
  /** Gives a connection for one transaction, until it is released; a broken one is given to nobody again. */
  take(): Promise<Writer>
  close(): Promise<void>
}

/** Runs transactions, and repeats one that failed because of another. */
export class Transactions {
  private readonly turns: PartySlots

  constructor(
    private readonly dialect: Dialect,
    private readonly writers: Writers,
    private readonly location: DatabaseLocation,
    private readonly counter: StatementCounter,
  ) {
    this.turns = dialect.name === 'sqlite' ? new PartySlots(1) : new PartySlots(mostWriters, onServer)
  }

  /** `party` is the organisation of the work: others come between one and the next of many changes of one. */
  async run<T>(party: string, work: Work<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.turns.take(party, () => this.transaction(work))
      } catch (error) {
        if (!this.mayPass(error) || attempt === attempts) throw this.explain(error)
        await new Promise(resolve => setTimeout(resolve, Math.random() * 10 * 2 ** attempt))
      }
    }
  }

  /** On SQLite `work` runs beside everything else, and a short transaction at its end writes its rows. */
  async runStaged<T>(party: string, work: Work<T>): Promise<T> {
    if (this.dialect.name !== 'sqlite') return this.run(party, work)
    const stage = new Stage(this.location.dataDir)
    const staging = openReader(this.location, stagingDriver(stage))
    try {
      const result = await work(sqliteSession(staging, this.counter)).finally(() => staging.close())
      await this.turns.take(party, () => stage.moveInto(sqliteFile(this.location), synchronousOf(this.location)))
      return result
    } catch (error) {
      if (this.dialect.isTransient(error)) throw tooBusy()
      if (this.isOvertaken(error))
        throw conflict('Something that this builds on was changed meanwhile. Nothing was written; try again.')
      throw error
    } finally {
      await stage.remove()
    }
  }

  /** Ends when no transaction runs or waits. */
  async close() {
    await this.turns.idle()
    await this.writers.close()
  }

  private async transaction<T>(work: Work<T>): Promise<T> {
    const { session, release } = await this.writers.take()
    let isBroken = false
    try {
      const result = await work(session)
      await this.commit(session)
      return result
    } catch (error) {
      // A lost connection or a full disk has ended the transaction already, and the first error is the reason.
      await this.dialect.rollback(session).catch(() => {
        isBroken = true
      })
      throw error
    } finally {
      release(isBroken)
    }
  }

  private async commit(session: Session) {
    try {
      await this.dialect.commit(session)
    } catch (error) {
      // The server refused a change that went with COMMIT, and so did not come to COMMIT.
      const isBefore = error instanceof QueryFailedError && error.query !== 'COMMIT'
      throw this.dialect.name !== 'sqlite' && !isBefore && isLost(error) ? new OutcomeUnknown(error) : error
    }
  }

  private isOvertaken(error: unknown): boolean {
    return (
      this.dialect.isUniqueViolation(error) ||
      this.dialect.isForeignKeyViolation(error) ||
      codeOf(error) === 'CHANGED_MEANWHILE'
    )
  }

  /** Another attempt may pass after a deadlock, a merge meanwhile, a lost position, or two beginnings of one series of numbers. */
  private mayPass(error: unknown): boolean {
    return (
      error instanceof MergedMeanwhile ||
      isPositionGone(error) ||
      this.dialect.isTransient(error) ||
      this.dialect.isReferenceGone(error) ||
      (error instanceof QueryFailedError &&
        this.dialect.isUniqueViolation(error) &&
        takenError(error.message)?.code === 'SERIES_BUSY')
    )
  }

  private explain(error: unknown): unknown {
    if (!(error instanceof QueryFailedError)) return error
    if (this.dialect.isUniqueViolation(error)) return takenError(error.message) ?? error
    if (this.dialect.isForeignKeyViolation(error))
      return new UserError('IN_USE', 'Other records still refer to this one.')
    if (this.dialect.isTransient(error)) return tooBusy()
    return error
  }
}

const tooBusy = () => busy('The database was too busy for this change; try again in a moment.')

/** How changes wait for a connection of a server: as many of one organisation, and as long as for one of the pool. */
const onServer = { longest: 1000, patience: timeouts.connection, refusal: tooBusy }
