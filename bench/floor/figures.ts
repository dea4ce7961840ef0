import type { Store, Value } from './store.js'

/** Which clients are read: the part of a statement behind `FROM clients`. */
export interface Clients {
  where: string
  order?: string
  limit?: string
  values: Value[]
}

interface Group {
  count: number
  base: number
  withoutRate: number
}

/** The figures of one client, in minor units. */
interface Figures {
  projects: number
  minutes: number
  overdueTasks: number
  dueTasks: number
  upcomingTasks: number
  orders: Group
  closedOrders: Group
  authorised: Group
  paid: Group
  awaiting: Group
  overdue: Group
}

export interface Client {
  id: string
  legalName: string
  email: string | null
  tags: string[]
  figures: Figures
}

const sumWhere = (condition: string, what = '1') => `COALESCE(SUM(CASE WHEN ${condition} THEN ${what} ELSE 0 END), 0)`
/** One text of several sums, since a subquery in a list of columns gives one value. */
const packed = (sums: string[], table: string, condition: string) =>
  `(SELECT CONCAT_WS(',', ${sums.join(', ')}) FROM ${table} d WHERE d.organization_id = c.organization_id AND d.client_id = c.id${condition})`

// No date of a document lies in the future, so what is not ended is in force today.
const closed = 'd.closed_on IS NOT NULL'
const counted = (today: string) =>
  [
    packed(['COUNT(*)'], 'projects', ''),
    packed(['COALESCE(SUM(d.minutes), 0)'], 'time_entries', ` AND d.date <= '${today}'`),
    packed(
      [sumWhere(`d.due_on < '${today}'`), sumWhere(`d.due_on = '${today}'`), sumWhere(`d.due_on > '${today}'`)],
      'tasks',
      ' AND d.completed_on IS NULL',
    ),
    packed(
      [
        'COUNT(*)',
        'COALESCE(SUM(d.total_base), 0)',
        'COUNT(*) - COUNT(d.total_base)',
        sumWhere(closed),
        sumWhere(closed, 'd.total_base'),
        sumWhere(`${closed} AND d.total_base IS NULL`),
      ],
      'purchase_orders',
      " AND d.direction = 'FROM_CLIENT' AND d.ordered_on IS NOT NULL AND d.cancelled_on IS NULL",
    ),
  ].join(', ')

/**
 * Reads clients with their figures by three statements at once. What is due on each invoice is worked out here: to join
 * allocations took MariaDB five times as long.
 */
export async function readClients(
  store: Store,
  organization: string,
  today: string,
  { where, order = '', limit = '', values }: Clients,
): Promise<Client[]> {
  const chosen = (columns: string) => `(SELECT ${columns} FROM clients WHERE ${where} ${order} ${limit}) c`
  const [documents, invoices, allocations] = await Promise.all([
    store.rows<DocumentRow>(
      `SELECT c.id, c.legal_name, c.email, c.tags, ${counted(today)}
        FROM ${chosen('id, organization_id, legal_name, legal_name_folded, email, tags')} ${order}`,
      values,
    ),
    store.rows<InvoiceRow>(
      `SELECT i.client_id, i.id, i.state, i.due_on, i.payable, i.payable_base FROM ${chosen('id')} CROSS JOIN invoices i
        WHERE i.organization_id = ? AND i.client_id = c.id AND i.kind = 'SALE' AND i.type = 'INVOICE' AND i.state IN ('AUTHORISED', 'SUBMITTED')`,
      [...values, organization],
    ),
    store.rows<AllocationRow>(
      `SELECT a.invoice_id, a.amount, a.invoice_base FROM ${chosen('id')} CROSS JOIN allocations a
        WHERE a.organization_id = ? AND a.client_id = c.id AND a.kind = 'SALE' AND a.deallocated_on IS NULL`,
      [...values, organization],
    ),
  ])
  const clients = documents.map(clientOf)
  addInvoices(clients, invoices, allocations, today)
  return clients
}

type DocumentRow = [string, string, string | null, string | string[], string, string, string, string]
type InvoiceRow = [string, string, string, string | null, number, number | null]
type AllocationRow = [string, number, number | null]

function clientOf([id, legalName, email, tags, projects, minutes, tasks, orders]: DocumentRow): Client {
  const [overdueTasks = 0, dueTasks = 0, upcomingTasks = 0] = tasks.split(',').map(Number)
  const [count = 0, base = 0, withoutRate = 0, closedCount = 0, closedBase = 0, closedWithout = 0] = orders
    .split(',')
    .map(Number)
  return {
    id,
    legalName,
    email,
    tags: textsOf(tags),
    figures: {
      projects: Number(projects),
      minutes: Number(minutes),
      overdueTasks,
      dueTasks,
      upcomingTasks,
      orders: { count, base, withoutRate },
      closedOrders: { count: closedCount, base: closedBase, withoutRate: closedWithout },
      authorised: none(),
      paid: none(),
      awaiting: none(),
      overdue: none(),
    },
  }
}

/** One of the drivers has parsed it already. */
export const textsOf = (tags: string | string[]) => (typeof tags === 'string' ? (JSON.parse(tags) as string[]) : tags) // a column of texts

const none = (): Group => ({ count: 0, base: 0, withoutRate: 0 })

function add(group: Group, base: number | null) {
  group.count++
  if (base === null) group.withoutRate++
  else group.base += base
}

function addInvoices(clients: Client[], invoices: InvoiceRow[], allocations: AllocationRow[], today: string) {
  const settled = new Map<string, { amount: number; base: number }>()
  for (const [invoice, amount, base] of allocations) {
    const found = settled.get(invoice)
    if (found) {
      found.amount += amount
      found.base += base ?? 0
    } else settled.set(invoice, { amount, base: base ?? 0 })
  }
  const figuresOf = new Map(clients.map(({ id, figures }) => [id, figures]))
  for (const [client, id, state, dueOn, payable, payableBase] of invoices) {
    const figures = figuresOf.get(client)
    if (!figures) continue
    if (state === 'SUBMITTED') {
      add(figures.awaiting, payableBase)
      continue
    }
    add(figures.authorised, payableBase)
    const taken = settled.get(id)
    const due = payable - (taken?.amount ?? 0)
    if (due === 0) add(figures.paid, payableBase)
    else if (dueOn !== null && dueOn < today)
      add(figures.overdue, payableBase === null ? null : payableBase - (taken?.base ?? 0))
  }
}

/** An amount of a currency with two decimals. */
export const money = (minor: number) => (minor / 100).toFixed(2)
export const baseOf = ({ base, withoutRate }: Group) => (withoutRate > 0 ? null : money(base))

const shownGroup = (group: Group) => {
  const amount = baseOf(group)
  return { count: group.count, amount: { base: amount === null ? null : { amount } } }
}

/** The client as GraphQL answers it. */
export const shownClient = ({ figures, ...client }: Client) => ({
  ...client,
  overview: {
    projects: { count: figures.projects, totalMinutes: figures.minutes },
    tasks: {
      overdue: { count: figures.overdueTasks },
      due: { count: figures.dueTasks },
      upcoming: { count: figures.upcomingTasks },
    },
    purchaseOrders: { total: shownGroup(figures.orders), closed: shownGroup(figures.closedOrders) },
    invoices: {
      authorised: shownGroup(figures.authorised),
      paid: shownGroup(figures.paid),
      awaitingApproval: shownGroup(figures.awaiting),
      overdue: shownGroup(figures.overdue),
    },
  },
})
