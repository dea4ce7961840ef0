import { computed } from '../../model/computed.js'

// MariaDB's driver would parse the JSON of a bare column.
/** Computed fields that lists of clients filter and order by. */
export const clientFields = [
  computed('taxIdPresent', 'flag', 'Whether it has a tax id.', 'CASE WHEN t.taxIdNumber IS NULL THEN 0 ELSE 1 END'),
  computed(
    'taxId',
    'text',
    'Its tax id with the country in front.',
    'CASE WHEN t.taxIdNumber IS NULL THEN NULL ELSE CONCAT(t.taxIdCountry, t.taxIdNumber) END',
    { nullable: true },
  ),
  computed(
    'ownerName',
    'text',
    'The name of the user who looks after it, without case and accents.',
    'SELECT u.name_folded FROM users u WHERE u.organization_id = :organization AND u.id = t.ownerId',
    { nullable: true, folded: 'nameFolded' },
  ),
  computed(
    'tagList',
    'text',
    'Its tags, in alphabetical order.',
    "CASE WHEN t.tags <> '[]' THEN CONCAT(t.tags, '') END",
    { nullable: true },
  ),
]

/** For the lists of what hangs on a client. */
export const clientName = computed(
  'clientName',
  'text',
  'The legal name of its client, without case and accents.',
  'SELECT c.legal_name_folded FROM clients c WHERE c.organization_id = :organization AND c.id = t.clientId',
  { permission: 'clients:read', folded: 'legalNameFolded' },
)
