import type { ReadScope } from '../../database/scope/write-scope.js'
import type { Parameters } from '../../model/condition.js'
import type { Day } from '../../lib/calendar.js'
import { clientsOf, whole, type ClientSelection, type RawRow, type Source } from './source.js'

/** One group of documents, as the statement returns it. */
export interface GroupRow {
  /** The name of its source. */
  source: string
  /** Empty in the groups of the whole organisation. */
  clientId: string
  /** Kind or direction. */
  direction: string
  bucket: string
  currency: string
  count: bigint
  withoutRate: bigint
  /** The first day among those by which the documents are in their bucket; null where no day decides. */
  firstDay: Day | null
  /** In the places that its source gave them. */
  sums: readonly bigint[]
}

/** The groups of all clients asked for, or of the organisation, in one statement, so that the figures agree. */
export async function groupsOf(
  scope: ReadScope,
  selection: ClientSelection,
  sources: readonly Source[],
  asOf: Day,
  more: Parameters = {},
): Promise<GroupRow[]> {
  if (sources.length === 0) return []
  const parameters: Parameters = { ...clientsOf(selection), asOf, ...more }
  for (const source of sources) Object.assign(parameters, source.parameters?.(asOf))
  const rows = await scope.rows<RawRow>(sources.map(source => source.sql(selection)).join('\nUNION ALL\n'), parameters)
  const byName = new Map(sources.map(source => [source.name, source]))
  return rows.map(row => {
    const source = String(row.source)
    return {
      source,
      clientId: String(row.client_id),
      direction: String(row.direction),
      bucket: String(row.bucket),
      currency: String(row.currency),
      count: whole(row.n),
      withoutRate: whole(row.without_rate),
      firstDay: row.first_day === null ? null : String(row.first_day),
      sums: byName.get(source)?.read(row) ?? [],
    }
  })
}
