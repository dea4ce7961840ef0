import { figuresKind } from '../../database/effects/change-log.js'
import { figureOwner, type FigureRows } from '../../database/figure-rows.js'
import type { FieldDefinition } from '../../model/field-definition.js'
import { snake } from '../../lib/snake.js'
import type { RequestDoor } from '../../request/door.js'
import { holdsToday } from './kept.queries.js'

/** The shape of a row whose figures cannot be kept, such as sums that are too large. No program has it. */
export const unkeepable = -1

/** Clients `r` whose last change is not the one that their figures were kept of. */
const behind = `LEFT JOIN client_figures f ON f.organization_id = r.organization_id AND f.client_id = r.record_id AND f.position = r.position
  WHERE r.organization_id = :organization AND r.kind = '${figuresKind}' AND r.deleted = 0 AND f.client_id IS NULL`

export const changed = `FROM record_changes r ${behind}`

/** Kept rows `f` that another version worked out, or for other days; each condition is a range of an index. */
const outdated = ['f.shape > :shape', 'f.shape = :shape AND f.valid_until <= :today', 'f.valid_from > :today']
const kept = 'FROM client_figures f WHERE f.organization_id = :organization AND'

/** The clients of such rows. What could not be kept is tried again on another day: in time a sum may become smaller. */
const tried = [`f.shape > ${unkeepable} AND f.shape < :shape`, `f.shape = ${unkeepable} AND f.valid_from < :today`]
export const outdatedClients = [...outdated, ...tried]
  .map(condition => `SELECT f.client_id AS id ${kept} ${condition}`)
  .join(' UNION ')

/**
 * True unless every kept row of the organisation holds. The mark says up to which change that is known; each of the
 * other conditions is true or false after one look into an index.
 */
export const doubt = [
  'NOT EXISTS (SELECT 1 FROM figure_marks m WHERE m.organization_id = :organization)',
  `EXISTS (SELECT 1 FROM figure_marks m JOIN record_changes r ON r.position > m.position ${behind} AND m.organization_id = :organization)`,
  ...[...outdated, 'f.shape < :shape'].map(condition => `EXISTS (SELECT 1 ${kept} ${condition})`),
].join(' OR ')

/** The kept figures of the clients `t`; in the order of their index, where a figure orders the list. */
export function keptRows({ access, dialect, today }: RequestDoor, order?: FieldDefinition): FigureRows {
  const clients = `clients t ON t.id = k.${figureOwner} AND k.organization_id = :organization`
  return {
    from: order?.figure
      ? dialect.inOrderOf(indexOf(order.name), 'client_figures k', clients)
      : `client_figures k JOIN ${clients}`,
    parameters: holdsToday(access.organization, today),
    doubt: `(${doubt})`,
  }
}

const indexOf = (name: string) => `ix_client_figures_${snake(name)}`
