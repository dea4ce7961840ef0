import type { ReadScope } from '../../database/scope.js'
import { DuplicateReason, type LikelyDuplicate } from './duplicate.js'

const points: Record<DuplicateReason, number> = { TAX_ID: 70, NAME: 60, PHONE: 35, EMAIL_DOMAIN: 25, POSTAL_CODE: 15 }
const columns = { TAX_ID: 'tax_id_number', NAME: 'name_key', PHONE: 'phone_key', EMAIL_DOMAIN: 'domain_key' } as const
type Shared = keyof typeof columns

const reasons = Object.keys(DuplicateReason) as DuplicateReason[] // its own keys
const bitOf = (reason: DuplicateReason) => 1 << reasons.indexOf(reason)
/** What more clients share says little of any two of them, and would cost pairs without end. */
const most = 20

interface Row {
  one: string
  other: string
  score: number | string
  bits: number | string
}

/** The pairs of the whole organisation, the likeliest first. What is shared by few is found by the index of each key. */
export function likelyPairs(scope: ReadScope, first: number, minimumScore: number): Promise<LikelyDuplicate[]> {
  return pairs(scope, first, minimumScore, column => `FROM (SELECT c.${column} AS k FROM clients c WHERE c.organization_id = :organization AND c.${column} IS NOT NULL GROUP BY c.${column} HAVING COUNT(*) BETWEEN 2 AND ${most}) g
    JOIN clients a ON a.organization_id = :organization AND a.${column} = g.k JOIN clients b ON b.organization_id = :organization AND b.${column} = g.k AND b.id > a.id`, {})
}

/** The pairs of some clients, in one statement. */
export async function likelyPairsOf(scope: ReadScope, ids: readonly string[], minimumScore: number): Promise<LikelyDuplicate[]> {
  return pairs(scope, null, minimumScore, column => `FROM clients a JOIN clients b ON b.organization_id = a.organization_id AND b.${column} = a.${column} AND b.id <> a.id
    WHERE a.organization_id = :organization AND a.id IN (:...ids) AND (SELECT COUNT(*) FROM clients c WHERE c.organization_id = :organization AND c.${column} = a.${column}) <= ${most}`, { ids })
}

async function pairs(scope: ReadScope, first: number | null, minimumScore: number, from: (column: string) => string, parameters: { ids?: readonly string[] }): Promise<LikelyDuplicate[]> {
  const shared = (Object.keys(columns) as Shared[]).map(reason => `SELECT a.id AS one, b.id AS other, ${points[reason]} AS points, ${bitOf(reason)} AS bit ${from(columns[reason])}`) // its own keys
  const near = 'a.postal_code = b.postal_code'
  const sum = `SUM(p.points) + MAX(CASE WHEN ${near} THEN ${points.POSTAL_CODE} ELSE 0 END)`
  const rows = await scope.rows<Row>(
    `SELECT p.one, p.other, ${sum} AS score, SUM(p.bit) + MAX(CASE WHEN ${near} THEN ${bitOf('POSTAL_CODE')} ELSE 0 END) AS bits
     FROM (${shared.join(' UNION ALL ')}) p JOIN clients a ON a.organization_id = :organization AND a.id = p.one JOIN clients b ON b.organization_id = :organization AND b.id = p.other
     WHERE (a.archived_at IS NULL OR b.archived_at IS NULL)
       AND NOT EXISTS (SELECT 1 FROM duplicate_dismissals d WHERE d.organization_id = :organization AND d.client_id = CASE WHEN p.one < p.other THEN p.one ELSE p.other END AND d.other_id = CASE WHEN p.one < p.other THEN p.other ELSE p.one END)
     GROUP BY p.one, p.other HAVING ${sum} >= :minimumScore ORDER BY score DESC, p.one, p.other ${first === null ? '' : `LIMIT ${first}`}`,
    { ...parameters, minimumScore },
  )
  return rows.map(({ one, other, score, bits }) => ({
    clientId: one, otherId: other, score: Math.min(100, Number(score)), reasons: reasons.filter(reason => (Number(bits) & bitOf(reason)) !== 0),
  }))
}
