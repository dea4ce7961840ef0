import { metadataOf, type EntityMetadata } from '../model/entity-metadata.js'
import { snake } from '../lib/snake.js'
import type { Row } from '../model/field-definition.js'
import { stored, type Session } from './session.js'

// 40 columns × 100 rows stay below SQLite's limit of 32,766 parameters, and below a server's packet of 16 MB.
const batch = 100

/** Inserts rows of one kind by statements of our own: TypeORM's builder takes longer than the database itself. */
export async function store(session: Session, rows: readonly Row[]) {
  const [first] = rows
  if (!first) return
  const { names, into, marks } = shapeOf(metadataOf(first.constructor))
  for (let from = 0; from < rows.length; from += batch) {
    const some = rows.slice(from, from + batch)
    const values = some.flatMap(row => names.map(name => stored((row as unknown as Record<string, unknown>)[name]))) // read by the names of its own fields
    await session.put(`${into} VALUES ${some.map(() => marks).join(', ')}`, values)
  }
}

interface Shape {
  names: readonly string[]
  into: string
  marks: string
}

const shapes = new Map<EntityMetadata, Shape>()

function shapeOf(record: EntityMetadata): Shape {
  const known = shapes.get(record)
  if (known) return known
  const names = record.fields.map(({ name }) => name)
  const columns = names.map(name => `\`${snake(name)}\``).join(', ')
  const made = {
    names,
    into: `INSERT INTO \`${record.table}\` (${columns})`,
    marks: `(${names.map(() => '?').join(', ')})`,
  }
  shapes.set(record, made)
  return made
}
