import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { UserError } from '../../lib/user-error.js'
import { diskError } from '../../storage/disk-error.js'
import type { FileStorage } from '../../storage/file-storage.js'

/** Reads a stored spreadsheet from a temporary file, since a workbook is read at any position. */
export async function* readLocally<T>(
  { blobs }: FileStorage,
  key: string,
  read: (path: string) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const found = await blobs.get(key)
  if (!found) throw new UserError('FILE_MISSING', 'The file of this import is gone; upload it again.', 'id')
  const folder = await mkdtemp(join(tmpdir(), 'clientela-import-')).catch((error: unknown) => {
    found.bytes.destroy()
    throw diskError(error)
  })
  try {
    const path = join(folder, 'table')
    await pipeline(found.bytes, createWriteStream(path, { mode: 0o600 })).catch((error: unknown) => {
      throw diskError(error)
    })
    yield* read(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
