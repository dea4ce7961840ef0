import type { MigrationInterface, QueryRunner } from 'typeorm'
import { domainKey, nameKey, phoneKey } from '../../lib/likeness.js'
import { createTable, rowsOf, type TableText } from './table.js'

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
  {
    name: 'duplicate_dismissals',
    columns: { id: 'varchar(32)', organization_id: 'varchar(32)', client_id: 'varchar(32)', other_id: 'varchar(32)' },
    unique: { uq_duplicate_dismissal_client_id_other_id: ['organization_id', 'client_id', 'other_id'] },
    foreignKeys: { organization_id: 'organizations' },
  },
]

const keys = { name_key: 'varchar(200)', phone_key: 'varchar(20)', domain_key: 'varchar(254)' }
const indexed = ['tax_id_number', ...Object.keys(keys)]
const batch = 200

export class Merges1764700000000 implements MigrationInterface {
  name = 'Merges1764700000000'

  async up(runner: QueryRunner) {
    for (const table of tables) await createTable(runner, table)
    await runner.query('ALTER TABLE purchase_orders ADD COLUMN numbered_for varchar(32)')
    await runner.query('UPDATE purchase_orders SET numbered_for = client_id')
    await runner.query(
      'CREATE UNIQUE INDEX uq_purchase_order_numbered_for_direction_number ON purchase_orders (organization_id, numbered_for, direction, number)',
    )
    await runner.dropIndex('purchase_orders', 'uq_purchase_order_client_id_direction_number')
    for (const [column, type] of Object.entries(keys))
      await runner.query(`ALTER TABLE clients ADD COLUMN ${column} ${type}`)
    await fillKeys(runner)
    for (const column of indexed)
      await runner.query(`CREATE INDEX ix_client_${column}_id ON clients (organization_id, ${column}, id)`)
  }

  async down(runner: QueryRunner) {
    for (const column of indexed) await runner.dropIndex('clients', `ix_client_${column}_id`)
    for (const column of Object.keys(keys)) await runner.query(`ALTER TABLE clients DROP COLUMN ${column}`)
    await runner.query(
      'CREATE UNIQUE INDEX uq_purchase_order_client_id_direction_number ON purchase_orders (organization_id, client_id, direction, number)',
    )
    await runner.dropIndex('purchase_orders', 'uq_purchase_order_numbered_for_direction_number')
    await runner.query('ALTER TABLE purchase_orders DROP COLUMN numbered_for')
    for (const { name } of [...tables].reverse()) await runner.dropTable(name)
  }
}

interface Known {
  id: string
  name: string
  phone: string | null
  email: string | null
}

const nameOf = ({ name }: Known) => nameKey(name)
const phoneOf = ({ phone }: Known) => phone && phoneKey(phone)
const domainOf = ({ email }: Known) => email && domainKey(email)

/** Fills the keys as new clients have them. */
async function fillKeys(runner: QueryRunner) {
  const keysOf = { name_key: nameOf, phone_key: phoneOf, domain_key: domainOf }
  const clients = { table: 'clients', columns: 'id, legal_name AS name, phone, email', size: batch }
  for await (const rows of rowsOf<Known>(runner, clients)) {
    const cases = Object.entries(keysOf).map(([column, keyOf]) => ({
      sql: `${column} = CASE id ${rows.map(() => 'WHEN ? THEN ?').join(' ')} END`,
      values: rows.flatMap(row => [row.id, keyOf(row)]),
    }))
    await runner.query(`UPDATE clients SET ${cases.map(({ sql }) => sql).join(', ')} WHERE id >= ? AND id <= ?`, [
      ...cases.flatMap(({ values }) => values),
      rows[0]?.id,
      rows.at(-1)?.id,
    ])
  }
}
