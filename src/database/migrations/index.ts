import { readdirSync } from 'node:fs'
import type { MigrationInterface } from 'typeorm'
import { inOrder } from './order.js'

type Migration = new () => MigrationInterface

/** The one class of a file: TypeORM knows a migration by its name, which ends with a time. */
async function migrationIn(name: string): Promise<Migration> {
  const exported = (await import(`./${name}.js`)) as Record<string, unknown> // a module; each export is looked at
  const found = Object.values(exported).filter(isMigration)
  const [migration] = found
  if (!migration || found.length > 1) throw new Error(`${name} must export one migration; it exports ${found.length}.`)
  return migration
}

function isMigration(value: unknown): value is Migration {
  return typeof value === 'function' && /\d{13}$/.test(value.name)
}

/** The migrations of this folder, in the order in which they run. */
export const migrations: Migration[] = []
// One after the other: Jest links modules that are imported at once wrongly
// (https://github.com/jestjs/jest/issues/11434).
for (const name of inOrder(readdirSync(new URL('.', import.meta.url)))) migrations.push(await migrationIn(name))
