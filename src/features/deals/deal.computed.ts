import { computed } from '../../model/computed.js'
import { dealRules } from './deal.queries.js'
import { snake } from '../../lib/snake.js'

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

/** For the list of clients. */
export const openDeals = computed(
  'openDeals',
  'integer',
  'How many deals with it are open.',
  `SELECT COUNT(*) FROM deals d WHERE d.organization_id = :organization AND d.client_id = t.id AND ${dealRules(name => `d.${snake(name)}`).OPEN}`,
  { permission: 'deals:read', undated: true },
)
