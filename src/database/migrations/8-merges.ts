import type { MigrationInterface, QueryRunner } from 'typeorm'
import { createTable, type TableText } from './table.js'

const tables: TableText[] = [
  {
    name: 'client_merges',
    columns: {
      id: 'varchar(32)',
      version: 'int',
      created_at: 'datetime(3)',
      updated_at: 'datetime(3)',
      organization_id: 'varchar(32)',
      external_id: 'varchar(100) null',
      loser_id: 'varchar(32)',
      legal_name: 'varchar(200)',
      merged_into_id: 'varchar(32)',
      merged_on: 'date',
      kept: 'json',
    },
    unique: {
      uq_client_merge_external_id: ['organization_id', 'external_id'],
      uq_client_merge_loser_id: ['organization_id', 'loser_id'],
    },
    indices: { ix_client_merge_merged_into_id_id: ['organization_id', 'merged_into_id', 'id'] },
    foreignKeys: { organization_id: 'organizations', merged_into_id: 'clients' },
  },
  {
    name: 'merged_records',
    columns: { organization_id: 'varchar(32)', merge_id: 'varchar(32)', record_id: 'varchar(32)' },
    primary: ['organization_id', 'merge_id', 'record_id'],
  },
]

export class Merges1764700000000 implements MigrationInterface {
  name = 'Merges1764700000000'

  async up(runner: QueryRunner) {
    for (const table of tables) await createTable(runner, table)
    await runner.query('ALTER TABLE purchase_orders ADD COLUMN numbered_for varchar(32)')
    await runner.query('UPDATE purchase_orders SET numbered_for = client_id')
    await runner.query('CREATE UNIQUE INDEX uq_purchase_order_numbered_for_direction_number ON purchase_orders (organization_id, numbered_for, direction, number)')
    await runner.dropIndex('purchase_orders', 'uq_purchase_order_client_id_direction_number')
  }

  async down(runner: QueryRunner) {
    await runner.query('CREATE UNIQUE INDEX uq_purchase_order_client_id_direction_number ON purchase_orders (organization_id, client_id, direction, number)')
    await runner.dropIndex('purchase_orders', 'uq_purchase_order_numbered_for_direction_number')
    await runner.query('ALTER TABLE purchase_orders DROP COLUMN numbered_for')
    for (const { name } of [...tables].reverse()) await runner.dropTable(name)
  }
}
