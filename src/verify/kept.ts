import { figuresKind } from '../database/effects/change-log.js'
import type { Session } from '../database/session.js'
import { addDays, daysBetween, type Day } from '../lib/calendar.js'
import { holds, lastChange, shapeOf } from '../features/figures/index.js'
import type { OrganizationFacts } from '../model/access.js'
import { compare } from './compare.js'
import { figuresOf, type Figures, type Setting } from './figures.js'
import type { ClientRows } from './rows.js'
import type { Finding } from './rules.js'

/** How far ahead a row is looked at that says it holds for ever. */
const farthest = 400

/** Where a kept column by which clients are listed stands among the figures. */
const listed = {
  overdue: 'sales.overdue.amount.knownBase.amount',
  overdue_without_rate: 'sales.overdue.amount.withoutRate',
  overdue_invoices: 'sales.overdue.count',
  outstanding: 'sales.outstanding.amount.knownBase.amount',
  outstanding_without_rate: 'sales.outstanding.amount.withoutRate',
  outstanding_invoices: 'sales.outstanding.count',
  total_hours: 'projects.totalHours',
  project_count: 'projects.count',
  overdue_tasks: 'tasks.overdue.count',
  open_tasks: 'tasks.open.count',
  open_orders: 'ordersFrom.open.count',
  open_deals: 'deals.open.count',
}

/**
 * Checks that lists find kept figures, and that they do not hold for too long. Figures of the last day that a row says it
 * holds for must be those of today. So a day too late is found without waiting for it.
 */
export async function checkKept(
  read: Session,
  { id: organization, baseCurrency }: OrganizationFacts,
  today: Day,
  clients: readonly ClientRows[],
  report: (finding: Finding) => void,
) {
  const byId = new Map(clients.map(rows => [rows.id, rows]))
  await checkFound(read, organization, [...byId.keys()], report)
  const rows: ({ id: string; until: Day } & Record<string, string | number>)[] = await read.query(
    `SELECT f.client_id AS id, f.valid_until AS until, ${Object.keys(listed).join(', ')} FROM client_figures f ${lastChange} WHERE f.organization_id = ? AND f.client_id IN (${clients.map(() => '?').join(', ')}) AND ${holds.replace(':shape', '?').replaceAll(':today', '?')}`,
    [organization, ...byId.keys(), shapeOf(baseCurrency), today, today],
  )
  for (const { id, until, ...columns } of rows) {
    const client = byId.get(id)
    if (!client) continue
    const last = daysBetween(today, until) > farthest ? addDays(today, farthest) : addDays(until, -1)
    const on = (asOf: Day) => keepable(client, { asOf, today: asOf, baseCurrency })
    const differs = (field: string, found: string, expected: string) => {
      report({ record: id, field, found, expected })
    }
    compare(on(today), on(last), `kept.${last}`, differs)
    const worked = figuresOf(client, { asOf: today, today, baseCurrency })
    for (const [column, path] of Object.entries(listed)) {
      const figure = path.split('.').reduce<unknown>((part, name) => (part as Figures)[name], worked) // as `listed` says
      const expected = typeof figure === 'number' ? BigInt(figure) : BigInt(String(figure).replace('.', '')) // in minor units
      compare(String(columns[column]), String(expected), `kept.${column}`, differs)
    }
  }
}

/** Lists rely on a revision of each client, and on the mark: up to it, all are kept. */
async function checkFound(
  read: Session,
  organization: string,
  clients: readonly string[],
  report: (finding: Finding) => void,
) {
  const rows: { id: string }[] = await read.query(
    `SELECT c.id FROM clients c
    LEFT JOIN record_changes r ON r.organization_id = c.organization_id AND r.kind = '${figuresKind}' AND r.record_id = c.id AND r.deleted = 0
    LEFT JOIN client_figures f ON f.organization_id = c.organization_id AND f.client_id = c.id AND f.position = r.position
    LEFT JOIN figure_marks m ON m.organization_id = c.organization_id
    WHERE c.organization_id = ? AND c.id IN (${clients.map(() => '?').join(', ')}) AND (r.position IS NULL OR r.position <= m.position) AND f.client_id IS NULL`,
    [organization, ...clients],
  )
  for (const { id } of rows)
    report({ record: id, field: 'kept', expected: 'figures of its last change', found: 'none' })
}

/** The figures that are kept. Those of the next days depend on the day itself. */
function keepable(client: ClientRows, setting: Setting) {
  const { asOf, tasks, ...figures } = figuresOf(client, setting)
  const { upcomingWithin: _, ...open } = tasks as Record<string, unknown> // as figuresOf has them
  return { ...figures, tasks: open }
}

/** The kept figures of a client go with it. */
export async function checkKeptOfNobody(read: Session, organization: string, report: (finding: Finding) => void) {
  const rows: { id: string }[] = await read.query(
    'SELECT f.client_id AS id FROM client_figures f LEFT JOIN clients c ON c.organization_id = f.organization_id AND c.id = f.client_id WHERE f.organization_id = ? AND c.id IS NULL',
    [organization],
  )
  for (const { id } of rows)
    report({ record: id, field: 'kept', expected: 'none, since the client is gone', found: 'figures' })
}
