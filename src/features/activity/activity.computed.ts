import { computed } from '../../model/computed.js'

/**
 * Ordered by the id, which sorts by time: the index then gives the last event of a client without reading the others.
 */
export const lastActivityAt = computed(
  'lastActivityAt',
  'instant',
  'When something last happened with it or its documents, as far as the caller may read the record that it is about.',
  `SELECT e.at FROM activity_events e WHERE e.organization_id = :organization AND e.client_id = t.id AND e.subject_type IN (:...readable) ORDER BY e.id DESC LIMIT 1`,
  { nullable: true, undated: true },
)
