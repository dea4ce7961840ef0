/** Values that the engine knows of every kind. */
export interface RowValues {
  /** The id of its record here, where the row gives one. */
  ownId?: string
  /** Of a kind with lines: those of the whole document, in its first row. */
  lines?: unknown[]
}
