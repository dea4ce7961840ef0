import { UserError } from '../lib/user-error.js'
import type { DialectName } from './dialect.js'

/** Runs one statement; all of them run on one connection. */
export type Ask = (sql: string) => Promise<Record<string, string>[]>

const wanted: Record<DialectName, string | undefined> = {
  sqlite: undefined,
  mariadb: 'utf8mb4_nopad_bin',
  mysql: 'utf8mb4_0900_bin',
}

/**
 * Gives the database of a server, and its tables, the collation that compares text byte by byte. A restored database
 * has the collation of the server that made it. Returns what was changed.
 */
export async function settleCollation(name: DialectName, ask: Ask): Promise<string[]> {
  const collation = wanted[name]
  if (!collation) return []
  const [database] = await ask('SELECT DATABASE() AS name, @@collation_database AS collation')
  const tables =
    await ask(`SELECT DISTINCT t.TABLE_NAME AS name FROM information_schema.TABLES t LEFT JOIN information_schema.COLUMNS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME AND c.COLLATION_NAME <> '${collation}'
    WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE' AND (t.TABLE_COLLATION <> '${collation}' OR c.TABLE_NAME IS NOT NULL) ORDER BY 1`)
  const wrong = [
    ...(database?.collation === collation ? [] : [`the database ${database?.name}`]),
    ...tables.map(each => `the table ${each.name}`),
  ]
  if (wrong.length === 0) return []
  try {
    if (database?.collation !== collation) await ask(`ALTER DATABASE CHARACTER SET utf8mb4 COLLATE ${collation}`)
    // Both ends of a foreign key have to change, and they change one after the other.
    await ask('SET SESSION FOREIGN_KEY_CHECKS = 0')
    for (const each of tables)
      await ask(`ALTER TABLE \`${each.name}\` CONVERT TO CHARACTER SET utf8mb4 COLLATE ${collation}`)
  } catch (error) {
    throw new UserError(
      'COLLATION_REFUSED',
      `The collation ${collation} of ${wrong.join(', ')} cannot be set (${error instanceof Error ? error.message : String(error)}); give the user of DATABASE_URL the right to ALTER, and run "clientela migrate" again.`,
    )
  } finally {
    await ask('SET SESSION FOREIGN_KEY_CHECKS = 1')
  }
  return wrong
}
