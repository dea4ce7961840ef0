import { baseOf, readClients, shownClient, textsOf, type Client, type Clients } from './figures.js'
import type { Store } from './store.js'

export interface Asked {
  organization: string
  id: string
  /** The folded name and the id of the last client of the page before. */
  after: [string, string] | null
}

const pageSize = 50
const inUse = 'organization_id = ? AND archived_at IS NULL'

/** The clients of a page, by name. */
const pageOf = ({ organization, after }: Asked) => ({
  order: 'ORDER BY legal_name_folded, id',
  limit: `LIMIT ${pageSize}`,
  ...(after
    ? {
        where: `${inUse} AND legal_name_folded >= ? AND (legal_name_folded > ? OR id > ?)`,
        values: [organization, after[0], after[0], after[1]],
      }
    : { where: inUse, values: [organization] }),
})

export function readsOf(store: Store, today: string) {
  const read = (organization: string, clients: Clients) => readClients(store, organization, today, clients)

  return {
    async oneOverview({ organization, id }: Asked) {
      const [client] = await read(organization, {
        where: 'organization_id = ? AND id = ?',
        values: [organization, id],
      })
      return { client: client ? shownClient(client) : null }
    },
    async pageWithOverviews(asked: Asked) {
      return { clients: { nodes: (await read(asked.organization, pageOf(asked))).map(shownClient) } }
    },
    async plainPage(asked: Asked) {
      const { where, order, limit, values } = pageOf(asked)
      const rows = await store.rows<[string, string, string | null, string | string[]]>(
        `SELECT id, legal_name, email, tags FROM clients WHERE ${where} ${order} ${limit}`,
        values,
      )
      return {
        clients: {
          nodes: rows.map(([id, legalName, email, tags]) => ({
            id,
            legalName,
            email,
            tags: textsOf(tags),
          })),
        },
      }
    },
    nested: ({ organization, id }: Asked) => readNested(store, organization, id),
    async pageByOverdue({ organization }: Asked) {
      const first = await readByOverdue(store, organization, today)
      const marks = first.map(() => '?').join(', ')
      const found = await read(organization, {
        where: `organization_id = ? AND id IN (${marks})`,
        values: [organization, ...first],
      })
      const byId = new Map(found.map(client => [client.id, client]))
      return { clients: { nodes: first.flatMap(id => byId.get(id) ?? []).map(shownClient) } }
    },
    async *allSummaries({ organization }: Asked) {
      const rows = await store.rows<[string]>('SELECT id FROM clients WHERE organization_id = ? ORDER BY id', [
        organization,
      ])
      const ids = rows.map(([id]) => id)
      for (let at = 0; at < ids.length; at += 500) {
        const some = ids.slice(at, at + 500)
        const clients = await read(organization, {
          where: 'organization_id = ? AND id BETWEEN ? AND ?',
          order: 'ORDER BY id',
          values: [organization, some[0] ?? '', some.at(-1) ?? ''],
        })
        yield clients.map(summaryLine).join('')
      }
    },
    async clientById({ id }: Asked) {
      return { clients: await store.rows<unknown[]>('SELECT * FROM clients WHERE id = ?', [id]) }
    },
  }
}

/**
 * The clients that owe most by today. What settles an invoice settles it in the base currency too, so sums suffice: what
 * overdue invoices asked for, less all that was allocated, but for what was allocated to invoices not yet due.
 */
