export type Scalar = string | number | bigint | boolean | null
export type Parameters = Record<string, Scalar | readonly Scalar[]>

/** A condition on the rows `t` of a record, with named parameters. */
export interface Condition {
  sql: string
  parameters?: Parameters
}
