import { createHash } from 'node:crypto'
import { lstat, open, opendir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '../lib/id.js'
import { makePrivateFolder, syncFolder } from '../lib/private-path.js'
import type { BlobStore, ByteRange, Listed, Stored } from './blob-store.js'
import { diskError } from './disk-error.js'

const partial = '.part'
/** A key is two names, which the store makes itself. This pattern makes sure that no caller's text gets into a path. */
const ownKey = /^(?!\.\.?\/)[^/\\\0]+\/(?!\.\.?$)[^/\\\0]+$/

/** Keeps blobs as files, each organisation's in a folder of its own. */
export class DiskStore implements BlobStore {
  constructor(private readonly root: string) {}

  async put(folder: string, bytes: AsyncIterable<Uint8Array>): Promise<Stored> {
    const key = `${folder}/${newId('blb')}`
    const path = this.pathOf(key)
    try {
      makePrivateFolder(join(this.root, folder))
      const written = await write(`${path}${partial}`, bytes)
      await rename(`${path}${partial}`, path)
      syncFolder(join(this.root, folder))
      return { key, ...written }
    } catch (error) {
      // A broken disk may refuse this as well, but the first error matters more.
      await Promise.allSettled([rm(`${path}${partial}`, { force: true }), rm(path, { force: true })])
      throw diskError(error)
    }
  }

  async get(key: string, range?: ByteRange) {
    const file = await open(this.pathOf(key)).catch(undefinedIfMissing)
    if (!file) return undefined
    try {
      const { size } = await file.stat()
      return { size, bytes: file.createReadStream({ ...range, highWaterMark: 256 * 1024 }) }
    } catch (error) {
      await file.close()
      throw error
    }
  }

  async remove(key: string) {
    await rm(this.pathOf(key), { force: true })
  }

  async *list(): AsyncIterable<Listed> {
    for await (const folder of namesIn(this.root)) {
      for await (const name of namesIn(join(this.root, folder))) {
        const found = await lstat(join(this.root, folder, name)).catch(undefinedIfMissing)
        if (found)
          yield { key: `${folder}/${name}`, size: found.size, modifiedAt: found.mtime, partial: name.endsWith(partial) }
      }
    }
  }

  private pathOf(key: string): string {
    if (!ownKey.test(key)) throw new Error(`${JSON.stringify(key)} is no key of this store.`)
    return join(this.root, key)
  }
}

/** Writes the bytes and counts them. When it returns, they are on the disk and not only on their way there. */
async function write(path: string, bytes: AsyncIterable<Uint8Array>): Promise<Omit<Stored, 'key'>> {
  const file = await open(path, 'wx', 0o600)
  try {
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of bytes) {
      hash.update(chunk)
      size += chunk.length
      await file.writeFile(chunk)
    }
    await file.sync()
    return { size, sha256: hash.digest('hex') }
  } finally {
    await file.close()
  }
}

async function* namesIn(path: string): AsyncIterable<string> {
  const folder = await opendir(path).catch(undefinedIfMissing)
  if (folder) for await (const { name } of folder) yield name
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
  throw error
}
