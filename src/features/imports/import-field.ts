/** A field that a column may go to. */
export interface ImportField {
  name: string
  description: string
  /**
   * Headers that mean it, in Catalan, Spanish and English, the most exact first; case, accents and signs do not count.
   */
  headers: readonly string[]
  /**
   * Headers that mean it where no better field has the column. With `beside`, the sheet must have one of these headers
   * too. Beside a column of the field `names`, it must be able to name what that column numbers.
   */
  spare?: { headers: readonly string[]; beside?: readonly string[]; names?: string }
  /** Whether its cells are without tax, so that a column whose header says otherwise does not go to it. */
  beforeTax?: boolean
  /** Headers that mean it, as its own do, where they say that tax is included. */
  withTax?: readonly string[]
  /** Where several columns may make it up, such as the parts of a name. */
  joins?: NameParts
  /**
   * Where it has no column, the field whose column it takes as well. The column has one of its own headers, or the
   * field `beside` has several columns.
   */
  borrows?: { from: string; beside?: string }
  /** Tells callers that no new record is without it. It checks nothing: the kind itself refuses a row that lacks it. */
  required?: boolean
  /** The kind of numbers in its cells, if they hold numbers. */
  holds?: 'NUMBER' | 'PERCENTAGE'
  /** Whether its cells may have several lines. */
  lines?: boolean
  /** Whether its cells tell one record from another: none of their figures may be lost. */
  identity?: boolean
  /** Whether a column with such a header, this first cell and all these is meant; any is, where it is left out. */
  fits?: (sample: string, column: { header: string; cells: readonly string[] }) => boolean
}

/** The parts of a name, in the order in which they are joined: first names, further ones, family names. */
export interface NameParts {
  /** Headers of each, the most exact first. */
  parts: readonly (readonly string[])[]
  /** Headers that name it as a whole, so that its parts are not needed. */
  whole: readonly string[]
}

/** A field whose own name is its first header. */
export const field = (name: string, description: string, headers: readonly string[]): ImportField => ({
  name,
  description,
  headers: [name, ...headers],
})
