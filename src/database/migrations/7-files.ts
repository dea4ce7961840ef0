import type { MigrationInterface, QueryRunner } from 'typeorm'
import { createTable } from './table.js'

export class Files1764600000000 implements MigrationInterface {
  readonly name = 'Files1764600000000'

  async up(runner: QueryRunner) {
    await createTable(runner, {
      name: 'files',
      columns: {
        id: 'varchar(32)',
        version: 'int',
        created_at: 'datetime(3)',
        updated_at: 'datetime(3)',
        organization_id: 'varchar(32)',
        external_id: 'varchar(100) null',
        client_id: 'varchar(32)',
        subject_type: 'varchar(40)',
        subject_id: 'varchar(32)',
        name: 'varchar(200)',
        name_folded: 'varchar(400)',
        content_type: 'varchar(127)',
        size: 'int',
        sha256: 'varchar(64)',
        blob_key: 'varchar(100)',
        uploader_type: 'varchar(30)',
        uploader_id: 'varchar(32) null',
        uploader_name: 'varchar(200)',
      },
      unique: { uq_file_external_id: ['organization_id', 'external_id'] },
      indices: {
        ix_file_client_id_id: ['organization_id', 'client_id', 'id'],
        ix_file_subject_id_id: ['organization_id', 'subject_id', 'id'],
        ix_file_name_folded_id: ['organization_id', 'name_folded', 'id'],
        ix_file_size_id: ['organization_id', 'size', 'id'],
      },
      foreignKeys: { organization_id: 'organizations', client_id: 'clients' },
    })
  }

  async down(runner: QueryRunner) {
    await runner.dropTable('files')
  }
}
