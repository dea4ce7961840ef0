import type { ReadScope } from '../../database/scope/write-scope.js'
import { likeliest, type Member } from './duplicate.pairs.js'
import type { LikelyDuplicate } from './duplicate.js'
import type { Parameters } from '../../model/condition.js'

const columns = { TAX_ID: 'tax_id_number', NAME: 'name_key', PHONE: 'phone_key', EMAIL_DOMAIN: 'domain_key' } as const
/** A key that more clients share says little about any two of them, and would give pairs without end. */
export const mostSharing = 20
const dismissed = 'DISMISSED'

interface Row {
  reason: Member['reason'] | typeof dismissed
  shared: string
  id: string
  postalCode: string | null
  archived: number
}

/** The pairs of the whole organisation, the likeliest first. */
export function likelyPairs(scope: ReadScope, first: number, minimumScore: number): Promise<LikelyDuplicate[]> {
  return pairs(scope, { first, minimumScore }, column => `c.${column} IS NOT NULL`)
}

/** The pairs of some clients, in one statement. A pair comes once for each of these clients, with that client first. */
export async function likelyPairsOf(
  scope: ReadScope,
  ids: readonly string[],
  minimumScore: number,
): Promise<LikelyDuplicate[]> {
  const keysOf = (column: string) =>
    `c.${column} IN (SELECT o.${column} FROM clients o WHERE o.organization_id = :organization AND o.id IN (:...ids))`
  const of = new Set(ids)
  const found = await pairs(
    scope,
    { first: Infinity, minimumScore, of },
    keysOf,
    'AND (d.client_id IN (:...ids) OR d.other_id IN (:...ids))',
    { ids },
  )
  return found
    .flatMap(pair => [pair, { ...pair, clientId: pair.otherId, otherId: pair.clientId }])
    .filter(({ clientId }) => of.has(clientId))
}

/**
 * The statement first finds the keys that a few clients share, then the clients that share them. Joined in one step,
 * SQLite compared each client with all others: 82 s for 10,000. CROSS JOIN keeps it from swapping the two. Keys that
 * nobody shares are never read, and keys that too many share are read in an index.
 */
async function pairs(
  scope: ReadScope,
  { first, minimumScore, of }: { first: number; minimumScore: number; of?: ReadonlySet<string> },
  which: (column: string) => string,
  ofDismissed = '',
  parameters: Parameters = {},
): Promise<LikelyDuplicate[]> {
  const members = Object.entries(columns).map(
    ([
      reason,
      column,
    ]) => `SELECT '${reason}' AS reason, g.k AS shared, m.id AS id, m.postal_code AS postalCode, CASE WHEN m.archived_at IS NULL THEN 0 ELSE 1 END AS archived
    FROM (SELECT c.${column} AS k FROM clients c WHERE c.organization_id = :organization AND ${which(column)} GROUP BY c.${column} HAVING COUNT(*) BETWEEN 2 AND ${mostSharing}) g
    CROSS JOIN clients m WHERE m.organization_id = :organization AND m.${column} = g.k`,
  )
  const dismissedPairs = `SELECT '${dismissed}', d.other_id, d.client_id, NULL, 0 FROM duplicate_dismissals d WHERE d.organization_id = :organization ${ofDismissed}`
  const rows = await scope.rows<Row>([...members, dismissedPairs].join(' UNION ALL '), parameters)
  const apart = new Map<string, Set<string>>()
  for (const { id, shared } of rows.filter(({ reason }) => reason === dismissed))
    apart.set(id, (apart.get(id) ?? new Set<string>()).add(shared))
  const sharing = rows.flatMap(({ reason, shared, archived, ...row }) =>
    reason === dismissed ? [] : [{ ...row, reason, key: shared, archived: Number(archived) === 1 }],
  )
  return likeliest(sharing, { first, minimumScore, of, dismissed: apart })
}
