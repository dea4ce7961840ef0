import type { Day } from './oracle-day.js'
import { decimalsIn, minorOf } from './oracle-money.js'
import type { Figures, Oracle } from './oracle.js'
import type { Random } from './random.js'
import type { Json, Tenant } from './world.js'

type Value = bigint | null

interface Figure {
  order: string
  places: (base: string) => number
  isCount?: boolean
  value: (figures: Figures) => Value
}

const counted = (order: string, count: (figures: Figures) => number): Figure => ({
  order,
  places: () => 0,
  isCount: true,
  value: each => BigInt(count(each)),
})

/**
 * The figures by which clients can be listed, as the oracle computes them. They are whole numbers, so that they compare
 * exactly.
 */
const figures: Record<string, Figure> = {
  overdue: {
    order: 'OVERDUE',
    places: decimalsIn,
    value: ({ sales }) => minorOf(sales.overdue.amount.knownBase.amount),
  },
  outstanding: {
    order: 'OUTSTANDING',
    places: decimalsIn,
    value: ({ sales }) => minorOf(sales.outstanding.amount.knownBase.amount),
  },
  overdueTasks: counted('OVERDUE_TASKS', ({ tasks }) => tasks.overdue.count),
  openTasks: counted('OPEN_TASKS', ({ tasks }) => tasks.open.count),
  projectCount: counted('PROJECT_COUNT', ({ projects }) => projects.count),
  openOrders: counted('OPEN_ORDERS', ({ ordersFrom }) => ordersFrom.open.count),
  overdueInvoices: counted('OVERDUE_INVOICES', ({ sales }) => sales.overdue.count),
  outstandingInvoices: counted('OUTSTANDING_INVOICES', ({ sales }) => sales.outstanding.count),
  overdueWithoutRate: counted('OVERDUE_WITHOUT_RATE', ({ sales }) => sales.overdue.amount.withoutRate),
  outstandingWithoutRate: counted('OUTSTANDING_WITHOUT_RATE', ({ sales }) => sales.outstanding.amount.withoutRate),
  totalHours: { order: 'TOTAL_HOURS', places: () => 2, value: ({ projects }) => minorOf(projects.totalHours) },
}

const comparisons: Record<string, (value: bigint, than: bigint) => boolean> = {
  gt: (value, than) => value > than,
  gte: (value, than) => value >= than,
  lt: (value, than) => value < than,
  lte: (value, than) => value <= than,
  eq: (value, than) => value === than,
}

/** Clients listed and counted by a figure of a day, page by page, next to what the oracle says they must be. */
export async function listByFigures(
  us: Tenant,
  oracle: Oracle,
  clients: readonly string[],
  asOf: Day,
  baseCurrency: string,
  random: Random,
) {
  const name = random.pick(Object.keys(figures))
  const { order, places, value, isCount } = figures[name] as Figure // one of its own names
  const values = new Map(clients.map(id => [id, value(oracle.overview(id, asOf))]))
  const known = [...values.values()].filter(each => each !== null)
  const operator = random.pick(Object.keys(comparisons))
  const than = known.length > 0 ? random.pick(known) + BigInt(random.pick([0, 0, 1, -1])) : 0n
  const condition = { [name]: { [operator]: isCount ? Number(than) : spelledWith(than, places(baseCurrency)) } }
  const holds = (each: Value) => each !== null && (comparisons[operator]?.(each, than) ?? false)
  const [filter, fits] = random.pick<[object | undefined, (id: string) => boolean]>([
    [undefined, () => true],
    [condition, id => holds(values.get(id) ?? null)],
    [{ not: condition }, id => !holds(values.get(id) ?? null)],
    [{ or: [condition, { id: { eq: clients[0] } }] }, id => holds(values.get(id) ?? null) || id === clients[0]],
    [{ and: [condition, { [name]: { isNull: true } }] }, () => false],
    [{ [name]: { isNull: true } }, id => values.get(id) === null],
  ])
  const direction = random.pick(['ASC', 'DESC'])
  const sign = direction === 'ASC' ? 1 : -1
  const compare = (a: bigint | string, b: bigint | string) => (a < b ? -sign : a > b ? sign : 0)
  const wanted = clients.filter(fits).sort((a, b) => {
    const [left, right] = [values.get(a) ?? null, values.get(b) ?? null]
    if (left === null || right === null) return left === right ? compare(a, b) : left === null ? 1 : -1
    return compare(left, right) || compare(a, b)
  })

  const found: string[] = []
  const size = random.pick([1, 2, 20])
  const totals = new Set<number>()
  for (let after: string | null = null; ;) {
    const { clients: page }: Json = await us.get(
      'query($asOf: Date, $size: Int, $after: String, $filter: ClientFilter, $orderBy: ClientOrder) { clients(asOf: $asOf, first: $size, after: $after, filter: $filter, orderBy: $orderBy, archived: INCLUDE) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }',
      { asOf, size, after, filter, orderBy: { field: order, direction } },
    )
    found.push(...page.nodes.map(({ id }: Json) => id))
    totals.add(page.totalCount)
    if (!page.pageInfo.hasNextPage) break
    after = page.pageInfo.endCursor
  }
  const asked = { asOf, filter, order, direction }
  return {
    found: { ...asked, ids: found, totals: [...totals] },
    wanted: { ...asked, ids: wanted, totals: [wanted.length] },
  }
}

function spelledWith(value: bigint, places: number): string {
  const digits = String(value < 0n ? -value : value).padStart(places + 1, '0')
  const cut = digits.length - places
  return (value < 0n ? '-' : '') + digits.slice(0, cut) + (places > 0 ? `.${digits.slice(cut)}` : '')
}
