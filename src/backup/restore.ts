import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.js'
import { dialectOf } from '../database/data-source.js'
import { startProblem } from '../database/server-lock.js'
import { makePrivateFolder } from '../lib/private-path.js'
import { UserError } from '../lib/user-error.js'
import { digestOf, readList, readManifest, type Manifest } from './manifest.js'
import { ServerPlace } from './server-place.js'
import { SqlitePlace } from './sqlite-place.js'
import { FolderOfFiles } from './stored-files.js'

interface Options {
  /** Whether the restore may replace a database and files that are there. */
  replace: boolean
  progress: (done: number, total: number) => void
}

/** Restores a backup, whole or not at all. No server may use the database meanwhile. */
export async function restore(config: Config, folder: string, { replace, progress }: Options): Promise<Manifest> {
  const manifest = await readManifest(folder)
  const kind = dialectOf(config)
  if (manifest.database.kind !== kind)
    throw new UserError(
      'BACKUP_OF_ANOTHER_DATABASE',
      `${folder} is a backup of ${manifest.database.kind}, but ${config.url ? 'DATABASE_URL names' : 'without DATABASE_URL the database is'} ${kind}; restore it to a database of the same kind.`,
    )
  let done = 0
  const count = () => progress(++done, 2 * manifest.files.count) // each file is read twice: for the check and for the copy
  await check(folder, manifest, count)
  const copy = join(folder, manifest.database.file)
  try {
    makePrivateFolder(config.dataDir)
    const target = config.url ? await ServerPlace.take(config) : SqlitePlace.take(config)
    const refuse = () => {
      throw new UserError(
        'TARGET_NOT_EMPTY',
        `${target.name} or ${join(config.dataDir, 'files')} is not empty. Restore to an empty place, or give --replace to put the backup in place of what is there.`,
      )
    }
    try {
      const hasFiles = (await readdir(join(config.dataDir, 'files')).catch(() => [])).length > 0
      if (!replace && (hasFiles || !(await target.isEmpty()))) refuse()
      const files = new ArrivingFiles(config, folder)
      await files.bring(manifest, count, async () => {
        if (!replace && !(await target.isEmpty())) refuse()
        await target.restore(copy)
      })
      target.forget()
      await files.removeOthers(await target.named(copy))
      return manifest
    } finally {
      await target.release()
    }
  } catch (error) {
    throw startProblem(error, config)
  }
}

/** Compares all bytes with what the backup wrote, before anything is changed. */
async function check(folder: string, manifest: Manifest, count: () => void) {
  const { list } = manifest.files
  for (const { file, sha256 } of [manifest.database, ...(list ? [list] : [])]) {
    if ((await digestOf(join(folder, file)).catch(() => undefined))?.sha256 !== sha256) throw damaged(folder, file)
  }
  const backedUp = new FolderOfFiles(join(folder, 'files'))
  if (!list && (await backedUp.keys()).length !== manifest.files.count) throw damaged(folder, 'the number of its files')
  for await (const { key, sha256 } of filesOf(folder, manifest)) {
    if (list && (await digestOf(backedUp.pathOf(key)).catch(() => undefined))?.sha256 !== sha256)
      throw damaged(folder, `files/${key}`)
    count()
  }
}

/** Yields the files of a backup and their digests. A backup of an older version has no digests. */
async function* filesOf(
  folder: string,
  { files: { list } }: Manifest,
): AsyncIterable<{ key: string; sha256?: string }> {
  if (list) yield* readList(folder, list.file)
  else for (const key of await new FolderOfFiles(join(folder, 'files')).keys()) yield { key }
}

/** Puts the files of a backup beside those that are there. Until the database has changed, all can be taken back. */
class ArrivingFiles {
  private readonly backedUp = new FolderOfFiles(join(this.folder, 'files'))
  private readonly files = new FolderOfFiles(join(this.config.dataDir, 'files'))
  /** Keys that were free. */
  private readonly added: string[] = []
  /** Keys that had other bytes. Those keep `suffix` behind their names until the restore has succeeded. */
  private readonly replaced: string[] = []
  private readonly suffix = `.replaced-${Date.now()}`

  constructor(
    private readonly config: Config,
    private readonly folder: string,
  ) {}

  async bring(manifest: Manifest, count: () => void, restoreDatabase: () => Promise<void>) {
    try {
      for await (const { key, sha256 } of filesOf(this.folder, manifest)) {
        await this.take(key, sha256)
        count()
      }
      this.files.sync()
      await restoreDatabase()
    } catch (error) {
      // After a failed rollback nobody knows which of these files the database names.
      if (!(error instanceof UserError && error.code === 'ROLLBACK_FAILED')) await this.takeBack()
      throw error
    }
  }

  /** Removes the files of the database that was replaced. */
  async removeOthers(named: ReadonlySet<string>) {
    for (const key of await this.files.keys()) if (!named.has(key)) await this.files.remove(key)
  }

  private async take(key: string, wanted?: string) {
    const from = this.backedUp.pathOf(key)
    const isThere = (await this.files.sizeOf(key)) !== undefined
    if (isThere) {
      if ((await digestOf(this.files.pathOf(key))).sha256 === (wanted ?? (await digestOf(from)).sha256)) return
      await this.files.rename(key, key + this.suffix)
      this.replaced.push(key)
    } else this.added.push(key)
    const { sha256 } = await this.files.take(key, createReadStream(from))
    if (wanted && sha256 !== wanted) throw damaged(this.folder, `files/${key}`)
  }

  private async takeBack() {
    for (const key of this.added) await this.files.remove(key)
    for (const key of this.replaced) await this.files.rename(key + this.suffix, key)
    this.files.sync()
  }
}

const damaged = (folder: string, flaw: string) =>
  new UserError('BACKUP_DAMAGED', `${folder} is not what the backup wrote: ${flaw} was altered. Take another backup.`)
