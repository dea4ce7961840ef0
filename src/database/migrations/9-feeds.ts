import type { MigrationInterface, QueryRunner } from 'typeorm'
import { createTable, type TableText } from './table.js'

const tables: TableText[] = [
  {
    name: 'change_positions',
    columns: { organization_id: 'varchar(32)', position: 'bigint' },
    primary: ['organization_id'],
  },
  {
    name: 'record_changes',
    columns: {
      organization_id: 'varchar(32)',
      kind: 'varchar(40)',
      record_id: 'varchar(32)',
      position: 'bigint',
      deleted: 'int',
    },
    primary: ['organization_id', 'kind', 'record_id'],
    indices: { ix_record_change_position: ['organization_id', 'kind', 'position', 'record_id'] },
  },
]

/** Notes all earlier records at the first position. */
const present = {
  User: 'users',
  Client: 'clients',
  ClientSummary: 'clients',
  Contact: 'contacts',
  Project: 'projects',
  TimeEntry: 'time_entries',
  Task: 'tasks',
  PurchaseOrder: 'purchase_orders',
  Invoice: 'invoices',
  Payment: 'payments',
  Allocation: 'allocations',
  Refund: 'refunds',
  DealStage: 'deal_stages',
  Deal: 'deals',
  Quote: 'quotes',
  Interaction: 'interactions',
}

export class Feeds1764800000000 implements MigrationInterface {
  readonly name = 'Feeds1764800000000'

  async up(runner: QueryRunner) {
    for (const table of tables) await createTable(runner, table)
    await runner.query('INSERT INTO change_positions (organization_id, position) SELECT id, 1 FROM organizations')
    await runner.query(
      "INSERT INTO record_changes (organization_id, kind, record_id, position, deleted) SELECT id, 'Organization', id, 1, 0 FROM organizations",
    )
    for (const [kind, table] of Object.entries(present)) {
      await runner.query(
        `INSERT INTO record_changes (organization_id, kind, record_id, position, deleted) SELECT organization_id, '${kind}', id, 1, 0 FROM ${table}`,
      )
    }
  }

  async down(runner: QueryRunner) {
    for (const { name } of [...tables].reverse()) await runner.dropTable(name)
  }
}
