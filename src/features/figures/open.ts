import type { ReadScope } from '../../database/scope/write-scope.js'
import type { MoneySum } from '../../model/money.js'
import type { Permission } from '../../model/permission.js'
import { groupsOf } from './group.queries.js'
import { blocks, sourcesToday, type OpenItems } from './registry.js'
import { count, Groups, Sum } from './section.js'

/** Records of a client that wait for something, with the permission to read them. */
export interface OpenGroup extends Pick<OpenItems, 'kind' | 'what' | 'isDue'> {
  count: number
  amount: MoneySum | null
  permission: Permission
}

/** A client's open items today, in one statement; no permission leaves any out. */
export async function openOf(scope: ReadScope, clientId: string): Promise<OpenGroup[]> {
  const { today, organization } = scope
  const { baseCurrency } = organization
  const rows = await groupsOf(scope, [clientId], sourcesToday(), today)
  const groups = new Groups({ clientId, asOf: today, isToday: true, baseCurrency }, rows)
  return Object.values(blocks).flatMap(({ permission, open = [] }) =>
    open.flatMap(({ of, amount, ...item }) => {
      const own = of(groups)
      if (own.length === 0) return []
      const sum = amount ? new Sum().addRows(own, amount).in(baseCurrency) : null
      return [{ ...item, permission, count: count(own), amount: sum }]
    }),
  )
}
