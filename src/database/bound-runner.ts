import type { DataSource, EntityManager, QueryRunner } from 'typeorm'

/** Runs one statement and answers with its rows. */
export type Run = (sql: string, values: unknown[]) => Promise<object[]>

/** A manager for reading: `run` runs its statements, instead of a connection of TypeORM's. */
export function managerOf(source: DataSource, base: QueryRunner, run: Run): EntityManager {
  const query = async (sql: string, values: unknown[] = [], structured = false) => {
    const records = await run(sql, values)
    return structured ? { raw: records, records, affected: undefined } : records
  }
  const runner = Object.create(base, { query: { value: query } }) as QueryRunner // it inherits all else from the runner
  const manager = source.createEntityManager(runner)
  Object.defineProperty(runner, 'manager', { value: manager })
  return manager
}
