import { appendFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { addressOf } from '../database/data-source.js'
import type { Config } from '../config.js'
import { dumpServer, loadServer, requireLoader } from '../database/server-dump.js'
import { letGo, ServerTarget, versionLast } from '../database/server-target.js'
import { syncFile, syncFolder } from '../lib/private-path.js'
import { UserError } from '../lib/user-error.js'
import { KeyFinder } from './stored-files.js'

/**
 * A database of a server as the place of a restore. The restore first dumps what it replaces to `replaced.sql` in
 * DATA_DIR. Until a restore has succeeded, that dump may be the only copy, so no restore writes over one or removes one
 * before.
 */
export class ServerPlace {
  private constructor(
    private readonly config: Config,
    private readonly target: ServerTarget,
  ) {}

  static async take(config: Config): Promise<ServerPlace> {
    const target = await ServerTarget.open(config)
    const place = new ServerPlace(config, target)
    try {
      await place.refuseOthers()
      for (const name of place.dumps()) await refuseAnother(config, place.pathOf(name))
      return place
    } catch (error) {
      await target.close()
      throw error
    }
  }

  readonly name = 'The database of DATABASE_URL'

  async isEmpty() {
    return this.dumps().length === 0 && (await this.target.tables()).length === 0
  }

  /** If this throws, all is as it was, unless the error is ROLLBACK_FAILED. */
  async restore(copy: string) {
    const replaced = await this.keepReplaced()
    try {
      await this.target.dropTables()
      await this.target.settleCollation()
      await loadServer(this.config, copy)
      await this.target.settleCollation()
    } catch (error) {
      await this.bringBack(replaced, error)
      throw error
    }
  }

  /** Removes the dumps that were kept for a failed restore. */
  forget() {
    for (const name of [...this.dumps(), unfinished]) rmSync(this.pathOf(name), { force: true })
  }

  async named(copy: string) {
    const finder = new KeyFinder()
    const file = await open(copy)
    for await (const chunk of file.createReadStream() as AsyncIterable<Buffer>) finder.see(chunk) // without an encoding it gives buffers
    return finder.found
  }

  release() {
    return this.target.close()
  }

  /**
   * Returns the dump to load if the restore fails. It never dumps pieces of a database if an earlier restore has dumped
   * the whole.
   */
  private async keepReplaced(): Promise<string | undefined> {
    await requireLoader()
    const earlier = this.dumps()
    try {
      const isWhole = await this.target.hold()
      await this.refuseOthers() // from here on no server can start
      const last = earlier.at(-1)
      if (last && !isWhole) return this.pathOf(last)
      const tables = await this.target.tables()
      if (tables.length === 0) return undefined
      const kept = this.pathOf(nameOfDump(earlier))
      await this.dump(tables, kept, isWhole)
      await this.refuseOthers()
      return kept
    } catch (error) {
      await this.target.letGo()
      for (const name of this.dumps()) if (!earlier.includes(name)) rmSync(this.pathOf(name))
      throw error
    }
  }

  private async dump(tables: readonly string[], to: string, isWhole: boolean) {
    const part = this.pathOf(unfinished)
    try {
      await dumpServer(this.config, versionLast(tables), part, () => undefined)
      if (isWhole) appendFileSync(part, letGo)
      syncFile(part)
      renameSync(part, to)
      syncFolder(this.config.dataDir)
    } finally {
      rmSync(part, { force: true })
    }
  }

  private async bringBack(replaced: string | undefined, problem: unknown) {
    try {
      await this.target.dropTables()
      if (replaced) await loadServer(this.config, replaced)
    } catch (error) {
      const kept = replaced ? `; what it replaces is kept in ${replaced}` : ''
      throw new UserError(
        'ROLLBACK_FAILED',
        `The restore failed (${textOf(problem)}), and the database could not be brought back (${textOf(error)})${kept}. Run "clientela restore" again with --replace.`,
      )
    }
    if (replaced) rmSync(replaced)
  }

  private async refuseOthers() {
    const others = await this.target.others()
    if (others > 0)
      throw new UserError(
        'DATABASE_IN_USE',
        `${others} connections to the database are open, for example of a running server; stop it, and restore again.`,
      )
  }

  /** Returns the dumps of restores that were broken off, the latest last. */
  private dumps(): string[] {
    return readdirSync(this.config.dataDir)
      .filter(name => numberOf(name) > 0)
      .sort((one, other) => numberOf(one) - numberOf(other))
  }

  private pathOf(name: string): string {
    return join(this.config.dataDir, name)
  }
}

const unfinished = 'replaced.sql.part'

/** Returns 1 for `replaced.sql`, 2 for `replaced-2.sql`, and 0 for any other name. */
function numberOf(name: string): number {
  const [found, number] = /^replaced(?:-(\d+))?\.sql$/.exec(name) ?? []
  return found ? Number(number ?? 1) : 0
}

function nameOfDump(earlier: readonly string[]): string {
  const last = numberOf(earlier.at(-1) ?? '')
  return last === 0 ? 'replaced.sql' : `replaced-${last + 1}.sql`
}

/**
 * Refuses a dump of another database, which this restore may neither load nor remove. A dump names its database at its
 * head.
 */
async function refuseAnother(config: Config, path: string) {
  const file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1000), 0, 1000).finally(() => file.close())
  const database = /^-- Host: .*Database: (.*)$/m.exec(buffer.toString('utf8', 0, bytesRead))?.[1]?.trim()
  if (database === undefined || database === addressOf(config).database) return
  throw new UserError(
    'REPLACED_IS_OF_ANOTHER',
    `${path} belongs to an interrupted restore of another database, ${database}. Finish that restore first, or move the file away.`,
  )
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
