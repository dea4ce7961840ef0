import { metadataOf } from '../model/entity-metadata.js'
import { snake } from '../lib/snake.js'
import type { Row } from '../model/field-definition.js'
import { stored, type Session } from './session.js'

// 40 columns × 100 rows stay below SQLite's limit of 32,766 parameters, and below a server's packet of 16 MB.
const batch = 100

/** Inserts rows of one kind by statements of our own: TypeORM's builder takes longer than the database itself. */
export async function store(session: Session, rows: readonly Row[]) {
  const [first] = rows
  if (!first) return
  const { table, fields } = metadataOf(first.constructor)
  const columns = fields.map(field => `\`${snake(field.name)}\``).join(', ')
  const marks = `(${fields.map(() => '?').join(', ')})`
  for (let from = 0; from < rows.length; from += batch) {
    const some = rows.slice(from, from + batch)
    const values = some.flatMap(row =>
      fields.map(field => stored((row as unknown as Record<string, unknown>)[field.name])),
    ) // read by the names of its own fields
    await session.put(`INSERT INTO \`${table}\` (${columns}) VALUES ${some.map(() => marks).join(', ')}`, values)
  }
}
