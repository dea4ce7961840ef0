import type { ReadScope } from '../../database/scope/write-scope.js'
import type { ClientIds, FormerClient } from '../clients/index.js'

/** The merged clients that had one of these ids; a tax id has its country in front. */
export async function mergedAway(scope: ReadScope, { ids, externalIds, taxIds }: ClientIds): Promise<FormerClient[]> {
  const known = [
    ['loser_id', ids],
    ['loser_external_id', externalIds],
    ['loser_tax_id', taxIds],
  ] as const
  const asked = known.filter(([, values]) => values.length > 0)
  if (asked.length === 0) return []
  const rows = await scope.rows<
    Record<'id' | 'legal_name' | 'into_id' | 'into_name', string> & Record<'external_id' | 'tax_id', string | null>
  >(
    // Each condition has its index; no database finds them for conditions joined by OR.
    asked
      .map(
        ([
          column,
        ]) => `SELECT m.loser_id AS id, m.legal_name, m.loser_external_id AS external_id, m.loser_tax_id AS tax_id, c.id AS into_id, c.legal_name AS into_name
      FROM client_merges m JOIN clients c ON c.id = m.merged_into_id WHERE m.organization_id = :organization AND m.${column} IN (:...${column})`,
      )
      .join(' UNION ') + ' ORDER BY id',
    Object.fromEntries(asked),
  )
  return rows.map(row => ({
    id: row.id,
    legalName: row.legal_name,
    externalId: row.external_id,
    taxId: row.tax_id,
    into: { id: row.into_id, legalName: row.into_name },
  }))
}
