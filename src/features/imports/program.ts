/** The headers of a program that other programs use with another meaning. */
export interface Program {
  /** Headers that together tell it. */
  told: readonly string[]
  /** The fields of each header, in the order in which a field takes them; none for what is not imported. Others are read as anybody's. */
  columns: Readonly<Record<string, readonly string[]>>
}
