import type { MigrationInterface, QueryRunner } from 'typeorm'
import { createTable } from './table.js'

/** Tables of documents whose rate may come from the exchange rates of the organisation. */
const documents = ['invoices', 'purchase_orders', 'quotes']

export class ExchangeRates1765300000000 implements MigrationInterface {
  readonly name = 'ExchangeRates1765300000000'

  async up(runner: QueryRunner) {
    await createTable(runner, {
      name: 'exchange_rates',
      columns: {
        id: 'varchar(32)',
        organization_id: 'varchar(32)',
        version: 'int',
        created_at: 'datetime(3)',
        updated_at: 'datetime(3)',
        external_id: 'varchar(100) null',
        currency: 'varchar(3)',
        day: 'date',
        rate: 'bigint',
      },
      unique: {
        uq_exchange_rate_external_id: ['organization_id', 'external_id'],
        uq_exchange_rate_currency_day: ['organization_id', 'currency', 'day'],
      },
      indices: { ix_exchange_rate_day_id: ['organization_id', 'day', 'id'] },
      foreignKeys: { organization_id: 'organizations' },
    })
    for (const table of documents) await runner.query(`ALTER TABLE ${table} ADD COLUMN rate_day date`)
  }

  async down(runner: QueryRunner) {
    for (const table of documents) await runner.query(`ALTER TABLE ${table} DROP COLUMN rate_day`)
    await runner.dropTable('exchange_rates')
  }
}
