import type { MigrationInterface, QueryRunner } from 'typeorm'
import { createTable, type TableText } from './table.js'

const columns = {
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
}
const listed = [
  'overdue',
  'overdue_without_rate',
  'overdue_invoices',
  'outstanding',
  'outstanding_without_rate',
  'outstanding_invoices',
  'total_hours',
  'project_count',
  'overdue_tasks',
  'open_tasks',
  'open_orders',
  'open_deals',
]
const figures: TableText = {
  name: 'client_figures',
  columns: { ...columns, ...Object.fromEntries(listed.map(column => [column, 'bigint'])) },
  primary: ['organization_id', 'client_id'],
  indices: {
    ix_client_figures_until: ['organization_id', 'shape', 'valid_until'],
    ix_client_figures_from: ['organization_id', 'valid_from'],
    ...Object.fromEntries(
      listed.map(column => [`ix_client_figures_${column}`, ['organization_id', column, 'client_id']]),
    ),
  },
}

/** Kept figures by which clients are listed, each with an index, and marks. What was kept is worked out again. */
export class ListedFigures1766100000000 implements MigrationInterface {
  name = 'ListedFigures1766100000000'

  async up(runner: QueryRunner) {
    // A server that was killed in the middle, where each statement commits, left one of them or none.
    await runner.dropTable(figures.name, true)
    await runner.dropTable('figure_marks', true)
    await createTable(runner, figures)
    await createTable(runner, {
      name: 'figure_marks',
      columns: { organization_id: 'varchar(32)', position: 'bigint' },
      primary: ['organization_id'],
    })
  }

  async down(runner: QueryRunner) {
    await runner.dropTable('figure_marks')
    await runner.dropTable(figures.name)
    await createTable(runner, { name: figures.name, columns, primary: figures.primary })
  }
}
