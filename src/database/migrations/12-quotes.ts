import type { MigrationInterface, QueryRunner } from 'typeorm'

/** A quote with a number of another system has no series. SQLite cannot change a column, so a new one replaces it. */
export class Quotes1765100000000 implements MigrationInterface {
  readonly name = 'Quotes1765100000000'

  async up(runner: QueryRunner) {
    await replaceSeries(runner, 'varchar(10)')
  }

  async down(runner: QueryRunner) {
    await replaceSeries(runner, "varchar(10) NOT NULL DEFAULT 'Q'")
  }
}

async function replaceSeries(runner: QueryRunner, type: string) {
  await runner.query(`ALTER TABLE quotes ADD COLUMN other_series ${type}`)
  await runner.query('UPDATE quotes SET other_series = series WHERE series IS NOT NULL')
  await runner.query('ALTER TABLE quotes DROP COLUMN series')
  await runner.query('ALTER TABLE quotes RENAME COLUMN other_series TO series')
}
