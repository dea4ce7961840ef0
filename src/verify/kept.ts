import type { Session } from '../database/session.js'
import { addDays, daysBetween, type Day } from '../lib/calendar.js'
import { holds, lastChange, shapeOf } from '../features/overview/index.js'
import type { OrganizationFacts } from '../model/access.js'
import { compare } from './compare.js'
import { figuresOf, type Setting } from './figures.js'
import type { ClientRows } from './rows.js'
import type { Finding } from './rules.js'

/** How far ahead a row is looked at that says it holds for ever. */
const farthest = 400

/**
 * Checks that kept figures do not hold for too long: those of the last day that a row says it holds for must be those
 * of the day it was worked out for. So a day too late is found without waiting for it.
 */
export async function checkKept(
  read: Session,
  { id: organization, baseCurrency }: OrganizationFacts,
  today: Day,
  clients: readonly ClientRows[],
  report: (finding: Finding) => void,
) {
  const byId = new Map(clients.map(rows => [rows.id, rows]))
  const rows: { id: string; until: Day }[] = await read.query(
    `SELECT f.client_id AS id, f.valid_until AS until FROM client_figures f ${lastChange} WHERE f.organization_id = ? AND f.client_id IN (${clients.map(() => '?').join(', ')}) AND ${holds.replace(':shape', '?').replaceAll(':today', '?')}`,
    [organization, ...byId.keys(), shapeOf(baseCurrency), today, today],
  )
  for (const { id, until } of rows) {
    const client = byId.get(id)
    if (!client) continue
    const last = daysBetween(today, until) > farthest ? addDays(today, farthest) : addDays(until, -1)
    const on = (asOf: Day) => keepable(client, { asOf, today: asOf, baseCurrency })
    compare(on(today), on(last), `kept.${last}`, (field, found, expected) => {
      report({ record: id, field, found, expected })
    })
  }
}

/** The figures that are kept. Those of the next days depend on the day itself. */
function keepable(client: ClientRows, setting: Setting) {
  const { asOf, tasks, ...figures } = figuresOf(client, setting)
  const { upcomingWithin: _, ...open } = tasks as Record<string, unknown> // as figuresOf has them
  return { ...figures, tasks: open }
}
