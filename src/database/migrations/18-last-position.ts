import type { MigrationInterface, QueryRunner } from 'typeorm'
import { createTable } from './table.js'

/** The position of an organisation's last commit stands among its changes, so that one statement writes both. */
export class LastPosition1766000000000 implements MigrationInterface {
  readonly name = 'LastPosition1766000000000'

  async up(runner: QueryRunner) {
    await runner.query(
      "INSERT INTO record_changes (organization_id, kind, record_id, position, deleted) SELECT organization_id, '', '', position, 0 FROM change_positions",
    )
    await runner.dropTable('change_positions')
  }

  async down(runner: QueryRunner) {
    await createTable(runner, {
      name: 'change_positions',
      columns: { organization_id: 'varchar(32)', position: 'bigint' },
      primary: ['organization_id'],
    })
    await runner.query(
      "INSERT INTO change_positions (organization_id, position) SELECT organization_id, position FROM record_changes WHERE kind = ''",
    )
    await runner.query("DELETE FROM record_changes WHERE kind = ''")
  }
}
