import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Database } from '../database/database.js'
import { batchesOf } from '../lib/batches.js'
import type { BlobStore, Listed } from '../storage/blob-store.js'
import { blobTables, type BlobTable } from '../storage/blob-table.js'

const pageSize = 500
/** Bytes without a record may belong to an upload that is under way; after so long they do not. */
const orphanAfterMs = 3_600_000

interface FileRow {
  table: string
  id: string
  organization: string
  name: string
  /** Where its bytes are stored. */
  key: string
  size: number
  /** Null where the table keeps none. */
  sha256: string | null
}

export interface Orphan extends Omit<Listed, 'modifiedAt' | 'partial'> {
  modifiedAt: string
  /** Too young to be deleted. */
  recent: boolean
  deleted: boolean
}

export interface FilesReport {
  files: number
  bytes: number
  /** Stored bytes that no record names. */
  orphans: Orphan[]
  /** Records whose bytes are not there. */
  missing: FileRow[]
  /** Records whose bytes are not those that were uploaded. */
  altered: (FileRow & { found: { size: number; sha256: string } })[]
}

interface Options {
  deleteOrphans?: boolean
  now: Date
  progress: (done: number, total: number) => void
}

/** Compares all that is stored with all records of files, byte by byte, while both are in use. */
export async function checkFiles(
  database: Database,
  blobs: BlobStore,
  { deleteOrphans = false, now, progress }: Options,
): Promise<FilesReport> {
  const report: FilesReport = { files: 0, bytes: 0, orphans: [], missing: [], altered: [] }
  // Stored bytes are listed first: those that get their record afterwards are no orphans.
  const unnamed = new Map<string, Listed>()
  for await (const listed of blobs.list()) unnamed.set(listed.key, listed)
  const total = await countOf(database)
  for await (const row of rowsOf(database)) {
    unnamed.delete(row.key)
    const found = await contentOf(blobs, row.key)
    const isRight = found?.size === row.size && (row.sha256 === null || found.sha256 === row.sha256)
    if (!isRight && (await isThere(database, row))) {
      if (found) report.altered.push({ ...row, found })
      else report.missing.push(row)
    }
    report.files++
    report.bytes += row.size
    progress(report.files, Math.max(report.files, total))
  }
  for (const { key, size, modifiedAt, partial } of unnamed.values()) {
    const recent = now.getTime() - modifiedAt.getTime() < orphanAfterMs
    if ((partial && recent) || !(await exists(blobs, key))) continue
    const deleted = deleteOrphans && !recent
    if (deleted) await blobs.remove(key)
    report.orphans.push({ key, size, modifiedAt: modifiedAt.toISOString(), recent, deleted })
  }
  return report
}

export const isRight = ({ orphans, missing, altered }: FilesReport) =>
  missing.length === 0 && altered.length === 0 && orphans.every(({ deleted }) => deleted)

export function inLines({ files, bytes, orphans, missing, altered }: FilesReport): string[] {
  const fate = ({ deleted, recent }: Orphan) =>
    deleted ? ', deleted' : recent ? ', perhaps of an upload that is under way' : ''
  return [
    ...missing.map(
      ({ id, organization, name, key }) => `missing   ${organization} ${id} ${name}: nothing is stored under ${key}`,
    ),
    ...altered.map(
      ({ id, organization, name, size, found }) =>
        `altered   ${organization} ${id} ${name}: ${found.size} bytes stored, ${size} uploaded${found.size === size ? ', of another SHA-256' : ''}`,
    ),
    ...orphans.map(orphan => `orphan    ${orphan.key}: ${orphan.size} bytes that no record names${fate(orphan)}`),
    `${files} files with ${bytes} bytes: ${missing.length} missing, ${altered.length} altered, ${orphans.length} orphans${orphans.some(({ deleted }) => deleted) ? `, ${orphans.filter(({ deleted }) => deleted).length} of them deleted` : ''}.`,
  ]
}

async function countOf(database: Database): Promise<number> {
  const counts = await Promise.all(
    blobTables.map(({ table, key }) =>
      database.read.query<{ count: number | string }[]>(`SELECT COUNT(${key}) AS count FROM ${table}`),
    ),
  )
  return counts.flat().reduce((sum, { count }) => sum + Number(count), 0)
}

/** All that should be stored, of every organisation. */
async function* rowsOf(database: Database): AsyncIterable<FileRow> {
  for (const blobTable of blobTables) yield* rowsIn(database, blobTable)
}

async function* rowsIn(
  database: Database,
  { table, name, key, size, sha256 = 'NULL' }: BlobTable,
): AsyncIterable<FileRow> {
  const select = `SELECT id, organization_id AS organization, ${name} AS name, ${key} AS blob_key, ${size} AS size, ${sha256} AS sha256 FROM ${table}`
  const read = (after: string) =>
    database.read.query<(Omit<FileRow, 'table' | 'key'> & { blob_key: string })[]>(
      `${select} WHERE id > ? AND ${key} IS NOT NULL ORDER BY id LIMIT ${pageSize}`,
      [after],
    )
  for await (const rows of batchesOf('', pageSize, read, ({ id }) => id))
    for (const { blob_key, ...row } of rows) yield { table, ...row, key: blob_key }
}

/** Whether the record is there still: what was deleted since it was read is not missing. */
async function isThere(database: Database, { table, id }: FileRow): Promise<boolean> {
  return (await database.read.query<unknown[]>(`SELECT id FROM ${table} WHERE id = ?`, [id])).length > 0
}

async function exists(blobs: BlobStore, key: string): Promise<boolean> {
  const found = await blobs.get(key)
  found?.bytes.destroy()
  return found !== undefined
}

async function contentOf(blobs: BlobStore, key: string): Promise<{ size: number; sha256: string } | undefined> {
  const found = await blobs.get(key)
  if (!found) return undefined
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of found.bytes as Readable & AsyncIterable<Buffer>) {
    // without an encoding it gives buffers
    hash.update(chunk)
    size += chunk.length
  }
  return { size, sha256: hash.digest('hex') }
}
