import type { MigrationInterface, QueryRunner } from 'typeorm'
import { createTable, type TableText } from './table.js'

const table: TableText = {
  name: 'erasures',
  columns: {
    id: 'varchar(32)',
    version: 'int',
    created_at: 'datetime(3)',
    updated_at: 'datetime(3)',
    organization_id: 'varchar(32)',
    external_id: 'varchar(100) null',
    record_type: 'varchar(40)',
    record_id: 'varchar(32)',
    erased_on: 'date',
    reason: 'varchar(500) null',
    stored_erased: 'json',
    stored_kept: 'json',
    author_type: 'varchar(30)',
    author_id: 'varchar(32) null',
    author_name: 'varchar(200)',
  },
  unique: { uq_erasure_external_id: ['organization_id', 'external_id'] },
  indices: { ix_erasure_erased_on_id: ['organization_id', 'erased_on', 'id'] },
  foreignKeys: { organization_id: 'organizations' },
}

export class Erasures1765000000000 implements MigrationInterface {
  readonly name = 'Erasures1765000000000'

  async up(runner: QueryRunner) {
    await createTable(runner, table)
  }

  async down(runner: QueryRunner) {
    await runner.dropTable(table.name)
  }
}
