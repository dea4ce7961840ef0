/** A table whose rows have bytes in the storage, and the columns that say which. */
export interface BlobTable {
  table: string
  /** What a person calls them. */
  name: string
  /** May be null in a row without bytes. */
  key: string
  size: string
  /** Left out where none is kept: what is altered without getting longer or shorter is not seen then. */
  sha256?: string
}

/** Features that store bytes add their tables, for `clientela files check`: bytes that no row of these names are orphans. */
export const blobTables: BlobTable[] = []
