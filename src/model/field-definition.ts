import type { GraphQLScalarType } from 'graphql'
import type { ClassType } from 'type-graphql'
import type { ColumnOptions } from 'typeorm'
import type { Cost } from './cost.js'
import type { Permission } from './permission.js'

/** A sum over the documents of each record. */
export interface Figure {
  /** The documents: what stands behind FROM, with its WHERE. */
  from: string
  /** The column that names the record of a document. */
  by: string
  sum: string
}

/** The fields of every record; `OrganizationRow` (row.ts) adds the organisation. */
export interface Row {
  id: string
}

/** A field definition states column, GraphQL type, nullability, description and limits of a field, once. */
export interface FieldDefinition {
  name: string
  kind:
    | 'id'
    | 'text'
    | 'currency'
    | 'integer'
    | 'money'
    | 'decimal'
    | 'day'
    | 'instant'
    | 'flag'
    | 'choice'
    | 'reference'
    | 'json'
    | 'texts'
  description: string
  nullable: boolean
  column: ColumnOptions
  /** Not in the schema: only code and SQL see it. */
  hidden: boolean
  /** Whether history shows its changes; a hidden field only where it says so. */
  inHistory: boolean
  /** Longest text, in UTF-16 units. */
  max?: number
  /**
   * Whether a text may have several lines, such as notes; others hold no break and no invisible character
   * (lib/text.ts).
   */
  lines?: boolean
  /**
   * Whether a text is kept as it comes, such as a tab between cells; others are stored in NFC, trimmed at their ends.
   */
  exact?: boolean
  /** The name under which callers give it, where that is another one; errors use it. */
  input?: string
  /** The scalar of a text that has a form of its own, such as an e-mail address. */
  scalar?: GraphQLScalarType
  /** Decimal places of a scaled integer. */
  places?: number
  enum?: Record<string, string>
  /** The record referred to, or the name of its class where importing it would turn the layers round. */
  target?: (() => ClassType<Row>) | string
  /** Whether feeds and lists show the name of the record referred to beside its id. */
  named?: boolean
  /** Hidden property that holds the text folded, by which it is sorted and searched. */
  folded?: string
  /** Property that holds the currency of a money field, or `inBase`. */
  currency?: string
  /** The permission that reading it, or filtering or ordering by it, needs beyond that of the record. */
  permission?: Permission
  /**
   * SQL over `t` for a value that is no column (model/computed.ts); it may name :organization, :asOf (the list's day),
   * :today and :...readable.
   */
  expression?: string
  /** How a figure is worked out, whose expression is a column of rows `k` (database/figure-rows.ts). */
  figure?: Figure
  /** Whether an expression says nothing about past days. */
  undated?: boolean
  /** The cost of filtering or ordering by it, beyond reading the record. */
  cost?: Cost
}

/** `clientId` → `client`. */
export const relationOf = (field: Pick<FieldDefinition, 'name'>) => field.name.replace(/Id$/, '')
