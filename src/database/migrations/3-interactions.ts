import type { MigrationInterface, QueryRunner } from 'typeorm'
import { createTable, type TableText } from './table.js'

const interactions: TableText = {
  name: 'interactions',
  columns: {
    id: 'varchar(32)',
    version: 'int',
    created_at: 'datetime(3)',
    updated_at: 'datetime(3)',
    organization_id: 'varchar(32)',
    external_id: 'varchar(100) null',
    client_id: 'varchar(32)',
    kind: 'varchar(30)',
    subject_type: 'varchar(40)',
    subject_id: 'varchar(32)',
    happened_on: 'date',
    title: 'varchar(200) null',
    text: 'text',
    contact_ids: 'json',
    author_type: 'varchar(30)',
    author_id: 'varchar(32) null',
    author_name: 'varchar(200)',
  },
  unique: {
    uq_interaction_external_id: ['organization_id', 'external_id'],
  },
  indices: {
    ix_interaction_happened_on_id: ['organization_id', 'happened_on', 'id'],
    ix_interaction_subject_id_happened_on_id: ['organization_id', 'subject_id', 'happened_on', 'id'],
    ix_interaction_client_id_happened_on_id: ['organization_id', 'client_id', 'happened_on', 'id'],
  },
  foreignKeys: { organization_id: 'organizations', client_id: 'clients' },
}

export class Interactions1764200000000 implements MigrationInterface {
  name = 'Interactions1764200000000'

  async up(runner: QueryRunner) {
    await createTable(runner, interactions)
    // On SQLite TypeORM's addColumn would copy the whole history.
    await runner.query('ALTER TABLE activity_events ADD COLUMN subject_name varchar(200)')
    await runner.query('ALTER TABLE activity_events ADD COLUMN item_id varchar(32)')
    await runner.query('CREATE INDEX ix_activity_event_item_id_id ON activity_events (organization_id, item_id, id)')
  }

  async down(runner: QueryRunner) {
    await runner.dropIndex('activity_events', 'ix_activity_event_item_id_id')
    await runner.query('ALTER TABLE activity_events DROP COLUMN item_id')
    await runner.query('ALTER TABLE activity_events DROP COLUMN subject_name')
    await runner.dropTable('interactions')
  }
}
