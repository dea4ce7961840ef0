/** The headers of a program that other programs use with another meaning. */
export interface Program {
  /** Headers that together identify it. */
  signature: readonly string[]
  /**
   * The fields of each header, in the order in which a field takes them; none for columns that are not imported. Other
   * headers keep their usual meaning.
   */
  columns: Readonly<Record<string, readonly string[]>>
}
