import { existsSync } from 'node:fs'
import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.js'
import { Database } from '../database/database.js'
import { dumpServer } from '../database/server-dump.js'
import { startProblem } from '../database/server-lock.js'
import { versionLast } from '../database/server-target.js'
import { copySqlite, hasSqlite } from '../database/sqlite-copy.js'
import { makePrivateFolder } from '../lib/private-path.js'
import { UserError } from '../lib/user-error.js'
import { SqliteDatabase } from '../database/libsql-driver.js'
import { DiskStore } from '../storage/disk-store.js'
import { digestOf, writeList, writeManifest, type Digest, type Manifest } from './manifest.js'
import { FolderOfFiles, keysNamed, KeyFinder, type Asked } from './stored-files.js'

export interface BackupReport extends Manifest {
  /** Keys of files that the database names and the storage did not have. */
  missing: string[]
}

/** The database is copied again at most so often when files that the copy names were deleted meanwhile. */
const attempts = 10

/**
 * Writes a backup of the database and of all files that it names, while others read and write. On an error nothing of
 * it stays.
 */
export async function backUp(
  config: Config,
  folder: string,
  version: string,
  progress: (done: number, total: number) => void,
): Promise<BackupReport> {
  if (!config.url && !hasSqlite(config))
    throw new UserError(
      'DATABASE_MISSING',
      `There is no database in ${config.dataDir}; set DATA_DIR or DATABASE_URL to where it is.`,
    )
  const isNew = !existsSync(folder)
  if (!isNew && (await readdir(folder)).length > 0)
    throw new UserError(
      'BACKUP_FOLDER_NOT_EMPTY',
      `${folder} is not empty; name a folder that is empty or does not exist yet.`,
    )
  const database = await Database.open(config).catch((error: unknown) => {
    throw startProblem(error, config)
  })
  try {
    const state = await database.schemaState()
    if (state === 'empty') throw new UserError('DATABASE_EMPTY', 'The database is empty: there is nothing to back up.')
    if (state === 'newer')
      throw new UserError('DATABASE_NEWER', 'A newer version of Clientela made the database; run that version.')
    makePrivateFolder(folder)
    return await new Backup(config, database, folder, progress).run(version).catch(async (error: unknown) => {
      for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true })
      if (isNew) await rmdir(folder)
      throw error
    })
  } finally {
    await database.close()
  }
}

class Backup {
  private readonly store = new DiskStore(join(this.config.dataDir, 'files'))
  private readonly files = new FolderOfFiles(join(this.folder, 'files'))
  private readonly taken = new Map<string, Digest>()

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly folder: string,
    private readonly progress: (done: number, total: number) => void,
  ) {}

  async run(version: string): Promise<BackupReport> {
    // Most files are copied first, so that little is left to copy after the database.
    await this.take(await collect(keysNamed(this.live())))
    const file = this.config.url ? 'database.sql' : 'clientela.sqlite'
    const { missing, named } = await this.copyTogether(join(this.folder, file))
    for (const key of this.taken.keys()) if (!named.has(key)) await this.drop(key)
    this.files.sync()
    const manifest: Manifest = {
      format: 1,
      madeAt: new Date().toISOString(),
      version,
      database: { kind: this.database.dialect.name, file, ...(await digestOf(join(this.folder, file))) },
      files: {
        count: this.taken.size,
        bytes: [...this.taken.values()].reduce((sum, { size }) => sum + size, 0),
        list: await writeList(this.folder, this.taken),
      },
    }
    writeManifest(this.folder, manifest)
    return { ...manifest, missing }
  }

  /**
   * Copies the database until the backup has every file that the copy names. A copy may name a file that was deleted
   * while it was made. The next copy does not name it any more.
   */
  private async copyTogether(path: string): Promise<{ missing: string[]; named: Set<string> }> {
    const gone = new Set<string>()
    for (let attempt = 1; ; attempt++) {
      const named = await this.copyDatabase(path)
      const lacking = (await this.take(named)).filter(key => !gone.has(key))
      const still = lacking.length > 0 ? await collect(keysNamed(this.live())) : new Set<string>()
      const missing = lacking.filter(key => still.has(key))
      const deleted = lacking.filter(key => !still.has(key))
      if (deleted.length === 0) return { missing, named }
      if (attempt === attempts)
        throw new UserError(
          'BACKUP_RESTLESS',
          'Files are deleted faster than a backup can copy them; make it at a quieter time.',
        )
      for (const key of deleted) gone.add(key)
    }
  }

  /** Copies the database and returns the keys of the files that the copy names. */
  private async copyDatabase(path: string): Promise<Set<string>> {
    if (!this.config.url) {
      copySqlite(this.config, path)
      return namedIn(path)
    }
    const finder = new KeyFinder()
    const tables = await this.database.read.query<{ name: string }[]>(
      "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY 1",
    )
    await dumpServer(this.config, versionLast(tables.map(({ name }) => name)), path, chunk => finder.see(chunk))
    return finder.found
  }

  /** Copies the files that the backup does not have yet. Returns the keys that the storage lacks. */
  private async take(keys: ReadonlySet<string>): Promise<string[]> {
    const lacking: string[] = []
    let done = 0
    for (const key of keys) {
      if (!this.taken.has(key)) {
        const found = await this.store.get(key)
        if (found) {
          this.taken.set(key, await this.files.take(key, found.bytes))
        } else lacking.push(key)
      }
      this.progress(++done, keys.size)
    }
    return lacking
  }

  private async drop(key: string) {
    await this.files.remove(key)
    this.taken.delete(key)
  }

  private live(): Asked {
    return {
      query: (sql, parameters) => this.database.read.query(sql, parameters),
      hasTable: name => this.database.hasTable(name),
    }
  }
}

/** Returns the keys of the files that a copy of SQLite names. */
export async function namedIn(path: string): Promise<Set<string>> {
  const copy = new SqliteDatabase(path, {})
  try {
    return await collect(
      keysNamed({
        query: async (sql, parameters = []) => copy.prepare(sql).all(...(parameters as string[])) as never[], // texts; rows as selected
        hasTable: async name =>
          copy.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = ?").all(name).length > 0,
      }),
    )
  } finally {
    copy.close()
  }
}

async function collect<T>(values: AsyncIterable<T>): Promise<Set<T>> {
  const all = new Set<T>()
  for await (const value of values) all.add(value)
  return all
}
