import { snake } from '../../src/lib/snake.js'
import { entities } from '../../src/model/entity-metadata.js'
import type { World } from './world.js'

/** The ids of all rows of an organisation, parts such as lines included. */
export async function idsOf({ database }: World, organizationId: string): Promise<string[]> {
  const all = await Promise.all(
    entities().map(({ table, fields }) => {
      const owner = fields.some(({ name }) => name === 'organizationId') ? 'organization_id' : 'id'
      return database.read.query<{ id: string }[]>(`SELECT id FROM ${table} WHERE ${owner} = '${organizationId}'`)
    }),
  )
  return all.flat().map(({ id }) => id)
}

/** Every value of every row, to tell whether anything changed; when keys were last used apart. */
export async function contentOf({ database }: World, organizationId?: string): Promise<string> {
  const parts: unknown[] = []
  for (const { table, fields } of entities()) {
    const owner = fields.some(({ name }) => name === 'organizationId') ? 'organization_id' : 'id'
    const columns = fields
      .filter(({ name }) => name !== 'lastUsedAt')
      .map(({ name }) => `${database.dialect.name === 'sqlite' ? `"${snake(name)}"` : `\`${snake(name)}\``}`)
    parts.push(
      table,
      await database.read.query(
        `SELECT ${columns.join(', ')} FROM ${table} ${organizationId ? `WHERE ${owner} = '${organizationId}'` : ''} ORDER BY id`,
      ),
    )
  }
  return JSON.stringify(parts)
}
