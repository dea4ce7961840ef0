import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { lstat, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Readable } from 'node:stream'
import { batchesOf } from '../lib/batches.js'
import { makePrivateFolder, syncFile, syncFolder } from '../lib/private-path.js'
import { blobTables } from '../storage/blob-table.js'
import type { Digest } from './manifest.js'

const pageSize = 5000

/** Queries a database. A backup of an older version may lack a table. */
export interface Asked {
  query: <T>(sql: string, parameters?: unknown[]) => Promise<T[]>
  hasTable: (name: string) => Promise<boolean>
}

/** Yields the keys of all stored bytes that a database names. */
export async function* keysNamed({ query, hasTable }: Asked): AsyncIterable<string> {
  for (const { table, key } of blobTables) {
    if (!(await hasTable(table))) continue
    const read = (after: string) =>
      query<{ id: string; name: string }>(
        `SELECT id, ${key} AS name FROM ${table} WHERE id > ? AND ${key} IS NOT NULL ORDER BY id LIMIT ${pageSize}`,
        [after],
      )
    for await (const rows of batchesOf('', pageSize, read, ({ id }) => id)) for (const { name } of rows) yield name
  }
}

/** Finds all texts of a dump that look like keys of stored bytes. */
export class KeyFinder {
  readonly found = new Set<string>()
  private rest = ''

  see(chunk: Buffer) {
    const text = this.rest + chunk.toString('latin1')
    for (const [key] of text.matchAll(/\borg_[0-9a-z]{26}\/blb_[0-9a-z]{26}\b/g)) this.found.add(key)
    this.rest = text.slice(-64)
  }
}

/** Keeps files below a folder by keys of two names, each whole or not at all. */
export class FolderOfFiles {
  private readonly touched = new Set<string>()

  constructor(private readonly root: string) {}

  pathOf(key: string): string {
    return join(this.root, key)
  }

  async sizeOf(key: string): Promise<number | undefined> {
    return lstat(this.pathOf(key)).then(
      ({ size }) => size,
      () => undefined,
    )
  }

  /** Writes a file and returns its digest. On an error nothing of it stays. */
  async take(key: string, bytes: Readable): Promise<Digest> {
    const path = this.pathOf(key)
    makePrivateFolder(dirname(path))
    try {
      const digest = await write(`${path}.part`, bytes)
      await rename(`${path}.part`, path)
      this.touched.add(dirname(path))
      return digest
    } catch (error) {
      await rm(`${path}.part`, { force: true })
      throw error
    }
  }

  async rename(key: string, to: string): Promise<void> {
    await rename(this.pathOf(key), this.pathOf(to))
    this.touched.add(dirname(this.pathOf(key)))
  }

  async remove(key: string) {
    await rm(this.pathOf(key), { force: true })
  }

  async keys(): Promise<string[]> {
    const folders = await readdir(this.root, { withFileTypes: true }).catch(() => [])
    const lists = await Promise.all(
      folders
        .filter(each => each.isDirectory())
        .map(async ({ name: folder }) => (await readdir(join(this.root, folder))).map(name => `${folder}/${name}`)),
    )
    return lists.flat()
  }

  /** Makes sure that all files and their names are on the disk. */
  sync() {
    for (const folder of this.touched) syncFolder(folder)
    this.touched.clear()
  }
}

async function write(path: string, bytes: Readable): Promise<Digest> {
  const hash = createHash('sha256')
  let size = 0
  await pipeline(
    bytes,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        size += chunk.length
        yield chunk
      }
    },
    createWriteStream(path, { mode: 0o600 }),
  )
  syncFile(path)
  return { size, sha256: hash.digest('hex') }
}
