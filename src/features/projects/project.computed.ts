import { computed, figure } from '../../model/computed.js'

/**
 * Hundredths of hours from the sum of the minutes, half-up, as in `totalHours`; `%` and `/` are whole on both
 * databases.
 */
const hundredths = (minutes: string) => `(${minutes} * 100 + 30 - (${minutes} * 100 + 30) % 60) / 60`
const worked = 'COALESCE(SUM(e.minutes), 0)'

export const clientHours = figure(
  'totalHours',
  'decimal',
  'Hours worked for it by the day, as in its overview.',
  {
    from: 'time_entries e WHERE e.organization_id = :organization AND e.date <= :asOf',
    by: 'e.client_id',
    sum: hundredths(worked),
  },
  { places: 2, permission: 'projects:read' },
)

export const projectCount = figure(
  'projectCount',
  'integer',
  'How many projects were opened for it by the day, closed and archived ones included.',
  {
    from: 'projects p WHERE p.organization_id = :organization AND p.opened_on <= :asOf',
    by: 'p.client_id',
    sum: 'COUNT(*)',
  },
  { permission: 'projects:read' },
)

export const projectHours = computed(
  'totalHours',
  'decimal',
  'Hours worked on it so far, with 2 decimals.',
  `SELECT ${hundredths(worked)} FROM time_entries e WHERE e.organization_id = :organization AND e.project_id = t.id`,
  { places: 2 },
)
