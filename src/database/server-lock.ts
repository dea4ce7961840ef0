import { join } from 'node:path'
import { makePrivateFile, makePrivateFolder } from '../lib/private-path.js'
import { unavailable } from '../model/errors.js'
import { dialectOf, type DatabaseLocation } from './data-source.js'
import { codeOf } from './dialect.js'
import { SqliteDatabase } from './libsql-driver.js'
import { removeStages } from './staging.js'

/**
 * Holds the embedded database for one server: SQLite transactions of two servers would wait for each other. The
 * operating system drops the lock when the process ends, in whatever way it ends.
 */
export function lockForServer(location: DatabaseLocation): { release(): void } {
  if (dialectOf(location) !== 'sqlite') return { release: () => undefined }
  makePrivateFolder(location.dataDir)
  const path = join(location.dataDir, 'server.lock')
  makePrivateFile(path)
  const lock = new SqliteDatabase(path, {})
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (!codeOf(error).startsWith('SQLITE_BUSY')) throw error
    throw unavailable(
      `Another server already uses the database in ${location.dataDir}. Stop it, choose another DATA_DIR, or use a DATABASE_URL for several servers.`,
    )
  }
  removeStages(location.dataDir)
  return { release: () => lock.close() }
}

/** Explains to the operator why the disk of the data failed a start; other errors stay as they are. */
export function startProblem(error: unknown, { dataDir }: DatabaseLocation): unknown {
  const code = codeOf(error)
  const explain = sentences.find(([codes]) => codes.test(code))?.[1]
  if (!explain) return error
  const problem = unavailable(explain(dataDir, code))
  problem.cause = error
  return problem
}

const sentences: [codes: RegExp, explain: (dataDir: string, code: string) => string][] = [
  [
    /^(SQLITE_FULL|SQLITE_IOERR_(WRITE|SHMSIZE)|ENOSPC|EDQUOT)$/,
    dataDir => `The disk of ${dataDir} is full; make room there, or choose another DATA_DIR, and start again.`,
  ],
  [
    /^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|EACCES|EPERM|EROFS|ENOTDIR|EEXIST)/,
    (dataDir, code) =>
      `${dataDir} cannot be written (${code}); let this user write there, or choose another DATA_DIR, and start again.`,
  ],
  [
    /^(SQLITE_NOTADB|SQLITE_CORRUPT)/,
    (dataDir, code) =>
      `The database in ${dataDir} is damaged (${code}); restore a backup of it with "clientela restore".`,
  ],
  [
    /^(SQLITE_IOERR|EIO$)/,
    (dataDir, code) => `The disk of ${dataDir} does not work as it should (${code}); look after it, and start again.`,
  ],
]
