import type { ReadScope } from '../../database/scope/write-scope.js'
import type { MoneySum } from '../../model/money.js'
import type { Permission } from '../../model/permission.js'
import { ageParameters } from '../invoicing/index.js'
import { groupsOf, type GroupRow } from './group.queries.js'
import { ages, count, Sum } from './section.js'
import { blocks } from './registry.js'

/** Records of a client that wait for something, with the permission to read them. */
export interface OpenGroup {
  kind: string
  what: string
  count: number
  amount: MoneySum | null
  /** Whether money is owed, to us or by us. */
  isDue: boolean
  permission: Permission
}

const unpaid = new Set<string>(['PENDING', ...ages])
const isOrder = (direction: string) => (row: GroupRow) =>
  row.block === 'orders' && row.direction === direction && row.bucket === 'OPEN'
const isInvoice = (direction: string) => (row: GroupRow) =>
  row.block === 'invoices' && row.direction === direction && unpaid.has(row.bucket)
const isAwaiting =
  (direction: string) =>
  ({ block, direction: found, bucket }: GroupRow) =>
    block === 'drafts' && found === direction && bucket === 'SUBMITTED'
const isCredit = (direction: string) => (row: GroupRow) => row.block === 'credits' && row.direction === direction

/** Nothing is due before an invoice is authorised. */
const awaiting = { kind: 'Invoice', isDue: false, permission: 'invoices:read', part: 'amount' } as const

const groups: (Omit<OpenGroup, 'count' | 'amount'> & {
  of: (row: GroupRow) => boolean
  part?: 'amount' | 'amount2'
})[] = [
  {
    kind: 'Invoice',
    what: 'sales invoices not paid in full',
    isDue: true,
    permission: 'invoices:read',
    of: isInvoice('SALE'),
    part: 'amount2',
  },
  {
    kind: 'Invoice',
    what: 'purchase invoices not paid in full',
    isDue: true,
    permission: 'invoices:read',
    of: isInvoice('PURCHASE'),
    part: 'amount2',
  },
  {
    kind: 'Credit',
    what: 'payments and credit notes of sales not used up',
    isDue: true,
    permission: 'invoices:read',
    of: isCredit('SALE'),
    part: 'amount',
  },
  {
    kind: 'Credit',
    what: 'payments and credit notes of purchases not used up',
    isDue: true,
    permission: 'invoices:read',
    of: isCredit('PURCHASE'),
    part: 'amount',
  },
  { ...awaiting, what: 'sales invoices awaiting approval', of: isAwaiting('SALE') },
  { ...awaiting, what: 'purchase invoices awaiting approval', of: isAwaiting('PURCHASE') },
  {
    kind: 'PurchaseOrder',
    what: 'open orders from the client',
    isDue: false,
    permission: 'orders:read',
    of: isOrder('FROM_CLIENT'),
    part: 'amount',
  },
  {
    kind: 'PurchaseOrder',
    what: 'open orders to the client',
    isDue: false,
    permission: 'orders:read',
    of: isOrder('TO_CLIENT'),
    part: 'amount',
  },
  {
    kind: 'Quote',
    what: 'quotes sent or accepted',
    isDue: false,
    permission: 'deals:read',
    of: row => row.block === 'quotes' && ['SENT', 'ACCEPTED'].includes(row.bucket),
    part: 'amount',
  },
  {
    kind: 'Deal',
    what: 'open deals',
    isDue: false,
    permission: 'deals:read',
    of: row => row.block === 'deals' && row.bucket === 'OPEN',
    part: 'amount',
  },
  { kind: 'Task', what: 'open tasks', isDue: false, permission: 'projects:read', of: row => row.block === 'tasks' },
]

/** A client's open items today, in one statement; no permission leaves any out. */
export async function openOf(scope: ReadScope, clientId: string): Promise<OpenGroup[]> {
  const parts = Object.values(blocks).flatMap(({ parts: always, partsOfToday = [] }) => [...always, ...partsOfToday])
  const rows = await groupsOf(scope, [clientId], parts, { ...ageParameters(scope.today), asOf: scope.today })
  return groups.flatMap(({ of, part, ...group }) => {
    const own = rows.filter(of)
    if (own.length === 0) return []
    return [
      {
        ...group,
        count: count(own),
        amount: part ? new Sum().addRows(own, part).in(scope.organization.baseCurrency) : null,
      },
    ]
  })
}
