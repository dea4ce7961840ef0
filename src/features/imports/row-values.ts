/** Values that the engine knows of every kind. */
export interface RowValues {
  /**
   * The id of its record in Clientela, if the row gives one: `read` sets it from the field `id`. Such a row may leave out
   * what a new record needs. Where nobody here knows the id, `match` refuses it with a code that ends in `_UNKNOWN`, on
   * the field `id`. By such rows alone the engine knows the file of another organisation.
   */
  ownId?: string
  /** The lines of the whole document, in its first row, in a kind with lines. */
  lines?: unknown[]
}
