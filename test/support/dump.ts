import type { Json, World } from './world.js'

/** What only moves forward, or is no content. */
const moving = new Set(['version', 'updated_at', 'last_used_at'])

/** Figures are kept in the background, whenever somebody asks for them. */
const keptTables = new Set(['client_figures', 'figure_marks', 'organization_figures'])

/**
 * Returns every row of every table of an organisation as text, by table, read past the API. The history and the
 * positions of feeds are apart.
 */
export async function dump(
  { database }: World,
  organizationId: string,
  without: readonly string[] = ['activity_events', 'record_changes'],
): Promise<Record<string, string[]>> {
  const isSqlite = database.dialect.name === 'sqlite'
  const tables: { name: string }[] = await database.read.query(
    isSqlite
      ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
      : 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
  )
  const found: Record<string, string[]> = {}
  for (const { name } of tables) {
    if (name === 'migrations' || keptTables.has(name) || without.includes(name)) continue
    const owner = name === 'organizations' ? 'id' : 'organization_id'
    const rows: Json[] = await database.read.query(`SELECT * FROM ${name} WHERE ${owner} = ?`, [organizationId])
    found[name] = rows
      .map(row =>
        JSON.stringify(
          Object.fromEntries(
            Object.entries(row)
              .filter(([column]) => !moving.has(column))
              .sort(([a], [b]) => (a < b ? -1 : 1)),
          ),
        ),
      )
      .sort()
  }
  return found
}
