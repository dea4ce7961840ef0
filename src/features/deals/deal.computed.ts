import { computed } from '../../model/computed.js'

/** Computed fields that lists of deals filter and order by. */
export const stagePosition = computed(
  'stagePosition',
  'integer',
  'The place of its stage in the pipeline.',
  'SELECT s.position FROM deal_stages s WHERE s.organization_id = :organization AND s.id = t.stageId',
)
export const ownerName = computed(
  'ownerName',
  'text',
  'The name of the user who works on it, without case and accents.',
  'SELECT u.name_folded FROM users u WHERE u.organization_id = :organization AND u.id = t.ownerId',
  { nullable: true, folded: 'nameFolded' },
)
