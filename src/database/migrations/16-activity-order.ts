import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * An index of the history in its order, with the kind of record that decides who may read it. Without it SQLite read
 * and sorted the whole history for each page.
 */
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
