import { createReadStream, copyFileSync, rmSync } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.js'
import { dialectOf, sqliteFile } from '../database/data-source.js'
import { dumpServer, loadServer } from '../database/server-dump.js'
import { lockForServer, startProblem } from '../database/server-lock.js'
import { ServerTarget, versionLast } from '../database/server-target.js'
import { checkSqlite, hasSqlite, replaceSqlite } from '../database/sqlite-copy.js'
import { makePrivateFolder, restrict, syncFile } from '../lib/private-path.js'
import { UserError } from '../lib/user-error.js'
import { namedIn } from './backup.js'
import { digestOf, readManifest, type Manifest } from './manifest.js'
import { FolderOfFiles, KeyFinder } from './stored-files.js'

interface Options {
  /** Whether what is there may go. */
  replace: boolean
  progress: (done: number, total: number) => void
}

/** Brings back a backup, whole or not at all, where no server holds the database. */
export async function restore(config: Config, folder: string, options: Options): Promise<Manifest> {
  const manifest = await readManifest(folder)
  const kind = dialectOf(config)
  if (manifest.database.kind !== kind) throw new UserError('BACKUP_OF_ANOTHER_DATABASE', `${folder} is a backup of ${manifest.database.kind}, and ${config.url ? 'DATABASE_URL names' : 'without DATABASE_URL the database is'} ${kind}; restore it where its kind is.`)
  const copy = join(folder, manifest.database.file)
  const found = await digestOf(copy).catch(() => undefined)
  const backedUp = new FolderOfFiles(join(folder, 'files'))
  const keys = await backedUp.keys()
  if (found?.sha256 !== manifest.database.sha256 || keys.length !== manifest.files.count) throw new UserError('BACKUP_DAMAGED', `${folder} is not what the backup wrote: its database or its files were altered. Take another backup.`)
  try {
    makePrivateFolder(config.dataDir)
    const target = config.url ? await ServerPlace.take(config) : SqlitePlace.take(config)
    try {
      const isEmpty = (await target.isEmpty()) && (await readdir(join(config.dataDir, 'files')).catch(() => [])).length === 0
      if (!isEmpty && !options.replace) throw new UserError('TARGET_NOT_EMPTY', `${target.name} or ${join(config.dataDir, 'files')} is not empty. Restore to an empty place, or give --replace to put the backup in place of what is there.`)
      await bring(config, backedUp, keys, options, async () => target.restore(copy))
      await removeOthers(config, await target.named(copy))
      return manifest
    } finally {
      await target.release()
    }
  } catch (error) {
    throw startProblem(error, config)
  }
}

/** The files come first, beside those that are there: until the database has changed, all is as it was. */
async function bring(config: Config, backedUp: FolderOfFiles, keys: readonly string[], { progress }: Options, restoreDatabase: () => Promise<void>) {
  const files = new FolderOfFiles(join(config.dataDir, 'files'))
  const added: string[] = []
  try {
    let done = 0
    for (const key of keys) {
      if ((await files.sizeOf(key)) !== (await backedUp.sizeOf(key))) {
        added.push(key)
        await files.take(key, createReadStream(backedUp.pathOf(key)))
      }
      progress(++done, keys.length)
    }
    files.sync()
    await restoreDatabase()
  } catch (error) {
    for (const key of added) {
      await files.remove(key)
      await files.remove(`${key}.part`)
    }
    throw error
  }
}

/** What the replaced database had. */
async function removeOthers(config: Config, named: ReadonlySet<string>) {
  const files = new FolderOfFiles(join(config.dataDir, 'files'))
  for (const key of await files.keys()) if (!named.has(key)) await files.remove(key)
}

class SqlitePlace {
  private constructor(private readonly config: Config, private readonly lock: { release(): void }) {}

  static take(config: Config): SqlitePlace {
    return new SqlitePlace(config, lockForServer(config))
  }

  readonly name = sqliteFile(this.config)

  async isEmpty() {
    return !hasSqlite(this.config)
  }

  async restore(copy: string) {
    const unfinished = `${this.name}.restoring`
    try {
      copyFileSync(copy, unfinished)
      restrict(unfinished, 0o600)
      checkSqlite(unfinished)
      syncFile(unfinished)
      replaceSqlite(this.config, unfinished)
    } finally {
      rmSync(unfinished, { force: true })
    }
  }

  named(copy: string) {
    return namedIn(copy)
  }

  release() {
    this.lock.release()
  }
}

class ServerPlace {
  private constructor(private readonly config: Config, private readonly target: ServerTarget) {}

  static async take(config: Config): Promise<ServerPlace> {
    const target = await ServerTarget.open(config)
    const others = await target.others()
    if (others === 0) return new ServerPlace(config, target)
    await target.close()
    throw new UserError('DATABASE_IN_USE', `${others} connections to the database are open, as of a server that runs; stop it, and restore again.`)
  }

  readonly name = 'The database of DATABASE_URL'

  async isEmpty() {
    return (await this.target.tables()).length === 0
  }

  /** What is replaced is dumped first, and comes back where the backup cannot be loaded. */
  async restore(copy: string) {
    const tables = await this.target.tables()
    const replaced = join(this.config.dataDir, 'replaced.sql')
    if (tables.length > 0) await dumpServer(this.config, versionLast(tables), replaced, () => undefined)
    try {
      await this.target.dropTables()
      await this.target.settleCollation()
      await loadServer(this.config, copy)
      await this.target.settleCollation()
    } catch (error) {
      await this.target.dropTables()
      if (tables.length > 0) await loadServer(this.config, replaced)
      rmSync(replaced, { force: true })
      throw error
    }
    rmSync(replaced, { force: true })
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
}
