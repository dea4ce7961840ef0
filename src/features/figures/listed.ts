import { divideHalfUp } from '../../lib/decimal.js'
import { snake } from '../../lib/snake.js'
import type { GroupRow } from './group.queries.js'
import { ages } from './section.js'

type Groups = readonly GroupRow[]
type Part = 'count' | 'amount' | 'base2' | 'withoutRate'

const sum = (groups: Groups, part: Part) => groups.reduce((total, group) => total + group[part], 0n)

const of =
  (block: string, part: Part, direction = '', buckets?: ReadonlySet<string>) =>
  (groups: Groups) =>
    sum(
      groups.filter(
        group => group.block === block && group.direction === direction && (buckets?.has(group.bucket) ?? true),
      ),
      part,
    )

const due = (name: string, buckets: ReadonlySet<string>) => ({
  [name]: of('invoices', 'base2', 'SALE', buckets),
  [`${name}WithoutRate`]: of('invoices', 'withoutRate', 'SALE', buckets),
  [`${name}Invoices`]: of('invoices', 'count', 'SALE', buckets),
})

const minutes = of('time', 'amount')

/**
 * The figures by which clients are listed, of the groups of a client today. Each is kept in a column with an index;
 * the features that have the figures say in SQL how lists of other days work them out.
 */
const listed: Record<string, (groups: Groups) => bigint> = {
  ...due('overdue', new Set(ages)),
  ...due('outstanding', new Set(['PENDING', ...ages])),
  totalHours: groups => divideHalfUp(minutes(groups) * 100n, 60n),
  projectCount: of('projects', 'count'),
  overdueTasks: of('tasks', 'count', '', new Set(['OVERDUE'])),
  openTasks: of('tasks', 'count'),
  openOrders: of('orders', 'count', 'FROM_CLIENT', new Set(['OPEN'])),
  openDeals: of('deals', 'count', '', new Set(['OPEN'])),
}

export const listedColumns = Object.keys(listed).map(snake)

/** The values of `listedColumns`. */
export const listedValues = (groups: Groups): bigint[] => Object.values(listed).map(figure => figure(groups))
