import type { MigrationInterface, QueryRunner } from 'typeorm'
import { createTable } from './table.js'

/** A table of the organisation's figures as somebody asked for them. */
export class OrganizationFigures1766200000000 implements MigrationInterface {
  name = 'OrganizationFigures1766200000000'

  async up(runner: QueryRunner) {
    await createTable(runner, {
      name: 'organization_figures',
      columns: {
        organization_id: 'varchar(32)',
        block: 'varchar(20)',
        position: 'bigint',
        shape: 'int',
        day: 'date',
        figures: 'text null',
      },
      primary: ['organization_id', 'block'],
    })
  }

  async down(runner: QueryRunner) {
    await runner.dropTable('organization_figures')
  }
}