async function readByOverdue(store: Store, organization: string, today: string): Promise<string[]> {
  const sales = (alias: string) =>
    `${alias}.organization_id = ? AND ${alias}.kind = 'SALE' AND ${alias}.type = 'INVOICE' AND ${alias}.state = 'AUTHORISED'`
  const rows = await store.rows<[string, number]>(
    `SELECT s.client_id, SUM(s.base) AS owed FROM (
      SELECT i.client_id, SUM(i.payable_base) AS base FROM invoices i WHERE ${sales('i')} AND i.due_on < '${today}' GROUP BY i.client_id
      UNION ALL
      SELECT a.client_id, -SUM(a.invoice_base) FROM allocations a WHERE a.organization_id = ? AND a.kind = 'SALE' AND a.deallocated_on IS NULL GROUP BY a.client_id
      UNION ALL
      SELECT i.client_id, SUM(a.invoice_base) FROM invoices i CROSS JOIN allocations a
      WHERE ${sales('i')} AND (i.due_on >= '${today}' OR i.due_on IS NULL) AND a.organization_id = ? AND a.invoice_id = i.id AND a.deallocated_on IS NULL GROUP BY i.client_id
    ) s CROSS JOIN clients c WHERE c.id = s.client_id AND c.archived_at IS NULL
    GROUP BY s.client_id ORDER BY owed DESC, s.client_id DESC LIMIT ${pageSize}`,
    [organization, organization, organization, organization],
  )
  return rows.map(([id]) => id)
}

type EntryRow = [string, string, string, string | null, number, string, string | null]

/** A client with its people, and its first projects with the first time worked on each. */
async function readNested(store: Store, organization: string, id: string) {
  const projects = `(SELECT id, name, state FROM projects WHERE organization_id = ? AND client_id = ? AND archived_at IS NULL ORDER BY id LIMIT 10)`
  const [clients, contacts, entries] = await Promise.all([
    store.rows<[string, string]>('SELECT id, legal_name FROM clients WHERE organization_id = ? AND id = ?', [
      organization,
      id,
    ]),
    store.rows<[string, string, string | null]>(
      'SELECT id, name, email FROM contacts WHERE organization_id = ? AND client_id = ? ORDER BY id LIMIT 50',
      [organization, id],
    ),
    store.rows<EntryRow>(
      `SELECT p.id, p.name, p.state, e.id, e.minutes, e.date, e.note FROM ${projects} p LEFT JOIN time_entries e
        ON e.organization_id = ? AND e.project_id = p.id AND e.id <= COALESCE((SELECT x.id FROM time_entries x WHERE x.organization_id = ? AND x.project_id = p.id ORDER BY x.id LIMIT 1 OFFSET 9), 'u')
        ORDER BY p.id, e.id`,
      [organization, id, organization, organization],
    ),
  ])
  const [client] = clients
  const nodes: { id: string; name: string; state: string; timeEntries: { nodes: object[] } }[] = []
  for (const [projectId, name, state, entryId, minutes, date, note] of entries) {
    if (nodes.at(-1)?.id !== projectId) nodes.push({ id: projectId, name, state, timeEntries: { nodes: [] } })
    if (entryId !== null) nodes.at(-1)?.timeEntries.nodes.push({ id: entryId, minutes, date, note })
  }
  return {
    client: client
      ? {
          id: client[0],
          legalName: client[1],
          contacts: {
            nodes: contacts.map(([contactId, name, email]) => ({
              id: contactId,
              name,
              email,
            })),
          },
          projects: { nodes },
        }
      : null,
  }
}

/** A row of the feed of all clients' figures. */
const summaryLine = ({ id, legalName, email, tags, figures }: Client) =>
  `${JSON.stringify({
    client_id: id,
    legal_name: legalName,
    email,
    tags: tags.join(', '),
    projects_count: figures.projects,
    projects_total_minutes: figures.minutes,
    tasks_overdue_count: figures.overdueTasks,
    tasks_due_count: figures.dueTasks,
    tasks_upcoming_count: figures.upcomingTasks,
    orders_from_client_total_count: figures.orders.count,
    orders_from_client_total_amount_base: baseOf(figures.orders),
    orders_from_client_closed_count: figures.closedOrders.count,
    orders_from_client_closed_amount_base: baseOf(figures.closedOrders),
    sales_authorised_count: figures.authorised.count,
    sales_authorised_amount_base: baseOf(figures.authorised),
    sales_paid_count: figures.paid.count,
    sales_paid_amount_base: baseOf(figures.paid),
    sales_awaiting_approval_count: figures.awaiting.count,
    sales_awaiting_approval_amount_base: baseOf(figures.awaiting),
    sales_overdue_count: figures.overdue.count,
    sales_overdue_amount_base: baseOf(figures.overdue),
  })}\n`
