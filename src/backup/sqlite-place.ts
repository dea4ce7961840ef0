import { copyFileSync, existsSync, rmSync } from 'node:fs'
import type { Config } from '../config.js'
import { sqliteFile } from '../database/data-source.js'
import { lockForServer } from '../database/server-lock.js'
import { checkSqlite, hasSqlite, replaceSqlite } from '../database/sqlite-copy.js'
import { restrict, syncFile } from '../lib/private-path.js'
import { UserError } from '../lib/user-error.js'
import { namedIn } from './backup.js'

/** An embedded database, held while it is restored. */
export class SqlitePlace {
  private constructor(
    private readonly config: Config,
    private readonly lock: { release(): void },
  ) {}

  static take(config: Config): SqlitePlace {
    return new SqlitePlace(config, lockForServer(config))
  }

  readonly name = sqliteFile(this.config)

  async isEmpty() {
    return !hasSqlite(this.config)
  }

  /** If this throws, all is as it was, unless the error is ROLLBACK_FAILED. */
  async restore(copy: string) {
    const unfinished = `${this.name}.restoring`
    try {
      copyFileSync(copy, unfinished)
      restrict(unfinished, 0o600)
      checkSqlite(unfinished)
      syncFile(unfinished)
      this.replace(unfinished)
    } finally {
      rmSync(unfinished, { force: true })
    }
  }

  forget() {
    // Nothing was kept.
  }

  named(copy: string) {
    return namedIn(copy)
  }

  release() {
    this.lock.release()
  }

  private replace(by: string) {
    try {
      replaceSqlite(this.config, by)
    } catch (error) {
      if (existsSync(by)) throw error
      const problem = error instanceof Error ? error.message : String(error)
      throw new UserError(
        'ROLLBACK_FAILED',
        `The database is restored, but the disk does not confirm it (${problem}). Check the disk, then run "clientela restore" again with --replace.`,
      )
    }
  }
}
