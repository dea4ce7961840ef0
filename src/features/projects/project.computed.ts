import { computed } from '../../model/computed.js'

/**
 * Hundredths of hours from the sum of the minutes, half-up, as in `totalHours`; `%` and `/` are whole on both
 * databases.
 */
export const hundredths = (minutes: string) => `(${minutes} * 100 + 30 - (${minutes} * 100 + 30) % 60) / 60`
export const minutesWorked = 'COALESCE(SUM(e.minutes), 0)'

export const projectHours = computed(
  'totalHours',
  'decimal',
  'Hours minutesWorked on it so far, with 2 decimals.',
  `SELECT ${hundredths(minutesWorked)} FROM time_entries e WHERE e.organization_id = :organization AND e.project_id = t.id`,
  { places: 2 },
)
