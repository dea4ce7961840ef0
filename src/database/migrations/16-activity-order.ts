import type { MigrationInterface, QueryRunner } from 'typeorm'

/** The history of an organisation in its order, and who may read it, without its texts: without it SQLite read and sorted all of it for each page. */
export class ActivityOrder1765500000000 implements MigrationInterface {
  name = 'ActivityOrder1765500000000'

  async up(runner: QueryRunner) {
    await runner.query(
      'CREATE INDEX ix_activity_event_id_subject_type ON activity_events (organization_id, id, subject_type)',
    )
  }

  async down(runner: QueryRunner) {
    await runner.dropIndex('activity_events', 'ix_activity_event_id_subject_type')
  }
}
