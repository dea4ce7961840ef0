import type { Parameters } from '../model/condition.js'
import type { Row } from '../model/field-definition.js'

/** Columns of other tables that are read with the rows `t` of a record, in the same statement. */
export interface Companion {
  join: string
  columns: readonly string[]
  parameters: Parameters
  /** Gets the values of the columns beside each row. */
  take: (row: Row, values: readonly unknown[]) => void
}
