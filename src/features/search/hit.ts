/** How well a result answers a query; smaller is better. */
export const Rank = { CODE: 1, NAME: 2, BEGINNING: 3, NAME_WORDS: 4, OTHER: 5 } as const

export interface Hit {
  id: string
  kind: string
  archived: number
  title: string
  rank: number
}

/** Hits in the order of results, each record once, by its best rank. */
export function ordered(hits: readonly Hit[]): Hit[] {
  const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b)) // as both databases do
  const sorted = hits.toSorted(
    (a, b) => a.archived - b.archived || a.rank - b.rank || bytes(a.title, b.title) || bytes(a.id, b.id),
  )
  const seen = new Set<string>()
  return sorted.filter(({ id }) => !seen.has(id) && seen.add(id))
}
