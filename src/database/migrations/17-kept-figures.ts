import type { MigrationInterface, QueryRunner } from 'typeorm'
import { createTable, type TableText } from './table.js'

const table: TableText = {
  name: 'client_figures',
  columns: {
    organization_id: 'varchar(32)',
    client_id: 'varchar(32)',
    position: 'bigint',
    shape: 'int',
    valid_from: 'date',
    valid_until: 'date',
    projects: 'text null',
    tasks: 'text null',
    purchase_orders: 'text null',
    invoices: 'text null',
    deals: 'text null',
    quotes: 'text null',
  },
  primary: ['organization_id', 'client_id'],
}

/** A table of figures as they were worked out, and a first revision of the figures of each client. */
export class KeptFigures1765600000000 implements MigrationInterface {
  name = 'KeptFigures1765600000000'

  async up(runner: QueryRunner) {
    await createTable(runner, table)
    await runner.query(
      "INSERT INTO record_changes (organization_id, kind, record_id, position, deleted) SELECT organization_id, 'ClientFigures', id, 1, 0 FROM clients",
    )
  }

  async down(runner: QueryRunner) {
    await runner.query("DELETE FROM record_changes WHERE kind = 'ClientFigures'")
    await runner.dropTable(table.name)
  }
}
