import { Entity, PrimaryColumn } from 'typeorm'

/** A record that a merge of two clients moved from one to the other, so that it can go back. */
@Entity({ name: 'merged_records', withoutRowid: true })
export class MergedRecord {
  @PrimaryColumn({ name: 'organization_id', type: 'varchar', length: 32 })
  organizationId: string

  @PrimaryColumn({ name: 'merge_id', type: 'varchar', length: 32 })
  mergeId: string

  @PrimaryColumn({ name: 'record_id', type: 'varchar', length: 32 })
  recordId: string
}
