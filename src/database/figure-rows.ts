import type { Parameters } from '../model/condition.js'
import type { EntityMetadata } from '../model/entity-metadata.js'
import type { FieldDefinition, Figure } from '../model/field-definition.js'
import { groupBy } from '../lib/group.js'
import { snake } from '../lib/snake.js'

/** Where a list reads the figures that it is filtered or ordered by: a row `k` beside each row `t` of the record. */
export interface FigureRows {
  /** What stands behind FROM. */
  from: string
  parameters: Parameters
  /** SQL that is true unless every row of the organisation holds; there is none where that needs no proof. */
  doubt?: string
}

/** The column of rows `k` that names the record: all figures are those of clients. */
export const figureOwner = 'client_id'

/** The figures as documents give them, worked out for all records of the organisation together. */
export function workedOut({ table }: EntityMetadata, fields: readonly FieldDefinition[]): FigureRows {
  const figures = fields.flatMap(({ name, figure }) => (figure ? [{ column: snake(name), ...figure }] : []))
  const groups = [...groupBy(figures, ({ by, from }) => `${by} ${from}`).values()]
  const columns = groups.flatMap((group, at) => group.map(({ column }) => `COALESCE(g${at}.${column}, 0) AS ${column}`))
  const joins = groups.map((group, at) => `LEFT JOIN (${summed(group)}) g${at} ON g${at}.${figureOwner} = c.id`)
  return {
    from: `${table} t JOIN (SELECT ${[`c.id AS ${figureOwner}`, ...columns].join(', ')} FROM ${table} c
      ${joins.join('\n')} WHERE c.organization_id = :organization) k ON k.${figureOwner} = t.id`,
    parameters: {},
  }
}

/** Figures of the same documents. */
function summed(figures: readonly (Figure & { column: string })[]): string {
  const [{ by, from } = { by: '', from: '' }] = figures
  const sums = figures.map(({ column, sum }) => `${sum} AS ${column}`)
  return `SELECT ${[`${by} AS ${figureOwner}`, ...sums].join(', ')} FROM ${from} GROUP BY ${by}`
}
