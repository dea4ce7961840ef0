import type { MigrationInterface, QueryRunner } from 'typeorm'
import { createTable, type TableText } from './table.js'

const part = { id: 'varchar(32)', organization_id: 'varchar(32)', plan_id: 'varchar(32)' }

const tables: TableText[] = [
  {
    name: 'import_plans',
    columns: {
      id: 'varchar(32)',
      version: 'int',
      created_at: 'datetime(3)',
      updated_at: 'datetime(3)',
      organization_id: 'varchar(32)',
      external_id: 'varchar(100) null',
      kind: 'varchar(30)',
      state: 'varchar(30)',
      file_name: 'varchar(200)',
      blob_key: 'varchar(200)',
      file_size: 'int',
      file_sha256: 'varchar(64)',
      format: 'varchar(30)',
      encoding: 'varchar(30) null',
      delimiter: 'varchar(1) null',
      sheet: 'varchar(200) null',
      sheets: 'json',
      header_row: 'int',
      stored_columns: 'json',
      clear_blanks: 'boolean',
      empty_text: 'varchar(50) null',
      rows_read: 'int',
      rows_about: 'int null',
      create_count: 'int',
      update_count: 'int',
      skip_count: 'int',
      error_count: 'int',
      warning_count: 'int',
      problem: 'varchar(1000) null',
      planned_at: 'datetime(3) null',
      committed_at: 'datetime(3) null',
      undone_at: 'datetime(3) null',
      author_type: 'varchar(30)',
      author_id: 'varchar(32) null',
      author_name: 'varchar(200)',
    },
    unique: { uq_import_plan_external_id: ['organization_id', 'external_id'] },
    indices: { ix_import_plan_updated_at_id: ['organization_id', 'updated_at', 'id'] },
    foreignKeys: { organization_id: 'organizations' },
  },
  {
    name: 'import_mappings',
    columns: {
      id: 'varchar(32)',
      version: 'int',
      created_at: 'datetime(3)',
      updated_at: 'datetime(3)',
      organization_id: 'varchar(32)',
      external_id: 'varchar(100) null',
      kind: 'varchar(30)',
      name: 'varchar(100)',
      name_folded: 'varchar(200)',
      stored_columns: 'json',
    },
    unique: {
      uq_import_mapping_external_id: ['organization_id', 'external_id'],
      uq_import_mapping_kind_name: ['organization_id', 'kind', 'name'],
    },
    indices: { ix_import_mapping_name_folded_id: ['organization_id', 'name_folded', 'id'] },
    foreignKeys: { organization_id: 'organizations' },
  },
  {
    name: 'import_rows',
    columns: {
      ...part,
      number: 'int',
      action: 'varchar(30)',
      title: 'varchar(200) null',
      record_id: 'varchar(32) null',
      record_version: 'int null',
      stored_values: 'json',
      stored_changes: 'json',
      stored_issues: 'json',
    },
    indices: {
      ix_import_row_plan_id_number_id: ['organization_id', 'plan_id', 'number', 'id'],
      ix_import_row_plan_id_action_number_id: ['organization_id', 'plan_id', 'action', 'number', 'id'],
    },
    foreignKeys: { organization_id: 'organizations', plan_id: 'import_plans' },
  },
  {
    name: 'import_writes',
    columns: {
      ...part,
      record_type: 'varchar(40)',
      record_id: 'varchar(32)',
      record_version: 'int',
      before: 'json null',
    },
    indices: { ix_import_write_plan_id_id: ['organization_id', 'plan_id', 'id'] },
    foreignKeys: { organization_id: 'organizations', plan_id: 'import_plans' },
  },
]

export class Imports1764900000000 implements MigrationInterface {
  readonly name = 'Imports1764900000000'

  async up(runner: QueryRunner) {
    for (const table of tables) await createTable(runner, table)
  }

  async down(runner: QueryRunner) {
    for (const { name } of [...tables].reverse()) await runner.dropTable(name)
  }
}
