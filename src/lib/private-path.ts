import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** A folder that only its owner may look into, be it new or there already. A new one is on the disk when it returns. */
export function makePrivateFolder(path: string) {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 })
  if (!first) return isShared(path) ? undefined : restrict(path, 0o700)
  const above = dirname(resolve(first))
  for (let made = resolve(path); made !== above; made = dirname(made)) syncFolder(dirname(made))
}

/** Whether it is a folder such as /tmp, where others have files of their own. */
const isShared = (path: string) => (statSync(path).mode & 0o1000) !== 0

/** A file that only its owner may read, made empty where it is not there. */
export function makePrivateFile(path: string) {
  closeSync(openSync(path, 'a', 0o600))
  restrict(path, 0o600)
}

/**
 * Takes from others the right to read. Where this user has no right to do so, or nothing is there, all stays as it is.
 */
export function restrict(path: string, mode: 0o600 | 0o700) {
  try {
    chmodSync(path, mode)
  } catch (error) {
    if (!['ENOENT', 'EPERM', 'EACCES', 'EROFS', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error // of the file system
  }
}

/** Puts everything that was written to a file on the disk. */
export function syncFile(path: string) {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** A new name is safe only once its folder is written, too. */
export function syncFolder(path: string) {
  let folder: number
  try {
    folder = openSync(path, 'r')
  } catch {
    return // Windows opens no folders, and need not
  }
  try {
    fsyncSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error // of a file system that keeps nothing back
  } finally {
    closeSync(folder)
  }
}
