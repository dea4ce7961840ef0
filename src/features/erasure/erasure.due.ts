import type { ReadScope } from '../../database/scope/write-scope.js'
import type { MoneySum } from '../../model/money.js'
import { UserError } from '../../lib/user-error.js'
import { openOf, type OpenGroup } from '../figures/index.js'

/** The later one stands here, the sooner whoever erases wants to know of it. */
const kinds = ['Task', 'Deal', 'Quote', 'PurchaseOrder', 'Credit', 'Invoice']
function weight({ isDue, kind }: OpenGroup) {
  const place = kinds.indexOf(kind)
  if (place < 0) throw new Error(`${kind} has no place among the open matters: add it to kinds in erasure.due.ts.`)
  return (isDue ? kinds.length : 0) + place
}

/** The open matters of a client today, as far as the key may read them; what is due comes first. */
export async function openMatters(scope: ReadScope, clientId: string): Promise<OpenGroup[]> {
  const { permissions } = scope.setting.access
  const open = (await openOf(scope, clientId)).filter(({ permission }) => permissions.has(permission))
  return open.sort((one, other) => weight(other) - weight(one))
}

/** Refuses to erase a person who owes us something, or whom we owe something. */
export async function refuseWhileDue(scope: ReadScope, clientId: string) {
  const due = (await openOf(scope, clientId)).filter(({ isDue }) => isDue)
  if (due.length === 0) return
  const mayKnow = scope.setting.access.permissions.has('invoices:read')
  const dueText = mayKnow
    ? due.map(({ count, what, amount }) => `${count} ${what} (${amountText(amount)})`).join('; ')
    : 'invoices or credit, which a key with invoices:read can read'
  throw new UserError(
    'STILL_DUE',
    `Something is still due: ${dueText}. Settle it first, or give despiteDue to erase the person anyway.`,
    'despiteDue',
  )
}

const amountText = (amount: MoneySum | null) =>
  amount?.amounts.map(({ amount: sum, currency }) => `${sum} ${currency}`).join(', ') ?? ''
