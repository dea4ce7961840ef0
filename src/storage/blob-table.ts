/** A table whose rows have bytes in the storage, with the columns that tell about them. */
export interface BlobTable {
  table: string
  /** The name by which people know the bytes. */
  name: string
  /** May be null in a row without bytes. */
  key: string
  size: string
  /** Without it, a check cannot see altered bytes of the same size. */
  sha256?: string
}

/**
 * Features that store bytes add their tables. `clientela files check` calls bytes orphans that no row of these tables
 * names.
 */
export const blobTables: BlobTable[] = []
