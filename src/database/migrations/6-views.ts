import type { MigrationInterface, QueryRunner } from 'typeorm'
import { createTable } from './table.js'

export class Views1764500000000 implements MigrationInterface {
  readonly name = 'Views1764500000000'

  async up(runner: QueryRunner) {
    await createTable(runner, {
      name: 'saved_views',
      columns: {
        id: 'varchar(32)',
        version: 'int',
        created_at: 'datetime(3)',
        updated_at: 'datetime(3)',
        organization_id: 'varchar(32)',
        external_id: 'varchar(100) null',
        list: 'varchar(30)',
        name: 'varchar(100)',
        name_folded: 'varchar(200)',
        filter: 'json null',
        order_by: 'json null',
        columns: 'json',
        shared: 'boolean',
        author_type: 'varchar(30)',
        author_id: 'varchar(32) null',
        author_name: 'varchar(200)',
      },
      unique: { uq_saved_view_external_id: ['organization_id', 'external_id'] },
      indices: { ix_saved_view_list_name_folded_id: ['organization_id', 'list', 'name_folded', 'id'] },
      foreignKeys: { organization_id: 'organizations' },
    })
  }

  async down(runner: QueryRunner) {
    await runner.dropTable('saved_views')
  }
}
