/** Values that the engine knows of every kind. */
export interface RowValues {
  /** The id of its record in Clientela, if the row gives one. */
  ownId?: string
  /** The lines of the whole document, in its first row, in a kind with lines. */
  lines?: unknown[]
}
